package source

import (
	"bytes"
	"testing"

	"github.com/apache/arrow-go/v18/parquet/compress"
)

// A page that unpacks to more than its header says is refused before it has
// taken the memory for it, whatever it is packed with.
func TestParquetPageBombs(t *testing.T) {
	large(t)
	const size = 64 << 20
	page := make([]byte, size)
	codecs := compress.Codecs
	for _, kind := range []compress.Compression{codecs.Zstd, codecs.Snappy, codecs.Gzip, codecs.Brotli, codecs.Lz4Raw} {
		codec, err := compress.GetCodec(kind)
		if err != nil {
			t.Fatal(err)
		}
		packed := codec.Encode(nil, page)
		for _, room := range [][]byte{nil, {}, make([]byte, 1000), make([]byte, 1000, 2000)} {
			var got []byte
			peak := peakOf(func() { got, err = compress.Decode(codec, room, packed) })
			if err == nil || len(got) > 2000 || peak > 24<<20 {
				t.Errorf("%s into %d bytes: %d bytes, %v; the heap grew by %d MB", kind, len(room), len(got), err, peak>>20)
			}
		}
		if got, err := compress.Decode(codec, make([]byte, size), packed); err != nil || !bytes.Equal(got, page) {
			t.Errorf("%s into the right room: %d bytes, %v", kind, len(got), err)
		}
	}
	// Claims of gigabytes: frames of Zstandard and of Snappy that hold nothing.
	for kind, claim := range map[compress.Compression][]byte{
		codecs.Zstd:   {0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0},
		codecs.Snappy: {0xff, 0xff, 0xff, 0xff, 0x0f, 0},
	} {
		codec, err := compress.GetCodec(kind)
		if err != nil {
			t.Fatal(err)
		}
		peak := peakOf(func() { _, err = compress.Decode(codec, make([]byte, 100), claim) })
		if err == nil || peak > 1<<20 {
			t.Errorf("%s claims gigabytes: %v, the heap grew by %d MB", kind, err, peak>>20)
		}
	}
}
