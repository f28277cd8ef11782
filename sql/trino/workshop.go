package trino

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"canbao/sql/duck"
)

//go:embed staging
var own embed.FS

// atOnce is how many statements are given side by side: beyond that they wait
// for each other in the cluster.
const atOnce = 4

// Workshop is a build on the engine: models.Engine.
type Workshop struct {
	db      *DB
	home    *duck.Workshop
	number  int
	buckets int // that the people in the lake are divided into
}

// Workshop opens the schemas of a build; what killed builds and builds before
// those kept have left is cleared away first. home is where results are brought
// to, and where raw and ref stand.
func (db *DB) Workshop(ctx context.Context, home *duck.Workshop, number int, kept []int) (*Workshop, error) {
	w := &Workshop{db: db, home: home, number: number}
	if err := home.Conn().QueryRowContext(ctx, "select buckets from raw.lake_layout").Scan(&w.buckets); err != nil {
		return nil, fmt.Errorf("read how the lake is divided: %w", err)
	}
	if err := db.clear(ctx, kept); err != nil {
		return nil, err
	}
	for _, name := range schemas {
		if err := db.run(ctx, "create schema "+schema(name, number)); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// given is the folder below the lake with the small tables a build was given of a
// schema.
func given(number int, schema string) string { return fmt.Sprintf("given/%d/%s", number, schema) }

// here is the path on this machine of what is below the lake.
func (db *DB) here(name string) string { return filepath.Join(db.Folder, filepath.FromSlash(name)) }

// location is what is below the lake as the engine sees it.
func (db *DB) location(name string) string { return strings.TrimSuffix(db.Location, "/") + "/" + name }

// Own are the models of staging in Trino's words.
func (w *Workshop) Own() fs.FS { return own }

// AtOnce is how many statements the engine is glad to be given side by side.
func (w *Workshop) AtOnce() int { return atOnce }

// bucketed is what the head of a model says where its rows are to lie in the
// buckets of the lake, so that those of a person meet on one machine.
var bucketed = regexp.MustCompile(`(?m)^-- bucketed: ([a-z_]+)$`)

// Table makes a table of a query.
func (w *Workshop) Table(ctx context.Context, name, query string) error {
	properties := "format = 'PARQUET'"
	if by := bucketed.FindStringSubmatch(query); by != nil {
		properties += fmt.Sprintf(", bucketed_by = array['%s'], bucket_count = %d", by[1], w.buckets)
	}
	return w.db.run(ctx, fmt.Sprintf("create table %s with (%s) as\n%s", place(name, w.number), properties, placed(query, w.number)))
}

// View makes a view of a query.
func (w *Workshop) View(ctx context.Context, name, query string) error {
	return w.db.run(ctx, "create view "+place(name, w.number)+" as\n"+placed(query, w.number))
}

// Published makes a table: the snapshot leaves it here, where it is asked.
func (w *Workshop) Published(ctx context.Context, name, query string) error {
	return w.Table(ctx, name, query)
}

// Drop removes a table.
func (w *Workshop) Drop(ctx context.Context, name string) error {
	return w.db.run(ctx, "drop table "+place(name, w.number))
}

// Columns are the names and types of what a query returns.
func (w *Workshop) Columns(ctx context.Context, query string) (names, types []string, err error) {
	rows, err := w.db.QueryContext(ctx, placed("select * from ("+query+") limit 0", w.number))
	if err != nil {
		return nil, nil, w.db.fault(err)
	}
	defer rows.Close()
	columns, err := rows.ColumnTypes()
	for err == nil && rows.Next() {
	}
	if err = errors.Join(err, rows.Err()); err != nil {
		return nil, nil, w.db.fault(err)
	}
	for _, c := range columns {
		names, types = append(names, c.Name()), append(types, strings.ToUpper(c.DatabaseTypeName()))
	}
	return names, types, nil
}

// Number is the whole number a query returns.
func (w *Workshop) Number(ctx context.Context, query string) (int64, error) {
	var n int64
	if err := w.db.QueryRowContext(ctx, placed(query, w.number)).Scan(&n); err != nil {
		return 0, w.db.fault(err)
	}
	return n, nil
}

// End drops what the build no longer needs. What is published stays so: what
// cannot be dropped now is cleared away by the next build.
func (w *Workshop) End(ctx context.Context, published bool) error {
	var stay []int
	if published {
		stay = []int{w.number}
	}
	var err error
	for _, name := range schemas {
		err = errors.Join(err, w.db.clearSchema(ctx, name, w.number, stay))
	}
	if published {
		return nil
	}
	return err
}

// clear drops all that builds have left, but for what belongs to the snapshots kept.
func (db *DB) clear(ctx context.Context, kept []int) error {
	rows, err := db.QueryContext(ctx, "select schema_name from information_schema.schemata")
	if err != nil {
		return db.fault(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var found string
		if err := rows.Scan(&found); err != nil {
			return db.fault(err)
		}
		all = append(all, found)
	}
	if err := rows.Err(); err != nil {
		return db.fault(err)
	}
	for _, found := range all {
		at := max(0, strings.LastIndex(found, "_"))
		name := found[:at]
		number, err := strconv.Atoi(strings.TrimPrefix(found[at:], "_"))
		if err != nil || !slices.Contains(schemas, name) || schema(name, number) != found {
			continue // of somebody else's
		}
		if err := db.clearSchema(ctx, name, number, kept); err != nil {
			return err
		}
	}
	return nil
}

// clearSchema drops a schema of a build and the folder given for it, unless its
// snapshot is one kept and has use for it.
func (db *DB) clearSchema(ctx context.Context, name string, number int, kept []int) error {
	if slices.Contains(lasting, name) && slices.Contains(kept, number) {
		return nil
	}
	if err := db.run(ctx, "drop schema if exists "+schema(name, number)+" cascade"); err != nil {
		return err
	}
	if err := os.RemoveAll(db.here(given(number, name))); err != nil {
		return fmt.Errorf("clear what a build was given: %w", err)
	}
	if db.Bucket == nil {
		return nil
	}
	return db.Bucket.Remove(ctx, given(number, name))
}

// run runs a statement to its end.
func (db *DB) run(ctx context.Context, statement string) error {
	_, err := db.ExecContext(ctx, statement)
	if err != nil {
		return db.fault(err)
	}
	return nil
}
