//go:build duckdb_arrow

package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestReaders runs the service as a process and has 32 readers ask on and on, on
// its pages, in its SQL, on the wire and in the shell, while other processes load
// files and build snapshots without a pause: no answer fails, each is of the one
// snapshot it names and says what that snapshot holds, and each snapshot is taken
// up in time. Then the service and the builder are killed at any moment: nothing
// is lost, and nothing is left in the way.
//
// CANBAO_LOAD_SECONDS makes it longer and the only work of the machine: then a
// snapshot must be taken up within two seconds, and the slowest answers are held
// against those of a quiet time.
func TestReaders(t *testing.T) {
	if testing.Short() {
		t.Skip("makes, loads and builds a city, again and again")
	}
	seconds, long := loadSeconds(t, 5)
	c := newReadCity(t, 1500)
	c.takeUp, c.kills = 10*time.Second, 3
	if long {
		c.takeUp, c.kills = 2*time.Second, 12
	}
	c.start()
	readers := c.readers(32)
	quiet := c.observe(readers, seconds/2, func(time.Time) {})
	busy := c.observe(readers, seconds, c.change)
	t.Logf("quiet:\n%s\nbusy, with %d snapshots taken up after %v, by towns after %v:\n%s",
		quiet, len(c.published)-1, c.uptake(busy, false), c.uptake(busy, true), busy)
	if len(c.published) < 2 {
		t.Error("nothing was built meanwhile")
	}
	c.check(quiet)
	c.check(busy)
	if ratio := busy.at(0.99).Seconds() / quiet.at(0.99).Seconds(); long && ratio > 3 {
		t.Errorf("p99 is %.1f times that of a quiet time", ratio)
	}
	c.outlives() // an answer, its snapshot
	c.builderKilled()
	c.serviceKilled()
	c.stop()
	c.nothingLeft()
	c.do("audit", "verify")
}

// BenchmarkReaders prints how long 32 readers on pages, SQL, wire and shell wait
// while nothing else happens, and while files are loaded and snapshots built
// without a pause. Wanted of busy/quiet-p99: less than 3; of take-up-s: less than
// 2. CANBAO_LOAD_SECONDS is how long the busy part takes (15).
func BenchmarkReaders(b *testing.B) {
	seconds, _ := loadSeconds(b, 15)
	c := newReadCity(b, 20000)
	c.takeUp = time.Minute // it is printed
	c.start()
	readers := c.readers(32)
	for b.Loop() {
		quiet := c.observe(readers, seconds/2, func(time.Time) {})
		busy := c.observe(readers, seconds, c.change)
		c.check(quiet)
		c.check(busy)
		b.Logf("quiet:\n%s\nbusy:\n%s", quiet, busy)
		for name, all := range map[string]sights{"quiet": quiet, "busy": busy} {
			b.ReportMetric(all.at(0.5).Seconds()*1000, name+"-p50-ms")
			b.ReportMetric(all.at(0.99).Seconds()*1000, name+"-p99-ms")
		}
		b.ReportMetric(busy.at(0.99).Seconds()/quiet.at(0.99).Seconds(), "busy/quiet-p99")
		b.ReportMetric(float64(len(c.published)-1), "builds")
		b.ReportMetric(slices.Max(append(c.uptake(busy, false), 0)).Seconds(), "take-up-s")
		b.ReportMetric(slices.Max(append(c.uptake(busy, true), 0)).Seconds(), "town-take-up-s")
	}
	c.stop()
}

// loadSeconds is how long readers ask while others load, and whether somebody
// has asked for so much.
func loadSeconds(t testing.TB, usual int) (time.Duration, bool) {
	t.Helper()
	text := os.Getenv("CANBAO_LOAD_SECONDS")
	if text == "" {
		return time.Duration(usual) * time.Second, false
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("CANBAO_LOAD_SECONDS: %v", err)
	}
	return time.Duration(n) * time.Second, true
}

// sight is an answer as a reader saw it.
type sight struct {
	kind     string // page, sql, wire or shell
	town     bool   // seen by a town's user
	begun    time.Time
	took     time.Duration
	snapshot int      // which the answer names
	figures  []figure // of a page
	row      string   // of a query
}

// figure is what a page says of an area on a day.
type figure struct{ day, area, score string }

type sights []sight

// at is a quantile of the time answers took.
func (s sights) at(q float64) time.Duration {
	if len(s) == 0 {
		return 0
	}
	took := make([]time.Duration, len(s))
	for i, one := range s {
		took[i] = one.took
	}
	slices.Sort(took)
	return took[min(len(took)-1, int(q*float64(len(took))))]
}

func (s sights) String() (text string) {
	for _, kind := range []string{"page", "sql", "wire", "shell", ""} {
		var of sights
		for _, one := range s {
			if kind == "" || one.kind == kind {
				of = append(of, one)
			}
		}
		name := kind
		if kind == "" {
			name = "all"
		}
		text += fmt.Sprintf("  %-5s %5d answers, p50 %4d ms, p99 %4d ms\n", name, len(of), of.at(0.5).Milliseconds(), of.at(0.99).Milliseconds())
	}
	return text
}

// reader asks once.
type reader func(dice *rand.Rand) (sight, error)

// observe has all readers ask until the time is over and the work is done.
func (c *readCity) observe(readers []reader, long time.Duration, work func(until time.Time)) sights {
	c.Helper()
	var over atomic.Bool
	var reading sync.WaitGroup
	var mu sync.Mutex
	var all sights
	for n, ask := range readers {
		reading.Go(func() {
			dice := rand.New(rand.NewPCG(uint64(n), uint64(time.Now().UnixNano())))
			for !over.Load() {
				begun := time.Now()
				s, err := ask(dice)
				if err != nil {
					c.Errorf("reader %d: %v", n, err)
					return
				}
				s.begun, s.took = begun, time.Since(begun)
				mu.Lock()
				all = append(all, s)
				mu.Unlock()
			}
		})
	}
	until := time.Now().Add(long)
	work(until)
	time.Sleep(time.Until(until))
	over.Store(true)
	reading.Wait()
	c.complaints()
	return all
}
