//go:build duckdb_arrow

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"canbao/etl/synth"
	"canbao/models"
	"canbao/sql/duck"
)

// readCity is a city that is loaded and built by processes while the service,
// another process, is asked.
type readCity struct {
	testing.TB
	dir     string // the workspace
	links   string // where every snapshot stays, for comparing
	town    string // whose user asks too
	towns   []string
	later   []string      // files that are loaded one by one
	takeUp  time.Duration // within which a snapshot must be asked
	kills   int           // of the service, and of the builder
	pause   time.Duration // the longest a reader looks at an answer
	service *exec.Cmd
	said    *saidLater
	pages   string // addresses of the service
	wire    string

	published []publication
	truths    map[int]*truth
}

// publication is a snapshot and when it became the current one.
type publication struct {
	number int
	at     time.Time
}

const readPassword = "一个很长的口令 7391"

// newReadCity makes a city with so many days of payments (0: all), loads all but
// the later ones and builds it.
func newReadCity(t testing.TB, people, days int) *readCity {
	t.Helper()
	home := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "config"))
	t.Setenv("CANBAO_LANG", "en")
	t.Setenv("CANBAO_KEEP_SNAPSHOTS", "2")
	t.Setenv("CANBAO_WAIT", "30s")
	c := &readCity{TB: t, dir: filepath.Join(home, "city"), links: filepath.Join(home, "links"), truths: map[int]*truth{}, pages: free(t), wire: free(t)}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.Mkdir(c.links, 0o700))
	made, err := synth.Make(t.Context(), synth.Options{Dir: home, People: people, Seed: 7, Days: days})
	must(err)
	c.do("init", c.dir)
	areas, err := os.ReadFile(made.Areas)
	must(err)
	must(os.WriteFile(filepath.Join(c.dir, areasFile), areas, 0o600))
	for _, line := range strings.Split(string(areas), "\n") {
		if f := strings.Split(line, ","); len(f) > 3 && f[3] == "town" {
			c.towns = append(c.towns, f[0])
		}
	}
	if len(c.towns) < 2 {
		t.Fatalf("towns: %v", c.towns)
	}
	c.town = c.towns[1]
	later, err := filepath.Glob(filepath.Join(made.Extracts, "05-payment", "*"))
	must(err)
	slices.Sort(later)
	const first = 10 // days that are there from the beginning
	aside := filepath.Join(home, "later")
	must(os.Mkdir(aside, 0o700))
	for _, path := range later[first:] {
		to := filepath.Join(aside, filepath.Base(path))
		must(os.Rename(path, to))
		c.later = append(c.later, to)
	}
	c.do("load", made.Extracts)
	c.build()
	for name, role := range map[string][]string{"lin": {"leader"}, "wu": {"analyst"}, "zhen": {"town", "--area", c.town}} {
		add := c.command(append([]string{"user", "add", name, "--role"}, role...)...)
		add.Stdin = strings.NewReader(readPassword + "\n")
		if text, err := add.CombinedOutput(); err != nil {
			t.Fatalf("add %s: %v\n%s", name, err, text)
		}
	}
	return c
}

// free is an address nobody listens on.
func free(t testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// command is the real program in a process of its own.
func (c *readCity) command(args ...string) *exec.Cmd {
	if args[0] != "init" {
		args = append([]string{"--workspace", c.dir}, args...)
	}
	return exec.Command("canbao", args...)
}

// do wants the program to do it, and returns what it prints.
func (c *readCity) do(args ...string) string {
	c.Helper()
	var out, errs bytes.Buffer
	cmd := c.command(append([]string{"--quiet"}, args...)...)
	if args[0] == "init" {
		cmd = c.command(args...)
	}
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		c.Fatalf("%v: %v\n%s", args, err, &errs)
	}
	return out.String()
}

func (c *readCity) publishDir() string { return filepath.Join(c.dir, "published") }

// build builds a snapshot and notes when it became the current one.
func (c *readCity) build() {
	c.Helper()
	c.do("build")
	now, err := models.Current(c.publishDir())
	if err != nil {
		c.Fatal(err)
	}
	c.note(now)
}

