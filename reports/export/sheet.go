package export

import (
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"canbao/reports"
	"canbao/sql/answer"
)

// The colours of what is no figure.
const (
	headFill  = "E9EDF2"
	wholeFill = "F4F4F4"
	softFont  = "5C5C5C"
	linkFont  = "1F4E79"
	titleFont = "B3161B"
)

// layout is where the parts of a sheet stand; rows count from 1.
type layout struct {
	groups, titles, notes int // rows of the header; 0: there is none
	body, end             int // first and last row of the table
	foot                  int // first row under the table
	last                  int
	widths                []float64
}

// layOut finds out where everything stands.
func (b *book) layOut(s *sheet) layout {
	t := s.table
	row := 2 + len(s.lines) // the title, the lines
	var l layout
	if len(t.Groups) > 0 {
		l.groups, row = row, row+1
	}
	l.titles, row = row, row+1
	if hasNotes(t) {
		l.notes, row = row, row+1
	}
	l.body, l.end = row, row+len(t.Rows)-1
	l.foot = l.end + 1
	l.last = l.end
	if b.shaded(t) {
		l.last = l.foot
	}
	l.last += len(s.below)
	l.widths = columnWidths(t, b.english)
	return l
}

func hasNotes(t *reports.Table) bool {
	for _, c := range t.Columns {
		if c.Note != "" {
			return true
		}
	}
	return false
}

// header is the first row of the header.
func (l layout) header() int {
	if l.groups > 0 {
		return l.groups
	}
	return l.titles
}

// columnWidths fits the columns to what stands in them; long texts are wrapped.
func columnWidths(t *reports.Table, english bool) []float64 {
	widths := make([]float64, len(t.Columns))
	for n, c := range t.Columns {
		widths[n] = max(narrowest, min(width(c.Title)+2, headWidth), width(noteText(c, english))+2)
	}
	for _, r := range t.Rows {
		if r.Class == bandClass {
			continue
		}
		for n, c := range r.Cells {
			w := width(c.Text) + 2.5
			if c.Kind == reports.Rate {
				w++
			}
			widths[n] = max(widths[n], min(w, textWidth))
		}
	}
	return widths
}

// noteText is the note below a header, with the mark of what the notice does not
// give.
func noteText(c reports.Column, english bool) string {
	switch {
	case c.Assumed && english:
		return c.Note + " (assumed)"
	case c.Assumed:
		return c.Note + "(假定)"
	}
	return c.Note
}

// writeSheet writes one sheet.
func (b *book) writeSheet(s *sheet) error {
	l := b.layOut(s)
	s.first = l.body
	if err := b.before(s, l); err != nil {
		return err
	}
	stream, err := b.file.NewStreamWriter(s.name)
	if err != nil {
		return err
	}
	p := &pen{book: b, sheet: s, layout: l, stream: stream}
	for _, step := range []func() error{p.columns, p.top, p.header, p.body, p.bottom, p.shade, p.link} {
		if err := step(); err != nil {
			return err
		}
	}
	if err := b.after(s, l); err != nil {
		return err
	}
	return stream.Flush()
}

// pen writes a sheet from top to bottom.
type pen struct {
	*book
	*sheet
	layout
	stream *excelize.StreamWriter
}

func (p *pen) columns() error {
	for n, w := range p.widths {
		if err := p.stream.SetColWidth(n+1, n+1, w); err != nil {
			return err
		}
	}
	return p.stream.SetPanes(&excelize.Panes{Freeze: true, XSplit: p.table.Frozen, YSplit: p.layout.body - 1,
		TopLeftCell: cellName(p.table.Frozen, p.layout.body), ActivePane: "bottomRight"})
}

// cellName is A1 of column 0 and row 1.
func cellName(column, row int) string {
	name, _ := excelize.CoordinatesToCellName(column+1, row) // both are small and above 0
	return name
}

// row writes cells of looks and values.
func (p *pen) row(at int, height float64, cells []any, outline int) error {
	return p.stream.SetRow(cellName(0, at), cells, excelize.RowOpts{Height: height, OutlineLevel: outline, Hidden: outline > 0})
}

// across writes a text over the whole width.
func (p *pen) across(at int, text string, l look, height float64) error {
	id, err := p.styles.id(l)
	if err != nil {
		return err
	}
	if err := p.row(at, height, []any{excelize.Cell{StyleID: id, Value: answer.Harmless(text)}}, 0); err != nil {
		return err
	}
	return p.merge(0, at, len(p.table.Columns)-1, at)
}

func (p *pen) merge(column, row, toColumn, toRow int) error {
	if column == toColumn && row == toRow {
		return nil
	}
	return p.stream.MergeCell(cellName(column, row), cellName(toColumn, toRow))
}

// top writes the title and what stands below it.
func (p *pen) top() error {
	if err := p.across(1, p.title, look{size: 16, bold: true, font: titleFont, align: "center"}, 30); err != nil {
		return err
	}
	for n, text := range p.lines {
		if err := p.across(2+n, text, look{font: softFont, align: "center", wrap: true}, 16); err != nil {
			return err
		}
	}
	return nil
}

