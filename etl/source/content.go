package source

import (
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
func (d *diskFile) of() *room                             { return d.room }

// room is what one file may use for as long as it is open: memory to hold on
// to, for members that must be read at random and for shared strings, and bytes
// unpacked from it, all its archives and workbooks together.
type room struct {
	mu     sync.Mutex
	memory int64
	unpack int64
}

// newRoom is the room of a file of that many bytes.
func newRoom(size int64) *room {
	return &room{memory: heldBytes, unpack: max(freeBytes, maxRatio*size)}
}

// hold asks for n bytes of memory more; a negative n gives them back.
func (r *room) hold(n int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n > r.memory {
		return false
	}
	r.memory -= n
	return true
}

// grow tells that n bytes more have come out of something packed.
func (r *room) grow(n int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unpack -= n
	return r.unpack >= 0
}

// roomOf is the room that all parts of c's file share.
func roomOf(c content) *room {
	if m, ok := c.(interface{ of() *room }); ok {
		return m.of()
	}
	_, size, _ := c.ReaderAt()
	return newRoom(size)
}
