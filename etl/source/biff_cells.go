package source

import (
	"encoding/binary"
	"io"
	"math"
)

// biffColumns is how many columns a legacy sheet has.
const biffColumns = 256

// rowOf is the row of a record of cells, counted from 0; -1 for any other.
func (s *biffSheet) rowOf(r *biffRecords) int {
	switch r.id {
	case biffBlank2, biffInteger2, biffNumber2, biffLabel2, biffBool2:
		if s.book.version != 2 {
			return -1
		}
	case biffBlank, biffNumber, biffLabel, biffBool, biffFormula5, biffFormula3, biffFormula4,
		biffRK, biffMulRK, biffMulBlank, biffRString, biffLabelSST:
	default:
		return -1
	}
	if len(r.body) < 4 {
		return -1
	}
	return int(binary.LittleEndian.Uint16(r.body))
}

// biffRows gives the rows of a sheet.
type biffRows struct {
	sheet   *biffSheet
	records biffRecords
	order   []uint32 // where to read, of a sheet whose rows are out of order
	depth   int      // of sheets within sheets

	row   int // the one that is read
	text  []byte
	cells []biffSpan
	out   [][]byte
	done  bool
}

// biffSpan is where the text of a cell lies: shared, or in biffRows.text,
// which may move while it grows.
type biffSpan struct {
	shared     []byte
	start, end int
}

func (s *biffSheet) open() (rowReader, error) {
	r := &biffRows{sheet: s, records: biffRecords{data: s.data}, order: s.order}
	_, err := r.step()
	return r, err
}

func (r *biffRows) close() error { return nil }

// step goes to the next record of cells; false at the end of the sheet.
func (r *biffRows) step() (bool, error) {
	if r.sheet.order != nil {
		if len(r.order) == 0 {
			r.done = true
			return false, nil
		}
		r.records.at = int(r.order[0])
		r.order = r.order[1:]
		return r.records.next()
	}
	for {
		ok, err := r.records.next()
		if !ok || err != nil {
			r.done = true
			return false, err
		}
		switch r.records.id {
		case biffBOF2, biffBOF3, biffBOF4, biffBOF5:
			r.depth++
		case biffEOF:
			if r.depth--; r.depth <= 0 {
				r.done = true
				return false, nil
			}
		}
		if r.depth == 1 && r.sheet.rowOf(&r.records) >= 0 {
			return true, nil
		}
	}
}

func (r *biffRows) next() (int64, [][]byte, error) {
	if r.done {
		return 0, nil, io.EOF
	}
	r.row = r.sheet.rowOf(&r.records)
	line := int64(r.row) + 1
	r.text, r.cells = r.text[:0], r.cells[:0]
	for !r.done && r.sheet.rowOf(&r.records) == r.row {
		if err := r.read(); err != nil {
			return 0, nil, r.refuse(line, err)
		}
		if _, err := r.step(); err != nil {
			return 0, nil, r.refuse(line, err)
		}
	}
	r.out = r.out[:0]
	for _, c := range r.cells {
		if c.shared == nil {
			c.shared = r.text[c.start:c.end:c.end]
		}
		r.out = append(r.out, c.shared)
	}
	return line, r.out, nil
}

func (r *biffRows) refuse(line int64, err error) error {
	return damagedXLS(at(joinName(r.sheet.book.name, r.sheet.name), line), err)
}

// put takes the text appended since start as that of a cell. A cell that comes
// twice is what it was last.
func (r *biffRows) put(column int, span biffSpan) {
	for len(r.cells) <= column {
		r.cells = append(r.cells, biffSpan{})
	}
	r.cells[column] = span
}

// read reads the cells of the present record.
func (r *biffRows) read() error {
	id, body, version := r.records.id, r.records.body, r.sheet.book.version
	column := int(binary.LittleEndian.Uint16(body[2:]))
	if column >= biffColumns {
		return errBiffShort
	}
	if id == biffMulRK || id == biffMulBlank {
		return r.several(id, column, body[4:])
	}
	style, value := 0, []byte(nil)
	switch {
	case version == 2 && len(body) >= 7:
		value = body[7:] // three bytes of attributes tell no date
	case version != 2 && len(body) >= 6:
		style, value = int(binary.LittleEndian.Uint16(body[4:])), body[6:]
	default:
		return errBiffShort
	}
	if id == biffLabelSST {
		if len(value) < 4 {
			return errBiffShort
		}
		text, ok := r.sheet.book.texts.at(int(binary.LittleEndian.Uint32(value)))
		if !ok {
			return errBiffText
		}
		r.put(column, biffSpan{shared: text})
		return nil
	}
	start := len(r.text)
	err := r.value(id, style, value)
	r.put(column, biffSpan{start: start, end: len(r.text)})
	return err
}

