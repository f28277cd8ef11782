package source

import (
	"encoding/binary"
	"math"
	"testing"
	surrogate "unicode/utf16"
)

// What a test may put into a cell, besides string, float64 and bool.
type (
	xlsDate    float64 // a number in a date format
	xlsRK      uint32  // a number in four bytes
	xlsError   byte
	xlsRich    string   // a text with fonts
	xlsInline  string   // a text that is not shared
	xlsFormula struct { // with the result it had
		result any
		shared bool // with a record between it and its text
	}
)

// xlsSheet is a sheet to be written.
type xlsSheet struct {
	name   string
	state  byte
	rows   [][]any
	merged []span
}

// biffWriter writes records.
type biffWriter struct {
	t       testing.TB
	version int
	buf     []byte
	shared  []any  // texts of BIFF8, in the order of their use
	limit   int    // of the body of a record, where texts go on in the next
	page    uint16 // code page
	old     bool   // days count from 1904
}

func (w *biffWriter) record(id uint16, parts ...[]byte) {
	var body []byte
	for _, p := range parts {
		body = append(body, p...)
	}
	w.buf = append(w.buf, le16(id, uint16(len(body)))...)
	w.buf = append(w.buf, body...)
}

func le16(numbers ...uint16) (b []byte) {
	for _, n := range numbers {
		b = binary.LittleEndian.AppendUint16(b, n)
	}
	return b
}

func le32(n uint32) []byte     { return binary.LittleEndian.AppendUint32(nil, n) }
func leFloat(f float64) []byte { return binary.LittleEndian.AppendUint64(nil, math.Float64bits(f)) }

// chars is a text of BIFF8 as its flag for wide characters and its bytes, one
// or two for each of n characters.
func chars(text string) (flags byte, b []byte, n int) {
	units := surrogate.Encode([]rune(text))
	for _, u := range units {
		if u > 0xff {
			flags = biffWide
		}
	}
	for _, u := range units {
		if flags != 0 {
			b = append(b, le16(u)...)
		} else {
			b = append(b, byte(u))
		}
	}
	return flags, b, len(units)
}

// text is a text as a record has it, its length in so many bytes.
func (w *biffWriter) text(s string, lengthBytes int) []byte {
	if w.version < 8 {
		b := []byte(s)
		if w.page == 936 {
			b = gb18030(w.t, s)
		}
		return append(le16(uint16(len(b)))[:lengthBytes], b...)
	}
	flags, b, n := chars(s)
	return append(append(le16(uint16(n))[:lengthBytes], flags), b...)
}

// book writes a workbook of BIFF5 or BIFF8.
func (w *biffWriter) book(sheets ...xlsSheet) []byte {
	w.begin(biffGlobals)
	var places []int // where the offset of each sheet has to be written
	for _, s := range sheets {
		places = append(places, len(w.buf)+4)
		w.record(biffBoundSheet, le32(0), []byte{s.state, 0}, w.text(s.name, 1))
	}
	var body biffWriter = *w
	body.buf = nil
	var starts []int
	for _, s := range sheets {
		starts = append(starts, len(body.buf))
		body.begin(biffWorksheet)
		body.cells(s)
		body.record(biffEOF)
	}
	w.shared = body.shared
	if w.version == 8 {
		w.sst()
	}
	w.record(biffEOF)
	for i, at := range places {
		binary.LittleEndian.PutUint32(w.buf[at:], uint32(len(w.buf)+starts[i]))
	}
	return append(w.buf, body.buf...)
}

// begin writes what all cells need to know.
func (w *biffWriter) begin(kind uint16) {
	stated := uint16(0x0500)
	if w.version == 8 {
		stated = 0x0600
	}
	w.record(biffBOF5, le16(stated, kind, 0, 0))
	if kind != biffGlobals {
		return
	}
	if w.page != 0 {
		w.record(biffCodePage, le16(w.page))
	}
	if w.old {
		w.record(biffDateMode, le16(1))
	}
	w.record(biffFormat, le16(164), w.text(`yyyy\-mm\-dd\ hh:mm:ss`, formatLength[w.version]))
	for _, format := range []uint16{0, 164, 14} { // plain, spelled out, built in
		w.record(biffXF, le16(0, format), make([]byte, 16))
	}
}

// formatLength is how long the length of a format's text is.
var formatLength = map[int]int{5: 1, 8: 2}

