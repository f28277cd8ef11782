package reports

import (
	"cmp"
	"slices"
	"time"

	"canbao/models/measure"
)

// proseCity is what the templates of the whole are given.
type proseCity struct {
	proseHead
	Tally      proseTally
	Items      []proseStanding // of the whole, campaign order
	Lead       *proseStanding  // the leading item, nil where there is none
	Wanting    []proseStanding // short of their target, most people first, the leading item and a second stage left out
	Dues       []proseDue      // by day
	Front      []proseRank     // the best three or so, none where fewer than two are ranked
	Back       []proseRank     // the last three or so, none where all are equal
	AllEqual   bool            // everybody shares the first place
	Up, Down   []proseMove     // most places first
	Still      sayAreas        // neither up nor down
	Risk       []proseRisk     // by item, the most people needed a day first
	Missed     []proseRisk     // by item
	AllClear   bool            // nobody is at risk, nobody missed, nothing is withheld or open
	Hides      bool            // figures of some area are withheld
	Hardship   []proseHardship // items of people in hardship
	Roads      []proseRoad     // by scheme
	Books      []proseBook     // that disagree
	Agree      []proseBook     // that agree
	Statements bool            // there is any book
	Payments   bool            // payments were loaded
	Checks     []proseCheck    // that found something
	Gaps       proseGaps
	Findings   []proseFinding
}

// proseTally counts the items by the status of the whole.
type proseTally struct{ Items, Met, OnTrack, AtRisk, Missed, Open, Nobody, Hidden int }

// proseDue is a due day and the items that are due on it.
type proseDue struct {
	Day         sayDay
	Left, Over  sayDays // days left, days since
	Past, Today bool
	Items       []proseStanding // of the whole, campaign order
}

// proseRank is a place and who holds it.
type proseRank struct {
	Place   int
	Names   []string
	Areas   sayAreas // how many they are
	Shared  bool     // more than one
	Many    bool     // too many to name
	Score   sayScore // empty where nothing is scored
	Rate    sayRate  // at the leading item
	Results bool     // Score, or where nothing is scored Rate, can be said
}

// proseMove is an area that changed its place.
type proseMove struct {
	Area         string
	From, To, By int
	Score        sayScore
	ScoreBefore  sayScore
}

// proseRisk is an item and the areas that will not meet, or have not met, its
// target.
type proseRisk struct {
	Item        string
	Target      string
	Due         sayDay
	Left        sayDays
	Past, Today bool
	Assumed     bool
	Areas       sayAreas        // all of them
	All         bool            // every area that expects anybody
	Worst       []proseStanding // short, most people needed a day first, or most missing
	Rest        sayAreas        // those that are short and not among the worst
	RestShort   sayPeople
	Late        sayAreas // of those who missed: met it since
	LateNames   []string // none where they are too many
}

// city gathers what the templates of the whole are given.
func (t teller) city() *proseCity {
	b := t.b
	c := &proseCity{proseHead: t.head()}
	for n := range b.Items {
		p := t.ofWhole(&b.Items[n])
		c.Items = append(c.Items, p)
		c.Tally.add(p.Status)
	}
	if key := b.Key(); key != nil {
		p := t.ofWhole(key)
		c.Lead = &p
	}
	c.Wanting = t.wanting(c)
	c.Dues = t.dues(c.Items)
	t.ranks(c)
	t.moves(c)
	t.risks(c)
	t.hardship(c)
	t.books(c)
	c.Gaps = t.gaps()
	c.Findings = t.findings()
	return c
}

func (n *proseTally) add(status string) {
	n.Items++
	switch status {
	case measure.Met:
		n.Met++
	case measure.OnTrack:
		n.OnTrack++
	case measure.AtRisk:
		n.AtRisk++
	case measure.Missed:
		n.Missed++
	case statusNobody:
		n.Nobody++
	case statusHidden:
		n.Hidden++
	default:
		n.Open++
	}
}

