package export

import (
	"strings"

	"canbao/reports"
	"canbao/reports/draw"
)

// The sizes of table text in half points, 五号 to 小六 and below, the first that
// fits is taken.
var docxTableSizes = []int{21, 18, 16, 15, 13, 11}

// docxLongTable is how many rows a table in the usual size may have.
const docxLongTable = 30

// docxPadding is the room left and right of the text of a cell, in twips.
const docxPadding = 150

// docxColumn is how wide a column wants to be and at least has to be, in
// hundredths of the size of its letters.
type docxColumn struct{ wanted, least float64 }

// columns are the widths of the columns of a table in twips, and the size of its
// text in half points: figures and names stay on one line, what is longer wraps.
func (x *docx) columns(t *reports.Table) ([]int, int) {
	all := make([]docxColumn, len(t.Columns))
	for n, c := range t.Columns {
		all[n] = docxHead(c.Title)
		all[n].widen(docxHead(x.columnNote(c)))
	}
	for _, r := range t.Rows {
		for n := 0; n < len(r.Cells) && n < len(all); n++ {
			c := r.Cells[n]
			all[n].widen(docxText(docxCellText(c), t.Columns[n].Kind != reports.Text))
			if c.Note != "" && !docxWide(t) {
				all[n].widen(docxText(c.Note, false))
			}
		}
	}
	sizes := docxTableSizes
	if x.english || len(t.Rows) > docxLongTable {
		sizes = sizes[1:]
	}
	for _, size := range sizes {
		if widths, ok := docxSpread(all, x.width(), size); ok || size == sizes[len(sizes)-1] {
			return widths, size
		}
	}
	return nil, 0 // not reached: there is a last size
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
	return c
}

// docxText is the text of a cell. Up to seven characters are not broken, nor are
// figures; a long text does not claim more than forty.
func docxText(text string, figure bool) docxColumn {
	wide := docxMeasure(text)
	if figure || wide <= 700 {
		return docxColumn{wide, wide}
	}
	return docxColumn{wanted: min(wide, 4000), least: max(docxWord(text), 700)}
}

// docxMeasure is the width of a text in hundredths of its size, as wide as it
// gets: figures are wider in what stands in for Times New Roman where that is
// missing, and word processors leave a gap between Chinese and all else.
func docxMeasure(text string) float64 {
	const figure, gap = 13, 25
	wide := draw.TextWidth(text, 100)
	var before rune
	for _, r := range text {
		if r < 'A' {
			wide += figure
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
