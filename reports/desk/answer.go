package desk

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"canbao/etl/refuse"
	"canbao/reports/access"
	"canbao/reports/audit"
	"canbao/sql/duck"
)

// Answer is an answer on its way. It ends with an error where a limit is passed:
// what was given until then is not all, and Err says so. Close it when done.
type Answer struct {
	desk     *Desk
	question Question
	limits   access.Limits

	ctx    context.Context
	cancel context.CancelCauseFunc
	left   time.Duration
	id     int64
	leave  func()
	lease  *Lease

	engine engine
	stream array.RecordReader // nil for one written to a file

	rows, bytes int64
	current     arrow.RecordBatch
	err         error
	ended       bool
	closed      atomic.Bool
	refs        atomic.Int64
}

var _ array.RecordReader = (*Answer)(nil)

// begin goes as far as the first rows, or the file.
func (a *Answer) begin(ctx context.Context) error {
	q := a.question
	if !q.User.Role.May(access.Ask) || q.Export && !q.User.Role.May(access.Export) {
		return mayNot(q.User)
	}
	a.refs.Store(1)
	a.ctx, a.cancel = context.WithCancelCause(ctx)
	a.id = a.desk.register(q, a.cancel)
	var err error
	if a.leave, err = a.desk.queue.enter(a.ctx, q.User.Name, a.limits.Concurrent, q.Waiting); err != nil {
		return err
	}
	if a.lease, err = a.desk.shelf.lease(a.ctx, q.User); err != nil {
		return err
	}
	a.left = a.limits.Time
	defer a.work()()
	if a.engine, err = a.desk.openEngine(q, a.lease.path, a.limits); err != nil {
		return err
	}
	if q.Parquet != "" {
		return a.write()
	}
	a.stream, err = a.engine.stream(a.ctx, q)
	return err
}

// work lets the clock run until the function returned is called. The time of a
// question is the engine's: a reader who is slow to take the rows loses none.
func (a *Answer) work() (rest func()) {
	since := time.Now()
	clock := time.AfterFunc(a.left, func() { a.cancel(overTime(a.limits.Time)) })
	return func() {
		clock.Stop()
		a.left = max(a.left-time.Since(since), 0)
	}
}

// write has the engine write the answer into the file.
func (a *Answer) write() error {
	var err error
	if a.rows, err = a.engine.write(a.ctx, a.question); err == nil {
		if most := a.mostRows(); a.rows > most {
			err = overRows(most)
		}
	}
	return err
}

func (a *Answer) mostRows() int64 {
	if a.question.Export {
		return a.limits.ExportRows
	}
	return a.limits.Rows
}

// Snapshot is the number of the snapshot that all of the answer comes from.
func (a *Answer) Snapshot() int { return a.lease.Number }

// Rows is how many rows were given so far, or written to the file.
func (a *Answer) Rows() int64 { return a.rows }

// Schema describes the columns; nil where the answer went to a file.
func (a *Answer) Schema() *arrow.Schema {
	if a.stream == nil {
		return nil
	}
	return a.stream.Schema()
}

// Next goes to the next batch; false at the end, or where Err tells why.
func (a *Answer) Next() bool {
	a.drop()
	if a.ended || a.closed.Load() || a.stream == nil {
		return false
	}
	rest := a.work()
	more := a.stream.Next()
	rest()
	if !more {
		a.finish(a.stream.Err())
		return false
	}
	batch := a.stream.RecordBatch()
	if a.bytes += SizeOf(batch); a.bytes > a.limits.Bytes {
		a.finish(overBytes(a.limits.Bytes))
		return false
	}
	most := a.mostRows()
	give := min(batch.NumRows(), most-a.rows)
	if give > 0 {
		a.current = batch.NewSlice(0, give)
		a.rows += give
	}
	if give < batch.NumRows() {
		// The rows that may be given are given; then the answer ends.
		a.finish(overRows(most))
	}
	return give > 0
}

// SizeOf is the bytes of the columns of a batch, as the limit of an answer counts
// them.
func SizeOf(batch arrow.RecordBatch) int64 {
	n := int64(0)
	for _, c := range batch.Columns() {
		n += int64(c.Data().SizeInBytes())
	}
	return n
}

// RecordBatch is the batch Next has gone to.
func (a *Answer) RecordBatch() arrow.RecordBatch { return a.current }

// Record is RecordBatch, by the name arrow-go gave it before.
func (a *Answer) Record() arrow.RecordBatch { return a.current }

// Err tells why the answer ended, nil where all of it was read.
func (a *Answer) Err() error { return a.err }

