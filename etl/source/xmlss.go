package source

import (
	"bytes"
	"errors"
	"io"
	"slices"
)

// isXMLSS tells SpreadsheetML of 2003, which programs write as .xls or .xml.
func isXMLSS(head []byte) bool {
	const namespace = "urn:schemas-microsoft-com:office:spreadsheet"
	head = markupHead(head)
	if len(head) == 0 || head[0] != '<' {
		return false
	}
	if len(head) > 14 && bytes.HasPrefix(head, []byte("<!DOCTYPE")) && !bytes.EqualFold(head[10:14], []byte("html")) {
		return bytes.Contains(head, []byte(namespace)) // to be refused for it
	}
	end := bytes.IndexByte(head, '>')
	if end < 0 {
		end = len(head)
	}
	tag := head[1:end]
	name := tag
	if i := bytes.IndexAny(tag, " \t\r\n/"); i >= 0 {
		name = tag[:i]
	}
	return string(local(name)) == "Workbook" && bytes.Contains(tag, []byte(namespace))
}

// xmlssMaxSheets is how many sheets such a workbook may have: each is found
// again by reading down to it.
const xmlssMaxSheets = 256

// xmlssBook is a workbook that is one text.
type xmlssBook struct {
	c   content
	enc encoding
}

// xmlssSheet is where one of its sheets lies.
type xmlssSheet struct {
	book   *xmlssBook
	name   string
	hidden bool
	at     int64 // in the decoded text, behind its start tag
	merged []span
}

// xmlssSheets reads the workbook once to know its sheets, that it is whole and
// what is merged in it.
func xmlssSheets(c content) ([]sheet, error) {
	s, err := surveyOf(c, nil)
	if err != nil {
		return nil, err
	}
	b := &xmlssBook{c: c}
	if b.enc, err = s.decide(c.Name()); err != nil {
		return nil, err
	}
	found, err := b.find()
	if err != nil {
		return nil, err
	}
	var sheets []sheet
	for _, f := range found {
		sheets = append(sheets, sheet{
			name: f.name, hidden: f.hidden, open: f.open,
			merged: func() ([]span, error) { return f.merged, nil },
		})
	}
	return sheets, nil
}

func (b *xmlssBook) find() (found []*xmlssSheet, err error) {
	r, err := markupText(b.c, b.enc)
	if err != nil {
		return nil, unreadable(b.c.Name(), err)
	}
	defer r.Close()
	counted := &countingReader{r: r}
	x := newXMLReader(counted)
	for {
		token, err := x.next()
		if err == io.EOF {
			return found, nil
		}
		if err != nil {
			return nil, b.spoiled("", 0, err)
		}
		if token != xmlStart || string(x.name) != "Worksheet" || x.depth != 2 || x.empty {
			continue
		}
		if len(found) == xmlssMaxSheets {
			return nil, refusal(b.c.Name(), "工作表多得反常", "has an impossible number of sheets", saveAsXLSX.ZH, saveAsXLSX.EN, nil)
		}
		s := &xmlssSheet{book: b, name: attr(x.attrs, "Name"), at: counted.n - int64(x.end-x.at)}
		if err := s.survey(x); err != nil {
			return nil, err
		}
		found = append(found, s)
	}
}

// survey reads over a sheet: whether it is hidden is told behind its rows.
func (s *xmlssSheet) survey(x *xmlReader) error {
	rows := &xmlssRows{sheet: s, x: x, row: newMarkupRow(s.where()), inside: x.depth, merge: func(m span) error {
		if len(s.merged) == maxMerges {
			return tooManyMerges(s.where())
		}
		s.merged = append(s.merged, m)
		return nil
	}}
	for {
		if _, _, err := rows.next(); err == io.EOF {
			break
		} else if err != nil {
			return err
		}
	}
	s.hidden = rows.hidden
	return nil
}

func (s *xmlssSheet) where() string { return joinName(s.book.c.Name(), s.name) }

// spoiled refuses what is no whole XML; badText is text within it.
func (b *xmlssBook) spoiled(name string, line int64, err error) error {
	var bad badText
	if errors.As(err, &bad) {
		return bad.refuse(b.c.Name())
	}
	return spoiled(joinName(b.c.Name(), name), line, err)
}

func (s *xmlssSheet) open() (rowReader, error) {
	r, err := markupText(s.book.c, s.book.enc)
	if err != nil {
		return nil, unreadable(s.book.c.Name(), err)
	}
	if _, err := io.CopyN(io.Discard, r, s.at); err != nil {
		r.Close()
		return nil, s.book.spoiled(s.name, 0, err)
	}
	x := newXMLReader(r)
	x.depth = 1
	return &xmlssRows{sheet: s, x: x, from: r, row: newMarkupRow(s.where()), inside: 1}, nil
}

// countingReader counts the bytes that were read.
type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// xmlssRows gives the rows of a sheet.
type xmlssRows struct {
	sheet  *xmlssSheet
	x      *xmlReader
	from   io.Closer
	row    markupRow
	inside int              // depth of tags within the sheet
	table  int              // depth of tags within its table
	merge  func(span) error // told of merged cells, while the sheet is surveyed
	line   int64
	more   int64 // rows that the last one stands for besides itself
	hidden bool
	value  []byte
}

func (r *xmlssRows) close() error { return r.from.Close() }

