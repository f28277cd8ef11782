package measure

import (
	"context"
	"time"
)

// held is a campaign as a snapshot has it, in memory: what a bulletin of any of
// its days, and what a village, is made from. Nothing of it is ever changed.
type held struct {
	*heldStandings
	outline *Outline
	asked   string               // the campaign as it was asked for
	rest    map[string]*Bulletin // by day: what is neither a standing nor the same on all days
	scores  map[string][]Score   // by day
	trust   Bulletin             // checks, quality, loads
	earlier Bulletin             // the earlier campaign, with the courses of its items
}

// Hold reads all days of a campaign, the first one where id is empty, into memory:
// bulletins and villages of it are then made without asking the snapshot again,
// from the same figures. A city with 714 villages takes some seconds and about
// 40 MB. Until it is done, and where it fails, they are read as before.
func (r *Reader) Hold(ctx context.Context, campaign string) error {
	if err := r.complete(ctx); err != nil {
		return err
	}
	o, err := r.Outline(ctx, campaign)
	if err != nil {
		return err
	}
	h := &held{outline: o, asked: campaign, rest: map[string]*Bulletin{}, scores: map[string][]Score{}}
	if h.heldStandings, err = r.holdStandings(ctx, o.Campaign); err != nil {
		return err
	}
	if err := r.readTrust(ctx, &h.trust); err != nil {
		return err
	}
	for day := o.Campaign.Opening; !day.After(o.Campaign.LastDay); day = day.AddDate(0, 0, 1) {
		b, err := o.begin(Ask{AsOf: day})
		if err != nil {
			return err
		}
		b.layOut(h.day(day), nil)
		for _, read := range []func(context.Context, *Bulletin) error{r.readTrail, r.readRoads, r.readMoney, r.readBooks} {
			if err := read(ctx, b); err != nil {
				return err
			}
		}
		text := day.Format(time.DateOnly)
		if b.Scored {
			if h.scores[text], err = r.Scores(ctx, o.Campaign.ID, day); err != nil {
				return err
			}
		}
		if day.Equal(o.Campaign.Opening) {
			if err := r.readEarlier(ctx, b); err != nil {
				return err
			}
			h.earlier.Earlier, h.earlier.Items = b.Earlier, b.Items
			for n := range b.Items {
				h.earlier.Items[n] = ItemFigures{Item: b.Items[n].Item, Earlier: b.Items[n].Earlier}
			}
		}
		h.rest[text] = &Bulletin{Trail: b.Trail, Roads: b.Roads, Money: b.Money, Books: b.Books}
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
func (h *held) complete(b *Bulletin) {
	day := h.rest[b.AsOf.Format(time.DateOnly)]
	b.Trail, b.Roads, b.Money, b.Books = day.Trail, day.Roads, day.Money, day.Books
	b.Checks, b.Quality, b.Loads = h.trust.Checks, h.trust.Quality, h.trust.Loads
	b.Earlier = h.earlier.Earlier
	for n := range b.Items {
		b.Items[n].Earlier = h.earlier.Items[n].Earlier
	}
}
