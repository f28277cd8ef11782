//go:build duckdb_arrow

package desk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"canbao/etl/refuse"
	"canbao/reports/access"
	"canbao/reports/audit"
	"canbao/sql/duck"
)

// publishTables publishes a snapshot of the statements given, beside
// ref.snapshot, as a build does.
func publishTables(t *testing.T, dir string, number int, statements ...string) {
	t.Helper()
	path := filepath.Join(dir, strconv.Itoa(number)+".duckdb")
	db, err := duck.Open(context.Background(), path, duck.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	first := []string{"create schema ref; create schema mart",
		fmt.Sprintf("create table ref.snapshot as select %d as snapshot, cast('2020-12-25' as timestamp) as built_at, 'test' as program, 'v' as duckdb, 1 as files, 1::bigint as rows", number)}
	for _, s := range append(first, statements...) {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	current := filepath.Join(dir, "CURRENT")
	if err := os.WriteFile(current+".part", []byte(strconv.Itoa(number)+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(current+".part", current); err != nil {
		t.Fatal(err)
	}
}

var (
	analyst = access.User{Name: "zhang", Role: access.Analyst}
	small   = access.Limits{Time: 20 * time.Second, Memory: "200MB", Threads: 1, Rows: 1000, Bytes: 1 << 20, ExportRows: 5000, Concurrent: 2}
)

// open opens a desk over a folder with the snapshot 1.
func open(t *testing.T, change func(*Options)) (*Desk, string) {
	t.Helper()
	dir := t.TempDir()
	publishTables(t, dir, 1, "create table mart.a as select range as n, '村' || range as name from range(3000)")
	log, err := audit.Open(filepath.Join(t.TempDir(), "audit"))
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Published: dir, Audit: log, Poll: 50 * time.Millisecond, Temp: t.TempDir(),
		Limits: func(access.Role) access.Limits { return small }}
	if change != nil {
		change(&o)
	}
	d, err := Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d, dir
}

// ask reads an answer as lines, values parted by bars.
func ask(d *Desk, q Question) (lines []string, snapshot int, err error) {
	if q.User.Name == "" {
		q.User = analyst
	}
	a, err := d.Ask(context.Background(), q)
	if err != nil {
		return nil, 0, err
	}
	defer a.Close()
	for a.Next() {
		b := a.RecordBatch()
		for row := range int(b.NumRows()) {
			var values []string
			for _, c := range b.Columns() {
				values = append(values, strings.Clone(c.ValueStr(row)))
			}
			lines = append(lines, strings.Join(values, "|"))
		}
	}
	return lines, a.Snapshot(), a.Err()
}

func limitOf(err error) string {
	var over *LimitError
	var no *refuse.Error
	if !errors.As(err, &over) || !errors.As(err, &no) {
		return fmt.Sprint("no limit: ", err)
	}
	return over.Limit
}

func TestAsk(t *testing.T) {
	d, _ := open(t, nil)
	lines, snapshot, err := ask(d, Question{Text: "select n, name from mart.a where n >= $least order by n limit 2", Params: map[string]string{"least": "7"}})
	if err != nil || snapshot != 1 || strings.Join(lines, " ") != "7|村7 8|村8" {
		t.Errorf("%q of snapshot %d, %v", lines, snapshot, err)
	}
	var wrong *duck.QueryError
	if _, _, err := ask(d, Question{Text: "select nam from mart.a"}); !errors.As(err, &wrong) || wrong.At != 7 {
		t.Errorf("an unknown column: %v", err)
	}
	if left := d.Running(); len(left) > 0 {
		t.Errorf("still running: %v", left)
	}
}

func TestDescribe(t *testing.T) {
	d, _ := open(t, nil)
	schema, params, snapshot, err := d.Describe(context.Background(), Question{User: analyst, Text: "select n, name, $x as x from mart.a where n > $least"})
	if err != nil || snapshot != 1 || schema.NumFields() != 3 || schema.Field(0).Type.Name() != "int64" || len(params) != 2 {
		t.Errorf("%v, parameters %v, snapshot %d: %v", schema, params, snapshot, err)
	}
}

// An answer larger than allowed gives what is allowed and ends with a refusal:
// nobody takes a part for the whole.
func TestLimitsOfRowsAndBytes(t *testing.T) {
	d, dir := open(t, nil)
	for _, c := range []struct {
		q     Question
		rows  int
		limit string
	}{
		{Question{Text: "select n from mart.a limit 1000"}, 1000, ""},
		{Question{Text: "select n from mart.a limit 1001"}, 1000, OverRows},
		{Question{Text: "select n from mart.a", Export: true}, 3000, ""},
		{Question{Text: "select range from range(5001)", Export: true}, 5000, OverRows},
		{Question{Text: "select rpad(name, 5000, '。') from mart.a limit 900"}, 0, OverBytes},
	} {
		lines, _, err := ask(d, c.q)
		if c.limit == "" && err != nil || c.limit != "" && limitOf(err) != c.limit {
			t.Errorf("%s: %v, want limit %q", c.q.Text, err, c.limit)
		}
		if len(lines) != c.rows {
			t.Errorf("%s: %d rows, want %d", c.q.Text, len(lines), c.rows)
		}
	}
	file := filepath.Join(dir, "x.parquet")
	if _, _, err := ask(d, Question{Text: "select range from range(5001)", Export: true, Parquet: file}); limitOf(err) != OverRows {
		t.Errorf("a file of 5001 rows: %v", err)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("the file of a refused export is still there")
	}
	a, err := d.Ask(context.Background(), Question{User: analyst, Text: "select range from range(5000)", Export: true, Parquet: file})
	if err != nil || a.Rows() != 5000 || a.Next() {
		t.Fatalf("a file of 5000 rows: %v", err)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
}
