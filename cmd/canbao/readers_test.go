//go:build duckdb_arrow

package main

import (
	"cmp"
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
// snapshot must be taken up within two seconds, and the slowest answers of each
// kind are held against those of a quiet time.
func TestReaders(t *testing.T) {
	if testing.Short() {
		t.Skip("makes, loads and builds a city, again and again")
	}
	seconds, long := loadSeconds(t, 5)
	days := 20
	if long {
		days = 0 // all
	}
	c := newReadCity(t, 1500, days)
	c.takeUp, c.kills, c.pause = 10*time.Second, 3, 500*time.Millisecond
	if long {
		c.takeUp, c.kills, c.pause = 2*time.Second, 12, 0
	}
	c.start()
	readers := c.readers(32)
	c.settle(10 * time.Second)
	quiet := c.observe(readers, seconds/2, func(time.Time) {})
	busy := c.observe(readers, seconds, c.change)
	t.Logf("quiet:\n%s\nbusy, with %d snapshots taken up after %v, by towns after %v:\n%s",
		quiet, len(c.published)-1, c.uptake(busy, false), c.uptake(busy, true), busy)
	if len(c.published) < 2 {
		t.Error("nothing was built meanwhile")
	}
	c.check(quiet)
	c.check(busy)
	for _, kind := range append(kinds, "") {
		if ratio := slower(kind, busy, quiet); long && ratio > 3 {
			t.Errorf("%s: p99 is %.1f times that of a quiet time", cmp.Or(kind, "all"), ratio)
		}
	}
	c.outlives() // an answer, its snapshot
	c.builderKilled()
	c.serviceKilled()
	c.stop()
	c.nothingLeft()
	c.do("audit", "verify")
}

// BenchmarkReaders prints how long 32 readers on pages, SQL, wire and shell wait
// while nothing else happens and every day is composed, and while files are loaded
// and snapshots built without a pause; both in turn, twice, so that a machine that
// slows down slows both. Pressing readers ask again as soon as they are answered,
// and leave the builds, which stand back, little of the processors; people look at
// an answer for up to a second, and feel a build more.
//
//   - builds: snapshots taken up meanwhile.
//   - busy/quiet-p99: of all answers. Most are pages; therefore the same is told
//     of each kind. Wanted: less than 3.
//   - take-up-s: the longest from a snapshot's publishing to the first answer of
//     it. Wanted: less than 2. town-take-up-s is that of a town's user.
//
// CANBAO_LOAD_SECONDS is how long the busy parts take together (20).
func BenchmarkReaders(b *testing.B) {
	seconds, _ := loadSeconds(b, 20)
	c := newReadCity(b, 20000, 0)
	c.takeUp = time.Minute // it is printed
	c.start()
	readers := c.readers(32)
	for _, who := range []struct {
		name  string
		pause time.Duration
	}{{"pressing", 0}, {"people", time.Second}} {
		c.pause = who.pause
		b.Run(who.name, func(b *testing.B) { c.measure(b, readers, seconds) })
	}
	c.stop()
}

// measure is one run of BenchmarkReaders.
func (c *readCity) measure(b *testing.B, readers []reader, seconds time.Duration) {
	for b.Loop() {
		before := len(c.published)
		var quiet, busy sights
		var taken, townTaken []time.Duration
		for range 2 {
			c.settle(time.Minute)
			quiet = append(quiet, c.observe(readers, seconds/4, func(time.Time) {})...)
			round := c.observe(readers, seconds/2, c.change)
			taken, townTaken = append(taken, c.uptake(round, false)...), append(townTaken, c.uptake(round, true)...)
			busy = append(busy, round...)
		}
		c.check(quiet)
		c.check(busy)
		b.Logf("quiet:\n%s\nbusy:\n%s", quiet, busy)
		for name, all := range map[string]sights{"quiet": quiet, "busy": busy} {
			b.ReportMetric(all.at(0.5).Seconds()*1000, name+"-p50-ms")
			b.ReportMetric(all.at(0.99).Seconds()*1000, name+"-p99-ms")
		}
		b.ReportMetric(slower("", busy, quiet), "busy/quiet-p99")
		for _, kind := range kinds {
			b.ReportMetric(slower(kind, busy, quiet), kind+"-busy/quiet-p99")
		}
		b.ReportMetric(float64(len(c.published)-before), "builds")
		for name, all := range map[string][]time.Duration{"take-up-s": taken, "town-take-up-s": townTaken} {
			if len(all) > 0 {
				b.ReportMetric(slices.Max(all).Seconds(), name)
			}
		}
	}
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

// kinds are the ways to ask.
var kinds = []string{"page", "sql", "wire", "shell"}

// of are those of a kind, "" for all.
func (s sights) of(kind string) sights {
	return slices.DeleteFunc(slices.Clone(s), func(one sight) bool { return kind != "" && one.kind != kind })
}

func (s sights) String() (text string) {
	for _, kind := range append(kinds, "") {
		of := s.of(kind)
		text += fmt.Sprintf("  %-5s %5d answers, p50 %4d ms, p99 %4d ms\n", cmp.Or(kind, "all"), len(of), of.at(0.5).Milliseconds(), of.at(0.99).Milliseconds())
	}
	return text
}

// slower is how many times the p99 of a quiet time that of a busy one is.
func slower(kind string, busy, quiet sights) float64 {
	return busy.of(kind).at(0.99).Seconds() / quiet.of(kind).at(0.99).Seconds()
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
				time.Sleep(time.Duration(dice.Int64N(int64(c.pause) + 1)))
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
