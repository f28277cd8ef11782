package source

import (
	"errors"
	"sync"

	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
)

// boundCodec unpacks a page into the room its header asked for and no more. The
// codecs themselves believe what the packed bytes claim, or unpack whatever
// comes: some kilobytes could ask for all the memory there is.
type boundCodec struct {
	compress.Codec
	unpack func(dst, src []byte) ([]byte, error)
}

var errParquetPage = errors.New("a page unpacks to more than it says")

// DecodeWithError unpacks src into dst, which is as long as the page says.
func (c boundCodec) DecodeWithError(dst, src []byte) ([]byte, error) {
	if dst == nil {
		dst = []byte{} // nil would mean that any length is right
	}
	out, err := c.unpack(dst, src)
	if err == nil && len(out) > len(dst) {
		err = errParquetPage
	}
	return out, err
}

// Decode is DecodeWithError for who cannot be told of an error.
func (c boundCodec) Decode(dst, src []byte) []byte {
	out, err := c.DecodeWithError(dst, src)
	if err != nil {
		panic(err)
	}
	return out
}

func init() {
	unzstd := sync.OnceValue(func() *zstd.Decoder {
		r, err := zstd.NewReader(nil, zstd.WithDecodeAllCapLimit(true), zstd.WithDecoderConcurrency(0))
		if err != nil {
			panic(err) // of options that are wrong
		}
		return r
	})
	for kind, unpack := range map[compress.Compression]func(dst, src []byte) ([]byte, error){
		compress.Codecs.Zstd: func(dst, src []byte) ([]byte, error) {
			return unzstd().DecodeAll(src, dst[:0:len(dst)])
		},
		compress.Codecs.Snappy: func(dst, src []byte) ([]byte, error) {
			if n, err := snappy.DecodedLen(src); err != nil || n > len(dst) {
				return nil, errors.Join(errParquetPage, err)
			}
			return snappy.Decode(dst, src)
		},
		compress.Codecs.Gzip:   nil,
		compress.Codecs.Brotli: nil,
		compress.Codecs.Lz4Raw: nil,
	} {
		codec, err := compress.GetCodec(kind)
		if err != nil {
			panic(err)
		}
		if unpack == nil { // those keep to the room they are given
			unpack = func(dst, src []byte) ([]byte, error) {
				if kind == compress.Codecs.Brotli && len(dst) == 0 {
					dst = make([]byte, 1) // without room it does not see that there is nothing
				}
				return compress.Decode(codec, dst, src)
			}
		}
		compress.RegisterCodec(kind, boundCodec{codec, unpack})
	}
}
