package measure

import (
	"context"
	"database/sql"
	"time"
)

// Road is the way of people in hardship at one scheme: certified and expected,
// of these registered, of these paid for, of these with the entitlement
// recorded. Each step loses those who did not take the next.
type Road struct {
	Scheme, Level, AreaCode       string
	Certified, Registered, Funded Count
	Recorded                      *Count // nil: nobody ever told when an entitlement was recorded
}

// readRoads reads the road of the city and the ranked areas.
func (r *Reader) readRoads(ctx context.Context, b *Bulletin) (err error) {
	days, err := r.roads(ctx, b, b.AsOf, b.AsOf)
	b.Roads = days[b.AsOf.Format(time.DateOnly)]
	return err
}

// roads are those of some days, both included, by day, scheme and area code.
func (r *Reader) roads(ctx context.Context, b *Bulletin, from, to time.Time) (map[string][]Road, error) {
	type dayRoad struct {
		day time.Time
		Road
	}
	all, err := list(ctx, r, "hardship road", func(rows *sql.Rows) (v dayRoad, err error) {
		var recorded sql.NullInt64
		err = rows.Scan(&v.day, &v.Scheme, &v.Level, &v.AreaCode, &v.Certified.N, &v.Registered.N, &v.Funded.N, &recorded)
		if recorded.Valid {
			v.Recorded = &Count{N: recorded.Int64}
		}
		return v, err
	}, `
		select as_of, scheme, level, area_code, certified, registered, funded, recorded
		from mart.hardship_road
		where campaign = ? and as_of between ?::date and ?::date and (area_code = ? or level = ?)
		order by as_of, scheme, area_code`, b.Campaign.ID, date(from), date(to), b.cityCode(), b.Level)
	days := map[string][]Road{}
	for _, v := range all {
		day := v.day.Format(time.DateOnly)
		days[day] = append(days[day], v.Road)
	}
	return days, err
}
