package reports

import (
	"cmp"
	"context"
	"math/big"
	"slices"
	"strings"
	"time"

	"canbao/models/measure"
)

// lookBack is how far back movement is measured.
const lookBack = 7

// figures is everything a bulletin speaks of, in numbers; no word of it yet.
type figures struct {
	campaign    *measure.Campaign
	snapshot    measure.Snapshot
	asOf        time.Time
	before      time.Time // seven days before, zero where that lies before the opening
	level       string    // of the areas that are ranked
	root        string    // code of the one area above them all, empty where there is none
	areas       map[string]measure.Area
	items       []*itemFigures
	scored      bool
	ranking     []place // best first
	trail       []trailDay
	payments    []measure.Payment
	collections []measure.Collection
	checks      []measure.Check
	quality     []measure.Quality
	loads       []measure.Load
}

// itemFigures is one item: as a whole, by area, by village, by day.
type itemFigures struct {
	measure.Item
	whole       measure.Standing
	wholeBefore *measure.Standing
	areas       []measure.Standing // of the ranked level, best first, without a rate last
	areasBefore map[string]measure.Standing
	villages    []measure.Standing
	series      []measure.Standing // the whole, day by day
}

// place is an area in the overall ranking.
type place struct {
	measure.Area
	rank, rankBefore int // before: 0 where there is none
	score, before    *big.Rat
	points           []measure.ItemPoints
	standing         measure.Standing // at the ranking item, where nothing is scored
	metItems, items  int              // of the scored items, or of all
}

// moved is how many places an area went up since seven days before.
func (p place) moved() int {
	if p.rankBefore == 0 {
		return 0
	}
	return p.rankBefore - p.rank
}

