package flight

import (
	"context"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"

	"canbao/reports/desk"
)

// DoGetStatement runs the query of a ticket.
func (s *Server) DoGetStatement(ctx context.Context, cmd flightsql.StatementQueryTicket) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	ctx, stop := context.WithCancelCause(ctx)
	q, done, err := sessionOf(ctx).take(string(cmd.GetStatementHandle()), stop)
	if err != nil {
		stop(nil)
		return nil, nil, err
	}
	rows, err := s.o.Desk.Ask(ctx, q)
	if err != nil {
		done()
		stop(nil)
		return nil, nil, s.fault(err, q.Text)
	}
	// The engine works on while batches are sent, a few of them ahead.
	chunks := make(chan flight.StreamChunk, ahead)
	go func() {
		defer close(chunks)
		defer stop(nil)
		defer done()
		err := s.give(ctx, rows, chunks)
		s.metrics.answered(err)
		if err != nil {
			chunks <- flight.StreamChunk{Err: s.fault(err, q.Text)}
		}
	}()
	return named(rows.Schema(), rows.Snapshot()), chunks, nil
}

const ahead = 8 // batches

// largest is the most bytes a batch is sent in, as far as its rows can be parted:
// clients take messages of 4 MB where nobody tells them otherwise.
const largest = 2 << 20

// give hands the answer over, batch by batch, and closes it. Whoever takes the
// chunks takes all of them, or ctx ends.
func (s *Server) give(ctx context.Context, rows *desk.Answer, chunks chan<- flight.StreamChunk) (err error) {
	defer s.survive(&err)
	defer func() {
		if closed := rows.Close(); err == nil {
			err = closed
		}
	}()
	for rows.Next() {
		for batch := range parts(rows.RecordBatch()) {
			n, size := float64(batch.NumRows()), float64(desk.SizeOf(batch))
			select {
			case chunks <- flight.StreamChunk{Data: batch}: // which releases it
				s.metrics.rows.Add(n)
				s.metrics.bytes.Add(size)
			case <-ctx.Done():
				batch.Release()
				return context.Cause(ctx)
			}
		}
	}
	return rows.Err()
}

// parts are the rows of a batch in pieces that are not too large; whoever takes
// one releases it.
func parts(batch arrow.RecordBatch) func(func(arrow.RecordBatch) bool) {
	return func(yield func(arrow.RecordBatch) bool) {
		n := batch.NumRows()
		pieces := min(desk.SizeOf(batch)/largest+1, max(n, 1))
		if pieces == 1 {
			batch.Retain()
			yield(batch)
			return
		}
		step := (n + pieces - 1) / pieces
		for from := int64(0); from < n; from += step {
			if !yield(batch.NewSlice(from, min(from+step, n))) {
				return
			}
		}
	}
}
