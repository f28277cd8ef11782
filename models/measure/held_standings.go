package measure

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"sort"
	"time"
)

// heldStandings are the standings of all areas at all items of a campaign on all
// days, in 40 bytes each: half a million of a city with 714 villages are 21 MB.
// Rates are not held but divided again, as the snapshot divides them.
type heldStandings struct {
	campaign *Campaign
	areas    []heldArea // by code
	number   map[string]int
	opening  time.Time
	rows     []heldRow // by day, item in campaign order, and area
	from     []int32   // where the rows of a day and item begin: day * items + item
}

type heldArea struct{ code, name, level, parent string }

// heldRow is a standing. Numbers that are not known are unknown.
type heldRow struct {
	expected, actual, onTime, expectedOnTime int32
	shortBy, gained, needed, forecast        int32
	rank                                     int32
	area                                     uint16
	met                                      int8 // unknown8, 0, 1
	status                                   uint8
}

const (
	unknown  = math.MinInt32
	unknown8 = -1
)

// heldStatuses are told by their places.
var heldStatuses = []string{"", Met, OnTrack, AtRisk, Missed}

// holdStandings reads them row by row, and refuses what would not come out again
// exactly as it went in.
func (r *Reader) holdStandings(ctx context.Context, c *Campaign) (*heldStandings, error) {
	h := &heldStandings{campaign: c, opening: c.Opening, number: map[string]int{}}
	areas, err := list(ctx, r, "areas", func(rows *sql.Rows) (a heldArea, err error) {
		err = rows.Scan(&a.code, &a.name, &a.level, &a.parent)
		return a, err
	}, `select area_code, area, level, coalesce(parent, '') from ref.area order by area_code`)
	if err != nil {
		return nil, err
	}
	if len(areas) > math.MaxUint16 {
		return nil, fmt.Errorf("hold standings: %d areas", len(areas))
	}
	h.areas = areas
	for n, a := range areas {
		h.number[a.code] = n
	}
	items := map[string]int{}
	for n, i := range c.Items {
		items[i.ID] = n
	}
	days := daysBetween(c.Opening, c.LastDay) + 1
	h.rows = make([]heldRow, 0, days*len(c.Items)*len(areas))
	rows, err := r.db.QueryContext(ctx, standingQuery+`
		where s.campaign = ?
		order by s.as_of, i.ordinal, s.area_code`, c.ID)
	if err != nil {
		return nil, fmt.Errorf("hold standings: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		s, err := scanStanding(rows)
		if err != nil {
			return nil, fmt.Errorf("hold standings: %w", err)
		}
		day, item, area := daysBetween(c.Opening, s.AsOf), items[s.Item], h.number[s.AreaCode]
		for len(h.from) <= day*len(c.Items)+item {
			h.from = append(h.from, int32(len(h.rows)))
		}
		row := pack(s, area)
		if !same(h.standing(day, item, row), s) {
			return nil, fmt.Errorf("hold standings: %s of %s on %s is like no other", s.Item, s.AreaCode, s.AsOf.Format(time.DateOnly))
		}
		h.rows = append(h.rows, row)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("hold standings: %w", err)
	}
	for len(h.from) <= days*len(c.Items) {
		h.from = append(h.from, int32(len(h.rows)))
	}
	return h, nil
}

func daysBetween(from, to time.Time) int { return int(to.Sub(from).Hours() / 24) }

func pack(s Standing, area int) heldRow {
	row := heldRow{
		expected: int32(s.Expected), actual: int32(s.Actual), onTime: int32(s.OnTime), expectedOnTime: int32(s.ExpectedOnTime),
		shortBy: int32(s.ShortBy), gained: int32(s.Gained), needed: unknown, forecast: unknown, rank: unknown, area: uint16(area), met: unknown8,
	}
	if s.NeededPerDay != nil {
		row.needed = int32(*s.NeededPerDay)
	}
	if s.Forecast != nil {
		row.forecast = int32(*s.Forecast)
	}
	if s.Rank != nil {
		row.rank = int32(*s.Rank)
	}
	if s.Met != nil {
		row.met = 0
		if *s.Met {
			row.met = 1
		}
	}
	for n, status := range heldStatuses {
		if status == s.Status {
			row.status = uint8(n)
		}
	}
	return row
}

// standing unpacks a row of a day and item.
func (h *heldStandings) standing(day, item int, row heldRow) Standing {
	i, a := &h.campaign.Items[item], &h.areas[row.area]
	s := Standing{
		Item: i.ID, Level: a.level, AreaCode: a.code, Area: a.name, Parent: a.parent, AsOf: h.opening.AddDate(0, 0, day),
		Expected: int64(row.expected), Actual: int64(row.actual), OnTime: int64(row.onTime), ExpectedOnTime: int64(row.expectedOnTime),
		Rate: quotient(row.actual, row.expected), RateOnTime: quotient(row.onTime, row.expectedOnTime),
		Target: float64(i.TargetNum) / float64(i.TargetDen), TargetNum: i.TargetNum, TargetDen: i.TargetDen,
		ShortBy: int64(row.shortBy), Gained: int64(row.gained), Status: heldStatuses[row.status],
	}
	if row.expected != 0 {
		s.PerDay = quotient(row.gained, week)
	}
	if row.met != unknown8 {
		met := row.met == 1
		s.Met = &met
	}
	if row.rank != unknown {
		rank := int(row.rank)
		s.Rank = &rank
	}
	if row.needed != unknown {
		needed := int64(row.needed)
		s.NeededPerDay = &needed
	}
	if row.forecast != unknown {
		forecast := int64(row.forecast)
		s.Forecast = &forecast
	}
	return s
}

func quotient(a, b int32) *float64 {
	if b == 0 {
		return nil
	}
	q := float64(a) / float64(b)
	return &q
}

// same tells whether two standings say the same.
func same(x, y Standing) bool {
	alike := alike(x.Rate, y.Rate) && alike(x.RateOnTime, y.RateOnTime) && alike(x.PerDay, y.PerDay) && alike(x.Met, y.Met) &&
		alike(x.Rank, y.Rank) && alike(x.NeededPerDay, y.NeededPerDay) && alike(x.Forecast, y.Forecast) && x.AsOf.Equal(y.AsOf)
	for _, s := range []*Standing{&x, &y} {
		s.Rate, s.RateOnTime, s.PerDay, s.Met, s.Rank, s.NeededPerDay, s.Forecast, s.AsOf = nil, nil, nil, nil, nil, nil, nil, time.Time{}
	}
	return alike && x == y
}

func alike[T comparable](x, y *T) bool {
	return x == nil && y == nil || x != nil && y != nil && *x == *y
}

// of are the rows of a day and item, by area; none outside the campaign.
func (h *heldStandings) of(day, item int) []heldRow {
	at := day*len(h.campaign.Items) + item
	if day < 0 || at+1 >= len(h.from) {
		return nil
	}
	return h.rows[h.from[at]:h.from[at+1]]
}

// find is the row of an area among those of a day and item.
func find(rows []heldRow, area int) (heldRow, bool) {
	n := sort.Search(len(rows), func(n int) bool { return int(rows[n].area) >= area })
	if n == len(rows) || int(rows[n].area) != area {
		return heldRow{}, false
	}
	return rows[n], true
}

// day lists the standings of a day, by item and area code.
func (h *heldStandings) day(at time.Time) []Standing {
	day := daysBetween(h.opening, at)
	all := make([]Standing, 0, len(h.areas)*len(h.campaign.Items))
	for item := range h.campaign.Items {
		for _, row := range h.of(day, item) {
			all = append(all, h.standing(day, item, row))
		}
	}
	return all
}

// days are the standings of an area from the opening to a day, by item and day.
func (h *heldStandings) days(code string, to time.Time) map[string][]Standing {
	all := map[string][]Standing{}
	area, known := h.number[code]
	if !known {
		return all
	}
	for day := range daysBetween(h.opening, to) + 1 {
		for item := range h.campaign.Items {
			if row, found := find(h.of(day, item), area); found {
				id := h.campaign.Items[item].ID
				all[id] = append(all[id], h.standing(day, item, row))
			}
		}
	}
	return all
}

// courses are the points of a bulletin's courses: of the city every day, of the
// ranked areas every so many days back from the last.
func (h *heldStandings) courses(b *Bulletin, step int) []coursePoint {
	var all []coursePoint
	last := daysBetween(h.opening, b.AsOf)
	for day := range last + 1 {
		for item := range h.campaign.Items {
			rows := h.of(day, item)
			point := func(code string) {
				if row, found := find(rows, h.number[code]); found {
					all = append(all, coursePoint{h.campaign.Items[item].ID, code,
						Point{Day: h.opening.AddDate(0, 0, day), Expected: int64(row.expected), Actual: int64(row.actual)}})
				}
			}
			if b.City != nil {
				point(b.City.Code)
			}
			if (last-day)%step == 0 {
				for _, a := range b.Areas {
					point(a.Code)
				}
			}
		}
	}
	return all
}