func gather(ctx context.Context, r *measure.Reader, o Options) (*figures, error) {
	f := &figures{areas: map[string]measure.Area{}}
	var err error
	if f.campaign, err = r.Campaign(ctx, o.Campaign); err != nil {
		return nil, err
	}
	f.asOf = f.campaign.Latest
	if !o.AsOf.IsZero() {
		if f.asOf, err = f.campaign.AsOf(o.AsOf.Format(time.DateOnly)); err != nil {
			return nil, err
		}
	}
	if b := f.asOf.AddDate(0, 0, -lookBack); !b.Before(f.campaign.Opening) {
		f.before = b
	}
	areas, err := r.Areas(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range areas {
		f.areas[a.Code] = a
	}
	for _, read := range []func(context.Context, *measure.Reader) error{
		f.readStandings, f.readSeries, f.readRanking, f.readTrail, f.readRest,
	} {
		if err := read(ctx, r); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// readStandings reads the day and the one seven days before.
func (f *figures) readStandings(ctx context.Context, r *measure.Reader) error {
	now, err := r.Standings(ctx, measure.Filter{Campaign: f.campaign.ID, From: f.asOf, To: f.asOf})
	if err != nil {
		return err
	}
	var before []measure.Standing
	if !f.before.IsZero() {
		before, err = r.Standings(ctx, measure.Filter{Campaign: f.campaign.ID, From: f.before, To: f.before})
		if err != nil {
			return err
		}
	}
	f.level = rankedLevel(now)
	f.root = f.onlyCity()
	at := map[string]*itemFigures{}
	for _, item := range f.campaign.Items {
		i := &itemFigures{Item: item, areasBefore: map[string]measure.Standing{}}
		f.items = append(f.items, i)
		at[item.ID] = i
		f.scored = f.scored || item.Scored
	}
	for _, s := range now {
		i := at[s.Item]
		if s.Level == f.level {
			i.areas = append(i.areas, s)
		} else if s.Level == "village" {
			i.villages = append(i.villages, s)
		}
		if f.isWhole(s) {
			i.whole = s
		}
	}
	for _, s := range before {
		i := at[s.Item]
		if s.Level == f.level {
			i.areasBefore[s.AreaCode] = s
		}
		if f.isWhole(s) {
			i.wholeBefore = &s
		}
	}
	for _, i := range f.items {
		slices.SortStableFunc(i.areas, byRank)
		if i.whole.Item == "" {
			i.whole = sum(i.Item, i.areas)
		}
	}
	return nil
}

// rankedLevel is towns, or in a list that has none whatever lies below the top.
func rankedLevel(all []measure.Standing) string {
	found := map[string]bool{}
	for _, s := range all {
		found[s.Level] = true
	}
	for _, level := range []string{"town", "village"} {
		if found[level] {
			return level
		}
	}
	return "city"
}

func byRank(a, b measure.Standing) int {
	if (a.Rank == nil) != (b.Rank == nil) {
		if a.Rank == nil {
			return 1
		}
		return -1
	}
	if a.Rank != nil && *a.Rank != *b.Rank {
		return cmp.Compare(*a.Rank, *b.Rank)
	}
	return strings.Compare(a.AreaCode, b.AreaCode)
}

// onlyCity is the one city above the ranked areas. Several cities have no
// whole above them in the figures; where cities are ranked there is none either.
func (f *figures) onlyCity() string {
	var code string
	for _, a := range f.areas {
		if a.Level == "city" {
			if code != "" {
				return ""
			}
			code = a.Code
		}
	}
	if f.level == "city" {
		return ""
	}
	return code
}

// isWhole tells the standing of everything.
func (f *figures) isWhole(s measure.Standing) bool { return s.AreaCode == f.root && f.root != "" }

// sum adds areas up where no standing above them exists. What takes more than
// adding (pace, forecast, status) stays unknown.
func sum(item measure.Item, areas []measure.Standing) measure.Standing {
	s := measure.Standing{Item: item.ID, TargetNum: item.TargetNum, TargetDen: item.TargetDen}
	for _, a := range areas {
		s.AsOf = a.AsOf
		s.Expected += a.Expected
		s.Actual += a.Actual
		s.OnTime += a.OnTime
		s.ExpectedOnTime += a.ExpectedOnTime
		s.Gained += a.Gained
		s.ShortBy += a.ShortBy
	}
	return s
}

// readSeries reads every day from the opening of the whole, not beyond the day
// of the bulletin.
func (f *figures) readSeries(ctx context.Context, r *measure.Reader) error {
	all, err := r.Standings(ctx, measure.Filter{
		Campaign: f.campaign.ID, From: f.campaign.Opening, To: f.asOf, Level: "city",
	})
	if err != nil {
		return err
	}
	at := map[string]*itemFigures{}
	for _, i := range f.items {
		at[i.ID] = i
	}
	for _, s := range all {
		if f.isWhole(s) {
			i := at[s.Item]
			i.series = append(i.series, s)
		}
	}
	return nil
}

func (f *figures) readRest(ctx context.Context, r *measure.Reader) (err error) {
	if f.snapshot, err = r.Snapshot(ctx); err != nil {
		return err
	}
	if f.payments, err = r.Payments(ctx, f.campaign.ID, f.asOf); err != nil {
		return err
	}
	if f.collections, err = r.Collections(ctx, f.campaign.ID, f.asOf); err != nil {
		return err
	}
	if f.checks, err = r.Checks(ctx); err != nil {
		return err
	}
	if f.quality, err = r.Quality(ctx); err != nil {
		return err
	}
	f.loads, err = r.Loads(ctx)
	return err
}

// key is the item a bulletin leads with: the one that parts equal scores, else
// the heaviest, else the first.
func (f *figures) key() *itemFigures {
	var best *itemFigures
	for _, i := range f.items {
		if i.ID == f.campaign.TieBreak {
			return i
		}
		if best == nil || i.Weight > best.Weight {
			best = i
		}
	}
	return best
}

// daysLeft is the number of days after the day up to and with due.
func (f *figures) daysLeft(due time.Time) int { return int(due.Sub(f.asOf).Hours() / 24) }

// long tells a campaign whose days need their year.
func (f *figures) long() bool {
	return f.campaign.LastDue.Sub(f.campaign.Opening) > 300*24*time.Hour
}

// day is a day in words, with its year only where it needs one.
func (f *figures) day(w words, d time.Time) string {
	if f.long() {
		return w.longDay(d)
	}
	return w.day(d)
}

// levelName is what the ranked areas are called. A list without villages need
// not be one of towns, whatever it calls them.
func (f *figures) levelName(w words) string {
	for _, a := range f.areas {
		if a.Level == "village" {
			return w.level(f.level)
		}
	}
	return w.level("")
}
