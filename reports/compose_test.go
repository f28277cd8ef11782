package reports

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"canbao/models/measure"
)

// blocks visits every block of a document, those within pairs too.
func (d *Document) blocks(visit func(s *Section, b *Block)) {
	var all func(s *Section, blocks []Block)
	all = func(s *Section, blocks []Block) {
		for n := range blocks {
			all(s, blocks[n].Pair)
			visit(s, &blocks[n])
		}
	}
	for _, p := range append([]Page{d.City}, d.Towns...) {
		for n := range p.Sections {
			all(&p.Sections[n], p.Sections[n].Blocks)
		}
	}
}

// tables are all that a document holds, those behind its charts too.
func (d *Document) tables() []*Table {
	var all []*Table
	add := func(t *Table) {
		if t != nil {
			all = append(all, t)
		}
	}
	d.blocks(func(_ *Section, b *Block) {
		add(b.Table)
		if b.Chart != nil {
			add(b.Chart.Data)
		}
		for _, c := range b.Cards {
			for _, chart := range []*Chart{c.Chart, c.Areas} {
				if chart != nil {
					add(chart.Data)
				}
			}
		}
	})
	return all
}

func compose(t testing.TB, b *measure.Bulletin, o Options) *Document {
	t.Helper()
	d, err := Compose(b, o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestGoldenTables holds every table of the city of special cases to its golden
// file, line by line, in both languages and editions.
func TestGoldenTables(t *testing.T) {
	r := special(t)
	for _, c := range []struct {
		name string
		ask  measure.Ask
		lang string
	}{
		{"first", measure.Ask{AsOf: day("2020-11-04"), Number: 1}, "zh"},
		{"ten-days", measure.Ask{AsOf: day("2020-12-10"), Since: day("2020-11-30"), Number: 3}, "zh"},
		{"ten-days-en", measure.Ask{AsOf: day("2020-12-10"), Since: day("2020-11-30"), Number: 3}, "en"},
		{"past-due", measure.Ask{AsOf: day("2021-01-20"), Number: 8}, "zh"},
		{"public", measure.Ask{AsOf: day("2020-12-10"), Edition: measure.Public}, "zh"},
	} {
		var s strings.Builder
		for _, table := range compose(t, figures(t, r, c.ask), Options{Lang: c.lang}).tables() {
			fmt.Fprintf(&s, "== %s %s\n", table.ID, table.Caption)
			var heads []string
			for _, column := range table.Columns {
				heads = append(heads, strings.TrimSpace(column.Title+" "+column.Note))
			}
			s.WriteString(strings.Join(heads, " | ") + "\n")
			for _, row := range table.Rows {
				var cells []string
				for _, cell := range row.Cells {
					cells = append(cells, cell.Text)
				}
				s.WriteString(strings.Join(cells, " | ") + "\n")
			}
		}
		golden(t, filepath.Join("testdata", "golden", "tables-"+c.name+".txt"), s.String())
	}
}

// TestDocumentIsWhole: each page has its sections, each id stands once, every
// chart has its picture, its words for those who cannot see it, and its figures.
func TestDocumentIsWhole(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		d := compose(t, figures(t, open(t, []string{"city.sql", "books.sql"}), measure.Ask{AsOf: day("2020-12-10"), Number: 3}), Options{Lang: lang})
		if len(d.Towns) != 14 || d.Number == "" || d.Notice == "" {
			t.Errorf("%s: %d towns, number %q, notice %q", lang, len(d.Towns), d.Number, d.Notice)
		}
		for _, want := range []string{"ranking", "findings", "where", "items", "pace", "hardship", "channels", "books", "trust", "definitions", "points",
			"item-medical-hukou", "provenance"} {
			if !slices.ContainsFunc(d.City.Sections, func(s Section) bool { return s.ID == want }) {
				t.Errorf("%s: there is no section %s", lang, want)
			}
		}
		charts := map[string]bool{}
		d.blocks(func(_ *Section, b *Block) {
			if c := b.Chart; c != nil {
				if charts[c.ID] || c.Picture == nil || c.Title == "" || c.Label == "" || c.Data == nil || len(c.Data.Rows) == 0 {
					t.Errorf("%s: chart %q stands twice or lacks something: %q, %q", lang, c.ID, c.Title, c.Label)
				}
				charts[c.ID] = true
			}
		})
		if len(charts) < 40 {
			t.Errorf("%s: %d charts", lang, len(charts))
		}
	}
}

// TestOwnMap: where the city supplies a map it takes the place of the tiles, and a
// broken one is refused.
func TestOwnMap(t *testing.T) {
	b := figures(t, open(t, []string{"city.sql", "books.sql"}), measure.Ask{AsOf: day("2020-12-10")})
	geo := geoText(`{"type":"Feature","properties":{"code":"330782001"},"geometry":{"type":"Polygon","coordinates":[[[120,29],[120.1,29],[120.1,29.1],[120,29]]]}}`)
	var ids []string
	compose(t, b, Options{Map: []byte(geo)}).blocks(func(_ *Section, b *Block) {
		if b.Chart != nil {
			ids = append(ids, b.Chart.ID)
		}
	})
	if all := strings.Join(ids, " "); !strings.Contains(all, "map-medical") || strings.Contains(all, "tiles-") {
		t.Errorf("charts %s", all)
	}
	if _, err := Compose(b, Options{Map: []byte("{")}); err == nil {
		t.Error("a broken map is taken")
	}
}

// TestPublicDocument: no person can be told from a table of the public edition. A
// number from one to nine stands only where it counts no people: ranks, days,
// places, weeks, rows of checks that the edition lets through, and the distance to
// a target that is itself withheld where its people could be told.
func TestPublicDocument(t *testing.T) {
	small := map[string]bool{}
	for _, d := range []string{"2020-11-05", "2020-11-30", "2020-12-10", "2020-12-18"} {
		for _, lang := range []string{"zh", "en"} {
			b := figures(t, open(t, []string{"city.sql", "few.sql"}), measure.Ask{AsOf: day(d), Edition: measure.Public})
			doc := compose(t, b, Options{Lang: lang})
			if len(doc.Towns) > 0 || doc.Notice != "" {
				t.Errorf("%s: %d pages of towns, notice %q", d, len(doc.Towns), doc.Notice)
			}
			if lang == "en" {
				continue
			}
			for _, table := range doc.tables() {
				for _, row := range table.Rows {
					for n, c := range row.Cells {
						if c.Kind == Count && 0 < c.Number && c.Number < 10 {
							small[table.ID+": "+table.Columns[n].Title] = true
						}
					}
				}
			}
		}
	}
	for where := range small {
		allowed := slices.ContainsFunc([]string{"trail-data", "名次", "剩余天数", "天数", "日数", "缺口", "差（人）", "所需日均", "须日均", "达标项", "位次", "升降", "距目标", "文件"}, func(w string) bool {
			return strings.Contains(where, w)
		})
		if !allowed {
			t.Errorf("a number from 1 to 9 stands in %s", where)
		}
	}
}
