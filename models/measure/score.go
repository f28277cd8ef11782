package measure

import (
	"context"
	"database/sql"
	"fmt"
	"math/big"
	"time"
)

// Score is the assessment of one town as of a day.
type Score struct {
	AreaCode, Area string
	Points         []ItemPoints // scored items in campaign order, QualityItem last
	Score          *big.Rat
	Rank           int
}

// ItemPoints are the points of one scored item.
type ItemPoints struct {
	Item   string
	Points *big.Rat
}

// Scores lists the assessment of a day by area code; none where the campaign
// scores nothing or the day lies outside it.
func (r *Reader) Scores(ctx context.Context, campaign string, asOf time.Time) ([]Score, error) {
	if h := r.holds(campaign); h != nil {
		return h.scores[asOf.Format(time.DateOnly)], nil
	}
	type row struct {
		code, area, item, points, score string
		rank                            int
	}
	rows, err := list(ctx, r, "scores", func(rows *sql.Rows) (v row, err error) {
		err = rows.Scan(&v.code, &v.area, &v.item, &v.points, &v.score, &v.rank)
		return v, err
	}, `
		select s.area_code, s.area, s.item, s.points_exact, s.score_exact, s.rank
		from mart.score as s
		left join ref.item as i on i.campaign = s.campaign and i.item = s.item
		where s.campaign = ? and s.as_of = ?::date
		order by s.area_code, i.ordinal is null, i.ordinal, s.item`, campaign, date(asOf))
	if err != nil {
		return nil, err
	}
	var all []Score
	for _, v := range rows {
		if n := len(all); n == 0 || all[n-1].AreaCode != v.code {
			total, err := exact(v.score)
			if err != nil {
				return nil, err
			}
			all = append(all, Score{AreaCode: v.code, Area: v.area, Score: total, Rank: v.rank})
		}
		points, err := exact(v.points)
		if err != nil {
			return nil, err
		}
		last := &all[len(all)-1]
		last.Points = append(last.Points, ItemPoints{Item: v.item, Points: points})
	}
	return all, nil
}

func exact(text string) (*big.Rat, error) {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil, fmt.Errorf("read scores: %q is no exact number", text)
	}
	return r, nil
}
