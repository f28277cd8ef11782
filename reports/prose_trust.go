package reports

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"canbao/models/measure"
)

// proseHardship is an item of people in hardship and the areas that lack most.
type proseHardship struct {
	proseStanding
	Worst     []proseStanding
	Rest      sayAreas
	RestShort sayPeople
	Hides     bool // figures of some area are withheld: the rest is not all the rest
}

// proseRoad is the way of people in hardship at one scheme, and the people lost
// at each step.
type proseRoad struct {
	Scheme                                  string
	Certified, Registered, Funded, Recorded sayPeople
	NotRegistered, NotFunded, NotRecorded   sayPeople
	Told                                    bool // Recorded is known
	Hidden                                  bool // withheld in the public edition
}

// proseBook is a statement against the transactions.
type proseBook struct {
	Source, Scheme    string
	ByChannel, ByBank bool
	Days, Differ      sayDays // stated, and those of them that disagree
	Stated, Recorded  int64   // transactions
	StatedFen         string
	RecordedFen       string
	More              sayMore  // empty where the sums agree
	On                []sayDay // the first days that disagree; none in the public edition
	Others            int      // further days
	Hidden            bool     // withheld in the public edition
}

// proseCheck is a check that found something.
type proseCheck struct {
	Title, Why, Advice string
	Rows               sayRows
}

// proseGaps is what the figures do not cover.
type proseGaps struct {
	AboveVillage, NotOnRoster sayPeople
	HeldRoster                sayRows
	Held                      []proseHeld // of other datasets
	EmptyVillages             int
	Quiet                     []proseSpan // days without payments
	QuietDays                 sayDays
	Headcount                 []string        // titles of items
	Assumed                   []proseStanding // items with a target that the notice does not give
	NeverLoaded               []string        // datasets
	NoLevy                    bool            // collection items take the registered for the levied
	NoRoster                  bool            // denominators are unknown
	Reported                  bool            // all items come from reported counts
	Unscored                  []string        // items that do not count, where others do
}

// proseHeld is how many rows of a dataset are held back.
type proseHeld struct {
	Dataset string
	Rows    sayRows
}

// proseSpan is a day, or the first and the last of several in a row.
type proseSpan struct {
	From, To sayDay
	One      bool
	w        words
}

// String is "11月8日", or "11月8日至9日".
func (s proseSpan) String() string {
	switch from, to := s.From.Time, s.To.Time; {
	case s.One:
		return s.From.String()
	case from.Month() != to.Month() || from.Year() != to.Year():
		return s.w.f("%s至%s", "%s to %s", s.From, s.To)
	case s.w.english():
		return fmt.Sprintf("%d to %s", from.Day(), s.To)
	default:
		return fmt.Sprintf("%s至%d日", s.From, to.Day())
	}
}

// inHardship are the indicators of people in hardship.
var inHardship = []string{"pension_hardship", "medical_hardship", "medical_assistance"}

func (t teller) hardship(c *proseCity) {
	for n := range t.b.Items {
		i := &t.b.Items[n]
		if !slices.Contains(inHardship, i.Indicator) {
			continue
		}
		h := proseHardship{proseStanding: t.ofWhole(i)}
		var short []proseStanding
		for _, row := range i.Areas {
			h.Hides = h.Hides || row.Withheld
			if row.ShortBy > 0 {
				short = append(short, t.standing(i, row))
			}
		}
		slices.SortStableFunc(short, func(x, y proseStanding) int { return int(y.Short.N - x.Short.N) })
		var rest int64
		for _, p := range short[min(named, len(short)):] {
			rest += p.Short.N
		}
		h.Worst = short[:min(named, len(short))]
		h.Rest, h.RestShort = t.areas(len(short)-len(h.Worst)), t.people(rest)
		c.Hardship = append(c.Hardship, h)
	}
	if t.b.City != nil {
		c.Roads = t.roads(t.b.City.Code)
	} else if len(t.b.Areas) == 1 {
		c.Roads = t.roads(t.b.Areas[0].Code)
	}
}

// roads are those of one area, without the schemes at which nobody is certified.
func (t teller) roads(code string) []proseRoad {
	var all []proseRoad
	for _, r := range t.b.Roads {
		if r.AreaCode != code || r.Certified.N == 0 && !r.Certified.Withheld {
			continue
		}
		count := func(c measure.Count) sayPeople { return t.peopleIf(c.N, c.Withheld) }
		lost := func(from, to measure.Count) sayPeople {
			return t.peopleIf(from.N-to.N, from.Withheld || to.Withheld)
		}
		p := proseRoad{
			Scheme: t.w.scheme(r.Scheme), Certified: count(r.Certified), Registered: count(r.Registered), Funded: count(r.Funded),
			NotRegistered: lost(r.Certified, r.Registered), NotFunded: lost(r.Registered, r.Funded), Hidden: r.Certified.Withheld,
		}
		if r.Recorded != nil {
			p.Told, p.Recorded, p.NotRecorded = true, count(*r.Recorded), lost(r.Funded, *r.Recorded)
		}
		all = append(all, p)
	}
	return all
}

