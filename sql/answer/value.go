package answer

import (
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
)

// Shape is how a value looks in text.
type Shape int

const (
	Bare   Shape = iota // a number, true, false: never needs quotes
	Quoted              // a day, a moment: needs quotes in JSON and no escapes
	Text                // anything
	Nested              // a list or a struct, as JSON
)

// Value appends the value of a row, which is not null.
type Value func(b []byte, row int) []byte

// Column tells how to write the values of a column.
func Column(a arrow.Array) (Value, Shape) {
	switch a := a.(type) {
	case *array.Boolean:
		return func(b []byte, row int) []byte { return strconv.AppendBool(b, a.Value(row)) }, Bare
	case *array.Int8:
		return integer(a.Values()), Bare
	case *array.Int16:
		return integer(a.Values()), Bare
	case *array.Int32:
		return integer(a.Values()), Bare
	case *array.Int64:
		return integer(a.Values()), Bare
	case *array.Uint8:
		return unsigned(a.Values()), Bare
	case *array.Uint16:
		return unsigned(a.Values()), Bare
	case *array.Uint32:
		return unsigned(a.Values()), Bare
	case *array.Uint64:
		return unsigned(a.Values()), Bare
	case *array.Float32:
		return func(b []byte, row int) []byte { return appendFloat(b, float64(a.Value(row)), 32) }, Bare
	case *array.Float64:
		return func(b []byte, row int) []byte { return appendFloat(b, a.Value(row), 64) }, Bare
	case *array.Decimal128:
		scale := int(a.DataType().(*arrow.Decimal128Type).Scale)
		return func(b []byte, row int) []byte { return appendDecimal(b, a.Value(row), scale) }, Bare
	case *array.String:
		return func(b []byte, row int) []byte { return append(b, a.Value(row)...) }, Text
	case *array.Binary:
		return func(b []byte, row int) []byte { return hex.AppendEncode(b, a.Value(row)) }, Quoted
	case *array.Date32:
		return func(b []byte, row int) []byte { return appendDay(b, int64(a.Value(row))) }, Quoted
	case *array.Time64:
		unit := a.DataType().(*arrow.Time64Type).Unit
		return func(b []byte, row int) []byte { return appendClock(b, a.Value(row).ToTime(unit)) }, Quoted
	case *array.Timestamp:
		return moments(a), Quoted
	}
	return otherColumn(a)
}

func otherColumn(a arrow.Array) (Value, Shape) {
	switch a := a.(type) {
	case *array.MonthDayNanoInterval:
		return func(b []byte, row int) []byte { return appendInterval(b, a.Value(row)) }, Quoted
	case *array.Dictionary:
		value, shape := Column(a.Dictionary())
		return func(b []byte, row int) []byte { return value(b, a.GetValueIndex(row)) }, shape
	case array.ListLike:
		return list(a), Nested
	case *array.Struct:
		return structure(a), Nested
	case array.ExtensionArray:
		return Column(a.Storage())
	}
	return func(b []byte, row int) []byte { return append(b, a.ValueStr(row)...) }, Text
}

func integer[T int8 | int16 | int32 | int64](values []T) Value {
	return func(b []byte, row int) []byte { return strconv.AppendInt(b, int64(values[row]), 10) }
}

func unsigned[T uint8 | uint16 | uint32 | uint64](values []T) Value {
	return func(b []byte, row int) []byte { return strconv.AppendUint(b, uint64(values[row]), 10) }
}

// appendFloat writes the shortest digits that tell the number, without an
// exponent where it is of a size that people meet.
func appendFloat(b []byte, f float64, bits int) []byte {
	form := byte('f')
	if size := math.Abs(f); size != 0 && (size < 1e-6 || size >= 1e15) {
		form = 'g'
	}
	return strconv.AppendFloat(b, f, form, -1, bits)
}

