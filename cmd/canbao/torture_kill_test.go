package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// moment is when a run is killed: so long after it began or, with file, so
// long after such a file has appeared in the workspace or begun to grow.
type moment struct {
	step  int
	file  string
	after time.Duration
}

func (m moment) String() string {
	if m.file == "" {
		return fmt.Sprintf("step %d killed after %v", m.step, m.after)
	}
	return fmt.Sprintf("step %d killed %v after %s appeared", m.step, m.after, m.file)
}

// tellingFiles are those whose appearing or growing marks a step of a load or
// of a build.
var tellingFiles = map[string][]string{
	"load":  {"warehouse/*.new", "warehouse/warehouse.duckdb", "warehouse/*.wal", "warehouse/*.lock"},
	"build": {"published/*.part", "published/*.part.wal", "published/*.duckdb", "published/CURRENT*", "warehouse/*.wal"},
}

// kills kills load and build at random moments, looks at what the
// verbs then say, runs the same command again, which may be killed in turn, and
// wants in the end every listing of the undisturbed run.
func kills(r *torture) {
	tally := map[string]int{}
	killed, reruns, compared, missed := 0, 0, 0, 0
	for killed < r.kills && !r.Failed() {
		step := r.anyStep()
		dir := r.copyOf(r.states[step])
		var history []string
		for chain := min(r.chain(), r.kills-killed); chain > 0 && step < len(r.steps); {
			m, current, was := r.anyMoment(step), r.current(dir), r.readable(dir)
			if !r.killAt(dir, m) {
				missed++ // it had ended before
				step++
				continue
			}
			killed++
			chain--
			history = append(history, m.String())
			tally[r.phase(dir, step, current)]++
			r.readableAfter(dir, step, current, was, m.String())
		}
		reruns += len(history)
		if len(history) > 0 {
			r.finish(dir, step)
			r.same(dir, strings.Join(history, ", "))
			compared++
		}
		r.must(os.RemoveAll(filepath.Dir(dir)))
		if killed > 0 && killed%20 == 0 {
			r.Logf("%d kills", killed)
		}
	}
	r.Logf("%d kills, each followed by a rerun of the command (%d), %d runs that ended before their kill; "+
		"%d finished cities compared with the undisturbed one in %d listings each: equal", killed, reruns, missed, compared, len(r.truth))
	r.Logf("what the kills hit:\n%s", tallied(tally))
}

func tallied(tally map[string]int) string {
	var lines []string
	for what, n := range tally {
		lines = append(lines, fmt.Sprintf("%5d %s", n, what))
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}

// anyStep picks a step, the longer ones more often.
func (r *torture) anyStep() int {
	var all time.Duration
	for _, d := range r.took {
		all += d
	}
	at := time.Duration(r.rand.Int64N(int64(all)))
	for i, d := range r.took {
		if at < d {
			return i
		}
		at -= d
	}
	return len(r.took) - 1
}

// chain is how often a run is killed before it may end: once as a rule; in the
// short form, where finishing is the larger part, more often.
func (r *torture) chain() int {
	switch {
	case !r.long:
		return shortKills / 2
	case r.rand.IntN(3) > 0:
		return 1
	}
	return 2 + r.rand.IntN(3)
}

func (r *torture) anyMoment(step int) moment {
	m := moment{step: step}
	if files := tellingFiles[r.steps[step][0]]; r.rand.IntN(3) == 0 {
		m.file = files[r.rand.IntN(len(files))]
		m.after = time.Duration(r.rand.Int64N(int64(5 * time.Millisecond)))
		return m
	}
	m.after = time.Duration(r.rand.Int64N(int64(r.took[step])))
	return m
}

// killAt runs the step and kills it at the moment; false where it ended before.
func (r *torture) killAt(dir string, m moment) bool {
	r.Helper()
	cmd := r.command(dir, r.steps[m.step]...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	before := r.sizes(dir, m.file)
	r.must(cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	err, over := r.waitFor(dir, m, before, ended)
	if !over {
		cmd.Process.Kill() // it may have ended this very moment
		err = <-ended
	}
	if !signalled(err, syscall.SIGKILL) && err != nil {
		r.Fatalf("%v: %v\n%s", m, err, errs.String())
	}
	return err != nil
}

// waitFor waits for the moment, or for the end of the process if that is first.
func (r *torture) waitFor(dir string, m moment, before string, ended <-chan error) (error, bool) {
	for m.file != "" && r.sizes(dir, m.file) == before {
		select {
		case err := <-ended:
			return err, true
		case <-time.After(100 * time.Microsecond):
		}
	}
	select {
	case err := <-ended:
		return err, true
	case <-time.After(m.after):
		return nil, false
	}
}

// sizes are the files of a pattern and how large they are.
func (r *torture) sizes(dir, pattern string) string {
	if pattern == "" {
		return ""
	}
	found, err := filepath.Glob(filepath.Join(dir, pattern))
	r.must(err)
	var b strings.Builder
	for _, name := range found {
		if info, err := os.Stat(name); err == nil { // it may be gone by now
			fmt.Fprintf(&b, "%s %d\n", name, info.Size())
		}
	}
	return b.String()
}

// phase names what a kill hit, by what it left; current is the snapshot that
// was published before.
func (r *torture) phase(dir string, step int, current string) string {
	names := []string{"first load", "first build", "second load", "second build"}
	left := func(pattern string) bool { return r.sizes(dir, pattern) != "" }
	published := r.current(dir) != current
	newest := 0
	snapshots, err := filepath.Glob(filepath.Join(dir, "published", "*.duckdb"))
	r.must(err)
	for _, path := range snapshots {
		n, err := strconv.Atoi(strings.TrimSuffix(filepath.Base(path), ".duckdb"))
		r.must(err)
		newest = max(newest, n)
	}
	var what string
	switch {
	case published:
		what = "after the new snapshot was current"
	case r.steps[step][0] == "build" && strconv.Itoa(newest) != current && newest > 0:
		what = "between the new snapshot and the pointer to it"
	case left("published/*.part*"):
		what = "while the snapshot was written"
	case left("warehouse/*.new"):
		what = "while the warehouse was born"
	case !left("warehouse/warehouse.duckdb"):
		what = "before there was a warehouse"
	case left("warehouse/*.wal"):
		what = "with a log to replay"
	default:
		what = "with nothing in the log"
	}
	return names[step] + ": " + what
}

// readableAfter wants the read verbs to answer after a fault in a step, as they
// did before from the snapshot that was current or, if the step has come so far,
// from the one it published; and the ledger to hold whole loads only.
func (r *torture) readableAfter(dir string, step int, current string, was map[string]string, after string) {
	r.Helper()
	now, want := r.readable(dir), was
	if r.current(dir) != current {
		want = r.seen[step+1]
	}
	for _, name := range []string{"ranking", "query"} {
		if now[name] != want[name] {
			r.Errorf("%s: %s of snapshot %s is not what was published:\n%s", after, name, r.current(dir), firstDifference(now[name], want[name]))
		}
	}
	if torn := tornLoads(r.Context(), r.T, dir); torn != "" {
		r.Errorf("%s: %s", after, torn)
	}
}
