package reports

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"canbao/models/measure"
)

var update = flag.Bool("update", false, "write the golden files anew")

// special is the tiny city that holds every special case.
func special(t testing.TB, more ...string) *measure.Reader {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "special.sql"))
	if err != nil {
		t.Fatal(err)
	}
	return open(t, nil, append([]string{string(text)}, more...)...)
}

// write sets a text as the golden files hold it, what is set off between stars.
func written(head string, all []Sentence) string {
	var b strings.Builder
	b.WriteString("== " + head + "\n")
	for _, s := range all {
		for _, span := range s {
			if span.Strong {
				b.WriteString("*" + span.Text + "*")
			} else {
				b.WriteString(span.Text)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// aloud is all that is said of the whole and of each ranked area.
func aloud(t testing.TB, b *measure.Bulletin, w words) string {
	t.Helper()
	p, err := newProse(w, nil)
	if err != nil {
		t.Fatal(err)
	}
	c, err := p.city(b)
	if err != nil {
		t.Fatal(err)
	}
	var s strings.Builder
	s.WriteString(strings.Join([]string{c.Title, c.Number, c.AsOf, c.Notice, c.Stale}, "\n") + "\n")
	for _, x := range c.Tiles {
		s.WriteString("[" + x.Label + "] " + x.Figure + x.Unit + " (" + x.Note + ") " + x.Tone + "\n")
	}
	s.WriteString(written("lead", c.Lead) + written("state", c.State) + written("leaders", c.Leaders) + written("risk", c.Risk) +
		written("hardship", c.Hardship) + written("books", c.Books) + written("gaps", c.Gaps) + written("findings", c.Findings))
	if b.Edition == measure.Public || len(b.Areas) > 10 {
		return s.String() // villages are not spoken of, or there are enough golden towns
	}
	for _, place := range b.Ranking {
		town, _ := b.Town(place.Code)
		x, err := p.town(b, town)
		if err != nil {
			t.Fatal(err)
		}
		s.WriteString("\n== " + x.Title + "\n" + written("lead", x.Lead) + written("state", x.State) +
			written("villages", x.Villages) + written("quality", x.Quality))
	}
	return s.String()
}

func TestGoldenProse(t *testing.T) {
	r := special(t)
	for _, c := range []struct {
		name string
		ask  measure.Ask
	}{
		{"first", measure.Ask{AsOf: day("2020-11-04"), Number: 1}},
		{"due-today", measure.Ask{AsOf: day("2020-11-30")}},
		{"ten-days", measure.Ask{AsOf: day("2020-12-10"), Since: day("2020-11-30"), Number: 3}},
		{"new-year", measure.Ask{AsOf: day("2021-01-05"), Number: 6}},
		{"past-due", measure.Ask{AsOf: day("2021-01-20"), Number: 8}},
		{"public-ten-days", measure.Ask{AsOf: day("2020-12-10"), Since: day("2020-11-30"), Number: 3, Edition: measure.Public}},
		{"public-past-due", measure.Ask{AsOf: day("2021-01-20"), Edition: measure.Public}},
	} {
		b := figures(t, r, c.ask)
		for _, lang := range []words{"zh", "en"} {
			golden(t, filepath.Join("testdata", "golden", "prose-"+c.name+"-"+string(lang)+".txt"), aloud(t, b, lang))
		}
	}
	b := figures(t, open(t, []string{"city.sql", "books.sql"}), measure.Ask{AsOf: day("2020-12-18")})
	for _, lang := range []words{"zh", "en"} {
		golden(t, filepath.Join("testdata", "golden", "prose-yiwu-"+string(lang)+".txt"), aloud(t, b, lang))
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s differs; got\n%s", path, got)
	}
}
