package source

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"strconv"
	"time"
)

// dbfRows gives the records of a table that are not deleted. The list of the
// fields is row 1 for who opens the file in a spreadsheet, and deleted records
// are not shown.
type dbfRows struct {
	table   *dbfTable
	from    io.Closer
	r       *bufio.Reader
	record  []byte
	line    int64
	records int64
	deleted int64
	text    []byte
	ends    []int
	cells   [][]byte
}

func (r *dbfRows) close() error { return r.from.Close() }

// step reads the next record, deleted or not.
func (r *dbfRows) step() error {
	n, err := io.ReadFull(r.r, r.record)
	switch {
	case err == nil:
		if r.record[0] == dbfEnd {
			return io.EOF
		}
		r.records++
		return nil
	case !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return unreadable(r.table.c.Name(), err)
	case n > 0 && r.record[0] == dbfEnd:
		return io.EOF
	case len(bytes.Trim(r.record[:n], "\x00 \r\n")) > 0 || r.records < int64(r.table.claimed):
		return r.table.cutShort(r.records)
	}
	return io.EOF
}

func (r *dbfRows) next() (int64, [][]byte, error) {
	for {
		if err := r.step(); err != nil {
			if err == io.EOF {
				r.table.deleted.Store(r.deleted)
			}
			return 0, nil, err
		}
		if r.record[0] != dbfDeleted {
			break
		}
		r.deleted++
	}
	r.line++
	r.text, r.ends = r.text[:0], r.ends[:0]
	for i := range r.table.fields {
		f := &r.table.fields[i]
		if f.kind == '0' {
			continue
		}
		var ok bool
		if r.text, ok = r.cell(r.text, f); !ok {
			return 0, nil, badText{row: r.line}.refuse(r.table.c.Name())
		}
		r.ends = append(r.ends, len(r.text))
	}
	r.cells = r.cells[:0]
	start := 0
	for _, end := range r.ends {
		r.cells = append(r.cells, r.text[start:end:end])
		start = end
	}
	return r.line, r.cells, nil
}

// flag is a bit of the field that marks empty and short cells.
func (r *dbfRows) flag(bit int) bool {
	return bit >= 0 && r.table.nulls > 0 && r.record[r.table.nulls+bit/8]>>(bit%8)&1 != 0
}

// bytes is what is stored of a cell, without the blanks that fill it up.
func (r *dbfRows) bytes(f *dbfField) []byte {
	raw := r.record[f.at : f.at+f.size]
	if r.flag(f.full) {
		raw = raw[:min(int(raw[f.size-1]), f.size-1)]
	}
	if end := bytes.IndexByte(raw, 0); end >= 0 && f.kind != 'V' {
		raw = raw[:end] // some exporters leave what was in memory behind it
	}
	return bytes.TrimRight(raw, " \x00")
}

// cell appends the text of a cell.
func (r *dbfRows) cell(dst []byte, f *dbfField) ([]byte, bool) {
	if r.flag(f.null) || f.unreadable() {
		return dst, true
	}
	raw := r.record[f.at : f.at+f.size]
	switch {
	case f.kind == 'I':
		return strconv.AppendInt(dst, int64(int32(binary.LittleEndian.Uint32(raw))), 10), true
	case f.kind == 'Y':
		return appendScaled(dst, int64(binary.LittleEndian.Uint64(raw)), 4), true
	case f.kind == 'B':
		return appendNumber(dst, math.Float64frombits(binary.LittleEndian.Uint64(raw))), true
	case f.kind == 'T':
		return appendJulian(dst, raw), true
	case f.kind == 'D':
		if date := bytes.TrimLeft(r.bytes(f), " "); len(bytes.Trim(date, "0123456789")) == 0 {
			return appendDate8(dst, date), true
		}
	case f.kind == 'L':
		switch raw[0] {
		case 'T', 't', 'Y', 'y':
			return append(dst, "TRUE"...), true
		case 'F', 'f', 'N', 'n':
			return append(dst, "FALSE"...), true
		}
		return dst, true // not filled in
	case f.kind == 'C' || f.kind == 'V':
		return r.table.text(dst, r.bytes(f))
	}
	return r.table.text(dst, bytes.TrimLeft(r.bytes(f), " "))
}

// appendScaled appends a whole number of so many decimals, without zeros at
// its end.
func appendScaled(dst []byte, n int64, decimals int) []byte {
	start := len(dst)
	u := uint64(n)
	if n < 0 {
		dst = append(dst, '-')
		u = -u
		start++
	}
	dst = strconv.AppendUint(dst, u, 10)
	return pointed(dst, start, decimals)
}

// pointed sets the point into the digits from start on, so many before their
// end, and drops zeros behind it.
func pointed(dst []byte, start, decimals int) []byte {
	if decimals <= 0 {
		return dst
	}
	if lack := decimals + 1 - (len(dst) - start); lack > 0 {
		for range lack {
			dst = append(dst, '0')
		}
		copy(dst[start+lack:], dst[start:len(dst)-lack])
		for i := range lack {
			dst[start+i] = '0'
		}
	}
	dst = append(dst, 0)
	point := len(dst) - 1 - decimals
	copy(dst[point+1:], dst[point:])
	dst[point] = '.'
	end := len(dst)
	for dst[end-1] == '0' {
		end--
	}
	if dst[end-1] == '.' {
		end--
	}
	return dst[:end]
}

// appendDate8 appends a date that is stored as 20201103; other digits stay as
// they stand.
func appendDate8(dst, raw []byte) []byte {
	switch {
	case len(raw) != 8:
		return append(dst, raw...)
	case string(raw) == "00000000":
		return dst
	}
	dst = append(append(dst, raw[:4]...), '-')
	dst = append(append(dst, raw[4:6]...), '-')
	return append(dst, raw[6:]...)
}

// julianEpoch is 1970-01-01 as a Julian day, which FoxPro counts by.
const julianEpoch = 2440588

// appendJulian appends a day with a time: its Julian day and the milliseconds
// since midnight, rounded to the second.
func appendJulian(dst, raw []byte) []byte {
	day, milli := int64(binary.LittleEndian.Uint32(raw)), int64(binary.LittleEndian.Uint32(raw[4:]))
	if day == 0 || len(bytes.Trim(raw, " ")) == 0 {
		return dst
	}
	moment := time.Unix((day-julianEpoch)*86400+(milli+500)/1000, 0).UTC()
	if year := moment.Year(); year < 1 || year > 9999 {
		return dst
	}
	if milli < 500 {
		return moment.AppendFormat(dst, time.DateOnly)
	}
	return moment.AppendFormat(dst, time.DateTime)
}
