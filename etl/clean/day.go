package clean

import (
	"time"
)

// Day is a day as the number of days since 1970-01-01, local.
type Day int32

// NoDay is the day of an empty cell.
const NoDay Day = -1 << 31

// The years that a date may lie in (contract, section 2).
const (
	firstYear = 1900
	lastYear  = 2200
)

// DayOf is the day of a moment in the moment's own zone.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return civil(y, int(m), d)
}

// String is the day as 2020-11-03.
func (d Day) String() string {
	if d == NoDay {
		return ""
	}
	return time.Unix(int64(d)*86400, 0).UTC().Format(time.DateOnly)
}

// Year is the calendar year of the day.
func (d Day) Year() int { return time.Unix(int64(d)*86400, 0).UTC().Year() }

// ParseDay reads a day in any of the forms offices write, with or without a
// time behind it; false for an empty cell and for what is no day from 1900 to
// 2200.
func ParseDay(cell []byte) (Day, bool) {
	seconds, ok := ParseTime(cell)
	if !ok {
		return NoDay, false
	}
	day := seconds / 86400
	if seconds%86400 < 0 {
		day--
	}
	return Day(day), true
}

// ParseTime reads a day with or without a time as local seconds since
// 1970-01-01 00:00:00; fractions of a second are cut.
func ParseTime(cell []byte) (int64, bool) {
	if seconds, ok := readMoment(cell); ok {
		return seconds, true
	}
	if plain(cell) && !hasHan(cell) {
		return 0, false
	}
	return readMoment(polish(cell))
}

func hasHan(cell []byte) bool {
	for _, c := range cell {
		if c >= 0x80 {
			return true
		}
	}
	return false
}

// readMoment reads 2020-11-03, 2020/11/3, 2020.11.3, 2020年11月3日, 20201103 and
// Excel serials, each with or without a time.
func readMoment(cell []byte) (int64, bool) {
	p := cursor{text: cell}
	year, digits := p.number()
	switch {
	case digits == 4:
		return p.calendar(year)
	case digits == 8:
		day, ok := checked(year/10000, year/100%100, year%100)
		return p.clock(day, ok)
	case digits == 14 && p.done():
		date, rest := year/1_000_000, year%1_000_000
		day, ok := checked(date/10000, date/100%100, date%100)
		h, m, s := rest/10000, rest/100%100, rest%100
		return int64(day)*86400 + int64(h*3600+m*60+s), ok && h < 24 && m < 60 && s < 60
	case digits == 5 || digits == 6:
		return p.serial(year)
	}
	return 0, false
}

// cursor walks over the text of a date.
type cursor struct {
	text []byte
	at   int
}

func (p *cursor) done() bool { return p.at == len(p.text) }

func (p *cursor) number() (n, digits int) {
	for p.at < len(p.text) && digits < 15 {
		c := p.text[p.at]
		if c < '0' || c > '9' {
			break
		}
		n = n*10 + int(c-'0')
		digits++
		p.at++
	}
	return n, digits
}

// decimals are the digits behind a point, however many.
func (p *cursor) decimals() []byte {
	start := p.at
	for p.at < len(p.text) && p.text[p.at] >= '0' && p.text[p.at] <= '9' {
		p.at++
	}
	return p.text[start:p.at]
}

func (p *cursor) take(s string) bool {
	if len(p.text)-p.at >= len(s) && string(p.text[p.at:p.at+len(s)]) == s {
		p.at += len(s)
		return true
	}
	return false
}

// calendar reads what follows the year.
func (p *cursor) calendar(year int) (int64, bool) {
	sep := ""
	for _, s := range [...]string{"-", "/", ".", "年"} {
		if p.take(s) {
			sep = s
			break
		}
	}
	month, digits := p.number()
	if sep == "" || digits < 1 || digits > 2 {
		return 0, false
	}
	if sep == "年" {
		sep = "月"
	}
	if !p.take(sep) {
		return 0, false
	}
	date, digits := p.number()
	if digits < 1 || digits > 2 {
		return 0, false
	}
	if sep == "月" && !p.take("日") && !p.take("号") {
		return 0, false
	}
	day, ok := checked(year, month, date)
	return p.clock(day, ok)
}

