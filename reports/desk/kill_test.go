//go:build duckdb_arrow

package desk

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestServeUntilKilled is no test but the service that TestKilled kills.
func TestServeUntilKilled(t *testing.T) {
	published := os.Getenv("CANBAO_TEST_KILLED")
	if published == "" {
		t.Skip("it is run by TestKilled")
	}
	d, err := Open(context.Background(), Options{Published: published, Temp: filepath.Join(filepath.Dir(published), "temp")})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		go ask(d, Question{Text: "select count(distinct hash(a.range, b.range)) from range(100000) as a, range(100000) as b"})
		go ask(d, Question{Text: "select sum(length(repeat('x', 10) || range)) from range(100000000000)"})
	}
	for len(d.Running()) < 4 {
		time.Sleep(10 * time.Millisecond)
	}
	time.Sleep(500 * time.Millisecond) // they are at it
	fmt.Println("\nserving")
	select {}
}

// A service killed at work leaves no process, no lock and nothing on disk that
// the next one would trip over.
func TestKilled(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("processes are looked for in /proc")
	}
	published := filepath.Join(t.TempDir(), "published")
	if err := os.Mkdir(published, 0o700); err != nil {
		t.Fatal(err)
	}
	publishTables(t, published, 1, "create table mart.a as select 1 as n")
	for range 2 {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestServeUntilKilled$")
		cmd.Env = append(os.Environ(), "CANBAO_TEST_KILLED="+published)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		serving := false
		for lines := bufio.NewScanner(out); !serving && lines.Scan(); {
			serving = lines.Text() == "serving"
		}
		if !serving {
			t.Fatal("the service ended before it was at work")
		}
		var children []string
		eventually(t, "two engines", func() bool {
			children = engines(cmd.Process.Pid)
			return len(children) == 2
		})
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		cmd.Wait()
		eventually(t, "the engines' end", func() bool {
			return !slices.ContainsFunc(children, func(pid string) bool { return isEngine(pid) })
		})
		d, err := Open(context.Background(), Options{Published: published, Temp: filepath.Join(filepath.Dir(published), "temp")})
		if err != nil {
			t.Fatal(err)
		}
		if lines, _, err := ask(d, Question{Text: "select repeat('x', n) from mart.a"}); err != nil || lines[0] != "x" {
			t.Errorf("the next service answers %v, %v", lines, err)
		}
		if left, err := os.ReadDir(d.spill.dir); err != nil || len(left) > 0 {
			t.Errorf("left: %v, %v", left, err)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
	if got := numbers(t, published); !slices.Equal(got, []string{"1.duckdb", "CURRENT"}) {
		t.Errorf("left among the snapshots: %v", got)
	}
}

// engines are the processes a process has started as engines.
func engines(parent int) (pids []string) {
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		stat, err := os.ReadFile(filepath.Join("/proc", e.Name(), "stat"))
		if err != nil {
			continue
		}
		_, rest, _ := strings.Cut(string(stat), ") ")
		if f := strings.Fields(rest); len(f) > 1 && f[1] == fmt.Sprint(parent) && isEngine(e.Name()) {
			pids = append(pids, e.Name())
		}
	}
	return pids
}

func isEngine(pid string) bool {
	line, err := os.ReadFile(filepath.Join("/proc", pid, "cmdline"))
	return err == nil && strings.HasPrefix(string(line), childName+"\x00")
}

// What an engine says when it falls over is told to the log, and to nobody who
// asked: it may hold where files are, and parts of the program.
func TestLastWordsOfAnEngine(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("processes are looked for in /proc")
	}
	warned := make(chan error, 8)
	d, _ := open(t, func(o *Options) { o.Warn = func(err error) { warned <- err } })
	for what, run := range map[string]func(q Question) error{
		"ask": func(q Question) error { _, _, err := ask(d, q); return err },
		"file": func(q Question) error {
			q.Parquet, q.User = filepath.Join(t.TempDir(), "a.parquet"), analyst
			_, err := d.Ask(context.Background(), q)
			return err
		},
	} {
		told := make(chan error, 1)
		go func() {
			told <- run(Question{Text: "select sum(length(repeat('x', 10) || range)) as n from range(100000000000)"})
		}()
		eventually(t, "an engine", func() bool { return len(engines(os.Getpid())) == 1 })
		time.Sleep(300 * time.Millisecond) // it is at it
		pid, err := strconv.Atoi(engines(os.Getpid())[0])
		if err != nil {
			t.Fatal(err)
		}
		engine, err := os.FindProcess(pid)
		if err == nil {
			err = engine.Signal(syscall.SIGQUIT) // it says all it knows and falls over
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := <-told; err == nil || err.Error() != "the engine failed to answer" {
			t.Errorf("%s: told %v", what, err)
		}
		if err := <-warned; !strings.Contains(err.Error(), "SIGQUIT") || !strings.Contains(err.Error(), "goroutine ") {
			t.Errorf("%s: the log has %v", what, err)
		}
	}
}

// An engine of its own sees nothing of this process: no variable, no open file.
func TestChildSeesNothing(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("processes are looked for in /proc")
	}
	d, _ := open(t, nil)
	a, err := d.Ask(context.Background(), Question{User: analyst, Text: "select repeat('x', n % 3) from mart.a limit 5"})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for _, pid := range engines(os.Getpid()) {
		env, err := os.ReadFile(filepath.Join("/proc", pid, "environ"))
		if err == nil && strings.Trim(string(env), "\x00") != childMark+"=1" && len(env) > 0 {
			t.Errorf("its environment is %q", env)
		}
		files, err := os.ReadDir(filepath.Join("/proc", pid, "fd"))
		if err != nil {
			continue // it has ended already
		}
		for _, f := range files {
			to, err := os.Readlink(filepath.Join("/proc", pid, "fd", f.Name()))
			if err == nil && strings.Contains(to, "audit") {
				t.Errorf("it has %s open", to)
			}
		}
	}
}
