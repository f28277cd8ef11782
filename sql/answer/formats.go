package answer

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow/array"
)

// Writing says how an answer is written.
type Writing struct {
	Format string // csv, json, ndjson, xlsx, arrow; Parquet the engine writes itself
	Mark   bool   // csv: begin with a byte order mark, for Excel
}

// Write writes the rows and tells how many there were.
func (f Writing) Write(ctx context.Context, w io.Writer, rows array.RecordReader) (int64, error) {
	buffered := bufio.NewWriterSize(w, 1<<18)
	var n int64
	var err error
	switch f.Format {
	case "csv":
		n, err = CSV(ctx, buffered, rows, f.Mark)
	case "json":
		n, err = JSONArray(ctx, buffered, rows)
	case "ndjson":
		n, err = NDJSON(ctx, buffered, rows)
	case "xlsx":
		n, err = XLSX(ctx, buffered, rows)
	case "arrow":
		n, err = Arrow(ctx, buffered, rows)
	default:
		err = fmt.Errorf("write the answer: no format %q", f.Format)
	}
	return n, errors.Join(err, buffered.Flush())
}
