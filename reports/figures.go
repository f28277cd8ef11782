package reports

import (
	"context"
	"math/big"
	"slices"
	"strings"
	"time"

	"canbao/models/measure"
)

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

// trailDay is the order of the areas, best first, on one day.
type trailDay struct {
	day   time.Time
	order []string // area codes
}

// moved is how many places an area went up since seven days before.
func (p place) moved() int {
	if p.rankBefore == 0 {
		return 0
	}
	return p.rankBefore - p.rank
}

// gather reads the bulletin and lays it out as the page wants it.
func gather(ctx context.Context, r *measure.Reader, o Options) (*figures, error) {
	b, err := r.Bulletin(ctx, measure.Ask{Campaign: o.Campaign, AsOf: o.AsOf})
	if err != nil {
		return nil, err
	}
	f := &figures{
		campaign: b.Campaign, snapshot: b.Snapshot, asOf: b.AsOf, before: b.Since, level: b.Level, areas: map[string]measure.Area{},
		scored: b.Scored, payments: b.Money.Daily, collections: b.Money.Collections, quality: b.Quality, loads: b.Loads,
	}
	for _, a := range b.Areas {
		f.areas[a.Code] = a
	}
	for _, villages := range b.Villages {
		for _, v := range villages {
			f.areas[v.Code] = v
		}
	}
	if b.City != nil {
		f.root = b.City.Code
		f.areas[f.root] = *b.City
	}
	for n := range b.Items {
		f.items = append(f.items, itemOf(&b.Items[n]))
	}
	for _, p := range b.Ranking {
		f.ranking = append(f.ranking, place{
			Area: p.Area, rank: p.Rank, rankBefore: p.RankBefore, score: p.Score, before: p.ScoreBefore, points: p.Points,
			standing: p.Key.Standing, metItems: p.Met, items: p.Items,
		})
	}
	for _, t := range b.Trail {
		f.trail = append(f.trail, trailDay{day: t.Day, order: t.Order})
	}
	for _, c := range b.Checks {
		f.checks = append(f.checks, c.Check)
	}
	return f, nil
}

func itemOf(b *measure.ItemFigures) *itemFigures {
	i := &itemFigures{Item: b.Item, whole: b.Whole.Standing, wholeBefore: b.Whole.Before, areasBefore: map[string]measure.Standing{}}
	for _, row := range b.Areas {
		i.areas = append(i.areas, row.Standing)
		if row.Before != nil {
			i.areasBefore[row.AreaCode] = *row.Before
		}
	}
	for _, rows := range b.Villages {
		for _, row := range rows {
			i.villages = append(i.villages, row.Standing)
		}
	}
	// A map keeps no order, and the same figures have to give the same bytes.
	slices.SortFunc(i.villages, func(x, y measure.Standing) int { return strings.Compare(x.AreaCode, y.AreaCode) })
	for _, p := range b.Series {
		s := measure.Standing{
			Item: b.ID, AsOf: p.Day, Expected: p.Expected, Actual: p.Actual, TargetNum: b.TargetNum, TargetDen: b.TargetDen,
		}
		if p.Expected > 0 {
			rate := float64(p.Actual) / float64(p.Expected)
			s.Rate = &rate
		}
		i.series = append(i.series, s)
	}
	return i
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
