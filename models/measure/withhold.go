package measure

import (
	"slices"
)

// The public edition carries no person, and no cell of one to nine people that
// could be read or worked out: not from a row (expected = counted + missing),
// not from a total (the city is the sum of its towns), not from two days (what
// moved since the last bulletin or in a week, what came after the due day), not
// from two items of which one is part of the other. What is withheld is taken
// out of the value here, once, so that no format can show it.
//
// Villages, samples of checks, names of files, single days of payments and the
// courses of single towns are left out altogether: they are a town's own business.

// subsets are indicators whose people are all expected by another one too
// (contract, section 3); counted tells whether those who count do so there too.
var subsets = []struct {
	part, whole string
	counted     bool
}{
	{"critical_uptake", "critical_uptake_all", true},
	{"pension_hardship", "pension_coverage", false},
	{"medical_hardship", "medical_hukou", false},
}

// withhold makes the public edition of b.
func (b *Bulletin) withhold() {
	clear(b.Villages)
	for n := range b.Items {
		b.Items[n].Villages, b.Items[n].ByArea = map[string][]Row{}, map[string][]Point{}
	}
	b.Loads = nil
	for _, group := range b.groups() {
		newPlot(b, group).apply()
	}
	b.thinCourses()
	b.withholdRanking()
	b.withholdMoney()
	b.withholdTrust()
}

// groups are the indicators whose figures have to be protected together.
func (b *Bulletin) groups() [][]string {
	var groups [][]string
	of := map[string]int{}
	for _, i := range b.Items {
		if _, met := of[i.Indicator]; met {
			continue
		}
		of[i.Indicator] = len(groups)
		groups = append(groups, []string{i.Indicator})
	}
	for _, s := range subsets {
		part, ok := of[s.part]
		whole, both := of[s.whole]
		if ok && both && part != whole {
			for _, id := range groups[part] {
				of[id] = whole
			}
			groups[whole], groups[part] = append(groups[whole], groups[part]...), nil
		}
	}
	return slices.DeleteFunc(groups, func(g []string) bool { return len(g) == 0 })
}

// withholdRanking takes scores and points out where a scored figure of any area
// is withheld: the rule, which is public, would give the rate back. Ranks stay.
func (b *Bulletin) withholdRanking() {
	withheld := false
	for _, i := range b.Items {
		if i.Scored && slices.ContainsFunc(i.Areas, func(r Row) bool { return r.Withheld || r.Quiet && i.Basis == "rate_on_time" }) {
			withheld = true
		}
	}
	key := b.Key()
	for n := range b.Ranking {
		p := &b.Ranking[n]
		if key != nil {
			for _, row := range key.Areas {
				if row.AreaCode == p.Code {
					p.Key = row
				}
			}
		}
		if withheld {
			*p = Place{Area: p.Area, Rank: p.Rank, RankBefore: p.RankBefore, Key: p.Key, Withheld: true}
		}
	}
}

// withholdTrust keeps of checks, rows and books what concerns no one.
func (b *Bulletin) withholdTrust() {
	for n := range b.Checks {
		c := &b.Checks[n]
		c.Sample, c.ByArea = nil, map[string]int64{}
		if c.Found = guarded(c.Found.N); c.Found.Withheld {
			c.Rows = 0
		}
	}
	g := &b.Gaps
	g.AboveVillage, g.NotOnRoster, g.HeldRoster = guarded(g.AboveVillage.N), guarded(g.NotOnRoster.N), guarded(g.HeldRoster.N)
	sums := map[string]*Quality{}
	var all []*Quality
	for _, q := range b.Quality {
		s := sums[q.Dataset]
		if s == nil {
			s = &Quality{Dataset: q.Dataset}
			sums[q.Dataset] = s
			all = append(all, s)
		}
		s.Accepted += q.Accepted
		s.Held += q.Held
	}
	b.Quality = nil
	for _, s := range all {
		if sensitive(s.Held) {
			*s = Quality{Dataset: s.Dataset, Withheld: true}
		}
		b.Quality = append(b.Quality, *s)
	}
	for n := range b.Books {
		k := &b.Books[n]
		k.Lines = nil
		if sensitive(k.Stated.N) || sensitive(k.Recorded.N) || sensitive(k.Stated.N-k.Recorded.N) {
			k.Stated, k.Recorded, k.StatedFen, k.RecordedFen, k.Withheld = Count{Withheld: true}, Count{Withheld: true}, 0, 0, true
		}
	}
}

// guarded is a count that stands alone: no sum speaks of it.
func guarded(n int64) Count {
	if sensitive(n) {
		return Count{Withheld: true}
	}
	return Count{N: n}
}

// thinCourses keeps of a course the days that differ from each other one kept,
// and from every other day shown, by nobody or by ten people and more.
func (b *Bulletin) thinCourses() {
	for n := range b.Items {
		i := &b.Items[n]
		var shown []Point
		for m := range b.Items {
			if b.Items[m].Indicator == i.Indicator {
				shown = append(shown, b.Items[m].shownDays()...)
			}
		}
		if i.Whole.Withheld {
			i.Series = nil // what it ends in is withheld
		}
		i.Series, i.Earlier = i.thin(i.Series, shown), i.thin(i.Earlier, nil)
	}
}

// shownDays are the days of the whole that the item shows outside its course.
func (i *ItemFigures) shownDays() []Point {
	s := i.Whole.Standing
	if s.Withheld {
		return nil
	}
	days := []Point{{Day: s.AsOf, Expected: s.Expected, Actual: s.Actual}}
	if s.Quiet {
		return days
	}
	days = append(days, Point{Day: i.Due, Expected: s.ExpectedOnTime, Actual: s.OnTime})
	// Of a week ago the counted are told alone.
	days = append(days, Point{Expected: -1, Actual: s.Actual - s.Gained})
	if k := i.Whole.Before; k != nil {
		days = append(days, Point{Day: k.AsOf, Expected: k.Expected, Actual: k.Actual})
	}
	return days
}

// thin goes back from the last day of a course. A day of which the counts would
// tell too much keeps its rate, where that is coarse enough.
func (i *ItemFigures) thin(course, shown []Point) []Point {
	kept := slices.Clone(shown)
	var out []Point
	for n := len(course) - 1; n >= 0; n-- {
		p := course[n]
		if sensitive(p.Expected) || sensitive(p.Actual) || sensitive(p.Expected-p.Actual) ||
			slices.ContainsFunc(kept, func(k Point) bool { return p.tells(k) }) {
			if p.Expected >= coarse {
				out = append(out, Point{Day: p.Day, kept: i.At(p)})
			}
			continue
		}
		kept, out = append(kept, p), append(out, p)
	}
	slices.Reverse(out)
	return out
}

// tells whether two days together tell of one to nine people.
func (p Point) tells(k Point) bool {
	if sensitive(p.Actual - k.Actual) {
		return true
	}
	return k.Expected >= 0 && (sensitive(p.Expected-k.Expected) || sensitive(p.Expected-p.Actual-k.Expected+k.Actual))
}
