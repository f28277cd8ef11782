package source

import (
	"bytes"
	"io"
	"testing"
	"testing/iotest"
)

// Bytes held in pieces are read as those in one run are.
func TestPieces(t *testing.T) {
	for _, size := range []int{0, 1, pieceBytes - 1, pieceBytes, pieceBytes + 1, 3*pieceBytes + 7} {
		whole := make([]byte, size)
		for i := range whole {
			whole[i] = byte(i * i >> 7)
		}
		p := &packed{name: "a.zip", room: newRoom(int64(size)), unpack: func() (io.ReadCloser, error) {
			return io.NopCloser(iotest.HalfReader(bytes.NewReader(whole))), nil
		}}
		r, n, err := p.ReaderAt()
		if err != nil || n != int64(size) {
			t.Fatalf("%d bytes of %d: %v", n, size, err)
		}
		if err := iotest.TestReader(io.NewSectionReader(r, 0, n), whole); err != nil {
			t.Errorf("%d bytes: %v", size, err)
		}
		for _, at := range []int64{-1, 0, 5, pieceBytes - 2, pieceBytes, n - 1, n, n + 1} {
			got, want := make([]byte, 9), make([]byte, 9)
			n, err := r.ReadAt(got, at)
			m, wantErr := bytes.NewReader(whole).ReadAt(want, at)
			if n != m || !bytes.Equal(got, want) || (err == nil) != (wantErr == nil) {
				t.Errorf("%d bytes at %d: %d, %v, want %d, %v", size, at, n, err, m, wantErr)
			}
		}
	}
}
