package measure

import (
	"context"
	"database/sql"
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
	b.Roads, err = list(ctx, r, "hardship road", func(rows *sql.Rows) (v Road, err error) {
		var recorded sql.NullInt64
		err = rows.Scan(&v.Scheme, &v.Level, &v.AreaCode, &v.Certified.N, &v.Registered.N, &v.Funded.N, &recorded)
		if recorded.Valid {
			v.Recorded = &Count{N: recorded.Int64}
		}
		return v, err
	}, `
		select scheme, level, area_code, certified, registered, funded, recorded
		from mart.hardship_road
		where campaign = ? and as_of = ?::date and (area_code = ? or level = ?)
		order by scheme, area_code`, b.Campaign.ID, date(b.AsOf), b.cityCode(), b.Level)
	return err
}
