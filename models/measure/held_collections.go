package measure

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// heldCollection is what an area owed and paid of a scheme as of a day, in 32
// bytes.
type heldCollection struct {
	scheme, area  int32 // their places
	people        int32
	due, received Fen
}

// holdCollections reads those of all days.
func (h *held) holdCollections(ctx context.Context, r *Reader) (err error) {
	if h.schemes, err = list(ctx, r, "schemes", func(rows *sql.Rows) (s string, err error) {
		err = rows.Scan(&s)
		return s, err
	}, "select distinct scheme from mart.collection where campaign = ? order by scheme", h.campaign.ID); err != nil {
		return err
	}
	h.collections = map[int][]heldCollection{}
	// An amount in fen does not fit four bytes, a thousand million times less and
	// the rest of it do.
	err = r.db.Integers(ctx, `
		with area as (
			select area_code, level, row_number() over (order by area_code) - 1 as place from ref.area
		),
		scheme as (
			select scheme, row_number() over (order by scheme) - 1 as place from (select distinct scheme from mart.collection where campaign = $1)
		),
		fen as (
			select *, coalesce((amount_due * 100)::bigint, 0) as due, coalesce((amount_received * 100)::bigint, 0) as received
			from mart.collection
			where campaign = $1
		)
		select date_diff('day', $2::date, f.as_of)::integer, s.place::integer, a.place::integer, (a.level = f.level)::integer, f.people_due::integer,
			(f.due // 1000000000)::integer, (f.due % 1000000000)::integer,
			(f.received // 1000000000)::integer, (f.received % 1000000000)::integer
		from fen as f
		join scheme as s on s.scheme = f.scheme
		left join area as a on a.area_code = f.area_code
		order by 1, 2, 3`, []any{h.campaign.ID, date(h.opening)}, func(c [][]int32) error {
		for n, day := range c[0] {
			if c[3][n] != 1 {
				return fmt.Errorf("%s is of another level", h.areas[c[2][n]].code)
			}
			h.collections[int(day)] = append(h.collections[int(day)], heldCollection{c[1][n], c[2][n], c[4][n],
				Fen(c[5][n])*1e9 + Fen(c[6][n]), Fen(c[7][n])*1e9 + Fen(c[8][n])})
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("hold collections: %w", err)
	}
	return nil
}

// collected lists those of a day, by scheme and area code.
func (h *held) collected(at time.Time) []Collection {
	var all []Collection
	for _, c := range h.collections[daysBetween(h.opening, at)] {
		a := &h.areas[c.area]
		all = append(all, Collection{Scheme: h.schemes[c.scheme], Level: a.level, AreaCode: a.code, PeopleDue: int64(c.people), Due: c.due, Received: c.received})
	}
	return all
}
