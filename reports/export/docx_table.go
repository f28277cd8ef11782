package export

import (
	"fmt"
	"strconv"
	"strings"

	"canbao/reports"
)

// docxShade is how a class of cells looks: background and letters.
type docxShade struct{ fill, ink string }

// docxShades are those of the page. Printed in grey they darken with the gap,
// and what is met bears a ✓.
var docxShades = map[string]docxShade{
	"met": {"D3E7F4", "06395A"},
	"g1":  {"FFF3CF", ""}, "g2": {"FDDF98", ""}, "g3": {"F8BD5E", ""}, "g4": {"E58B3A", ""}, "g5": {"B8500C", "FFFFFF"}, "g6": {"74300A", "FFFFFF"},
	"none": {"F3F3F3", "666666"},
	"up":   {"", "00507D"}, "down": {"", "A34400"},
	"on_track": {"", "1F6D99"}, "at_risk": {"", "8A5A00"}, "missed": {"", "A34400"},
	"error": {"FBE6DB", ""},
}

const (
	docxWholeFill = "F2F2F2"
	docxHeadFill  = "EDEDED"
	// Tables of up to so many hundredths of a page are not cut by its end.
	docxTogether = 60
)

// docxBox is a cell of a table as it is written.
type docxBox struct {
	width int // twips
	span  int // columns; 0 is 1
	merge string
	fill  string
	text  string // paragraphs
}

func docxCellText(c reports.Cell) string {
	if c.Class == "met" && !strings.ContainsAny(c.Text, "✓√") {
		return "✓" + c.Text
	}
	return c.Text
}

// columnNote is what stands below the header of a column.
func (x *docx) columnNote(c reports.Column) string {
	if !c.Assumed {
		return c.Note
	}
	return strings.TrimSpace(c.Note + x.t("（假定）", " (our assumption)"))
}

// table is a table with its caption above. Behind it stands a small paragraph,
// without which Word would join it with a table that follows.
func (x *docx) table(t *reports.Table) {
	widths, size := x.columns(t)
	if t.Caption != "" {
		x.tables++
		x.body.WriteString(x.caption(x.t("表", "Table"), x.tables, t.Caption, "<w:keepNext/>"))
	}
	together := docxHeight(t, widths, size) < x.height()*docxTogether/100
	x.openTable(widths, docxGrid)
	x.headers(t, widths, size)
	center := docxCentered(t)
	for n, r := range t.Rows {
		boxes := make([]docxBox, len(t.Columns))
		for k := range boxes {
			var c reports.Cell
			if k < len(r.Cells) {
				c = r.Cells[k]
			}
			boxes[k] = x.box(t, r, c, k, size, center[k], together && n < len(t.Rows)-1)
			boxes[k].width = widths[k]
		}
		x.row(boxes, false)
	}
	x.closeTable()
}

// box is a cell of the body of a table.
func (x *docx) box(t *reports.Table, r reports.Row, c reports.Cell, column, size int, centered, keep bool) docxBox {
	shade, ok := docxShades[c.Class]
	if !ok {
		shade = docxShades[r.Class]
	}
	style, props := docxCell, ""
	if keep {
		props = "<w:keepNext/>"
	}
	if t.Columns[column].Kind != reports.Text {
		style = docxFigures
	} else if centered {
		props += `<w:jc w:val="center"/>`
	}
	run := ""
	if c.Strong || r.Whole {
		run = docxStrong
	}
	if shade.ink != "" {
		run += `<w:color w:val="` + shade.ink + `"/>`
	}
	run += x.sized(size)
	text := docxRun(docxCellText(c), run)
	if c.Note != "" && docxNotes(t) {
		small := `<w:color w:val="595959"/>` + docxSize(strconv.Itoa(size-3))
		text += "<w:r><w:br/></w:r>" + docxRun(c.Note, small)
	}
	fill := shade.fill
	if fill == "" && r.Whole {
		fill = docxWholeFill
	}
	return docxBox{fill: fill, text: docxParagraph(style, props, text)}
}

