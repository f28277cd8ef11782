//go:build duckdb_arrow

package synth_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"canbao/etl"
	"canbao/etl/clean"
	"canbao/etl/seal"
	"canbao/etl/synth"
	"canbao/sql"
	"canbao/sql/duck"
)

// The loader reports of every file what the generator knows it must.
func TestLoaderReportsTheTruth(t *testing.T) {
	for _, o := range []synth.Options{
		{People: 500, Seed: 1},
		{People: 4000, Seed: 2, Days: 19},
		{People: 20_000, Seed: 3},
	} {
		o.Dir, o.KeepTruth = t.TempDir(), true
		made, err := synth.Make(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		reports := load(t, made)
		want := made.Truth.Reports()
		if len(reports) != len(want) {
			t.Errorf("%d people: %d files loaded, want %d", o.People, len(reports), len(want))
			continue
		}
		for i, r := range reports {
			rel, _ := filepath.Rel(made.Extracts, r.File)
			got := synth.FileTruth{File: filepath.ToSlash(rel), Dataset: r.Dataset, Rows: r.Rows, Accepted: r.Accepted,
				Quarantined: r.Quarantined, Repeated: r.Repeated, Furniture: r.Furniture, Reasons: r.Reasons}
			if diff := cmp.Diff(want[i], got); diff != "" {
				t.Errorf("%d people (-truth +loader):\n%s", o.People, diff)
			}
		}
	}
}

func load(t *testing.T, made *synth.Made) []etl.FileReport {
	t.Helper()
	ctx := context.Background()
	db, err := duck.Open(ctx, filepath.Join(t.TempDir(), "w.duckdb"), duck.Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(ctx, sql.Files, "schema"); err != nil {
		t.Fatal(err)
	}
	key, err := seal.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(made.Areas)
	if err != nil {
		t.Fatal(err)
	}
	areas, err := clean.ReadAreas("areas.csv", strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	l := etl.Loader{DB: db, Key: key, Areas: areas, Now: time.Date(2020, 12, 21, 9, 0, 0, 0, time.UTC)}
	reports, err := l.Load(ctx, []string{made.Extracts})
	if err != nil {
		t.Error(err)
	}
	return reports
}
