package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"

	"canbao/etl"
	"canbao/etl/lake"
	"canbao/etl/refuse"
	"canbao/sql/trino"
)

// undone is a failure of the system of which is known what holds in spite of
// it, and how much room the work would have taken.
type undone struct {
	stands refuse.Text
	need   int64 // bytes on disk, about; 0 where nobody knows
	err    error
}

func (u *undone) Error() string { return u.err.Error() }
func (u *undone) Unwrap() error { return u.err }

// fault is a failure of the system in a person's words.
type fault struct{ what, do refuse.Text }

var again = refuse.Text{ZH: "重新运行同一命令即可接着完成", EN: "running the same command again finishes it"}

// sayFault tells what failed, what holds in spite of it, and what to do.
func (a *app) sayFault(ctx context.Context, err error) {
	stands, need := standing(err)
	f := a.faultOf(ctx, err, need)
	if stands == (refuse.Text{}) && ctx.Err() != nil {
		stands = refuse.Text{ZH: "做到一半的部分没有留下", EN: "nothing half done was kept"}
	}
	var zh, en []string
	for _, t := range []refuse.Text{f.what, stands, f.do} {
		if t != (refuse.Text{}) {
			zh, en = append(zh, t.ZH), append(en, t.EN)
		}
	}
	a.sayNo(strings.Join(zh, "；"), strings.Join(en, "; "))
}

// faultOf finds what a person can do something about. DuckDB tells what the
// system said in its own text alone.
func (a *app) faultOf(ctx context.Context, err error, need int64) fault {
	text := err.Error()
	var store *lake.Fault
	var engine *trino.Fault
	switch {
	case ctx.Err() != nil:
		return fault{refuse.Text{ZH: "已中断", EN: "interrupted"}, again}
	case errors.As(err, &store):
		return fault{refuse.Text{ZH: store.Where + "：" + store.What.ZH, EN: store.Where + ": " + store.What.EN}, store.Do}
	case errors.As(err, &engine):
		return fault{refuse.Text{ZH: engine.Where + "：" + engine.What.ZH, EN: engine.Where + ": " + engine.What.EN}, engine.Do}
	case strings.Contains(text, "max_temp_directory_size"):
		return a.noTempSpace()
	case is(err, syscall.ENOSPC):
		return a.diskFull(placeOf(err, a.dir), need)
	case is(err, syscall.EDQUOT), is(err, syscall.EFBIG):
		return fault{
			refuse.Text{
				ZH: "磁盘配额或文件大小上限已用完（" + placeOf(err, a.dir) + "）",
				EN: "the disk quota or the limit of a file's size is used up (" + placeOf(err, a.dir) + ")",
			},
			refuse.Text{
				ZH: "请管理员放宽配额（或 ulimit -f）；" + again.ZH,
				EN: "have the quota (or ulimit -f) raised; " + again.EN,
			},
		}
	case strings.Contains(text, "Out of Memory"):
		return fault{
			refuse.Text{ZH: "内存不够，上限是 " + a.set.MemoryLimit, EN: "out of memory, the limit is " + a.set.MemoryLimit},
			refuse.Text{ZH: "用 --memory-limit 给更多，如 --memory-limit 4GB", EN: "give it more, such as --memory-limit 4GB"},
		}
	case errors.Is(err, fs.ErrPermission), is(err, syscall.EROFS), is(err, syscall.EACCES):
		return fault{
			refuse.Text{ZH: "不能写入 " + placeOf(err, a.dir), EN: "cannot write to " + placeOf(err, a.dir)},
			refuse.Text{
				ZH: "文件夹或磁盘是只读的，或属于别的用户：请改权限，或换一个能写的位置",
				EN: "the folder or disk is read-only or another user's: change its permissions or use another place",
			},
		}
	}
	return fault{what: refuse.Text{ZH: "系统出错：" + text, EN: "the system failed: " + text}}
}

// is tells whether the system's error is the cause, as a value or in words.
func is(err error, cause syscall.Errno) bool {
	return errors.Is(err, cause) || strings.Contains(strings.ToLower(err.Error()), strings.ToLower(cause.Error()))
}

