package reports

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"canbao/models/measure"
)

// maxTrail is how many weeks the ranking is followed back.
const maxTrail = 8

// trailDay is the order of the areas, best first, on one day.
type trailDay struct {
	day   time.Time
	order []string // area codes
}

// readRanking ranks the areas by score, or by the leading item where nothing is
// scored.
func (f *figures) readRanking(ctx context.Context, r *measure.Reader) error {
	if f.scored {
		return f.rankByScore(ctx, r)
	}
	f.rankByItem()
	return nil
}

func (f *figures) rankByScore(ctx context.Context, r *measure.Reader) error {
	now, err := r.Scores(ctx, f.campaign.ID, f.asOf)
	if err != nil {
		return err
	}
	before := map[string]measure.Score{}
	if !f.before.IsZero() {
		all, err := r.Scores(ctx, f.campaign.ID, f.before)
		if err != nil {
			return err
		}
		for _, s := range all {
			before[s.AreaCode] = s
		}
	}
	met, of := f.metItems()
	for _, s := range now {
		b := before[s.AreaCode]
		f.ranking = append(f.ranking, place{
			Area: f.area(s.AreaCode, s.Area), rank: s.Rank, rankBefore: b.Rank, score: s.Score, before: b.Score,
			points: s.Points, metItems: met[s.AreaCode], items: of[s.AreaCode],
		})
	}
	f.sortRanking()
	return nil
}

func (f *figures) rankByItem() {
	key := f.key()
	if key == nil {
		return
	}
	met, of := f.metItems()
	for _, s := range key.areas {
		p := place{Area: f.area(s.AreaCode, s.Area), standing: s, metItems: met[s.AreaCode], items: of[s.AreaCode]}
		if s.Rank != nil {
			p.rank = *s.Rank
		}
		if b, ok := key.areasBefore[s.AreaCode]; ok && b.Rank != nil {
			p.rankBefore = *b.Rank
		}
		f.ranking = append(f.ranking, p)
	}
	f.sortRanking()
}

// sortRanking puts the best first and those without a rank last.
func (f *figures) sortRanking() {
	slices.SortFunc(f.ranking, func(a, b place) int {
		if (a.rank == 0) != (b.rank == 0) {
			return cmp.Compare(b.rank, a.rank)
		}
		return cmp.Or(cmp.Compare(a.rank, b.rank), strings.Compare(a.Code, b.Code))
	})
}

// area is an area by its code; one that ref.area does not know keeps its name.
func (f *figures) area(code, name string) measure.Area {
	if a, ok := f.areas[code]; ok {
		return a
	}
	return measure.Area{Code: code, Name: name}
}

// metItems counts per area the items whose target is met, and those where
// anybody is expected; goals and items that are only shown count where nothing
// is scored at all.
func (f *figures) metItems() (met, of map[string]int) {
	met, of = map[string]int{}, map[string]int{}
	for _, i := range f.items {
		if f.scored && !i.Scored {
			continue
		}
		for _, s := range i.areas {
			if s.Met == nil {
				continue
			}
			of[s.AreaCode]++
			if *s.Met {
				met[s.AreaCode]++
			}
		}
	}
	return met, of
}

// readTrail follows the order of the areas back week by week.
func (f *figures) readTrail(ctx context.Context, r *measure.Reader) error {
	for week := range maxTrail {
		day := f.asOf.AddDate(0, 0, -lookBack*week)
		if day.Before(f.campaign.Opening) {
			break
		}
		order, err := f.orderOn(ctx, r, day)
		if err != nil {
			return err
		}
		f.trail = append(f.trail, trailDay{day: day, order: order})
	}
	slices.Reverse(f.trail)
	return nil
}

func (f *figures) orderOn(ctx context.Context, r *measure.Reader, day time.Time) ([]string, error) {
	ranks := map[string]int{}
	if f.scored {
		scores, err := r.Scores(ctx, f.campaign.ID, day)
		if err != nil {
			return nil, err
		}
		for _, s := range scores {
			ranks[s.AreaCode] = s.Rank
		}
	} else if key := f.key(); key != nil {
		all, err := r.Standings(ctx, measure.Filter{
			Campaign: f.campaign.ID, From: day, To: day, Item: key.ID, Level: f.level,
		})
		if err != nil {
			return nil, err
		}
		for _, s := range all {
			if s.Rank != nil {
				ranks[s.AreaCode] = *s.Rank
			}
		}
	}
	var order []string
	for code := range ranks {
		order = append(order, code)
	}
	slices.SortFunc(order, func(a, b string) int {
		return cmp.Or(cmp.Compare(ranks[a], ranks[b]), strings.Compare(a, b))
	})
	return order, nil
}
