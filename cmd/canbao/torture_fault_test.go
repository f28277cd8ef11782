package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"canbao/sql/duck"
)

// ran is what a process came to.
type ran struct {
	code      int // -1 where a signal ended it
	out, errs string
	err       error
}

// start starts a command; the function returned waits for it.
func (r *torture) start(cmd *exec.Cmd) func() ran {
	r.Helper()
	var out, errs bytes.Buffer
	if cmd.Stdout == nil {
		cmd.Stdout = &out
	}
	cmd.Stderr = &errs
	r.must(cmd.Start())
	return func() ran {
		err := cmd.Wait()
		return ran{code: cmd.ProcessState.ExitCode(), out: out.String(), errs: errs.String(), err: err}
	}
}

func (r *torture) run(dir string, args ...string) ran {
	r.Helper()
	return r.start(r.command(dir, args...))()
}

// wants wants an exit code and words on standard error.
func (r *torture) wants(what string, got ran, code int, words ...string) {
	r.Helper()
	if got.code != code {
		r.Errorf("%s: exit %d, want %d (%v)\n%s", what, got.code, code, got.err, got.errs)
	}
	for _, w := range words {
		if !strings.Contains(got.errs, w) {
			r.Errorf("%s: standard error does not say %q:\n%s", what, w, got.errs)
		}
	}
}

// until waits for a file of the workspace to have so many bytes.
func (r *torture) until(dir, file string, bytes int64) {
	r.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Microsecond) {
		if info, err := os.Stat(filepath.Join(dir, file)); err == nil && info.Size() >= bytes {
			return
		}
		if time.Now().After(deadline) {
			r.Fatalf("%s has not %d bytes within a minute", file, bytes)
		}
	}
}

// What a load or build that is at work has written: its name into the lock,
// some files into the log.
const (
	lockFile, signed   = "warehouse/warehouse.duckdb.lock", 1
	logFile, someFiles = "warehouse/warehouse.duckdb.wal", 4 << 10
)

// interrupts: Ctrl-C and a polite kill say what was done, what was under way
// and what was not begun, and leave what a kill leaves. Where nobody reads to
// the end, a listing ends quietly, and a load has done its work by then.
func interrupts(r *torture) {
	dir := r.copyOf(r.states[2])
	load := r.command(dir, r.steps[2]...)
	wait := r.start(load)
	r.until(dir, logFile, someFiles)
	r.must(load.Process.Signal(os.Interrupt))
	r.wants("Ctrl-C in a load", wait(), exitFailed, "已中断；已处理完 ", "做到一半，没有留下；还没开始 ", "重新运行同一命令即可接着完成")
	r.readableAfter(dir, 2, "1", r.seen[2], "Ctrl-C in a load")

	reader, writer, err := os.Pipe()
	r.must(err)
	r.must(reader.Close())
	load = r.command(dir, r.steps[2]...)
	load.Stdout = writer
	wait = r.start(load)
	r.must(writer.Close())
	if got := wait(); !signalled(got.err, syscall.SIGPIPE) {
		r.Errorf("a load nobody listens to: %v\n%s", got.err, got.errs)
	}
	build := r.command(dir, "build")
	wait = r.start(build)
	r.until(dir, lockFile, signed)
	r.must(build.Process.Signal(syscall.SIGTERM))
	r.wants("a polite kill of a build", wait(), exitFailed, "已中断；没有发布新快照，已发布的快照 1 不变；重新运行同一命令即可接着完成")
	r.readableAfter(dir, 3, "1", r.seen[2], "a polite kill of a build")
	r.finish(dir, 3)
	r.same(dir, "an interrupted load, one nobody listened to and an interrupted build")

	line := `canbao --workspace "$1" ranking --as-of latest --level all --format csv | head -n 1`
	cmd := exec.CommandContext(r.Context(), "sh", "-c", line, "sh", dir)
	if got := r.start(cmd)(); got.code != 0 || got.errs != "" || !strings.HasPrefix(got.out, "item,area_code,") || strings.Count(got.out, "\n") != 1 {
		r.Errorf("ranking into head: exit %d, %q, %q", got.code, got.out, got.errs)
	}
}

// twoAtOnce: a second writer is told who has the warehouse, or waits for it;
// readers of what is published never wait.
func twoAtOnce(r *torture) {
	dir := r.copyOf(r.states[2])
	first := r.command(dir, r.steps[2]...)
	wait := r.start(first)
	r.until(dir, logFile, 1)
	who := fmt.Sprintf("数据仓库正被使用：canbao load（用户 %s，进程 %d，主机 ", userName(), first.Process.Pid)
	second := r.run(dir, "load", r.files, "--wait", "0s")
	third := r.start(r.command(dir, "build", "--wait", "10m"))
	looks := r.run(dir, "quarantine", "--wait", "0s")
	status := r.run(dir, "status")
	ranking := r.run(dir, "ranking", "--as-of", "latest", "--format", "csv")
	if got := wait(); got.code != exitDone {
		r.Fatalf("the first load: %v\n%s", got.err, got.errs)
	}
	r.wants("a second load", second, exitRefuse, who, "；等它结束后再试，或加 --wait 30m 让本命令等候")
	r.wants("a look at the quarantine", looks, exitRefuse, who)
	if !strings.Contains(status.out, who) {
		r.Errorf("status does not say who is at work:\n%s", status.out)
	}
	if ranking.out != r.seen[2]["ranking"] {
		r.Errorf("while a load is at work the ranking is another: %s", firstDifference(ranking.out, r.seen[2]["ranking"]))
	}
	r.wants("a build that waits", third(), exitDone, who, "最多等候 10m")
	r.same(dir, "a build that waited for a load")
	if !r.long {
		return
	}
	// Two loads of the same files, neither refused: all rows of one are known.
	dir = r.copyOf(r.states[2])
	one := r.start(r.command(dir, "load", r.files, "--wait", "10m"))
	two := r.start(r.command(dir, "load", r.files, "--wait", "10m"))
	r.wants("one of two loads", one(), exitDone)
	r.wants("two of two loads", two(), exitDone)
	r.finish(dir, 3)
	r.same(dir, "two loads at once")
}

