package reports

import (
	"bytes"
	"errors"
	"html"
	"strings"
	"testing"
	"testing/fstest"

	"canbao/etl/refuse"
	"canbao/models/measure"
	"canbao/reports/draw"
)

// ourPart is the part of a page that is ours: all but the chart library.
func ourPart(t testing.TB, text []byte) string {
	t.Helper()
	library, err := ChartLibrary()
	if err != nil {
		t.Fatal(err)
	}
	before, after, found := strings.Cut(string(text), string(library))
	if !found {
		t.Fatal("the page does not carry the chart library")
	}
	return before + after
}

func wallOf(t testing.TB, d *Document) []byte {
	t.Helper()
	text, err := d.Wall()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func townOf(t testing.TB, d *Document, n int) []byte {
	t.Helper()
	text, err := d.TownHTML(&d.Towns[n])
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestSameDocumentSameBytes(t *testing.T) {
	for _, lang := range []words{"", "en"} {
		one, two := sample(lang, 14, 20), sample(lang, 14, 20)
		if !bytes.Equal(pageOf(t, one), pageOf(t, two)) || !bytes.Equal(wallOf(t, one), wallOf(t, two)) || !bytes.Equal(townOf(t, one, 3), townOf(t, two, 3)) {
			t.Error("the same document gave other bytes")
		}
	}
}

// TestAsksNoNetwork holds our part to naming no address. The library names a
// few, of standards and its own home; the browser test sees that none is asked.
func TestAsksNoNetwork(t *testing.T) {
	d := sample("", 3, 5)
	for name, text := range map[string]string{"page": ourPart(t, pageOf(t, d)), "town": string(townOf(t, d, 0)), "wall": string(wallOf(t, d))} {
		for _, bad := range []string{"http:", "https:", "src=", "@import", "url("} {
			if strings.Contains(text, bad) {
				t.Errorf("the %s contains %s", name, bad)
			}
		}
		if !strings.Contains(text, `default-src 'none'`) {
			t.Errorf("the %s does not forbid itself the network", name)
		}
	}
}

// TestTextIsNoMarkup is a document whose texts would end an element, a style, a
// script if they were let.
func TestTextIsNoMarkup(t *testing.T) {
	d := sample("en", 3, 5)
	bad := `</script></style><img src=x onerror=alert(2)>'"&`
	d.Title, d.Number, d.AsOf, d.Source, d.Stale, d.Notice = bad, bad, bad, bad, bad, bad
	d.Towns[0].Title = bad
	s := &d.City.Sections[0]
	s.Title, s.Basis = bad, bad
	s.Blocks = append(s.Blocks, Block{Heading: bad}, Block{Table: &Table{
		ID: "bad", Caption: bad, Class: `"><img>`, Groups: []Group{{bad, 1}}, Columns: []Column{{Title: bad, Note: bad}},
		Rows: []Row{{Class: `"><img>`, Cells: []Cell{{Text: bad, Note: bad, Class: `"><img>`}}}},
	}})
	chart := sampleChart("en", "bad-chart", 700, 300)
	chart.Title, chart.Label = bad, bad
	chart.Option["title"] = map[string]any{"text": bad}
	s.Blocks = append(s.Blocks, Block{Chart: chart})
	for name, text := range map[string]string{"page": ourPart(t, pageOf(t, d)), "town": string(townOf(t, d, 0)), "wall": string(wallOf(t, d))} {
		for _, mark := range []string{"<img", "<script>alert", "</ul><script"} {
			if strings.Contains(text, mark) {
				t.Errorf("%s stands in the %s", mark, name)
			}
		}
		if !strings.Contains(text, "&lt;img src=x onerror=alert(2)&gt;") {
			t.Errorf("the text is gone from the %s", name)
		}
		if strings.Count(text, "<style>") != 1 || strings.Count(text, "</style>") != 1 {
			t.Errorf("the style of the %s is ended from within", name)
		}
	}
}

// TestAllIsText finds every text of the document in the page, and each table and
// chart once.
func TestAllIsText(t *testing.T) {
	d := sample("", 3, 5)
	text := ourPart(t, pageOf(t, d))
	var tables []*Table
	var charts []*Chart
	pages := append([]Page{d.City}, d.Towns...)
	for _, p := range pages {
		for _, s := range p.Sections {
			for _, b := range flat(s.Blocks) {
				if b.Table != nil {
					tables = append(tables, b.Table)
				}
				if b.Chart != nil {
					charts = append(charts, b.Chart)
				}
				for _, c := range b.Cards {
					charts = append(charts, c.Chart, c.Areas)
				}
			}
		}
	}
	for _, c := range charts {
		if n := strings.Count(text, `<figure id="`+c.ID+`">`); n != 1 {
			t.Errorf("chart %s is there %d times", c.ID, n)
		}
		tables = append(tables, c.Data)
	}
	if len(charts) != 12 || len(tables) != 12+7 {
		t.Errorf("%d charts, %d tables", len(charts), len(tables))
	}
	for _, table := range tables {
		before, rest, found := strings.Cut(text, ` id="`+table.ID+`">`)
		if !found || strings.Contains(rest, ` id="`+table.ID+`"`) || strings.Contains(before, ` id="`+table.ID+`"`) {
			t.Errorf("table %s is not there once", table.ID)
		}
		rest, _, _ = strings.Cut(rest, "</table>")
		for _, r := range table.Rows {
			for _, c := range r.Cells {
				at := strings.Index(rest, html.EscapeString(c.Text))
				if at < 0 {
					t.Fatalf("%q is missing from table %s, or out of order", c.Text, table.ID)
				}
				rest = rest[at:]
			}
		}
	}
}

func TestTableMarkup(t *testing.T) {
	f := (&Document{}).frame()
	got := string(f.table(&Table{
		Class: "rank", Frozen: 2, Groups: []Group{{"", 1}, {"医疗", 3}},
		Columns: []Column{{Title: "名次", Kind: Count}, {Title: "镇街"}, {Title: "总分", Kind: Score, Note: "满分100", Assumed: true}, {Kind: Count, Minor: true}},
		Rows: []Row{
			{Whole: true, Cells: []Cell{noneCell(), headCell("全市"), {Text: "92.17", Bar: 0.9217, Strong: true}, noneCell()}},
			{Class: "error", Cells: []Cell{countCell(1), headCell("甲"), {Text: "1", Class: "g1", Note: "差12人"}, {Text: "2", Class: "up"}}},
		},
	}, "总体排名"))
	want := `<div class="s" tabindex="0" role="region" aria-label="总体排名"><table class="rank k2"><caption class="v">总体排名</caption>` +
		`<thead><tr class=m><td colspan=1><th class=g scope=colgroup colspan=3>医疗` +
		`<tr><th scope=col>名次<th class=l scope=col>镇街<th scope=col>总分 <small>满分100</small> <abbr title="通知未写明，为本方案的假定">假定</abbr><td class=m>` +
		`<tbody><tr class=whole><td>—<th scope=row>全市<td><i class="bar" style="--w:0.922"></i><b>92.17</b><td class=m>—` +
		`<tr class=error><td>1<th scope=row>甲<td class=g1>1 <small>差12人</small><td class="m up">2</table></div>`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for frozen, want := range map[int]string{0: `class="map"`, 1: `class="map k1"`, 2: `class="map k1"`} {
		heat := string(f.table(&Table{Class: "map", Frozen: frozen, Caption: "各村社", Columns: []Column{{Title: "村社"}, {Title: "比率", Kind: Rate}},
			Rows: []Row{{Cells: []Cell{headCell("前店村"), {Text: "98.07", Class: "g2", Note: "差12人"}}}, {Cells: []Cell{headCell("下宅村"), {Text: "100.00", Class: "met", Note: "差0人"}}}}}, ""))
		if !strings.Contains(heat, want) || !strings.Contains(heat, "<td class=g2>98.07<br>差12人<tr>") || !strings.HasSuffix(heat, "<td class=met>100.00</table></div>") {
			t.Errorf("%d columns frozen: %s", frozen, heat)
		}
	}
}

// TestSmallEnough is a city of 14 towns and 700 villages.
func TestSmallEnough(t *testing.T) {
	d := composed(t, "", 50, measure.Ask{AsOf: day("2020-12-10")})
	if n := len(pageOf(t, d)); n > 2_500_000 {
		t.Errorf("the page has %d bytes", n)
	} else {
		t.Logf("%d bytes", n)
	}
	if n := len(townOf(t, d, 0)); n > 200_000 {
		t.Errorf("the file of a town has %d bytes", n)
	}
}

// TestWithoutLibrary is a program built before the first `make assets`.
func TestWithoutLibrary(t *testing.T) {
	_, err := libraryIn(fstest.MapFS{"assets/README.md": {}})
	var no *refuse.Error
	if !errors.As(err, &no) || !strings.Contains(no.In("zh"), "make assets") {
		t.Errorf("without the chart library: %v", err)
	}
}

func BenchmarkHTML(b *testing.B) {
	d := sample("", 14, 50)
	for b.Loop() {
		pageOf(b, d)
	}
}

// TestStillKeepsItsLooks compares a still picture in the page with the picture's
// own SVG.
func TestStillKeepsItsLooks(t *testing.T) {
	f := (&Document{}).frame()
	p := draw.New(700, 300, "名次")
	p.Rect(1, 2, 3, 4, draw.Style{Fill: "#0072B2"})
	p.Line(1, 2, 3.5, 4, draw.Style{Stroke: "#333333", Width: 2.4, Dashed: true})
	p.Text(5, 6, `a fill="red">/> x="1"`, draw.TextStyle{Bold: true, Anchor: draw.End})
	p.Rect(9, 9, 1, 1, draw.Style{Fill: "#0072B2"})
	want := `<svg class="broad" viewBox="0 0 700 300" aria-hidden="true"><path d="M1 2L4 2L4 6L1 6Z" class=q0 /><path d="M1 2L3.5 4" class=q1 />` +
		`<text x=5 y=10.3 class=q2>a fill=&#34;red&#34;&gt;/&gt; x=&#34;1&#34;</text><path d="M9 9L10 9L10 10L9 10Z" class=q0 /></svg>`
	if got := string(f.still(p)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	style := ".q0{fill:#0072B2;}\n.q1{fill:none;stroke:#333333;stroke-width:2.4;stroke-dasharray:5 3;}\n" +
		".q2{font-size:12px;fill:#333333;text-anchor:end;font-weight:700;}\n"
	if got := f.lookStyle.String(); got != style {
		t.Errorf("styled\n%s\nwant\n%s", got, style)
	}
}
