//go:build duckdb_arrow

package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// BenchmarkPages asks a running service for the pages of a city with 714
// villages on any of its days, over loopback:
//
//   - cold-p50-ms, cold-p99-ms: one client that begins right after the start, while
//     hardly any page is composed. Wanted: 50. town-cold-... is that of a town's user.
//   - ahead-s: seconds until every day is composed, after which nobody waits.
//   - alone-p50-ms, alone-p99-ms: one client. Wanted: 50.
//   - build-p50-ms, build-p99-ms: one client while canbao build runs, beside another
//     that is a town's; town-build-... is that one. take-up-s: from the publishing of
//     the snapshot to the begin of the first answer of it. Wanted: 2. new-p50-ms,
//     new-p99-ms: its pages in the first five seconds after. Wanted: 50. build-s: how
//     long the build took.
//   - pages/s, p50-ms, p99-ms: 64 clients at once, each with the next request as
//     soon as the last is answered.
//   - cpu-ms/page: what a page takes of the processors then, whoever else is at
//     work on the machine.
//   - 5xx: answers that failed. Wanted: 0.
//   - start-MB, peak-MB: memory of the process when all is composed, and the most
//     it held.
//
// Pages are asked for packed, as a browser asks, and not unpacked: the clients
// have their work on the same processors.
//
// CANBAO_BENCH_SECONDS is how long the 64 clients ask (3). CANBAO_BENCH_PEOPLE is
// how many people there are (100,000), which hardly matters: pages are made of
// sums. CANBAO_BENCH_CITY is a workspace that is built already, served instead.
func BenchmarkPages(b *testing.B) {
	seconds, _ := strconv.Atoi(os.Getenv("CANBAO_BENCH_SECONDS"))
	if seconds == 0 {
		seconds = 3
	}
	dir := b.TempDir()
	r := &road{b: b, dir: dir, program: filepath.Join(dir, "canbao"), city: filepath.Join(dir, "city")}
	b.Setenv("XDG_CONFIG_HOME", filepath.Join(dir, "config"))
	r.run("go", "build", "-tags", "duckdb_arrow", "-o", r.program, ".")
	if built := os.Getenv("CANBAO_BENCH_CITY"); built != "" {
		r.city = built
	} else {
		r.run(r.program, "demo", "--people", cmp.Or(os.Getenv("CANBAO_BENCH_PEOPLE"), "100000"), "--workspace", r.city, "--quiet")
	}
	town := firstTown(b, filepath.Join(r.city, "areas.csv"))
	r.addUser("lin", "--role", "leader")
	r.addUser("zhen", "--role", "town", "--area", town)
	c := r.serve()
	own := c.as("zhen", pagesOf(b, filepath.Join(r.city, "areas.csv"), town))
	for b.Loop() {
		cold, townCold := c.ask(1, 100, time.Minute), own.ask(1, 100, time.Minute)
		cold.report("cold")
		townCold.report("town-cold")
		b.ReportMetric(c.untilComposed().Seconds(), "ahead-s")
		alone := c.ask(1, 200, time.Minute)
		alone.report("alone")
		r.rebuild(c, own)
		b.ReportMetric(c.memory("VmRSS"), "start-MB")
		before, made := c.cpu(), c.composed()
		all := c.ask(64, 1<<30, time.Duration(seconds)*time.Second)
		b.ReportMetric((c.cpu()-before)/float64(max(1, len(all.took))), "cpu-ms/page")
		b.ReportMetric(float64(len(all.took))/float64(seconds), "pages/s")
		b.ReportMetric(all.at(0.5), "p50-ms")
		b.ReportMetric(all.at(0.99), "p99-ms")
		b.ReportMetric(float64(cold.failed+alone.failed+all.failed), "5xx")
		b.ReportMetric(c.memory("VmHWM"), "peak-MB")
		b.Logf("%d pages, statuses %v, composed %s before and %s after; the slowest: %s and %s cold, %s alone, %s of all",
			len(all.took), all.statuses, made, c.composed(), cold.slowest, townCold.slowest, alone.slowest, all.slowest)
	}
}

