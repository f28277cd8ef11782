package duck

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// Whoever is cut into slices is in one of them, neighbours together.
func TestSlices(t *testing.T) {
	ctx := context.Background()
	db, err := Open(ctx, filepath.Join(t.TempDir(), "w.duckdb"), Options{MemoryLimit: "100MB"})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "create schema raw; create table raw.load as select 1 as rows"); err != nil {
		t.Fatal(err)
	}
	w, err := db.Workshop(ctx, "core")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close(ctx)
	for i, c := range []struct {
		numbers    string // of the people
		sliceBytes int64
		want       int
	}{
		{"select 1 as n where false", 0, 1},
		{"select range as n from range(1, 1001)", 0, 1},
		{"select range as n from range(1, 1001)", 1 << 20, 11},
		{"select people.range as n from range(1, 1001) as people cross join range(2) as two", 1 << 20, 21}, // two campaigns
		{"select range + 7 as n from range(3)", 1 << 30, 3},                                                // no more slices than numbers
	} {
		table := fmt.Sprintf("core.person%d", i)
		if err := w.Table(ctx, table, c.numbers); err != nil {
			t.Fatal(err)
		}
		w.SliceBytes = c.sliceBytes
		slices, err := w.Slices(ctx, "n", table)
		if err != nil || len(slices) != c.want {
			t.Errorf("%s: slices %q, want %d: %v", c.numbers, slices, c.want, err)
			continue
		}
		in := "(case when " + strings.Join(slices, " then 1 else 0 end + case when ") + " then 1 else 0 end)"
		if n, err := w.Number(ctx, "select count(*) from "+table+" where "+in+" <> 1"); n != 0 || err != nil {
			t.Errorf("%s: %d people are in no slice or in several: %v", c.numbers, n, err)
		}
		const model = "-- sliced: n of %s\nselect n, n %% 7 as week from %s"
		if err := w.Table(ctx, table+"_state", fmt.Sprintf(model, table, table)); err != nil {
			t.Fatal(err)
		}
		differ := fmt.Sprintf("(select n, n %% 7 from %[1]s except all from %[1]s_state) union all (from %[1]s_state except all select n, n %% 7 from %[1]s)", table)
		if n, err := w.Number(ctx, "select count(*) from ("+differ+")"); n != 0 || err != nil {
			t.Errorf("%s: %d rows differ from those made at once: %v", c.numbers, n, err)
		}
	}
}