// header writes groups, titles and notes; a title without a group, or without a
// note, takes their room too.
func (p *pen) header() error {
	t := p.table
	groups := make([]any, len(t.Columns))
	titles, notes := make([]any, len(t.Columns)), make([]any, len(t.Columns))
	bottom := max(p.titles, p.notes)
	plain, err := p.styles.id(look{bold: true, fill: headFill, align: "center", wrap: true, border: gridBorder})
	if err != nil {
		return err
	}
	of := groupTitles(t)
	high := 1
	for n, c := range t.Columns {
		top := p.titles
		groups[n], titles[n] = excelize.Cell{StyleID: plain}, excelize.Cell{StyleID: plain}
		text := excelize.Cell{StyleID: plain, Value: answer.Harmless(c.Title)}
		if p.groups > 0 && of[n] == "" {
			groups[n], top = text, p.groups
		} else {
			titles[n] = text
		}
		if notes[n], err = p.note(c); err != nil {
			return err
		}
		end := bottom
		if c.Note != "" {
			end = p.titles
		}
		if err := p.merge(n, top, n, end); err != nil {
			return err
		}
		room := lines(c.Title, p.widths[n])
		if top == p.groups || end == p.notes {
			room--
		}
		high = max(high, room)
	}
	if p.groups > 0 {
		if err := p.groupRow(groups, plain); err != nil {
			return err
		}
	}
	if err := p.row(p.titles, 14*float64(high)+6, titles, 0); err != nil || p.notes == 0 {
		return err
	}
	return p.row(p.notes, 18, notes, 0)
}

// note is the cell below a title, a number where it is a target.
func (p *pen) note(c reports.Column) (any, error) {
	l := look{fill: headFill, align: "center", border: gridBorder, font: softFont}
	cell := reports.Cell{Text: noteText(c, p.english)}
	if c.Den > 0 {
		cell.Kind = reports.Rate
	}
	v, format := value(cell, p.english)
	if c.Den > 0 {
		v = float64(c.Num) / float64(c.Den)
	} else if n, err := strconv.ParseFloat(c.Note, 64); err == nil {
		v, format = n, "General" // the most points an item gives
	}
	l.format = format
	id, err := p.styles.id(l)
	return excelize.Cell{StyleID: id, Value: v}, err
}

func (p *pen) groupRow(cells []any, style int) error {
	at := 0
	for _, g := range p.table.Groups {
		if g.Title != "" {
			cells[at] = excelize.Cell{StyleID: style, Value: answer.Harmless(g.Title)}
			if err := p.merge(at, p.groups, at+g.Span-1, p.groups); err != nil {
				return err
			}
		}
		at += g.Span
	}
	return p.row(p.groups, 20, cells, 0)
}

// body writes the rows of the table.
func (p *pen) body() error {
	cells := make([]any, len(p.table.Columns))
	for n, r := range p.table.Rows {
		at, high := p.layout.body+n, 1
		for m, c := range r.Cells {
			l := p.look(r, m, c)
			if p.leads(n, m) {
				l.font = linkFont
			}
			v, format := value(c, p.english)
			l.format = format
			if l.wrap {
				high = max(high, lines(c.Text, p.widths[m]))
			}
			id, err := p.styles.id(l)
			if err != nil {
				return err
			}
			cells[m] = excelize.Cell{StyleID: id, Value: v}
		}
		outline := 0
		switch r.Class {
		case villageClass:
			outline = 1
		case bandClass:
			if err := p.merge(0, at, len(cells)-1, at); err != nil {
				return err
			}
		}
		if err := p.row(at, 3+14*float64(high), cells, outline); err != nil {
			return err
		}
	}
	return nil
}

// look is how a cell of a row looks.
func (p *pen) look(r reports.Row, column int, c reports.Cell) look {
	kind := p.table.Columns[column].Kind
	l := look{align: "right", border: gridBorder, bold: r.Whole || c.Strong}
	switch {
	case c.Head || kind == reports.Text && c.Kind == reports.Text && column < p.table.Frozen:
		l.align, l.bold = "left", r.Whole
	case kind == reports.Places || c.Kind == reports.Places || c.Kind == reports.Day || column == 0:
		l.align = "center"
	case kind == reports.Text && c.Kind == reports.Text:
		l.align = "left"
		if strings.ContainsAny(c.Text, "✓↗!✕") || c.Text == "—" {
			l.align = "center"
		}
	}
	if width(c.Text) > textWidth-2 {
		l.wrap = true
	}
	switch {
	case r.Whole:
		l.border, l.fill = wholeBorder, wholeFill
	case r.Class == bandClass:
		l.fill, l.align, l.bold = headFill, "left", true
	case r.Class == villageClass, r.Class == "bank":
		l.font = "404040"
		if c.Head {
			l.indent = 1
		}
	}
	if s, is := shadeOf(c.Class); is && c.Kind != reports.Text {
		if !p.conditional(column) {
			l.fill, l.font = s.fill, s.font
		}
	} else if font, is := statusFonts[c.Class]; is {
		l.font = font
		if c.Kind == reports.Text && c.Class != "none" {
			l.bold = true
		}
	}
	return l
}
