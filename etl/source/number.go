package source

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"
)

// wholeExactly is up to where every whole number has its own float64.
const wholeExactly = 1 << 53

// appendNumber appends a number that a file keeps as a float64, as text. A
// whole number that a float64 holds exactly has all its digits; any other has
// the 15 significant digits a spreadsheet shows. What is too long for that
// stays in scientific notation, so that a document number that has lost its
// last digits is seen to be damaged.
func appendNumber(dst []byte, f float64) []byte {
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return append(dst, "#NUM!"...)
	case f == math.Trunc(f) && math.Abs(f) < wholeExactly:
		return strconv.AppendInt(dst, int64(f), 10)
	}
	var buf [32]byte
	text := strconv.AppendFloat(buf[:0], f, 'E', 14, 64)
	mark := bytes.IndexByte(text, 'E')
	exponent, _ := strconv.Atoi(string(text[mark+1:]))
	digits := mark
	for digits > 0 && text[digits-1] == '0' {
		digits--
	}
	if text[digits-1] == '.' {
		digits--
	}
	if exponent >= 15 || exponent < -15 {
		dst = append(dst, text[:digits]...)
		return append(dst, text[mark:]...)
	}
	places := 0 // behind the point of the mantissa
	if point := bytes.IndexByte(text[:digits], '.'); point >= 0 {
		places = digits - point - 1
	}
	return strconv.AppendFloat(dst, f, 'f', max(0, places-exponent), 64)
}

// Spreadsheets count days from 1899-12-31 and believe in 1900-02-29, so that
// from March 1900 on day 0 is 1899-12-30; workbooks of old Macintoshes count
// from 1904-01-01.
const (
	serialEpoch     = -25569 // 1899-12-30, in days since 1970-01-01
	serialEpoch1904 = -24107
	serialEnd       = 2958466 // 10000-01-01
)

// appendSerial appends the date that a cell of a date format shows: a day,
// a day with a time, or of a number below 1 a time. false where the number is
// none.
func appendSerial(dst []byte, f float64, since1904 bool) ([]byte, bool) {
	if !(f >= 0 && f < serialEnd) {
		return dst, false
	}
	day := math.Floor(f)
	seconds := int64(math.Round((f - day) * 86400))
	if day == 0 && seconds > 0 && seconds < 86400 {
		return time.Unix(seconds, 0).UTC().AppendFormat(dst, time.TimeOnly), true
	}
	epoch := int64(serialEpoch)
	switch {
	case since1904:
		epoch = serialEpoch1904
	case day == 60, day == 0:
		return dst, false // days that never were
	case day < 60:
		epoch++
	}
	moment := time.Unix((int64(day)+epoch)*86400+seconds, 0).UTC()
	if seconds == 0 || seconds == 86400 {
		return moment.AppendFormat(dst, time.DateOnly), true
	}
	return moment.AppendFormat(dst, time.DateTime), true
}

// showsDate tells whether a number format shows a date or a time of day. Text
// in quotes, escapes, colours and locales say nothing; a duration ([h]:mm) is
// a number.
func showsDate(format string) bool {
	for i := 0; i < len(format); i++ {
		switch c := format[i]; c {
		case '"':
			end := strings.IndexByte(format[i+1:], '"')
			if end < 0 {
				return false
			}
			i += end + 1
		case '[':
			end := strings.IndexByte(format[i:], ']')
			if end < 0 {
				return false
			}
			if strings.Trim(strings.ToLower(format[i+1:i+end]), "hms") == "" {
				return false
			}
			i += end
		case '\\', '_', '*':
			i++
		case ';':
			return false // the rest is for negative numbers and zero
		case 'G', 'g':
			if strings.HasPrefix(strings.ToLower(format[i:]), "general") {
				return false
			}
		case 'y', 'm', 'd', 'h', 's', 'Y', 'M', 'D', 'H', 'S':
			return true
		}
	}
	return false
}

// builtInDate tells whether a number format that a workbook names by number
// and never spells out shows a date: those of every language, and those that
// Chinese versions have of their own.
func builtInDate(id int) bool {
	return id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 && id != 46 || id >= 50 && id <= 58
}
