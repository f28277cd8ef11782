package desk

import (
	"context"
	"errors"
	"sync"
	"time"

	"canbao/models/measure"
	"canbao/reports/access"
	"canbao/reports/audit"
)

// Options say what a desk serves, and how much. Published must be set.
type Options struct {
	Published string // the folder of snapshots
	Keep      int    // snapshots to keep, the current one among them; 0: 3
	Temp      string // where engines spill what does not fit their memory, "" = the system's folder
	Audit     *audit.Log
	Limits    func(access.Role) access.Limits // nil: the roles' own
	Poll      time.Duration                   // how often a new snapshot is looked for; 0: 200 ms
	Total     int                             // queries at once, of everybody together; 0: 8
	Areas     func() [][]string               // areas of the users known, whose cuts are made ahead of need; may be nil
	// Prepare makes ready what was opened before anybody is sent there, such as by
	// reading it into memory. It is waited for as long as the snapshot before may be
	// read, and goes on then; where it fails all goes on without. May be nil.
	Prepare func(context.Context, *measure.Reader) error
	Warn    func(error) // told what goes wrong beside any question; may be nil
}

// Desk answers questions over the current snapshot. It is safe for concurrent use.
type Desk struct {
	o       Options
	queue   *queue
	shelf   *shelf
	spill   *spill
	stop    context.CancelFunc
	stopped sync.WaitGroup

	mu      sync.Mutex
	running map[int64]*asking
	last    int64 // id given out
}

// Open opens a desk. Where nothing is published yet it opens all the same, and
// says so to whoever asks.
func Open(ctx context.Context, o Options) (*Desk, error) {
	if o.Keep <= 0 {
		o.Keep = 3
	}
	if o.Poll <= 0 {
		o.Poll = 200 * time.Millisecond
	}
	if o.Total <= 0 {
		o.Total = 8
	}
	if o.Limits == nil {
		o.Limits = access.Role.Limits
	}
	if o.Warn == nil {
		o.Warn = func(error) {}
	}
	d := &Desk{o: o, queue: newQueue(o.Total), shelf: newShelf(o), running: map[int64]*asking{}}
	if err := d.shelf.start(); err != nil {
		return nil, err
	}
	var err error
	if d.spill, err = openSpill(o.Temp); err != nil {
		return nil, err
	}
	ctx, d.stop = context.WithCancel(context.WithoutCancel(ctx))
	if err := d.shelf.renew(ctx); err != nil && !nothingYet(err) {
		d.stop()
		return nil, err
	}
	d.stopped.Go(func() { d.watch(ctx) })
	return d, nil
}

// watch takes up new snapshots until the desk is closed.
func (d *Desk) watch(ctx context.Context) {
	tick := time.NewTicker(d.o.Poll)
	defer tick.Stop()
	told := "" // what stays wrong is told once
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			err := d.shelf.renew(ctx)
			if err == nil || nothingYet(err) || ctx.Err() != nil {
				told = ""
			} else if err.Error() != told {
				told = err.Error()
				d.o.Warn(err)
			}
		}
	}
}

// State is how busy a desk is, and with what.
type State struct {
	Running, Queued int       // questions let in, and those that wait for their turn
	Snapshot        int       // number of the one served, 0 for none yet
	Published       time.Time // when its file was made
}

// State tells how busy the desk is at this moment.
func (d *Desk) State() State {
	var s State
	s.Running, s.Queued = d.queue.counts()
	d.shelf.mu.Lock()
	defer d.shelf.mu.Unlock()
	if g := d.shelf.current; g != nil {
		s.Snapshot, s.Published = g.Number, g.made
	}
	return s
}

// Close stops what is running and closes the snapshots. Leases and answers that
// are still out end with errors.
func (d *Desk) Close() error {
	d.stop()
	d.stopped.Wait()
	d.queue.close()
	d.mu.Lock()
	for _, a := range d.running {
		a.cancel(errClosed)
	}
	d.mu.Unlock()
	return errors.Join(d.shelf.close(), d.spill.close())
}

var errClosed = errors.New("the service is stopping")
