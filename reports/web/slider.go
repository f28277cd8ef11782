package web

import (
	"slices"
	"time"
)

// slider is the days of the campaign to choose from.
type slider struct {
	Path            string // of the page
	At, Last        int    // days from the opening
	Opening, Day    string // 2020-11-01
	Words           string // the day in words
	First, End      string // in short words
	Before, After   string // addresses a day off, empty at the ends
	Marks           []mark
	BeforeT, AfterT string
}

// mark is a day that a reader may want to go to at once.
type mark struct {
	Address, Title string
	At             int
	Here           bool
}

func (v *reading) slider() slider {
	c := v.campaign
	at := func(d time.Time) int { return int(d.Sub(c.Opening).Hours() / 24) }
	to := func(d time.Time) string {
		return v.URL.EscapedPath() + "?day=" + d.Format(time.DateOnly)
	}
	short := func(d time.Time) string { return d.Format(v.t("1月2日", "2 Jan")) }
	s := slider{
		Path: v.URL.EscapedPath(), At: at(v.day), Last: at(c.LastDay), Opening: c.Opening.Format(time.DateOnly), Day: v.day.Format(time.DateOnly),
		Words: v.words.day(v.day), First: short(c.Opening), End: short(c.LastDay),
	}
	if d := v.day.AddDate(0, 0, -1); !d.Before(c.Opening) {
		s.Before, s.BeforeT = to(d), short(d)
	}
	if d := v.day.AddDate(0, 0, 1); !d.After(c.LastDay) {
		s.After, s.AfterT = to(d), short(d)
	}
	seen := map[time.Time]bool{}
	for _, i := range c.Items {
		if !seen[i.Due] && !i.Due.After(c.LastDay) && !i.Due.Before(c.Opening) {
			seen[i.Due] = true
			s.Marks = append(s.Marks, mark{to(i.Due), short(i.Due) + v.t("截止日", " due"), at(i.Due), i.Due.Equal(v.day)})
		}
	}
	slices.SortFunc(s.Marks, func(a, b mark) int { return a.At - b.At })
	s.Marks = append(s.Marks, mark{v.URL.EscapedPath(), v.t("最新", "latest") + " " + short(c.Latest), at(c.Latest), v.day.Equal(c.Latest)})
	return s
}
