package web

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
	"io"
	"net/http"
	"strings"
	"sync"
)

// piece is a part of a page packed by itself, to be sent within a page whose
// other parts are packed when it is asked for. Packing a page takes most of the
// time of one that is already composed.
type piece struct {
	packed []byte // deflated, to a byte's end, more to follow
	plain  int    // bytes unpacked
	sum    uint32 // what it adds to the checksum of what comes before it
}

// packLevel is how hard a page is packed: a level above the first takes twice
// the time and saves a tenth.
const packLevel = flate.BestSpeed

var packers = sync.Pool{New: func() any {
	z, _ := flate.NewWriter(nil, packLevel) // the level is one there is
	return z
}}

func pack(text []byte) (*piece, error) {
	var b bytes.Buffer
	z := packers.Get().(*flate.Writer)
	defer packers.Put(z)
	z.Reset(&b)
	if _, err := z.Write(text); err != nil {
		return nil, err
	}
	if err := z.Flush(); err != nil {
		return nil, err
	}
	return &piece{bytes.Clone(b.Bytes()), len(text), crc32.ChecksumIEEE(text) ^ zeros(0, len(text))}, nil
}

// unpack is the text.
func (p *piece) unpack() ([]byte, error) {
	// An empty last block ends it.
	return io.ReadAll(flate.NewReader(io.MultiReader(bytes.NewReader(p.packed), strings.NewReader("\x03\x00"))))
}

// zeros is the checksum after as many more bytes, all zero. The checksum of any
// others differs from it by what depends on these bytes alone: hence the sum of a
// page is known without unpacking its pieces.
func zeros(sum uint32, n int) uint32 {
	for ; n > 0; n -= len(nought) {
		sum = crc32.Update(sum, crc32.IEEETable, nought[:min(n, len(nought))])
	}
	return sum
}

var nought [64 << 10]byte

// gzipHead begins a packed page: deflated, no name, no time.
var gzipHead = []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff}

// around is a packed page: a piece with text before and after it.
func (p *piece) around(before, after []byte) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(len(gzipHead) + len(p.packed) + len(before) + len(after))
	b.Write(gzipHead)
	z := packers.Get().(*flate.Writer)
	defer packers.Put(z)
	z.Reset(&b)
	if _, err := z.Write(before); err != nil {
		return nil, err
	}
	if err := z.Flush(); err != nil {
		return nil, err
	}
	b.Write(p.packed)
	z.Reset(&b)
	if _, err := z.Write(after); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	sum := zeros(crc32.ChecksumIEEE(before), p.plain) ^ p.sum
	sum = crc32.Update(sum, crc32.IEEETable, after)
	tail := binary.LittleEndian.AppendUint32(nil, sum)
	tail = binary.LittleEndian.AppendUint32(tail, uint32(len(before)+p.plain+len(after)))
	b.Write(tail)
	return b.Bytes(), nil
}

// packs tells whether the reader's program takes pages packed.
func packs(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") }

// send writes a page, packed where the reader's program takes it so.
func send(w http.ResponseWriter, r *http.Request, status int, text []byte) error {
	if len(text) < 2<<10 || !packs(r) {
		return sendAs(w, status, "", text)
	}
	packed, err := (&piece{}).around(text, nil)
	if err != nil {
		return err
	}
	return sendAs(w, status, "gzip", packed)
}

// sendAround writes a page that has a piece in its midst.
func (p *piece) sendAround(w http.ResponseWriter, r *http.Request, before, after []byte) error {
	if packs(r) {
		packed, err := p.around(before, after)
		if err != nil {
			return err
		}
		return sendAs(w, http.StatusOK, "gzip", packed)
	}
	plain, err := p.unpack()
	if err != nil {
		return err
	}
	return sendAs(w, http.StatusOK, "", bytes.Join([][]byte{before, plain, after}, nil))
}

func sendAs(w http.ResponseWriter, status int, encoding string, text []byte) error {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Add("Vary", "Accept-Encoding")
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	w.WriteHeader(status)
	_, err := w.Write(text)
	return quiet(err)
}

// quiet forgets that a reader went away while being written to: nobody is left
// to be told.
func quiet(error) error { return nil }
