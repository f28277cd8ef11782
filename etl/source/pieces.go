package source

import (
	"bytes"
	"io"
)

// pieces are bytes held in memory piece by piece. In one run they would be copied
// again and again as they grow, and take twice their memory.
type pieces struct {
	all  [][]byte
	size int64
}

const pieceBytes = 256 << 10 // of every piece but the last

// add keeps a piece; of the last one only as much as there is.
func (p *pieces) add(piece []byte) {
	if len(piece) > 0 {
		if len(piece) < pieceBytes {
			piece = bytes.Clone(piece)
		}
		p.all = append(p.all, piece)
		p.size += int64(len(piece))
	}
}

// ReadAt is that of io.ReaderAt.
func (p *pieces) ReadAt(b []byte, at int64) (n int, err error) {
	for n < len(b) && at < p.size && at >= 0 {
		piece := p.all[at/pieceBytes]
		copied := copy(b[n:], piece[at%pieceBytes:])
		n, at = n+copied, at+int64(copied)
	}
	if n < len(b) {
		err = io.EOF
	}
	return n, err
}
