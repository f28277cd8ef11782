package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"canbao/etl/refuse"
	"canbao/reports/access"
	"canbao/reports/audit"
)

// Question is what somebody asks.
type Question struct {
	User    access.User
	Via     string            // cli, web, wire
	Text    string            // one SELECT
	Params  map[string]string // by name, without the sign
	Bound   arrow.RecordBatch // one row of parameters that have types, instead of Params; may be nil
	Export  bool              // to be kept: the limit of rows is that of exports
	Parquet string            // a file to write by the engine itself, which must not exist; "" = stream
	Waiting func(place int)   // told the place in the queue, 1 is next, 0 let in after a wait; may be nil
	Quiet   bool              // not written down: the program's own question for names and types
}

// asking is a question under way.
type asking struct {
	Running
	cancel context.CancelCauseFunc
}

// Running is a question under way, as told to whoever watches.
type Running struct {
	ID    int64
	User  string
	Via   string
	Text  string // masked
	Since time.Time
}

// Running lists the questions under way, the oldest first.
func (d *Desk) Running() []Running {
	d.mu.Lock()
	defer d.mu.Unlock()
	var all []Running
	for _, a := range d.running {
		all = append(all, a.Running)
	}
	slices.SortFunc(all, func(x, y Running) int { return cmp.Compare(x.ID, y.ID) })
	return all
}

// Stop stops a question; false where there is none of that id.
func (d *Desk) Stop(id int64) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	a, ok := d.running[id]
	if ok {
		a.cancel(errStopped)
	}
	return ok
}

var errStopped = &refuse.Error{
	What: t("查询已被停止", "the query was stopped"),
	Do:   t("可以再查一次", "ask again if you still want to know"),
}

// Ask hands a question in, waits for its turn and begins the answer, which the
// caller reads and closes. What is wrong with the text is a *duck.QueryError;
// what a limit or the role forbids a *refuse.Error.
func (d *Desk) Ask(ctx context.Context, q Question) (*Answer, error) {
	limits := d.o.Limits(q.User.Role)
	a := &Answer{desk: d, question: q, limits: limits}
	err := a.begin(ctx)
	if err == nil && q.Parquet == "" {
		return a, nil
	}
	// A file is whole, and on record, before anybody may take it away.
	if err = a.end(err); err != nil && q.Parquet != "" && a.engine != nil {
		if gone := os.Remove(q.Parquet); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, fmt.Errorf("remove an unfinished file: %w", gone))
		}
	}
	if err != nil {
		return nil, err
	}
	return a, nil
}

// Describe understands a question without running it: the columns of its answer
// and the names of its parameters. Columns whose type hangs on a parameter are
// told as text.
func (d *Desk) Describe(ctx context.Context, q Question) (schema *arrow.Schema, params []string, snapshot int, err error) {
	u, err := d.Understand(ctx, q)
	if err != nil {
		return nil, nil, 0, err
	}
	for _, f := range u.Params.Fields() {
		params = append(params, f.Name)
	}
	return u.Columns, params, u.Snapshot, nil
}

// Understood is a question understood and not run.
type Understood struct {
	Columns  *arrow.Schema // of the answer; types that hang on parameters are settled by those bound
	Params   *arrow.Schema // of the types their places want, text where any will do
	Snapshot int
}

// Understand is Describe with the types of the parameters.
func (d *Desk) Understand(ctx context.Context, q Question) (u Understood, err error) {
	if !q.User.Role.May(access.Ask) {
		return u, mayNot(q.User)
	}
	lease, err := d.shelf.lease(ctx, q.User)
	if err != nil {
		return u, err
	}
	defer lease.Release()
	limits := d.o.Limits(q.User.Role)
	ctx, cancel := context.WithTimeoutCause(ctx, limits.Time, overTime(limits.Time))
	defer cancel()
	e, err := d.openEngine(Question{Text: q.Text, Bound: q.Bound}, lease.path, limits)
	if err != nil {
		return u, err
	}
	defer e.close()
	u, err = e.understand(ctx, q)
	u.Snapshot = lease.Number
	return u, d.logged(plain(ctx, err, limits))
}

// register makes the question one of those running.
func (d *Desk) register(q Question, cancel context.CancelCauseFunc) int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.last++
	d.running[d.last] = &asking{cancel: cancel,
		Running: Running{ID: d.last, User: q.User.Name, Via: q.Via, Text: audit.Masked(q.Text), Since: time.Now()}}
	return d.last
}

func (d *Desk) unregister(id int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.running, id)
}