// clock reads the time behind a day: nothing, 8:30, 08:30:00, 08:30:00.123 or
// 8时30分15秒, with a blank or a T before it.
func (p *cursor) clock(day Day, ok bool) (int64, bool) {
	midnight := int64(day) * 86400
	if !ok || p.done() {
		return midnight, ok
	}
	if !p.take("T") {
		for p.take(" ") {
		}
	}
	hour, digits := p.number()
	if digits < 1 || digits > 2 || hour > 23 {
		return 0, false
	}
	least, ends := 2, [2]string{":", ""}
	if p.take("时") {
		least, ends = 1, [2]string{"分", "秒"}
	} else if !p.take(":") {
		return 0, false
	}
	minute, digits := p.number()
	if digits < least || digits > 2 || minute > 59 {
		return 0, false
	}
	second := 0
	if more := p.take(ends[0]); more && !p.done() {
		if second, digits = p.number(); digits < least || digits > 2 || second > 59 {
			return 0, false
		}
		if p.take(".") && len(p.decimals()) == 0 || !p.take(ends[1]) {
			return 0, false
		}
	} else if more != (least == 1) {
		return 0, false // 8:30: and 8时30
	}
	return midnight + int64(hour*3600+minute*60+second), p.done()
}

// serial reads the rest of an Excel serial: days since 1899-12-30 with a
// fraction for the time. Five or six digits only: 2020 in a column of days is
// a year gone astray, not the 12th of July 1905.
func (p *cursor) serial(n int) (int64, bool) {
	const epoch = -25569 // 1899-12-30
	day := Day(n + epoch)
	if n < 10000 || day > civil(lastYear, 12, 31) {
		return 0, false
	}
	seconds := int64(0)
	if p.take(".") {
		decimals := p.decimals()
		if len(decimals) == 0 {
			return 0, false
		}
		seconds = dayFraction(decimals)
	}
	return int64(day)*86400 + seconds, p.done()
}

// dayFraction turns the decimals of a day into seconds, half-up, without
// leaving the day.
func dayFraction(decimals []byte) int64 {
	num, den := int64(0), int64(1)
	for _, c := range decimals[:min(len(decimals), 12)] {
		num, den = num*10+int64(c-'0'), den*10
	}
	return min(86399, (num*86400*2+den)/(den*2))
}

// checked is the day where it is a real one within the years allowed.
func checked(year, month, date int) (Day, bool) {
	if year < firstYear || year > lastYear || !realDate(year, month, date) {
		return NoDay, false
	}
	return civil(year, month, date), true
}

func realDate(year, month, date int) bool {
	return month >= 1 && month <= 12 && date >= 1 && date <= monthDays(year, month)
}

func monthDays(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// civil counts the days of the proleptic Gregorian calendar with the year
// moved to March, so that leap days fall at its end.
func civil(year, month, date int) Day {
	if month <= 2 {
		year--
	}
	era := year / 400
	yearOfEra := year - era*400
	dayOfYear := (153*((month+9)%12)+2)/5 + date - 1
	dayOfEra := yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + dayOfYear
	return Day(era*146097 + dayOfEra - 719468)
}

// ParseYear reads a year from 1900 to 2200: 2021, 2021年, 2021年度, a month as
// 202101, 2021-01, 2021/1, 2021.01 or 2021年1月, or a day whose year it is.
func ParseYear(cell []byte) (int64, bool) {
	if year, ok := readYear(cell); ok {
		return year, true
	}
	if year, ok := readYear(polish(cell)); ok {
		return year, true
	}
	day, ok := ParseDay(cell)
	if !ok {
		return 0, false
	}
	return int64(day.Year()), true
}

func readYear(cell []byte) (int64, bool) {
	p := cursor{text: cell}
	year, digits := p.number()
	if digits == 6 && p.done() {
		month := year % 100
		year /= 100
		return int64(year), month >= 1 && month <= 12 && year >= firstYear && year <= lastYear
	}
	month, sign := p.take("-") || p.take("/") || p.take("."), ""
	if !month && p.take("年") {
		month, sign = !p.done() && !p.take("度"), "月"
	}
	if month {
		n, width := p.number()
		if width < 1 || width > 2 || n < 1 || n > 12 || !p.take(sign) {
			return 0, false
		}
	}
	return int64(year), digits == 4 && p.done() && year >= firstYear && year <= lastYear
}
