package etl

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"canbao/etl/clean"
)

// TestEarlierLoadsStayKnown notes after every load which rows stand, and finds
// the same rows in the end by the loads that brought and replaced them.
func TestEarlierLoadsStayKnown(t *testing.T) {
	b := newBench(t)
	files := randomRosters(rand.New(rand.NewPCG(5, 6)), b, 12)
	rows := func(known string) (list string) {
		query := "select coalesce(string_agg(concat(load, ':', line), ' ' order by load, line), '') from raw.roster_history where " + known
		if err := b.DB.QueryRow(query).Scan(&list); err != nil {
			t.Fatal(err)
		}
		return list
	}
	var stood []string
	for _, path := range files {
		if _, err := b.Load(context.Background(), []string{path}); err != nil {
			t.Fatal(err)
		}
		stood = append(stood, rows("replaced_by is null"))
	}
	for i, want := range stood {
		known := fmt.Sprintf("load <= %d and (replaced_by is null or replaced_by > %[1]d)", i+1)
		if got := rows(known); got != want {
			t.Errorf("as of load %d: rows %s, want %s", i+1, got, want)
		}
	}
	if stood[0] == stood[len(stood)-1] || rows("replaced_by is not null") == "" {
		t.Error("nothing was replaced")
	}
	last := len(files)
	b.unload(last)
	if got := rows("replaced_by is null"); got != stood[last-2] {
		t.Errorf("after the last load was taken back: rows %s, want %s", got, stood[last-2])
	}
}

// TestHistoryKnowsTheKeys wants one row standing for every key of a dataset.
func TestHistoryKnowsTheKeys(t *testing.T) {
	b := newBench(t)
	files, err := filepath.Glob(filepath.Join("testdata", "dirt", "key-*.csv"))
	if err != nil || len(files) < len(datasets) {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, path := range files {
		if _, err := b.Load(context.Background(), []string{path}); err != nil {
			t.Fatal(err)
		}
	}
	for _, d := range datasets {
		standing := b.count("select count(*) from raw." + d.name + "_history where replaced_by is null")
		keys := b.count("select count(distinct hash(" + strings.Join(d.key, ", ") + ")) from raw." + d.name + " where not repeated")
		if rows := b.count("select count(*) from raw." + d.name + " where not repeated"); standing != keys || rows == keys {
			t.Errorf("%s: %d rows standing of %d, want one for each of %d keys", d.name, standing, rows, keys)
		}
	}
}

// TestWorkersChangeNothing loads the same files with one goroutine and with
// several, which read files ahead and convert batches of one at once.
func TestWorkersChangeNothing(t *testing.T) {
	first := newBench(t)
	files := randomRosters(rand.New(rand.NewPCG(7, 8)), first, 8)
	const large = "id_no,name,hukou,resident,town\n"
	var lines strings.Builder
	for n := range 40_000 {
		id := fmt.Sprintf("330782%s%03d", time.Date(1950, 1, 1+n/900, 0, 0, 0, 0, time.UTC).Format("20060102"), n%900)
		fmt.Fprintf(&lines, "%s%c,甲,是,%s,佛堂镇\n", id, clean.CheckDigit([]byte(id)), []string{"是", "否", "?"}[n%3])
	}
	files = append(files, first.write("large.csv", large+lines.String()))
	var want string
	for _, workers := range []int{1, 2, 5} {
		b := newBench(t)
		b.Key, b.Workers = first.Key, workers
		if _, err := b.Load(context.Background(), files); err != nil {
			t.Fatal(err)
		}
		got := b.state()
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("%d workers have another result", workers)
		}
	}
	if n := strings.Count(want, "\n"); n < 40_000 {
		t.Errorf("%d lines are compared", n)
	}
}