// sized is the size of a text where it is not that of the style.
func (x *docx) sized(size int) string {
	if size == 21 && !x.english || size == 18 && x.english {
		return ""
	}
	return docxSize(strconv.Itoa(size))
}

// docxCentered tells the columns of short words, which are centred; those that
// name their row are not.
func docxCentered(t *reports.Table) []bool {
	short := make([]bool, len(t.Columns))
	for n := range short {
		short[n] = t.Columns[n].Kind == reports.Text
		for _, r := range t.Rows {
			if n < len(r.Cells) && (r.Cells[n].Head || r.Cells[n].Note != "" || docxText(r.Cells[n].Text, true).wanted > 500) {
				short[n] = false
			}
		}
	}
	return short
}

// headers are the rows above the figures, repeated on each page: the groups,
// where there are any, and the columns. A column outside a group fills both.
func (x *docx) headers(t *reports.Table, widths []int, size int) {
	below := make([]docxBox, len(t.Columns))
	for n, c := range t.Columns {
		text := docxRun(c.Title, x.sized(size))
		if note := x.columnNote(c); note != "" {
			text += "<w:r><w:br/></w:r>" + docxRun(note, docxSize(strconv.Itoa(size-3)))
		}
		below[n] = docxBox{width: widths[n], fill: docxHeadFill, text: docxParagraph(docxCellHead, "", text)}
	}
	if len(t.Groups) > 0 {
		var above []docxBox
		n := 0
		for _, g := range t.Groups {
			if g.Title != "" && n < len(below) {
				span := min(max(g.Span, 1), len(below)-n)
				box := docxBox{span: span, fill: docxHeadFill, text: docxParagraph(docxCellHead, "", docxRun(g.Title, x.sized(size)))}
				for ; span > 0; span-- {
					box.width += widths[n]
					n++
				}
				above = append(above, box)
				continue
			}
			for end := n + g.Span; n < end && n < len(below); n++ {
				above = append(above, docxOver(&below[n]))
			}
		}
		for ; n < len(below); n++ {
			above = append(above, docxOver(&below[n]))
		}
		x.row(above, true)
	}
	x.row(below, true)
}

// docxOver is the upper half of a header that fills two rows.
func docxOver(below *docxBox) docxBox {
	above := *below
	above.merge = "restart"
	below.merge, below.text = "continue", docxParagraph(docxCellHead, "", "")
	return above
}

func (x *docx) openTable(widths []int, style string) {
	total := 0
	for _, w := range widths {
		total += w
	}
	fmt.Fprintf(&x.body, `<w:tbl><w:tblPr><w:tblStyle w:val="%s"/><w:tblW w:w="%d" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/><w:tblLook w:val="0620" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/></w:tblPr><w:tblGrid>`, style, total)
	for _, w := range widths {
		fmt.Fprintf(&x.body, `<w:gridCol w:w="%d"/>`, w)
	}
	x.body.WriteString("</w:tblGrid>")
}

func (x *docx) closeTable() {
	x.body.WriteString("</w:tbl>" + docxParagraph(docxGap, "", ""))
}

// row writes a row, which no end of a page cuts.
func (x *docx) row(boxes []docxBox, header bool) {
	x.body.WriteString("<w:tr><w:trPr><w:cantSplit/>")
	if header {
		x.body.WriteString("<w:tblHeader/>")
	}
	x.body.WriteString("</w:trPr>")
	for _, c := range boxes {
		fmt.Fprintf(&x.body, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>`, c.width)
		if c.span > 1 {
			fmt.Fprintf(&x.body, `<w:gridSpan w:val="%d"/>`, c.span)
		}
		if c.merge != "" {
			x.body.WriteString(`<w:vMerge w:val="` + c.merge + `"/>`)
		}
		if c.fill != "" {
			x.body.WriteString(`<w:shd w:val="clear" w:color="auto" w:fill="` + c.fill + `"/>`)
		}
		x.body.WriteString(`<w:vAlign w:val="center"/></w:tcPr>` + c.text + "</w:tc>")
	}
	x.body.WriteString("</w:tr>")
}
