package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
)

// One who asks much waits in his own line: the others come in by turns.
func TestQueueTakesTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(1)
		leave, err := q.enter(context.Background(), "first", 1, nil)
		if err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		var order []string
		places := map[string][]string{}
		var done sync.WaitGroup
		for _, who := range []string{"zhang 1", "zhang 2", "zhang 3", "li 1", "wang 1", "wang 2"} {
			done.Go(func() {
				user, _, _ := strings.Cut(who, " ")
				leave, err := q.enter(context.Background(), user, 1, func(place int) {
					mu.Lock()
					defer mu.Unlock()
					places[who] = append(places[who], fmt.Sprint(place))
				})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				order = append(order, who)
				mu.Unlock()
				synctest.Wait() // all others are told before the next comes in
				leave()
			})
			synctest.Wait()
		}
		leave()
		done.Wait()
		if got := strings.Join(order, ", "); got != "zhang 1, li 1, wang 1, zhang 2, wang 2, zhang 3" {
			t.Errorf("let in: %s", got)
		}
		for who, want := range map[string]string{"zhang 1": "1", "zhang 3": "3", "li 1": "2"} {
			// Between two turns places may be told together; the last told is the true
			// one, and behind it that the wait is over.
			got := places[who]
			if len(got) < 2 || got[len(got)-2] != "1" || got[len(got)-1] != "0" || !slices.Contains(got, strings.Fields(want)[0]) {
				t.Errorf("%s was told %v", who, got)
			}
		}
	})
}

// A user has no more than its own number inside, whatever room there is, and a
// limit of one does not keep others out.
func TestQueueOfOneUser(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(10)
		ctx, cancel := context.WithCancelCause(context.Background())
		for range 2 {
			if _, err := q.enter(ctx, "zhang", 2, nil); err != nil {
				t.Fatal(err)
			}
		}
		told := make(chan int, 10)
		gave := make(chan error)
		go func() {
			_, err := q.enter(ctx, "zhang", 2, func(place int) { told <- place })
			gave <- err
		}()
		synctest.Wait()
		if inside, waiting := q.counts(); inside != 2 || waiting != 1 {
			t.Errorf("%d inside, %d waiting", inside, waiting)
		}
		if len(told) != 1 || <-told != 1 {
			t.Error("the third was not told that it is next")
		}
		if _, err := q.enter(context.Background(), "li", 2, nil); err != nil {
			t.Fatal(err)
		}
		why := errors.New("gone")
		cancel(why)
		if err := <-gave; !errors.Is(err, why) {
			t.Errorf("who gave up was told %v", err)
		}
		if q.inside != 3 || len(q.waiting) != 0 || len(q.turns) != 0 {
			t.Errorf("%d inside, %v waiting, %v turns", q.inside, q.waiting, q.turns)
		}
		q.close()
		if _, err := q.enter(context.Background(), "li", 2, nil); !errors.Is(err, errClosed) {
			t.Errorf("entering a closed queue: %v", err)
		}
	})
}

func TestQueueClosesOnThoseWhoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(1)
		leave, err := q.enter(context.Background(), "zhang", 1, nil)
		if err != nil {
			t.Fatal(err)
		}
		gave := make(chan error)
		go func() {
			_, err := q.enter(context.Background(), "li", 1, nil)
			gave <- err
		}()
		synctest.Wait()
		q.close()
		if err := <-gave; !errors.Is(err, errClosed) {
			t.Errorf("told %v", err)
		}
		leave()
		if q.inside != 0 {
			t.Errorf("%d inside", q.inside)
		}
	})
}
