package reports

import (
	"bytes"
	"fmt"
	"html/template"
	"sync"
)

// Served is how a page of a document becomes part of a page of the running
// service: with that page's style and scripts, and links to its other pages.
type Served struct {
	Kicker string // above the title; empty for the document's own
	// Link is the address that tells more of an area or of an item, empty for
	// none. Exactly one of the codes is set.
	Link func(area, item string) string
}

// ServedStyle is the style of all pages of a document.
func ServedStyle() ([]byte, error) { return pageText("page/style.css", "page/print.css") }

// ServedScript draws the charts of a page that has ChartLibrary: all that are
// there when it runs, and those below an element by canbao.show(element).
// canbao.drop(element) lets go of what stands below it.
func ServedScript() ([]byte, error) { return pageText("page/draw.js") }

// Part writes a page of the document as an article without style or script of
// its own. What comes from data is escaped as in HTML.
func (d *Document) Part(p *Page, s Served) ([]byte, error) {
	f := d.frame()
	f.served, f.link = true, s.Link
	v := d.view(p, "")
	v.ID, v.Head, v.Kicker = "page", p.Title, s.Kicker
	m := molds.Get().(*mold)
	defer molds.Put(m)
	if m.err != nil {
		return nil, m.err
	}
	m.frame = f
	var b bytes.Buffer
	if err := m.ExecuteTemplate(&b, "article", v); err != nil {
		return nil, fmt.Errorf("write the page: %w", err)
	}
	return b.Bytes(), nil
}

// mold is the page's templates, ready to be filled: to read and to check them
// takes longer than to fill them. One is filled by one at a time.
type mold struct {
	*template.Template
	frame *frame
	err   error
}

var molds = sync.Pool{New: func() any {
	m := &mold{}
	m.Template, m.err = templates("page.html", func() *frame { return m.frame })
	return m
}}

// address is where a served page tells more of a card's item.
func (f *frame) address(c Card) string {
	if f.link == nil || c.Item == nil {
		return ""
	}
	return f.link("", c.Item.ID)
}

// leads is where a served page tells more of what a cell names.
func (f *frame) leads(c *Cell) string {
	switch {
	case f.link == nil || c.Area == "" && c.Item == "":
		return ""
	case c.Area != "":
		return f.link(c.Area, "")
	}
	return f.link("", c.Item)
}