// Retain lets the answer live until one more Release.
func (a *Answer) Retain() { a.refs.Add(1) }

// Release closes the answer with the last one who holds it.
func (a *Answer) Release() {
	if a.refs.Add(-1) == 0 {
		// What goes wrong at the end has been told by Err where it was read to there.
		if err := a.Close(); err != nil {
			a.desk.o.Warn(err)
		}
	}
}

func (a *Answer) drop() {
	if a.current != nil {
		a.current.Release()
		a.current = nil
	}
}

// finish ends the answer: the engine goes, and what was done is written down.
func (a *Answer) finish(err error) {
	if !a.ended {
		a.err = a.end(err)
	}
}

// Close lets go of the answer and of all it holds. One that was not read to its
// end is written down as stopped.
func (a *Answer) Close() error {
	if a.closed.Swap(true) {
		return nil
	}
	a.drop()
	if a.ended {
		return nil
	}
	err := a.end(errNotRead)
	if errors.Is(err, errNotRead) {
		return nil
	}
	return err
}

var errNotRead = errors.New("not read to the end")

// end lets go of everything, writes the question down and is the error as the
// asker is told it.
func (a *Answer) end(err error) error {
	a.ended = true
	err = a.told(err)
	if a.stream != nil {
		a.stream.Release()
	}
	if a.engine != nil {
		a.engine.close()
	}
	snapshot := 0
	if a.lease != nil {
		snapshot = a.lease.Number
		a.lease.Release()
	}
	if a.leave != nil {
		a.leave()
	}
	if a.id != 0 {
		a.desk.unregister(a.id)
		a.cancel(nil)
	}
	return errors.Join(err, a.note(err, snapshot))
}

// told is an error in words that help: of a limit, where one was passed.
func (a *Answer) told(err error) error {
	if err == nil || a.ctx == nil || errors.Is(err, errNotRead) {
		return err
	}
	return a.desk.logged(plain(a.ctx, err, a.limits))
}

// plain is an error as the asker is told it: why the context ended where it has;
// the limit where one was passed; and of an engine that broke nothing that only
// the operator should know, such as where its files are.
func plain(ctx context.Context, err error, l access.Limits) error {
	var q *duck.QueryError
	var over *LimitError
	var no *refuse.Error
	switch {
	case err == nil:
		return nil
	case context.Cause(ctx) != nil:
		return context.Cause(ctx)
	case errors.As(err, &no):
		return err
	case errors.As(err, &q) && q.Kind == "Out of Memory", errors.As(err, &over) && over.Limit == OverMemory:
		return overMemory(l.Memory)
	case errors.As(err, &over) && over.Limit == OverBytes:
		return overBytes(l.Bytes)
	case errors.As(err, &q) && q.Broken(), errors.Is(err, errChild):
		return &engineError{err}
	}
	return err
}

// engineError is a failure of the engine. Whoever asked is told that it failed;
// the reason, which may hold all that a process said when it fell over, is in
// Unwrap and goes to the log of the service.
type engineError struct{ err error }

func (e *engineError) Error() string { return "the engine failed to answer" }
func (e *engineError) Unwrap() error { return e.err }

// logged tells the log why an engine failed, and is the error as it was.
func (d *Desk) logged(err error) error {
	var failed *engineError
	if errors.As(err, &failed) {
		d.o.Warn(fmt.Errorf("%w: %.4000s", failed, audit.Masked(failed.err.Error()))) // a program that falls over says far more
	}
	return err
}

// note writes down who asked what.
func (a *Answer) note(err error, snapshot int) error {
	q := a.question
	if q.Quiet || a.desk.o.Audit == nil {
		return nil
	}
	act := audit.Query
	if q.Export {
		act = audit.Export
	}
	_, failed := a.desk.o.Audit.Append(context.Background(), audit.Entry{
		By: q.User.Name, Role: string(q.User.Role), Via: q.Via, Act: act, What: audit.Masked(q.Text),
		Snapshot: snapshot, Rows: a.rows, Outcome: outcome(err),
	})
	return failed
}

// outcome says in a word how a question ended.
func outcome(err error) string {
	var no *refuse.Error
	var wrong *duck.QueryError
	switch {
	case err == nil:
		return audit.OK
	case errors.Is(err, errStopped), errors.Is(err, errNotRead), errors.Is(err, context.Canceled), errors.Is(err, errClosed):
		return audit.Stopped
	case errors.As(err, &no), errors.As(err, &wrong) && !wrong.Broken():
		return audit.Refused
	}
	return audit.Failed
}
