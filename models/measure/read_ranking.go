package measure

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"
)

// readRanking ranks the areas by score, or by the leading item where nothing is
// scored.
func (r *Reader) readRanking(ctx context.Context, b *Bulletin) error {
	now, before := map[string]Score{}, map[string]Score{}
	for day, scores := range map[time.Time]map[string]Score{b.AsOf: now, b.Since: before} {
		if !b.Scored || day.IsZero() {
			continue
		}
		all, err := r.Scores(ctx, b.Campaign.ID, day)
		if err != nil {
			return err
		}
		for _, s := range all {
			scores[s.AreaCode] = s
		}
	}
	met, of := b.metItems()
	key := b.Key()
	for _, a := range b.Areas {
		p := Place{Area: a, Met: met[a.Code], Items: of[a.Code]}
		if key != nil {
			for _, row := range key.Areas {
				if row.AreaCode == a.Code {
					p.Key = row
				}
			}
		}
		if s, scored := now[a.Code]; scored {
			p.Rank, p.Score, p.Points = s.Rank, s.Score, s.Points
			p.RankBefore, p.ScoreBefore = before[a.Code].Rank, before[a.Code].Score
		} else if !b.Scored && p.Key.Rank != nil {
			p.Rank = *p.Key.Rank
			if k := p.Key.Before; k != nil && k.Rank != nil {
				p.RankBefore = *k.Rank
			}
		}
		b.Ranking = append(b.Ranking, p)
	}
	// The best first, those without a rank last.
	slices.SortFunc(b.Ranking, func(x, y Place) int {
		if (x.Rank == 0) != (y.Rank == 0) {
			return cmp.Compare(y.Rank, x.Rank)
		}
		return cmp.Or(cmp.Compare(x.Rank, y.Rank), strings.Compare(x.Code, y.Code))
	})
	return nil
}

// metItems counts per area the items whose target is met, and those where
// anybody is expected; goals and items that are only shown count where nothing
// is scored at all.
func (b *Bulletin) metItems() (met, of map[string]int) {
	met, of = map[string]int{}, map[string]int{}
	for _, i := range b.Items {
		if b.Scored && !i.Scored {
			continue
		}
		for _, s := range i.Areas {
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

// trailWeeks is how many weeks the ranking is followed back.
const trailWeeks = 8

// dayRank is the place of an area on a day.
type dayRank struct {
	day  time.Time
	code string
	rank int
}

// readTrail follows the order of the areas back week by week.
func (r *Reader) readTrail(ctx context.Context, b *Bulletin) error {
	scan := func(rows *sql.Rows) (k dayRank, err error) {
		err = rows.Scan(&k.day, &k.code, &k.rank)
		return k, err
	}
	query, args := `
		select distinct as_of, area_code, rank
		from mart.score
		where campaign = ? and as_of > ?::date and as_of <= ?::date
		order by as_of, rank, area_code`, []any{b.Campaign.ID, date(b.AsOf.AddDate(0, 0, -week*trailWeeks)), date(b.AsOf)}
	if key := b.Key(); !b.Scored && key != nil {
		query, args = `
		select as_of, area_code, rank
		from mart.standing
		where campaign = ? and as_of > ?::date and as_of <= ?::date and item = ? and level = ? and rank is not null
		order by as_of, rank, area_code`, append(args, key.ID, b.Level)
	}
	all, err := list(ctx, r, "trail", scan, query, args...)
	b.layTrail(all)
	return err
}

// layTrail keeps those of all that are a whole number of weeks back; they come by
// day, place and area code.
func (b *Bulletin) layTrail(all []dayRank) {
	for _, k := range all {
		if int(b.AsOf.Sub(k.day).Hours()/24)%week != 0 {
			continue
		}
		if n := len(b.Trail); n == 0 || !b.Trail[n-1].Day.Equal(k.day) {
			b.Trail = append(b.Trail, TrailDay{Day: k.day, Ranks: map[string]int{}})
		}
		last := &b.Trail[len(b.Trail)-1]
		last.Order = append(last.Order, k.code)
		last.Ranks[k.code] = k.rank
	}
}