func (t teller) books(c *proseCity) {
	c.Statements = len(t.b.Books) > 0
	c.Payments = !slices.Contains(t.b.Gaps.NeverLoaded, "payment")
	for _, k := range t.b.Books {
		p := proseBook{
			Source: t.w.source(k.Source), Scheme: t.w.scheme(k.Scheme), ByChannel: k.ByChannel, ByBank: k.ByBank,
			Days: sayDays{k.Days, t.w}, Differ: sayDays{k.Differ, t.w}, Stated: k.Stated.N, Recorded: k.Recorded.N,
			StatedFen: t.w.yuan(k.StatedFen), RecordedFen: t.w.yuan(k.RecordedFen),
			More: sayMore{k.Stated.N - k.Recorded.N, k.StatedFen - k.RecordedFen, t.w}, Hidden: k.Withheld,
		}
		var days []time.Time
		for _, l := range k.Lines {
			if n := len(days); n == 0 || !days[n-1].Equal(l.Day) {
				days = append(days, l.Day)
			}
		}
		for _, d := range days[:min(named, len(days))] {
			p.On = append(p.On, t.day(d))
		}
		p.Others = len(days) - len(p.On)
		if k.Differ > 0 {
			c.Books = append(c.Books, p)
		} else {
			c.Agree = append(c.Agree, p)
		}
	}
	for _, k := range t.b.Checks {
		if k.Found.N > 0 || k.Found.Withheld {
			c.Checks = append(c.Checks, t.check(k.Check, sayRows{k.Found.N, k.Found.Withheld, t.w}))
		}
	}
}

func (t teller) check(k measure.Check, rows sayRows) proseCheck {
	lang := string(t.w)
	return proseCheck{Title: k.Title.In(lang), Why: k.Why.In(lang), Advice: k.Advice.In(lang), Rows: rows}
}

func (t teller) gaps() proseGaps {
	b, g := t.b, t.b.Gaps
	p := proseGaps{
		AboveVillage: t.peopleIf(g.AboveVillage.N, g.AboveVillage.Withheld), NotOnRoster: t.peopleIf(g.NotOnRoster.N, g.NotOnRoster.Withheld),
		HeldRoster: sayRows{g.HeldRoster.N, g.HeldRoster.Withheld, t.w}, EmptyVillages: g.EmptyVillages,
		QuietDays: sayDays{len(g.QuietDays), t.w}, Quiet: t.spans(g.QuietDays), NoRoster: slices.Contains(g.NeverLoaded, "roster"),
		Reported: len(b.Items) > 0,
	}
	var rows []proseHeld
	sums := map[string]*proseHeld{}
	for _, q := range b.Quality {
		if q.Dataset == "roster" {
			continue
		}
		if sums[q.Dataset] == nil {
			rows = append(rows, proseHeld{Dataset: q.Dataset})
			sums[q.Dataset] = &proseHeld{Rows: sayRows{w: t.w}}
		}
		s := sums[q.Dataset]
		s.Rows.N, s.Rows.Withheld = s.Rows.N+q.Held, s.Rows.Withheld || q.Withheld
	}
	slices.SortFunc(rows, func(x, y proseHeld) int { return strings.Compare(x.Dataset, y.Dataset) })
	for _, h := range rows {
		if s := sums[h.Dataset]; s.Rows.N > 0 || s.Rows.Withheld {
			p.Held = append(p.Held, proseHeld{t.w.dataset(h.Dataset), s.Rows})
		}
	}
	collects := false
	for n := range b.Items {
		i := &b.Items[n]
		p.Reported = p.Reported && i.Source == "tally"
		collects = collects || i.Scheme != ""
		if slices.Contains(g.Assumed, i.ID) {
			p.Assumed = append(p.Assumed, t.ofWhole(i))
		}
		if slices.Contains(g.Headcount, i.ID) {
			p.Headcount = append(p.Headcount, t.w.title(i.Item))
		}
		if b.Scored && !i.Scored {
			p.Unscored = append(p.Unscored, t.w.title(i.Item))
		}
	}
	for _, d := range g.NeverLoaded {
		p.NeverLoaded = append(p.NeverLoaded, t.w.dataset(d))
	}
	p.NoLevy = collects && slices.Contains(g.NeverLoaded, "levy")
	return p
}

// spans joins days in a row.
func (t teller) spans(all []time.Time) []proseSpan {
	var spans []proseSpan
	for _, d := range all {
		if n := len(spans); n > 0 && spans[n-1].To.Time.AddDate(0, 0, 1).Equal(d) {
			spans[n-1].To, spans[n-1].One = t.day(d), false
			continue
		}
		spans = append(spans, proseSpan{t.day(d), t.day(d), true, t.w})
	}
	return spans
}
