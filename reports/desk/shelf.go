package desk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"canbao/etl/refuse"
	"canbao/models"
	"canbao/models/measure"
	"canbao/reports/access"
)

// Lease is a snapshot held open: its file stays until Release, whatever is
// published meanwhile. The Reader is shared with others.
type Lease struct {
	Number int
	Reader *measure.Reader
	path   string
	once   sync.Once
	giveUp func()
}

// Release gives the snapshot up.
func (l *Lease) Release() { l.once.Do(l.giveUp) }

// Lease is the current snapshot as the user may see it: for a user of towns the
// cut that holds their rows only.
func (d *Desk) Lease(ctx context.Context, u access.User) (*Lease, error) {
	if !u.Role.May(access.SeeFigures) {
		return nil, mayNot(u)
	}
	return d.shelf.lease(ctx, u)
}

// shelf are the snapshots in use: the current one, and older ones until the last
// reader has left.
type shelf struct {
	o         Options
	renewal   sync.Mutex // one renewal at a time
	preparing sync.Mutex // one copy at a time: the first is ready soonest
	ahead     sync.WaitGroup
	ctx       context.Context // of what goes on beside any question
	stop      context.CancelFunc

	mu      sync.Mutex
	current *generation
	before  *generation // while the cuts of the current one are made, the one before it
	old     []*generation
	closed  bool
}

// generation is one published snapshot with its cuts.
type generation struct {
	models.Snapshot
	made   time.Time // of its file
	leases int
	copies map[string]*copyOf // by the areas they hold, "" for the whole
}

// copyOf is one file of a generation, opened when first asked for.
type copyOf struct {
	once     sync.Once
	ready    bool // for users to be sent there from the snapshot before; under the shelf's mu
	path     string
	reader   *measure.Reader
	prepared chan struct{} // closed when Options.Prepare is done
	err      error
}

func newShelf(o Options) *shelf {
	s := &shelf{o: o}
	s.ctx, s.stop = context.WithCancel(context.Background())
	return s
}

// How long after a snapshot was found its readers go on with the one before it
// while it is prepared: everybody, and users of towns, whose cuts come after the
// whole. Within two seconds it is taken up in any case.
const (
	wholeWaits = time.Second
	townsWait  = 1500 * time.Millisecond
)

// start clears away what a killed service has left: cuts half made, and
// snapshots it had no time to remove.
func (s *shelf) start() error {
	if _, err := os.Stat(s.o.Published); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	err := models.ClearCuts(s.o.Published)
	if err == nil {
		err = models.Prune(s.o.Published, s.o.Keep, nil)
	}
	if nothingYet(err) {
		return nil
	}
	return err
}

// renew takes up what is published now, and lets go of what is not wanted any more.
func (s *shelf) renew(ctx context.Context) error {
	s.renewal.Lock()
	defer s.renewal.Unlock()
	now, err := models.Current(s.o.Published)
	if err != nil {
		return err
	}
	s.mu.Lock()
	same := s.closed || s.current != nil && s.current.Number == now.Number && s.current.Path == now.Path
	s.mu.Unlock()
	if same {
		return nil
	}
	found := time.Now()
	info, err := os.Stat(now.Path)
	if err != nil {
		return fmt.Errorf("take up a snapshot: %w", err)
	}
	next := &generation{Snapshot: now, made: info.ModTime(), leases: 1, copies: map[string]*copyOf{}}
	// Opened before anybody is sent there: nobody waits, and a snapshot that
	// cannot be opened takes nobody's figures away.
	whole, err := s.open(ctx, next, nil)
	if err != nil {
		return err
	}
	whole.wait(ctx, found.Add(wholeWaits))
	s.mu.Lock()
	before := s.current
	if before != nil {
		s.old = append(s.old, before)
		before.leases++
		s.before = before
	}
	s.current = next
	s.mu.Unlock()
	s.ahead.Go(func() {
		s.cutAhead(next, before, found.Add(townsWait))
		s.release(next)
		if before != nil {
			s.mu.Lock()
			if s.before == before {
				s.before = nil
			}
			s.mu.Unlock()
			s.release(before)
		}
	})
	return s.clear()
}

