package etl

import (
	"context"
	"sync"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"golang.org/x/sync/errgroup"

	"canbao/etl/source"
)

// batch is what one block of a file became.
type batch struct {
	seq  int
	rows arrow.RecordBatch // the rows that passed; nil where none did
	held []heldRow         // the rows held back, in file order
	// rows that passed of a corrected sheet
	right []numbered
	// fingerprints of the keys and lines of the rows that passed
	keys  []uint64
	lines []int64
	// documents of rows that passed, where a person key cannot hold them
	documents []document
}

// stream hands the batches of a file to the database, in file order, while
// workers convert the blocks that follow. It is an array.RecordReader.
type stream struct {
	schema  *arrow.Schema
	batches chan *batch
	early   map[int]*batch // converted before their turn
	next    int
	current arrow.RecordBatch
	held    heldRows
	right   []numbered
	passed  int64
	load    int
	met     *met    // the rows of this load so far, and of the files before
	again   []place // those whose keys meet
	stop    context.CancelFunc
	work    *errgroup.Group
	once    sync.Once
	err     error

	documents []document
}

var _ array.RecordReader = (*stream)(nil)

// batchesAhead bounds what is converted before the database asks for it: some
// tens of megabytes.
const batchesAhead = 16

// newStream starts reading the table; close must be called.
func newStream(ctx context.Context, table source.Table, c *converter, workers int) *stream {
	ctx, cancel := context.WithCancel(ctx)
	work, ctx := errgroup.WithContext(ctx)
	s := &stream{
		schema:  c.schema,
		batches: make(chan *batch, batchesAhead),
		early:   map[int]*batch{},
		stop:    cancel,
		work:    work,
	}
	work.Go(func() error {
		defer close(s.batches)
		return table.Read(ctx, workers, func(b *source.Block) error {
			done, err := c.convert(b)
			if err != nil {
				return err
			}
			select {
			case s.batches <- done:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	})
	return s
}

// Next makes the next batch of rows current. Blocks without a row that passed
// are skipped.
func (s *stream) Next() bool {
	for {
		b, ok := s.early[s.next]
		if ok {
			delete(s.early, s.next)
		} else {
			if b, ok = <-s.batches; !ok {
				s.finish()
				return false
			}
			if b.seq != s.next {
				s.early[b.seq] = b
				continue
			}
		}
		s.next++
		s.right = append(s.right, b.right...)
		if s.err = s.held.add(b.held); s.err != nil {
			s.stop()
			return false
		}
		s.documents = append(s.documents, b.documents...)
		if b.rows == nil {
			continue
		}
		if s.current != nil {
			s.current.Release()
		}
		s.current = b.rows
		s.passed += b.rows.NumRows()
		for i, key := range b.keys {
			s.again = s.met.note(s.again, key, placeOf(s.load, b.lines[i]))
		}
		return true
	}
}

// finish waits for the reading to end and keeps its error.
func (s *stream) finish() {
	s.once.Do(func() {
		if err := s.work.Wait(); s.err == nil {
			s.err = err
		}
	})
}

// end stops the reading where it still goes on; it may be called twice.
func (s *stream) end() {
	s.stop()
	for range s.batches {
	}
	s.finish()
}

// close ends the reading and lets go of the rows held back.
func (s *stream) close() {
	s.end()
	s.held.close()
}

func (s *stream) Schema() *arrow.Schema          { return s.schema }
func (s *stream) RecordBatch() arrow.RecordBatch { return s.current }
func (s *stream) Record() arrow.RecordBatch      { return s.current }
func (s *stream) Err() error                     { return s.err }
func (s *stream) Retain()                        {}
func (s *stream) Release()                       {}