// diskFull tells how much room is left, and how much is needed where that is
// known.
func (a *app) diskFull(place string, need int64) fault {
	what := refuse.Text{ZH: "磁盘已满（" + place, EN: "the disk is full (" + place}
	if free, known := freeBytes(place); known {
		what.ZH += " 所在磁盘还剩 " + size(free)
		what.EN += ", " + size(free) + " left"
	}
	if need > 0 {
		what.ZH += "，大约需要 " + size(need)
		what.EN += ", about " + size(need) + " needed"
	}
	return fault{
		refuse.Text{ZH: what.ZH + "）", EN: what.EN + ")"},
		refuse.Text{ZH: "请腾出空间；" + again.ZH, EN: "make room; " + again.EN},
	}
}

// noTempSpace is what did not fit into memory and found no room on disk either.
func (a *app) noTempSpace() fault {
	place := a.warehousePath() + ".tmp"
	what := refuse.Text{
		ZH: "内存上限 " + a.set.MemoryLimit + " 不够，临时文件夹也放不下（" + place,
		EN: "the memory limit of " + a.set.MemoryLimit + " is not enough and the temporary folder is full (" + place,
	}
	if free, known := freeBytes(place); known {
		what.ZH += " 所在磁盘还剩 " + size(free)
		what.EN += ", " + size(free) + " left"
	}
	return fault{
		refuse.Text{ZH: what.ZH + "）", EN: what.EN + ")"},
		refuse.Text{
			ZH: "请腾出空间，或用 --memory-limit 给更多内存；" + again.ZH,
			EN: "make room, or give more memory with --memory-limit; " + again.EN,
		},
	}
}

// size is a number of bytes for people.
func size(bytes int64) string {
	if bytes < 1e6 {
		return fmt.Sprintf("%.0f kB", float64(bytes)/1e3)
	}
	if bytes < 1e9 {
		return fmt.Sprintf("%.0f MB", float64(bytes)/1e6)
	}
	return fmt.Sprintf("%.1f GB", float64(bytes)/1e9)
}

var quotedPath = regexp.MustCompile(`"(/[^"]+)"`)

// placeOf is the folder in which err happened, otherwise the one given.
func placeOf(err error, otherwise string) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return filepath.Dir(path.Path)
	}
	if m := quotedPath.FindStringSubmatch(err.Error()); m != nil {
		return filepath.Dir(m[1])
	}
	return otherwise
}

// roomPerByte is how much room a byte of the extracts takes while it is loaded:
// in the log and, until the log is folded in, in the database too.
const roomPerByte = 3

// standing is what holds in spite of err, and how much room was needed.
func standing(err error) (refuse.Text, int64) {
	var stop *etl.Stopped
	var un *undone
	switch {
	case errors.As(err, &stop):
		need := int64(0)
		for _, file := range append([]string{stop.File}, stop.Left...) {
			if info, err := os.Stat(file); err == nil {
				need += roomPerByte * info.Size()
			}
		}
		return stoppedText(stop), need
	case errors.As(err, &un):
		return un.stands, un.need
	}
	return refuse.Text{}, 0
}

// stoppedText says which files were done, which one was not and which were not
// begun.
func stoppedText(s *etl.Stopped) refuse.Text {
	t := refuse.Text{
		ZH: fmt.Sprintf("已处理完 %d 个文件%s；%s 做到一半，没有留下", len(s.Done), some(s.Done).ZH, s.File),
		EN: fmt.Sprintf("files done: %d%s; %s was under way, nothing of it is kept", len(s.Done), some(s.Done).EN, s.File),
	}
	if len(s.Left) > 0 {
		t.ZH += fmt.Sprintf("；还没开始 %d 个文件%s", len(s.Left), some(s.Left).ZH)
		t.EN += fmt.Sprintf("; files not begun: %d%s", len(s.Left), some(s.Left).EN)
	}
	return t
}

// namesTold is how many files a message names; a folder may hold hundreds.
const namesTold = 5

// some names the first files of a list, in brackets.
func some(files []string) refuse.Text {
	var names []string
	for _, f := range files[:min(len(files), namesTold)] {
		names = append(names, filepath.Base(f))
	}
	switch {
	case len(files) == 0:
		return refuse.Text{}
	case len(files) > namesTold:
		return refuse.Text{ZH: "（" + strings.Join(names, "、") + " 等）", EN: " (" + strings.Join(names, ", ") + ", ...)"}
	}
	return refuse.Text{ZH: "（" + strings.Join(names, "、") + "）", EN: " (" + strings.Join(names, ", ") + ")"}
}
