package measure

import (
	"context"
	"database/sql"
	"time"

	"canbao/etl/refuse"
)

// Check is a question asked of the data and how many rows it found. A check
// never hides a figure: it stands beside it.
type Check struct {
	ID, Severity       string // warning, error
	Title, Why, Advice refuse.Text
	Rows               int64      // that offend; 0: all is well
	Sample             []CheckRow // the first of them
}

// CheckRow is one offending row.
type CheckRow struct{ AreaCode, Detail string }

// Checks lists all checks, errors first, then by id.
func (r *Reader) Checks(ctx context.Context) ([]Check, error) {
	checks, err := list(ctx, r, "checks", func(rows *sql.Rows) (c Check, err error) {
		err = rows.Scan(&c.ID, &c.Severity, &c.Title.ZH, &c.Title.EN, &c.Why.ZH, &c.Why.EN,
			&c.Advice.ZH, &c.Advice.EN, &c.Rows)
		return c, err
	}, `
		select check_id, severity, title, coalesce(title_en, title), coalesce(why, ''), coalesce(why_en, why, ''),
			coalesce(advice, ''), coalesce(advice_en, advice, ''), rows
		from mart.check
		order by case severity when 'error' then 1 else 2 end, check_id`)
	if err != nil {
		return nil, err
	}
	type sample struct {
		check string
		row   CheckRow
	}
	samples, err := list(ctx, r, "check rows", func(rows *sql.Rows) (s sample, err error) {
		err = rows.Scan(&s.check, &s.row.AreaCode, &s.row.Detail)
		return s, err
	}, `select check_id, coalesce(area_code, ''), coalesce(detail, '') from mart.check_row order by check_id, n`)
	if err != nil {
		return nil, err
	}
	at := make(map[string]int, len(checks))
	for i, c := range checks {
		at[c.ID] = i
	}
	for _, s := range samples {
		if i, ok := at[s.check]; ok {
			checks[i].Sample = append(checks[i].Sample, s.row)
		}
	}
	return checks, nil
}

// Load is one loaded file: rows = accepted + quarantined + repeated.
type Load struct {
	Number                                           int
	File, Dataset                                    string
	LoadedAt                                         time.Time // local
	Rows, Accepted, Quarantined, Repeated, Furniture int64
	Held                                             int64  // still held back
	Reasons                                          string // 'id_checksum=3;ragged=1'
}

// Loads lists the loaded files in the order they came.
func (r *Reader) Loads(ctx context.Context) ([]Load, error) {
	return list(ctx, r, "loads", func(rows *sql.Rows) (l Load, err error) {
		err = rows.Scan(&l.Number, &l.File, &l.Dataset, &l.LoadedAt, &l.Rows, &l.Accepted, &l.Quarantined,
			&l.Repeated, &l.Furniture, &l.Held, &l.Reasons)
		return l, err
	}, `
		select load, file, dataset, loaded_at, rows, accepted, quarantined, repeated, furniture, held,
			coalesce(reasons, '')
		from mart.load
		order by load`)
}

// Quality counts the rows of an area and dataset: a held-back roster row is
// missing from the denominator.
type Quality struct {
	AreaCode, Area string // empty where the row does not tell
	Dataset        string
	Accepted, Held int64
	Withheld       bool // in the public edition: nothing of it is carried
}

// Quality lists accepted and held-back rows by area code and dataset.
func (r *Reader) Quality(ctx context.Context) ([]Quality, error) {
	return list(ctx, r, "quality", func(rows *sql.Rows) (q Quality, err error) {
		err = rows.Scan(&q.AreaCode, &q.Area, &q.Dataset, &q.Accepted, &q.Held)
		return q, err
	}, `
		select coalesce(area_code, ''), coalesce(area, ''), dataset, accepted, held
		from mart.area_quality
		order by coalesce(area_code, ''), dataset`)
}
