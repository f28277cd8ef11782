package audit

import (
	"context"
	"fmt"
	"sync"
	"testing"
)

// write makes a record of n entries and returns its folder.
func written(t *testing.T, n int) string {
	t.Helper()
	dir := t.TempDir()
	add(t, dir, n)
	return dir
}

func add(t *testing.T, dir string, n int) {
	t.Helper()
	l, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		e := Entry{By: "li", Role: "analyst", Via: "web", Act: Query, What: fmt.Sprintf("select %d", i), Snapshot: 3, Rows: int64(i), Outcome: OK}
		if _, err := l.Append(context.Background(), e); err != nil {
			t.Fatal(err)
		}
	}
}

func verified(t *testing.T, dir string, noted ...string) Report {
	t.Helper()
	r, err := Verify(dir, noted...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWhatIsWrittenIsReadAndWhole(t *testing.T) {
	dir := written(t, 5)
	if r := verified(t, dir); !r.Whole() || r.Entries != 5 || r.Head.Seq != 5 || r.Behind != 0 || r.Torn {
		t.Errorf("a record of 5 entries: %+v", r)
	}
	for _, newest := range []bool{false, true} {
		seq, step := int64(1), int64(1)
		if newest {
			seq, step = 5, -1
		}
		n := 0
		for e, err := range Read(dir, Filter{Newest: newest}) {
			if err != nil || e.Seq != seq || e.Rows != seq-1 || e.What != fmt.Sprintf("select %d", seq-1) {
				t.Fatalf("newest %v: entry %+v, %v, want %d", newest, e, err, seq)
			}
			seq += step
			n++
		}
		if n != 5 {
			t.Errorf("newest %v: %d entries read", newest, n)
		}
	}
}

func TestManyWritersMakeOneChain(t *testing.T) {
	dir := t.TempDir()
	var all sync.WaitGroup
	for range 4 { // logs of their own lock as processes do
		l, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		for range 8 {
			all.Go(func() {
				for range 10 {
					if _, err := l.Append(context.Background(), Entry{Act: Query}); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	all.Wait()
	if r := verified(t, dir); !r.Whole() || r.Entries != 320 || r.Head.Seq != 320 {
		t.Errorf("320 entries of 32 writers: %+v", r)
	}
}
