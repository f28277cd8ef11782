package models

import "time"

// Day is a local day (Asia/Shanghai) as days since 1970-01-01. 0 is no day: no
// campaign reaches back that far.
type Day int32

// ParseDay reads a day written 2020-11-30, from 1971 to 2199.
func ParseDay(text string) (Day, bool) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1971 || t.Year() > 2199 {
		return 0, false
	}
	return DayOf(t), true
}

// DayOf is the calendar day t shows in its own zone.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// Time is midnight of d, in UTC as DuckDB's DATE wants it.
func (d Day) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// String is 2020-11-30.
func (d Day) String() string { return d.Time().Format(time.DateOnly) }
