package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// Log is a record to be added to, by any number of goroutines and processes.
type Log struct {
	dir string

	mu      sync.Mutex
	waiting []*waiter
	turn    sync.Mutex // whose turn it is to write what waits
}

// waiter is an entry to be written.
type waiter struct {
	entry Entry
	done  bool
	err   error
}

// Open opens the record of a folder, <workspace>/audit, making it where there is
// none. It is an error where entries could not be added.
func Open(dir string) (*Log, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("keep the record: %w", err)
	}
	f, err := lock(dir)
	if err != nil {
		return nil, err
	}
	return &Log{dir: dir}, f.Close()
}

// lock opens the record for one writer; closing it lets the next one in.
func lock(dir string) (*lockedfile.File, error) {
	f, err := lockedfile.OpenFile(recordPath(dir), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("keep the record: %w", err)
	}
	return f, nil
}

// Append adds an entry and returns it as it stands: with number, moment, hash,
// and nobody's number in it. When it returns, the entry is on the disk. It does
// not end with ctx: who goes away has still done what he did.
func (l *Log) Append(_ context.Context, e Entry) (Entry, error) {
	w := &waiter{entry: e.cleaned(time.Now())}
	err := l.keep(w)
	return w.entry, err
}

// AppendAll adds entries one behind the other: all of them or none.
func (l *Log) AppendAll(_ context.Context, all []Entry) error {
	several := make([]*waiter, len(all))
	for i, e := range all {
		several[i] = &waiter{entry: e.cleaned(time.Now())}
	}
	return l.keep(several...)
}

// keep writes entries and returns when they are on the disk.
func (l *Log) keep(mine ...*waiter) error {
	if len(mine) == 0 {
		return nil
	}
	l.mu.Lock()
	l.waiting = append(l.waiting, mine...)
	l.mu.Unlock()

	// Whoever comes to write takes along all who wait: one sync for many.
	l.turn.Lock()
	defer l.turn.Unlock()
	if mine[0].done {
		return mine[0].err
	}
	l.mu.Lock()
	batch := l.waiting
	l.waiting = nil
	l.mu.Unlock()
	err := l.write(batch)
	for _, b := range batch {
		b.done, b.err = true, err
	}
	return err
}

// write adds entries.
func (l *Log) write(batch []*waiter) (err error) {
	f, err := lock(l.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	head, text, err := settle(l.dir, f)
	if err != nil {
		return err
	}
	at := head.bytes
	for _, w := range batch {
		if text, err = head.add(text, &w.entry); err != nil {
			return err
		}
	}
	if _, err := f.WriteAt(text, at); err != nil {
		// What was written of it is no entry: the next one begins where this did.
		return errors.Join(fmt.Errorf("write the record: %w", err), f.Truncate(at))
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("write the record: %w", err)
	}
	head.bytes = at + int64(len(text))
	return head.write(l.dir)
}

// add chains an entry to the head and its line to text.
func (h *Head) add(text []byte, e *Entry) ([]byte, error) {
	e.Seq, e.Prev = h.Seq+1, h.Hash
	line, err := e.line()
	if err != nil {
		return nil, fmt.Errorf("write the record: %w", err)
	}
	h.Seq, h.Hash = e.Seq, e.Hash
	return append(text, line...), nil
}

// settle returns the head to go on from, with the place to write at, and what
// must be written first to tell of what a crash has left. Where the record ends
// before its head, it goes on from the head: what was cut off stays missing.
func settle(dir string, f *lockedfile.File) (Head, []byte, error) {
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return Head{}, nil, fmt.Errorf("read the record: %w", err)
	}
	head, err := readHead(dir)
	switch {
	case err == nil && head.bytes == size:
		text, err := lineEnd(f, size)
		return head, text, err
	case errors.Is(err, fs.ErrNotExist) && size == 0:
		head = Head{Hash: none}
		return head, nil, head.write(dir) // before the first entry: a record without a head has lost it
	case err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errHead):
		return Head{}, nil, err
	}
	lost := err != nil
	if lost {
		head = Head{Hash: none}
	}
	return head.bringUp(f, size, lost)
}

// bringUp reads what stands behind the head, and clears away a line that was
// never whole.
func (h Head) bringUp(f *lockedfile.File, size int64, lost bool) (Head, []byte, error) {
	from := min(h.bytes, size)
	rest := make([]byte, size-from)
	if _, err := f.ReadAt(rest, from); err != nil && !errors.Is(err, io.EOF) {
		return h, nil, fmt.Errorf("read the record: %w", err)
	}
	whole := bytes.LastIndexByte(rest, '\n') + 1
	for line := range bytes.Lines(rest[:whole]) {
		e, genuine, err := parse(bytes.TrimSuffix(line, []byte("\n")))
		if err == nil && genuine && e.Seq > h.Seq {
			h.Seq, h.Hash = e.Seq, e.Hash
		}
	}
	torn := rest[whole:]
	h.bytes = from + int64(whole)
	var what []string
	if lost {
		what = append(what, "the head was lost and is taken from the last entry")
	}
	if len(torn) > 0 {
		if err := f.Truncate(h.bytes); err != nil {
			return h, nil, fmt.Errorf("heal the record: %w", err)
		}
		what = append(what, fmt.Sprintf("a line of %d bytes was never whole and is taken away, SHA-256 %s", len(torn), hash(torn)))
	}
	text, err := lineEnd(f, h.bytes)
	if err != nil {
		return h, nil, err
	}
	for _, w := range what {
		e := Entry{By: "canbao", Via: "audit", Act: Healed, What: w, Outcome: OK}.cleaned(time.Now())
		if text, err = h.add(text, &e); err != nil {
			return h, nil, err
		}
	}
	return h, text, nil
}

// lineEnd is what ends the line that stands before a place. A record that was cut
// within an entry must not run into the next one.
func lineEnd(f *lockedfile.File, at int64) ([]byte, error) {
	if at == 0 {
		return nil, nil
	}
	last := make([]byte, 1)
	if _, err := f.ReadAt(last, at-1); err != nil {
		return nil, fmt.Errorf("read the record: %w", err)
	}
	if last[0] == '\n' {
		return nil, nil
	}
	return []byte("\n"), nil
}