// wanting lists the items that are short of their target. Of two stages of one
// indicator the one with more people missing stands for both. What is only
// shown leads nothing.
func (t teller) wanting(c *proseCity) []proseStanding {
	all := slices.Clone(c.Items)
	slices.SortStableFunc(all, func(x, y proseStanding) int { return cmp.Compare(y.Short.N, x.Short.N) })
	seen := map[string]bool{}
	if c.Lead != nil {
		seen[c.Lead.item.Indicator] = true
	}
	return slices.DeleteFunc(all, func(p proseStanding) bool {
		met := seen[p.item.Indicator]
		seen[p.item.Indicator] = true
		return met || p.Short.N == 0 || t.standsAt(p.item) > 1
	})
}

func (t teller) dues(items []proseStanding) []proseDue {
	var all []proseDue
	for _, p := range items {
		at := slices.IndexFunc(all, func(d proseDue) bool { return d.Day.Time.Equal(p.Due.Time) })
		if at < 0 {
			at = len(all)
			all = append(all, proseDue{Day: p.Due, Left: p.Left, Over: sayDays{-p.Left.N, t.w}, Past: p.Past, Today: p.Today})
		}
		all[at].Items = append(all[at].Items, p)
	}
	slices.SortFunc(all, func(x, y proseDue) int { return x.Day.Time.Compare(y.Day.Time) })
	return all
}

const (
	named   = 3 // how many are named where more could be
	tooMany = 5 // who share a place, to be named
)

// ranks names the first and the last places: about three areas each, never
// more than half, those who share a place together.
func (t teller) ranks(c *proseCity) {
	var places []proseRank
	total := 0
	for _, p := range t.b.Ranking {
		if p.Rank == 0 {
			continue
		}
		total++
		if n := len(places); n == 0 || places[n-1].Place != p.Rank {
			r := proseRank{Place: p.Rank, Score: sayScore{p.Score, t.w}, Rate: t.rate(p.Key.Shown())}
			r.Results = t.b.Scored && p.Score != nil || !t.b.Scored && r.Rate.Valid
			places = append(places, r)
		}
		last := &places[len(places)-1]
		last.Names = append(last.Names, p.Name)
	}
	for n := range places {
		r := &places[n]
		r.Areas, r.Shared, r.Many = t.areas(len(r.Names)), len(r.Names) > 1, len(r.Names) > tooMany
	}
	if total < 2 {
		return
	}
	c.AllEqual = len(places) == 1
	want := min(named, total/2)
	from, to := 0, len(places)
	for count := 0; from < max(1, to-1) && count < want; from++ { // the last place is never among the first
		count += len(places[from].Names)
	}
	for count := 0; to > from && count < want; to-- {
		count += len(places[to-1].Names)
	}
	c.Front, c.Back = places[:from], places[to:]
}

// moves names who changed places since the day compared with.
func (t teller) moves(c *proseCity) {
	still := 0
	for _, p := range t.b.Ranking {
		by, known := p.Climbed()
		if !known {
			continue
		}
		m := proseMove{
			Area: p.Name, From: p.RankBefore, To: p.Rank, By: max(by, -by),
			Score: sayScore{p.Score, t.w}, ScoreBefore: sayScore{p.ScoreBefore, t.w},
		}
		switch {
		case by > 0:
			c.Up = append(c.Up, m)
		case by < 0:
			c.Down = append(c.Down, m)
		default:
			still++
		}
	}
	c.Still = t.areas(still)
	for _, all := range [][]proseMove{c.Up, c.Down} {
		slices.SortStableFunc(all, func(x, y proseMove) int { return cmp.Compare(y.By, x.By) })
	}
}

// Results tells whether scores, or the rates of the leading item, can be said.
func (c *proseCity) Results() bool {
	return slices.ContainsFunc(c.Front, func(r proseRank) bool { return r.Results })
}

