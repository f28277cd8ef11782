//go:build duckdb_arrow

package duck

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// openSession makes a database of one table and opens a session on it.
func openSession(t *testing.T, parquet string) *Session {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s.duckdb")
	db, err := Open(context.Background(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("create table a as select range as n, '村' || range as name from range(5000)"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	s, err := OpenSession(path, parquet, Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// count runs a query and counts its rows.
func count(ctx context.Context, s *Session, query string, params map[string]string) (int64, error) {
	p, err := s.Prepare(ctx, query)
	if err != nil {
		return 0, err
	}
	defer p.Close()
	rows, err := p.Stream(ctx, params)
	if err != nil {
		return 0, err
	}
	defer rows.Release()
	n := int64(0)
	for rows.Next() {
		n += rows.RecordBatch().NumRows()
	}
	return n, rows.Err()
}

func TestSessionStreams(t *testing.T) {
	s := openSession(t, "")
	ctx := context.Background()
	if n, err := count(ctx, s, "select * from a where n >= $least", map[string]string{"least": "1000"}); n != 4000 || err != nil {
		t.Errorf("%d rows, %v", n, err)
	}
	if runtime.GOOS != "linux" {
		t.Skip("peak memory is read from /proc")
	}
	before := peak(t)
	if n, err := count(ctx, s, "select range, 'a text of some length ' || range as t from range(20000000)", nil); n != 20_000_000 || err != nil {
		t.Errorf("%d rows, %v", n, err)
	}
	if grown := peak(t) - before; grown > 200<<10 { // kB; the rows are a gigabyte
		t.Errorf("streaming took %d MB", grown>>10)
	}
}

// peak is the most memory the process held, in kB.
func peak(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	kb := 0
	for _, c := range strings.TrimSpace(rest) {
		if c < '0' || c > '9' {
			break
		}
		kb = kb*10 + int(c-'0')
	}
	return kb
}

func TestSessionIsStopped(t *testing.T) {
	s := openSession(t, "")
	const endless = "select count(*) from range(1000000000) as a (x), range(1000000) as b (y) where x % 7 = y % 11"
	for _, query := range []string{endless, "select x from range(100000000000) as r (x)"} {
		ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
		start := time.Now()
		_, err := count(ctx, s, query, nil)
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 10*time.Second {
			t.Errorf("%s: %v after %v", query, err, time.Since(start))
		}
	}
	if n, err := count(context.Background(), s, "select 1", nil); n != 1 || err != nil {
		t.Errorf("after a stop: %d rows, %v", n, err)
	}
}

// TestSessionIsLocked: whatever a query says, it reads the tables and nothing
// else; the file for Parquet is closed to it too.
func TestSessionIsLocked(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "it's.parquet")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := openSession(t, file)
	ctx := context.Background()
	other := filepath.Join(dir, "other.parquet")
	for _, query := range []string{
		"copy a to '" + other + "'", "copy a to " + quoted(file), "copy (select 1) to " + quoted(file) + " (format csv)",
		"attach '" + other + "'", "create table b as select 1", "delete from a", "set threads = 8", "set allowed_paths = ['/etc']", "reset lock_configuration",
		"pragma enable_external_access", "install httpfs", "load httpfs", "export database '" + dir + "'", "create secret x (type s3)",
		"select * from read_csv('/etc/passwd')", "select * from read_text('/etc/passwd')", "select * from read_blob('" + other + "')",
		"select * from glob('/etc/*')", "select * from '/etc/passwd.csv'", "select * from parquet_scan('" + other + "')", "select getenv('HOME')",
		"select 1; select 2", "select 1; copy a to " + quoted(file), "select 1) to '" + other + "' --", "call pragma_version(); select 1",
		"select * from query('copy a to ''" + other + "''')", "begin", "", "checkpoint", "vacuum", "prepare p as select 1", "execute p",
	} {
		if n, err := count(ctx, s, query, nil); err == nil {
			t.Errorf("%s: answered with %d rows", query, n)
		}
	}
	if _, err := os.Stat(other); err == nil {
		t.Error("a file was written")
	}
	p, err := s.Prepare(ctx, "select * from a where n < $most -- all; \n; -- end")
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if n, err := p.Parquet(ctx, map[string]string{"most": "3000"}, file); n != 3000 || err != nil {
		t.Errorf("parquet: %d rows, %v", n, err)
	}
	if _, err := p.Parquet(ctx, map[string]string{"most": "1"}, other); err == nil {
		t.Error("a file other than the one allowed was written")
	}
}

// TestQueryErrorsPoint: an error knows the byte it speaks of.
func TestQueryErrorsPoint(t *testing.T) {
	s := openSession(t, "")
	for query, want := range map[string]QueryError{
		"select n,\n '村', m from a":       {Kind: "Binder", Subtype: "COLUMN_NOT_FOUND", Name: "m", At: 18},
		"select * from b":                 {Kind: "Catalog", Subtype: "MISSING_ENTRY", Name: "b", Type: "Table", At: 14},
		"select n from a where":           {Kind: "Parser", At: 21},
		"selct 1":                         {Kind: "Parser", At: 0},
		"select cast(name as int) from a": {Kind: "Conversion", At: 7},
		"drop table a":                    {Kind: NotReading, At: -1},
		"":                                {Kind: NotOne, At: -1},
		"select $x":                       {Kind: NoParameter, At: -1},
	} {
		_, err := count(context.Background(), s, query, nil)
		var got *QueryError
		if !errors.As(err, &got) {
			t.Errorf("%s: %v", query, err)
			continue
		}
		if got.Kind != want.Kind || got.Subtype != want.Subtype || got.Name != want.Name || got.Type != want.Type || got.At != want.At {
			t.Errorf("%s: %+v, want %+v", query, *got, want)
		}
	}
}

// What does not fit the memory goes to disk, into a folder of the session's own,
// and is gone with it; more than may be spilled is an error of memory.
func TestSessionSpills(t *testing.T) {
	base := t.TempDir()
	const sorted = "select h, a from (select hash(range) as h, hash(range + 1) as a from range($n::bigint)) order by h limit 1 offset ($n::bigint - 1)"
	for _, c := range []struct {
		n, most string
		fits    bool
	}{{"6000000", "2GB", true}, {"12000000", "20MB", false}} {
		path := filepath.Join(base, "s.duckdb")
		db, err := Open(context.Background(), path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		db.Close()
		temp := filepath.Join(base, "spilled")
		s, err := OpenSession(path, "", Options{Threads: 1, MemoryLimit: "60MB", TempDir: temp, MaxTemp: c.most})
		if err != nil {
			t.Fatal(err)
		}
		n, err := count(context.Background(), s, sorted, map[string]string{"n": c.n})
		var wrong *QueryError
		if c.fits && (n != 1 || err != nil) || !c.fits && (!errors.As(err, &wrong) || wrong.Kind != "Out of Memory") {
			t.Errorf("%s rows with %s to spill: %d, %v", c.n, c.most, n, err)
		}
		s.Close()
		if left, err := os.ReadDir(temp); err == nil && len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
}
