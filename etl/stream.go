package etl

import (
	"context"
	"slices"
	"sync"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"golang.org/x/sync/errgroup"

	"canbao/etl/source"
)

// batch is what one block of a file became.
type batch struct {
	seq  int
	rows arrow.RecordBatch // the rows that passed; nil where none did
	held []heldRow         // the rows held back, in file order
	size int               // bytes of the file, as far as is known
	// rows that passed of a corrected sheet
	right []numbered
	// fingerprints of the keys and lines of the rows that passed
	marks []fingerprint
	lines []int64
	// documents of rows that passed, where a person key cannot hold them
	documents []document
}

// stream hands the batches of a file to the database, in file order. Workers
// convert the blocks that follow, and one goroutine puts them in order and notes
// what they bring, so that the database waits for neither. It is an
// array.RecordReader.
type stream struct {
	schema  *arrow.Schema
	batches chan *batch // as they come from the workers
	rows    chan arrow.RecordBatch
	current arrow.RecordBatch
	ended   <-chan struct{} // closed when the reading is to stop
	stop    context.CancelFunc
	work    *errgroup.Group
	order   sync.WaitGroup
	once    sync.Once
	err     error

	// What the rows were, once the stream has ended.
	held      heldRows
	right     []numbered
	documents []document
	met       meetings
	repeated  int64 // rows that were found to be repeats
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
		schema:  judgedSchema(c.schema),
		batches: make(chan *batch, batchesAhead),
		rows:    make(chan arrow.RecordBatch, 2),
		ended:   ctx.Done(),
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

// begin lets the rows through as those of load, and notes them in met. Until
// then only some batches are converted ahead.
//
// passing is told of the rows and bytes of each block.
func (s *stream) begin(load int, met *met, passing func(rows, bytes int)) {
	s.order.Go(func() {
		defer close(s.rows)
		early := map[int]*batch{} // converted before their turn
		next := 0
		for b := range s.batches {
			early[b.seq] = b
			for b = early[next]; b != nil; b = early[next] {
				delete(early, next)
				next++
				passing(len(b.lines)+len(b.held), b.size)
				if err := s.take(b, load, met); err != nil {
					s.err = err
					s.stop()
				}
			}
		}
	})
}

// take notes what a batch brings and passes its rows on.
func (s *stream) take(b *batch, load int, met *met) error {
	s.right = append(s.right, b.right...)
	s.documents = append(s.documents, b.documents...)
	verdicts := met.note(&s.met, b.marks, load, b.lines)
	for _, v := range verdicts {
		if v.repeated {
			s.repeated++
		}
	}
	if err := s.held.add(b.held); err != nil || b.rows == nil {
		return err
	}
	rows := s.judged(b.rows, load, verdicts)
	select {
	case s.rows <- rows:
	case <-s.ended:
		rows.Release()
	}
	return nil
}

// judgedFields stand before the columns of a file: what is known of its rows
// only when their turn has come.
var judgedFields = []arrow.Field{
	{Name: "load", Type: arrow.PrimitiveTypes.Int32},
	{Name: "shared", Type: arrow.FixedWidthTypes.Boolean},
	{Name: "repeated", Type: arrow.FixedWidthTypes.Boolean},
}

func judgedSchema(schema *arrow.Schema) *arrow.Schema {
	return arrow.NewSchema(slices.Concat(judgedFields, schema.Fields()), nil)
}

// judged puts those columns before rows, which it releases.
func (s *stream) judged(rows arrow.RecordBatch, load int, verdicts []verdict) arrow.RecordBatch {
	defer rows.Release()
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(judgedFields, nil))
	defer b.Release()
	b.Reserve(len(verdicts))
	loads, shared, repeated := b.Field(0).(*array.Int32Builder), b.Field(1).(*array.BooleanBuilder), b.Field(2).(*array.BooleanBuilder)
	for _, v := range verdicts {
		loads.UnsafeAppend(int32(load))
		shared.UnsafeAppend(v.shared)
		repeated.UnsafeAppend(v.repeated)
	}
	before := b.NewRecordBatch()
	defer before.Release()
	return array.NewRecordBatch(s.schema, slices.Concat(before.Columns(), rows.Columns()), rows.NumRows())
}

// Next makes the next batch of rows current. Blocks without a row that passed
// are skipped.
func (s *stream) Next() bool {
	if s.current != nil {
		s.current.Release()
		s.current = nil
	}
	rows, ok := <-s.rows
	if !ok {
		s.finish()
		return false
	}
	s.current = rows
	return true
}

// finish waits for the reading to end and keeps its error.
func (s *stream) finish() {
	s.once.Do(func() {
		s.order.Wait()
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
