package clean

import (
	"testing"
	"time"
)

func TestParseDay(t *testing.T) {
	election := Date(2020, 11, 3)
	for _, c := range []struct {
		name, cell string
		want       Day
	}{
		{"dashes", "2020-11-03", election},
		{"dashes, short", "2020-11-3", election},
		{"slashes", "2020/11/3", election},
		{"slashes, long", "2020/11/03", election},
		{"points", "2020.11.3", election},
		{"eight digits", "20201103", election},
		{"Chinese", "2020年11月3日", election},
		{"Chinese, long", "2020年11月03日", election},
		{"Excel serial", "44138", election},
		{"Excel serial with a time", "44138.354166667", election},
		{"Excel serial of one minute to midnight", "44138.99930555556", election},
		{"dashes and time", "2020-11-03 08:30:00", election},
		{"dashes and short time", "2020-11-03 8:30", election},
		{"slashes and time", "2020/11/3 23:59:59", election},
		{"points and time", "2020.11.3 23:59", election},
		{"eight digits and time", "20201103 08:30:00", election},
		{"fourteen digits", "20201103083000", election},
		{"Chinese and time", "2020年11月3日 08:30:00", election},
		{"Chinese throughout", "2020年11月3日8时30分15秒", election},
		{"Chinese throughout, without seconds", "2020年11月3日 08时30分", election},
		{"T and time", "2020-11-03T08:30:00", election},
		{"fraction of a second", "2020-11-03 08:30:00.000", election},
		{"full-width", "２０２０－１１－０３", election},
		{"full-width slashes", "２０２０／１１／３", election},
		{"full-width serial", "４４１３８", election},
		{"look-alike radicals", "2020年11⽉3⽇", election},
		{"apostrophe", "'2020-11-03", election},
		{"wrapped", `="2020-11-03"`, election},
		{"wrapped with curly quotes", "=“20201103”", election},
		{"blanks and tab around", " 2020-11-03\t", election},
		{"line break behind", "2020-11-03\r", election},
		{"two blanks before the time", "2020-11-03  08:30:00", election},
		{"tab before the time", "2020-11-03\t08:30:00", election},
		{"full-width blank and colon", "2020-11-03　08：30", election},
		{"leap day", "2020-02-29", Date(2020, 2, 29)},
		{"leap day of 2000", "2000/2/29", Date(2000, 2, 29)},
		{"first day there is", "1900-01-01", Date(1900, 1, 1)},
		{"last day there is", "2200-12-31", Date(2200, 12, 31)},
		{"last day there is, serial", "109939", Date(2200, 12, 31)},
		{"first serial of five digits", "10000", Date(1927, 5, 18)},
		{"last day of the year, serial", "44196", Date(2020, 12, 31)},
	} {
		if got, ok := ParseDay([]byte(c.cell)); !ok || got != c.want {
			t.Errorf("%s: ParseDay(%q) = %s, %v, want %s", c.name, c.cell, got, ok, c.want)
		}
	}
}

func TestParseDayRefuses(t *testing.T) {
	for name, cell := range map[string]string{
		"empty": "", "blanks": " 　\t", "word": "长期", "year alone": "2020", "month alone": "2020-11", "six digits": "202011",
		"month 13": "2020-13-01", "month 0": "2020-00-10", "day 32": "2020-01-32", "day 0": "2020-01-00", "31 April": "2020.4.31",
		"29 February 2019": "2019-02-29", "29 February 1900": "1900-02-29", "30 February": "20200230",
		"before 1900": "1899-12-31", "after 2200": "2201-01-01", "eight digits before 1900": "18991231", "serial after 2200": "109940",
		"year of two digits": "20-11-03", "day first": "03/11/2020", "separators mixed": "2020-11/03", "Chinese unfinished": "2020年11月3",
		"text behind": "2020-11-03起", "two days": "2020-11-03至2020-12-15", "hour 24": "2020-11-03 24:00:00", "minute 60": "2020-11-03 08:60",
		"time unfinished": "2020-11-03 08:", "minutes unfinished": "2020-11-03 08:30:", "no hour": "2020-11-03 :30", "hour of three digits": "2020-11-03 008:30", "no month": "2020--03", "month of three digits": "2020-011-03",
		"minute of one digit": "2020-11-03 08:3", "minute of three digits": "2020-11-03 08:030", "second 60": "2020-11-03 08:30:60", "second of one digit": "2020-11-03 08:30:1", "second of three digits": "2020-11-03 08:30:015",
		"no decimals": "2020-11-03 08:30:15.", "last serial of four digits": "9999", "serial led by a zero": "09999", "no seconds in Chinese": "2020年11月3日8时30分秒", "second 60 in Chinese": "2020年11月3日8时30分60秒", "Chinese time unfinished": "2020年11月3日8时30", "seconds unfinished": "2020年11月3日8时30分15", "hour alone": "2020年11月3日8时", "minute 60 in Chinese": "2020年11月3日8时60分", "fourteen digits, hour 25": "20201103250000", "day number of three digits": "2020-11-003",
		"negative": "-44138", "scientific": "4.4138E+04", "amount": "280.00", "serial with a wrong end": "44138.5x", "serial without decimals": "44138.",
	} {
		if got, ok := ParseDay([]byte(cell)); ok {
			t.Errorf("%s: ParseDay(%q) = %s, want none", name, cell, got)
		}
	}
}

