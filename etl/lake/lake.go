package lake

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Lake is the lake of a warehouse as one connection writes to it, a transaction
// at a time. A warehouse that has none has a nil Lake, of which all methods may
// be called: rows are then written to raw itself.
type Lake struct {
	conn     *sql.Conn
	dir      string
	store    *store // nil where dir is the lake, and no copy of it
	buckets  int
	datasets []dataset
	// Of the transaction under way: folders it has written, and those whose rows
	// it has taken out.
	made, gone []string
}

// dataset is one kind of rows, its columns in the order of raw.
type dataset struct {
	name    string
	columns []string
}

// querier is a database or one connection to it.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// layout is the row of raw.lake_layout.
type layout struct {
	id         string
	place      string
	store      string
	buckets    int
	generation int
}

// readLayout reads it; nil where the warehouse has no lake.
func readLayout(ctx context.Context, q querier) (*layout, error) {
	var l layout
	err := q.QueryRowContext(ctx, "select id, place, coalesce(store, ''), buckets, generation from raw.lake_layout").Scan(&l.id, &l.place, &l.store, &l.buckets, &l.generation)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read where the lake is: %w", err)
	}
	return &l, nil
}

// Of is the lake of the warehouse that conn is a connection to, nil where its
// rows lie in the warehouse itself. conn must not be in a transaction.
func Of(ctx context.Context, conn *sql.Conn) (*Lake, error) {
	at, err := readLayout(ctx, conn)
	if err != nil || at == nil {
		return nil, err
	}
	l := &Lake{conn: conn, dir: at.place, buckets: at.buckets}
	if l.store, err = openStore(at.store); err != nil {
		return nil, err
	}
	if l.datasets, err = datasetsOf(ctx, conn); err != nil {
		return nil, err
	}
	return l, registerBucket(conn, l.buckets)
}

// datasetsOf lists the tables of fresh.
func datasetsOf(ctx context.Context, q querier) ([]dataset, error) {
	rows, err := q.QueryContext(ctx, `
select table_name, column_name
from duckdb_columns()
where database_name = current_database() and schema_name = 'fresh'
order by table_name, column_index`)
	if err != nil {
		return nil, fmt.Errorf("list the datasets of the lake: %w", err)
	}
	defer rows.Close()
	var all []dataset
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			return nil, fmt.Errorf("list the datasets of the lake: %w", err)
		}
		if n := len(all); n == 0 || all[n-1].name != table {
			all = append(all, dataset{name: table})
		}
		d := &all[len(all)-1]
		d.columns = append(d.columns, column)
	}
	return all, rows.Err()
}

func (l *Lake) dataset(name string) dataset {
	for _, d := range l.datasets {
		if d.name == name {
			return d
		}
	}
	return dataset{name: name}
}

// Table is the table that rows of the dataset are written to, and changed in
// (Fetch). Reading, raw.<dataset> holds them all.
func (l *Lake) Table(dataset string) string {
	if l == nil {
		return "raw." + dataset
	}
	return "fresh." + dataset
}

// Fetch takes the rows of loads out of the lake, so that they can be changed:
// loads is a query for their numbers. Those that are out already stay so.
func (l *Lake) Fetch(ctx context.Context, dataset, loads string) error {
	if l == nil {
		return nil
	}
	return l.takeOut(ctx, dataset, loads, func(folder string) error {
		_, err := l.conn.ExecContext(ctx, fmt.Sprintf("insert into fresh.%s %s", dataset, l.read(l.dataset(dataset), folder)))
		return err
	})
}

// Delete deletes the rows of a load.
func (l *Lake) Delete(ctx context.Context, conn *sql.Conn, dataset string, load int) error {
	if _, err := conn.ExecContext(ctx, fmt.Sprintf("delete from %s where load = %d", l.Table(dataset), load)); err != nil {
		return fmt.Errorf("delete the rows of load %d: %w", load, err)
	}
	if l == nil {
		return nil
	}
	return l.takeOut(ctx, dataset, fmt.Sprintf("select %d", load), func(string) error { return nil })
}

