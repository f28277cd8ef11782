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
		return scored(h.scores[asOf.Format(time.DateOnly)])
	}
	days, err := r.scoreLines(ctx, campaign, asOf, asOf)
	if err != nil {
		return nil, err
	}
	return scored(days[asOf.Format(time.DateOnly)])
}

// scoreLine is the assessment of a town at an item, numbers as they are written.
type scoreLine struct {
	code, area, item, points, score string
	rank                            int
}

// scoreLines are those of some days, both included, by day, then by area code and
// in the order of ItemPoints.
func (r *Reader) scoreLines(ctx context.Context, campaign string, from, to time.Time) (map[string][]scoreLine, error) {
	days := map[string][]scoreLine{}
	_, err := list(ctx, r, "scores", func(rows *sql.Rows) (struct{}, error) {
		var day time.Time
		var l scoreLine
		err := rows.Scan(&day, &l.code, &l.area, &l.item, &l.points, &l.score, &l.rank)
		text := day.Format(time.DateOnly)
		days[text] = append(days[text], l)
		return struct{}{}, err
	}, `
		select s.as_of, s.area_code, s.area, s.item, s.points_exact, s.score_exact, s.rank
		from mart.score as s
		left join ref.item as i on i.campaign = s.campaign and i.item = s.item
		where s.campaign = ? and s.as_of between ?::date and ?::date
		order by s.as_of, s.area_code, i.ordinal is null, i.ordinal, s.item`, campaign, date(from), date(to))
	return days, err
}

// scored gathers the lines of a day by town.
func scored(lines []scoreLine) ([]Score, error) {
	var all []Score
	for _, l := range lines {
		if n := len(all); n == 0 || all[n-1].AreaCode != l.code {
			total, err := exact(l.score)
			if err != nil {
				return nil, err
			}
			all = append(all, Score{AreaCode: l.code, Area: l.area, Score: total, Rank: l.rank})
		}
		points, err := exact(l.points)
		if err != nil {
			return nil, err
		}
		last := &all[len(all)-1]
		last.Points = append(last.Points, ItemPoints{Item: l.item, Points: points})
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
