package etl

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"time"

	"canbao/etl/clean"
)

// entry is one load as the ledger keeps it: a file, or a part of one.
type entry struct {
	load    int
	whole   int // the load of the file's first part
	file    string
	part    string // sheet or member of an archive, "" where the file is the table
	sha256  string // of the file
	bytes   int64
	at      time.Time
	by      string // who loads
	office  string // whose export it is, "" where nobody said
	headers []string
	report  FileReport
	fields  [][2]string // field, header
	sameAs  int         // the load with the very same bytes, 0 for none
}

// nextLoad is the number of the next load: one that no load ever had.
func nextLoad(ctx context.Context, conn *sql.Conn) (int, error) {
	var n int
	const ask = "select greatest((select coalesce(max(load), 0) from raw.load), (select coalesce(max(load), 0) from raw.unload)) + 1"
	if err := conn.QueryRowContext(ctx, ask).Scan(&n); err != nil {
		return 0, fmt.Errorf("number the load: %w", err)
	}
	return n, nil
}

// loadedBefore finds the loads of the parts of a file with these very bytes, as
// this dataset where one is given: those that hold the rows.
func loadedBefore(ctx context.Context, conn *sql.Conn, sha256, dataset string) ([]entry, error) {
	rows, err := conn.QueryContext(ctx, `
select load, whole, part, dataset, rows, furniture, coalesce(office, '') from raw.load
where sha256 = ? and same_as is null and (? = '' or dataset = ?)
order by load`, sha256, dataset, dataset)
	if err != nil {
		return nil, fmt.Errorf("look the file up in the ledger: %w", err)
	}
	defer rows.Close()
	var found []entry
	for rows.Next() {
		var e entry
		if err := rows.Scan(&e.load, &e.whole, &e.part, &e.report.Dataset, &e.report.Rows, &e.report.Furniture, &e.office); err != nil {
			return nil, fmt.Errorf("look the file up in the ledger: %w", err)
		}
		if len(found) == 0 || e.whole == found[0].whole {
			found = append(found, e)
		}
	}
	return found, rows.Err()
}

// writeEntries enters loads: one row each, and one for each of their reasons.
func writeEntries(ctx context.Context, conn *sql.Conn, entries ...*entry) error {
	none := func(text string) sql.NullString { return sql.NullString{String: text, Valid: text != ""} }
	var loads, reasons []string
	var args, reasonArgs []any
	for _, e := range entries {
		r, today := e.report, clean.DayOf(e.at)
		headers, err := json.Marshal(e.headers)
		if err != nil {
			return fmt.Errorf("enter the load: %w", err)
		}
		loads = append(loads, "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
		args = append(args, e.load, e.whole, nobody(e.file, today), nobody(e.part, today), e.sha256, e.bytes, r.Dataset, none(e.office),
			e.at.Format(time.DateTime), none(e.by), r.Rows, r.Accepted, r.Quarantined, r.Repeated, r.Furniture,
			sql.NullInt64{Int64: int64(e.sameAs), Valid: e.sameAs > 0}, string(headers))
		for _, reason := range sortedReasons(r.Reasons) {
			reasons = append(reasons, "(?, ?, ?)")
			reasonArgs = append(reasonArgs, e.load, reason, r.Reasons[reason])
		}
	}
	const table = `raw.load (load, whole, file, part, sha256, bytes, dataset, office, loaded_at, loaded_by,
    rows, accepted, quarantined, repeated, furniture, same_as, headers)`
	if err := insertMany(ctx, conn, table, loads, args); err != nil {
		return err
	}
	return insertMany(ctx, conn, "raw.load_reason", reasons, reasonArgs)
}

// writeFields enters the columns of loads; settling asks for them.
func writeFields(ctx context.Context, conn *sql.Conn, entries ...*entry) error {
	var values []string
	var args []any
	for _, e := range entries {
		for _, f := range e.fields {
			values = append(values, "(?, ?, ?)")
			args = append(args, e.load, f[0], f[1])
		}
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
