package measure

import (
	"context"
	"database/sql"
	"time"

	"canbao/etl/refuse"
)

// Status says how an item is going (contract, section 3, "Pace").
const (
	Met     = "met"
	OnTrack = "on_track"
	AtRisk  = "at_risk"
	Missed  = "missed"
)

// Standing is where one area stands at one item at the end of one day. What is
// nil is not known: nothing is expected there, or no day is left.
type Standing struct {
	Item, Level          string
	AreaCode, Area       string
	Parent               string // code
	AsOf                 time.Time
	Expected, Actual     int64
	OnTime               int64 // actual as of the earlier of the day and the due day
	ExpectedOnTime       int64
	Rate, RateOnTime     *float64 // actual/expected
	Target               float64
	TargetNum, TargetDen int64 // the exact target
	Met                  *bool
	ShortBy              int64    // people missing to the target
	Rank                 *int     // within the level; villages within their town
	Gained               int64    // actual minus actual seven days before
	PerDay               *float64 // the mean of these seven days
	NeededPerDay         *int64
	Forecast             *int64 // actual on the due day at the present pace
	Status               string // Met, OnTrack, AtRisk, Missed or empty

	// In the public edition; what is withheld is not carried either.
	Withheld bool  // all figures of the area at the item
	Quiet    bool  // what moved: OnTime, Gained, PerDay, Forecast
	kept     Shown // the rate alone, of an area too large for it to tell of few people
}

// Missing is how many people are expected and not counted, never below 0.
func (s Standing) Missing() int64 { return max(0, s.Expected-s.Actual) }

// Filter selects standings. An empty field selects all.
type Filter struct {
	Campaign string
	From, To time.Time // both included
	Item     string
	Level    string // city, town, village or all
	Under    string // areas below this code, at any depth
}

// Standings lists the standings of a filter, ordered by day, campaign order of
// the items and area code.
func (r *Reader) Standings(ctx context.Context, f Filter) ([]Standing, error) {
	if err := r.checkFilter(ctx, f); err != nil {
		return nil, err
	}
	return list(ctx, r, "standings", scanStanding, `
		with recursive below as (
			select area_code from ref.area where parent = $under
			union
			select a.area_code from ref.area as a join below as b on a.parent = b.area_code
		)
		`+standingQuery+`
		where ($campaign = '' or s.campaign = $campaign)
			and ($from::date is null or s.as_of >= $from::date)
			and ($to::date is null or s.as_of <= $to::date)
			and ($item = '' or s.item = $item)
			and ($level in ('', 'all') or s.level = $level)
			and ($under = '' or s.area_code in (select area_code from below))
		order by s.as_of, i.ordinal, s.area_code`,
		sql.Named("under", f.Under), sql.Named("campaign", f.Campaign), sql.Named("from", date(f.From)),
		sql.Named("to", date(f.To)), sql.Named("item", f.Item), sql.Named("level", f.Level))
}

// standingQuery begins a query of standings as scanStanding reads them.
const standingQuery = `
		select s.item, s.level, s.area_code, s.area, coalesce(s.parent, ''), s.as_of, s.expected, s.actual,
			s.actual_on_time, s.expected_on_time, s.rate, s.rate_on_time, s.target, i.target_num, i.target_den,
			s.met, s.short_by, s.rank, s.gained, s.per_day, s.needed_per_day, s.forecast, coalesce(s.status, '')
		from mart.standing as s
		join ref.item as i on i.campaign = s.campaign and i.item = s.item`

func scanStanding(rows *sql.Rows) (s Standing, err error) {
	err = rows.Scan(&s.Item, &s.Level, &s.AreaCode, &s.Area, &s.Parent, &s.AsOf, &s.Expected, &s.Actual,
		&s.OnTime, &s.ExpectedOnTime, &s.Rate, &s.RateOnTime, &s.Target, &s.TargetNum, &s.TargetDen,
		&s.Met, &s.ShortBy, &s.Rank, &s.Gained, &s.PerDay, &s.NeededPerDay, &s.Forecast, &s.Status)
	return s, err
}

// checkFilter refuses a level or an area that does not exist: no row at all
// would read as nothing to report.
func (r *Reader) checkFilter(ctx context.Context, f Filter) error {
	switch f.Level {
	case "", "all", "city", "town", "village":
	default:
		return &refuse.Error{
			What: refuse.Text{ZH: "没有这个层级：" + f.Level, EN: "there is no level " + f.Level},
			Do:   oneOf([]string{"city", "town", "village", "all"}),
		}
	}
	if f.Under == "" {
		return nil
	}
	var found bool
	err := r.db.QueryRowContext(ctx, "select count(*) > 0 from ref.area where area_code = ?", f.Under).Scan(&found)
	if err == nil && !found {
		err = noArea(f.Under)
	}
	return err
}

// noArea refuses a code that no area has.
func noArea(code string) error {
	return &refuse.Error{
		What: refuse.Text{ZH: "没有这个区划代码：" + code, EN: "there is no area with the code " + code},
		Do:   refuse.Text{ZH: "代码见工作区的 areas.csv", EN: "the codes are in areas.csv of the workspace"},
	}
}
