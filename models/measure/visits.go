package measure

import (
	"context"
	"database/sql"
)

// Answered is how many people of an area stand with an answer as of a day.
type Answered struct {
	Answer Answer // its latest day, and no proof
	People int64  // whose latest answer it is
	Visits int64  // that ended with it, the same people more than once
	Proofs int64  // of these, with proof seen
}

// Answered counts the answers at an item of the people of an area, as they stood
// at the end of a day, in the order of Answers; none where nobody was visited, or
// where an earlier program published the data. They change no figure.
func (r *Reader) Answered(ctx context.Context, ask AskMissing) ([]Answered, error) {
	item, err := ask.Campaign.Item(ask.Item)
	if err != nil {
		return nil, err
	}
	area, err := r.Area(ctx, ask.Area)
	if err != nil {
		return nil, err
	}
	if found, err := r.Has(ctx, "visit"); err != nil || !found {
		return nil, err
	}
	counted, err := list(ctx, r, "answers", func(rows *sql.Rows) (a Answered, err error) {
		var last sql.NullTime
		err = rows.Scan(&a.Answer.Code, &a.People, &a.Visits, &a.Proofs, &last)
		a.Answer.Day = last.Time
		return a, err
	}, `
		select v.answer, cast(sum(v.change) as bigint), cast(sum(v.visits) as bigint), cast(sum(v.proofs) as bigint),
			max(v.visited_on) filter (where v.visits > 0)
		from mart.visit as v
		join ref.area as a on a.area_code = v.area_code
		where v.campaign = $campaign and v.item = $item and v.visited_on <= $day::date
			and ($level = 'city' or a.area_code = $area or a.town = $area)
		group by v.answer`, sql.Named("campaign", ask.Campaign.ID), sql.Named("item", item.ID), sql.Named("day", date(ask.AsOf)),
		sql.Named("level", area.Level), sql.Named("area", area.Code))
	if err != nil {
		return nil, err
	}
	var all []Answered
	for _, answer := range Answers() {
		for _, c := range counted {
			if c.Answer.Code == answer.Code {
				all = append(all, c)
			}
		}
	}
	return all, nil
}
