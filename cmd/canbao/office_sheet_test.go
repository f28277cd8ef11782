//go:build duckdb_arrow && linux

package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"canbao/etl/refuse"
)

// A process that breaks while it reads a sheet ends nothing but itself: who sent
// the sheet is told, and so is who goes away meanwhile.
func TestSheetReaderBreaks(t *testing.T) {
	sheet, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer sheet.Close()
	// The list of areas is read first. Nobody ever writes to this one.
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, areasFile), 0o600); err != nil {
		t.Fatal(err)
	}
	asked := sheetAsked{Dir: dir, Name: "a.xlsx", Path: "/proc/self/fd/3"}
	type answer struct {
		err  error
		took time.Duration
	}
	send := func(ctx context.Context) chan answer {
		done, begun := make(chan answer, 1), time.Now()
		go func() {
			_, err := asked.send(ctx, sheet)
			done <- answer{err, time.Since(begun)}
		}()
		return done
	}
	broken := send(t.Context())
	var pid int
	for until := time.Now().Add(20 * time.Second); pid == 0; time.Sleep(10 * time.Millisecond) {
		if pid = sheetReaderOf(os.Getpid()); pid == 0 && time.Now().After(until) {
			t.Fatal("no process reads the sheet")
		}
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if a := <-broken; a.err == nil || !strings.Contains(a.err.Error(), "broke off") {
		t.Errorf("killed: %v", a.err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer stop()
	if a := <-send(ctx); !errors.Is(a.err, context.DeadlineExceeded) || a.took > 20*time.Second {
		t.Errorf("gone away: %v after %v", a.err, a.took)
	}
	// What it refuses comes back as it was meant.
	var no *refuse.Error
	asked.Dir = t.TempDir()
	if a := <-send(t.Context()); !errors.As(a.err, &no) || no.What.ZH == "" || no.Do.EN == "" {
		t.Errorf("no areas: %v", a.err)
	}
}

// sheetReaderOf is the process of that name which a process has started, 0 for none.
func sheetReaderOf(parent int) int {
	found, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range found {
		name, err := os.ReadFile(path)
		if err != nil || strings.TrimRight(string(name), "\x00") != sheetReader {
			continue
		}
		stat, err := os.ReadFile(filepath.Join(filepath.Dir(path), "stat"))
		_, rest, _ := strings.Cut(string(stat), ") ")
		if f := strings.Fields(rest); err == nil && len(f) > 1 && f[1] == strconv.Itoa(parent) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path))) // the pattern has let digits in alone
			return pid
		}
	}
	return 0
}
