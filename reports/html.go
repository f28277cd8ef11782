package reports

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"canbao/reports/draw"
)

// HTML is the whole bulletin as one page that asks for nothing but itself: the
// city, every town, the chart library.
func (d *Document) HTML() ([]byte, error) {
	library, err := ChartLibrary()
	if err != nil {
		return nil, err
	}
	script, err := pageText("page/draw.js", "page/turn.js")
	if err != nil {
		return nil, err
	}
	v := d.frame()
	v.Library, v.Script = template.JS(library), template.JS(script)
	v.Pages = append(v.Pages, d.cityView())
	for n := range d.Towns {
		p := d.townView(&d.Towns[n])
		p.Back = v.Pages[0].ID
		if n > 0 {
			p.Before = &step{townID(&d.Towns[n-1]), d.Towns[n-1].Title}
		}
		if n+1 < len(d.Towns) {
			p.After = &step{townID(&d.Towns[n+1]), d.Towns[n+1].Title}
		}
		v.Pages = append(v.Pages, p)
	}
	return v.fill("page.html")
}

// TownHTML is the page of one town alone, to be sent to it: without scripts, its
// charts still.
func (d *Document) TownHTML(town *Page) ([]byte, error) {
	v := d.frame()
	v.Pages = []*pageView{d.townView(town)}
	v.HeadTitle = town.Title + " " + v.HeadTitle
	return v.fill("page.html")
}

// frame is what a file is filled from.
type frame struct {
	words
	Lang, Notice, AsOf string
	HeadTitle          string
	PaperNotice        string // at the head of each sheet of paper
	City               string // what the city's own page is called
	Style              template.CSS
	Library, Script    template.JS // empty where nothing moves
	Pages              []*pageView

	served bool                           // it becomes part of a page that has style and scripts of its own
	link   func(area, item string) string // of such a page; nil for no links

	ids       map[string]bool // taken
	looks     map[string]int  // numbers of the looks of still pictures
	lookStyle strings.Builder
}

// step leads from one page to another.
type step struct{ ID, Title string }

// pageView is one page in the file.
type pageView struct {
	*Page
	ID, Kicker, Head            string
	Notice, AsOf, Source, Stale string
	Parts                       []sectionView
	Town                        bool
	Back                        string // the id of the city's page, of a town in the same file
	Before, After               *step
}

// sectionView is a section whose id is unique in the file.
type sectionView struct {
	*Section
	ID   string
	Wide bool // on paper the whole of it lies on its side
}

// blockView is a block, and the heading it stands under: a table without a
// caption takes it.
type blockView struct {
	*Block
	Under string
}

func (d *Document) language() words {
	if d.Lang == "en" {
		return "en"
	}
	return ""
}

func (d *Document) frame() *frame {
	w := d.language()
	f := &frame{words: w, Lang: d.Lang, Notice: d.Notice, AsOf: d.AsOf, City: d.City.Title, ids: map[string]bool{}, looks: map[string]int{}}
	f.HeadTitle = joined(d.Title, d.kicker(), d.AsOf)
	f.PaperNotice = d.Notice
	if f.City == "" {
		f.City = w.t("总体", "Overall")
	}
	return f
}

func (d *Document) cityView() *pageView {
	p := d.view(&d.City, "city-")
	p.ID, p.Head, p.Kicker = "city", d.Title, d.kicker()
	return p
}

func (d *Document) townView(town *Page) *pageView {
	p := d.view(town, townID(town)+"-")
	p.ID, p.Head, p.Kicker, p.Town = townID(town), town.Title, joined(d.Title, d.kicker()), true
	return p
}

// kicker stands above the title, and does not say again what that says.
func (d *Document) kicker() string {
	if strings.Contains(d.Title, d.Kind) {
		return d.Number
	}
	return joined(d.Kind, d.Number)
}

func joined(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), " ")
}

func townID(town *Page) string { return "town-" + town.Code }

func (d *Document) view(p *Page, prefix string) *pageView {
	v := &pageView{Page: p, Notice: d.Notice, AsOf: d.AsOf, Source: d.Source, Stale: d.Stale}
	for n := range p.Sections {
		s := &p.Sections[n]
		v.Parts = append(v.Parts, sectionView{Section: s, ID: "s-" + prefix + s.ID, Wide: s.wide()})
	}
	return v
}

// wide tells a section that lies on its side as a whole: an annex with such a
// table, and one that begins with it, so that its heading is not left behind.
func (s *Section) wide() bool {
	for n, b := range s.Blocks {
		if b.Table != nil && b.Table.lies() && (s.Annex || n == 0) {
			return true
		}
	}
	return false
}

// lies tells a table that is too wide for an upright sheet. One of a few wide
// columns of words is not, for those break into lines, nor is a heat map, which
// is set small.
func (t *Table) lies() bool { return t.Wide && len(t.Columns) > 9 && t.Class != "map" }

// fill writes a file. What comes from data is escaped by html/template for the
// place it stands in; the texts of a still picture are escaped by draw.
func (f *frame) fill(name string) ([]byte, error) { return f.fillWith(name, f) }

