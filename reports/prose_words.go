package reports

import (
	"fmt"
	"math/big"
	"strings"
	"text/template"
	"time"

	"canbao/models/measure"
)

// A figure of a template prints itself: with its unit, rounded as the contract
// says, and in words where it is withheld. So no template can print it wrong.

// sayPeople is a number of people: "1,234人".
type sayPeople struct {
	N        int64 // 0 where it is withheld
	Withheld bool
	w        words
}

// String is the number with its unit, or that it is withheld.
func (p sayPeople) String() string {
	if p.Withheld {
		return p.w.t("不公布的人数", "a withheld number of people")
	}
	return p.w.people(p.N)
}

// sayRows is a number of rows: "12条".
type sayRows struct {
	N        int64
	Withheld bool
	w        words
}

// String is the number with its unit, or that it is withheld.
func (r sayRows) String() string {
	switch {
	case r.Withheld:
		return r.w.t("条数不公布", "a withheld number of rows")
	case r.w.english() && r.N == 1:
		return "1 row"
	}
	return r.w.f("%s条", "%s rows", measure.Grouped(r.N))
}

// sayAreas is a number of areas of a level: "8个镇街".
type sayAreas struct {
	N     int
	level string
	w     words
}

// String is the number with the name of the level.
func (a sayAreas) String() string {
	name := a.w.level(a.level)
	if a.w.english() && a.N != 1 {
		name += "s"
	}
	return a.w.f("%d个%s", "%d %s", a.N, name)
}

// Level is what an area of it is called.
func (a sayAreas) Level() string { return a.w.level(a.level) }

// sayDays is a number of days: "5天".
type sayDays struct {
	N int
	w words
}

// String is the number with its unit.
func (d sayDays) String() string {
	if d.w.english() && d.N == 1 {
		return "1 day"
	}
	return d.w.f("%d天", "%d days", d.N)
}

// sayDay is a day. It bears its year where that is not the year of the bulletin.
type sayDay struct {
	Time time.Time
	year int
	w    words
}

// String is the day as a sentence about the bulletin's own year needs it.
func (d sayDay) String() string {
	if d.Time.Year() != d.year {
		return d.Long()
	}
	return d.w.day(d.Time)
}

// Long is the day with its year.
func (d sayDay) Long() string { return d.w.longDay(d.Time) }

// sayRate is a rate as it may be shown: "99.90%", "101.20%↑".
type sayRate struct {
	measure.Shown
	w words
}

// String is the rate with its sign; what is above 100 % is flagged.
func (r sayRate) String() string {
	switch {
	case r.Withheld:
		return r.w.t("不公布的比率", "a withheld rate")
	case !r.Valid:
		return r.w.t("无比率", "no rate")
	case r.Over:
		return r.Shown.String() + "%↑"
	}
	return r.Shown.String() + "%"
}

// sayPoints is a difference of two shown rates: "上升0.31个百分点".
type sayPoints struct {
	H     int64 // hundredths of a percentage point
	Known bool
	w     words
}

// String says which way and how far, or nothing where it is not known.
func (p sayPoints) String() string {
	switch {
	case !p.Known:
		return ""
	case p.H > 0:
		return p.w.f("上升%s个百分点", "up %s percentage points", p.Size())
	case p.H < 0:
		return p.w.f("下降%s个百分点", "down %s percentage points", p.Size())
	}
	return p.w.t("持平", "unchanged")
}

// Size is how far without which way.
func (p sayPoints) Size() string {
	return strings.TrimPrefix(measure.ShownChange(-max(p.H, -p.H)), "-")
}

// sayScore is a score: "93.20分".
type sayScore struct {
	Rat *big.Rat // nil: none, or withheld
	w   words
}

// String is the score with two decimals, empty where there is none.
func (s sayScore) String() string {
	if s.Rat == nil {
		return ""
	}
	return s.w.f("%s分", "%s points", measure.Rounded(s.Rat, 2))
}

// sayMore is by how much a statement exceeds the transactions: "多3笔、1,500元".
type sayMore struct {
	N   int64
	Fen measure.Fen
	w   words
}

// String says both differences, each with its direction, and none that is 0.
func (m sayMore) String() string {
	way := func(n int64) string {
		if n < 0 {
			return m.w.t("少", " less")
		}
		return m.w.t("多", " more")
	}
	var parts []string
	if m.N != 0 {
		n := max(m.N, -m.N)
		unit := m.w.t("笔", " transactions")
		if m.w.english() && n == 1 {
			unit = " transaction"
		}
		parts = append(parts, m.w.order(way(m.N), measure.Grouped(n)+unit))
	}
	if m.Fen != 0 {
		parts = append(parts, m.w.order(way(int64(m.Fen)), m.w.yuan(max(m.Fen, -m.Fen))))
	}
	return strings.Join(parts, m.w.t("、", " and "))
}

// order puts the word for a direction where the language has it.
func (w words) order(way, amount string) string {
	if w.english() {
		return amount + way
	}
	return way + amount
}

// yuan is an amount to the fen, without decimals where it is whole.
func (w words) yuan(f measure.Fen) string {
	text := measure.Grouped(int64(f) / 100)
	if cents := int64(f) % 100; cents != 0 {
		text += fmt.Sprintf(".%02d", cents)
	}
	return w.f("%s元", "¥%s", text)
}

// functions are what a template may call beside the figures.
func (w words) functions() template.FuncMap {
	return template.FuncMap{
		"join":   w.join,
		"sep":    w.sep,
		"n":      grouped,
		"plural": plural,
	}
}

// join lists names as a sentence does: "甲、乙", "A, B and C".
func (w words) join(names []string) string {
	var b strings.Builder
	for n, name := range names {
		b.WriteString(w.sep(n, len(names)))
		b.WriteString(name)
	}
	return b.String()
}

// sep is what stands before the n-th of so many things in a list, from 0.
func (w words) sep(n, of int) string {
	switch {
	case n == 0:
		return ""
	case w.english() && n == of-1:
		return " and "
	}
	return w.t("、", ", ")
}

// grouped is a number with a comma every three digits.
func grouped(n any) (string, error) {
	i, err := whole(n)
	return measure.Grouped(i), err
}

// plural picks the word for one or for any other number.
func plural(n any, one, many string) (string, error) {
	i, err := whole(n)
	if i == 1 {
		return one, err
	}
	return many, err
}

func whole(n any) (int64, error) {
	switch n := n.(type) {
	case int:
		return int64(n), nil
	case int64:
		return n, nil
	}
	return 0, fmt.Errorf("%v is no number: give its .N", n)
}