// next reads down to the next row of the table, or to the end of the sheet.
func (r *xmlssRows) next() (int64, [][]byte, error) {
	for {
		token, err := r.x.next()
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return 0, nil, r.sheet.book.spoiled(r.sheet.name, r.line+1, err)
		}
		switch {
		case token == xmlEnd && r.x.depth < r.inside:
			return 0, nil, io.EOF
		case token != xmlStart:
		case string(r.x.name) == "Table":
			r.table = r.x.depth
		case string(r.x.name) == "Visible":
			if err := r.visible(); err != nil {
				return 0, nil, err
			}
		case string(r.x.name) == "Row" && (r.x.depth == r.table+1 || r.x.empty && r.x.depth == r.table):
			if err := r.read(); err != nil {
				return 0, nil, r.sheet.book.spoiled(r.sheet.name, r.line, err)
			}
			return r.line, r.row.row(), nil
		}
	}
}

// visible reads whether the sheet is shown.
func (r *xmlssRows) visible() error {
	if r.x.empty {
		return nil
	}
	token, err := r.x.next()
	if err != nil {
		return r.sheet.book.spoiled(r.sheet.name, 0, err)
	}
	if token == xmlText && (string(r.x.text) == "SheetHidden" || string(r.x.text) == "SheetVeryHidden") {
		r.hidden = true
	}
	return nil
}

// index is a number in an attribute, 0 for none.
func (r *xmlssRows) index(name string) int64 {
	n, ok := number32(attrOf(r.x.attrs, name, false))
	if !ok {
		return 0
	}
	return int64(n)
}

// read reads a row whose start tag was read. Rows and cells that are skipped
// are told by the number of the next one.
func (r *xmlssRows) read() error {
	r.line = max(r.line+r.more+1, r.index("Index"))
	r.more = r.index("Span")
	r.row.begin()
	if r.x.empty {
		return nil
	}
	within, column := r.x.depth, 0
	for {
		token, err := r.x.next()
		if err != nil {
			return err
		}
		switch {
		case token == xmlEnd && r.x.depth < within:
			return nil
		case token != xmlStart || string(r.x.name) != "Cell":
			continue
		}
		column = max(column, int(r.index("Index"))-1)
		across, down := int(r.index("MergeAcross")), r.index("MergeDown")
		if column >= maxColumns {
			return tooManyColumns(r.sheet.where(), r.line)
		}
		if (across > 0 || down > 0) && r.merge != nil {
			if err := r.merge(span{top: r.line, bottom: r.line + down, left: column, right: column + across}); err != nil {
				return err
			}
		}
		start := len(r.row.text)
		if err := r.cell(); err != nil {
			return err
		}
		if err := r.row.put(r.line, column, start); err != nil {
			return err
		}
		column += 1 + across
	}
}

// cell appends the text of a cell whose start tag was read. A comment at the
// cell has data too, which is none of the cell's.
func (r *xmlssRows) cell() error {
	if r.x.empty {
		return nil
	}
	for within := r.x.depth; ; {
		token, err := r.x.next()
		switch {
		case err != nil:
			return err
		case token == xmlEnd && r.x.depth < within:
			return nil
		case token != xmlStart:
		case string(r.x.name) == "Data":
			if err := r.data(); err != nil {
				return err
			}
		default:
			if err := r.x.leave(); err != nil {
				return err
			}
		}
	}
}

// data appends a value. A text may have parts of it in tags of their own, which
// tell its fonts.
func (r *xmlssRows) data() error {
	if r.x.empty {
		return nil
	}
	kind := attr(r.x.attrs, "Type")
	r.value = r.value[:0]
	for within := r.x.depth; ; {
		token, err := r.x.next()
		if err != nil {
			return err
		}
		if token == xmlText {
			if r.value, err = r.x.appendText(r.value); err != nil {
				return err
			}
			if len(r.value) > cellBytes {
				return errLongText
			}
		}
		if token == xmlEnd && r.x.depth < within {
			r.row.text = appendXMLSS(r.row.text, kind, r.value)
			return nil
		}
	}
}

// appendXMLSS appends a value as a spreadsheet shows it.
func appendXMLSS(dst []byte, kind string, value []byte) []byte {
	switch kind {
	case "Number":
		return appendValue(dst, bytes.TrimSpace(value), false, false)
	case "Boolean":
		if bytes.Equal(bytes.TrimSpace(value), []byte("1")) {
			return append(dst, "TRUE"...)
		}
		return append(dst, "FALSE"...)
	case "DateTime":
		return appendISO(dst, bytes.TrimSpace(value))
	}
	return append(dst, value...)
}

// appendISO appends 2020-11-03T15:04:05.000 as a day, a day with a time or, of
// the day before all days, a time.
func appendISO(dst, value []byte) []byte {
	day, clock, found := bytes.Cut(value, []byte{'T'})
	if point := bytes.IndexByte(clock, '.'); point >= 0 && len(bytes.Trim(clock[point+1:], "0")) == 0 {
		clock = clock[:point]
	}
	switch {
	case !found:
		return append(dst, value...)
	case slices.Contains([]string{"1899-12-31", "1899-12-30", "1904-01-01"}, string(day)) && string(clock) != "00:00:00":
		return append(dst, clock...)
	case string(clock) == "00:00:00":
		return append(dst, day...)
	}
	return append(append(append(dst, day...), ' '), clock...)
}
