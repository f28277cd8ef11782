package models

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Prune removes the snapshots in dir that are neither among the last keep nor
// the current one nor in use, and the cuts of all that are gone. What another
// process has open it goes on reading: the name goes, the file stays until it is
// closed. used may be nil.
func Prune(dir string, keep int, used func(number int) bool) error {
	now, err := Current(dir)
	if err != nil {
		return err
	}
	numbers, err := snapshotNumbers(dir)
	if err != nil {
		return err
	}
	// What is numbered after the current one is still being published.
	stay := map[int]bool{now.Number: true}
	kept := 0
	for _, n := range slices.Backward(numbers) {
		if n > now.Number {
			stay[n] = true
			continue
		}
		if kept++; kept <= keep || used != nil && used(n) {
			stay[n] = true
		}
	}
	var gone []string
	for _, n := range numbers {
		if !stay[n] {
			gone = append(gone, snapshotPath(dir, n))
		}
	}
	cuts, err := cutFiles(dir, 0)
	if err != nil {
		return err
	}
	for path, n := range cuts {
		// What comes after the current one is being made. Without used nobody knows
		// what a service reads: towns may still ask the cut of the snapshot before,
		// while that of the new one is being made.
		if !stay[n] || n < now.Number && used != nil && !used(n) {
			gone = append(gone, path)
		}
	}
	spilled, err := spillFolders(dir)
	if err != nil {
		return err
	}
	for path, n := range spilled {
		if !stay[n] {
			gone = append(gone, path)
		}
	}
	for _, path := range gone {
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("remove an old snapshot: %w", err)
		}
	}
	return nil
}

// spillFolders are where readers of snapshots spill (duck.Open); one that was
// killed has left its own.
func spillFolders(dir string) (map[string]int, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("list snapshots: %w", err)
	}
	found := map[string]int{}
	for _, e := range entries {
		stem, _, ok := strings.Cut(e.Name(), ".duckdb.tmp")
		if n, err := strconv.Atoi(stem); ok && err == nil {
			found[filepath.Join(dir, e.Name())] = n
		}
	}
	return found, nil
}

// ClearCuts removes what making cuts of the current snapshot, or of older ones, has
// left unfinished. Nobody may be making any of them; a build that is under way makes
// those of the next.
func ClearCuts(dir string) error {
	now, err := Current(dir)
	if err != nil {
		return err
	}
	left, err := cutFiles(dir, 0)
	if err != nil {
		return err
	}
	for path, n := range left {
		if n > now.Number || !strings.Contains(filepath.Base(path), ".part") {
			continue
		}
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("clear unfinished cuts: %w", err)
		}
	}
	return nil
}

// snapshotNumbers are those of the snapshots in dir, in order. Cuts are none.
func snapshotNumbers(dir string) ([]int, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("list snapshots: %w", err)
	}
	var all []int
	for _, e := range entries {
		stem, ok := strings.CutSuffix(e.Name(), ".duckdb")
		if n, err := strconv.Atoi(stem); ok && err == nil && n > 0 {
			all = append(all, n)
		}
	}
	slices.Sort(all)
	return all, nil
}
