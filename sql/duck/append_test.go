//go:build duckdb_arrow

package duck

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// Appending leaves its rows and nothing else: no view that a later process would
// follow into memory that is gone. It works in a transaction, without one, and
// again after a statement that failed.
func TestAppendLeavesNoView(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "w.duckdb")
	db, err := Open(ctx, path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	run := func(q string) {
		t.Helper()
		if _, err := conn.ExecContext(ctx, q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	appended := func(insert string) (int64, error) {
		t.Helper()
		schema := arrow.NewSchema([]arrow.Field{{Name: "x", Type: arrow.PrimitiveTypes.Int64}}, nil)
		b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
		b.Field(0).(*array.Int64Builder).Append(42)
		rows, err := array.NewRecordReader(schema, []arrow.RecordBatch{b.NewRecordBatch()})
		if err != nil {
			t.Fatal(err)
		}
		return Append(ctx, conn, insert, rows)
	}
	run("create table a (x bigint)")
	if n, err := appended("insert into a select x from incoming"); n != 1 || err != nil {
		t.Fatalf("%d rows, %v", n, err)
	}
	if _, err := appended("insert into nonsense select x from incoming"); err == nil {
		t.Fatal("nonsense was appended to")
	}
	run("begin")
	for range 2 {
		if n, err := appended("insert into a select x from incoming"); n != 1 || err != nil {
			t.Fatalf("%d rows, %v", n, err)
		}
	}
	run("commit")
	run("begin")
	if _, err := appended("insert into nonsense select x from incoming"); err == nil {
		t.Fatal("nonsense was appended to")
	}
	run("rollback")
	conn.Close()
	db.Close()
	if db, err = Open(ctx, path, Options{ReadOnly: true}); err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var views, rows int
	const ask = "select (select count(*) from duckdb_views() where not internal), (select count(*) from a)"
	if err := db.QueryRow(ask).Scan(&views, &rows); err != nil || views != 0 || rows != 3 {
		t.Errorf("%d views and %d rows are left, want 0 and 3: %v", views, rows, err)
	}
}
