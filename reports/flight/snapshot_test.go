//go:build duckdb_arrow

package flight

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"

	"canbao/reports/access"
	"canbao/reports/desk"
	"canbao/sql/duck"
)

// publish publishes a snapshot of these statements, as a build does.
func publish(t testing.TB, dir string, number int, statements ...string) {
	t.Helper()
	db, err := duck.Open(context.Background(), filepath.Join(dir, strconv.Itoa(number)+".duckdb"), duck.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	first := []string{"create schema ref; create schema mart",
		fmt.Sprintf("create table ref.snapshot as select %d as snapshot, timestamp '2020-12-25' as built_at, 'test' as program, 'v' as duckdb, 1 as files, 1::bigint as rows", number)}
	for _, s := range append(first, statements...) {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	part := filepath.Join(dir, "CURRENT.part")
	if err := os.WriteFile(part, []byte(strconv.Itoa(number)+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(part, filepath.Join(dir, "CURRENT")); err != nil {
		t.Fatal(err)
	}
}

// TestEveryAnswerIsOfOneSnapshot: while snapshots are published without pause,
// readers see no error, and each answer is of the snapshot it names.
func TestEveryAnswerIsOfOneSnapshot(t *testing.T) {
	dir := t.TempDir()
	table := func(n int) string {
		return fmt.Sprintf("create table mart.a as select %d as snapshot, range as n from range(20000)", n)
	}
	publish(t, dir, 1, table(1))
	s := serve(t, dir, func(o *desk.Options, _ *Options) {
		o.Keep = 1
		o.Limits = func(access.Role) access.Limits {
			l := access.Analyst.Limits()
			l.Concurrent, l.Threads = 8, 1
			return l
		}
	})
	const last = 12
	done := make(chan struct{})
	var readers sync.WaitGroup
	seen := make([]map[string]bool, 6)
	for i := range seen {
		seen[i] = map[string]bool{}
		c, ctx := s.as("zhang")
		readers.Go(func() {
			for over := false; !over; {
				select {
				case <-done:
					over = true // and once more: the newest is read at the end
				default:
				}
				lines, schema, err := query(ctx, c, "select min(snapshot), max(snapshot), count(*) from mart.a")
				if err != nil {
					t.Error(err)
					return
				}
				number, _ := schema.Metadata().GetValue(SnapshotKey)
				if want := number + "|" + number + "|20000"; len(lines) != 1 || lines[0] != want {
					t.Errorf("%v, want %s", lines, want)
				}
				seen[i][number] = true
			}
		})
	}
	for n := 2; n <= last; n++ {
		publish(t, dir, n, table(n))
		time.Sleep(100 * time.Millisecond)
	}
	time.Sleep(2 * time.Second) // a new snapshot is taken up within
	close(done)
	readers.Wait()
	for i, numbers := range seen {
		if !numbers[strconv.Itoa(last)] || len(numbers) < 2 {
			t.Errorf("reader %d saw %v", i, numbers)
		}
	}
}

// TestLongAnswerOutlivesItsSnapshot: an answer goes on over the snapshot it began
// with, whatever is published meanwhile.
func TestLongAnswerOutlivesItsSnapshot(t *testing.T) {
	dir := t.TempDir()
	publish(t, dir, 1, "create table mart.a as select 1 as snapshot, range as n from range(5000000)")
	s := serve(t, dir, func(o *desk.Options, _ *Options) { o.Keep = 1 })
	c, ctx := s.as("zhang")
	info, err := c.Execute(ctx, "select snapshot, n, n || ' ' || n as t from mart.a")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := c.DoGet(ctx, info.Endpoint[0].Ticket)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Release()
	count := int64(0)
	for n := 2; rows.Next(); n++ {
		if n <= 4 {
			publish(t, dir, n, fmt.Sprintf("create table mart.a as select %d as snapshot, range as n from range(10)", n))
			time.Sleep(100 * time.Millisecond)
		}
		if got := rows.RecordBatch().Column(0).ValueStr(0); got != "1" {
			t.Fatalf("a row of snapshot %s among those of 1", got)
		}
		count += rows.RecordBatch().NumRows()
	}
	if rows.Err() != nil || count != 5_000_000 {
		t.Errorf("%d rows, %v", count, rows.Err())
	}
	if lines, _, err := query(ctx, c, "select min(snapshot), count(*) from mart.a"); err != nil || strings.Join(lines, "") != "4|10" {
		t.Errorf("after it: %v, %v", lines, err)
	}
}

// TestTownSeesItsOwn: a user of a town is given the rows of its areas and no
// others, browses tables as everybody else sees them, and its answers name the
// snapshot they are cut from.
func TestTownSeesItsOwn(t *testing.T) {
	s := serve(t, city(t), nil)
	c, ctx := s.as("zhang")
	towns, _, err := query(ctx, c, "select area_code from ref.area where level = 'town' and area_code in (select town from ref.area where area_code in (select area_code from mart.person)) order by 1 limit 2")
	if err != nil || len(towns) != 2 {
		t.Fatalf("towns: %v, %v", towns, err)
	}
	if err := s.users.Add(access.User{Name: "wu", Role: access.Town, Areas: towns[:1]}, password); err != nil {
		t.Fatal(err)
	}
	const of = "select distinct a.town from mart.person as p join ref.area as a using (area_code)"
	town, its := s.as("wu")
	lines, schema, err := query(its, town, of)
	if err != nil || strings.Join(lines, " ") != towns[0] {
		t.Errorf("the people of %v, want those of %s: %v", lines, towns[0], err)
	}
	if n, _ := schema.Metadata().GetValue(SnapshotKey); n != "1" {
		t.Errorf("the answer names snapshot %q", n)
	}
	if lines, _, err = query(ctx, c, of); err != nil || len(lines) < 2 {
		t.Errorf("an analyst sees the people of %v: %v", lines, err)
	}
	tables := func(ctx context.Context, c *flightsql.Client) []string {
		t.Helper()
		info, err := c.GetTables(ctx, &flightsql.GetTablesOpts{IncludeSchema: true})
		if err != nil {
			t.Fatal(err)
		}
		lines, _, err := read(ctx, c, info)
		if err != nil {
			t.Fatal(err)
		}
		return lines
	}
	all, own := tables(ctx, c), tables(its, town)
	if len(own) < 20 {
		t.Errorf("a town browses %d tables", len(own))
	}
	for _, one := range own {
		if !slices.Contains(all, one) {
			t.Errorf("a town browses %.80s, nobody else does", one)
		}
	}
}
