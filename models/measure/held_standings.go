package measure

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math"
	"time"
)

// heldStandings are the standings of all areas at all items of a campaign on all
// days, in 40 bytes each: 437,400 of a city with 714 villages are 18 MB. Rates are
// not held but divided again, as the snapshot divides them.
type heldStandings struct {
	campaign *Campaign
	areas    []heldArea // by code
	number   map[string]int
	opening  time.Time
	span     int       // days
	level    string    // of the areas that are ranked
	rows     []heldRow // by day, item in campaign order, and area
}

type heldArea struct{ code, name, level, parent string }

// heldRow is a standing. Numbers that are not known are unknown; where there is no
// standing, expected is.
type heldRow struct {
	expected, actual, onTime, expectedOnTime int32
	shortBy, gained, needed, forecast        int32
	rank                                     int32
	met                                      int8 // unknown8, 0, 1
	status                                   uint8
}

const (
	unknown  = math.MinInt32
	unknown8 = -1
)

// mostHeld is how many standings are held at most: 200 MB.
const mostHeld = 5_000_000

// heldStatuses are told by their places.
var heldStatuses = []string{"", Met, OnTrack, AtRisk, Missed}

// heldQuery are the standings as numbers alone: day, item and area by their
// places, the counts, and whether all else is what comes out of these again. A
// number too large for four bytes is an error.
const heldQuery = `
	with area as (
		select area_code, area, level, parent, row_number() over (order by area_code) - 1 as place from ref.area
	),
	item as (
		select campaign, item, target_num, target_den, row_number() over (order by ordinal) - 1 as place
		from ref.item
		where campaign = $1
	)
	select
		date_diff('day', $2::date, s.as_of)::integer, i.place::integer, a.place::integer,
		s.expected::integer, s.actual::integer, s.actual_on_time::integer, s.expected_on_time::integer,
		s.short_by::integer, s.gained::integer, coalesce(s.needed_per_day, $3)::integer, coalesce(s.forecast, $3)::integer,
		coalesce(s.rank, $3)::integer, coalesce(s.met::integer, -1),
		case coalesce(s.status, '') when '' then 0 when 'met' then 1 when 'on_track' then 2 when 'at_risk' then 3 when 'missed' then 4 else -1 end,
		(s.level = a.level and s.area = a.area and s.parent is not distinct from a.parent
			and s.rate is not distinct from s.actual::double / nullif(s.expected, 0)
			and s.rate_on_time is not distinct from s.actual_on_time::double / nullif(s.expected_on_time, 0)
			and s.per_day is not distinct from case when s.expected <> 0 then s.gained::double / 7 end
			and s.target = i.target_num::double / i.target_den)::integer
	from mart.standing as s
	join item as i on i.item = s.item
	join area as a on a.area_code = s.area_code
	where s.campaign = $1`

// holdStandings reads them, and refuses what would not come out again exactly as
// it went in.
func (r *Reader) holdStandings(ctx context.Context, c *Campaign) (*heldStandings, error) {
	h := &heldStandings{campaign: c, opening: c.Opening, span: daysBetween(c.Opening, c.LastDay) + 1, number: map[string]int{}}
	var err error
	if h.areas, err = list(ctx, r, "areas", func(rows *sql.Rows) (a heldArea, err error) {
		err = rows.Scan(&a.code, &a.name, &a.level, &a.parent)
		return a, err
	}, `select area_code, area, level, coalesce(parent, '') from ref.area order by area_code`); err != nil {
		return nil, err
	}
	for n, a := range h.areas {
		h.number[a.code] = n
	}
	size := h.span * len(c.Items) * len(h.areas)
	if size > mostHeld {
		return nil, fmt.Errorf("hold standings: there may be %d, held are %d at most", size, mostHeld)
	}
	h.rows = make([]heldRow, size)
	for n := range h.rows {
		h.rows[n].expected = unknown
	}
	var all int
	if err := r.db.QueryRowContext(ctx, "select count(*) from mart.standing where campaign = ?", c.ID).Scan(&all); err != nil {
		return nil, fmt.Errorf("hold standings: %w", err)
	}
	read := 0
	err = r.db.Integers(ctx, heldQuery, []any{c.ID, date(c.Opening), int32(unknown)}, func(columns [][]int32) error {
		read += len(columns[0])
		return h.take(columns)
	})
	if err == nil && read != all {
		err = fmt.Errorf("%d of %d rows are of an item and an area", read, all)
	}
	if err != nil {
		return nil, fmt.Errorf("hold standings: %w", err)
	}
	return h, nil
}

