//go:build duckdb_arrow

package desk

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"canbao/etl/refuse"
	"canbao/reports/access"
	"canbao/reports/audit"
	"canbao/sql/duck"
)

// What runs can be seen, and stopped by its number or by who asked; in this
// process and in one of its own.
func TestRunningAndStopping(t *testing.T) {
	d, _ := open(t, nil)
	for _, text := range []string{
		"select count(*) from range(100000000000) as a where a.range % 3 = 1",
		"select sum(length(repeat('x', 10) || range)) from range(100000000000)",
	} {
		told := make(chan error, 1)
		go func() {
			_, _, err := ask(d, Question{Text: text})
			told <- err
		}()
		eventually(t, "running", func() bool { return len(d.Running()) == 1 })
		time.Sleep(100 * time.Millisecond)
		all := d.Running()
		if len(all) != 1 || all[0].User != "zhang" || all[0].Text != text || time.Since(all[0].Since) > time.Minute {
			t.Fatalf("running: %+v", all)
		}
		if s := d.State(); s.Running != 1 || s.Queued != 0 || s.Snapshot != 1 || time.Since(s.Published) > time.Minute {
			t.Errorf("the state is %+v", s)
		}
		if d.Stop(all[0].ID+1) || !d.Stop(all[0].ID) {
			t.Error("stopping another one, or not this one")
		}
		select {
		case err := <-told:
			if !errors.Is(err, errStopped) {
				t.Errorf("%s: told %v", text, err)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("%s: not stopped", text)
		}
		ctx, cancel := context.WithCancel(context.Background())
		go func() {
			_, err := d.Ask(ctx, Question{User: analyst, Text: text})
			told <- err
		}()
		eventually(t, "running", func() bool { return len(d.Running()) == 1 })
		time.Sleep(100 * time.Millisecond)
		cancel()
		if err := <-told; !errors.Is(err, context.Canceled) {
			t.Errorf("%s: a reader who left was told %v", text, err)
		}
	}
	if left := d.Running(); len(left) > 0 {
		t.Errorf("still running: %v", left)
	}
}

// The time is the engine's. A reader who is slow loses none of it.
func TestSlowReader(t *testing.T) {
	limits := small
	limits.Time = 400 * time.Millisecond
	d, _ := open(t, func(o *Options) { o.Limits = func(access.Role) access.Limits { return limits } })
	for _, text := range []string{"select n from mart.a limit 900", "select n, repeat(name, 2) as x from mart.a limit 900"} {
		a, err := d.Ask(context.Background(), Question{User: analyst, Text: text})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * limits.Time)
		rows := int64(0)
		for a.Next() {
			rows += a.RecordBatch().NumRows()
		}
		if a.Err() != nil || rows != 900 {
			t.Errorf("%s: %d rows, %v", text, rows, a.Err())
		}
		a.Release()
	}
}