func appendDecimal(b []byte, n decimal128.Num, scale int) []byte {
	if high, low := n.HighBits(), int64(n.LowBits()); high == low>>63 { // fits 64 bits
		return appendScaled(b, low, scale)
	}
	text := new(big.Int).Abs(n.BigInt()).String()
	if n.Sign() < 0 {
		b = append(b, '-')
	}
	for len(text) <= scale {
		text = "0" + text
	}
	b = append(b, text[:len(text)-scale]...)
	if scale > 0 {
		b = append(append(b, '.'), text[len(text)-scale:]...)
	}
	return b
}

func appendScaled(b []byte, n int64, scale int) []byte {
	u := uint64(n)
	if n < 0 {
		b = append(b, '-')
		u = -u
	}
	var digits [40]byte
	at := len(digits)
	for place := 0; u > 0 || place <= scale; place++ {
		if place == scale && scale > 0 {
			at--
			digits[at] = '.'
		}
		at--
		digits[at] = byte('0' + u%10)
		u /= 10
	}
	return append(b, digits[at:]...)
}

// Days that DuckDB keeps for what is later, or earlier, than any.
const (
	lastDay  = math.MaxInt32
	firstDay = -math.MaxInt32
)

// appendDay writes a day counted from 1970-01-01 (civil_from_days of Howard
// Hinnant: a division or two, where time.Time takes many).
func appendDay(b []byte, days int64) []byte {
	switch days {
	case lastDay:
		return append(b, "infinity"...)
	case firstDay:
		return append(b, "-infinity"...)
	}
	z := days + 719468
	era := z / 146097
	if z < 0 {
		era = (z - 146096) / 146097
	}
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day, month, year := doy-(153*mp+2)/5+1, mp+3, yoe+era*400
	if month > 12 {
		month -= 12
		year++
	}
	if year < 0 || year > 9999 {
		return fmt.Appendf(b, "%d-%02d-%02d", year, month, day)
	}
	return append(b,
		byte('0'+year/1000), byte('0'+year/100%10), byte('0'+year/10%10), byte('0'+year%10), '-',
		byte('0'+month/10), byte('0'+month%10), '-', byte('0'+day/10), byte('0'+day%10))
}

func appendClock(b []byte, t time.Time) []byte {
	if t.Nanosecond() == 0 {
		return t.AppendFormat(b, time.TimeOnly)
	}
	return t.AppendFormat(b, "15:04:05.999999999")
}

// moments writes moments as they are; those that know their zone in it.
func moments(a *array.Timestamp) Value {
	kind := a.DataType().(*arrow.TimestampType)
	zone, err := kind.GetZone()
	if err != nil || kind.TimeZone == "" {
		zone = time.UTC
	}
	return func(b []byte, row int) []byte {
		v := a.Value(row)
		switch v {
		case math.MaxInt64:
			return append(b, "infinity"...)
		case -math.MaxInt64:
			return append(b, "-infinity"...)
		}
		t := v.ToTime(kind.Unit).In(zone)
		b = append(t.AppendFormat(b, time.DateOnly), ' ')
		b = appendClock(b, t)
		if kind.TimeZone != "" {
			b = t.AppendFormat(b, "-07:00")
		}
		return b
	}
}

func appendInterval(b []byte, i arrow.MonthDayNanoInterval) []byte {
	start := len(b)
	part := func(n int64, one string) {
		if n == 0 {
			return
		}
		if len(b) > start {
			b = append(b, ' ')
		}
		b = append(append(strconv.AppendInt(b, n, 10), ' '), one...)
		if n != 1 && n != -1 {
			b = append(b, 's')
		}
	}
	part(int64(i.Months/12), "year")
	part(int64(i.Months%12), "month")
	part(int64(i.Days), "day")
	if i.Nanoseconds == 0 && len(b) > start {
		return b
	}
	if len(b) > start {
		b = append(b, ' ')
	}
	nanos := i.Nanoseconds
	if nanos < 0 {
		b, nanos = append(b, '-'), -nanos
	}
	seconds := nanos / 1e9
	b = fmt.Appendf(b, "%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	if rest := nanos % 1e9; rest > 0 {
		b = fmt.Appendf(b, ".%06d", rest/1000)
	}
	return b
}

