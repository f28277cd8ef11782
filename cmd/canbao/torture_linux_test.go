package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

func init() {
	tortures = append(tortures, []struct {
		name string
		run  func(*torture)
	}{
		{"disk full", diskFull},
		{"read only", readOnly},
		{"no temp space", noTempSpace},
		{"kills at system calls", killsAtCalls},
	}...)
}

// disk mounts a small disk of its own in memory. Without the right to mount the
// test is skipped, saying so.
func (r *torture) disk(kilobytes int64) (dir string, grow func(kilobytes int64)) {
	r.Helper()
	dir = filepath.Join(r.TempDir(), "disk")
	r.must(os.Mkdir(dir, 0o700))
	if err := syscall.Mount("none", dir, "tmpfs", 0, fmt.Sprintf("size=%dk", kilobytes)); err != nil {
		r.Skipf("no right to mount a small disk: %v", err)
	}
	r.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			r.Errorf("something holds the disk: %v", err)
		}
	})
	return dir, func(kilobytes int64) {
		r.Helper()
		r.must(syscall.Mount("none", dir, "tmpfs", syscall.MS_REMOUNT, fmt.Sprintf("size=%dk", kilobytes)))
	}
}

// kilobytes is the size of a folder with all that is in it.
func (r *torture) kilobytes(dir string) int64 {
	r.Helper()
	var all int64
	r.must(filepath.Walk(dir, func(_ string, info os.FileInfo, err error) error {
		if err == nil {
			all += info.Size()/1024 + 4
		}
		return err
	}))
	return all
}

// diskFull: a disk too small for the load, or for the build. Both end saying
// so, how much room is left and what is needed; what was published stays
// readable; with room the same commands finish.
func diskFull(r *torture) {
	extra := []int64{1000}
	if r.long {
		extra = []int64{20, 100, 500, 1000, 2000, 3000, 5000, 8000, 12000}
	}
	for _, room := range extra {
		base := r.kilobytes(r.states[2])
		disk, grow := r.disk(base + room)
		dir := filepath.Join(disk, "city")
		r.must(os.CopyFS(dir, os.DirFS(r.states[2])))
		what := fmt.Sprintf("%d kB left on the disk", room)
		full := 0
		for at := 2; at < len(r.steps); at++ {
			got := r.run(dir, r.steps[at]...)
			if got.code == exitDone {
				continue
			}
			full++
			r.wants(what, got, exitFailed, "磁盘已满（"+disk, "所在磁盘还剩 ", "请腾出空间；重新运行同一命令即可接着完成")
			r.readableAfter(dir, 2, "1", r.seen[2], what)
			if at == 3 {
				r.wants(what, got, exitFailed, "没有发布新快照，已发布的快照 1 不变", "大约需要 ")
			}
		}
		if full == 0 && room < 2000 {
			r.Errorf("%s were enough for load and build", what)
		}
		grow(base + 200<<10)
		r.finish(dir, 2)
		r.same(dir, what)
	}
}

// readOnly: a workspace nobody may write to. What only looks works, what writes
// says so and changes nothing.
func readOnly(r *torture) {
	disk, _ := r.disk(r.kilobytes(r.states[2]) + 200<<10)
	dir := filepath.Join(disk, "city")
	r.must(os.CopyFS(dir, os.DirFS(r.states[2])))
	before := r.sizes(dir, "*/*")
	r.must(syscall.Mount("none", disk, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
	for _, step := range r.steps[2:] {
		r.wants(step[0]+" into a read-only folder", r.run(dir, step...), exitFailed, "不能写入 "+filepath.Join(dir, "warehouse"), "请改权限，或换一个能写的位置")
	}
	if after := r.sizes(dir, "*/*"); after != before {
		r.Errorf("in a read-only folder files changed:\n%s%s", before, after)
	}
	r.readableAfter(dir, 2, "1", r.seen[2], "a read-only folder")
	r.must(syscall.Mount("none", disk, "tmpfs", syscall.MS_REMOUNT, ""))
	r.finish(dir, 2)
	r.same(dir, "a folder that was read-only")
}

// noTempSpace: what does not fit into memory has nowhere to go.
func noTempSpace(r *torture) {
	dir := r.copyOf(r.states[3])
	spill := filepath.Join(dir, "warehouse", "warehouse.duckdb.tmp")
	r.must(os.Mkdir(spill, 0o700))
	if err := syscall.Mount("none", spill, "tmpfs", 0, "size=64k"); err != nil {
		r.Skipf("no right to mount a small disk: %v", err)
	}
	mounted := true
	unmount := func() {
		if mounted {
			r.must(syscall.Unmount(spill, 0))
			mounted = false
		}
	}
	r.Cleanup(unmount)
	full := 0
	for _, memory := range []string{"8MB", "16MB", "32MB", "64MB"} {
		got := r.run(dir, "build", "--memory-limit", memory)
		switch {
		case got.code == exitDone:
		case got.code != exitFailed:
			r.Errorf("no temp space with %s of memory: exit %d\n%s", memory, got.code, got.errs)
		case strings.Contains(got.errs, "内存上限 "+memory+" 不够，临时文件夹也放不下（"+spill+" 所在磁盘还剩 "):
			full++
		case !strings.Contains(got.errs, "内存不够，上限是 "+memory): // where room would not have helped
			r.Errorf("no temp space with %s of memory: %s", memory, got.errs)
		}
	}
	if full == 0 {
		r.Error("with next to no memory and no temp space no build said so")
	}
	unmount()
	r.finish(dir, 3)
	r.same(dir, "no temp space")
}

// calls are the system calls that change what is on disk, and how many of them
// a thread makes at most in a load or a build.
var calls = map[string]int{
	"pwrite64": 25, "write": 60, "fsync": 25, "ftruncate": 2, "unlink,unlinkat": 3, "rename,renameat,renameat2": 2, "openat": 60,
}

// killsAtCalls kills between one system call and the next, where no clock would
// hit: with strace, in the long form.
func killsAtCalls(r *torture) {
	if !r.long {
		r.Skip("long form only")
	}
	if _, err := exec.LookPath("strace"); err != nil {
		r.Skip("strace is not installed")
	}
	var names []string
	for name := range calls {
		names = append(names, name)
	}
	killed, missed, compared := map[string]int{}, 0, 0
	for all := 0; all < r.kills/2 && !r.Failed(); {
		step := r.anyStep()
		dir := r.copyOf(r.states[step])
		current := r.current(dir)
		name := names[r.rand.IntN(len(names))]
		when := 1 + r.rand.IntN(calls[name])
		args := append([]string{"-f", "--seccomp-bpf", "-o", filepath.Join(r.TempDir(), "trace"), "-e", "trace=" + name,
			"-e", "inject=" + name + ":signal=KILL:when=" + strconv.Itoa(when), "canbao", "--workspace", dir}, r.steps[step]...)
		got := r.start(exec.CommandContext(r.Context(), "strace", args...))()
		what := fmt.Sprintf("step %d killed at %s %d", step, name, when)
		switch {
		case got.code == exitDone:
			missed++
			continue
		case !signalled(got.err, syscall.SIGKILL):
			r.Fatalf("%s: %v\n%s", what, got.err, got.errs)
		}
		all++
		killed[r.phase(dir, step, current)]++
		r.readableAfter(dir, step, current, r.seen[step], what)
		r.finish(dir, step)
		r.same(dir, what)
		compared++
		r.must(os.RemoveAll(filepath.Dir(dir)))
	}
	r.Logf("%d kills at system calls, %d runs without that call, %d finished cities compared: equal\n%s", compared, missed, compared, tallied(killed))
}