// fillWith writes a file from what holds the frame and more.
func (f *frame) fillWith(name string, data any) ([]byte, error) {
	style, err := f.style(name)
	if err != nil {
		return nil, err
	}
	f.Style = style
	t, err := templates(name, func() *frame { return f })
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		return nil, fmt.Errorf("write the page: %w", err)
	}
	return bytes.Replace(b.Bytes(), []byte(looksMark), []byte(f.lookStyle.String()), 1), nil
}

// templates are those of a file, filled from the frame that of returns.
func templates(name string, of func() *frame) (*template.Template, error) {
	t, err := template.New(name).Funcs(template.FuncMap{
		"t":      func(zh, en string) string { return of().t(zh, en) },
		"live":   func() bool { return of().Library != "" },
		"served": func() bool { return of().served },
		"link":   func(c Card) string { return of().address(c) },
		"under":  func(title string, b Block) blockView { return blockView{&b, title} },
		"table":  func(t *Table, under string) template.HTML { return of().table(t, under) },
		"still":  func(p *draw.Picture) template.HTML { return of().still(p) },
		"brief":  brief,
		"id":     func(id string) string { return of().unique(id) },
	}).ParseFS(page, "page/"+name, "page/parts.html")
	if err != nil {
		return nil, fmt.Errorf("read the page's templates: %w", err)
	}
	return t, nil
}

func (f *frame) style(name string) (template.CSS, error) {
	second := "page/print.css"
	if name == "wall.html" {
		second = "page/wall.css"
	}
	text, err := pageText("page/style.css", second)
	return template.CSS(string(text) + looksMark), err
}

// still is a picture as part of a figure that is named already: it keeps its
// drawing and leaves its own name out. The same few looks are had by thousands
// of shapes; each becomes a class.
func (f *frame) still(p *draw.Picture) template.HTML {
	text := p.SVG()
	size := text[strings.Index(text, " viewBox="):strings.Index(text, " role=")]
	_, drawing, _ := strings.Cut(text, ">")
	if p.Width > cardWidth {
		size = ` class="broad"` + size // to be scrolled, not shrunk, where there is little room
	}
	if f.served {
		return template.HTML(`<svg` + size + ` aria-hidden="true">` + drawing)
	}
	drawing = looks.ReplaceAllStringFunc(drawing, func(look string) string {
		look, closed := strings.CutSuffix(strings.TrimSuffix(look, ">"), "/")
		n, known := f.looks[look]
		if !known {
			n = len(f.looks)
			f.looks[look] = n
			f.lookStyle.WriteString(".q" + strconv.Itoa(n) + "{")
			for _, a := range lookAttribute.FindAllStringSubmatch(look, -1) {
				f.lookStyle.WriteString(a[1] + ":" + a[2] + lookUnit[a[1]] + ";")
			}
			f.lookStyle.WriteString("}\n")
		}
		// A value without quotation marks would take a slash for its own.
		return " class=q" + strconv.Itoa(n) + when(closed, " /") + ">"
	})
	drawing = lookNumbers.ReplaceAllString(drawing, " $1=$2")
	return template.HTML(`<svg` + size + ` aria-hidden="true">` + drawing)
}

// looks finds how a shape or a text looks, in attributes that mean the same in a
// style sheet. A quotation mark within a text is escaped, so none is found there.
var (
	looks         = regexp.MustCompile(`(?: (?:fill|stroke|stroke-width|stroke-dasharray|font-size|text-anchor|font-weight)="[^"/]*")+/?>`)
	lookNumbers   = regexp.MustCompile(` (x|y|cx|cy|r)="([-0-9.]+)"`)
	lookAttribute = regexp.MustCompile(`([a-z-]+)="([^"]*)"`)
	lookUnit      = map[string]string{"font-size": "px"}
)

// looksMark is where the looks go, which are known when all is written.
const looksMark = "/* looks of still pictures */"

// unique is an id that nothing else in the file has: a chart may stand in two
// places, and beside a table of its name.
func (f *frame) unique(id string) string {
	free := id
	for n := 2; f.ids[free]; n++ {
		free = id + "-" + strconv.Itoa(n)
	}
	f.ids[free] = true
	return free
}

// brief is an option without what says nothing: what is null, and the chart
// library's own colours, which no series takes.
func brief(option map[string]any) (any, error) {
	if option == nil {
		return nil, nil
	}
	text, err := json.Marshal(option)
	if err != nil {
		return nil, err
	}
	var all map[string]any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&all); err != nil {
		return nil, err
	}
	delete(all, "color")
	return pruned(all), nil
}

func pruned(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			if inner == nil {
				delete(v, name)
				continue
			}
			v[name] = pruned(inner)
		}
	case []any:
		for n := range v {
			v[n] = pruned(v[n])
		}
	}
	return value
}

// Name is what a figure is called by those who cannot see it.
func (c *Chart) Name() string {
	if c.Label != "" {
		return c.Label
	}
	return c.Title
}
