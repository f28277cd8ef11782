package duck

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

func TestMigrateOnceAndRefusesNewer(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "w.duckdb")
	db, err := Open(ctx, path, Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	first := fstest.MapFS{"schema/0001_a.sql": {Data: []byte("create table a (x integer); insert into a values (1)")}}
	both := fstest.MapFS{"schema/0001_a.sql": first["schema/0001_a.sql"], "schema/0002_b.sql": {Data: []byte("insert into a values (2)")}}
	for i, fsys := range []fstest.MapFS{first, first, both, both} {
		if behind, err := db.Behind(ctx, fsys, "schema"); err != nil || behind != (i%2 == 0) {
			t.Fatalf("before migration %d: behind is %v (%v)", i, behind, err)
		}
		if err := db.Migrate(ctx, fsys, "schema"); err != nil {
			t.Fatal(err)
		}
	}
	var n int
	if err := db.QueryRow("select count(*) from a").Scan(&n); err != nil || n != 2 {
		t.Fatalf("rows = %d (%v), want each migration once", n, err)
	}
	if err := db.Migrate(ctx, first, "schema"); err == nil || !strings.Contains(err.Error(), "newer program") {
		t.Fatalf("older program on a newer warehouse: %v", err)
	}
}

func TestMigrationIsWholeOrNothing(t *testing.T) {
	ctx := context.Background()
	db, err := Open(ctx, "", Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	broken := fstest.MapFS{"schema/0001_a.sql": {Data: []byte("create table a (x integer); select nonsense")}}
	if err := db.Migrate(ctx, broken, "schema"); err == nil {
		t.Fatal("a broken migration passed")
	}
	if _, err := db.Exec("select * from a"); err == nil {
		t.Fatal("half a migration stayed")
	}
}

func TestReadOnlyIsLocked(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "p.duckdb")
	db, err := Open(ctx, path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("create table a as select 42 as x"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	ro, err := Open(ctx, path, Options{ReadOnly: true, Threads: 1, MemoryLimit: "200MB"})
	if err != nil {
		t.Fatal(err)
	}
	defer ro.Close()
	// Two connections at once: settings must hold on every pooled one.
	c1, err := ro.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer c1.Close()
	c2, err := ro.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer c2.Close()
	for _, q := range []string{
		"insert into a values (1)", "create table b (x integer)", "set threads = 4",
		"select * from read_csv('/etc/passwd')", "attach ':memory:' as m", "copy a to 'x.csv'",
		"set enable_external_access = true",
	} {
		if _, err := c2.ExecContext(ctx, q); err == nil {
			t.Errorf("%s: passed on a locked snapshot", q)
		}
	}
	var x int
	if err := c2.QueryRowContext(ctx, "select x from a").Scan(&x); err != nil || x != 42 {
		t.Fatalf("x = %d, %v", x, err)
	}
}

func TestReadOnlyMustExist(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none.duckdb")
	if _, err := Open(context.Background(), path, Options{ReadOnly: true}); err == nil {
		t.Fatal("a missing snapshot opened")
	}
}