// value appends the text of a cell that stands alone in its record.
func (r *biffRows) value(id uint16, style int, value []byte) (err error) {
	need := map[uint16]int{biffNumber: 8, biffNumber2: 8, biffRK: 4, biffInteger2: 2, biffBool: 2, biffBool2: 2,
		biffFormula5: 8, biffFormula3: 8, biffFormula4: 8}[id]
	if len(value) < need {
		return errBiffShort
	}
	switch id {
	case biffNumber, biffNumber2:
		r.number(math.Float64frombits(binary.LittleEndian.Uint64(value)), style)
	case biffRK:
		r.number(rkNumber(binary.LittleEndian.Uint32(value)), style)
	case biffInteger2:
		r.number(float64(binary.LittleEndian.Uint16(value)), style)
	case biffBool, biffBool2:
		r.text = appendBool(r.text, value[0], value[1])
	case biffFormula5, biffFormula3, biffFormula4:
		return r.formula(style, value)
	case biffLabel, biffRString, biffLabel2:
		r.text, err = r.label(r.text, &r.records, value)
	}
	return err
}

// several reads a run of cells in one record: numbers, or blanks, which make
// the row but have no text.
func (r *biffRows) several(id uint16, column int, body []byte) error {
	if id == biffMulBlank {
		return nil
	}
	for ; len(body) >= 8; body = body[6:] { // the last column stands behind them
		if column >= biffColumns {
			return errBiffShort
		}
		start := len(r.text)
		r.number(rkNumber(binary.LittleEndian.Uint32(body[2:])), int(binary.LittleEndian.Uint16(body)))
		r.put(column, biffSpan{start: start, end: len(r.text)})
		column++
	}
	return nil
}

// number appends a number, or the date it is in a cell of a date format.
func (r *biffRows) number(f float64, style int) {
	if r.sheet.book.showsDate(style) {
		if text, ok := appendSerial(r.text, f, r.sheet.book.since1904); ok {
			r.text = text
			return
		}
	}
	r.text = appendNumber(r.text, f)
}

// formula appends the result a formula had when the workbook was saved.
func (r *biffRows) formula(style int, value []byte) error {
	if binary.LittleEndian.Uint16(value[6:]) != 0xffff || r.sheet.book.version == 2 && value[6] != 0xff {
		r.number(math.Float64frombits(binary.LittleEndian.Uint64(value)), style)
		return nil
	}
	switch value[0] {
	case 0:
		return r.result()
	case 1, 2:
		r.text = appendBool(r.text, value[2], value[0]-1)
	}
	return nil // 3: an empty text
}

// result appends the text a formula gave, which a record behind it keeps.
func (r *biffRows) result() (err error) {
	ahead := r.records
	for {
		ok, err := ahead.next()
		if err != nil || !ok {
			return err
		}
		switch ahead.id {
		case biffString, biffString2:
			r.text, err = r.label(r.text, &ahead, ahead.body)
			return err
		case biffArray, biffArray2, biffShared, biffTable, biffTable2, biffContinue:
		default:
			return nil // no text was kept
		}
	}
}

// label appends the text of a record; value is its body from the text on.
func (r *biffRows) label(dst []byte, from *biffRecords, value []byte) ([]byte, error) {
	b := r.sheet.book
	if b.version != 8 {
		return b.byteText(dst, byteString(value, b.lengthBytes(from.id)))
	}
	ahead := *from
	parts, err := ahead.parts()
	if err != nil {
		return dst, err
	}
	parts[0] = value
	return newBiffReader(parts).unicode(dst, 2)
}

// lengthBytes is how long the length of a text is in such a record of a BIFF
// before 8.
func (b *biffBook) lengthBytes(id uint16) int {
	if b.version == 2 && (id == biffLabel2 || id == biffString2) {
		return 1
	}
	return 2
}

// labelBytes is the text of a record that has one, as it is stored in a BIFF
// before 8.
func (s *biffSheet) labelBytes(r *biffRecords) []byte {
	skip := 6
	switch r.id {
	case biffLabel, biffRString:
	case biffLabel2:
		skip = 7
	case biffString, biffString2:
		skip = 0
	default:
		return nil
	}
	if len(r.body) < skip {
		return nil
	}
	return byteString(r.body[skip:], s.book.lengthBytes(r.id))
}

// rkNumber is a number in the four bytes of RK: the upper half of a float64 or
// a whole number, either of them perhaps a hundredfold.
func rkNumber(rk uint32) float64 {
	var f float64
	if rk&2 != 0 {
		f = float64(int32(rk) >> 2)
	} else {
		f = math.Float64frombits(uint64(rk&^3) << 32)
	}
	if rk&1 != 0 {
		f /= 100
	}
	return f
}

// appendBool appends a truth value, or the error where isError is 1.
func appendBool(dst []byte, value, isError byte) []byte {
	if isError == 1 {
		if text, known := biffErrors[value]; known {
			return append(dst, text...)
		}
		return append(dst, "#ERR!"...)
	}
	if value != 0 {
		return append(dst, "TRUE"...)
	}
	return append(dst, "FALSE"...)
}

var biffErrors = map[byte]string{
	0x00: "#NULL!", 0x07: "#DIV/0!", 0x0f: "#VALUE!", 0x17: "#REF!", 0x1d: "#NAME?", 0x24: "#NUM!", 0x2a: "#N/A",
}
