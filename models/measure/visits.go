package measure

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
)

// Answered is how many people of an area stand with an answer as of a day.
type Answered struct {
	Item   string
	Answer Answer // its latest day, and no proof
	People int64  // whose latest answer it is
	Visits int64  // that ended with it, the same people more than once
	Proofs int64  // of these, with proof seen
}

// Answered counts the answers of the people of an area, as they stood at the end
// of a day, at one item or, where ask names none, at each in campaign order; in
// the order of Answers. There are none where nobody was visited, or where an
// earlier program published the data. They change no figure.
func (r *Reader) Answered(ctx context.Context, ask AskMissing) ([]Answered, error) {
	if ask.Item != "" {
		if _, err := ask.Campaign.Item(ask.Item); err != nil {
			return nil, err
		}
	}
	area, err := r.area(ctx, ask.Area)
	if err != nil {
		return nil, err
	}
	if found, err := r.has(ctx, "visit"); err != nil || !found {
		return nil, err
	}
	counted, err := list(ctx, r, "answers", func(rows *sql.Rows) (a Answered, err error) {
		var last sql.NullTime
		err = rows.Scan(&a.Item, &a.Answer.Code, &a.People, &a.Visits, &a.Proofs, &last)
		a.Answer.Day = last.Time
		return a, err
	}, `
		select v.item, v.answer, cast(sum(v.change) as bigint), cast(sum(v.visits) as bigint), cast(sum(v.proofs) as bigint),
			max(v.visited_on) filter (where v.visits > 0)
		from mart.visit as v
		join ref.area as a on a.area_code = v.area_code
		join ref.item as t on t.campaign = v.campaign and t.item = v.item
		where v.campaign = $campaign and ($item = '' or v.item = $item) and v.visited_on <= $day::date
			and ($level = 'city' or a.area_code = $area or a.town = $area)
		group by v.item, t.ordinal, v.answer
		order by t.ordinal`, sql.Named("campaign", ask.Campaign.ID), sql.Named("item", ask.Item), sql.Named("day", date(ask.AsOf)),
		sql.Named("level", area.Level), sql.Named("area", area.Code))
	if err != nil {
		return nil, err
	}
	place := map[string]int{}
	for i, answer := range Answers() {
		place[answer.Code] = i
	}
	items := map[string]int{}
	for _, a := range counted {
		if _, met := items[a.Item]; !met {
			items[a.Item] = len(items)
		}
	}
	slices.SortStableFunc(counted, func(a, b Answered) int {
		return cmp.Or(cmp.Compare(items[a.Item], items[b.Item]), cmp.Compare(place[a.Answer.Code], place[b.Answer.Code]))
	})
	return counted, nil
}
