package measure

import (
	"context"
	"database/sql"
	"fmt"
	"sync/atomic"
	"time"

	"canbao/sql/duck"
)

// Reader reads one published snapshot. It is safe for concurrent use.
type Reader struct {
	db   *duck.DB
	held atomic.Pointer[held] // nil until Hold
}

// Open opens the snapshot file at path, read-only and locked.
func Open(ctx context.Context, path string) (*Reader, error) {
	db, err := duck.Open(ctx, path, duck.Options{ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("open snapshot: %w", err)
	}
	return &Reader{db: db}, nil
}

// Close closes the snapshot.
func (r *Reader) Close() error { return r.db.Close() }

// Snapshot tells where the figures come from.
type Snapshot struct {
	Number          int
	BuiltAt         time.Time // local, to the second
	Program, DuckDB string    // versions
	Files           int       // loaded
	Rows            int64     // read from them
}

// Snapshot reads what the snapshot says of itself.
func (r *Reader) Snapshot(ctx context.Context) (Snapshot, error) {
	var s Snapshot
	err := r.db.QueryRowContext(ctx, `
		select snapshot, date_trunc('second', built_at), coalesce(program, ''), coalesce(duckdb, ''), files, rows
		from ref.snapshot`).
		Scan(&s.Number, &s.BuiltAt, &s.Program, &s.DuckDB, &s.Files, &s.Rows)
	if err != nil {
		return Snapshot{}, fmt.Errorf("read snapshot: %w", err)
	}
	return s, nil
}

// Area is a place that answers for people: a city, town or village.
type Area struct {
	Code, Name string
	Parent     string // code, empty for the city
	Level      string // city, town, village
	Town       string // code of the town it is or lies in, empty for the city
}

// Areas lists all areas, parents before children and else by code.
func (r *Reader) Areas(ctx context.Context) ([]Area, error) {
	return list(ctx, r, "areas", func(rows *sql.Rows) (a Area, err error) {
		err = rows.Scan(&a.Code, &a.Name, &a.Parent, &a.Level, &a.Town)
		return a, err
	}, `
		select area_code, area, coalesce(parent, ''), level, coalesce(town, '')
		from ref.area
		order by case level when 'city' then 1 when 'town' then 2 else 3 end, area_code`)
}

// list runs a query and scans each row of it; what names it in an error.
func list[T any](ctx context.Context, r *Reader, what string, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := r.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("read %s: row %d: %w", what, len(all)+1, err)
		}
		all = append(all, one)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	return all, nil
}

// date is t as a parameter cast to DATE in SQL; NULL for the zero time.
func date(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Format(time.DateOnly)
}
