package lake

import (
	"context"
	"fmt"

	"canbao/sql/duck"
)

// settle writes the layout, and the views that follow from it, in one
// transaction. In a warehouse that has no lake yet the rows of raw go into it,
// and its tables become those of fresh.
func settle(ctx context.Context, db *duck.DB, first bool, to layout, st *store) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect to the warehouse: %w", err)
	}
	defer conn.Close()
	if err := registerBucket(conn, to.buckets); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, "begin transaction"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	l := &Lake{conn: conn, dir: to.place, store: st, buckets: to.buckets}
	if err = l.settle(ctx, first, to); err == nil {
		_, err = conn.ExecContext(ctx, "commit")
	}
	if err != nil {
		_, undo := conn.ExecContext(context.WithoutCancel(ctx), "rollback")
		l.Ended(undo == nil)
		return fmt.Errorf("make the lake of the warehouse: %w", err)
	}
	l.Kept()
	return nil
}

func (l *Lake) settle(ctx context.Context, first bool, to layout) (err error) {
	from := "fresh"
	if first {
		from = "raw"
	}
	if l.datasets, err = datasetsOf(ctx, l.conn, from); err != nil {
		return err
	}
	if first {
		if to.generation, err = l.moveRows(ctx, to.generation+1); err != nil {
			return err
		}
		if err := l.moveTables(ctx); err != nil {
			return err
		}
	}
	for _, s := range []string{"delete from raw.lake_layout",
		fmt.Sprintf("insert into raw.lake_layout values (%s, %s, nullif(%s, ''), %d, %d)",
			literal(to.id), literal(to.place), literal(to.store), to.buckets, to.generation)} {
		if _, err := l.conn.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	for _, d := range l.datasets {
		if err := l.view(ctx, here, d); err != nil {
			return err
		}
	}
	return nil
}

// moveRows writes the rows of raw into the lake, as a generation, and returns the
// one written last: the one before where there are no rows.
func (l *Lake) moveRows(ctx context.Context, generation int) (int, error) {
	batches, err := l.waiting(ctx, "raw")
	if err != nil || len(batches) == 0 {
		return generation - 1, err
	}
	for _, b := range batches {
		from := fmt.Sprintf("from raw.%s where load = %d", b.dataset, b.load)
		if err := l.enter(ctx, here, b.dataset, b.load, b.folder(generation), from, b.rows); err != nil {
			return 0, err
		}
	}
	return generation, nil
}

// moveTables makes the tables of raw those of fresh, empty: DuckDB cannot move a
// table from one schema to another.
func (l *Lake) moveTables(ctx context.Context) error {
	if _, err := l.conn.ExecContext(ctx, "create schema fresh"); err != nil {
		return err
	}
	for _, d := range l.datasets {
		var create string
		err := l.conn.QueryRowContext(ctx, `
select regexp_replace(sql, '^CREATE TABLE raw\.', 'create table fresh.') from duckdb_tables()
where database_name = current_database() and schema_name = 'raw' and table_name = ?`, d.name).Scan(&create)
		if err != nil {
			return err
		}
		if _, err := l.conn.ExecContext(ctx, create+" drop table raw."+d.name); err != nil {
			return err
		}
	}
	return nil
}
