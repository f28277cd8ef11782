package duck

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
)

// Narrow lets the database have no more memory than so many megabytes until the
// function returned is called. DuckDB fills the memory it may have with pages it
// has written, whether they are read again or not.
func (db *DB) Narrow(ctx context.Context, megabytes int64) (widen func(), err error) {
	if limit, known := SizeIn(db.limit); known && limit <= megabytes<<20 {
		return func() {}, nil
	}
	if _, err := db.ExecContext(ctx, fmt.Sprintf("set memory_limit = '%dMB'", megabytes)); err != nil {
		return nil, fmt.Errorf("narrow the memory of the database: %w", err)
	}
	return func() {
		// A database that cannot set its memory says so at its next statement.
		ctx := context.WithoutCancel(ctx)
		if db.limit == "" {
			db.ExecContext(ctx, "reset memory_limit")
			return
		}
		db.ExecContext(ctx, "set memory_limit = '"+db.limit+"'")
	}, nil
}

var sizeForm = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?) ?([KMGT])(i?)B$`)

// SizeIn is the bytes of a size as DuckDB writes it: 1200MB, 1.5 GiB.
func SizeIn(size string) (int64, bool) {
	m := sizeForm.FindStringSubmatch(size)
	if m == nil {
		return 0, false
	}
	n, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		return 0, false
	}
	step := 1000.0
	if m[3] == "i" {
		step = 1024
	}
	for _, unit := range "KMGT" {
		n *= step
		if string(unit) == m[2] {
			break
		}
	}
	return int64(n), true
}
