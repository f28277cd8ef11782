package source

import (
	"bytes"
	"errors"
	"io"
	"os"
	"sync"
)

// content is the bytes of a file or of a member of an archive.
type content interface {
	// Name is for refusals: the path, or path and member.
	Name() string
	// Open reads from the beginning, as often as wanted. What is packed is
	// unpacked on the way, within the limits.
	Open() (io.ReadCloser, error)
	// ReaderAt is a file as it is; a packed member is taken into memory, up to
	// a bound. Nothing is ever unpacked to the disk: it would lie there in the
	// clear.
	ReaderAt() (io.ReaderAt, int64, error)
}

// headBytes is how much of a content tells its format.
const headBytes = 4 << 10

// headOf is the beginning of a content.
func headOf(c content) ([]byte, error) {
	r, err := c.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	head := make([]byte, headBytes)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	return head[:n], nil
}

// diskFile is a file as it lies on the disk.
type diskFile struct {
	f    *os.File
	path string
	size int64
	room *room
}

func (d *diskFile) Name() string { return d.path }

// Open reads as many bytes as the file had when it was opened: what is written
// behind them later is found by unchanged.
func (d *diskFile) Open() (io.ReadCloser, error) {
	return io.NopCloser(io.NewSectionReader(d.f, 0, d.size)), nil
}

func (d *diskFile) ReaderAt() (io.ReaderAt, int64, error) { return d.f, d.size, nil }
func (d *diskFile) memory() *room                         { return d.room }

// room is the memory that the parts of one file may hold on to for as long as
// it is open: members that must be read at random, and shared strings.
type room struct {
	mu   sync.Mutex
	left int64
}

func newRoom() *room { return &room{left: heldBytes} }

// take asks for n bytes more.
func (r *room) take(n int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n > r.left {
		return false
	}
	r.left -= n
	return true
}

// give returns n bytes.
func (r *room) give(n int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left += n
}

// roomOf is the room that all parts of c's file share.
func roomOf(c content) *room {
	if m, ok := c.(interface{ memory() *room }); ok {
		return m.memory()
	}
	return newRoom()
}

// inMemory takes a packed content into memory.
func inMemory(c content, room *room) (*bytes.Reader, error) {
	r, err := c.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var held []byte
	buf := make([]byte, 256<<10)
	for {
		n, err := r.Read(buf)
		if n > 0 && !room.take(int64(n)) {
			room.give(int64(len(held)))
			return nil, tooLargePacked(c.Name())
		}
		held = append(held, buf[:n]...)
		if err == io.EOF {
			return bytes.NewReader(held), nil
		}
		if err != nil {
			room.give(int64(len(held)))
			return nil, err
		}
	}
}
