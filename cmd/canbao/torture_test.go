package main

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"canbao/sql/duck"
)

// The torture tests break the program's runs in every way a machine can, and
// want the figures of an undisturbed run after running it again. `make test`
// runs them short, `make torture` long: CANBAO_TORTURE is the number of kills,
// CANBAO_TORTURE_SEED repeats a run.

// The city of the short form, which make test runs, and of the long one.
const (
	shortKills, shortPeople, shortDays = 10, 2000, 6
	longPeople, longDays               = 20000, 20
)

// torture is a city of files, the steps of a run over it, and what an
// undisturbed run makes of them.
type torture struct {
	*testing.T
	kills   int // wanted
	long    bool
	rand    *rand.Rand
	files   string     // folder of the extracts
	steps   [][]string // the commands of a run, in order
	took    []time.Duration
	states  []string            // the workspace as it stands before each step, and after the last
	seen    []map[string]string // what the read verbs say there
	truth   map[string]string   // every listing after the last step
	counted int                 // listings compared
}

// TestTorture makes one city and tortures copies of it.
func TestTorture(t *testing.T) {
	if testing.Short() {
		t.Skip("makes and loads a city several times")
	}
	r := newTorture(t)
	for _, way := range tortures {
		t.Run(way.name, func(t *testing.T) { way.run(r.in(t)) })
	}
}

// tortures are the ways to torture a run.
var tortures = []struct {
	name string
	run  func(*torture)
}{
	{"damage is seen", damageIsSeen},
	{"kills", kills},
	{"interrupts", interrupts},
	{"two at once", twoAtOnce},
	{"clock set back", clockSetBack},
	{"changing file", changingFile},
	{"small files", smallFiles},
}

// in is the torture within a test of its own.
func (r torture) in(t *testing.T) *torture {
	r.T = t
	return &r
}

// newTorture makes the city and runs the steps once, undisturbed.
func newTorture(t *testing.T) *torture {
	t.Helper()
	r := &torture{T: t, kills: shortKills}
	people, days := shortPeople, shortDays
	if text := os.Getenv("CANBAO_TORTURE"); text != "" {
		kills, err := strconv.Atoi(text)
		if err != nil {
			t.Fatalf("CANBAO_TORTURE: %v", err)
		}
		r.kills, r.long, people, days = kills, true, longPeople, longDays
	}
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("CANBAO_TORTURE_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("CANBAO_TORTURE_SEED: %v", err)
		}
	}
	t.Logf("seed %d (CANBAO_TORTURE_SEED=%d repeats it)", seed, seed)
	r.rand = rand.New(rand.NewPCG(seed, 1))
	r.makeCity(people, days)
	r.undisturbed()
	t.Logf("%d people, a run takes %v", people, r.took)
	return r
}

// command is the real program in a process of its own.
func (r *torture) command(dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(r.Context(), "canbao", append([]string{"--workspace", dir}, args...)...)
	cmd.Env = append(os.Environ(), "CANBAO_THREADS=2")
	return cmd
}

// quick runs a verb inside the test and returns what it prints; it must
// succeed.
func (r *torture) quick(args ...string) string {
	r.Helper()
	var out, errs bytes.Buffer
	if code := Run(args, strings.NewReader(""), &out, &errs); code != exitDone {
		r.Fatalf("%v exits with %d\n%s", args, code, errs.String())
	}
	return out.String()
}

func (r *torture) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

// finish runs the steps from one on, to the end.
func (r *torture) finish(dir string, step int) {
	r.Helper()
	for _, args := range r.steps[step:] {
		if out, err := r.command(dir, args...).CombinedOutput(); err != nil {
			r.Fatalf("%v, run again: %v\n%s", args, err, out)
		}
	}
}

// damageIsSeen: what the torture compares does differ once something is lost,
// and a load that is torn is seen.
func damageIsSeen(r *torture) {
	dir := r.copyOf(r.states[len(r.steps)])
	db, err := duck.Open(r.Context(), filepath.Join(dir, "warehouse", "warehouse.duckdb"), duck.Options{Threads: 1})
	r.must(err)
	_, err = db.Exec("delete from raw.payment where rowid = (select min(rowid) from raw.payment where status is null and not back)")
	r.must(errors.Join(err, db.Close()))
	if torn := tornLoads(r.Context(), r.T, dir); !strings.Contains(torn, "1 loads of payment that are torn") {
		r.Errorf("a payment less is seen as %q", torn)
	}
	// The check of the program itself must see it too: then nothing is published.
	out, err := r.command(dir, "build").CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != exitNo || !strings.Contains(string(out), "rows_add_up") {
		r.Errorf("a build over a torn load: %v\n%s", err, out)
	}
	if differs := r.listings(r.states[2])["ranking of latest"]; differs == r.truth["ranking of latest"] {
		r.Error("the ranking of a city without its payments is the same")
	}
}

// signalled tells whether a process was ended by this signal.
func signalled(err error, sig syscall.Signal) bool {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return false
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == sig
}
