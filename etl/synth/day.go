package synth

// Day counts days from 1970-01-01, local. It fits sixteen bits for anyone alive.
type Day int16

// NoDay stands for a day that is not told.
const NoDay Day = -32768

// Date is the Day of a date of the proleptic Gregorian calendar, 1881-2059.
func Date(year, month, day int) Day {
	// Howard Hinnant's days_from_civil.
	if month <= 2 {
		year--
	}
	era := floorDiv(year, 400)
	yoe := year - era*400
	doy := (153*((month+9)%12)+2)/5 + day - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return Day(era*146097 + doe - 719468)
}

// Civil is the year, month and day of the month of d.
func (d Day) Civil() (year, month, day int) {
	z := int(d) + 719468
	era := floorDiv(z, 146097)
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = doy - (153*mp+2)/5 + 1
	month = mp + 3
	if month > 12 {
		month -= 12
	}
	year = yoe + era*400
	if month <= 2 {
		year++
	}
	return year, month, day
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// weekday is 0 for Sunday.
func (d Day) weekday() int { return ((int(d)+4)%7 + 7) % 7 }

// The days of the campaign of the contract.
var (
	Opening  = Date(2020, 11, 1)
	MainDue  = Date(2020, 11, 30)
	FullDue  = Date(2020, 12, 15)
	LastDay  = Opening + PaymentDays - 1 // 12-20
	quietDay = Date(2020, 11, 8)         // the tax system stood still, no file came
)

// String is the date as 2020-11-03, empty for NoDay.
func (d Day) String() string {
	if d == NoDay {
		return ""
	}
	return string(appendDay(nil, d, dashes))
}

// dayStyle is how an office writes a date.
type dayStyle uint8

const (
	dashes  dayStyle = iota // 2020-11-03
	slashes                 // 2020/11/3
	dots                    // 2020.11.3
	compact                 // 20201103
	hanzi                   // 2020年11月3日, in UTF-8
	serial                  // 44138, as a spreadsheet counts
)

func appendDay(b []byte, d Day, style dayStyle) []byte {
	if d == NoDay {
		return b
	}
	if style == serial {
		return appendInt(b, int(d)+25569)
	}
	y, m, n := d.Civil()
	b = appendInt(b, y)
	switch style {
	case dashes:
		b = append(b, '-', byte('0'+m/10), byte('0'+m%10), '-', byte('0'+n/10), byte('0'+n%10))
	case compact:
		b = append(b, byte('0'+m/10), byte('0'+m%10), byte('0'+n/10), byte('0'+n%10))
	case slashes:
		b = appendInt(append(appendInt(append(b, '/'), m), '/'), n)
	case dots:
		b = appendInt(append(appendInt(append(b, '.'), m), '.'), n)
	case hanzi:
		b = append(appendInt(append(b, "年"...), m), "月"...)
		b = append(appendInt(b, n), "日"...)
	}
	return b
}

// appendClock appends the time of day of a number of seconds.
func appendClock(b []byte, s int) []byte {
	h, m, s := s/3600, s/60%60, s%60
	return append(b, byte('0'+h/10), byte('0'+h%10), ':', byte('0'+m/10), byte('0'+m%10), ':', byte('0'+s/10), byte('0'+s%10))
}

func appendInt(b []byte, n int) []byte {
	if n < 0 {
		b, n = append(b, '-'), -n
	}
	var digits [20]byte
	i := len(digits)
	for {
		i--
		digits[i] = byte('0' + n%10)
		if n /= 10; n == 0 {
			return append(b, digits[i:]...)
		}
	}
}

// appendYuan appends an amount of fen as 1234.50.
func appendYuan(b []byte, fen int) []byte {
	if fen < 0 {
		b, fen = append(b, '-'), -fen
	}
	b = append(appendInt(b, fen/100), '.')
	return append(b, byte('0'+fen/10%10), byte('0'+fen%10))
}
