package etl

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"canbao/etl/clean"
	"canbao/sql/duck"
)

// SyncAreas makes raw.area and raw.area_label what areas.csv says now, in one
// transaction; nothing is written where they say it already. Rows loaded before
// are attributed anew at the next build.
func SyncAreas(ctx context.Context, db *duck.DB, areas *clean.Areas) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect to the warehouse: %w", err)
	}
	defer conn.Close()
	var rows, labels [][]string
	for _, a := range areas.All() {
		rows = append(rows, []string{a.Code, a.Name, a.Parent, a.Level.String(), a.Town})
	}
	for _, l := range areas.Labels() {
		labels = append(labels, []string{l.Kind, l.Town, l.Label, l.Area})
	}
	if _, err := conn.ExecContext(ctx, "begin transaction"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	err = syncTable(ctx, conn, "raw.area", "c0, c1, nullif(c2, ''), c3, nullif(c4, '')", rows)
	if err == nil {
		err = syncTable(ctx, conn, "raw.area_label", "c0, nullif(c1, ''), c2, c3", labels)
	}
	if err == nil {
		_, err = conn.ExecContext(ctx, "commit")
	}
	if err != nil {
		conn.ExecContext(context.WithoutCancel(ctx), "rollback")
		return fmt.Errorf("write areas: %w", err)
	}
	return nil
}

// syncTable makes the table hold just these rows, columns being its columns in
// terms of c0, c1, ...
func syncTable(ctx context.Context, conn *sql.Conn, table, columns string, rows [][]string) error {
	create := fmt.Sprintf("create or replace temp table wanted as select %s from incoming", columns)
	if _, err := duck.Append(ctx, conn, create, texts(len(rows[0]), rows)); err != nil {
		return err
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "drop table if exists temp.wanted")
	var differ bool
	err := conn.QueryRowContext(ctx, fmt.Sprintf(`
select exists (from (from temp.wanted except all from %[1]s)) or exists (from (from %[1]s except all from temp.wanted))`, table)).Scan(&differ)
	if err != nil || !differ {
		return err
	}
	_, err = conn.ExecContext(ctx, fmt.Sprintf("delete from %[1]s; insert into %[1]s from temp.wanted", table))
	return err
}

// texts is a small table of text columns c0, c1, ... as one batch.
func texts(width int, rows [][]string) array.RecordReader {
	fields := make([]arrow.Field, width)
	for i := range fields {
		fields[i] = arrow.Field{Name: fmt.Sprintf("c%d", i), Type: arrow.BinaryTypes.String}
	}
	schema := arrow.NewSchema(fields, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for _, row := range rows {
		for i, cell := range row {
			b.Field(i).(*array.StringBuilder).Append(cell)
		}
	}
	r, err := array.NewRecordReader(schema, []arrow.RecordBatch{b.NewRecordBatch()})
	if err != nil {
		panic(err) // the batch was made from the very schema
	}
	return r
}