// rebuild builds a snapshot while two clients ask, and tells what they feel of it.
func (r *road) rebuild(whole, town *clients) {
	r.b.Helper()
	begun := time.Now()
	built := make(chan error, 1)
	cmd := exec.Command(r.program, "build", "--quiet", "--workspace", r.city)
	if err := cmd.Start(); err != nil {
		r.b.Fatal(err)
	}
	go func() { built <- cmd.Wait() }()
	over, stop := context.WithCancel(context.Background())
	var asking sync.WaitGroup
	all := make([][]numbered, 2)
	for n, c := range []*clients{whole, town} {
		asking.Go(func() { all[n] = c.follow(over) })
	}
	err := <-built
	r.b.ReportMetric(time.Since(begun).Seconds(), "build-s")
	time.Sleep(10 * time.Second) // longer than a snapshot may take to be taken up, and five seconds
	stop()
	asking.Wait()
	if err != nil {
		r.b.Fatalf("build: %v", err)
	}
	pointer, err := os.Stat(filepath.Join(r.city, "published", "CURRENT"))
	if err != nil {
		r.b.Fatal(err)
	}
	for n, of := range []string{"", "town-"} {
		before, after := answers{b: r.b}, answers{b: r.b}
		first := all[n][len(all[n])-1].snapshot
		var from time.Time
		for _, a := range all[n] {
			switch {
			case a.snapshot != first:
				before.took = append(before.took, a.took.Seconds()*1000)
			case from.IsZero():
				from = a.begun
				r.b.ReportMetric(from.Sub(pointer.ModTime()).Seconds(), of+"take-up-s")
				fallthrough
			case a.begun.Sub(from) < 5*time.Second:
				after.took = append(after.took, a.took.Seconds()*1000)
			}
		}
		if len(before.took) == 0 {
			r.b.Errorf("%sthe new snapshot was never seen", of)
		}
		for name, a := range map[string]*answers{"build": &before, "new": &after} {
			slices.Sort(a.took)
			a.report(of + name)
		}
	}
}

// numbered is how long an answer took, and the snapshot it names.
type numbered struct {
	begun    time.Time
	took     time.Duration
	snapshot string
}

// follow asks for one page after another until told to stop.
func (c *clients) follow(over context.Context) (all []numbered) {
	dice := rand.New(rand.NewPCG(7, 7))
	client := &http.Client{Jar: c.jar, Transport: &http.Transport{MaxIdleConnsPerHost: 1}}
	for over.Err() == nil {
		begun := time.Now()
		page, status, took, text, err := c.one(context.Background(), client, dice)
		if err != nil || status != http.StatusOK {
			c.b.Errorf("%s: %d, %v", page, status, err)
			return all
		}
		plain, err := gzip.NewReader(bytes.NewReader(text))
		if err != nil {
			c.b.Error(err)
			return all
		}
		text, err = io.ReadAll(plain)
		found := footOf.FindSubmatch(text)
		if err != nil || found == nil {
			c.b.Errorf("%s names no snapshot: %v", page, err)
			return all
		}
		all = append(all, numbered{begun, took, string(found[1])})
	}
	return all
}

// clients ask a service that runs as a process of its own.
type clients struct {
	b       *testing.B
	process *os.Process
	base    string
	begun   time.Time
	jar     http.CookieJar
	pages   []string
}

// addUser adds a user with readPassword; one that is there from the last time is
// given that.
func (r *road) addUser(name string, flags ...string) {
	r.b.Helper()
	said := ""
	for _, args := range [][]string{append([]string{"user", "add", name, "--workspace", r.city}, flags...), {"user", "passwd", name, "--workspace", r.city}} {
		cmd := exec.Command(r.program, args...)
		cmd.Stdin = strings.NewReader(readPassword + "\n")
		text, err := cmd.CombinedOutput()
		if err == nil {
			return
		}
		said += string(text)
	}
	r.b.Fatalf("user %s: %s", name, said)
}

