package reports

import (
	"math/big"

	"canbao/models/measure"
)

// What can be said of a standing beside the statuses of the contract.
const (
	statusNobody = "nobody" // nothing is expected
	statusHidden = "hidden" // withheld in the public edition
	statusOpen   = "open"   // short of the target before the due day, no pace known
)

// proseHead is what every template knows of the bulletin.
type proseHead struct {
	Campaign, City string // title; name of the whole
	Number         int    // 第n期, 0: none
	AsOf           sayDay
	Since          sayDay // compared with; not to be said where First is set
	First          bool   // no earlier day to compare with
	Public         bool   // edition
	Scored         bool   // ranked by score, else by the rate of Key
	Key            string // title of the leading item, empty where there is none
	Ranked         sayAreas
	Stale          bool // the day lies after all data
	DataUntil      sayDay
}

// proseStanding is an area, or the whole, at an item.
type proseStanding struct {
	Area, Item       string
	Code             string // of the area
	Status           string // met, on_track, at_risk, missed, open, nobody, hidden
	Rate, OnTime     sayRate
	Target           string // "99.91%"
	Change           sayPoints
	Since            sayDay
	Expected, Actual sayPeople
	Short            sayPeople // to the target
	Summed           bool      // Short adds up what the areas lack: there is no city above them
	Missing          sayPeople // of those expected
	Extra            sayPeople // who count beyond those expected
	Due              sayDay
	Left             sayDays // below 0: the due day has passed
	Past, Today      bool    // the due day has passed; is the day itself
	Stands           bool    // Rate is still that of the due day
	Gained, Lost     sayPeople
	Moves            bool       // Gained and Lost are known
	PerDay           *sayPeople // mean gain of seven days in whole people, downwards; nil where the sum says it better
	Needed           *sayPeople // a day
	Forecast         *sayRate   // on the due day
	Rank             int        // 0: none
	Assumed          bool       // the target is our assumption
	Goal, Counts     bool       // a goal; it is scored where anything is

	row  measure.Row
	item *measure.ItemFigures
}

// teller turns figures into what templates are given.
type teller struct {
	b *measure.Bulletin
	w words
}

func (t teller) people(n int64) sayPeople { return sayPeople{N: n, w: t.w} }

func (t teller) peopleIf(n int64, withheld bool) sayPeople {
	if withheld {
		return sayPeople{Withheld: true, w: t.w}
	}
	return t.people(n)
}

func (t teller) areas(n int) sayAreas { return sayAreas{n, t.b.Level, t.w} }

func (t teller) rate(s measure.Shown) sayRate { return sayRate{s, t.w} }

func (t teller) head() proseHead {
	b := t.b
	h := proseHead{
		Campaign: t.w.t(b.Campaign.Title, b.Campaign.TitleEN), City: t.whole(), Number: b.Number, AsOf: t.day(b.AsOf),
		Since: t.day(b.Since), First: b.Since.IsZero(), Public: b.Edition == measure.Public, Scored: b.Scored,
		Stale: b.Gaps.Stale, DataUntil: t.day(b.Gaps.DataUntil),
	}
	if key := b.Key(); key != nil {
		h.Key = t.w.title(key.Item)
	}
	ranked := 0
	for _, p := range b.Ranking {
		if p.Rank > 0 {
			ranked++
		}
	}
	h.Ranked = t.areas(ranked)
	return h
}

// whole is the name of all areas together.
func (t teller) whole() string {
	if t.b.City != nil {
		return t.b.City.Name
	}
	return t.w.t("各地合计", "all areas together")
}

// standing says where an area stands at an item.
func (t teller) standing(i *measure.ItemFigures, r measure.Row) proseStanding {
	s := r.Standing
	left := t.b.DaysLeft(i.Due)
	p := proseStanding{
		Area: s.Area, Code: s.AreaCode, Item: t.w.title(i.Item), Status: t.status(i, s), Rate: t.rate(s.Shown()), OnTime: t.rate(s.ShownOnTime()),
		Target: measure.ShownTarget(i.TargetNum, i.TargetDen) + "%", Since: t.day(t.b.Since),
		Expected: t.peopleIf(s.Expected, s.Withheld), Actual: t.peopleIf(s.Actual, s.Withheld),
		Short: t.peopleIf(s.ShortBy, s.Withheld), Missing: t.peopleIf(s.Missing(), s.Withheld),
		Extra: t.peopleIf(max(0, s.Actual-s.Expected), s.Withheld),
		Due:   t.day(i.Due), Left: sayDays{left, t.w}, Past: left < 0, Today: left == 0,
		Assumed: i.Assumed(), Goal: i.Goal, Counts: i.Scored || !t.b.Scored, row: r, item: i,
	}
	p.Stands = p.Past && p.OnTime.Valid && p.OnTime.Shown == p.Rate.Shown
	if h, known := r.Change(); known {
		p.Change = sayPoints{h, true, t.w}
	}
	if s.Rank != nil {
		p.Rank = *s.Rank
	}
	t.pace(&p, s)
	return p
}

// pace adds what moved and what has to move.
func (t teller) pace(p *proseStanding, s measure.Standing) {
	p.Gained, p.Lost = t.peopleIf(max(0, s.Gained), s.Quiet), t.peopleIf(max(0, -s.Gained), s.Quiet)
	p.Moves = !s.Quiet && !s.Withheld && s.Expected > 0
	if s.NeededPerDay != nil {
		n := t.people(*s.NeededPerDay)
		p.Needed = &n
	}
	if s.Forecast != nil {
		end := s
		end.Actual = *s.Forecast
		f := t.rate(end.Shown())
		p.Forecast = &f
	}
	if s.PerDay == nil || s.Gained < days {
		return // a mean of less than one person a day says nothing
	}
	mean := s.Gained / days
	if s.Status == measure.OnTrack && p.Needed != nil && mean < p.Needed.N {
		return // rounded down it would seem not to suffice
	}
	n := t.people(mean)
	p.PerDay = &n
}

// days is over how many days the pace of a standing is taken.
const days = 7

// status is the status of a standing, or what can be said without a pace: a sum
// over areas has none.
func (t teller) status(i *measure.ItemFigures, s measure.Standing) string {
	switch {
	case s.Withheld:
		return statusHidden
	case s.Expected == 0:
		return statusNobody
	case s.Status != "":
		return s.Status
	case t.b.DaysLeft(i.Due) >= 0 && reaches(s.Actual, s.Expected, i):
		return measure.Met
	case s.Quiet || t.b.DaysLeft(i.Due) > 0:
		return statusOpen
	case reaches(s.OnTime, s.ExpectedOnTime, i):
		return measure.Met
	}
	return measure.Missed
}

// reaches compares a rate with the target exactly.
func reaches(actual, expected int64, i *measure.ItemFigures) bool {
	return expected > 0 && big.NewRat(actual, expected).Cmp(big.NewRat(i.TargetNum, i.TargetDen)) >= 0
}

// ofWhole is the whole at an item.
func (t teller) ofWhole(i *measure.ItemFigures) proseStanding {
	p := t.standing(i, i.Whole)
	p.Area, p.Summed = t.whole(), t.b.City == nil
	return p
}
