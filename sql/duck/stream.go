//go:build duckdb_arrow

package duck

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	bindings "github.com/duckdb/duckdb-go-bindings"
)

// Stream is an answer on its way: batches of up to 2,048 rows, of which the
// engine holds a few megabytes at a time. Their memory is the engine's; a batch
// lives until the next one is asked for, longer where it is retained.
type Stream struct {
	ctx     context.Context
	result  bindings.Result
	options bindings.ArrowOptions
	schema  *arrow.Schema
	current arrow.RecordBatch
	err     error
	refs    atomic.Int64
	done    func() // told when the last one lets go; may be nil
}

var _ array.RecordReader = (*Stream)(nil)

// newStream reads a result, which it owns from then on.
func newStream(ctx context.Context, result bindings.Result) (*Stream, error) {
	n := bindings.ColumnCount(&result)
	names := make([]string, n)
	types := make([]bindings.LogicalType, n)
	for i := range n {
		names[i] = bindings.ColumnName(&result, i)
		types[i] = bindings.ColumnLogicalType(&result, i)
	}
	defer func() {
		for i := range types {
			bindings.DestroyLogicalType(&types[i])
		}
	}()
	options := bindings.ResultGetArrowOptions(&result)
	schema, failed := bindings.NewArrowSchema(options, types, names)
	if err := errorData(failed); err != nil {
		bindings.DestroyArrowOptions(&options)
		bindings.DestroyResult(&result)
		return nil, fmt.Errorf("describe the answer: %w", err)
	}
	s := &Stream{ctx: ctx, result: result, options: options, schema: schema}
	s.refs.Store(1)
	return s, nil
}

// Schema describes the columns.
func (s *Stream) Schema() *arrow.Schema { return s.schema }

// Next goes to the next batch; false at the end, or where Err tells why.
func (s *Stream) Next() bool {
	s.drop()
	if s.err != nil {
		return false
	}
	if s.err = s.ctx.Err(); s.err != nil {
		return false
	}
	chunk := bindings.FetchChunk(s.result)
	if chunk.Ptr == nil {
		if text := bindings.ResultError(&s.result); text != "" {
			s.err = orCancelled(s.ctx, queryError(text))
		}
		return false
	}
	defer bindings.DestroyDataChunk(&chunk)
	batch, failed := bindings.DataChunkToArrowArray(s.options, s.schema, chunk)
	if err := errorData(failed); err != nil {
		s.err = fmt.Errorf("read the answer: %w", err)
		return false
	}
	s.current = batch
	return true
}

// RecordBatch is the batch Next has gone to.
func (s *Stream) RecordBatch() arrow.RecordBatch { return s.current }

// Record is RecordBatch, by the name arrow-go gave it before.
func (s *Stream) Record() arrow.RecordBatch { return s.current }

// Err tells why the stream ended, nil where all of it was read.
func (s *Stream) Err() error { return s.err }

// Retain lets the stream live until one more Release.
func (s *Stream) Retain() { s.refs.Add(1) }

// Release ends the stream with the last one who holds it. What was not read is
// not computed.
func (s *Stream) Release() {
	if s.refs.Add(-1) == 0 {
		s.drop()
		bindings.DestroyArrowOptions(&s.options)
		bindings.DestroyResult(&s.result)
		if s.done != nil {
			s.done()
		}
	}
}

func (s *Stream) drop() {
	if s.current != nil {
		s.current.Release()
		s.current = nil
	}
}

func errorData(e bindings.ErrorData) error {
	defer bindings.DestroyErrorData(&e)
	if !bindings.ErrorDataHasError(e) {
		return nil
	}
	return errors.New(bindings.ErrorDataMessage(e))
}
