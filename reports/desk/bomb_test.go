//go:build duckdb_arrow

package desk

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"canbao/etl/refuse"
	"canbao/reports/access"
	"canbao/sql/duck"
)

// TestBombs: what asks for more than it may have ends within its limits, in its
// own process or in this one, and neither the memory of this process nor the
// neighbour, who asks on and on, feels it.
func TestBombs(t *testing.T) {
	limits := access.Limits{Time: time.Second, Memory: "200MB", Threads: 1, Rows: 1000, Bytes: 8 << 20, ExportRows: 1000, Concurrent: 4}
	d, _ := open(t, func(o *Options) { o.Limits = func(access.Role) access.Limits { return limits } })
	all := scripts(t, "testdata/bombs.txt")
	all = append(all, []script{
		{"brackets", "select " + strings.Repeat("(", 100000) + "1" + strings.Repeat(")", 100000)},
		{"brackets just below", "select " + strings.Repeat("(", tameDepth-1) + "1" + strings.Repeat(")", tameDepth-1)},
		{"a long sum", "select 1" + strings.Repeat("+1", 200000)},
		{"a sum just below", "select 1" + strings.Repeat("+1", tameLength/2-10)},
		{"negations", "select " + strings.Repeat("not ", tameLength/4-10) + "true"},
		{"minuses", "select " + strings.Repeat("- ", tameLength/2-10) + "1"},
		{"cases", "select " + strings.Repeat("case when true then ", 3000) + "1" + strings.Repeat(" end", 3000)},
		{"casts", "select 1" + strings.Repeat("::int", 12000)},
		{"unions", "select 1" + strings.Repeat(" union all select 1", 3000)},
		{"joins", "select 1 from mart.a" + strings.Repeat(" join mart.a using (n)", 2500)},
		{"columns", "select n" + strings.Repeat(",n", 30000) + " from mart.a"},
		{"comments", strings.Repeat("/*", 30000) + "select 1"},
		{"an index of an index", "select n" + strings.Repeat("[1]", 20000) + " from mart.a"},
		{"subqueries", strings.Repeat("select * from (", 50) + "select 1" + strings.Repeat(")", 50)},
	}...)
	before := hold(t, "VmRSS:")
	stop, stopped := make(chan struct{}), sync.WaitGroup{}
	neighbour := access.User{Name: "li", Role: access.Analyst}
	slowest := time.Duration(0)
	stopped.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			default:
			}
			began := time.Now()
			lines, _, err := ask(d, Question{User: neighbour, Text: "select count(*), max(name) from mart.a"})
			if err != nil || len(lines) != 1 || lines[0] != "3000|村999" {
				t.Errorf("the neighbour was told %q, %v", lines, err)
				return
			}
			slowest = max(slowest, time.Since(began))
			time.Sleep(20 * time.Millisecond)
		}
	})
	for _, c := range all {
		began := time.Now()
		lines, _, err := ask(d, Question{Text: c.text})
		took := time.Since(began)
		var over *LimitError
		var wrong *duck.QueryError
		var no *refuse.Error
		switch {
		case err == nil && len(lines) > 0 || errors.As(err, &over) && errors.As(err, &no):
		case errors.As(err, &wrong) && !wrong.Broken():
		case strings.HasPrefix(err.Error(), "the engine failed") && errors.Is(err, errChild):
			t.Logf("%s: a process fell over: %v", c.name, err)
		default:
			t.Errorf("%s: %d rows, %v", c.name, len(lines), err)
		}
		if took > limits.Time+5*time.Second {
			t.Errorf("%s took %s", c.name, took)
		}
		t.Logf("%-50s %6.2fs %v", c.name, took.Seconds(), short(err))
	}
	close(stop)
	stopped.Wait()
	if grown := hold(t, "VmHWM:") - before; grown > 700<<10 {
		t.Errorf("this process has grown by %d MB", grown>>10)
	}
	if slowest > 3*time.Second {
		t.Errorf("the neighbour once waited %s", slowest)
	}
	t.Logf("the neighbour waited %s at most", slowest)
	if left, err := os.ReadDir(d.spill.dir); err != nil || len(left) > 0 {
		t.Errorf("left on disk: %v, %v", left, err)
	}
}

func short(err error) string {
	if err == nil {
		return "answered"
	}
	text := err.Error()
	return text[:min(len(text), 100)]
}

// hold is a line of what the system says of this process, in kB.
func hold(t *testing.T, line string) int {
	t.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("memory is read from /proc")
	}
	_, rest, _ := strings.Cut(string(text), line)
	kb, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return kb
}