func (c *readCity) note(now models.Snapshot) {
	c.Helper()
	info, err := os.Stat(filepath.Join(c.publishDir(), "CURRENT"))
	if err == nil {
		err = os.Link(now.Path, filepath.Join(c.links, filepath.Base(now.Path)))
	}
	if err != nil {
		c.Fatal(err)
	}
	c.published = append(c.published, publication{now.Number, info.ModTime()}) // written right before it gets its name
}

// change loads and builds without a pause.
func (c *readCity) change(until time.Time) {
	for time.Now().Before(until) && !c.Failed() {
		c.loadNext()
		c.build()
	}
	time.Sleep(2 * time.Second) // somebody still sees the last one taken up
}

// loadNext loads the next day.
func (c *readCity) loadNext() {
	if len(c.later) > 0 {
		c.do("load", c.later[0])
		c.later = c.later[1:]
	}
}

// start starts the service and waits for its first answer.
func (c *readCity) start() time.Duration {
	c.Helper()
	begun := time.Now()
	c.said = &saidLater{}
	c.service = c.command("serve", "--listen", c.pages, "--wire", c.wire)
	c.service.Stderr = c.said
	if err := c.service.Start(); err != nil {
		c.Fatal(err)
	}
	running := c.service
	c.Cleanup(func() { running.Process.Kill() })
	for deadline := begun.Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		a, err := http.Get("http://" + c.pages + "/healthz")
		if err == nil {
			a.Body.Close()
			if a.StatusCode == http.StatusOK && strings.Contains(c.said.String(), "connect to") {
				return time.Since(begun)
			}
		}
		if time.Now().After(deadline) {
			c.Fatalf("the service does not start (%v): %s", err, c.said)
		}
	}
}

// settle waits until the service has composed ahead what it composes, at most so
// long: before, there is no quiet time.
func (c *readCity) settle(most time.Duration) {
	c.Helper()
	last, since := "", time.Now()
	for deadline := time.Now().Add(most); time.Since(since) < 2*time.Second && time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		a, err := http.Get("http://" + c.pages + "/metrics")
		if err != nil {
			c.Fatal(err)
		}
		text, err := io.ReadAll(a.Body)
		a.Body.Close()
		found := composed.FindStringSubmatch(string(text))
		if err != nil || found == nil {
			c.Fatalf("metrics: %v", err)
		}
		if found[1] != last {
			last, since = found[1], time.Now()
		}
	}
}

// stop stops the service as its administrator does.
func (c *readCity) stop() {
	c.Helper()
	err := c.service.Process.Signal(syscall.SIGTERM)
	if err = errors.Join(err, c.service.Wait()); err != nil {
		c.Errorf("told to stop it ends with %v: %s", err, c.said)
	}
	c.complaints()
}

// complaints fails with what the service had to warn of.
func (c *readCity) complaints() {
	c.Helper()
	for _, line := range strings.Split(c.said.String(), "\n") {
		if strings.Contains(line, `"level":"WARN"`) || strings.Contains(line, `"level":"ERROR"`) {
			c.Errorf("the service says %s", line)
		}
	}
}

// nothingLeft wants nothing among the snapshots but the last ones and what is
// cut out of them, and nothing where engines spill.
func (c *readCity) nothingLeft() {
	c.Helper()
	left, err := os.ReadDir(c.publishDir())
	if err != nil {
		c.Fatal(err)
	}
	last := c.published[len(c.published)-1].number
	naming := regexp.MustCompile(`^(CURRENT|(\d+)(\.cut\.[0-9a-f]+)?\.duckdb)$`)
	for _, e := range left {
		found := naming.FindStringSubmatch(e.Name())
		if found == nil {
			c.Errorf("left: %s", e.Name())
		} else if n, err := strconv.Atoi(found[2]); err == nil && n < last-1 {
			c.Errorf("kept: %s, when the last is %d", e.Name(), last)
		}
	}
	spilled, err := filepath.Glob(filepath.Join(c.dir, "service", "tmp", "*", "*"))
	if err != nil || len(spilled) > 0 {
		c.Errorf("left of engines: %v, %v", spilled, err)
	}
}

