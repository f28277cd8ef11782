package etl

import (
	"context"
	"database/sql"
	"fmt"
	"sort"
	"strings"
	"time"
)

// entry is one load as the ledger keeps it.
type entry struct {
	load   int
	file   string
	sha256 string
	bytes  int64
	at     time.Time
	report FileReport
	fields [][2]string // field, header
	sameAs int         // the load with the very same bytes, 0 for none
}

// nextLoad is the number of the next load.
func nextLoad(ctx context.Context, conn *sql.Conn) (int, error) {
	var n int
	if err := conn.QueryRowContext(ctx, "select coalesce(max(load), 0) + 1 from raw.load").Scan(&n); err != nil {
		return 0, fmt.Errorf("number the load: %w", err)
	}
	return n, nil
}

// loadedBefore finds the loads of the first file with these very bytes as this
// dataset: one for each of its parts, or none.
func loadedBefore(ctx context.Context, conn *sql.Conn, sha256, dataset string, parts int) ([]entry, error) {
	rows, err := conn.QueryContext(ctx, `
select load, dataset, rows, furniture from raw.load
where sha256 = ? and same_as is null and (? = '' or dataset = ?)
order by load limit ?`, sha256, dataset, dataset, parts)
	if err != nil {
		return nil, fmt.Errorf("look the file up in the ledger: %w", err)
	}
	defer rows.Close()
	var found []entry
	for rows.Next() {
		var e entry
		if err := rows.Scan(&e.load, &e.report.Dataset, &e.report.Rows, &e.report.Furniture); err != nil {
			return nil, fmt.Errorf("look the file up in the ledger: %w", err)
		}
		found = append(found, e)
	}
	if len(found) < parts {
		found = nil
	}
	return found, rows.Err()
}

// repeat enters a part whose very bytes were loaded before: it changes nothing.
func (e *entry) repeat(before entry) {
	e.sameAs = before.load
	e.report = FileReport{File: e.file, Dataset: before.report.Dataset, Rows: before.report.Rows,
		Repeated: before.report.Rows, Furniture: before.report.Furniture, SameAs: before.load}
}

// write enters the load: one row, and one for each of its reasons.
func (e entry) write(ctx context.Context, conn *sql.Conn) error {
	r := e.report
	sameAs := sql.NullInt64{Int64: int64(e.sameAs), Valid: e.sameAs > 0}
	if _, err := conn.ExecContext(ctx, "insert into raw.load values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		e.load, e.file, e.sha256, e.bytes, r.Dataset, e.at.Format(time.DateTime), r.Rows, r.Accepted, r.Quarantined, r.Repeated, r.Furniture, sameAs); err != nil {
		return fmt.Errorf("enter the load: %w", err)
	}
	var values []string
	var args []any
	for _, reason := range sortedReasons(r.Reasons) {
		values = append(values, "(?, ?, ?)")
		args = append(args, e.load, reason, r.Reasons[reason])
	}
	return insertMany(ctx, conn, "raw.load_reason", values, args)
}

// writeFields enters the columns of the load; settling asks for them.
func (e entry) writeFields(ctx context.Context, conn *sql.Conn) error {
	var values []string
	var args []any
	for _, f := range e.fields {
		values = append(values, "(?, ?, ?)")
		args = append(args, e.load, f[0], f[1])
	}
	return insertMany(ctx, conn, "raw.load_field", values, args)
}

func insertMany(ctx context.Context, conn *sql.Conn, table string, values []string, args []any) error {
	if len(values) == 0 {
		return nil
	}
	if _, err := conn.ExecContext(ctx, "insert into "+table+" values "+strings.Join(values, ", "), args...); err != nil {
		return fmt.Errorf("enter the load in %s: %w", table, err)
	}
	return nil
}

func sortedReasons(reasons map[string]int64) []string {
	names := make([]string, 0, len(reasons))
	for name := range reasons {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
