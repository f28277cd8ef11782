package duck

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Workshop is where the models of a build run on one machine: a connection whose
// default database is a private one, in which raw stands as views of the
// warehouse's. Nothing is written to the warehouse, so a build that is killed
// leaves it as it was.
//
// A build on another engine has a workshop too: what the engine found comes home
// to it, and is published from there.
type Workshop struct {
	SliceBytes int64 // for tests; 0: sliceBytes

	db   *DB
	conn *sql.Conn
	home string // the warehouse's database, quoted
	file string // of the private database, "" for one in memory
}

// rawTables lists what the models may read of the warehouse, with blanks between.
// The rows of a lake stand there as views, each of the name of a table of fresh.
const rawTables = `
with
here as (
    select schema_name, table_name from duckdb_tables() where database_name = current_database()
    union all
    select schema_name, view_name from duckdb_views() where database_name = current_database()
)
select coalesce(string_agg(table_name, ' '), '')
from here
where schema_name = 'raw'
  and (table_name in (select table_name from duckdb_tables() where database_name = current_database() and schema_name = 'raw')
    or table_name in (select table_name from duckdb_tables() where database_name = current_database() and schema_name = 'fresh'))`

// Workshop opens the workshop of a build, with a schema for each of schemas.
func (db *DB) Workshop(ctx context.Context, schemas ...string) (*Workshop, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect to the warehouse: %w", err)
	}
	w := &Workshop{db: db, conn: conn}
	if err := w.open(ctx, schemas); err != nil {
		return nil, errors.Join(fmt.Errorf("open the build: %w", err), w.Close(ctx))
	}
	return w, nil
}

func (w *Workshop) open(ctx context.Context, schemas []string) error {
	var home string
	if err := w.conn.QueryRowContext(ctx, "select current_database()").Scan(&home); err != nil {
		return err
	}
	home = quote(home)
	var tables string
	if err := w.conn.QueryRowContext(ctx, rawTables).Scan(&tables); err != nil {
		return err
	}
	attach, err := w.attach(ctx)
	if err != nil {
		return err
	}
	statements := []string{"set preserve_insertion_order = false", attach, "use workshop", "create schema raw"}
	for _, table := range strings.Fields(tables) {
		statements = append(statements, fmt.Sprintf("create view raw.%[1]s as select * from %[2]s.raw.%[1]s", table, home))
	}
	for _, schema := range schemas {
		statements = append(statements, "create schema "+quote(schema))
	}
	for _, s := range statements {
		if _, err := w.conn.ExecContext(ctx, s); err != nil {
			return err
		}
		if s == "use workshop" {
			w.home = home
		}
	}
	return nil
}

// workBytes is about what the tables of a build take of memory, per row loaded.
const workBytes = 100

// attach is the statement that makes the private database: in memory, or where
// that is likely not to hold its tables, which are read ten times and more, in a
// file. A page that came from a file and was not changed is let go of at no cost;
// one of a database in memory is written each time room is needed.
//
// The file lies in the folder of what is spilt, which is emptied before the next
// process writes to the warehouse: what a killed build leaves does not stay.
func (w *Workshop) attach(ctx context.Context) (string, error) {
	var rows int64
	var limit, folder string
	const ask = `
select coalesce((select sum(rows) from raw.load), 0)::bigint, current_setting('memory_limit'), current_setting('temp_directory')`
	if err := w.conn.QueryRowContext(ctx, ask).Scan(&rows, &limit, &folder); err != nil {
		return "", err
	}
	if bytes, known := SizeIn(limit); !known || rows*workBytes <= bytes || folder == "" {
		return "attach ':memory:' as workshop", nil
	}
	if err := os.Mkdir(folder, 0o700); err == nil {
		w.db.made = folder
	} else if !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	w.file = filepath.Join(folder, "workshop.duckdb")
	return "attach '" + strings.ReplaceAll(w.file, "'", "''") + "' as workshop", w.remove()
}

// remove removes the file of the private database, if there is one.
func (w *Workshop) remove() error {
	if w.file == "" {
		return nil
	}
	var err error
	for _, name := range []string{w.file, w.file + ".wal"} {
		if gone := os.Remove(name); !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}
	return err
}

// Close throws the workshop away.
func (w *Workshop) Close(ctx context.Context) error {
	var err error
	if w.home != "" {
		_, err = w.conn.ExecContext(context.WithoutCancel(ctx), "use "+w.home+"; detach workshop")
	}
	return errors.Join(err, w.remove(), w.conn.Close())
}

// Conn is the connection of the workshop.
func (w *Workshop) Conn() *sql.Conn { return w.conn }

// Own is nil: the models of sql/ are DuckDB's.
func (w *Workshop) Own() fs.FS { return nil }

// AtOnce is 1: DuckDB gives every statement all processors.
func (w *Workshop) AtOnce() int { return 1 }

// Given does nothing: raw and ref stand here.
func (w *Workshop) Given(context.Context, []string) error { return nil }

// Table makes a table of a query.
func (w *Workshop) Table(ctx context.Context, name, query string) error {
	if by := sliced.FindStringSubmatch(query); by != nil {
		return w.tableInSlices(ctx, name, query, by[1], by[2])
	}
	return w.exec(ctx, "create table "+name+" as\n"+query)
}

// View makes a view of a query.
func (w *Workshop) View(ctx context.Context, name, query string) error {
	return w.exec(ctx, "create view "+name+" as\n"+query)
}

// Published makes a view: what only is to be published need not be stored before.
func (w *Workshop) Published(ctx context.Context, name, query string) error {
	return w.View(ctx, name, query)
}

// Drop removes a table.
func (w *Workshop) Drop(ctx context.Context, name string) error {
	return w.exec(ctx, "drop table "+name)
}

// End does nothing: the workshop goes with its connection.
func (w *Workshop) End(context.Context, bool) error { return nil }

// Home does nothing: what stands here is at home.
func (w *Workshop) Home(context.Context, string, string) error { return nil }

// Columns are the names and types of what a query returns.
func (w *Workshop) Columns(ctx context.Context, query string) (names, types []string, err error) {
	rows, err := w.conn.QueryContext(ctx, "select column_name, column_type from (describe "+query+")")
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name, kind string
		if err := rows.Scan(&name, &kind); err != nil {
			return nil, nil, err
		}
		names, types = append(names, name), append(types, kind)
	}
	return names, types, rows.Err()
}

// Number is the whole number a query returns.
func (w *Workshop) Number(ctx context.Context, query string) (int64, error) {
	var n int64
	err := w.conn.QueryRowContext(ctx, query).Scan(&n)
	return n, err
}

func (w *Workshop) exec(ctx context.Context, statement string) error {
	_, err := w.conn.ExecContext(ctx, statement)
	return err
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
