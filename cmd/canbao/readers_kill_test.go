//go:build duckdb_arrow

package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"canbao/models"
	"canbao/reports/audit"
)

// outlives: who has begun to read reads to the end, whatever is published
// meanwhile, and the file goes with the last reader.
func (c *readCity) outlives() {
	client, ctx, err := c.dial("wu")
	if err != nil {
		c.Fatal(err)
	}
	const long = 600_000
	info, err := client.Execute(ctx, fmt.Sprintf("select (select snapshot from ref.snapshot) as snapshot, repeat('x', 200) || range as t from range(%d)", long))
	if err != nil {
		c.Fatal(err)
	}
	rows, err := client.DoGet(ctx, info.Endpoint[0].Ticket)
	if err != nil {
		c.Fatal(err)
	}
	of, err := snapshotOf(rows)
	if err != nil || !rows.Next() {
		c.Fatalf("the long answer does not begin: %v, %v", err, rows.Err())
	}
	count := rows.RecordBatch().NumRows()
	for range 2 { // of which two are kept
		c.loadNext()
		c.build()
	}
	name := fmt.Sprintf("%d.duckdb", of)
	if _, err := os.Stat(filepath.Join(c.publishDir(), name)); err == nil {
		c.Errorf("%s is kept", name)
	}
	for rows.Next() {
		batch := rows.RecordBatch()
		count += batch.NumRows()
		if got := batch.Column(0).ValueStr(0); got != fmt.Sprint(of) {
			c.Fatalf("a row of snapshot %s among those of %d", got, of)
		}
	}
	if rows.Err() != nil || count != long {
		c.Errorf("%d rows, %v", count, rows.Err())
	}
	rows.Release()
	c.eventually("the end of "+name, func() bool { return !strings.Contains(c.open(), "/"+name) })
}

// open are the files the service has open, as Linux tells.
func (c *readCity) open() (all string) {
	dir := fmt.Sprintf("/proc/%d/fd", c.service.Process.Pid)
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if to, err := os.Readlink(filepath.Join(dir, e.Name())); err == nil {
			all += to + "\n"
		}
	}
	return all
}

func (c *readCity) eventually(what string, done func() bool) {
	c.Helper()
	for deadline := time.Now().Add(20 * time.Second); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			c.Fatalf("%s does not come", what)
		}
	}
}

// builderKilled kills loads and builds at any moment: readers go on, and the
// same again does what was to be done.
func (c *readCity) builderKilled() {
	readers := c.readers(8)
	seen := c.observe(readers, 0, func(time.Time) {
		for n := range c.kills {
			verb := []string{"build"}
			if n%3 == 2 && len(c.later) > 0 {
				verb = []string{"load", c.later[0]}
			}
			cmd := c.command(append([]string{"--quiet"}, verb...)...)
			if err := cmd.Start(); err != nil {
				c.Error(err)
				return
			}
			time.Sleep(time.Duration(rand.IntN(1000)) * time.Millisecond)
			cmd.Process.Kill() // it may be done by now
			cmd.Wait()
			// It may have published before it was killed.
			if now, err := models.Current(c.publishDir()); err != nil {
				c.Error(err)
			} else if now.Number != c.published[len(c.published)-1].number {
				c.note(now)
			}
			c.do("ranking", "--as-of", "latest")
		}
		c.loadNext()
		c.build()
	})
	c.Logf("seen meanwhile, by 8 readers:\n%s", seen)
	c.check(seen)
	last := c.published[len(c.published)-1].number
	c.eventually("the new snapshot", func() bool {
		s, err := readers[0](rand.New(rand.NewPCG(1, 1)))
		return err == nil && s.snapshot == last
	})
}

// serviceKilled kills the service at any moment while it is read: the next one, on
// the same address, answers at once, and whatever was answered is on record.
func (c *readCity) serviceKilled() {
	for range c.kills {
		before := c.recorded()
		readers := c.readers(8)
		wild := c.wild()
		var dead atomic.Bool
		var reading sync.WaitGroup
		var mu sync.Mutex
		var seen sights
		for n, ask := range append(readers, wild) {
			reading.Go(func() {
				dice := rand.New(rand.NewPCG(uint64(n), 2))
				for !dead.Load() {
					begun := time.Now()
					s, err := ask(dice)
					if err != nil && !dead.Load() {
						c.Errorf("reader %d: %v", n, err)
					}
					if err != nil {
						return
					}
					s.begun, s.took = begun, time.Since(begun)
					if s.kind != "" {
						mu.Lock()
						seen = append(seen, s)
						mu.Unlock()
					}
				}
			})
		}
		time.Sleep(time.Duration(300+rand.IntN(1200)) * time.Millisecond)
		engines := c.children()
		dead.Store(true)
		if err := c.service.Process.Kill(); err != nil {
			c.Fatal(err)
		}
		c.service.Wait()
		reading.Wait()
		c.check(seen)
		answered, recorded := len(seen.of("sql")), c.recorded()-before
		if recorded < answered {
			c.Errorf("of %d answers to SQL %d are on record", answered, recorded)
		}
		c.build() // is not held up by anything it has left
		started := c.start()
		c.Logf("killed after %d answers with engines %v; the next one answers after %s", len(seen), engines, started.Round(time.Millisecond))
		if started > 2*c.takeUp {
			c.Errorf("the next service answers after %s", started)
		}
		c.eventually("the end of the engines", func() bool {
			for _, pid := range engines {
				line, err := os.ReadFile(filepath.Join("/proc", pid, "cmdline"))
				if err == nil && strings.HasPrefix(string(line), "canbao-engine") {
					return false
				}
			}
			return true
		})
		s, err := c.page(c.signIn("lin"), false)(rand.New(rand.NewPCG(1, 1)))
		if last := c.published[len(c.published)-1].number; err != nil || s.snapshot != last {
			c.Errorf("the next service answers of snapshot %d, the last is %d (%v)", s.snapshot, last, err)
		}
	}
}

// recorded is how many queries of the pages are on record.
func (c *readCity) recorded() (n int) {
	c.Helper()
	for e, err := range audit.Read(filepath.Join(c.dir, "audit"), audit.Filter{}) {
		if err != nil {
			c.Fatal(err)
		}
		if e.Act == audit.Query && e.Via == "web" {
			n++
		}
	}
	return n
}

// wild asks what needs a process of its own, and takes its time.
func (c *readCity) wild() reader {
	client := c.signIn("wu")
	return func(*rand.Rand) (sight, error) {
		a, err := client.PostForm("http://"+c.pages+"/query", url.Values{"text": {"select sum(length(repeat('x', 10) || range)) from range(30000000)"}})
		if err != nil {
			return sight{}, err
		}
		a.Body.Close()
		if a.StatusCode != http.StatusOK {
			err = fmt.Errorf("a long query: %d", a.StatusCode)
		}
		return sight{}, err
	}
}

// children are the processes the service has started, as Linux tells.
func (c *readCity) children() (pids []string) {
	if runtime.GOOS != "linux" {
		return nil
	}
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		stat, err := os.ReadFile(filepath.Join("/proc", e.Name(), "stat"))
		_, rest, _ := strings.Cut(string(stat), ") ")
		if f := strings.Fields(rest); err == nil && len(f) > 1 && f[1] == fmt.Sprint(c.service.Process.Pid) {
			pids = append(pids, e.Name())
		}
	}
	return pids
}
