package measure

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// held is a campaign as a snapshot has it, in memory: what a bulletin of any of
// its days, and what a village, is made from. Nothing of it is ever changed.
type held struct {
	*heldStandings
	outline     *Outline
	asked       string                 // the campaign as it was asked for
	scores      map[string][]scoreLine // by day
	roads       map[string][]Road      // by day
	payments    []Payment              // of all days, as are those below; by day
	moves       []move
	books       []BookLine
	collections map[int][]heldCollection // by day of the campaign
	schemes     []string                 // of the collections
	trust       Bulletin                 // checks, quality, loads
	earlier     Bulletin                 // the earlier campaign, with the courses of its items
}

// Hold reads all days of a campaign, the first one where id is empty, into memory:
// bulletins and villages of it are then made without asking the snapshot again,
// from the same figures. A city with 714 villages takes some tenths of a second
// and about 25 MB. Until it is done, and where it fails, they are read as before.
func (r *Reader) Hold(ctx context.Context, campaign string) error {
	if err := r.complete(ctx); err != nil {
		return err
	}
	o, err := r.Outline(ctx, campaign)
	if err != nil {
		return err
	}
	c := o.Campaign
	h := &held{outline: o, asked: campaign}
	if h.heldStandings, err = r.holdStandings(ctx, c); err != nil {
		return err
	}
	first, err := o.begin(Ask{AsOf: c.Opening})
	if err != nil {
		return err
	}
	first.layOut(h.day(c.Opening), nil)
	for _, read := range []func() error{
		func() (err error) { h.scores, err = r.scoreLines(ctx, c.ID, c.Opening, c.LastDay); return err },
		func() (err error) { h.roads, err = r.roads(ctx, first, c.Opening, c.LastDay); return err },
		func() (err error) { h.payments, err = r.Payments(ctx, c.ID, c.LastDay); return err },
		func() (err error) { h.moves, err = r.moves(ctx, c.ID, c.LastDay); return err },
		func() (err error) {
			h.books, err = r.BookLines(ctx, BookFilter{Campaign: c.ID, From: c.Opening, To: c.LastDay})
			return err
		},
		func() error { return h.holdCollections(ctx, r) },
		func() error { return r.readTrust(ctx, &h.trust) },
		func() error { return r.readEarlier(ctx, first) },
	} {
		if err := read(); err != nil {
			return err
		}
	}
	h.earlier.Earlier = first.Earlier
	for _, i := range first.Items {
		h.earlier.Items = append(h.earlier.Items, ItemFigures{Item: i.Item, Earlier: i.Earlier})
	}
	if first.Level != h.level {
		return fmt.Errorf("hold: the %ss are ranked on the first day, the %ss on others", first.Level, h.level)
	}
	r.held.Store(h)
	return nil
}

// holds is what is in memory of a campaign, the first one where id is empty; nil
// for none.
func (r *Reader) holds(campaign string) *held {
	h := r.held.Load()
	if h != nil && (campaign == h.asked || campaign == h.outline.Campaign.ID) {
		return h
	}
	return nil
}

// complete adds to a bulletin what is no standing and no course.
func (h *held) complete(_ context.Context, b *Bulletin) error {
	b.layTrail(h.ranks(b))
	b.Roads = h.roads[b.AsOf.Format(time.DateOnly)]
	// They come by day. Whoever adds to what it was given makes its own.
	n, _ := slices.BinarySearchFunc(h.payments, b.AsOf, func(p Payment, to time.Time) int {
		if p.Day.After(to) {
			return 1
		}
		return -1
	})
	if n > 0 {
		b.Money.Daily = h.payments[:n:n]
	}
	b.Money.Mix = mixed(h.moves, b.Campaign.Opening, b.AsOf)
	b.Money.Collections = h.collected(b.AsOf)
	b.layBooks(where(h.books, func(l BookLine) bool { return !l.Day.After(b.AsOf) }))
	b.Checks, b.Quality, b.Loads = h.trust.Checks, h.trust.Quality, h.trust.Loads
	b.Earlier = h.earlier.Earlier
	for n := range b.Items {
		b.Items[n].Earlier = h.earlier.Items[n].Earlier
	}
	return nil
}

// ranks are the places of the areas in the weeks before a day, by day, place and
// area code.
func (h *held) ranks(b *Bulletin) []dayRank {
	var all []dayRank
	for weeks := trailWeeks - 1; weeks >= 0; weeks-- {
		at := b.AsOf.AddDate(0, 0, -week*weeks)
		from := len(all)
		if b.Scored {
			for _, l := range h.scores[at.Format(time.DateOnly)] {
				if n := len(all); n == from || all[n-1].code != l.code {
					all = append(all, dayRank{at, l.code, l.rank})
				}
			}
		} else if key := b.Key(); key != nil {
			day := daysBetween(h.opening, at)
			for area, row := range h.of(day, slices.IndexFunc(h.campaign.Items, func(i Item) bool { return i.ID == key.ID })) {
				if row.expected != unknown && row.rank != unknown && h.areas[area].level == b.Level {
					all = append(all, dayRank{at, h.areas[area].code, int(row.rank)})
				}
			}
		}
		slices.SortFunc(all[from:], func(x, y dayRank) int { return cmp.Or(cmp.Compare(x.rank, y.rank), strings.Compare(x.code, y.code)) })
	}
	return all
}