// takeOut takes the folders of loads out of the ledger, each once fn is done
// with it.
func (l *Lake) takeOut(ctx context.Context, dataset, loads string, fn func(folder string) error) error {
	folders, err := texts(ctx, l.conn, fmt.Sprintf("select folder from raw.lake where dataset = '%s' and load in (%s) order by load", dataset, loads))
	if err != nil || len(folders) == 0 {
		return err
	}
	for _, folder := range folders {
		if err := fn(folder); err != nil {
			return fmt.Errorf("take the rows of %s out of the lake: %w", folder, err)
		}
		for _, table := range []string{"lake", "lake_file"} {
			if _, err := l.conn.ExecContext(ctx, "delete from raw."+table+" where folder = ?", folder); err != nil {
				return fmt.Errorf("take %s out of the ledger: %w", folder, err)
			}
		}
		l.gone = append(l.gone, folder)
	}
	return l.view(ctx, here, l.dataset(dataset))
}

// Flush moves the rows of the transaction under way into the lake. It is the
// last thing that is done before the transaction is committed: what it has
// written is on the disk, and counts from that moment on.
func (l *Lake) Flush(ctx context.Context) error {
	if l == nil {
		return nil
	}
	at, err := readLayout(ctx, l.conn)
	if err != nil {
		return err
	}
	waiting, err := l.waiting(ctx)
	if err != nil || len(waiting) == 0 {
		return err
	}
	generation := at.generation + 1
	for i, w := range waiting {
		if err := l.enter(ctx, here, w.dataset, w.load, w.folder(generation), fmt.Sprintf("from fresh.%s where load = %d", w.dataset, w.load), w.rows); err != nil {
			return err
		}
		if i+1 < len(waiting) && waiting[i+1].dataset == w.dataset {
			continue
		}
		if _, err := l.conn.ExecContext(ctx, "delete from fresh."+w.dataset); err != nil {
			return fmt.Errorf("move rows into the lake: %w", err)
		}
		if err := l.view(ctx, here, l.dataset(w.dataset)); err != nil {
			return err
		}
	}
	if _, err := l.conn.ExecContext(ctx, "update raw.lake_layout set generation = ?", generation); err != nil {
		return fmt.Errorf("move rows into the lake: %w", err)
	}
	return nil
}

// batch is the rows of one load.
type batch struct {
	dataset string
	load    int
	rows    int64
}

// folder is where the rows lie once they are written, below the lake.
func (b batch) folder(generation int) string {
	return fmt.Sprintf("%s/load=%d-%d", b.dataset, b.load, generation)
}

func (l *Lake) waiting(ctx context.Context) ([]batch, error) {
	var asks []string
	for _, d := range l.datasets {
		asks = append(asks, fmt.Sprintf("select '%[1]s', load, count(*) from fresh.%[1]s group by load", d.name))
	}
	rows, err := l.conn.QueryContext(ctx, strings.Join(asks, " union all ")+" order by 1, 2")
	if err != nil {
		return nil, fmt.Errorf("list what goes into the lake: %w", err)
	}
	defer rows.Close()
	var all []batch
	for rows.Next() {
		var b batch
		if err := rows.Scan(&b.dataset, &b.load, &b.rows); err != nil {
			return nil, fmt.Errorf("list what goes into the lake: %w", err)
		}
		all = append(all, b)
	}
	return all, rows.Err()
}

// Kept is called once the transaction is committed: folders whose rows lie
// elsewhere now are removed. One that cannot be is an orphan, which the next
// writer clears away.
func (l *Lake) Kept() {
	if l == nil {
		return
	}
	l.remove(l.gone)
}

// Ended is called where the transaction was not committed, as far as is known.
// Once it is undone for certain what it had written is removed; otherwise the
// next writer finds out what counts.
func (l *Lake) Ended(undone bool) {
	switch {
	case l == nil:
	case undone:
		l.remove(l.made)
	default:
		l.made, l.gone = nil, nil
	}
}

// remove removes folders as far as it can, and ends the transaction.
func (l *Lake) remove(folders []string) {
	for _, folder := range folders {
		os.RemoveAll(filepath.Join(l.dir, folder))
	}
	l.store.removeFolders(folders)
	l.made, l.gone = nil, nil
}

func texts(ctx context.Context, q querier, query string) ([]string, error) {
	rows, err := q.QueryContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("read the ledger of the lake: %w", err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, fmt.Errorf("read the ledger of the lake: %w", err)
		}
		all = append(all, text)
	}
	return all, rows.Err()
}
