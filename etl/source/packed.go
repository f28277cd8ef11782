package source

import (
	"errors"
	"io"
	"io/fs"
	"sync"

	"github.com/klauspost/compress/gzip"

	"canbao/etl/refuse"
)

// packed is a content that is unpacked while it is read: that of a gzip file,
// or a member of a zip archive.
type packed struct {
	name   string
	room   *room
	unpack func() (io.ReadCloser, error)

	mu   sync.Mutex
	seen int64 // the most that any reading has unpacked
	held *pieces
}

func (p *packed) Name() string { return p.name }
func (p *packed) of() *room    { return p.room }

func (p *packed) Open() (io.ReadCloser, error) {
	r, err := p.unpack()
	if err != nil {
		return nil, damaged(p.name, err)
	}
	return &unpacking{ReadCloser: r, p: p}, nil
}

// ReaderAt holds the unpacked bytes in memory until the file is closed.
func (p *packed) ReaderAt() (io.ReaderAt, int64, error) {
	if p.held == nil {
		held, err := p.hold()
		if err != nil {
			return nil, 0, err
		}
		p.held = held
	}
	return p.held, p.held.size, nil
}

func (p *packed) hold() (*pieces, error) {
	r, err := p.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	held := &pieces{}
	for {
		buf := make([]byte, pieceBytes)
		n, err := io.ReadFull(r, buf)
		if !p.room.hold(int64(n)) {
			p.room.hold(-held.size)
			return nil, tooLargePacked(p.name)
		}
		held.add(buf[:n])
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return held, nil
		}
		if err != nil {
			p.room.hold(-held.size)
			return nil, err
		}
	}
}

// unpacking is one reading of a packed content.
type unpacking struct {
	io.ReadCloser
	p *packed
	n int64
}

// Read counts what comes out, once however often it is read, against what the
// file may unpack to.
func (u *unpacking) Read(b []byte) (int, error) {
	n, err := u.ReadCloser.Read(b)
	u.n += int64(n)
	u.p.mu.Lock()
	more := max(0, u.n-u.p.seen)
	u.p.seen += more
	u.p.mu.Unlock()
	if more > 0 && !u.p.room.grow(more) {
		return 0, bomb(u.p.name)
	}
	if err != nil && err != io.EOF {
		err = damaged(u.p.name, err)
	}
	return n, err
}

// gzipped is what a gzip file holds.
func gzipped(c content) *packed {
	return &packed{name: c.Name(), room: roomOf(c), unpack: func() (io.ReadCloser, error) {
		from, err := c.Open()
		if err != nil {
			return nil, err
		}
		r, err := gzip.NewReader(from)
		if err != nil {
			from.Close()
			return nil, err
		}
		return both{r, from}, nil
	}}
}

// both closes what is read through together with what it is read from.
type both struct {
	io.Reader
	from io.Closer
}

func (b both) Close() error { return b.from.Close() }

// damaged refuses a packed content that cannot be unpacked. What is already a
// refusal, and what the disk did not give, stays what it is.
func damaged(where string, err error) error {
	var no *refuse.Error
	var disk *fs.PathError
	if errors.As(err, &no) || errors.As(err, &disk) {
		return err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return refusal(where, "压缩内容不完整，可能没有传完", "is packed and not complete; it may not have been transferred to its end",
			"请重新导出或重新传输该文件", "export or transfer it again", err)
	}
	return refusal(where, "压缩内容已损坏："+err.Error(), "is packed and damaged: "+err.Error(),
		"请重新导出或重新传输该文件", "export or transfer it again", err)
}