// cutAhead opens the cuts that will be asked for, and makes those that the build has
// not made: those that were asked for of the snapshot before, then those of the
// users known. Until one is done, and prepared or the time is over, its users are
// given the snapshot before, so that nobody waits for it.
func (s *shelf) cutAhead(g, before *generation, until time.Time) {
	var wanted [][]string
	if before != nil {
		s.mu.Lock()
		for key := range before.copies {
			if key != "" {
				wanted = append(wanted, strings.Fields(key))
			}
		}
		s.mu.Unlock()
	}
	if s.o.Areas != nil {
		wanted = append(wanted, s.o.Areas()...)
	}
	for _, towns := range wanted {
		s.mu.Lock()
		stale := s.current != g
		s.mu.Unlock()
		if towns = ordered(towns); len(towns) == 0 || stale || s.ctx.Err() != nil {
			continue
		}
		c, err := s.open(s.ctx, g, towns)
		if err != nil {
			if s.ctx.Err() == nil {
				s.o.Warn(fmt.Errorf("cut snapshot %d for %v: %w", g.Number, towns, err))
			}
			continue
		}
		c.wait(s.ctx, until)
		s.admit(c)
	}
}

// wait waits until the copy is prepared or the time is over.
func (c *copyOf) wait(ctx context.Context, until time.Time) {
	over := time.NewTimer(time.Until(until))
	defer over.Stop()
	select {
	case <-c.prepared:
	case <-over.C:
	case <-ctx.Done():
	}
}

// admit has users sent to a copy.
func (s *shelf) admit(c *copyOf) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.ready = true
}

// prepare begins to make a copy ready. It reads the generation meanwhile, of which
// the caller has a lease.
func (s *shelf) prepare(g *generation, c *copyOf) {
	c.prepared = make(chan struct{})
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.o.Prepare == nil || s.closed {
		close(c.prepared)
		return
	}
	g.leases++
	s.ahead.Go(func() {
		defer s.release(g)
		defer close(c.prepared)
		s.preparing.Lock()
		defer s.preparing.Unlock()
		s.mu.Lock()
		late := s.current != nil && s.current.Number > g.Number
		s.mu.Unlock()
		if late || s.ctx.Err() != nil {
			return
		}
		if err := s.o.Prepare(s.ctx, c.reader); err != nil && s.ctx.Err() == nil {
			s.o.Warn(fmt.Errorf("prepare snapshot %d: %w", g.Number, err))
		}
	})
}

// open opens the copy of a generation for the areas, none for the whole. The caller
// has a lease of it.
func (s *shelf) open(ctx context.Context, g *generation, areas []string) (*copyOf, error) {
	key := strings.Join(areas, " ")
	s.mu.Lock()
	c, ok := g.copies[key]
	if !ok {
		c = &copyOf{}
		g.copies[key] = c
	}
	s.mu.Unlock()
	c.once.Do(func() {
		if c.path, c.reader, c.err = s.openFile(context.WithoutCancel(ctx), g, areas); c.err == nil {
			s.prepare(g, c)
		}
	})
	if c.err != nil {
		// The next one tries again.
		s.mu.Lock()
		if g.copies[key] == c {
			delete(g.copies, key)
		}
		s.mu.Unlock()
		return nil, c.err
	}
	return c, nil
}

func (s *shelf) openFile(ctx context.Context, g *generation, areas []string) (string, *measure.Reader, error) {
	path := g.Path
	if len(areas) > 0 {
		var err error
		if path, err = (models.Cut{Snapshot: g.Snapshot, Towns: areas, Memory: models.CutMemory, Threads: 1}).Make(ctx); err != nil {
			return "", nil, err
		}
	}
	r, err := measure.Open(ctx, path)
	return path, r, err
}