// take puts rows of heldQuery in their places.
func (h *heldStandings) take(c [][]int32) error {
	levels := map[string]bool{}
	for n := range c[0] {
		day, item, area := int(c[0][n]), int(c[1][n]), int(c[2][n])
		if day < 0 || day >= h.span || c[13][n] < 0 || c[14][n] != 1 || c[3][n] == unknown {
			return fmt.Errorf("%s of %s on day %d is like no other", h.campaign.Items[item].ID, h.areas[area].code, day)
		}
		row := &h.of(day, item)[area]
		if row.expected != unknown {
			return fmt.Errorf("%s of %s on day %d stands twice", h.campaign.Items[item].ID, h.areas[area].code, day)
		}
		*row = heldRow{
			expected: c[3][n], actual: c[4][n], onTime: c[5][n], expectedOnTime: c[6][n], shortBy: c[7][n], gained: c[8][n],
			needed: c[9][n], forecast: c[10][n], rank: c[11][n], met: int8(c[12][n]), status: uint8(c[13][n]),
		}
		levels[h.areas[area].level] = true
	}
	h.level = cmp.Or(h.level, "city")
	for _, level := range []string{"village", "town"} {
		if levels[level] && h.level != "town" {
			h.level = level
		}
	}
	return nil
}

func daysBetween(from, to time.Time) int { return int(to.Sub(from).Hours() / 24) }

// optional are the parts of a standing that may be missing, side by side: seven to
// allocate would take most of the time of a day.
type optional struct {
	rate, rateOnTime, perDay float64
	met                      bool
	rank                     int
	needed, forecast         int64
}

// standing unpacks a row of a day, item and area. What is known of it is kept in k.
func (h *heldStandings) standing(day, item, area int, row heldRow, k *optional) Standing {
	i, a := &h.campaign.Items[item], &h.areas[area]
	s := Standing{
		Item: i.ID, Level: a.level, AreaCode: a.code, Area: a.name, Parent: a.parent, AsOf: h.opening.AddDate(0, 0, day),
		Expected: int64(row.expected), Actual: int64(row.actual), OnTime: int64(row.onTime), ExpectedOnTime: int64(row.expectedOnTime),
		Target: float64(i.TargetNum) / float64(i.TargetDen), TargetNum: i.TargetNum, TargetDen: i.TargetDen,
		ShortBy: int64(row.shortBy), Gained: int64(row.gained), Status: heldStatuses[row.status],
	}
	if row.expected != 0 {
		k.rate, k.perDay = float64(row.actual)/float64(row.expected), float64(row.gained)/week
		s.Rate, s.PerDay = &k.rate, &k.perDay
	}
	if row.expectedOnTime != 0 {
		k.rateOnTime = float64(row.onTime) / float64(row.expectedOnTime)
		s.RateOnTime = &k.rateOnTime
	}
	if row.met != unknown8 {
		k.met = row.met == 1
		s.Met = &k.met
	}
	if row.rank != unknown {
		k.rank = int(row.rank)
		s.Rank = &k.rank
	}
	if row.needed != unknown {
		k.needed = int64(row.needed)
		s.NeededPerDay = &k.needed
	}
	if row.forecast != unknown {
		k.forecast = int64(row.forecast)
		s.Forecast = &k.forecast
	}
	return s
}

// of are the rows of a day and item, by area; none outside the campaign.
func (h *heldStandings) of(day, item int) []heldRow {
	if day < 0 || day >= h.span {
		return nil
	}
	at := (day*len(h.campaign.Items) + item) * len(h.areas)
	return h.rows[at : at+len(h.areas)]
}

// find is the row of an area on a day.
func (h *heldStandings) find(day, item, area int) (heldRow, bool) {
	rows := h.of(day, item)
	if rows == nil || rows[area].expected == unknown {
		return heldRow{}, false
	}
	return rows[area], true
}

// day lists the standings of a day, by item and area code.
func (h *heldStandings) day(at time.Time) []Standing {
	day := daysBetween(h.opening, at)
	most := len(h.areas) * len(h.campaign.Items)
	all, parts := make([]Standing, 0, most), make([]optional, most)
	for item := range h.campaign.Items {
		for area, row := range h.of(day, item) {
			if row.expected != unknown {
				all = append(all, h.standing(day, item, area, row, &parts[len(all)]))
			}
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
			if row, found := h.find(day, item, area); found {
				id := h.campaign.Items[item].ID
				all[id] = append(all[id], h.standing(day, item, area, row, &optional{}))
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
			point := func(code string) {
				if row, found := h.find(day, item, h.number[code]); found {
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
