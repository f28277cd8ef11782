package models

import (
	"context"
	"fmt"
	"math/big"
	"time"
)

// standings are the counts of the towns of one campaign, by item, town and day.
type standings struct {
	towns  []townScore // codes and names, in the order of the codes
	counts map[standingKey]counts
	days   []Day
}

type standingKey struct {
	item, town string
	day        Day
}

// makeScore makes mart.score: one row per campaign, day, town and scored item,
// data_quality last. Points are exact fractions (points_exact, score_exact);
// the doubles beside them are for reading.
func (r *run) makeScore(ctx context.Context) error {
	if err := r.makeOwn(ctx, "score"); err != nil {
		return err
	}
	for _, c := range r.Campaigns {
		if c.MaxScore().IsZero() {
			continue
		}
		s, err := r.readStandings(ctx, c.ID)
		if err != nil {
			return err
		}
		quality, err := r.readQuality(ctx)
		if err != nil {
			return err
		}
		var rows []map[string]any
		for _, day := range s.days {
			for _, town := range c.score(s, quality, day) {
				rows = append(rows, c.scoreRows(day, town)...)
			}
		}
		if err := insertRows(ctx, r.conn, scoreTable, rows); err != nil {
			return err
		}
	}
	return nil
}

// score assesses all towns on a day.
func (c *Campaign) score(s *standings, quality map[string]counts, day Day) []townScore {
	towns := make([]townScore, len(s.towns))
	for i, town := range s.towns {
		town.total = new(big.Rat)
		for _, item := range c.items {
			now := s.counts[standingKey{item.ID, town.code, day}]
			if item.ID == c.TieBreak && now.expected > 0 {
				town.tie = big.NewRat(now.actual, now.expected)
			}
			if item.Score == nil {
				continue
			}
			var early counts
			if item.Score.Bonus != nil {
				early = s.counts[standingKey{item.ID, town.code, min(day, item.Score.Bonus.Before-1)}]
			}
			town.points = append(town.points, item.Score.points(item.Target, now, early))
			if now.expected > 0 {
				town.shortBy += shortBy(item.Target, now.expected, now.actual)
			}
		}
		if !c.DataQuality.IsZero() {
			rule := Score{Rule: Proportional, Basis: Rate, Weight: c.DataQuality}
			town.points = append(town.points, rule.points(Fraction{1, 1}, quality[town.code], counts{}))
		}
		for _, p := range town.points {
			town.total.Add(town.total, p)
		}
		towns[i] = town
	}
	rankScores(towns)
	return towns
}

// ScoredItems are the ids of the columns of the score, data_quality last.
func (c *Campaign) ScoredItems() []string {
	var ids []string
	for _, item := range c.items {
		if item.Score != nil {
			ids = append(ids, item.ID)
		}
	}
	if !c.DataQuality.IsZero() {
		ids = append(ids, QualityItem)
	}
	return ids
}

func (c *Campaign) scoreRows(day Day, town townScore) []map[string]any {
	total, _ := town.total.Float64()
	var rows []map[string]any
	for i, id := range c.ScoredItems() {
		points, _ := town.points[i].Float64()
		rows = append(rows, map[string]any{
			"campaign": c.ID, "as_of": day.String(), "area_code": town.code, "area": town.name, "item": id,
			"points": points, "score": total, "rank": town.rank,
			"points_exact": town.points[i].RatString(), "score_exact": town.total.RatString(),
		})
	}
	return rows
}

func (r *run) readStandings(ctx context.Context, campaign string) (*standings, error) {
	s := &standings{counts: map[standingKey]counts{}}
	rows, err := r.conn.QueryContext(ctx, `
select item, area_code, area, as_of, expected, actual, expected_on_time, actual_on_time
from mart.standing
where campaign = ? and level = 'town'
order by as_of, area_code`, campaign)
	if err != nil {
		return nil, fmt.Errorf("read standings: %w", err)
	}
	defer rows.Close()
	seen := map[string]bool{}
	for rows.Next() {
		var item, code, name string
		var asOf time.Time
		var c counts
		if err := rows.Scan(&item, &code, &name, &asOf, &c.expected, &c.actual, &c.expectedOnTime, &c.actualOnTime); err != nil {
			return nil, fmt.Errorf("read standings: %w", err)
		}
		day := DayOf(asOf)
		if len(s.days) == 0 || s.days[len(s.days)-1] != day {
			s.days = append(s.days, day)
		}
		if !seen[code] {
			seen[code] = true
			s.towns = append(s.towns, townScore{code: code, name: name})
		}
		s.counts[standingKey{item, code, day}] = c
	}
	return s, rows.Err()
}

// readQuality counts, per town, the rows of roster, registration and levy that
// were accepted (actual) and those accepted or held back still (expected).
func (r *run) readQuality(ctx context.Context) (map[string]counts, error) {
	rows, err := r.conn.QueryContext(ctx, `
select area_code, cast(sum(accepted + held) as bigint), cast(sum(accepted) as bigint)
from mart.area_quality
where dataset in ('roster', 'registration', 'levy')
group by area_code`)
	if err != nil {
		return nil, fmt.Errorf("read data quality: %w", err)
	}
	defer rows.Close()
	quality := map[string]counts{}
	for rows.Next() {
		var code string
		var c counts
		if err := rows.Scan(&code, &c.expected, &c.actual); err != nil {
			return nil, fmt.Errorf("read data quality: %w", err)
		}
		quality[code] = c
	}
	return quality, rows.Err()
}