// serve starts the service and signs in.
func (r *road) serve() *clients {
	r.b.Helper()
	cmd := exec.Command(r.program, "serve", "--workspace", r.city, "--listen", "127.0.0.1:0", "--wire", "off", "--lang", "en")
	errs, err := cmd.StderrPipe()
	if err != nil {
		r.b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		r.b.Fatal(err)
	}
	r.b.Cleanup(func() {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			r.b.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			r.b.Error(err)
		}
	})
	c := &clients{b: r.b, process: cmd.Process, begun: time.Now(), base: firstAddress(r.b, errs)}
	return c.as("lin", pagesOf(r.b, filepath.Join(r.city, "areas.csv"), ""))
}

// as signs a user in who asks for these pages.
func (c *clients) as(name string, pages []string) *clients {
	c.b.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		c.b.Fatal(err)
	}
	a, err := (&http.Client{Jar: jar}).PostForm(c.base+"/sign-in", url.Values{"name": {name}, "password": {readPassword}})
	if err != nil {
		c.b.Fatal(err)
	}
	_, err = io.Copy(io.Discard, a.Body)
	a.Body.Close()
	if err != nil || a.StatusCode != http.StatusOK {
		c.b.Fatalf("sign in %s: %d %v", name, a.StatusCode, err)
	}
	other := *c
	other.jar, other.pages = jar, pages
	return &other
}

var pagesAt = regexp.MustCompile(`pages are at (\S+),`)

// firstAddress reads what the service says until it tells its address, and goes
// on reading so that the log never fills the pipe.
func firstAddress(b *testing.B, errs io.Reader) string {
	b.Helper()
	var said bytes.Buffer
	part := make([]byte, 4096)
	for {
		n, err := errs.Read(part)
		said.Write(part[:n])
		if found := pagesAt.FindSubmatch(said.Bytes()); found != nil {
			go io.Copy(io.Discard, errs)
			return string(found[1])
		}
		if err != nil {
			b.Fatalf("the service did not start: %s", &said)
		}
	}
}

// firstTown is the code of the first town of a list of areas.
func firstTown(b *testing.B, areas string) string {
	b.Helper()
	text, err := os.ReadFile(areas)
	if err != nil {
		b.Fatal(err)
	}
	for _, line := range strings.Split(string(text), "\n") {
		if f := strings.Split(line, ","); len(f) > 3 && f[3] == "town" {
			return f[0]
		}
	}
	b.Fatal("no town")
	return ""
}

// pagesOf are the addresses a leader meets: the parts of the city, its items, its
// towns as often, and a village of every fifteen. A town's user meets its town, as
// often as a leader the city, and its villages.
func pagesOf(b *testing.B, areas, town string) []string {
	b.Helper()
	pages := []string{"/", "/", "/", "/", "/items", "/items", "/money", "/basis"}
	for _, item := range []string{"medical_hukou", "pension_coverage", "critical_uptake", "medical_collection_full"} {
		pages = append(pages, "/item/"+item, "/item/"+item)
	}
	if town != "" {
		pages = slices.Repeat([]string{"/area/" + town}, 8)
	}
	text, err := os.ReadFile(areas)
	if err != nil {
		b.Fatal(err)
	}
	villages := 0
	for _, line := range strings.Split(string(text), "\n") {
		f := strings.Split(line, ",")
		switch {
		case len(f) < 4:
		case town != "":
			if f[3] == "village" && f[2] == town {
				pages = append(pages, "/area/"+f[0])
			}
		case f[3] == "town":
			pages = append(pages, "/area/"+f[0])
		case f[3] == "village":
			if villages++; villages%15 == 0 {
				pages = append(pages, "/area/"+f[0])
			}
		}
	}
	return pages
}

var composed = regexp.MustCompile(`canbao_press_seconds_count (\d+)`)

// composed is how many pages the service has composed.
func (c *clients) composed() string {
	c.b.Helper()
	a, err := http.Get(c.base + "/metrics")
	if err != nil {
		c.b.Fatal(err)
	}
	text, err := io.ReadAll(a.Body)
	a.Body.Close()
	found := composed.FindStringSubmatch(string(text))
	if err != nil || found == nil {
		c.b.Fatalf("metrics: %v", err)
	}
	return found[1]
}

