package web

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"canbao/models/measure"
	"canbao/reports"
	"canbao/reports/desk"
)

// drafts are the days last composed from, the latest first: who looks at a day
// looks at several of its pages. One takes about 10 MB of a city with 714
// villages.
type drafts struct {
	once  singleflight.Group
	mutex sync.Mutex
	all   []dayDraft
}

type dayDraft struct {
	leaf
	*reports.Draft
}

const mostDrafts = 4

// draft is the bulletin of the day of a leaf, whose pages are yet to be composed.
func (p *press) draft(ctx context.Context, lease *desk.Lease, l leaf) (*reports.Draft, error) {
	l.name = ""
	if found := p.drafts.get(l); found != nil {
		return found, nil
	}
	got, err, _ := p.drafts.once.Do(l.String(), func() (any, error) {
		if found := p.drafts.get(l); found != nil {
			return found, nil
		}
		day, err := time.Parse(time.DateOnly, l.day)
		if err != nil {
			return nil, fmt.Errorf("compose pages: %w", err)
		}
		b, err := lease.Reader.Bulletin(ctx, measure.Ask{Campaign: l.campaign, AsOf: day})
		if err != nil {
			return nil, err
		}
		d, err := reports.Begin(b, p.options(l))
		if err != nil {
			return nil, err
		}
		p.drafts.put(l, d)
		return d, nil
	})
	if err != nil {
		return nil, err
	}
	return got.(*reports.Draft), nil
}

func (d *drafts) get(l leaf) *reports.Draft {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	n := slices.IndexFunc(d.all, func(k dayDraft) bool { return k.leaf == l })
	if n < 0 {
		return nil
	}
	found := d.all[n]
	d.all = slices.Insert(slices.Delete(d.all, n, n+1), 0, found)
	return found.Draft
}

func (d *drafts) put(l leaf, made *reports.Draft) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.all = slices.Insert(d.all, 0, dayDraft{l, made})
	if len(d.all) > mostDrafts {
		d.all = slices.Delete(d.all, mostDrafts, len(d.all))
	}
}

// forget drops what was made from snapshots before that number.
func (d *drafts) forget(before int) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.all = slices.DeleteFunc(d.all, func(k dayDraft) bool { return k.snapshot < before })
}
