package audit

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

const writerEnv = "CANBAO_TEST_AUDIT_WRITER"

// TestMain lets the test be a writer of its own: it adds entries to the record of
// a folder and says each number on standard output, until it is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv(writerEnv); dir != "" {
		writer(dir)
	}
	os.Exit(m.Run())
}

func writer(dir string) {
	l, err := Open(dir)
	for n := 0; err == nil; n++ {
		var e Entry
		if e, err = l.Append(context.Background(), Entry{By: fmt.Sprint(os.Getpid()), Act: Query, What: strings.Repeat("x", n%200)}); err == nil {
			fmt.Println(e.Seq, e.Hash)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// TestProcessesKilled lets processes add to one record, kills each at any moment,
// and starts others: the chain is one and whole, and holds every entry that a
// writer was told is on the disk.
func TestProcessesKilled(t *testing.T) {
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	type said struct {
		lines []string
		err   error
	}
	for range 6 {
		done := make(chan said)
		for range 3 {
			go func() {
				cmd := exec.Command(self)
				cmd.Env = append(os.Environ(), writerEnv+"="+dir)
				var errs strings.Builder
				cmd.Stderr = &errs
				out, err := cmd.StdoutPipe()
				if err == nil {
					err = cmd.Start()
				}
				if err != nil {
					done <- said{err: err}
					return
				}
				time.AfterFunc(time.Duration(80+rand.IntN(120))*time.Millisecond, func() { cmd.Process.Kill() })
				var s said
				for r := bufio.NewReader(out); ; {
					line, err := r.ReadString('\n')
					if err != nil { // a last line by half was said of a whole entry, and is left out
						break
					}
					s.lines = append(s.lines, strings.TrimSpace(line))
				}
				cmd.Wait()
				if errs.Len() > 0 {
					s.err = fmt.Errorf("writer: %s", errs.String())
				}
				done <- s
			}()
		}
		for range 3 {
			s := <-done
			if s.err != nil {
				t.Fatal(s.err)
			}
			for _, line := range s.lines {
				told[line] = true
			}
		}
	}
	add(t, dir, 1)
	r := verified(t, dir)
	if !r.Whole() || r.Torn || r.Behind > 0 {
		t.Fatalf("after 18 writers were killed: %+v", r)
	}
	if len(told) < 18 {
		t.Errorf("the writers have told of %d entries only", len(told))
	}
	for e, err := range Read(dir, Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		delete(told, fmt.Sprint(e.Seq, " ", e.Hash))
	}
	if len(told) > 0 {
		t.Errorf("%d entries that were told of are not there", len(told))
	}
	t.Logf("%d entries, %d healed", r.Entries, r.Healed)
}

// TestTorn cuts the last entry at each of its bytes, with the head of before it,
// as a crash may leave it: it is seen as no fault, taken away by the next entry,
// and on record.
func TestTorn(t *testing.T) {
	dir := written(t, 3)
	head, err := os.ReadFile(headPath(dir))
	if err != nil {
		t.Fatal(err)
	}
	before := strings.Join(lines(t, dir), "")
	add(t, dir, 1)
	last := lines(t, dir)[3]
	for n := range len(last) + 1 {
		put(t, recordPath(dir), before+last[:n])
		put(t, headPath(dir), string(head))
		behind, torn, healed, entries := int64(0), n > 0, int64(1), int64(5)
		switch n {
		case 0:
			healed, entries = 0, 4
		case len(last):
			behind, torn, healed = 1, false, 0
		}
		if r := verified(t, dir); !r.Whole() || r.Torn != torn || r.Behind != behind {
			t.Fatalf("torn after %d bytes: %+v", n, r)
		}
		add(t, dir, 1)
		if r := verified(t, dir); !r.Whole() || r.Torn || r.Behind != 0 || r.Healed != healed || r.Entries != entries {
			t.Fatalf("torn after %d bytes and healed: %+v", n, r)
		}
	}
}

// TestZeros: a file that was made longer and never filled, as a power cut may
// leave it.
func TestZeros(t *testing.T) {
	dir := written(t, 3)
	put(t, recordPath(dir), strings.Join(lines(t, dir), "")+strings.Repeat("\x00", 5000))
	add(t, dir, 1)
	if r := verified(t, dir); !r.Whole() || r.Healed != 1 || r.Entries != 5 {
		t.Errorf("zeros at the end: %+v", r)
	}
}

// TestNowhereToWrite: what cannot be recorded is an error.
func TestNowhereToWrite(t *testing.T) {
	dir := written(t, 1)
	l, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Append(context.Background(), Entry{Act: Query}); err == nil {
		t.Error("an entry is on record in a folder that is gone")
	}
	put(t, dir, "a file")
	if _, err := Open(dir); err == nil {
		t.Error("a record is opened in a file")
	}
}

// BenchmarkAppend is what a record costs what is done: one entry after another,
// and of 32 at once.
func BenchmarkAppend(b *testing.B) {
	e := Entry{By: "li", Role: "analyst", Via: "web", Act: Query, What: "select town, count(*) from mart.person group by town", Rows: 14, Outcome: OK}
	for _, at := range []int{1, 32} {
		b.Run(fmt.Sprintf("%d at once", at), func(b *testing.B) {
			l, err := Open(b.TempDir())
			if err != nil {
				b.Fatal(err)
			}
			b.SetParallelism(at)
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					if _, err := l.Append(context.Background(), e); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}

// BenchmarkVerify is reading a record of 100,000 entries.
func BenchmarkVerify(b *testing.B) {
	dir := b.TempDir()
	l, err := Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	all := make([]Entry, 100_000)
	for i := range all {
		all[i] = Entry{By: "li", Role: "analyst", Via: "web", Act: Query, What: "select town, count(*) from mart.person group by town", Rows: 14, Outcome: OK}
	}
	if err := l.AppendAll(context.Background(), all); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if r, err := Verify(dir); err != nil || !r.Whole() || r.Entries != 100_000 {
			b.Fatal(r, err)
		}
	}
}