func userName() string {
	return duck.Here("", time.Now()).User
}

// clockSetBack: the last load was, as the ledger has it, on a day to come.
func clockSetBack(r *torture) {
	dir := r.copyOf(r.states[2])
	r.tamperWith(dir, "update raw.load set loaded_at = loaded_at + interval 40 days")
	r.wants("a load after the clock was set back", r.run(dir, r.steps[2]...), exitDone, "电脑时钟是 ", "请校准时钟")
	r.tamperWith(dir, "update raw.load set loaded_at = loaded_at - interval 40 days")
	r.finish(dir, 3)
	r.same(dir, "the clock set back")
}

// tamperWith runs a statement on the warehouse behind the program's back.
func (r *torture) tamperWith(dir, statement string) {
	r.Helper()
	db, err := duck.Open(r.Context(), filepath.Join(dir, "warehouse", "warehouse.duckdb"), duck.Options{Threads: 1})
	r.must(err)
	_, err = db.Exec(statement)
	r.must(errors.Join(err, db.Close()))
}

// changingFile: a file that is written to, cut or replaced while it is read is
// refused whole, and loads once it rests.
func changingFile(r *torture) {
	dir := r.copyOf(r.states[0])
	path := filepath.Join(r.TempDir(), "底册.csv")
	const rows = 100000
	r.must(errors.Join(writeRoster(path+".0", rows/2), writeRoster(path+".1", rows/2+1)))
	for name, change := range map[string]func(n int) error{
		"written to": func(n int) error { return appendTo(path, rosterLine(rows+n)) },
		"cut":        func(n int) error { return os.Truncate(path, int64(4<<20-n*100)) },
		// By one of two others in turn, each too long to be read in between, and newer
		// each time.
		"replaced": func(n int) error {
			next := fmt.Sprintf("%s.%d", path, n%2)
			r.must(errors.Join(os.Chtimes(next, time.Now(), time.Now()), os.Link(next, path+".new")))
			return os.Rename(path+".new", path)
		},
	} {
		r.must(writeRoster(path, rows))
		wait := r.start(r.command(dir, "load", path))
		r.until(dir, lockFile, signed)
		ctx, stop := context.WithCancel(r.Context())
		changed := make(chan error, 1)
		go func() { changed <- changeUntil(ctx, change) }()
		got := wait()
		stop()
		r.must(<-changed)
		if !strings.Contains(got.errs, "读取过程中文件被改动") && !strings.Contains(got.errs, "读不完") || got.code != exitRefuse {
			r.Errorf("a file %s while it was read: exit %d\n%s%s", name, got.code, got.out, got.errs)
		}
		r.whole(dir)
		if held := r.quick("--workspace", dir, "status", "--format", "csv"); strings.Contains(held, "roster") {
			r.Errorf("a file %s while it was read has left rows:\n%s", name, held)
		}
	}
	r.must(writeRoster(path, rows))
	got := r.run(dir, "load", path, "--format", "csv")
	if r.wants("the file at rest", got, exitDone); !strings.Contains(got.out, fmt.Sprintf(",roster,%d,%d,0,0,1,", rows, rows)) {
		r.Errorf("the file at rest: %s", got.out)
	}
}

// changeUntil changes a file again and again until ctx ends.
func changeUntil(ctx context.Context, change func(n int) error) error {
	for n := 1; ; n++ {
		if err := change(n); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(2 * time.Millisecond):
		}
	}
}

func appendTo(path, text string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

// smallFiles: no file may grow beyond a size, as with a quota. Load and build
// end in words, the published snapshot stays, and without the limit the same
// commands finish.
func smallFiles(r *torture) {
	kilobytes := []int{1500}
	if r.long {
		kilobytes = []int{16, 64, 300, 700, 1500, 3000, 5000, 7000}
	}
	for _, kb := range kilobytes {
		dir := r.copyOf(r.states[2])
		what := fmt.Sprintf("files of at most %d kB", kb)
		for _, step := range r.steps[2:] {
			limited := append([]string{"-c", fmt.Sprintf(`ulimit -f %d; exec "$@"`, kb*2), "sh", "canbao", "--workspace", dir}, step...)
			got := r.start(exec.CommandContext(r.Context(), "sh", limited...))()
			if got.code == exitDone {
				continue
			}
			r.wants(what, got, exitFailed, "磁盘配额或文件大小上限已用完（", "ulimit -f")
		}
		r.readableAfter(dir, 2, "1", r.seen[2], what)
		r.finish(dir, 2)
		r.same(dir, what)
	}
}
