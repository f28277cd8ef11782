package reports

import (
	"cmp"
	"math/big"
	"slices"
	"strings"

	"canbao/models/measure"
)

// proseFinding is what a reader would find by looking long enough. Its code
// says which of the fields speak.
type proseFinding struct {
	Code  string        // up, down, concentrated, halted, behind, nobody
	Stand proseStanding // concentrated, halted, behind
	Move  proseMove     // up, down
	Total sayPeople     // concentrated: what all areas lack
	Share int64         // concentrated: of it in whole percent, downwards; 100 is all of it
	Size  int64         // concentrated: of all people expected, likewise
	Town  proseStanding // behind: the town of the village
	Below sayPoints     // behind: how far the village is below its town
	Items []string      // nobody: titles
}

// findings are chosen here and said by a template: who moved, where the gap
// sits in one place, who has come to a halt shortly before the target, which
// villages fell behind their town, at which items nobody is expected.
func (t teller) findings() []proseFinding {
	var all []proseFinding
	for _, find := range []func() []proseFinding{t.moved, t.concentrated, t.halted, t.behind, t.nobody} {
		all = append(all, find()...)
	}
	return all
}

// moved names those who rose and those who fell by most places, three at least,
// else who lost the first place.
func (t teller) moved() []proseFinding {
	var c proseCity
	t.moves(&c)
	var all []proseFinding
	for _, m := range most(c.Up) {
		if m.By >= 3 {
			all = append(all, proseFinding{Code: "up", Move: m})
		}
	}
	if fell := most(c.Down); len(fell) > 0 && fell[0].By >= 3 {
		for _, m := range fell {
			all = append(all, proseFinding{Code: "down", Move: m})
		}
	} else if n := slices.IndexFunc(c.Down, func(m proseMove) bool { return m.From == 1 }); n >= 0 {
		all = append(all, proseFinding{Code: "down", Move: c.Down[n]})
	}
	return all
}

// byGap lists the items that are short of their target, most people first, each
// indicator once.
func (t teller) byGap() []*measure.ItemFigures {
	var all []*measure.ItemFigures
	for n := range t.b.Items {
		if t.b.Items[n].Whole.ShortBy > 0 {
			all = append(all, &t.b.Items[n])
		}
	}
	slices.SortStableFunc(all, func(x, y *measure.ItemFigures) int { return cmp.Compare(y.Whole.ShortBy, x.Whole.ShortBy) })
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(i *measure.ItemFigures) bool {
		met := seen[i.Indicator]
		seen[i.Indicator] = true
		return met
	})
}

// concentrated names areas that hold two fifths or more of what is missing at
// an item, and a quarter more than their share of the people, though four areas
// or more share the work. Where a figure is withheld no share can be told.
func (t teller) concentrated() []proseFinding {
	var all []proseFinding
	for _, i := range t.byGap() {
		var total, people int64
		var worst measure.Row
		withheld := false
		for _, r := range i.Areas {
			total, people = total+r.ShortBy, people+r.Expected
			withheld = withheld || r.Withheld
			if r.ShortBy > worst.ShortBy {
				worst = r
			}
		}
		if withheld || len(i.Areas) < 4 || worst.ShortBy < 10 || 5*worst.ShortBy < 2*total || len(all) == named {
			continue
		}
		if 4*worst.ShortBy*people < 5*total*worst.Expected {
			continue
		}
		all = append(all, proseFinding{
			Code: "concentrated", Stand: t.standing(i, worst), Total: t.people(total), Share: 100 * worst.ShortBy / total,
			Size: 100 * worst.Expected / people,
		})
	}
	return all
}

// halted names areas within half a point of a target that hardly move any more.
func (t teller) halted() []proseFinding {
	if t.b.Since.IsZero() {
		return nil
	}
	half := big.NewRat(1, 200)
	var found []proseStanding
	for n := range t.b.Items {
		i := &t.b.Items[n]
		if t.b.Scored && !i.Scored {
			continue
		}
		for _, r := range i.Areas {
			stuck := r.Gained*4 < r.ShortBy || r.Status == measure.AtRisk && r.Gained < r.ShortBy
			if !r.Quiet && r.ShortBy >= 5 && stuck && toTarget(r.Standing).Cmp(half) <= 0 {
				found = append(found, t.standing(i, r))
			}
		}
	}
	slices.SortStableFunc(found, func(x, y proseStanding) int { return cmp.Compare(y.Short.N, x.Short.N) })
	var all []proseFinding
	seen := map[string]bool{}
	for _, p := range found {
		if !seen[p.Code] && len(all) < 2 {
			seen[p.Code] = true
			all = append(all, proseFinding{Code: "halted", Stand: p})
		}
	}
	return all
}

// behind names villages ten points or more below their town, once there has
// been time to see the difference.
func (t teller) behind() []proseFinding {
	if t.b.Since.IsZero() {
		return nil
	}
	ten := big.NewRat(1, 10)
	worst := map[string]proseFinding{}
	for n := range t.b.Items {
		i := &t.b.Items[n]
		if t.b.Scored && !i.Scored {
			continue
		}
		for _, town := range i.Areas {
			if town.Expected == 0 || town.Withheld {
				continue
			}
			for _, v := range i.Villages[town.AreaCode] {
				if v.Expected < 30 || v.ShortBy < 20 || v.ShortBy <= worst[v.AreaCode].Stand.Short.N {
					continue
				}
				gap := toTarget(v.Standing)
				if gap.Sub(gap, toTarget(town.Standing)).Cmp(ten) < 0 {
					continue
				}
				below := town.Shown().Hundredths - v.Shown().Hundredths
				worst[v.AreaCode] = proseFinding{
					Code: "behind", Stand: t.standing(i, v), Town: t.standing(i, town), Below: sayPoints{below, true, t.w},
				}
			}
		}
	}
	var all []proseFinding
	for _, f := range worst {
		all = append(all, f)
	}
	slices.SortFunc(all, func(x, y proseFinding) int {
		return cmp.Or(cmp.Compare(y.Stand.Short.N, x.Stand.Short.N), strings.Compare(x.Stand.Code, y.Stand.Code))
	})
	return all[:min(named, len(all))]
}

// toTarget is how far an area is below the target, exactly; below 0 where it is
// beyond it.
func toTarget(s measure.Standing) *big.Rat {
	gap := big.NewRat(s.TargetNum, s.TargetDen)
	if s.Expected == 0 {
		return gap
	}
	return gap.Sub(gap, big.NewRat(s.Actual, s.Expected))
}

// nobody names the items at which nobody is expected anywhere: a zero that
// would otherwise pass for done.
func (t teller) nobody() []proseFinding {
	var titles []string
	for _, i := range t.b.Items {
		if i.Whole.Expected == 0 && !i.Whole.Withheld {
			titles = append(titles, t.w.title(i.Item))
		}
	}
	if len(titles) == 0 {
		return nil
	}
	return []proseFinding{{Code: "nobody", Items: titles}}
}
