package source

import (
	"bytes"
	"errors"
	"io"
)

// sheetReader reads the rows of a worksheet.
type sheetReader struct {
	x      *xmlReader
	from   io.Closer
	book   *workbook
	where  string
	shared *sharedStrings
	inData bool
	line   int64

	refs  []cellRef // of the row, by column
	text  []byte    // of its cells that are no shared strings
	cells [][]byte
	value []byte // what stands in the cell
}

// cellRef is where the text of a cell lies: in the row, or shared.
type cellRef struct {
	kind       refKind
	start, end uint32 // in the row; start alone is the number of a shared string
}

type refKind uint8

const (
	refNone refKind = iota
	refText
	refShared
)

var (
	errOrder  = errors.New("rows or cells out of their order")
	errString = errors.New("no such shared string")
	errRef    = errors.New("no cell of that name")
)

// open starts reading a sheet.
func (b *workbook) open(name, where string) (rowReader, error) {
	shared, err := b.shared()
	if err != nil {
		return nil, err
	}
	r, err := b.part(name)
	if err != nil {
		return nil, err
	}
	return &sheetReader{x: newXMLReader(r), from: r, book: b, where: where, shared: shared}, nil
}

func (s *sheetReader) close() error { return s.from.Close() }

func (s *sheetReader) next() (int64, [][]byte, error) {
	for {
		token, err := s.x.next()
		if err != nil {
			if err == io.EOF && s.inData {
				err = io.ErrUnexpectedEOF
			}
			if err != io.EOF {
				err = spoiled(s.where, s.line, err)
			}
			return 0, nil, err
		}
		switch {
		case token == xmlEnd && string(s.x.name) == "sheetData":
			return 0, nil, io.EOF
		case token != xmlStart:
		case string(s.x.name) == "sheetData":
			if s.x.empty {
				return 0, nil, io.EOF
			}
			s.inData = true
		case s.inData && string(s.x.name) == "row":
			if err := s.row(); err != nil {
				return 0, nil, spoiled(s.where, s.line, err)
			}
			cells, err := s.made()
			return s.line, cells, err
		}
	}
}

// row reads a row. Where it does not tell its number its first cell does, else
// it is the next one.
func (s *sheetReader) row() error {
	s.refs, s.text = s.refs[:0], s.text[:0]
	line := int64(0)
	if v := attrOf(s.x.attrs, "r", false); len(v) > 0 {
		n, ok := number32(v)
		if !ok || n == 0 {
			return errRef
		}
		line = int64(n)
	}
	before := s.line
	s.line = max(line, before+1)
	if line != 0 && line <= before {
		return errOrder
	}
	if s.x.empty {
		return nil
	}
	outside := s.x.depth - 1
	for first := true; s.x.depth > outside; {
		token, err := s.x.next()
		if err != nil {
			return err
		}
		if token != xmlStart {
			continue
		}
		if string(s.x.name) != "c" {
			if err := s.x.leave(); err != nil {
				return err
			}
			continue
		}
		row, err := s.cell()
		if err != nil {
			return err
		}
		if first && line == 0 && row > 0 {
			if row <= before {
				return errOrder
			}
			s.line = row
		}
		first = false
	}
	return nil
}

// cell reads a cell and tells the row its name has, 0 where it has no name.
func (s *sheetReader) cell() (row int64, err error) {
	column, kind, style := len(s.refs), byte('n'), uint32(0)
	attrs := s.x.attrs
	for {
		name, value, rest, ok := nextAttr(attrs)
		if !ok {
			break
		}
		attrs = rest
		switch string(name) {
		case "r":
			if column, row, ok = cellName(value); !ok {
				return 0, errRef
			}
		case "s":
			style, _ = number32(value)
		case "t":
			kind = cellKind(value)
		}
	}
	if column >= maxColumns {
		return 0, tooManyColumns(s.where, s.line)
	}
	for len(s.refs) <= column {
		s.refs = append(s.refs, cellRef{})
	}
	if s.refs[column].kind != refNone {
		return 0, errOrder
	}
	if s.x.empty {
		return row, nil
	}
	if err := s.readValue(kind); err != nil {
		return 0, err
	}
	if len(s.value) == 0 {
		return row, nil
	}
	return row, s.keep(&s.refs[column], kind, style)
}

// readValue reads what stands in a cell: its value, never its formula.
func (s *sheetReader) readValue(kind byte) error {
	s.value = s.value[:0]
	outside := s.x.depth - 1
	for s.x.depth > outside {
		token, err := s.x.next()
		if err != nil {
			return err
		}
		if token != xmlStart || s.x.empty {
			continue
		}
		switch {
		case string(s.x.name) == "v" && kind != 'i':
			for inner := s.x.depth - 1; s.x.depth > inner; {
				if token, err = s.x.next(); err != nil {
					return err
				}
				if token == xmlText {
					if s.value, err = s.x.appendText(s.value); err != nil {
						return err
					}
				}
				if len(s.value) > cellBytes {
					return errLongText
				}
			}
		case string(s.x.name) == "is" && kind == 'i':
			if s.value, err = s.x.richText(s.value, 0); err != nil {
				return err
			}
		default:
			if err := s.x.leave(); err != nil {
				return err
			}
		}
	}
	return nil
}

// keep keeps the text that a spreadsheet shows for a value.
func (s *sheetReader) keep(ref *cellRef, kind byte, style uint32) error {
	start := len(s.text)
	switch kind {
	case 's':
		i, ok := number32(bytes.TrimSpace(s.value))
		if !ok || int64(i) >= int64(len(s.shared.ends)) {
			return errString
		}
		*ref = cellRef{kind: refShared, start: i}
		return nil
	case 'n':
		date := int64(style) < int64(len(s.book.dates)) && s.book.dates[style]
		s.text = appendValue(s.text, bytes.TrimSpace(s.value), date, s.book.since1904)
	case 'b':
		switch string(bytes.TrimSpace(s.value)) {
		case "1", "true":
			s.text = append(s.text, "TRUE"...)
		case "0", "false":
			s.text = append(s.text, "FALSE"...)
		default:
			s.text = append(s.text, s.value...)
		}
	case 'd':
		s.text = append(s.text, bytes.TrimSuffix(bytes.TrimSpace(s.value), []byte("Z"))...)
	default:
		s.text = append(s.text, s.value...)
	}
	var err error
	if kind != 'n' || !ascii(s.text[start:]) {
		s.text, err = polished(s.text, start)
	}
	if len(s.text) > gridBytes {
		return rowTooLong(s.where, s.line)
	}
	*ref = cellRef{kind: refText, start: uint32(start), end: uint32(len(s.text))}
	return err
}

// made are the cells of the row that was read last.
func (s *sheetReader) made() ([][]byte, error) {
	s.cells = s.cells[:0]
	for _, ref := range s.refs {
		var cell []byte
		switch ref.kind {
		case refText:
			cell = s.text[ref.start:ref.end:ref.end]
		case refShared:
			cell, _ = s.shared.at(ref.start)
		}
		s.cells = append(s.cells, cell)
	}
	return s.cells, nil
}
