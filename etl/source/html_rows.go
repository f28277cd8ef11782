package source

import (
	"bytes"
	"io"
	"strconv"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"canbao/etl/clean"
)

// htmlRows gives the rows of all tables of a page, numbered through with the
// text between them as a spreadsheet does that opens the page.
//
// A table that lies in the only cell of a row, so far, is what the page is
// laid out with: its rows are rows. In a later cell it is part of that cell's
// text.
type htmlRows struct {
	page   *htmlPage
	z      *html.Tokenizer
	from   io.Closer
	merge  func(span) error // told of merged cells, while the page is surveyed
	line   int64
	levels []*htmlLevel // tables within tables; the first is the page itself
	inner  int          // tables within a cell that are its text
	mute   bool         // within a tag whose text is not shown
	out    [][]byte
	done   bool
}

// htmlLevel is a table that is being read.
type htmlLevel struct {
	markupRow
	inRow   bool
	inCell  bool
	laidOut bool // the row has held tables
	column  int  // of the cell, or of the next one
	across  int
	down    int64
	start   int     // of the cell's text
	number  []byte  // that the cell also tells
	over    []int64 // per column, the last row that a cell from above reaches down to
	rows    int64   // of this table
	begun   []span  // merged cells of this row, their bottom counted from it
}

func (r *htmlRows) close() error { return r.from.Close() }

func (r *htmlRows) top() *htmlLevel { return r.levels[len(r.levels)-1] }