// untilComposed waits until no further page is composed, and tells when that was.
func (c *clients) untilComposed() time.Duration {
	c.b.Helper()
	last, at := "", time.Now()
	for time.Since(at) < 5*time.Second {
		if now := c.composed(); now != last {
			last, at = now, time.Now()
		}
		time.Sleep(200 * time.Millisecond)
	}
	return at.Sub(c.begun)
}

// answers are how long each took, in milliseconds, sorted.
type answers struct {
	b        *testing.B
	took     []float64
	statuses map[int]int
	failed   int
	most     time.Duration
	slowest  string // the address that took most
}

// at is a quantile.
func (a *answers) at(q float64) float64 {
	if len(a.took) == 0 {
		return 0
	}
	return a.took[min(len(a.took)-1, int(q*float64(len(a.took))))]
}

// report tells the median and the slowest of a hundred.
func (a *answers) report(name string) {
	a.b.ReportMetric(a.at(0.5), name+"-p50-ms")
	a.b.ReportMetric(a.at(0.99), name+"-p99-ms")
}

// ask has so many clients ask until the time is over or each has asked most.
func (c *clients) ask(number, most int, long time.Duration) *answers {
	c.b.Helper()
	ctx, stop := context.WithTimeout(context.Background(), long)
	defer stop()
	transport := &http.Transport{MaxIdleConnsPerHost: number}
	defer transport.CloseIdleConnections()
	all := &answers{b: c.b, statuses: map[int]int{}}
	var mutex sync.Mutex
	var group sync.WaitGroup
	for n := range number {
		group.Go(func() {
			dice := rand.New(rand.NewPCG(uint64(n), 1))
			client := &http.Client{Transport: transport, Jar: c.jar}
			mine := &answers{statuses: map[int]int{}}
			for range most {
				page, status, took, _, err := c.one(ctx, client, dice)
				if err != nil {
					if ctx.Err() == nil {
						c.b.Error(err)
					}
					break
				}
				if took > mine.most {
					mine.most, mine.slowest = took, page
				}
				mine.took = append(mine.took, took.Seconds()*1000)
				mine.statuses[status]++
				if status >= 500 {
					mine.failed++
				}
			}
			mutex.Lock()
			defer mutex.Unlock()
			if mine.most > all.most {
				all.most, all.slowest = mine.most, mine.slowest
			}
			all.took, all.failed = append(all.took, mine.took...), all.failed+mine.failed
			for s, n := range maps.All(mine.statuses) {
				all.statuses[s] += n
			}
		})
	}
	group.Wait()
	slices.Sort(all.took)
	return all
}

// one asks for a page of a day of the campaign, and tells its address and its text,
// packed.
func (c *clients) one(ctx context.Context, client *http.Client, dice *rand.Rand) (page string, status int, took time.Duration, text []byte, err error) {
	day := time.Date(2020, 11, 1+dice.IntN(49), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	page = c.pages[dice.IntN(len(c.pages))] + "?day=" + day
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+page, nil)
	if err != nil {
		return page, 0, 0, nil, err
	}
	q.Header.Set("Accept-Encoding", "gzip") // told so, the client leaves it packed
	begun := time.Now()
	a, err := client.Do(q)
	if err != nil {
		return page, 0, 0, nil, err
	}
	defer a.Body.Close()
	if text, err = io.ReadAll(a.Body); err != nil {
		return page, 0, 0, nil, err
	}
	return page, a.StatusCode, time.Since(begun), text, nil
}

// cpu is what Linux tells the service has taken of the processors, in
// milliseconds; 0 elsewhere.
func (c *clients) cpu() float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", c.process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), ") ") // behind the program's name
	f := strings.Fields(rest)
	user, _ := strconv.ParseFloat(f[11], 64)
	system, _ := strconv.ParseFloat(f[12], 64)
	return (user + system) * 10 // hundredths of a second
}

// memory is what Linux tells of the service's memory, in MB; 0 elsewhere.
func (c *clients) memory(what string) float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.process.Pid))
	if err != nil {
		return 0
	}
	found := regexp.MustCompile(what + `:\s+(\d+) kB`).FindSubmatch(text)
	if found == nil {
		return 0
	}
	kilo, _ := strconv.ParseFloat(string(found[1]), 64)
	return kilo / 1000
}
