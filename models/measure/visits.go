package measure

import (
	"context"
	"database/sql"
)

// VisitCount is how many people stand with an answer: each with the latest one
// given up to the day.
type VisitCount struct {
	Item           string
	Answer         Answer // without a day
	People, Proofs int64  // Proofs: proof was seen, of all visits with this answer
}

// Visits counts the answers of visits in an area, by campaign order of the items
// and by answer; of one item where ask names one. There are none in
// the snapshot of an earlier program.
func (r *Reader) Visits(ctx context.Context, ask AskMissing) ([]VisitCount, error) {
	if there, err := r.has(ctx, "visit"); err != nil || !there {
		return nil, err
	}
	return list(ctx, r, "visits", func(rows *sql.Rows) (c VisitCount, err error) {
		err = rows.Scan(&c.Item, &c.Answer.Code, &c.People, &c.Proofs)
		return c, err
	}, `
		with recursive inside as (
			select area_code from ref.area where area_code = $area
			union
			select a.area_code from ref.area as a join inside as i on a.parent = i.area_code
		)
		select v.item, v.answer, cast(sum(v.change) as bigint) as people, cast(sum(v.proofs) as bigint)
		from mart.visit as v
		join inside as i on i.area_code = v.area_code
		join ref.item as t on t.campaign = v.campaign and t.item = v.item
		where v.campaign = $campaign and ($item = '' or v.item = $item) and v.visited_on <= $day::date
		group by v.item, t.ordinal, v.answer
		having sum(v.change) > 0
		order by t.ordinal, v.answer`,
		sql.Named("campaign", ask.Campaign.ID), sql.Named("item", ask.Item), sql.Named("area", ask.Area), sql.Named("day", date(ask.AsOf)))
}