// truth is what a snapshot holds, by the file that was published.
type truth struct {
	row    string // what the shared question comes to
	latest string
	scores map[figure]float64 // by day and area
}

// readTruth reads a snapshot that was published.
func (c *readCity) readTruth(number int) *truth {
	c.Helper()
	if t := c.truths[number]; t != nil {
		return t
	}
	db, err := duck.Open(context.Background(), filepath.Join(c.links, fmt.Sprint(number)+".duckdb"), duck.Options{ReadOnly: true, Threads: 1})
	if err != nil {
		c.Errorf("an answer names a snapshot that was not published: %v", err)
		return nil
	}
	defer db.Close()
	t := &truth{scores: map[figure]float64{}}
	err = db.QueryRow("select concat_ws('|', *columns(*)) from (" + agreeing + ") as x").Scan(&t.row)
	if err == nil {
		err = db.QueryRow("select cast(max(latest) as varchar) from ref.campaign").Scan(&t.latest)
	}
	if err != nil {
		c.Fatal(err)
	}
	rows, err := db.Query("select distinct cast(as_of as varchar), area_code, score from mart.score")
	if err != nil {
		c.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var f figure
		var score float64
		if err := rows.Scan(&f.day, &f.area, &score); err != nil {
			c.Fatal(err)
		}
		t.scores[f] = score
	}
	if err := rows.Err(); err != nil {
		c.Fatal(err)
	}
	c.truths[number] = t
	return t
}

// check holds what readers saw against the snapshots they named, and against the
// time within which a new one must be taken up.
func (c *readCity) check(all sights) {
	c.Helper()
	if len(all) == 0 {
		c.Fatal("nobody saw anything")
	}
	cuts := map[int]string{} // what towns were told of each snapshot
	for _, s := range all {
		if wrong := c.wrong(s, cuts); wrong != "" {
			c.Errorf("%s of snapshot %d: %s", s.kind, s.snapshot, wrong)
		}
		for _, p := range c.published {
			if p.number > s.snapshot && s.begun.Sub(p.at) > c.takeUp {
				c.Errorf("%s asked %s after snapshot %d was published is answered of %d", s.kind, s.begun.Sub(p.at), p.number, s.snapshot)
			}
		}
	}
}

// wrong tells what an answer says that its snapshot does not.
func (c *readCity) wrong(s sight, cuts map[int]string) string {
	t := c.readTruth(s.snapshot)
	switch {
	case t == nil:
		return "it was not published"
	case s.row != "" && s.town:
		parts := strings.Split(s.row, "|")
		if told, known := cuts[s.snapshot]; known && told != s.row || len(parts) != 6 || parts[0] != fmt.Sprint(s.snapshot) || parts[1] != parts[2] {
			return fmt.Sprintf("a town is told %q, and was told %q", s.row, told)
		}
		cuts[s.snapshot] = s.row
	case s.row != "" && s.row != t.row:
		return fmt.Sprintf("%q and not %q", s.row, t.row)
	}
	for _, f := range s.figures {
		want, known := t.scores[figure{day: f.day, area: f.area}]
		got, err := strconv.ParseFloat(f.score, 64)
		if !known || err != nil || math.Abs(got-want) > 0.00501 {
			return fmt.Sprintf("%+v, wanted %v", f, want)
		}
	}
	return ""
}

// uptake is how long each snapshot that was published while they asked took to
// be the one of an answer.
func (c *readCity) uptake(all sights, town bool) (took []time.Duration) {
	for _, p := range c.published {
		var first time.Time
		for _, s := range all {
			if at := s.begun.Add(s.took); s.town == town && s.snapshot == p.number && (first.IsZero() || at.Before(first)) {
				first = at
			}
		}
		// One that was there before anybody asked says nothing.
		if !first.IsZero() && all[0].begun.Before(p.at) {
			took = append(took, first.Sub(p.at).Round(time.Millisecond))
		}
	}
	return took
}
