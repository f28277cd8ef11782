package export

import (
	"bytes"
	"io"
	"strings"

	"canbao/reports"
)

// DOCX writes a bulletin as a text for a word processor (OOXML). Margins, type
// sizes and the numbering of headings follow GB/T 9704 where they apply; there
// is neither a red header nor a seal. All looks are styles that a clerk can
// change, and the numbers of headings, lists, figures and pages count
// themselves. The same document gives the same bytes.
func DOCX(d *reports.Document, w io.Writer) error {
	x := &docx{english: d.Lang == "en", notice: d.Notice != ""}
	x.heads = x.list(docxHeadings)
	x.front(d)
	x.page(&d.City)
	for n := range d.Towns {
		x.town(d, &d.Towns[n])
	}
	return x.write(d, w)
}

// docx is a text as it comes into being.
type docx struct {
	english  bool
	notice   bool // each page has a header
	body     bytes.Buffer
	turned   bool         // the present pages lie on their side
	waiting  bytes.Buffer // headings, until it is known on which pages they stand
	lists    []docxList   // the numbered lists, the headings of the city first
	heads    int          // the list of the present headings
	inTown   bool
	annexed  bool // the first annex of the page has begun
	pictures [][]byte
	figures  int // captions so far
	tables   int
}

// t picks one of two texts.
func (x *docx) t(zh, en string) string {
	if x.english {
		return en
	}
	return zh
}

// front is what stands above the first sentence.
func (x *docx) front(d *reports.Document) {
	x.paragraph(docxTitle, "", docxRun(docxWhole(d, "\n"), ""))
	x.paragraph(docxSubtitle, "", docxRun(x.issue(d), ""))
	if d.Source != "" {
		x.paragraph(docxSource, "", docxRun(d.Source, ""))
	}
	if d.Stale != "" {
		x.paragraph(docxNormal, "", docxRun(d.Stale, docxStrong))
	}
}

// docxWhole is the title and, where it does not say so itself, the kind.
func docxWhole(d *reports.Document, between string) string {
	if d.Kind == "" || strings.Contains(strings.ToLower(d.Title), strings.ToLower(d.Kind)) {
		return d.Title
	}
	return d.Title + between + d.Kind
}

// issue is the number and the day.
func (x *docx) issue(d *reports.Document) string {
	if d.Number == "" {
		return d.AsOf
	}
	return d.Number + x.t("　", " · ") + d.AsOf
}

// town is the page of a town, which the city can send alone: it begins on a new
// page and counts its headings from one.
func (x *docx) town(d *reports.Document, p *reports.Page) {
	x.inTown = true
	x.turn(false)
	x.heads = x.list(docxHeadings)
	x.paragraph(docxArea, "", docxRun(p.Title, ""))
	x.paragraph(docxSource, "", docxRun(docxWhole(d, x.t("", " "))+"\n"+x.issue(d), ""))
	x.page(p)
}

func (x *docx) page(p *reports.Page) {
	for _, s := range p.Lead {
		x.paragraph(docxLead, "", docxSentence(s))
	}
	x.tiles(p.Tiles)
	x.annexed = false
	for n := range p.Sections {
		// What a town has of every village fills more paper than all the rest; it
		// stands in the workbook and on the page.
		if !x.inTown || !p.Sections[n].Annex {
			x.section(&p.Sections[n])
		}
	}
	x.turn(x.turned) // a heading with nothing below it
}

// section is one part of a page. An annex lies on its side as a whole where one
// of its tables is wide. Elsewhere a table is laid on its side only where it
// could not be read standing: each turn leaves part of a page empty.
func (x *docx) section(s *reports.Section) {
	style, props := docxHeading1, x.numbered(0)
	if s.Annex {
		style, props = docxAnnex, x.level(0)
	}
	if s.Annex && !x.annexed {
		x.annexed = true
		props = "<w:pageBreakBefore/>" + props
	}
	if s.Title != "" {
		x.waiting.WriteString(docxParagraph(style, props, docxRun(s.Title, "")))
	}
	if s.Basis != "" {
		x.waiting.WriteString(docxParagraph(docxBasis, "", docxRun(s.Basis, "")))
	}
	x.blocks(s.Blocks, s.Annex && docxAnyWide(s.Blocks))
}

// blocks writes blocks, all of them on turned pages or only those that need it.
func (x *docx) blocks(all []reports.Block, turned bool) {
	for _, b := range all {
		switch {
		case b.Heading != "":
			x.waiting.WriteString(docxParagraph(docxHeading2, x.numbered(1), docxRun(b.Heading, "")))
		case b.Table != nil && len(b.Table.Columns) > 0:
			x.turn(turned || !docxStands(b.Table))
			x.table(b.Table)
		case b.Chart != nil:
			x.chart(b.Chart, turned)
		case len(b.Cards) > 0:
			x.turn(turned)
			x.cards(b.Cards)
		case len(b.Pair) > 0:
			x.blocks(b.Pair, turned)
		case len(b.Prose) > 0:
			x.turn(turned)
			for _, s := range b.Prose {
				x.paragraph(docxNormal, "", docxSentence(s))
			}
		case len(b.List) > 0:
			x.turn(turned)
			items := docxNumber(x.list(docxItems), 0)
			for _, s := range b.List {
				x.paragraph(docxListItem, items, docxSentence(s))
			}
		}
	}
}

// turn goes over to pages that stand or lie, and lets the headings out that
// waited for it.
func (x *docx) turn(turned bool) {
	if turned != x.turned {
		if x.body.Len() > 0 {
			x.body.WriteString(docxParagraph(docxEnd, x.pages(), ""))
		}
		x.turned = turned
	}
	x.body.Write(x.waiting.Bytes())
	x.waiting.Reset()
}

// docxWide tells a table that lies on its side in an annex.
func docxWide(t *reports.Table) bool { return t.Wide || len(t.Columns) > 8 }

func docxAnyWide(all []reports.Block) bool {
	for _, b := range all {
		if b.Table != nil && docxWide(b.Table) || docxAnyWide(b.Pair) {
			return true
		}
	}
	return false
}
