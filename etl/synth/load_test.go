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
		{People: 4000, Seed: 2, Days: 19, Visits: true},
		{People: 20_000, Seed: 3, Visits: true},
	} {
		o.Dir, o.KeepTruth = t.TempDir(), true
		made, err := synth.Make(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		db, reports := load(t, made.Areas, made.Extracts)
		compareRaw(t, db, made.Truth)
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

// The loader comes to the sums the generator has told of a province's files,
// and nobody of one county is taken for somebody of another.
func TestLoaderReportsTheProvince(t *testing.T) {
	made, err := synth.MakeProvince(context.Background(), synth.Options{Dir: t.TempDir(), People: 9000, County: 3000, Seed: 5}, 3)
	if err != nil {
		t.Fatal(err)
	}
	db, reports := load(t, made.Areas, made.Extracts)
	got := map[string]*synth.FileTruth{}
	for _, r := range reports {
		sum := got[r.Dataset]
		if sum == nil {
			sum = &synth.FileTruth{Dataset: r.Dataset, Reasons: map[string]int64{}}
			got[r.Dataset] = sum
		}
		sum.Rows += r.Rows
		sum.Accepted += r.Accepted
		sum.Quarantined += r.Quarantined
		sum.Repeated += r.Repeated
		for reason, n := range r.Reasons {
			sum.Reasons[reason] += n
		}
	}
	if diff := cmp.Diff(made.Datasets, got); diff != "" {
		t.Errorf("(-truth +loader):\n%s", diff)
	}
	if len(reports) != made.Files || made.Files < 300 {
		t.Errorf("%d files loaded, want %d", len(reports), made.Files)
	}
	counties, people := 0, int64(0)
	if err := db.QueryRow("select count(distinct l.file.parse_path()[-2]), count(distinct r.person) from raw.roster as r join raw.load as l using (load)").Scan(&counties, &people); err != nil {
		t.Fatal(err)
	}
	resident := made.Indicators[synth.Key{Indicator: "medical_resident", AreaCode: synth.ProvinceCode}]
	if counties != 3 || people < 9000 || resident.Expected != 9000 || resident.Actual < 7000 || resident.Actual > 9000 {
		t.Errorf("%d counties, %d people on the roster, %+v residents", counties, people, resident)
	}
}

// compareRaw compares sums over the present rows of the warehouse with the
// truth: a correction that did not win, or a row held back that should not be,
// moves one of them.
func compareRaw(t *testing.T, db *duck.DB, truth *synth.Truth) {
	t.Helper()
	want := map[string]int64{}
	for _, p := range truth.People {
		if p.OnRoster {
			want["roster"]++
			if p.Hukou {
				want["hukou"]++
			}
			if p.Exempt {
				want["exempt"]++
			}
		}
		for _, r := range p.Registrations {
			if want["registrations"]++; r.Ended != synth.NoDay {
				want["ended"] += int64(r.Ended)
			}
		}
		for _, l := range p.Levies {
			want["levied"] += int64(l.Fen)
		}
		for _, y := range p.Payments {
			if !y.Failed {
				want["paid"] += int64(y.Fen)
				want["moments"] += int64(y.Day)*86400 + int64(y.Second)
			}
		}
		for _, g := range p.Grants {
			if want["grants"]++; g.GrantedOn != synth.NoDay {
				want["granted"] += int64(g.GrantedOn)
			}
		}
	}
	for _, p := range truth.People {
		for _, v := range p.Visits {
			want["visits"]++
			want["visited"] += int64(v.Day)
		}
	}
	for _, h := range truth.Headcounts {
		want["counted"] += int64(h.Value)
	}
	if want["visits"] == 0 {
		want["visits"], want["visited"] = 0, 0
	}
	got := map[string]int64{}
	for name, query := range map[string]string{
		"roster":        "select count(distinct person) from raw.roster",
		"hukou":         "select count(*) from (select last(hukou order by load, line) as v from raw.roster group by person) where v",
		"exempt":        "select count(*) from (select arg_max(coalesce(exempt_reason, ''), load * 1e9 + line) as v from raw.roster group by person) where v <> ''",
		"registrations": "select count(*) from (select distinct person, scheme, year, case when year is null then registered_on end from raw.registration)",
		"ended": `select sum(v.d - date '1970-01-01') from (select last({'d': ended_on} order by load, line) as v
			from raw.registration group by person, scheme, year, case when year is null then registered_on end)`,
		"levied": "select sum(v) from (select last(amount order by load, line) as v from raw.levy group by person, scheme, year)",
		"paid": `select sum(case when v.back then -abs(v.amount) else v.amount end) from (select last({'back': back, 'amount': amount, 'status': status} order by load, line) as v
			from raw.payment group by receipt, person, scheme, year, back, case when back then paid_at end) where v.status is null`,
		"moments": `select sum(epoch(v.at))::bigint from (select last({'at': paid_at, 'status': status} order by load, line) as v
			from raw.payment group by receipt, person, scheme, year, back, case when back then paid_at end) where v.status is null`,
		"grants":  "select count(*) from (select distinct person, scheme, year, kind, category from raw.subsidy)",
		"granted": "select sum(granted_on - date '1970-01-01') from raw.subsidy where not repeated",
		"visits":  "select count(*) from raw.visit where not repeated",
		"visited": "select coalesce(sum(visited_on - date '1970-01-01'), 0) from raw.visit where not repeated",
		"counted": "select sum(value) from raw.headcount where measure = '常住人口' and not repeated",
	} {
		var n int64
		if err := db.QueryRow(query).Scan(&n); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got[name] = n
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("present rows (-truth +warehouse):\n%s", diff)
	}
}

func load(t *testing.T, areasFile, extracts string) (*duck.DB, []etl.FileReport) {
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
	text, err := os.ReadFile(areasFile)
	if err != nil {
		t.Fatal(err)
	}
	areas, err := clean.ReadAreas("areas.csv", strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	l := etl.Loader{DB: db, Key: key, Areas: areas, Now: time.Date(2020, 12, 21, 9, 0, 0, 0, time.UTC)}
	reports, err := l.Load(ctx, []string{extracts})
	if err != nil {
		t.Error(err)
	}
	return db, reports
}
