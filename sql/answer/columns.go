package answer

import (
	"context"
	"errors"
	"io"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
)

// Arrow writes the batches as an Arrow IPC stream.
func Arrow(_ context.Context, w io.Writer, rows array.RecordReader) (int64, error) {
	out := ipc.NewWriter(w, ipc.WithSchema(rows.Schema()))
	n, err := each(rows, func(batch arrow.RecordBatch) error { return out.Write(batch) })
	return n, errors.Join(err, out.Close())
}

func each(rows array.RecordReader, write func(arrow.RecordBatch) error) (int64, error) {
	n := int64(0)
	for rows.Next() {
		batch := rows.RecordBatch()
		if err := write(batch); err != nil {
			return n, err
		}
		n += batch.NumRows()
	}
	return n, rows.Err()
}
