package trino

import (
	"context"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

// column is one of a table at home.
type column struct{ name, kind string }

// ofRows is the column that tells a table of rows, which lie in the lake, from
// others: raw.load has one of that name too, but counts in it.
var ofRows = column{name: "repeated", kind: "BOOLEAN"}

// Given hands over the tables of raw and ref that models read: those of rows by
// naming their files in the lake, the small ones as a file each.
func (w *Workshop) Given(ctx context.Context, tables []string) error {
	for _, table := range tables {
		columns, err := w.columnsAtHome(ctx, table)
		if err != nil {
			return err
		}
		if slices.Contains(columns, ofRows) {
			err = w.giveRows(ctx, table, columns)
		} else {
			err = w.giveTable(ctx, table, columns)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *Workshop) columnsAtHome(ctx context.Context, table string) ([]column, error) {
	rows, err := w.home.Conn().QueryContext(ctx, "select column_name, column_type from (describe select * from "+table+")")
	if err != nil {
		return nil, fmt.Errorf("describe %s: %w", table, err)
	}
	defer rows.Close()
	var columns []column
	for rows.Next() {
		var c column
		if err := rows.Scan(&c.name, &c.kind); err != nil {
			return nil, fmt.Errorf("describe %s: %w", table, err)
		}
		if c.kind != "BLOB" { // nothing sealed is needed there
			columns = append(columns, c)
		}
	}
	return columns, rows.Err()
}

// giveTable writes a small table as a file of the build.
func (w *Workshop) giveTable(ctx context.Context, table string, columns []column) error {
	schema, name, _ := strings.Cut(table, ".")
	folder := given(w.number, schema) + "/" + name
	file := folder + "/0.parquet"
	if err := os.MkdirAll(w.db.here(folder), 0o777); err != nil {
		return fmt.Errorf("hand %s over: %w", table, err)
	}
	var values []string
	for _, c := range columns {
		values = append(values, c.toText())
	}
	if _, err := w.home.Conn().ExecContext(ctx, fmt.Sprintf("copy (select %s from %s) to '%s' (format parquet)",
		strings.Join(values, ", "), table, strings.ReplaceAll(w.db.here(file), "'", "''"))); err != nil {
		return fmt.Errorf("hand %s over: %w", table, err)
	}
	if w.db.Bucket != nil {
		if err := w.db.Bucket.Put(ctx, file); err != nil {
			return err
		}
	}
	return w.db.run(ctx, fmt.Sprintf("create table %s (%s) with (format = 'PARQUET', external_location = '%s')",
		place(table, w.number), declared(columns), w.db.location(folder)))
}

// giveRows names the files of a dataset: a partition a load, of which the ledger
// tells the folder, so that the engine sees just the loads that are whole.
func (w *Workshop) giveRows(ctx context.Context, table string, columns []column) error {
	dataset := strings.TrimPrefix(table, "raw.")
	// The engine refuses a dataset of which nothing was ever loaded.
	if err := os.MkdirAll(w.db.here(dataset), 0o777); err != nil {
		return fmt.Errorf("hand %s over: %w", table, err)
	}
	buckets := ""
	if slices.ContainsFunc(columns, func(c column) bool { return c.name == "person" }) {
		buckets = fmt.Sprintf(", bucketed_by = array['person'], bucket_count = %d", w.buckets)
	}
	if err := w.db.run(ctx, fmt.Sprintf(
		"create table %s (%s, folder varchar) with (format = 'PARQUET', external_location = '%s', partitioned_by = array['folder']%s)",
		place(table, w.number), declared(columns), w.db.location(dataset), buckets)); err != nil {
		return err
	}
	rows, err := w.home.Conn().QueryContext(ctx, "select folder from raw.lake where dataset = ? order by load", dataset)
	if err != nil {
		return fmt.Errorf("hand %s over: %w", table, err)
	}
	defer rows.Close()
	var folders []string
	for rows.Next() {
		var folder string
		if err := rows.Scan(&folder); err != nil {
			return fmt.Errorf("hand %s over: %w", table, err)
		}
		folders = append(folders, folder)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("hand %s over: %w", table, err)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, folder := range folders {
		group.Go(func() error {
			return w.db.run(ctx, fmt.Sprintf("call system.register_partition('%s', '%s', array['folder'], array['%s'], '%s')",
				schema("raw", w.number), dataset, path.Base(folder), w.db.location(folder)))
		})
	}
	return group.Wait()
}

// toText is the column as the engine takes it: a person's key is text there,
// which its connectors can tell the bucket of.
func (c column) toText() string {
	if c.kind == "UUID" {
		return fmt.Sprintf("cast(%[1]s as varchar) as %[1]s", c.name)
	}
	return c.name
}

// declared are columns as the engine declares them.
func declared(columns []column) string {
	var list []string
	for _, c := range columns {
		kind := strings.ToLower(c.kind)
		switch c.kind {
		case "UUID":
			kind = "varchar"
		case "TIMESTAMP":
			kind = "timestamp(6)"
		}
		list = append(list, c.name+" "+kind)
	}
	return strings.Join(list, ", ")
}
