package source

import (
	"encoding/binary"
	"encoding/hex"
	"math/big"
	"strconv"
	"time"
	_ "time/tzdata" // the same local times on every machine
	"unicode/utf8"
)

// parquetWriter makes text of the values of a batch. It belongs to one worker.
type parquetWriter struct {
	out  rowRun
	text []byte // of numbers and dates
}

// run is the batch as rows of text, valid until the next call and until the
// batch is used again.
func (w *parquetWriter) run(p *parquetFile, b *parquetBatch) (*rowRun, error) {
	width := len(p.columns)
	w.text = w.text[:0]
	w.out = rowRun{seq: b.seq, line: b.line, rows: b.rows, cells: grown(w.out.cells, b.rows*width)}
	for i := range p.columns {
		if row, ok := w.column(&p.columns[i], &b.values[i], w.out.cells[i:], width, b.rows); !ok {
			return nil, badText{row: b.line + int64(row)}.refuse(p.c.Name())
		}
	}
	return &w.out, nil
}

// column sets the cells of a column, which lie width apart. It tells the row of
// a text that is none.
func (w *parquetWriter) column(c *parquetColumn, v *parquetValues, cells [][]byte, width, rows int) (row int, ok bool) {
	if c.kind == parquetText {
		return v.texts(cells, width, rows)
	}
	n := 0
	var last []byte // most values equal the one above them
	for row := range rows {
		cell := &cells[row*width]
		if *cell = nil; len(v.levels) > 0 && v.levels[row] == 0 || n >= v.count {
			continue
		}
		if n == 0 || !v.same(n) {
			start := len(w.text)
			w.text = c.append(w.text, v, n)
			last = w.text[start:len(w.text):len(w.text)]
		}
		*cell = last
		n++
	}
	return 0, true
}

// texts sets the cells of a column of texts.
func (v *parquetValues) texts(cells [][]byte, width, rows int) (row int, ok bool) {
	text, start, n := v.text, 0, 0
	valid := utf8.Valid(text)
	for row := range rows {
		cell := &cells[row*width]
		if *cell = nil; len(v.levels) > 0 && v.levels[row] == 0 || n >= len(v.ends) {
			continue
		}
		end := v.ends[n]
		n++
		*cell = text[start:end:end]
		// A character may not be whole in its cell even where all of them are.
		if !valid && !utf8.Valid(*cell) || valid && start < end && !utf8.RuneStart(text[start]) {
			return row, false
		}
		start = end
	}
	return 0, true
}

// same tells whether a value equals the one above it.
func (v *parquetValues) same(n int) bool {
	switch {
	case len(v.ends) > 0:
		return false
	case len(v.ints) > n:
		return v.ints[n] == v.ints[n-1]
	case len(v.small) > n:
		return v.small[n] == v.small[n-1]
	case len(v.days) > n:
		return v.days[n] == v.days[n-1]
	}
	return false
}

// whole is a value as a whole number.
func (v *parquetValues) whole(n int) int64 {
	if len(v.ints) > n {
		return v.ints[n]
	}
	if len(v.small) > n {
		return int64(v.small[n])
	}
	return 0
}

// raw is a value of bytes.
func (v *parquetValues) raw(n int) []byte {
	start := 0
	if n > 0 {
		start = v.ends[n-1]
	}
	return v.text[start:v.ends[n]]
}

// append appends a value as text.
func (c *parquetColumn) append(dst []byte, v *parquetValues, n int) []byte {
	switch c.kind {
	case parquetInt:
		switch {
		case !c.unsigned:
			return strconv.AppendInt(dst, v.whole(n), 10)
		case len(v.ints) > n:
			return strconv.AppendUint(dst, uint64(v.ints[n]), 10)
		}
		return strconv.AppendUint(dst, uint64(uint32(v.whole(n))), 10)
	case parquetDecimal:
		if len(v.ends) > 0 {
			return appendDecimal(dst, v.raw(n), c.scale)
		}
		return appendScaled(dst, v.whole(n), c.scale)
	case parquetFloat:
		if len(v.floats) > n {
			return appendNumber(dst, v.floats[n])
		}
		// The shortest decimals that tell it are those that were meant.
		short, _ := strconv.ParseFloat(strconv.FormatFloat(float64(v.halves[n]), 'g', -1, 32), 64)
		return appendNumber(dst, short)
	case parquetBool:
		if v.truths[n] {
			return append(dst, "TRUE"...)
		}
		return append(dst, "FALSE"...)
	case parquetDate:
		return appendMoment(dst, v.whole(n)*86400, true)
	case parquetTime:
		return appendClock(dst, v.whole(n)/c.unit)
	case parquetStamp:
		return c.stamp(dst, v, n)
	case parquetUUID:
		return hex.AppendEncode(dst, v.raw(n))
	}
	return dst
}

