package duck

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/user"
	"strings"
	"time"

	"canbao/etl/refuse"
)

// Holder tells who works on a database.
type Holder struct {
	Program string    `json:"program"`
	Verb    string    `json:"verb"`
	User    string    `json:"user"`
	Host    string    `json:"host"`
	PID     int       `json:"pid"`
	Since   time.Time `json:"since"`
}

// Here is this process, beginning verb at now.
func Here(verb string, now time.Time) Holder {
	h := Holder{Program: "canbao", Verb: verb, PID: os.Getpid(), Since: now.Truncate(time.Second)}
	// Names are for people to read: without them the process is told alone.
	if u, err := user.Current(); err == nil {
		h.User = u.Username
	}
	h.Host, _ = os.Hostname()
	return h
}

// Text names the holder in words, as far as it is known.
func (h Holder) Text() refuse.Text {
	if h.PID == 0 {
		return refuse.Text{ZH: "另一个程序", EN: "another program"}
	}
	zh, en := fmt.Sprintf("进程 %d", h.PID), fmt.Sprintf("process %d", h.PID)
	if h.User != "" {
		zh, en = "用户 "+h.User+"，"+zh, "user "+h.User+", "+en
	}
	if h.Host != "" {
		zh, en = zh+"，主机 "+h.Host, en+", host "+h.Host
	}
	if !h.Since.IsZero() {
		since := h.Since.Format(time.DateTime)
		zh, en = zh+"，自 "+since+" 起", en+", since "+since
	}
	name := strings.TrimSpace(h.Program + " " + h.Verb)
	return refuse.Text{ZH: name + "（" + zh + "）", EN: name + " (" + en + ")"}
}

// BusyError is the cause of the refusal to open a database that another
// process works on.
type BusyError struct{ Holder Holder }

func (e *BusyError) Error() string { return "in use by " + e.Holder.Text().EN }

// waitStep is how often a database in use is tried again.
const waitStep = 50 * time.Millisecond

// Lock keeps a database for one writer, or for readers. The system holds it, on
// a file beside the database, and lets go of it when the process ends however it
// ends: nothing is left behind that somebody would have to clear away. What is
// written in the file names the holder and locks nothing.
type Lock struct {
	f         *os.File
	exclusive bool
}

// Acquire takes the lock of the database at path for a writer, or for one of
// several readers where o.ReadOnly is set. While another has it, it waits up to
// o.Wait and tells o.Waiting for whom; then it refuses and names the holder.
func Acquire(ctx context.Context, path string, o Options) (*Lock, error) {
	name := path + ".lock"
	until := time.Now().Add(o.Wait)
	for told := false; ; told = true {
		l, err := tryLock(name, !o.ReadOnly)
		var busy *BusyError
		switch {
		case err == nil && l == nil:
			return nil, nil
		case err == nil:
			l.sign(o.Holder)
			return l, nil
		case errors.Is(err, errNoLocks):
			return nil, cannotLock(name, err)
		case !errors.As(err, &busy):
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		if err := o.pause(ctx, until, busy.Holder, told); err != nil {
			return nil, err
		}
	}
}

// pause waits a little for the holder, or refuses where the time is over.
func (o Options) pause(ctx context.Context, until time.Time, h Holder, told bool) error {
	left := time.Until(until)
	if left <= 0 {
		return inUse(h)
	}
	if !told && o.Waiting != nil {
		o.Waiting(h)
	}
	select {
	case <-time.After(min(left, waitStep)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// tryLock takes the lock or says who has it. A reader makes no lock file: where
// there is none, nil, no writer has ever been, and DuckDB's own lock keeps one
// out that comes now.
func tryLock(name string, exclusive bool) (*Lock, error) {
	flags := os.O_RDONLY
	if exclusive {
		flags = os.O_RDWR | os.O_CREATE
	}
	for {
		f, err := os.OpenFile(name, flags, 0o600)
		if !exclusive && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission)) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		if err := lockFile(f, exclusive); err != nil {
			if errors.Is(err, errHeld) {
				err = &BusyError{Holder: readHolder(f)}
			}
			f.Close()
			return nil, err
		}
		// Whoever held it may have removed the file with the whole warehouse.
		mine, err := f.Stat()
		if err != nil {
			f.Close()
			return nil, err
		}
		if now, err := os.Stat(name); err == nil && os.SameFile(mine, now) {
			return &Lock{f: f, exclusive: exclusive}, nil
		}
		f.Close()
	}
}

// sign writes who holds the lock. A full disk is told where the work needs it:
// the lock holds without a name in it.
func (l *Lock) sign(h Holder) {
	if !l.exclusive {
		return
	}
	if text, err := json.Marshal(h); err == nil && l.f.Truncate(0) == nil {
		l.f.WriteAt(append(text, '\n'), 0)
	}
}

// Release lets the next one in.
func (l *Lock) Release() error {
	if l == nil {
		return nil
	}
	if l.exclusive {
		l.f.Truncate(0) // a name left behind by a crash locks nothing either
	}
	return l.f.Close()
}

// readHolder reads who wrote the lock file, nobody where that cannot be told:
// readers do not sign.
func readHolder(f *os.File) Holder {
	var h Holder
	text, err := io.ReadAll(io.LimitReader(io.NewSectionReader(f, 0, 4096), 4096))
	if err != nil || json.Unmarshal(text, &h) != nil {
		return Holder{}
	}
	return h
}

// inUse refuses a database that another process works on.
func inUse(h Holder) error {
	who := h.Text()
	return &refuse.Error{
		What: refuse.Text{ZH: "数据仓库正被使用：" + who.ZH, EN: "the warehouse is in use: " + who.EN},
		Do: refuse.Text{
			ZH: "等它结束后再试，或加 --wait 30m 让本命令等候",
			EN: "try again when it has ended, or let this one wait with --wait 30m",
		},
		Err: &BusyError{Holder: h},
	}
}

// cannotLock refuses a file system without locks: two writers at once would
// destroy the warehouse.
func cannotLock(name string, cause error) error {
	return &refuse.Error{
		What: refuse.Text{
			ZH: "这里的文件系统不能加锁（多为网络盘），两个程序同时写会毁坏数据仓库",
			EN: "this file system cannot lock (a network drive, most likely): two writers at once would destroy the warehouse",
		},
		Where: name,
		Do: refuse.Text{
			ZH: "请把工作区放在本机磁盘上；数据文件可以留在网络盘",
			EN: "keep the workspace on a disk of this machine; the extracts may stay on the network drive",
		},
		Err: cause,
	}
}
