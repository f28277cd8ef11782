//go:build !duckdb_arrow

package duck

import "context"

// Integers gives the rows of a query whose columns are all INTEGER and never NULL
// one by one, as columns of one row: this build lacks Arrow.
func (db *DB) Integers(ctx context.Context, query string, args []any, take func(columns [][]int32) error) error {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	columns, into := make([][]int32, len(names)), make([]any, len(names))
	for n := range columns {
		columns[n] = make([]int32, 1)
		into[n] = &columns[n][0]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if err := take(columns); err != nil {
			return err
		}
	}
	return rows.Err()
}
