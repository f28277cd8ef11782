package lake

import (
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"canbao/sql/duck"
)

// DefaultBuckets is how many parts the people of a lake are divided into where
// no number is set: enough for the cores of four workers of four, and of a city
// still files of a useful size.
const DefaultBuckets = 16

// MostBuckets bounds the number that can be set. A bucket is a file a load: more
// would be files of a few rows.
const MostBuckets = 1024

// bucketFunction is the name that statements call the bucket of a person by.
func bucketFunction(buckets int) string { return fmt.Sprintf("lake_bucket_%d", buckets) }

func registerBucket(conn *sql.Conn, buckets int) error {
	f := duck.Function{Args: []duck.Kind{duck.UUID}, Result: duck.Int, New: func() func([][]byte) ([]byte, error) {
		var text [36]byte
		result := make([]byte, 4)
		return func(args [][]byte) ([]byte, error) {
			binary.LittleEndian.PutUint32(result, uint32(bucketOf(canonical(&text, args[0]), buckets)))
			return result, nil
		}
	}}
	return f.Register(conn, bucketFunction(buckets))
}

// canonical writes the 16 bytes of a person key as a lower-case UUID.
func canonical(text *[36]byte, key []byte) []byte {
	hex.Encode(text[0:8], key[0:4])
	hex.Encode(text[9:13], key[4:6])
	hex.Encode(text[14:18], key[6:8])
	hex.Encode(text[19:23], key[8:10])
	hex.Encode(text[24:36], key[10:16])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return text[:]
}

// bucketOf is the bucket of a text as Hive counts it (bucketing version 1): the
// engine asks in the file of that number for the rows of a person, and nowhere
// else.
func bucketOf(text []byte, buckets int) int {
	var h int32
	for _, b := range text {
		h = 31*h + int32(int8(b))
	}
	return int(h&0x7fffffff) % buckets
}