// Both kinds of engine answer alike: types, parameters with and without types,
// what is wrong and where, files.
func TestBothEnginesAnswerAlike(t *testing.T) {
	d, dir := open(t, nil)
	bound := func() arrow.RecordBatch {
		b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema([]arrow.Field{{Name: "x", Type: arrow.PrimitiveTypes.Int64}}, nil))
		b.Field(0).(*array.Int64Builder).Append(2990)
		return b.NewRecordBatch()
	}
	const wild = " or repeat('x', 1) = 'y'"
	for _, c := range []struct{ text, rest string }{
		{"select n, name, date '2020-12-01' as d, cast(1.50 as decimal(18, 2)) as m, null as nothing, true as yes from mart.a where n > 2996", ""},
		{"select n from mart.a where n > $x", ""},
		{"select nam from mart.a where true", ""},
		{"select cast(name as integer) from mart.a where true", ""},
		{"select * from mart.a where n > $y", ""},
		{"select * from mart.b where true", ""},
		{"select n from mart.a where n < 0", ""},
	} {
		var said [2]string
		for i, text := range []string{c.text, strings.Replace(c.text, "where ", "where (", 1) + ")" + strings.Replace(wild, " or", " and not", 1)} {
			q := Question{User: analyst, Text: text}
			if strings.Contains(text, "$x") {
				q.Bound = bound()
			}
			a, err := d.Ask(context.Background(), q)
			if err == nil {
				said[i] = a.Schema().String()
				for a.Next() {
					for _, column := range a.RecordBatch().Columns() {
						said[i] += column.String()
					}
				}
				err = a.Err()
				a.Release()
			}
			var wrong *duck.QueryError
			if errors.As(err, &wrong) {
				said[i] += wrong.Kind + " " + wrong.Name
				if wrong.At < 0 {
					said[i] += " nowhere"
				}
			} else if err != nil {
				said[i] += err.Error()
			}
			u, err := d.Understand(context.Background(), q)
			if err == nil {
				said[i] += u.Columns.String() + u.Params.String()
			}
		}
		if said[0] != said[1] || said[0] == "" {
			t.Errorf("%s:\n%s\nin a process of its own:\n%s", c.text, said[0], said[1])
		}
	}
	for i, text := range []string{"select n, name from mart.a", "select n, repeat(name, 1) as name from mart.a"} {
		file := filepath.Join(dir, string('a'+rune(i))+".parquet")
		a, err := d.Ask(context.Background(), Question{User: analyst, Text: text, Export: true, Parquet: file})
		if err != nil || a.Rows() != 3000 {
			t.Fatalf("%s: %v", text, err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
		db, err := duck.Open(context.Background(), "", duck.Options{Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		var n int
		if err := db.QueryRow("select count(distinct name) from read_parquet(?)", file).Scan(&n); err != nil || n != 3000 {
			t.Errorf("%s: %d in the file, %v", text, n, err)
		}
		db.Close()
	}
}

// Who asked what is written down with how it ended, but for what nobody asked.
func TestAnswersAreWrittenDown(t *testing.T) {
	record := filepath.Join(t.TempDir(), "audit")
	log, err := audit.Open(record)
	if err != nil {
		t.Fatal(err)
	}
	d, _ := open(t, func(o *Options) { o.Audit = log })
	ask(d, Question{Via: "web", Text: "select n from mart.a where name = '330782197001010018' or n < 3"})
	ask(d, Question{Via: "wire", Text: "select nonsense"})
	ask(d, Question{Via: "web", Text: "select n from mart.a", Quiet: true})
	ask(d, Question{Via: "web", Text: "select range from range(7000)", Export: true})
	a, err := d.Ask(context.Background(), Question{User: analyst, Text: "select n from mart.a limit 10"})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	ask(d, Question{User: access.User{Name: "he", Role: access.Auditor}, Text: "select 1"})
	var got []string
	for e, err := range audit.Read(record, audit.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, strings.Join([]string{e.By, e.Via, string(e.Act), e.Outcome, e.What}, " "))
		if strings.Contains(e.What, "330782197001010018") {
			t.Errorf("an ID number is written down: %s", e.What)
		}
	}
	if len(got) != 5 {
		t.Fatalf("written down: %q", got)
	}
	for _, want := range []string{"zhang web query ok select n", "zhang wire query refused", "zhang web export refused", "zhang  query stopped", "he  query refused"} {
		found := false
		for _, g := range got {
			found = found || strings.HasPrefix(g, want)
		}
		if !found {
			t.Errorf("%q is not among %q", want, got)
		}
	}
}

// The queue tells the place, and many at once leave nothing behind.
func TestManyAtOnce(t *testing.T) {
	d, _ := open(t, func(o *Options) { o.Total = 2 })
	before := runtime.NumGoroutine()
	done := make(chan error, 20)
	places := make(chan int, 1000)
	for n := range 20 {
		go func() {
			text := "select max(n) from mart.a"
			if n%2 == 1 {
				text = "select max(repeat(name, 2)) from mart.a"
			}
			_, _, err := ask(d, Question{User: access.User{Name: string('a' + rune(n%4)), Role: access.Analyst}, Text: text, Waiting: func(place int) { places <- place }})
			done <- err
		}()
	}
	for range 20 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if len(places) == 0 {
		t.Error("nobody was told to wait")
	}
	eventually(t, "all goroutines gone", func() bool { return runtime.NumGoroutine() <= before+2 })
	var no *refuse.Error
	if _, err := room("lots"); !errors.As(err, &no) {
		t.Errorf("a limit of lots: %v", err)
	}
}

// What a question costs beside its answer.
func BenchmarkAsk(b *testing.B) {
	dir := b.TempDir()
	t := &testing.T{}
	publishTables(t, dir, 1, "create table mart.a as select range as n, '村' || range as name from range(3000)")
	d, err := Open(context.Background(), Options{Published: dir, Temp: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	for name, text := range map[string]string{
		"in this process":         "select count(*), max(name) from mart.a",
		"in a process of its own": "select count(*), max(repeat(name, 1)) from mart.a",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if lines, _, err := ask(d, Question{Text: text}); err != nil || len(lines) != 1 {
					b.Fatal(lines, err)
				}
			}
		})
	}
}
