package audit

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// Filter says which entries are meant; what is empty asks for nothing.
type Filter struct {
	By, Role, Via, Outcome string
	Act                    Act
	Since, Until           time.Time // from Since on, before Until
	Newest                 bool      // the last entry first
}

func (f Filter) takes(e Entry) bool {
	who, _, _ := strings.Cut(e.By, " (") // the user of the operating system stands behind it
	if f.By == e.By {
		who = e.By
	}
	return (f.By == "" || strings.EqualFold(f.By, who)) && (f.Role == "" || f.Role == e.Role) && (f.Via == "" || f.Via == e.Via) &&
		(f.Outcome == "" || f.Outcome == e.Outcome) && (f.Act == "" || f.Act == e.Act) &&
		(f.Since.IsZero() || !e.At.Before(f.Since)) && (f.Until.IsZero() || e.At.Before(f.Until))
}

// Read reads the entries of a record, in the order they stand in or, with
// f.Newest, the last one first, which reads no more of a long record than is
// asked for. A line that is no entry is an error and ends the reading: Verify
// tells what is wrong. A folder without a record has no entries.
func Read(dir string, f Filter) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		_, size, err := state(dir)
		if err != nil {
			yield(Entry{}, err)
			return
		}
		lines := forward
		if f.Newest {
			lines = backward
		}
		for text, err := range lines(recordPath(dir), size) {
			var e Entry
			if err == nil {
				e, _, err = parse(text)
			}
			if err != nil {
				yield(Entry{}, fmt.Errorf("read the record: %w", err))
				return
			}
			if f.takes(e) && !yield(e, nil) {
				return
			}
		}
	}
}

// state returns the head and the size of a record between two entries. The
// error of a head that is missing or none is with headErr.
func state(dir string) (head headState, size int64, err error) {
	f, err := lockedfile.Open(recordPath(dir))
	if errors.Is(err, fs.ErrNotExist) {
		head.Head, head.err = readHead(dir)
		return head, 0, nil
	}
	if err != nil {
		return head, 0, fmt.Errorf("read the record: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return head, 0, fmt.Errorf("read the record: %w", err)
	}
	head.Head, head.err = readHead(dir)
	return head, info.Size(), nil
}

// HeadOf is how far the record of a folder goes, as it says itself: the head to be
// noted elsewhere. It is zero where nothing is on record.
func HeadOf(dir string) (Head, error) {
	head, _, err := state(dir)
	if err == nil && head.err != nil && !errors.Is(head.err, fs.ErrNotExist) {
		err = head.err
	}
	return head.Head, err
}

// headState is a head, or why there is none.
type headState struct {
	Head
	err error
}

// block is how many bytes are read at once.
const block = 64 << 10

// longest is more than any line has, in bytes.
const longest = 1 << 20

// openThere opens a file; nil where there is none, or with an error.
func openThere(path string) (*os.File, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// forward reads the whole lines of the first size bytes of a file, without
// their ends. A line that was never whole is left out.
func forward(path string, size int64) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		f, err := openThere(path)
		if err != nil {
			yield(nil, err)
		}
		if f == nil {
			return
		}
		defer f.Close()
		r := bufio.NewReaderSize(io.LimitReader(f, size), block)
		var line []byte
		for {
			part, err := r.ReadSlice('\n')
			if len(line) <= longest { // no entry is as long: its beginning will do
				line = append(line, part...)
			}
			switch {
			case err == nil:
				if !yield(bytes.TrimSuffix(line, []byte("\n")), nil) {
					return
				}
				line = line[:0]
			case errors.Is(err, bufio.ErrBufferFull):
			case errors.Is(err, io.EOF):
				return
			default:
				yield(nil, err)
				return
			}
		}
	}
}

// backward is forward from the end.
func backward(path string, size int64) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		f, err := openThere(path)
		if err != nil {
			yield(nil, err)
		}
		if f == nil {
			return
		}
		defer f.Close()
		var held []byte // the beginning of what has been read, up to its first line end
		first := true   // the bytes behind the last line end are no line
		for at := size; at > 0; {
			n := min(at, int64(block))
			at -= n
			part := make([]byte, n, int(n)+len(held))
			if _, err := f.ReadAt(part, at); err != nil {
				yield(nil, err)
				return
			}
			part = append(part, held...)
			for {
				end := bytes.LastIndexByte(part, '\n')
				if end < 0 {
					break
				}
				if !first && !yield(part[end+1:], nil) {
					return
				}
				first, part = false, part[:end]
			}
			if held = part; len(held) > longest {
				yield(nil, errForm)
				return
			}
		}
		if !first {
			yield(held, nil)
		}
	}
}
