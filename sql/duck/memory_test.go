package duck

import (
	"context"
	"path/filepath"
	"testing"
)

func TestNarrow(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct{ limit, narrow, wide string }{
		{"1200MB", "286.1 MiB", "1.1 GiB"},
		{"100MB", "95.3 MiB", "95.3 MiB"}, // narrower than that already
		{"", "286.1 MiB", ""},             // whatever DuckDB takes
	} {
		db, err := Open(ctx, filepath.Join(t.TempDir(), "w.duckdb"), Options{MemoryLimit: c.limit})
		if err != nil {
			t.Fatal(err)
		}
		limit := func() (now string) {
			if err := db.QueryRowContext(ctx, "select current_setting('memory_limit')").Scan(&now); err != nil {
				t.Fatal(err)
			}
			return now
		}
		before := limit()
		widen, err := db.Narrow(ctx, 300)
		if err != nil {
			t.Fatal(err)
		}
		if got := limit(); got != c.narrow {
			t.Errorf("%q narrowed: %s, want %s", c.limit, got, c.narrow)
		}
		widen()
		if got := limit(); got != before || c.wide != "" && got != c.wide {
			t.Errorf("%q widened again: %s, was %s", c.limit, got, before)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for size, want := range map[string]int64{"1KB": 1000, "1.5 GiB": 3 << 29, "2TB": 2e12, "12": 0, "": 0, "1 MB2": 0} {
		if got, known := SizeIn(size); got != want || known != (want > 0) {
			t.Errorf("%s is %d", size, got)
		}
	}
}