// lease takes the current generation. One that has been removed between being
// looked up and being opened is followed by a newer one.
func (s *shelf) lease(ctx context.Context, u access.User) (*Lease, error) {
	areas := areasOf(u)
	if u.Role == access.Town && len(areas) == 0 {
		return nil, noAreas(u)
	}
	for try := 0; ; try++ {
		g, err := s.hold(strings.Join(areas, " "))
		if err != nil && try == 0 && s.renew(ctx) == nil {
			continue
		}
		if err != nil {
			return nil, err
		}
		c, err := s.open(ctx, g, areas)
		if err == nil {
			s.admit(c)
			return &Lease{Number: g.Number, Reader: c.reader, path: c.path, giveUp: func() { s.release(g) }}, nil
		}
		s.release(g)
		if !errors.Is(err, fs.ErrNotExist) || try == 3 {
			return nil, err
		}
		if err := s.renew(ctx); err != nil {
			return nil, err
		}
	}
}

// areasOf are the areas a user is bound to, sorted; nil for none.
func areasOf(u access.User) []string {
	if u.Role != access.Town {
		return nil
	}
	return ordered(u.Areas)
}

// ordered are areas as they name a cut: each once, in order.
func ordered(areas []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(append([]string{}, areas...))))
}

// hold leases the current generation, or the one before it to those whose cut of
// the current one is still being made.
func (s *shelf) hold(key string) (*generation, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return nil, errClosed
	case s.current == nil:
		_, err := models.Current(s.o.Published)
		if err == nil {
			err = errors.New("the published snapshot is not open yet")
		}
		return nil, err
	}
	g := s.current
	if b := s.before; b != nil && key != "" && !g.has(key) && b.has(key) {
		g = b
	}
	g.leases++
	return g, nil
}

// has tells whether a copy is open. The caller holds the shelf's mu.
func (g *generation) has(key string) bool {
	c, ok := g.copies[key]
	return ok && c.ready
}

func (s *shelf) release(g *generation) {
	s.mu.Lock()
	g.leases--
	done := g.leases == 0 && g != s.current
	s.mu.Unlock()
	if done {
		if err := s.clear(); err != nil {
			s.o.Warn(err)
		}
	}
}

// clear closes the old generations that nobody reads and removes the files that
// are kept no longer.
func (s *shelf) clear() error {
	s.mu.Lock()
	var gone []*generation
	s.old = slices.DeleteFunc(s.old, func(g *generation) bool {
		if g.leases == 0 {
			gone = append(gone, g)
		}
		return g.leases == 0
	})
	s.mu.Unlock()
	var err error
	for _, g := range gone {
		err = errors.Join(err, g.close())
	}
	return errors.Join(err, models.Prune(s.o.Published, s.o.Keep, s.reads))
}

// reads tells whether anybody reads the snapshot of a number.
func (s *shelf) reads(number int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(append([]*generation{s.current}, s.old...), func(g *generation) bool {
		return g != nil && g.Number == number
	})
}

func (g *generation) close() error {
	var err error
	for _, c := range g.copies {
		if c.reader != nil {
			err = errors.Join(err, c.reader.Close())
		}
	}
	if err != nil {
		return fmt.Errorf("close snapshot %d: %w", g.Number, err)
	}
	return nil
}

// close closes all generations.
func (s *shelf) close() error {
	s.mu.Lock()
	all := s.old
	if s.current != nil {
		all = append(all, s.current)
	}
	s.current, s.old, s.closed = nil, nil, true
	s.mu.Unlock()
	s.stop()
	s.ahead.Wait()
	var err error
	for _, g := range all {
		err = errors.Join(err, g.close())
	}
	return err
}

// nothingYet tells that there is no snapshot to take up.
func nothingYet(err error) bool {
	var no *refuse.Error
	return errors.As(err, &no) && errors.Is(err, fs.ErrNotExist) || errors.As(err, &no) && no.Err == nil
}
