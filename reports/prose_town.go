package reports

import (
	"cmp"
	"slices"

	"canbao/models/measure"
)

// proseTown is what the templates of one ranked area are given.
type proseTown struct {
	proseHead
	Town     string
	Tally    proseTally
	Place    *proseRank // nil where it is not ranked
	Last     bool       // nobody stands below it
	By       int        // places up, below 0 down, since the day compared with
	Compared bool       // By is known
	Before   int        // the place then
	Gain     sayChange  // of the score since the day compared with
	Items    []proseTownItem
	Dues     []proseTownDue  // by day
	Wanting  []proseTownItem // short of their target, at risk or missed first; of two stages one
	Level    string          // what its villages are called
	Villages int             // it has so many
	Holders  []proseHolders  // where what is missing sits, items of Wanting
	Held     []proseHeld
	Checks   []proseCheck
	Roads    []proseRoad
	Untold   bool // villages and rows are left out: the public edition
}

// proseTownItem is an item of a town, with the whole beside it.
type proseTownItem struct {
	proseStanding
	Whole  proseStanding
	Of     sayAreas // how many have a rank at it
	Shared bool     // others have the same rank
}

// proseTownDue is a due day and the items of a town that are due on it.
type proseTownDue struct {
	proseDue
	Items []proseTownItem
}

// proseHolders are the villages that lack most at an item.
type proseHolders struct {
	Item     string
	Target   string
	Short    sayPeople // of the town
	Behind   int       // villages short of the target
	Of       int       // villages that expect anybody
	Worst    []proseStanding
	Together sayPeople // what the worst lack
	Share    int64     // of what all villages lack, in whole percent, downwards
}

// sayChange is a change of a score.
type sayChange struct {
	Up, Down bool
	Known    bool
	text     string
}

// String says which way and how far, or nothing where it is not known.
func (c sayChange) String() string { return c.text }

func (t teller) town(town *measure.Town) *proseTown {
	p := &proseTown{
		proseHead: t.head(), Town: town.Name, Level: t.w.level("village"), Villages: len(town.Villages), Roads: t.roads(town.Code),
		Untold: t.b.Edition == measure.Public,
	}
	t.place(p, town.Place)
	for _, i := range town.Items {
		x := proseTownItem{proseStanding: t.standing(i.ItemFigures, i.Row), Whole: t.ofWhole(i.ItemFigures)}
		ranked := 0
		for _, r := range i.Areas {
			if r.Rank != nil {
				ranked++
				x.Shared = x.Shared || *r.Rank == x.Rank && r.AreaCode != town.Code
			}
		}
		x.Of = t.areas(ranked)
		p.Items = append(p.Items, x)
		p.Tally.add(x.Status)
	}
	p.Dues = t.townDues(p.Items)
	p.Wanting = wantingOf(p.Items)
	for _, x := range p.Wanting {
		if h, any := t.holders(x, town); any && len(p.Holders) < 4 {
			p.Holders = append(p.Holders, h)
		}
	}
	for _, q := range town.Quality {
		if q.Held > 0 {
			p.Held = append(p.Held, proseHeld{t.w.dataset(q.Dataset), sayRows{N: q.Held, w: t.w}})
		}
	}
	for _, k := range town.Checks {
		p.Checks = append(p.Checks, t.check(k.Check, sayRows{N: k.Rows, w: t.w}))
	}
	return p
}

func (t teller) townDues(items []proseTownItem) []proseTownDue {
	var plain []proseStanding
	for _, x := range items {
		plain = append(plain, x.proseStanding)
	}
	var all []proseTownDue
	for _, d := range t.dues(plain) {
		of := slices.DeleteFunc(slices.Clone(items), func(x proseTownItem) bool { return !x.Due.Time.Equal(d.Day.Time) })
		all = append(all, proseTownDue{d, of})
	}
	return all
}

// place says where a town stands among the others.
func (t teller) place(p *proseTown, place *measure.Place) {
	if place == nil || place.Rank == 0 || p.Ranked.N < 2 {
		return
	}
	r := &proseRank{Place: place.Rank, Score: sayScore{place.Score, t.w}, Rate: t.rate(place.Key.Shown())}
	r.Results = t.b.Scored && place.Score != nil || !t.b.Scored && r.Rate.Valid
	p.Last = true
	for _, o := range t.b.Ranking {
		r.Shared = r.Shared || o.Rank == place.Rank && o.Code != place.Code
		p.Last = p.Last && o.Rank <= place.Rank
	}
	p.Place = r
	p.By, p.Compared = place.Climbed()
	p.Before = place.RankBefore
	if place.Score != nil && place.ScoreBefore != nil {
		p.Gain = t.gain(place)
	}
}

// gain is the difference of the two scores as they are shown.
func (t teller) gain(place *measure.Place) sayChange {
	h := scoreCell(place.Score).Number - scoreCell(place.ScoreBefore).Number
	size := sayPoints{H: h}.Size()
	switch {
	case h > 0:
		return sayChange{Up: true, Known: true, text: t.w.f("增加%s分", "%s points more", size)}
	case h < 0:
		return sayChange{Down: true, Known: true, text: t.w.f("减少%s分", "%s points less", size)}
	}
	return sayChange{Known: true, text: t.w.t("得分不变", "the same score")}
}

// wantingOf lists the items that are short of their target: those at risk or
// missed first, then by people missing; goals and items that are only shown
// last. Of two stages of one indicator the first in this order stands for both.
func wantingOf(items []proseTownItem) []proseTownItem {
	all := slices.Clone(items)
	urgent := func(p proseTownItem) int {
		switch {
		case !p.Counts:
			return 2
		case p.Status == measure.AtRisk || p.Status == measure.Missed:
			return 0
		}
		return 1
	}
	slices.SortStableFunc(all, func(x, y proseTownItem) int {
		return cmp.Or(cmp.Compare(urgent(x), urgent(y)), cmp.Compare(y.Short.N, x.Short.N))
	})
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(p proseTownItem) bool {
		if p.Short.N == 0 || seen[p.item.Indicator] {
			return true
		}
		seen[p.item.Indicator] = true
		return false
	})
}

// holders finds the villages that lack most at an item.
func (t teller) holders(x proseTownItem, town *measure.Town) (proseHolders, bool) {
	h := proseHolders{Item: x.Item, Target: x.Target, Short: x.Short}
	var total, together int64
	for _, i := range town.Items {
		if i.ItemFigures != x.item {
			continue
		}
		for _, v := range i.Villages {
			if v.Expected > 0 {
				h.Of++
			}
			if v.ShortBy > 0 {
				total += v.ShortBy
				h.Worst = append(h.Worst, t.standing(i.ItemFigures, v))
			}
		}
	}
	if total == 0 {
		return h, false
	}
	h.Behind = len(h.Worst)
	slices.SortStableFunc(h.Worst, func(a, b proseStanding) int {
		return cmp.Or(cmp.Compare(b.Short.N, a.Short.N), cmp.Compare(a.Code, b.Code))
	})
	h.Worst = h.Worst[:min(named, len(h.Worst))]
	for _, v := range h.Worst {
		together += v.Short.N
	}
	h.Together, h.Share = t.people(together), 100*together/total
	return h, true
}
