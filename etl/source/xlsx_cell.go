package source

import (
	"bytes"
	"io"
	"slices"
	"strconv"
)

// cellKind is the type of a cell by one letter: i for text that stands in the
// cell, x for the text a formula has made.
func cellKind(t []byte) byte {
	switch string(t) {
	case "s":
		return 's'
	case "inlineStr":
		return 'i'
	case "str":
		return 'x'
	case "b":
		return 'b'
	case "e":
		return 'e'
	case "d":
		return 'd'
	}
	return 'n'
}

// cellName reads a cell's name: C5 is column 2 (from 0) of row 5.
func cellName(name []byte) (column int, row int64, ok bool) {
	i := 0
	for i < len(name) && i < 8 {
		c := name[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		column = column*26 + int(c-'A') + 1
		i++
	}
	n, ok := number32(name[i:])
	return column - 1, int64(n), ok && column > 0 && n > 0
}

func number32(text []byte) (uint32, bool) {
	n := uint64(0)
	if len(text) == 0 || len(text) > 10 {
		return 0, false
	}
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return uint32(n), n < 1<<32
}

// appendValue appends the text of a number cell: the date it shows, or the
// number. Plain digits stay exactly those; what has been a float is shown with
// the fifteen digits that are sure.
func appendValue(dst, value []byte, date, since1904 bool) []byte {
	digits, simple := 0, true
	for i, c := range value {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c == '.':
			simple = simple && !bytes.Contains(value[i+1:], []byte{'.'})
		default:
			simple = simple && c == '-' && i == 0
		}
	}
	if simple && !date && (digits <= 15 || bytes.IndexByte(value, '.') < 0) {
		return append(dst, value...)
	}
	f, err := strconv.ParseFloat(string(value), 64)
	if err != nil || !numeric(value) {
		return append(dst, value...)
	}
	if date {
		if out, ok := appendSerial(dst, f, since1904); ok {
			return out
		}
		if simple && bytes.IndexByte(value, '.') < 0 {
			return append(dst, value...)
		}
	}
	return appendNumber(dst, f)
}

// numeric keeps out what strconv takes for a number and XML does not.
func numeric(value []byte) bool {
	return !slices.ContainsFunc(value, func(c byte) bool {
		return (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E'
	})
}

func ascii(text []byte) bool {
	return !slices.ContainsFunc(text, func(c byte) bool { return c >= 0x80 })
}

// maxMerges is how many merged ranges of a sheet are believed.
const maxMerges = 1 << 20

// merged reads the merged ranges of a sheet. They stand behind its rows, so the
// whole sheet is unpacked once to get there; this also shows that all of it is
// there before its first row is given out.
func (b *workbook) merged(name, where string) ([]span, error) {
	r, err := b.part(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	x := newXMLReader(r)
	if err := x.past([]byte("sheetData>")); err != nil {
		return nil, spoiled(where, 0, err)
	}
	var spans []span
	for {
		token, err := x.next()
		if err == io.EOF {
			return spans, nil
		}
		if err != nil {
			return nil, spoiled(where, 0, err)
		}
		if token != xmlStart || string(x.name) != "mergeCell" {
			continue
		}
		from, to, _ := bytes.Cut([]byte(attr(x.attrs, "ref")), []byte(":"))
		left, top, ok := cellName(from)
		right, bottom, both := cellName(to)
		if !ok || !both || right < left || bottom < top {
			continue // a range of one cell
		}
		if len(spans) == maxMerges {
			return nil, refusal(where, "合并单元格多得反常", "has more merged cells than a sheet can have",
				"取消合并单元格再装载", "unmerge the cells, then load again", nil)
		}
		spans = append(spans, span{top, bottom, left, right})
	}
}
