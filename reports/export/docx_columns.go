package export

import (
	"strings"

	"canbao/reports"
	"canbao/reports/draw"
)

// The sizes of table text in half points, 五号 to 小六 and below; the first that
// fits is taken. Nothing is set smaller than 六号 but for want of room.
var docxTableSizes = []int{21, 18, 16, docxSmall, 13, 11}

const docxSmall = 15

// docxLongTable is how many rows a table in the usual size may have.
const docxLongTable = 30

// docxPadding is the room left and right of the text of a cell, in twips.
const docxPadding = 150

// docxColumn is how wide a column wants to be and at least has to be, in
// hundredths of the size of its letters.
type docxColumn struct{ wanted, least float64 }

// columns are the widths of the columns of a table in twips, and the size of its
// text in half points, the largest that fits: figures and names stay on one line,
// what is longer wraps.
func (x *docx) columns(t *reports.Table) ([]int, int) {
	all := docxColumns(t)
	sizes := docxTableSizes
	if x.english || len(t.Rows) > docxLongTable {
		sizes = sizes[1:]
	}
	var widths []int
	var size int
	for n, smaller := range sizes {
		w, ok := docxSpread(all, x.width(), smaller)
		if !ok && n < len(sizes)-1 {
			continue
		}
		spills := docxSpills(docxHeight(t, w, smaller), x.height())
		if widths == nil || !spills {
			widths, size = w, smaller
		}
		if !spills || smaller <= docxSmall {
			break
		}
	}
	return widths, size
}

// docxSpills tells rows that would leave a few of them for a page of their own;
// a quarter of a page is heading, caption and headers.
func docxSpills(rows, page int) bool { return rows > page*3/4 && rows < page*13/10 }

// docxStands tells a table that can be read on a standing page, at 六号 (7.5 pt)
// or larger.
func docxStands(t *reports.Table) bool {
	_, ok := docxSpread(docxColumns(t), docxStanding, docxSmall)
	return ok
}

// docxNotes tells a table with room for the notes of its cells.
func docxNotes(t *reports.Table) bool { return len(t.Columns) <= 8 }

func docxColumns(t *reports.Table) []docxColumn {
	all := make([]docxColumn, len(t.Columns))
	for n, c := range t.Columns {
		all[n] = docxHead(c.Title)
		all[n].widen(docxHead(c.Note))
	}
	for _, r := range t.Rows {
		for n := 0; n < len(r.Cells) && n < len(all); n++ {
			c := r.Cells[n]
			column := docxText(docxCellText(c), t.Columns[n].Kind != reports.Text)
			if c.Head {
				column.least = max(column.least, min(column.wanted, 1000)) // two lines for the longest names
			}
			if c.Strong || r.Whole {
				column.least *= 1.06
				column.wanted *= 1.06
			}
			all[n].widen(column)
			if c.Note != "" && docxNotes(t) {
				all[n].widen(docxText(c.Note, false))
			}
		}
	}
	return all
}

// docxHeight is about how high the rows of a table are, in twips, in fonts as
// tall as Noto's.
func docxHeight(t *reports.Table, widths []int, size int) int {
	total := 0
	for _, r := range t.Rows {
		lines := 1
		for n := 0; n < len(r.Cells) && n < len(widths); n++ {
			text, here := docxCellText(r.Cells[n]), 0
			if docxNotes(t) && r.Cells[n].Note != "" {
				text += "\n" + r.Cells[n].Note
			}
			for _, line := range strings.Split(text, "\n") {
				here += 1 + int(docxMeasure(line)*float64(size)/10)/max(widths[n]-docxPadding, 1)
			}
			lines = max(lines, here)
		}
		total += lines*size*29/2 + 60
	}
	return total
}

func (c *docxColumn) widen(o docxColumn) {
	c.wanted, c.least = max(c.wanted, o.wanted), max(c.least, o.least)
}

// docxHead is the header of a column: it may take three lines.
func docxHead(title string) docxColumn {
	wide := docxMeasure(title)
	c := docxColumn{wanted: wide, least: max(1.2*docxWord(title), min(wide, max(wide/3+50, 400)))} // English ones are bold
	if wide > 600 {
		c.wanted = max(wide/2, 600)
	}
	c.wanted = max(c.wanted, c.least)
	return c
}

// docxText is the text of a cell. Up to seven characters are not broken, nor are
// figures and days; a long text claims a quarter of its width, within limits.
func docxText(text string, figure bool) docxColumn {
	wide := docxMeasure(text)
	day := text != "" && text[0] >= '0' && text[0] <= '9' && wide <= 1200
	if figure || day || wide <= 700 {
		return docxColumn{wide, wide}
	}
	return docxColumn{wanted: min(wide, 4000), least: max(docxWord(text), 700, min(wide/4, 1800))}
}

// docxMeasure is the width of a text in hundredths of its size, as wide as it
// gets: figures are wider in what stands in for Times New Roman where that is
// missing, signs such as ✓ come from a font that has them, and word processors leave a gap between Chinese and all else.
func docxMeasure(text string) float64 {
	const figure, sign, gap = 13, 43, 25
	wide := draw.TextWidth(text, 100)
	var before rune
	for _, r := range text {
		switch {
		case r < 'A':
			wide += figure
		case r >= 0x2000 && r < 0x2E80:
			wide += sign
		}
		if before != 0 && (before >= 0x2E80) != (r >= 0x2E80) {
			wide += gap
		}
		before = r
	}
	return wide
}

// docxWord is the width of the longest word that cannot be broken.
func docxWord(text string) float64 {
	var widest float64
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' || r >= 0x2E80 }) {
		widest = max(widest, docxMeasure(word))
	}
	return min(widest, 1600)
}

// docxSpread gives each column its part of a width in twips; it does not fit
// where not even the least widths do. The parts add up to the width.
func docxSpread(all []docxColumn, width, size int) ([]int, bool) {
	var wanted, least float64
	twips := func(hundredths float64) float64 { return hundredths*float64(size)/10 + docxPadding }
	for _, c := range all {
		wanted += twips(c.wanted)
		least += twips(c.least)
	}
	ok := least <= float64(width)
	widths := make([]int, len(all))
	left := width
	for n, c := range all {
		most, fewest := twips(c.wanted), twips(c.least)
		var w float64
		switch {
		case wanted <= float64(width):
			w = most * float64(width) / wanted
		case ok:
			w = fewest + (most-fewest)*(float64(width)-least)/(wanted-least)
		default:
			w = fewest * float64(width) / least
		}
		widths[n] = int(w)
		left -= widths[n]
	}
	if len(widths) > 0 {
		widths[len(widths)-1] += left
	}
	return widths, ok
}