// Bottom is the last place, nil where all are equal.
func (c *proseCity) Bottom() *proseRank {
	if len(c.Back) == 0 {
		return nil
	}
	return &c.Back[len(c.Back)-1]
}

// most are the moves over the most places, where these are two or more and no
// more than three areas made them.
func most(all []proseMove) []proseMove {
	if len(all) == 0 || all[0].By < 2 {
		return nil
	}
	n := 0
	for n < len(all) && all[n].By == all[0].By {
		n++
	}
	if n > named {
		return nil
	}
	return all[:n]
}

// MostUp are those who rose by the most places, two at least; none where more
// than three did.
func (c *proseCity) MostUp() []proseMove { return most(c.Up) }

// MostDown are those who fell by the most places, likewise.
func (c *proseCity) MostDown() []proseMove { return most(c.Down) }

// risks gathers the areas at risk, and those that missed, by item.
func (t teller) risks(c *proseCity) {
	at := map[string]int{}
	var all []proseRisk
	var missed []bool
	atRisk := t.b.AtRisk()
	slices.SortStableFunc(atRisk, func(x, y measure.Risk) int { return cmp.Compare(t.standsAt(x.Item), t.standsAt(y.Item)) })
	for _, r := range atRisk {
		p := t.standing(r.Item, r.Row)
		key := r.Status + " " + r.Item.ID
		n, met := at[key]
		if !met {
			n = len(all)
			at[key], all, missed = n, append(all, proseRisk{
				Item: p.Item, Target: p.Target, Due: p.Due, Left: p.Left, Past: p.Past, Today: p.Today, Assumed: p.Assumed,
			}), append(missed, r.Status == measure.Missed)
		}
		all[n].Worst = append(all[n].Worst, p)
	}
	for n := range all {
		all[n].settle(t)
		if missed[n] {
			c.Missed = append(c.Missed, all[n])
		} else {
			c.Risk = append(c.Risk, all[n])
		}
	}
	c.AllClear = len(all) == 0 && t.clear()
	for _, i := range t.b.Items {
		c.Hides = c.Hides || slices.ContainsFunc(i.Areas, func(r measure.Row) bool { return r.Withheld })
	}
}

// standsAt is where an item is spoken of: what is scored first, then goals, and
// last what is only shown.
func (t teller) standsAt(i *measure.ItemFigures) int {
	switch {
	case i.Scored || !t.b.Scored:
		return 0
	case i.Goal:
		return 1
	}
	return 2
}

// settle names the worst and counts the rest.
func (r *proseRisk) settle(t teller) {
	all := r.Worst
	r.Areas = t.areas(len(all))
	expecting := 0
	for _, row := range all[0].item.Areas {
		if row.Expected > 0 || row.Withheld {
			expecting++
		}
	}
	r.All = expecting == len(all)
	short := slices.DeleteFunc(slices.Clone(all), func(p proseStanding) bool { return p.Short.N == 0 })
	cut := min(named, len(short))
	if len(short) == named+1 {
		cut++ // one more name is no longer than its count
	}
	var rest int64
	for _, p := range short[cut:] {
		rest += p.Short.N
	}
	r.Worst, r.Rest, r.RestShort = short[:cut], t.areas(len(short)-cut), t.people(rest)
	r.Late = t.areas(len(all) - len(short))
	for _, p := range all {
		if p.Short.N == 0 && r.Late.N <= tooMany {
			r.LateNames = append(r.LateNames, p.Area)
		}
	}
}

// clear tells whether every area that expects anybody met its targets or is on
// its way to.
func (t teller) clear() bool {
	any := false
	for n := range t.b.Items {
		i := &t.b.Items[n]
		for _, r := range i.Areas {
			switch t.status(i, r.Standing) {
			case measure.Met, measure.OnTrack:
				any = true
			case statusNobody:
			default:
				return false
			}
		}
	}
	return any
}

func (t teller) day(d time.Time) sayDay { return sayDay{d, t.b.AsOf.Year(), t.w} }
