//go:build unix && !solaris && !aix

package duck

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func holder(verb string) Options {
	return Options{Threads: 1, Holder: Here(verb, time.Date(2020, 11, 3, 9, 0, 0, 0, time.UTC))}
}

func mustOpen(t *testing.T, path string, o Options) *DB {
	t.Helper()
	db, err := Open(context.Background(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// TestSecondWriterIsToldWho: the refusal names verb, process and moment of who
// has the database, and the lock is free once that one has closed it.
func TestSecondWriterIsToldWho(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.duckdb")
	first := mustOpen(t, path, holder("load"))
	_, err := Open(context.Background(), path, holder("build"))
	var busy *BusyError
	if !errors.As(err, &busy) || busy.Holder.Verb != "load" || busy.Holder.PID != os.Getpid() {
		t.Fatalf("a second writer is told %v", err)
	}
	for _, want := range []string{"in use: canbao load (", "since 2020-11-03 09:00:00", "--wait 30m"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadFile(path + ".lock"); err != nil || len(left) > 0 {
		t.Errorf("after the load the lock file holds %q, %v", left, err)
	}
	mustOpen(t, path, holder("build"))
}

// TestWaitingForTheHolder: with time to wait, the second goes on when the first
// has ended, and is told once for whom it waits.
func TestWaitingForTheHolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.duckdb")
	first := mustOpen(t, path, holder("load"))
	o := holder("build")
	o.Wait = time.Hour
	told := 0
	o.Waiting = func(h Holder) {
		if told++; h.Verb != "load" {
			t.Errorf("waits for %v", h)
		}
		first.Close()
	}
	mustOpen(t, path, o)
	if told != 1 {
		t.Errorf("told %d times", told)
	}
	ctx, cancel := context.WithCancel(context.Background())
	o.Waiting = func(Holder) { cancel() }
	if _, err := Open(ctx, path, o); !errors.Is(err, context.Canceled) {
		t.Errorf("Ctrl-C while waiting: %v", err)
	}
}

// TestReadersShareTheLock: readers have it together, a writer waits for them.
func TestReadersShareTheLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.duckdb")
	mustOpen(t, path, holder("load")).Close()
	o := holder("quarantine")
	o.ReadOnly = true
	one, two := mustOpen(t, path, o), mustOpen(t, path, o)
	var busy *BusyError
	if _, err := Open(context.Background(), path, holder("load")); !errors.As(err, &busy) || busy.Holder.PID != 0 {
		t.Errorf("a writer among readers is told %v", err)
	}
	one.Close()
	two.Close()
	mustOpen(t, path, holder("load"))
}

// TestWhatACrashLeavesLocksNothing: a lock file that names a holder is no lock.
func TestWhatACrashLeavesLocksNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.duckdb")
	for _, left := range []string{`{"verb":"load","pid":1}`, "not a holder", ""} {
		if err := os.WriteFile(path+".lock", []byte(left), 0o600); err != nil {
			t.Fatal(err)
		}
		mustOpen(t, path, holder("load")).Close()
	}
}

// TestLockOfARemovedWarehouse: a lock file that was removed with its folder is
// not waited on for ever, nor taken for the new one's.
func TestLockOfARemovedWarehouse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.duckdb")
	lock, err := Acquire(context.Background(), path, holder("demo"))
	if err != nil {
		t.Fatal(err)
	}
	o := holder("load")
	o.Wait = time.Hour
	o.Waiting = func(Holder) {
		os.Remove(path + ".lock")
		lock.Release()
	}
	db := mustOpen(t, path, o)
	if _, err := Open(context.Background(), path, holder("build")); err == nil {
		t.Error("two writers have the database")
	}
	db.Close()
}

// TestDatabaseIsBornWhole: killed while it makes the file of a new database,
// DuckDB leaves one it would never open again. Ours has another name until it
// is whole, and what a writer spilled before it was killed is cleared away.
func TestDatabaseIsBornWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.duckdb")
	if err := os.WriteFile(path+".new", make([]byte, 4096), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(path+".tmp", "spilled"), 0o700); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, path, holder("load")).Close()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if left, err := os.ReadDir(path + ".tmp"); err != nil || len(left) > 0 {
		t.Errorf("%d spilled files are left, %v", len(left), err)
	}
	if got := strings.Join(names, " "); got != "w.duckdb w.duckdb.lock w.duckdb.tmp" {
		t.Errorf("beside the database lies %s", got)
	}
}
