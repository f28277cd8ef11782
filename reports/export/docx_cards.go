package export

import (
	"strconv"
	"strings"

	"canbao/models/measure"
	"canbao/reports"
)

// docxLoose is a picture in a cell: its row need not stay with the next.
const docxLoose = `<w:keepNext w:val="0"/><w:spacing w:before="40"/>`

// cards are items at a glance as one table: a row of figures, below it the rest
// in words beside the item's bar. The areas of each item follow as pictures, two
// beside each other.
func (x *docx) cards(all []reports.Card) {
	t := &reports.Table{Caption: x.t("分项进度", "Item by item"), Columns: []reports.Column{
		{Title: x.t("指标", "item")}, {Title: x.t("比率", "rate"), Kind: reports.Rate}, {Title: x.t("目标", "target"), Kind: reports.Rate},
		{Title: x.t("较上期", "change"), Kind: reports.Points}, {Title: x.t("还差", "short by"), Kind: reports.Count},
		{Title: x.t("截止", "due")}, {Title: x.t("状态", "status")},
	}}
	for _, c := range all {
		change := c.Change
		if change == "" {
			change = measure.None
		}
		t.Rows = append(t.Rows, reports.Row{Cells: []reports.Cell{
			{Text: c.Title, Strong: true, Head: true}, {Text: c.Rate, Strong: true}, {Text: c.Target}, {Text: change},
			{Text: c.Short}, {Text: c.Due}, {Text: strings.TrimSpace(c.Sign + " " + c.Word), Class: c.Status},
		}})
	}
	x.tables++
	x.body.WriteString(x.caption(x.t("表", "Table"), x.tables, t.Caption, "<w:keepNext/>"))
	widths, size := x.columns(t)
	x.openTable(widths, docxGrid)
	x.headers(t, widths, size)
	center := docxCentered(t)
	for n, r := range t.Rows {
		boxes := make([]docxBox, len(r.Cells))
		for k, c := range r.Cells {
			boxes[k] = x.box(t, r, c, k, size, center[k], true)
			boxes[k].width = widths[k]
		}
		x.row(boxes, false)
		x.row(x.rest(&all[n], widths, size), false)
	}
	x.closeTable()
	x.areas(all)
}

// rest is the second row of a card: what it says in words, and its bar.
func (x *docx) rest(c *reports.Card, widths []int, size int) []docxBox {
	var lines []string
	if c.Expected != "" {
		lines = append(lines, x.t("应完成", "expected ")+c.Expected+x.t("，已完成", ", actual ")+c.Actual+x.t("，尚缺", ", missing ")+c.Missing)
	}
	for _, line := range []string{c.Pace, c.OnTime, c.Amounts, c.Score} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	if c.Assumed {
		lines = append(lines, x.t("目标为假定：", "target assumed: ")+c.Note)
	}
	text := docxBox{text: docxParagraph(docxCell, "", docxRun(strings.Join(lines, x.t("；", "; ")), docxSize(strconv.Itoa(size-3))))}
	picture := c.Chart != nil && c.Chart.Picture != nil
	for n, w := range widths {
		if picture && text.width > x.width()*2/5 && n > 0 {
			break
		}
		text.width += w
		text.span++
	}
	if !picture || text.span == len(widths) {
		return []docxBox{text}
	}
	bar := docxBox{width: x.width() - text.width, span: len(widths) - text.span}
	bar.text = docxParagraph(docxFigure, docxLoose, x.picture(c.Chart, bar.width-docxPadding, x.height()/4))
	return []docxBox{text, bar}
}

// docxCaptionRoom is what a caption of two lines and the space around a picture
// take, in twips.
const docxCaptionRoom = 960

// areas are the pictures of the areas, item by item, three pairs on a page.
func (x *docx) areas(all []reports.Card) {
	var drawn []*reports.Chart
	for _, c := range all {
		if c.Areas != nil && c.Areas.Picture != nil {
			drawn = append(drawn, c.Areas)
		}
	}
	if len(drawn) == 0 {
		return
	}
	half := x.width() / 2
	x.openTable([]int{half, half}, docxPlain)
	for ; len(drawn) > 0; drawn = drawn[min(2, len(drawn)):] {
		boxes := []docxBox{{width: half, text: docxParagraph(docxCell, "", "")}, {width: half, text: docxParagraph(docxCell, "", "")}}
		for n, c := range drawn[:min(2, len(drawn))] {
			x.figures++
			boxes[n].text = docxParagraph(docxFigure, docxLoose, x.picture(c, half-docxPadding, x.height()/3-docxCaptionRoom)) + x.caption(x.t("图", "Figure"), x.figures, c.Title, "")
		}
		x.row(boxes, false)
	}
	x.closeTable()
}

// tiles are the figures that are read first, between two rules.
func (x *docx) tiles(all []reports.Tile) {
	if len(all) == 0 {
		return
	}
	widths := make([]int, len(all))
	boxes := make([]docxBox, len(all))
	for n, t := range all {
		widths[n] = x.width() / len(all)
		boxes[n].width = widths[n]
		boxes[n].text = docxParagraph(docxCell, `<w:jc w:val="center"/>`, docxRun(t.Label, "")) +
			docxParagraph(docxCell, `<w:jc w:val="center"/>`, docxRun(t.Figure, docxStrong+docxSize("36"))+docxRun(t.Unit, "")) +
			docxParagraph(docxCell, `<w:jc w:val="center"/>`, docxRun(t.Note, `<w:color w:val="595959"/>`+docxSize("18")))
	}
	x.paragraph(docxGap, "", "")
	x.openTable(widths, docxRules)
	x.row(boxes, false)
	x.closeTable()
}
