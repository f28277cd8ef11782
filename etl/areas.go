package etl

import (
	"context"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"canbao/etl/clean"
	"canbao/sql/duck"
)

// SyncAreas makes raw.area and raw.area_label what areas.csv says now, in one
// transaction. Rows loaded before are attributed anew at the next build.
func SyncAreas(ctx context.Context, db *duck.DB, areas *clean.Areas) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect to the warehouse: %w", err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "begin transaction; delete from raw.area; delete from raw.area_label"); err != nil {
		return fmt.Errorf("clear areas: %w", err)
	}
	var rows, labels [][]string
	for _, a := range areas.All() {
		rows = append(rows, []string{a.Code, a.Name, a.Parent, a.Level.String(), a.Town})
	}
	for _, l := range areas.Labels() {
		labels = append(labels, []string{l.Kind, l.Town, l.Label, l.Area})
	}
	_, err = duck.Append(ctx, conn, "insert into raw.area select c0, c1, nullif(c2, ''), c3, nullif(c4, '') from incoming", texts(5, rows))
	if err == nil {
		_, err = duck.Append(ctx, conn, "insert into raw.area_label select c0, nullif(c1, ''), c2, c3 from incoming", texts(4, labels))
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