// cells writes the rows of a sheet.
func (w *biffWriter) cells(s xlsSheet) {
	for r, row := range s.rows {
		for c, cell := range row {
			w.cell(uint16(r), uint16(c), cell)
		}
	}
	if len(s.merged) > 0 {
		body := le16(uint16(len(s.merged)))
		for _, m := range s.merged {
			body = append(body, le16(uint16(m.top-1), uint16(m.bottom-1), uint16(m.left), uint16(m.right))...)
		}
		w.record(biffMerged, body)
	}
}

func (w *biffWriter) cell(row, column uint16, cell any) {
	place := le16(row, column, 0)
	switch v := cell.(type) {
	case nil:
		w.record(biffBlank, place)
	case string:
		if w.version == 8 {
			w.shared = append(w.shared, v)
			w.record(biffLabelSST, place, le32(uint32(len(w.shared)-1)))
			return
		}
		w.record(biffLabel, place, w.text(v, 2))
	case xlsInline:
		w.record(biffLabel, place, w.text(string(v), 2))
	case xlsRich:
		if w.version == 8 {
			w.shared = append(w.shared, v)
			w.record(biffLabelSST, place, le32(uint32(len(w.shared)-1)))
			return
		}
		w.record(biffRString, place, w.text(string(v), 2), []byte{2, 0, 1, 1, 2})
	case float64:
		w.record(biffNumber, place, leFloat(v))
	case xlsDate:
		w.record(biffNumber, le16(row, column, 1), leFloat(float64(v)))
	case xlsRK:
		w.record(biffRK, place, le32(uint32(v)))
	case bool:
		w.record(biffBool, place, []byte{b2i(v), 0})
	case xlsError:
		w.record(biffBool, place, []byte{byte(v), 1})
	case xlsFormula:
		w.formula(row, column, v)
	default:
		w.t.Fatalf("cell of %T", cell)
	}
}

func b2i(b bool) byte {
	if b {
		return 1
	}
	return 0
}

func (w *biffWriter) formula(row, column uint16, f xlsFormula) {
	tail := append(make([]byte, 6), le16(3, 0x1e, 1)...) // options, tokens
	style := uint16(0)
	var value []byte
	switch v := f.result.(type) {
	case float64:
		value = leFloat(v)
	case xlsDate:
		value, style = leFloat(float64(v)), 2
	case bool:
		value = []byte{1, 0, b2i(v), 0, 0, 0, 0xff, 0xff}
	case xlsError:
		value = []byte{2, 0, byte(v), 0, 0, 0, 0xff, 0xff}
	case nil:
		value = []byte{3, 0, 0, 0, 0, 0, 0xff, 0xff}
	case string:
		value = []byte{0, 0, 0, 0, 0, 0, 0xff, 0xff}
	}
	w.record(biffFormula5, le16(row, column, style), value, tail)
	if f.shared {
		w.record(biffShared, make([]byte, 10))
	}
	if s, ok := f.result.(string); ok {
		w.record(biffString, w.text(s, 2))
	}
}

// sst writes the shared texts. Where a record is full they go on in the next,
// within a text if need be.
func (w *biffWriter) sst() {
	limit := w.limit
	if limit == 0 {
		limit = 8224
	}
	id := uint16(biffSST)
	body := append(le32(uint32(len(w.shared))), le32(uint32(len(w.shared)))...)
	room := func(n int) bool { return len(body)+n <= limit }
	turn := func() {
		w.record(id, body)
		id, body = biffContinue, nil
	}
	for _, t := range w.shared {
		text, rich := t.(string)
		if !rich {
			text = string(t.(xlsRich))
		}
		rich = !rich
		flags, b, n := chars(text)
		if !room(12) {
			turn()
		}
		width := 1 + int(flags)
		body = append(body, le16(uint16(n))...)
		if rich {
			body = append(body, flags|biffRich|biffPhonetic)
			body = append(body, le16(1)...)
			body = append(body, le32(5)...)
		} else {
			body = append(body, flags)
		}
		for len(b) > 0 {
			if !room(width) {
				turn()
				body = append(body, flags)
			}
			body = append(body, b[:width]...)
			b = b[width:]
		}
		if rich {
			for range 4 + 5 {
				if !room(1) {
					turn()
				}
				body = append(body, 0xee)
			}
		}
	}
	turn()
}
