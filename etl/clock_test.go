package etl

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"canbao/etl/refuse"
)

const paidLate = "电子税票号码,证件号码,险种,年度,实缴金额,缴费日期\n"

// TestClockSetBack: the day of a load never falls behind that of the load
// before, so that a payment of yesterday is not one of the future today.
func TestClockSetBack(t *testing.T) {
	b := newBench(t)
	var warned []string
	b.Warn = func(w refuse.Text) { warned = append(warned, w.EN) }
	b.load("1.csv", paidLate+"R1,"+idA+",居民医保,2021,500.00,2020-12-20\n")
	if len(warned) != 0 {
		t.Fatalf("warned of a clock that is right: %q", warned)
	}
	b.Now = time.Date(2020, 12, 1, 8, 0, 0, 0, time.UTC)
	r := b.load("2.csv", paidLate+"R2,"+idA+",居民医保,2021,500.00,2020-12-20\nR3,"+idA+",居民医保,2021,500.00,2020-12-21\n")
	if got, want := three(r), "2=1+1+0"; got != want {
		t.Errorf("after the clock was set back: %s, want %s", got, want)
	}
	if len(warned) != 1 || !strings.Contains(warned[0], "the clock says 2020-12-01, yet load 1 was on 2020-12-20") {
		t.Errorf("warned of the clock: %q", warned)
	}
	if n := b.count("select count(*) from raw.load where loaded_at < (select max(loaded_at) from raw.load where load = 1)"); n != 0 {
		t.Errorf("%d loads lie before the first", n)
	}
	// Some hours back on the same day are no news.
	b.Now = time.Date(2020, 12, 20, 3, 0, 0, 0, time.UTC)
	b.load("3.csv", paidLate+"R4,"+idA+",居民医保,2021,500.00,2020-12-20\n")
	if len(warned) != 1 {
		t.Errorf("warned of some hours: %q", warned[1:])
	}
	// Right again: its own day counts.
	b.Now = time.Date(2020, 12, 21, 3, 0, 0, 0, time.UTC)
	r = b.load("4.csv", paidLate+"R5,"+idA+",居民医保,2021,500.00,2020-12-21\n")
	if got, want := three(r), "1=1+0+0"; got != want || len(warned) != 1 {
		t.Errorf("with the clock set right: %s, want %s; warned %q", got, want, warned)
	}
}

// TestStoppedNamesFiles: a load that is ended says which files are done, which
// one was under way and which were not begun; running it again finishes it.
func TestStoppedNamesFiles(t *testing.T) {
	b := newBench(t)
	row := func(receipt string) string {
		return paidLate + receipt + "," + idA + ",居民医保,2021,500.00,2020-12-01\n"
	}
	paths := []string{b.write("1.csv", row("R1")), b.write("2.csv", "no,table\nof,ours\n"), b.write("3.csv", row("R3")),
		b.write("4.csv", row("R4")), b.write("5.csv", row("R5"))}
	ctx, cancel := context.WithCancel(context.Background())
	b.Progress = func(p Progress) {
		if p.File == paths[2] {
			cancel()
		}
	}
	reports, err := b.Load(ctx, paths)
	var stop *Stopped
	if !errors.As(err, &stop) || !errors.Is(err, context.Canceled) {
		t.Fatalf("an interrupted load ends with %v", err)
	}
	if !slices.Equal(stop.Done, paths[:2]) || stop.File != paths[2] || !slices.Equal(stop.Left, paths[3:]) {
		t.Errorf("done %q, under way %q, left %q", stop.Done, stop.File, stop.Left)
	}
	if n := b.count("select count(*) from raw.load"); n != 1 || len(reports) != 1 {
		t.Errorf("%d loads in the ledger, %d reports; want 1", n, len(reports))
	}
	b.Progress = nil
	b.Load(context.Background(), paths)
	if n := b.count("select count(distinct receipt) from raw.payment"); n != 4 {
		t.Errorf("%d payments after the second run, want 4", n)
	}
}
