package desk

import (
	"context"
	"slices"
	"sync"
)

// queue lets so many questions in at once, of everybody and of each user. Those
// who wait are let in by turns of the users, so that nobody who asks much keeps
// the others waiting.
type queue struct {
	total int

	mu      sync.Mutex
	inside  int
	by      map[string]int      // inside, by user
	waiting map[string][]*place // by user, each in the order they came
	turns   []string            // users with somebody waiting; the first is next
	closed  bool
}

// place is where somebody stands.
type place struct {
	most int           // how many of this user may be inside at once
	in   chan struct{} // closed when let in
	err  error         // set before in is closed, where it never will be
	told int           // the place last told
	tell chan int      // holds the newest place that was not told yet
}

func newQueue(total int) *queue {
	return &queue{total: total, by: map[string]int{}, waiting: map[string][]*place{}}
}

// enter waits until the user may ask one question more, and tells waiting, which
// may be nil, how many stand before it, itself included: 1 is next, and 0 once
// who was told a place is let in. leave must be called at the end.
func (q *queue) enter(ctx context.Context, user string, most int, waiting func(place int)) (leave func(), err error) {
	p := &place{most: max(most, 1), in: make(chan struct{}), tell: make(chan int, 1)}
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return nil, errClosed
	}
	if len(q.waiting[user]) == 0 {
		q.turns = append(q.turns, user)
	}
	q.waiting[user] = append(q.waiting[user], p)
	q.admit()
	q.mu.Unlock()
	waited := false
	for {
		select {
		case <-p.in:
			if p.err != nil {
				return nil, p.err
			}
			if waited {
				waiting(0)
			}
			var once sync.Once
			return func() { once.Do(func() { q.leave(user) }) }, nil
		case n := <-p.tell:
			if waiting != nil {
				waited = true
				waiting(n)
			}
		case <-ctx.Done():
			if q.giveUp(user, p) {
				return nil, context.Cause(ctx)
			}
			q.leave(user) // it was let in meanwhile
			return nil, context.Cause(ctx)
		}
	}
}

// counts are those let in and those who wait.
func (q *queue) counts() (inside, waiting int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, list := range q.waiting {
		waiting += len(list)
	}
	return q.inside, waiting
}

// leave makes room for the next.
func (q *queue) leave(user string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.inside--
	if q.by[user]--; q.by[user] == 0 {
		delete(q.by, user)
	}
	q.admit()
}

// giveUp takes one who waits out; false where it does not wait any more.
func (q *queue) giveUp(user string, p *place) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	at := slices.Index(q.waiting[user], p)
	if at < 0 {
		return p.err != nil
	}
	q.remove(user, at)
	q.admit()
	return true
}

func (q *queue) remove(user string, at int) {
	q.waiting[user] = slices.Delete(q.waiting[user], at, at+1)
	if len(q.waiting[user]) == 0 {
		delete(q.waiting, user)
		q.turns = slices.DeleteFunc(q.turns, func(u string) bool { return u == user })
	}
}

// admit lets in whoever may come, and tells the others where they stand. The
// caller holds mu.
func (q *queue) admit() {
	for q.inside < q.total {
		at := slices.IndexFunc(q.turns, func(u string) bool { return q.by[u] < q.waiting[u][0].most })
		if at < 0 {
			break
		}
		user := q.turns[at]
		p := q.waiting[user][0]
		q.turns = append(slices.Delete(q.turns, at, at+1), user)
		q.remove(user, 0)
		q.inside++
		q.by[user]++
		close(p.in)
	}
	n := 0
	for round, more := 0, true; more; round++ {
		more = false
		for _, user := range q.turns {
			if round >= len(q.waiting[user]) {
				continue
			}
			more = true
			n++
			if p := q.waiting[user][round]; p.told != n {
				p.told = n
				select { // what was not told is out of date
				case <-p.tell:
				default:
				}
				p.tell <- n
			}
		}
	}
}

// close sends away all who wait.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	for _, list := range q.waiting {
		for _, p := range list {
			p.err = errClosed
			close(p.in)
		}
	}
	q.waiting, q.turns = map[string][]*place{}, nil
}