// stamp appends a moment as the local time it is, or a local time as it is.
func (c *parquetColumn) stamp(dst []byte, v *parquetValues, n int) []byte {
	var seconds int64
	if len(v.days) > n {
		raw := v.days[n][:]
		seconds = (int64(binary.LittleEndian.Uint32(raw[8:]))-julianEpoch)*86400 + int64(binary.LittleEndian.Uint64(raw)/1e9)
	} else {
		value := v.whole(n)
		if seconds = value / c.unit; value%c.unit < 0 {
			seconds--
		}
	}
	if c.utc {
		seconds = localSeconds(seconds)
	}
	return appendMoment(dst, seconds, false)
}

// lastSummer is when the clocks of China were set back for the last time.
const lastSummer = 684_900_000 // 1991-09-14 18:40 UTC, within the last summer's last hours

var shanghai = func() *time.Location {
	l, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return time.FixedZone("Asia/Shanghai", 8*3600)
	}
	return l
}()

// localSeconds are the seconds since 1970 that a local clock shows at a moment.
func localSeconds(utc int64) int64 {
	if utc > lastSummer+86400 {
		return utc + 8*3600
	}
	_, offset := time.Unix(utc, 0).In(shanghai).Zone()
	return utc + int64(offset)
}

// appendMoment appends local seconds since 1970 as a day and a time, or as a
// day alone.
func appendMoment(dst []byte, seconds int64, dayOnly bool) []byte {
	day := seconds / 86400
	rest := seconds % 86400
	if rest < 0 {
		day, rest = day-1, rest+86400
	}
	if day < -719162 || day > 2932896 { // years 1 to 9999
		return strconv.AppendInt(dst, seconds, 10)
	}
	year, month, date := civilDate(day)
	dst = append(dst, byte('0'+year/1000), byte('0'+year/100%10), byte('0'+year/10%10), byte('0'+year%10), '-',
		byte('0'+month/10), byte('0'+month%10), '-', byte('0'+date/10), byte('0'+date%10))
	if dayOnly {
		return dst
	}
	return appendClock(append(dst, ' '), rest)
}

// appendClock appends a time of day.
func appendClock(dst []byte, rest int64) []byte {
	if rest < 0 || rest >= 86400 {
		return strconv.AppendInt(dst, rest, 10)
	}
	h, m, s := rest/3600, rest/60%60, rest%60
	return append(dst, byte('0'+h/10), byte('0'+h%10), ':', byte('0'+m/10), byte('0'+m%10), ':', byte('0'+s/10), byte('0'+s%10))
}

// civilDate is a day since 1970-01-01 in the calendar, with the year begun in
// March so that leap days fall at its end.
func civilDate(day int64) (year, month, date int) {
	day += 719468
	era := day / 146097
	if day < 0 {
		era = (day - 146096) / 146097
	}
	ofEra := int(day - era*146097)
	yearOfEra := (ofEra - ofEra/1460 + ofEra/36524 - ofEra/146096) / 365
	ofYear := ofEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	shifted := (5*ofYear + 2) / 153
	date = ofYear - (153*shifted+2)/5 + 1
	month = shifted + 3
	year = yearOfEra + int(era)*400
	if month > 12 {
		month, year = month-12, year+1
	}
	return year, month, date
}

// appendDecimal appends a decimal of any size: the bytes of a whole number, the
// highest first, negative ones as two's complement.
func appendDecimal(dst, raw []byte, scale int) []byte {
	if len(raw) <= 8 {
		n := int64(0)
		if len(raw) > 0 && raw[0] >= 0x80 {
			n = -1
		}
		for _, b := range raw {
			n = n<<8 | int64(b)
		}
		return appendScaled(dst, n, scale)
	}
	n := new(big.Int).SetBytes(raw)
	if raw[0] >= 0x80 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(raw))))
	}
	if n.Sign() < 0 {
		dst = append(dst, '-')
		n.Neg(n)
	}
	start := len(dst)
	return pointed(n.Append(dst, 10), start, scale)
}