func (r *htmlRows) next() (int64, [][]byte, error) {
	r.out = nil
	for !r.done {
		kind := r.z.Next()
		var err error
		switch kind {
		case html.ErrorToken:
			err = r.end()
		case html.TextToken:
			if !r.mute {
				err = r.text(r.z.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			err = r.open(kind == html.SelfClosingTagToken)
		case html.EndTagToken:
			name, _ := r.z.TagName()
			tag := atom.Lookup(name)
			r.mute = r.mute && !muteTag(tag, name)
			err = r.shut(tag)
		}
		if err != nil {
			return 0, nil, err
		}
		if r.out != nil {
			return r.line, r.out, nil
		}
	}
	return 0, nil, io.EOF
}

// end is reached behind the last tag.
func (r *htmlRows) end() error {
	if err := r.z.Err(); err != io.EOF {
		return r.page.explain(r.line+1, err)
	}
	if len(r.levels) > 1 || r.inner > 0 {
		return r.page.incomplete(r.line)
	}
	r.done = true
	return r.emit(false)
}

// open reads a start tag.
func (r *htmlRows) open(closed bool) error {
	name, more := r.z.TagName()
	tag := atom.Lookup(name)
	level := r.top()
	switch {
	case muteTag(tag, name):
		r.mute = !closed
	case tag == atom.Body || tag == atom.Table || tag == atom.Tr || tag == atom.Td:
		r.mute = false
	}
	switch tag {
	case atom.Table:
		return r.table()
	case atom.Tr:
		if r.inner == 0 && len(r.levels) > 1 {
			err := r.emit(false)
			level.laidOut = false
			level.beginRow()
			return err
		}
	case atom.Td, atom.Th, atom.Caption:
		if r.inner == 0 && len(r.levels) > 1 {
			return r.cell(more)
		}
	case atom.Br:
		if level.inCell {
			level.text = append(level.text, '\n')
			return nil
		}
	}
	if blockTag(tag) {
		return r.block()
	}
	return nil
}

// shut reads an end tag.
func (r *htmlRows) shut(tag atom.Atom) error {
	switch tag {
	case atom.Table:
		switch {
		case r.inner > 0:
			r.inner--
		case len(r.levels) > 1:
			err := r.emit(false)
			r.levels = r.levels[:len(r.levels)-1]
			if outer := r.top(); outer.laidOut { // its cell goes on
				outer.beginRow()
				outer.inCell, outer.start, outer.column, outer.across = true, len(outer.text), 0, 1
			}
			return err
		}
	case atom.Tr, atom.Caption:
		if r.inner == 0 && len(r.levels) > 1 {
			return r.emit(false)
		}
	case atom.Td, atom.Th:
		if r.inner == 0 && len(r.levels) > 1 {
			return r.endCell()
		}
	}
	if blockTag(tag) {
		return r.block()
	}
	return nil
}

// muteTag tells tags whose text is not shown.
func muteTag(tag atom.Atom, name []byte) bool {
	switch tag {
	case atom.Script, atom.Style, atom.Title, atom.Noscript, atom.Iframe, atom.Noembed, atom.Noframes:
		return true
	}
	return string(name) == "xml"
}

// blockTag tells tags that begin a new line.
func blockTag(tag atom.Atom) bool {
	switch tag {
	case atom.P, atom.Div, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Br, atom.Hr, atom.Li, atom.Ul, atom.Ol,
		atom.Form, atom.Center, atom.Body, atom.Table, atom.Tr, atom.Td, atom.Th, atom.Pre, atom.Section, atom.Header, atom.Footer:
		return true
	}
	return false
}

// block begins a new line: in a cell a blank, outside of tables a row.
func (r *htmlRows) block() error {
	level := r.top()
	if level.inCell && len(r.levels) > 1 {
		if n := len(level.text); n > level.start && !blank(level.text[n-1]) {
			level.text = append(level.text, ' ')
		}
		return nil
	}
	if len(r.levels) == 1 {
		return r.emit(false)
	}
	return nil
}

// table begins a table.
func (r *htmlRows) table() error {
	level := r.top()
	if r.inner > 0 || len(r.levels) > 1 && level.inCell && level.column > 0 {
		if r.inner++; r.inner > htmlDeep {
			return r.page.tooDeep(r.line + 1)
		}
		return nil
	}
	if len(r.levels) > htmlDeep {
		return r.page.tooDeep(r.line + 1)
	}
	inCell := level.inCell && len(r.levels) > 1
	err := r.emit(true) // what stood in front of it
	level.laidOut = inCell
	next := &htmlLevel{markupRow: newMarkupRow(r.page.c.Name())}
	next.spare = level.spare
	r.levels = append(r.levels, next)
	return err
}

// cell begins a cell.
func (r *htmlRows) cell(more bool) error {
	level := r.top()
	if err := r.endCell(); err != nil {
		return err
	}
	level.beginRow()
	level.across, level.down, level.number = 1, 0, level.number[:0]
	for more {
		var key, value []byte
		key, value, more = r.z.TagAttr()
		switch string(key) {
		case "colspan":
			// The standard of HTML believes no more than this.
			level.across = min(max(1, spanOf(value)), 1000)
		case "rowspan":
			level.down = int64(min(spanOf(value), 65534)) - 1
			if string(bytes.TrimSpace(value)) == "0" {
				level.down = 65534 // to the end of the table
			}
		case "x:num":
			level.number = append(level.number, value...)
		}
	}
	level.down = max(0, level.down)
	for level.column < len(level.over) && level.over[level.column] >= level.rows {
		level.column++
	}
	if level.column+level.across > maxColumns {
		return tooManyColumns(r.page.c.Name(), r.line+1)
	}
	level.inCell, level.start = true, len(level.text)
	return nil
}

func spanOf(value []byte) int {
	n, err := strconv.Atoi(string(bytes.TrimSpace(value)))
	if err != nil {
		return 1
	}
	return n
}

// beginRow begins a row where there is none: not all pages have tags for them.
func (l *htmlLevel) beginRow() {
	if !l.inRow {
		l.inRow = true
		l.rows++
	}
}

// text appends to the cell, or to the line outside of tables.
func (r *htmlRows) text(text []byte) error {
	level := r.top()
	if len(r.levels) > 1 && !level.inCell {
		return nil // between the tags of a table
	}
	if len(r.levels) == 1 && !level.inCell {
		if len(bytes.TrimSpace(text)) == 0 {
			return nil
		}
		level.inRow, level.inCell, level.start, level.across = true, true, len(level.text), 1
	}
	space := len(level.text) == level.start || blank(level.text[len(level.text)-1])
	for _, c := range text {
		switch {
		case !blank(c):
			space = false
		case space:
			continue
		default:
			c, space = ' ', true
		}
		level.text = append(level.text, c)
	}
	if len(level.text)-level.start > cellBytes {
		return cellTooLong(r.page.c.Name(), r.line+1)
	}
	return nil
}

// endCell takes the text of a cell, if one is open.
func (r *htmlRows) endCell() error {
	level := r.top()
	if !level.inCell {
		return nil
	}
	level.inCell = false
	text := bytes.ReplaceAll(level.text[level.start:], []byte("\u00a0"), []byte(" "))
	text = shownNumber(bytes.TrimSpace(text), level.number)
	level.text = append(level.text[:level.start], text...)
	level.number = level.number[:0]
	if err := level.put(r.line+1, level.column, level.start); err != nil {
		return err
	}
	if level.across > 1 || level.down > 0 {
		level.begun = append(level.begun, span{bottom: level.down, left: level.column, right: level.column + level.across - 1})
	}
	if level.down > 0 {
		for len(level.over) < level.column+level.across {
			level.over = append(level.over, 0)
		}
		for c := level.column; c < level.column+level.across; c++ {
			level.over[c] = level.rows + level.down
		}
	}
	level.column += level.across
	return nil
}

// shownNumber is the text of a cell for which the page also tells the number
// that a spreadsheet keeps: the number, which may be longer than what is
// shown, unless a whole date is.
func shownNumber(text, number []byte) []byte {
	if len(number) == 0 || !utf8.Valid(number) || !numeric(number) {
		return text
	}
	if _, date := clean.ParseDay(text); date && len(bytes.Trim(text, "0123456789.,")) > 0 {
		return text
	}
	return appendValue(nil, number, false, false)
}

// emit gives out the row that is read, if there is one. A row that held tables
// and has no other text is none; text outside of all tables takes up a row and
// is none either.
func (r *htmlRows) emit(filled bool) error {
	level := r.top()
	if !level.inRow {
		return nil
	}
	if err := r.endCell(); err != nil {
		return err
	}
	row, spans := level.row(), level.begun
	dropped := (filled || level.laidOut) && !anyFilled(row)
	level.inRow, level.laidOut, level.column = false, false, 0
	level.begin()
	level.begun = level.begun[:0]
	if dropped {
		return nil
	}
	r.line++
	if len(r.levels) == 1 {
		return nil
	}
	if r.out = row; row == nil {
		r.out = [][]byte{}
	}
	if r.merge == nil {
		return nil
	}
	for _, s := range spans {
		s.top, s.bottom = r.line, r.line+s.bottom
		if err := r.merge(s); err != nil {
			return err
		}
	}
	return nil
}
