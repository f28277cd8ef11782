package reports

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"canbao/etl/refuse"
	"canbao/models/measure"
)

// own is a city's folder of templates.
func own(files ...string) fs.FS {
	dir := fstest.MapFS{}
	for n := 0; n < len(files); n += 2 {
		dir[files[n]] = &fstest.MapFile{Data: []byte(files[n+1])}
	}
	return dir
}

func plain(all []Sentence) string {
	var lines []string
	for _, s := range all {
		var b strings.Builder
		for _, span := range s {
			b.WriteString(span.Text)
		}
		lines = append(lines, b.String())
	}
	return strings.Join(lines, "\n")
}

// TestOwnWords: a file takes the place of ours, the others stay; what an editor
// of another system adds to a file does not matter.
func TestOwnWords(t *testing.T) {
	b := figures(t, special(t), measure.Ask{AsOf: day("2020-12-10"), Number: 3})
	ours, err := cityProse(b, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	said, err := cityProse(b, "", own("zh/lead.txt", "\ufeff{{.City}}：**{{.Tally.Items}}**项\r\n\r\n第二段\r\n", "zh/gaps.txt", "", "en/lead.txt", "{{"))
	if err != nil {
		t.Fatal(err)
	}
	if got := written("", said.Lead); got != "== \n溪口市：*7*项\n第二段\n" {
		t.Errorf("own lead %q", got)
	}
	if len(said.Gaps) > 0 || plain(said.State) != plain(ours.State) || said.Title != ours.Title {
		t.Error("an empty part is said, or a part that was not given is not ours")
	}
	town, _ := b.Town("331199101")
	x, err := townProse(b, "", own("zh/town-title.txt", "致{{.Town}}"), town)
	if err != nil || x.Title != "致高新技术园区" {
		t.Errorf("%+v %v", x, err)
	}
}

// TestWithheldInOwnWords: a template that does not ask whether a figure is
// withheld says so, and never 0.
func TestWithheldInOwnWords(t *testing.T) {
	b := figures(t, special(t), measure.Ask{AsOf: day("2021-01-20"), Edition: measure.Public})
	said, err := cityProse(b, "", own("zh/lead.txt", `{{range .Items}}{{if eq .Status "hidden"}}{{.Rate}} {{.Short}} {{.Missing}} {{.Change}}{{end}}{{end}}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := plain(said.Lead); got != "不公布的比率 不公布的人数 不公布的人数" {
		t.Errorf("withheld figures read %q", got)
	}
}

// TestBrokenWords: a template that is broken is refused with its file, its line
// and what to do.
func TestBrokenWords(t *testing.T) {
	b := figures(t, special(t), measure.Ask{AsOf: day("2020-12-10")})
	for _, c := range []struct{ file, text, where, what string }{
		{"zh/lead.txt", "一\n{{if}}", "zh/lead.txt:2", "模板有误"},
		{"zh/lead.txt", "一\n\n{{.Nothing}}", "zh/lead.txt:3", "没有 Nothing 这个数据（在 .Nothing 处）"},
		{"zh/state.txt", "{{range .Items}}\n{{.Ratio}}\n{{end}}", "zh/state.txt:2", "没有 Ratio 这个数据"},
		{"zh/lead.txt", "{{percent .Lead}}", "zh/lead.txt:1", "没有 percent 这个函数"},
		{"zh/lead.txt", "{{n .Lead.Short}}", "zh/lead.txt:1", "模板有误"},
		{"zh/lead.txt", "**开了没有关", "zh/lead.txt", "不成对"},
		{"zh/common.txt", "{{define \"pace\"}}", "zh/common.txt:1", "模板有误"},
		{"zh/laed.txt", "", "zh/laed.txt", "没有这一段措辞"},
		{"zh/lead.txt", "\xb5\xda", "zh/lead.txt", "不是 UTF-8"},
		{"zh/title.txt", "", "zh/title.txt", "一行字"},
		{"zh/asof.txt", "一\n二", "zh/asof.txt", "一行字"},
		{"zh/notice.txt", "", "zh/notice.txt", "内部资料"},
	} {
		said, err := cityProse(b, "", own(c.file, c.text))
		var no *refuse.Error
		if !errors.As(err, &no) || said != nil {
			t.Errorf("%s %q: %v", c.file, c.text, err)
			continue
		}
		if no.Where != c.where || !strings.Contains(no.In("zh"), c.what) || no.Do.ZH == "" || no.Do.EN == "" || no.What.EN == "" {
			t.Errorf("%s %q: %s", c.file, c.text, no.In("zh"))
		}
	}
	public := figures(t, special(t), measure.Ask{AsOf: day("2020-12-10"), Edition: measure.Public})
	if _, err := cityProse(public, "", own("zh/notice.txt", "")); err != nil {
		t.Errorf("the public edition needs no notice: %v", err)
	}
	broken := errors.New("broken disk")
	if _, err := cityProse(b, "", brokenFS{broken}); !errors.Is(err, broken) {
		t.Errorf("a folder that cannot be read: %v", err)
	}
}

type brokenFS struct{ err error }

func (f brokenFS) Open(string) (fs.File, error) { return nil, f.err }

// TestDocumentedExample runs the example of the documentation.
func TestDocumentedExample(t *testing.T) {
	b := figures(t, special(t), measure.Ask{AsOf: day("2020-12-10")})
	for file, lang := range map[string]words{"bulletin.zh-CN.md": "", "bulletin.md": "en"} {
		text, err := os.ReadFile(filepath.Join("..", "docs", file))
		if err != nil {
			t.Fatal(err)
		}
		_, rest, found := strings.Cut(string(text), "<!-- example: ")
		name, rest, _ := strings.Cut(rest, " -->\n```\n")
		example, rest, _ := strings.Cut(rest, "\n```\n")
		_, rest, shown := strings.Cut(rest, "<!-- result -->\n```\n")
		want, _, _ := strings.Cut(rest, "\n```\n")
		if !found || !shown {
			t.Fatalf("%s has no example", file)
		}
		said, err := cityProse(b, lang, own(name, example))
		if err != nil {
			t.Fatal(err)
		}
		if got := plain(said.Lead); got != want {
			t.Errorf("%s: the example says\n%s", file, got)
		}
	}
}

// TestEverythingIsDocumented: parts, functions and data, in both languages.
func TestEverythingIsDocumented(t *testing.T) {
	var names []string
	for _, p := range parts {
		names = append(names, p.name+".txt")
	}
	names = append(names, commonPart+".txt")
	for name := range words("").functions() {
		names = append(names, name+" ")
	}
	for _, data := range []any{
		proseHead{}, &proseCity{}, proseTally{}, proseDue{}, proseRank{}, proseMove{}, proseRisk{}, proseStanding{}, proseHardship{},
		proseRoad{}, proseBook{}, proseCheck{}, proseGaps{}, proseHeld{}, proseSpan{}, proseFinding{}, proseTown{}, proseTownItem{}, proseHolders{},
	} {
		typ := reflect.TypeOf(data)
		for n := range typ.NumMethod() {
			if m := typ.Method(n).Name; m != "String" {
				names = append(names, m+"`")
			}
		}
		if typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		for n := range typ.NumField() {
			if f := typ.Field(n); f.IsExported() {
				names = append(names, f.Name+"`")
			}
		}
	}
	for _, file := range []string{"bulletin.md", "bulletin.zh-CN.md"} {
		text, err := os.ReadFile(filepath.Join("..", "docs", file))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if !strings.Contains(string(text), "`"+name) {
				t.Errorf("%s does not speak of %s", file, strings.TrimSuffix(name, "`"))
			}
		}
	}
}

// TestSameParts: no part is missing in a language, and none is there for nothing.
func TestSameParts(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		files, err := ownProse.ReadDir("prose/" + lang)
		if err != nil || len(files) != len(parts)+1 {
			t.Errorf("%d templates in %s, want %d: %v", len(files), lang, len(parts)+1, err)
		}
	}
}

// cityProse says what is to be said of the whole. own holds the city's own
// templates, such as zh/lead.txt; nil for none.
func cityProse(b *measure.Bulletin, w words, own fs.FS) (*cityText, error) {
	p, err := newProse(w, own)
	if err != nil {
		return nil, err
	}
	return p.city(b)
}

// townProse says what is to be said of one ranked area. Of many, newProse once
// and town for each spares reading the templates again.
func townProse(b *measure.Bulletin, w words, own fs.FS, t *measure.Town) (*townText, error) {
	p, err := newProse(w, own)
	if err != nil {
		return nil, err
	}
	return p.town(b, t)
}
