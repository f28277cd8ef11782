package desk

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"

	"canbao/sql/duck"
)

// What a child writes are frames: a letter, four bytes of length, so many bytes.
const (
	frameData  = 'd' // of an Arrow stream
	frameEnd   = 'z' // of the Arrow stream; it is whole
	frameRows  = 'r' // written to a file
	frameError = 'e' // and nothing follows
)

// failure is an error on its way.
type failure struct {
	Query *duck.QueryError `json:"query,omitempty"`
	Over  string           `json:"over,omitempty"` // the limit that was passed
	Gone  bool             `json:"gone,omitempty"` // the snapshot is not there
	Text  string           `json:"text,omitempty"`
}

func (f failure) err() error {
	switch {
	case f.Query != nil:
		return f.Query
	case f.Over != "":
		return &LimitError{f.Over}
	case f.Gone:
		return fmt.Errorf("%s: %w", f.Text, fs.ErrNotExist)
	}
	return fmt.Errorf("%w: %s", errChild, f.Text)
}

// frames reads frames, and as a reader the data in them up to the end of a stream.
type frames struct {
	from   io.Reader
	left   int   // bytes of the frame begun
	failed error // what the child says went wrong
}

// next reads the next frame as a whole.
func (f *frames) next() (kind byte, body []byte, err error) {
	kind, n, err := f.head()
	if err != nil {
		return 0, nil, err
	}
	body = make([]byte, n)
	_, err = io.ReadFull(f.from, body)
	return kind, body, err
}

func (f *frames) head() (kind byte, n int, err error) {
	var head [5]byte
	if _, err := io.ReadFull(f.from, head[:]); err != nil {
		return 0, 0, err
	}
	n = int(binary.BigEndian.Uint32(head[1:]))
	if n > maxFrame {
		return 0, 0, fmt.Errorf("a frame of %d bytes", n)
	}
	return head[0], n, nil
}

const maxFrame = 1 << 20

func (f *frames) Read(b []byte) (int, error) {
	for f.left == 0 {
		kind, n, err := f.head()
		if err != nil {
			return 0, err
		}
		switch kind {
		case frameData:
			f.left = n
		default:
			body := make([]byte, n)
			if _, err := io.ReadFull(f.from, body); err != nil {
				return 0, err
			}
			f.failed = unexpected(kind, body)
			return 0, f.failed
		}
	}
	n, err := f.from.Read(b[:min(len(b), f.left)])
	f.left -= n
	return n, err
}

// end reads the frame behind a stream that says itself that it is over.
func (f *frames) end() error {
	kind, body, err := f.next()
	if err == nil && kind != frameEnd {
		err = unexpected(kind, body)
	}
	return err
}

// unexpected is the error in a frame, or that it is none.
func unexpected(kind byte, body []byte) error {
	var f failure
	if kind != frameError || json.Unmarshal(body, &f) != nil {
		return fmt.Errorf("%w: a frame %q", errChild, kind)
	}
	return f.err()
}

// framer writes frames; as a writer it makes data of what it is given.
type framer struct{ to *bufio.Writer }

func (f *framer) flush() error { return f.to.Flush() }

func (f *framer) frame(kind byte, body []byte) error {
	head := binary.BigEndian.AppendUint32([]byte{kind}, uint32(len(body)))
	if _, err := f.to.Write(head); err != nil {
		return err
	}
	_, err := f.to.Write(body)
	return err
}

func (f *framer) Write(b []byte) (int, error) {
	done := 0
	for done < len(b) {
		n := min(len(b)-done, maxFrame)
		if err := f.frame(frameData, b[done:done+n]); err != nil {
			return done, err
		}
		done += n
	}
	return done, nil
}
