package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing/fstest"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"canbao/sql"
	"canbao/sql/duck"
)

// bigRoster writes a roster of so many people of 义亭镇: bigroster ROWS FILE.
func bigRoster(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: bigroster ROWS FILE")
	}
	rows, err := strconv.Atoi(args[0])
	ts.Check(err)
	ts.Check(writeRoster(ts.MkAbs(args[1]), rows))
}

// writeRoster writes a roster of so many people of 义亭镇.
func writeRoster(path string, rows int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "证件号码,姓名,镇街,村社,本市户籍,常住,在校学生")
	for i := range rows {
		w.WriteString(rosterLine(i))
	}
	return errors.Join(w.Flush(), f.Close())
}

// rosterLine is the i-th person of such a roster.
func rosterLine(i int) string {
	born := time.Date(1950, 1, 1+i/900, 0, 0, 0, 0, time.UTC)
	return fmt.Sprintf("%s,张%d,义亭镇,铜山村,是,是,否\n", idNumber(born, 1+i%900), i)
}

// idNumber is a valid number (GB 11643) of the n-th person born on a day.
func idNumber(born time.Time, n int) string {
	number := fmt.Sprintf("330782%s%03d", born.Format("20060102"), n)
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += w * int(number[i]-'0')
	}
	return number + string("10X98765432"[sum%11])
}

// whole looks into a warehouse and wants every load in it whole, and each file
// loaded at most once as new: whole WORKSPACE. A warehouse that does not exist
// yet, or lacks tables or columns yet, is one before the first load.
func whole(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: whole WORKSPACE")
	}
	path := ts.MkAbs(args[0] + "/warehouse/warehouse.duckdb")
	if !exists(path) {
		return
	}
	ctx := context.Background()
	db, err := duck.Open(ctx, path, duck.Options{Threads: 1})
	ts.Check(err)
	defer db.Close()
	behind, err := db.Behind(ctx, sql.Files, "schema")
	ts.Check(err)
	if behind {
		unloaded(ts, db)
		return
	}
	var torn, twice, stray int
	ts.Check(db.QueryRowContext(ctx, `
with stored as (select load, count(*) as n from raw.roster where not repeated group by load),
  held as (select load, count(*) as n from raw.quarantine group by load)
select
  (select count(*) from raw.load l left join stored s using (load) left join held h using (load)
    where l.dataset = 'roster' and (coalesce(s.n, 0) <> l.accepted or coalesce(h.n, 0) <> l.quarantined)),
  (select count(*) from (select sha256 from raw.load where same_as is null group by sha256 having count(*) > 1)),
  (select count(*) from raw.roster where load not in (select load from raw.load))`).Scan(&torn, &twice, &stray))
	if torn+twice+stray > 0 {
		ts.Fatalf("%d loads are torn, %d files are new twice, %d rows belong to no load", torn, twice, stray)
	}
}

// unloaded wants that nothing has been loaded into a warehouse whose maker was
// killed before it had all its tables and columns.
func unloaded(ts *testscript.TestScript, db *duck.DB) {
	ctx := context.Background()
	var tables, loads int
	ts.Check(db.QueryRowContext(ctx, "select count(*) from duckdb_tables() where schema_name = 'raw' and table_name = 'load'").Scan(&tables))
	if tables == 0 {
		return
	}
	ts.Check(db.QueryRowContext(ctx, "select count(*) from raw.load").Scan(&loads))
	if loads > 0 {
		ts.Fatalf("%d loads stand in a warehouse that lacks tables or columns", loads)
	}
}

// halfMade makes a warehouse as a load leaves it that is killed after so many
// of its migrations: halfmade WORKSPACE MIGRATIONS.
func halfMade(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: halfmade WORKSPACE MIGRATIONS")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	names, err := fs.Glob(sql.Files, "schema/*.sql")
	ts.Check(err)
	some := fstest.MapFS{}
	for _, name := range names[:n] {
		text, err := sql.Files.ReadFile(name)
		ts.Check(err)
		some[name] = &fstest.MapFile{Data: text}
	}
	path := ts.MkAbs(args[0] + "/warehouse/warehouse.duckdb")
	ts.Check(os.MkdirAll(filepath.Dir(path), 0o700))
	ctx := context.Background()
	db, err := duck.Open(ctx, path, duck.Options{Threads: 1})
	ts.Check(err)
	defer db.Close()
	ts.Check(db.Migrate(ctx, some, "schema"))
}

// written waits until a command has the warehouse to write: written WORKSPACE.
func written(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: written WORKSPACE")
	}
	path := ts.MkAbs(args[0] + "/warehouse/warehouse.duckdb")
	for until := time.Now().Add(time.Minute); time.Now().Before(until); time.Sleep(5 * time.Millisecond) {
		lock, err := duck.Acquire(context.Background(), path, duck.Options{ReadOnly: true})
		var busy *duck.BusyError
		if errors.As(err, &busy) {
			return
		}
		ts.Check(err)
		if lock != nil {
			ts.Check(lock.Release())
		}
	}
	ts.Fatalf("nobody has written for a minute")
}

// tamper runs SQL on a warehouse behind the program's back: tamper WORKSPACE
// SQL.
func tamper(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: tamper WORKSPACE SQL")
	}
	ctx := context.Background()
	db, err := duck.Open(ctx, ts.MkAbs(args[0]+"/warehouse/warehouse.duckdb"), duck.Options{Threads: 1})
	ts.Check(err)
	defer db.Close()
	_, err = db.ExecContext(ctx, args[1])
	ts.Check(err)
}
