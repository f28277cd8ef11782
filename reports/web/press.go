package web

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/singleflight"

	"canbao/models/measure"
	"canbao/reports/access"
	"canbao/reports/desk"
)

// press composes pages and keeps them: one takes some hundredths of a second to
// compose, and is asked for hundreds of times. What is kept is packed and has a
// bound, and goes with its snapshot.
type press struct {
	s        *Server
	kept     *kept
	villages *kept // apart: there are many, and soon composed again
	drafts   drafts
	once     singleflight.Group
	turns    chan struct{} // so many compose at once
	short    chan struct{} // and so many villages: they do not wait behind what takes longer
	outlines outlines
}

// The bounds of what a press keeps: the days of a campaign in both languages, and
// the villages last asked for.
const (
	keptBytes    = 96 << 20
	villageBytes = 32 << 20
)

func newPress(s *Server) *press {
	return &press{s: s, kept: newKept(keptBytes), villages: newKept(villageBytes), turns: make(chan struct{}, 2), short: make(chan struct{}, 4)}
}

// leaf says which page is wanted: of a day, from a snapshot, for who sees so
// much of it.
type leaf struct {
	snapshot int
	areas    string // of a town's user, empty for the whole
	lang     words
	campaign string
	day      string
	name     string // of the article
	village  bool   // it is that of a village
}

func (l leaf) String() string {
	return strings.Join([]string{strconv.Itoa(l.snapshot), l.areas, string(l.lang), l.campaign, l.day, l.name}, "\x00")
}

// whole is who composes ahead of need: it sees all figures.
var whole = access.User{Role: access.Leader}

// number is that of the snapshot the pages speak of now.
func (p *press) number(ctx context.Context) (int, error) {
	l, err := p.s.Desk.Lease(ctx, whole)
	if err != nil {
		return 0, err
	}
	defer l.Release()
	return l.Number, nil
}

// sheet is the article of a leaf, composed if nobody has asked before; nil where
// there is none of its name.
func (p *press) sheet(ctx context.Context, lease *desk.Lease, l leaf) (*sheet, error) {
	kept := p.kept
	if l.village {
		kept = p.villages
	}
	if found := kept.get(l); found != nil {
		return found, nil
	}
	// Who asked may go away meanwhile; the next one still wants it.
	ctx = context.WithoutCancel(ctx)
	got, err, _ := p.once.Do(l.String(), func() (any, error) {
		if found := kept.get(l); found != nil {
			return found, nil
		}
		turns := p.turns
		if l.village {
			turns = p.short
		}
		turns <- struct{}{}
		defer func() { <-turns }()
		begun := time.Now()
		made, err := p.compose(ctx, lease, l)
		if err != nil || made == nil {
			return (*sheet)(nil), err
		}
		p.s.metrics.pressed.Observe(time.Since(begun).Seconds())
		kept.put(l, made)
		return made, nil
	})
	if err != nil {
		return nil, err
	}
	return got.(*sheet), nil
}

// aheadPause is how often it is looked for a new snapshot to compose ahead.
const aheadPause = time.Second

// ahead composes the days of each new snapshot before anybody asks, the last one
// first, and takes no more than half of one processor for it.
func (p *press) ahead(ctx context.Context) {
	done := 0
	for wait := time.Duration(0); ; wait = aheadPause {
		if !sleep(ctx, wait) {
			return
		}
		n, err := p.number(ctx)
		if err != nil || n == done {
			continue
		}
		p.kept.forget(n)
		p.villages.forget(n)
		p.drafts.forget(n)
		if err := p.all(ctx, n); err != nil && ctx.Err() == nil {
			p.s.Log.Error("compose ahead", "error", err.Error())
		}
		done = n
	}
}

// all composes every day of a snapshot, until there is a newer one.
func (p *press) all(ctx context.Context, number int) error {
	lease, err := p.s.Desk.Lease(ctx, whole)
	if err != nil {
		return err
	}
	campaign, err := lease.Reader.Campaign(ctx, p.s.Campaign)
	lease.Release()
	if err != nil {
		return err
	}
	for _, day := range daysBack(campaign) {
		goOn, err := p.day(ctx, leaf{snapshot: number, lang: p.language(), campaign: campaign.ID, day: day})
		if err != nil {
			return fmt.Errorf("day %s: %w", day, err)
		}
		if !goOn {
			return nil
		}
	}
	return nil
}

// day composes the pages of a day, resting after each as long as it took. It
// tells whether there is a reason to go on.
func (p *press) day(ctx context.Context, l leaf) (bool, error) {
	lease, err := p.s.Desk.Lease(ctx, whole)
	if err != nil {
		return false, err
	}
	defer lease.Release()
	begun := time.Now()
	d, err := p.draft(ctx, lease, l)
	if err != nil || lease.Number != l.snapshot {
		return false, err
	}
	for _, l.name = range sheetsOf(d) {
		if _, err := p.sheet(ctx, lease, l); err != nil {
			return false, err
		}
		if !sleep(ctx, time.Since(begun)) {
			return false, nil
		}
		begun = time.Now()
	}
	return true, nil
}

func (p *press) language() words { return words(words(p.s.Lang).t("zh", "en")) }

// daysBack are the days that have figures: the latest one of which anything is
// known first, those before it backwards, and at last those after it.
func daysBack(c *measure.Campaign) []string {
	var days []string
	for d := c.Latest; !d.Before(c.Opening); d = d.AddDate(0, 0, -1) {
		days = append(days, d.Format(time.DateOnly))
	}
	for d := c.Latest.AddDate(0, 0, 1); !d.After(c.LastDay); d = d.AddDate(0, 0, 1) {
		days = append(days, d.Format(time.DateOnly))
	}
	return days
}

// sleep waits, and tells whether there is a reason to go on.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