// Times compare to the second: whatever form they come in.
func TestParseTime(t *testing.T) {
	at := func(h, m, s int) int64 { return 18569*86400 + int64(h*3600+m*60+s) } // 2020-11-03
	for cell, want := range map[string]int64{
		"2020-11-03": at(0, 0, 0), "2020-11-03 08:30:15": at(8, 30, 15), "2020/11/3 8:30": at(8, 30, 0),
		"2020年11月3日 23:59:59": at(23, 59, 59), "20201103083015": at(8, 30, 15), "2020-11-03T08:30:15.999": at(8, 30, 15),
		"44138": at(0, 0, 0), "44138.5": at(12, 0, 0), "44138.354340278": at(8, 30, 15), "44138.3543402777": at(8, 30, 15), "44138.999999999": at(23, 59, 59),
		"1900-01-01 00:00:01": -25567*86400 + 1,
	} {
		if got, ok := ParseTime([]byte(cell)); !ok || got != want {
			t.Errorf("ParseTime(%q) = %d, %v, want %d", cell, got, ok, want)
		}
	}
	if day, ok := ParseDay([]byte("1905-05-05 00:00:01")); !ok || day != Date(1905, 5, 5) {
		t.Errorf("a second past midnight before 1970 is of the day %s", day)
	}
}

// Every day from 1900 to 2200 is the day the calendar of the library has.
func TestCalendar(t *testing.T) {
	day := Date(1900, 1, 1)
	for at := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() <= 2200; at = at.AddDate(0, 0, 1) {
		text := at.Format(time.DateOnly)
		if got, ok := ParseDay([]byte(text)); !ok || got != day || got.String() != text || got.Year() != at.Year() || DayOf(at) != day {
			t.Fatalf("ParseDay(%q) = %d (%s, %d), want %d", text, got, got, got.Year(), day)
		}
		day++
	}
}

func TestDayOfIsLocal(t *testing.T) {
	shanghai := time.FixedZone("Asia/Shanghai", 8*3600)
	late := time.Date(2020, 11, 3, 16, 30, 0, 0, time.UTC)
	if got := DayOf(late.In(shanghai)); got != Date(2020, 11, 4) {
		t.Errorf("half past midnight in Shanghai is of the day %s", got)
	}
	if got := NoDay.String(); got != "" {
		t.Errorf("no day is written %q", got)
	}
}

func TestParseYear(t *testing.T) {
	for cell, want := range map[string]int64{
		"2021": 2021, "2021年": 2021, "2021年度": 2021, "２０２１": 2021, "'2021": 2021, " 2021 ": 2021, "202101": 2021,
		"2021-01": 2021, "2021/1": 2021, "2021.12": 2021, "2021年1月": 2021,
		"2021-01-01": 2021, "2021年1月1日": 2021, "20210101": 2021, "44138": 2020, "1900": 1900, "2200": 2200,
	} {
		if got, ok := ParseYear([]byte(cell)); !ok || got != want {
			t.Errorf("ParseYear(%q) = %d, %v, want %d", cell, got, ok, want)
		}
	}
	for _, cell := range []string{"", "21", "1899", "2201", "202113", "今年", "2021年3", "2021年13月", "2021-", "2021-13", "2021-123", "2021-13-01"} {
		if got, ok := ParseYear([]byte(cell)); ok {
			t.Errorf("ParseYear(%q) = %d, want none", cell, got)
		}
	}
}

// Date makes a day from its parts; it panics where they are no day.
func Date(year, month, date int) Day {
	day, ok := checked(year, month, date)
	if !ok {
		panic("no such day")
	}
	return day
}
