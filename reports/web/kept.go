package web

import (
	"container/list"
	"sync"
)

// kept are the articles last asked for, as many as fit.
type kept struct {
	mutex sync.Mutex
	most  int64
	bytes int64
	order *list.List // of *keptSheet, the last used first
	at    map[leaf]*list.Element
	floor int // snapshots before this one are gone
}

type keptSheet struct {
	leaf
	*sheet
}

func newKept(most int64) *kept {
	return &kept{most: most, order: list.New(), at: map[leaf]*list.Element{}}
}

func (k *kept) get(l leaf) *sheet {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	e, found := k.at[l]
	if !found {
		return nil
	}
	k.order.MoveToFront(e)
	return e.Value.(*keptSheet).sheet
}

func (k *kept) put(l leaf, s *sheet) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if _, found := k.at[l]; found || l.snapshot < k.floor {
		return
	}
	k.at[l] = k.order.PushFront(&keptSheet{l, s})
	k.bytes += s.size()
	for k.bytes > k.most && k.order.Len() > 1 {
		k.drop(k.order.Back())
	}
}

// forget drops what was made from snapshots before that number: nobody is led
// there any more.
func (k *kept) forget(before int) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	k.floor = before
	for e := k.order.Front(); e != nil; {
		next := e.Next()
		if e.Value.(*keptSheet).snapshot < before {
			k.drop(e)
		}
		e = next
	}
}

func (k *kept) drop(e *list.Element) {
	s := k.order.Remove(e).(*keptSheet)
	delete(k.at, s.leaf)
	k.bytes -= s.size()
}
