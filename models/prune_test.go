package models

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"canbao/sql/duck"
)

// put publishes a snapshot that tells its number, as a build does.
func put(t *testing.T, dir string, number int) {
	t.Helper()
	s := Snapshot{Number: number, Path: snapshotPath(dir, number)}
	db, err := duck.Open(context.Background(), s.Path+".part", duck.Options{Threads: 1})
	if err == nil {
		_, err = db.Exec(fmt.Sprintf("create table a as select %d as n", number))
	}
	if err == nil {
		err = db.Close()
	}
	if err == nil {
		err = settleFile(s.Path+".part", s.Path)
	}
	next := filepath.Join(dir, currentFile)
	if err == nil {
		err = os.WriteFile(next+".part", []byte(strconv.Itoa(number)+"\n"), 0o644)
	}
	if err == nil {
		err = settleFile(next+".part", next)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestPruneKeepsTheLast(t *testing.T) {
	dir := t.TempDir()
	for n := 1; n <= 5; n++ {
		put(t, dir, n)
	}
	s := func(n int) Snapshot { return Snapshot{Number: n, Path: snapshotPath(dir, n)} }
	put(t, dir, 12)
	// 13 is being published, and is not current yet.
	for _, name := range []string{cutPath(s(2), "a"), cutPath(s(5), "a"), cutPath(s(12), "a"), cutPath(s(99), "a"), snapshotPath(dir, 13), cutPath(s(13), "a"), snapshotPath(dir, 3) + ".tmp-77", "x.duckdb", "notes.cut.txt"} {
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := Prune(dir, 2, func(n int) bool { return n == 2 }); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, e := range entries {
		left = append(left, e.Name())
	}
	want := []string{"12.cut.a.duckdb", "12.duckdb", "13.cut.a.duckdb", "13.duckdb", "2.cut.a.duckdb", "2.duckdb", "5.duckdb", "CURRENT", "notes.cut.txt", "x.duckdb"}
	if !slices.Equal(left, want) {
		t.Errorf("left %v, want %v", left, want)
	}
	if n, err := nextNumber(dir); err != nil || n != 14 {
		t.Errorf("the next number is %d, %v", n, err)
	}
}

// A reader that looks up the current snapshot while newer ones are published and
// old ones removed opens one of them, whatever the moment.
func TestFollowWhilePruned(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, 1)
	stop := make(chan struct{})
	var readers sync.WaitGroup
	opened := make([]int, 4)
	for n := range opened {
		readers.Go(func() {
			for last := 0; ; opened[n]++ {
				select {
				case <-stop:
					return
				default:
				}
				var number int
				err := Follow(dir, func(s Snapshot) error {
					db, err := duck.Open(context.Background(), s.Path, duck.Options{ReadOnly: true})
					if err != nil {
						return err
					}
					defer db.Close()
					time.Sleep(time.Millisecond)
					return db.QueryRow("select n from a").Scan(&number)
				})
				if err != nil || number < last {
					t.Errorf("reader %d: snapshot %d after %d, %v", n, number, last, err)
					return
				}
				last = number
			}
		})
	}
	for n := 2; n <= 40; n++ {
		put(t, dir, n)
		if err := Prune(dir, 1, nil); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	readers.Wait()
	if slices.Min(opened) == 0 {
		t.Errorf("opened %v times", opened)
	}
}