// list writes the values between a row's offsets; a map is a list of pairs.
func list(a array.ListLike) Value {
	if m, ok := a.(*array.Map); ok {
		return mapping(m)
	}
	value := JSON(a.ListValues())
	return func(b []byte, row int) []byte {
		from, to := a.ValueOffsets(row)
		b = append(b, '[')
		for i := from; i < to; i++ {
			if i > from {
				b = append(b, ',')
			}
			b = value(b, int(i))
		}
		return append(b, ']')
	}
}

func mapping(m *array.Map) Value {
	key, shape := Column(m.Keys())
	value := JSON(m.Items())
	return func(b []byte, row int) []byte {
		from, to := m.ValueOffsets(row)
		b = append(b, '{')
		for i := from; i < to; i++ {
			if i > from {
				b = append(b, ',')
			}
			if shape == Text || shape == Nested {
				b = appendJSONText(b, key(nil, int(i)))
			} else {
				b = append(key(append(b, '"'), int(i)), '"')
			}
			b = value(append(b, ':'), int(i))
		}
		return append(b, '}')
	}
}

func structure(s *array.Struct) Value {
	fields := s.DataType().(*arrow.StructType).Fields()
	values := make([]Value, len(fields))
	names := make([][]byte, len(fields))
	for i, f := range fields {
		values[i] = JSON(s.Field(i))
		names[i] = append(appendJSONText(nil, []byte(f.Name)), ':')
	}
	return func(b []byte, row int) []byte {
		b = append(b, '{')
		for i, value := range values {
			if i > 0 {
				b = append(b, ',')
			}
			b = value(append(b, names[i]...), row)
		}
		return append(b, '}')
	}
}

// JSON tells how to write the values of a column as JSON, null included.
func JSON(a arrow.Array) Value {
	value, shape := Column(a)
	write := value
	switch shape {
	case Quoted:
		write = func(b []byte, row int) []byte { return append(value(append(b, '"'), row), '"') }
	case Text:
		scratch := []byte(nil)
		write = func(b []byte, row int) []byte {
			scratch = value(scratch[:0], row)
			return appendJSONText(b, scratch)
		}
		if s, ok := a.(*array.String); ok {
			write = func(b []byte, row int) []byte { return appendJSONText(b, s.Value(row)) }
		}
	case Bare:
		write = number(value, a)
	}
	return func(b []byte, row int) []byte {
		if a.IsNull(row) {
			return append(b, "null"...)
		}
		return write(b, row)
	}
}

// number writes what JSON has no number for as text.
func number(value Value, a arrow.Array) Value {
	var float func(row int) float64
	switch a := a.(type) {
	case *array.Float64:
		float = a.Value
	case *array.Float32:
		float = func(row int) float64 { return float64(a.Value(row)) }
	default:
		return value
	}
	return func(b []byte, row int) []byte {
		if f := float(row); math.IsNaN(f) || math.IsInf(f, 0) {
			return append(value(append(b, '"'), row), '"')
		}
		return value(b, row)
	}
}

const hexDigits = "0123456789abcdef"

// appendJSONText writes a text as JSON; what is no UTF-8 is replaced.
func appendJSONText[T string | []byte](b []byte, text T) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c >= utf8.RuneSelf {
			if r, size := utf8.DecodeRuneInString(string(text[i:min(i+4, len(text))])); r == utf8.RuneError && size == 1 {
				b = append(append(b, text[from:i]...), "\ufffd"...)
				from = i + 1
				i++
			} else {
				i += size
			}
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' {
			i++
			continue
		}
		b = append(b, text[from:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, `\n`...)
		case '\r':
			b = append(b, `\r`...)
		case '\t':
			b = append(b, `\t`...)
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		from = i
	}
	return append(append(b, text[from:]...), '"')
}
