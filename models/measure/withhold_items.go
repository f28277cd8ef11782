package measure

import (
	"maps"
	"slices"
)

// plot is the figures of a group of indicators as a system of cells.
type plot struct {
	b    *Bulletin
	s    system
	now  map[spot]int // block of what an area shows of an indicator as of the day
	move map[spot]int // block of what moved
	road map[spot]int // block of the steps of hardship
	e, a map[spot]int // cells of expected and counted
	sums map[string]*addends
}

// spot is an indicator of an area.
type spot struct{ indicator, area string }

// addends are the cells of one column: the whole and its parts.
type addends struct {
	whole  int // -1: there is none
	parts  []int
	signed bool
}

func newPlot(b *Bulletin, indicators []string) *plot {
	p := &plot{b: b, now: map[spot]int{}, move: map[spot]int{}, road: map[spot]int{}, e: map[spot]int{}, a: map[spot]int{},
		sums: map[string]*addends{}}
	for _, id := range indicators {
		for _, i := range b.Items {
			if i.Indicator != id {
				continue
			}
			for _, row := range i.rows() {
				p.row(&i, row)
			}
		}
		p.roads(id)
	}
	p.nested()
	p.total(slices.Sorted(maps.Keys(p.sums)))
	p.s.protect()
	return p
}

// rows are the whole and the ranked areas.
func (i *ItemFigures) rows() []Row { return append([]Row{i.Whole}, i.Areas...) }

// row adds what an item shows of an area. Items of one indicator share their
// counts and differ in target and due day. How many are short of a target is no
// cell: it is a sum of what is shown, and no people are behind it.
func (p *plot) row(i *ItemFigures, r Row) {
	at := spot{i.Indicator, r.AreaCode}
	signed := i.Source != "people" // reported denominators may be smaller than what counts
	whole := r.AreaCode == p.b.cityCode()
	if _, met := p.now[at]; !met {
		p.move[at], p.road[at] = p.s.block(), p.s.block()
		p.now[at] = p.s.block(p.move[at], p.road[at])
		for _, k := range []int{p.now[at], p.move[at], p.road[at]} {
			p.s.blocks[k].last, p.s.blocks[k].first = whole, !i.Scored && p.b.Scored
		}
		p.e[at], p.a[at] = p.s.cell(p.now[at], r.Expected, false), p.s.cell(p.now[at], r.Actual, false)
		missing := p.s.cell(p.now[at], r.Expected-r.Actual, signed)
		p.s.relate(p.e[at], p.a[at], missing)
		p.adds(i.Indicator+" expected", p.e[at], whole, signed)
		p.adds(i.Indicator+" counted", p.a[at], whole, false)
		p.adds(i.Indicator+" missing", missing, whole, signed)
		p.moved(i, at, r, whole, signed)
	}
	if i.Due.Before(p.b.AsOf) {
		p.day(i.ID+" on time", at, r.ExpectedOnTime, r.OnTime, whole, signed)
	}
}

// moved adds what moved since the bulletin before and in a week.
func (p *plot) moved(i *ItemFigures, at spot, r Row, whole, signed bool) {
	before := derived
	if r.Before != nil {
		before = p.day(i.Indicator+" before", at, r.Before.Expected, r.Before.Actual, whole, signed)
	}
	gained := p.s.cell(p.move[at], r.Gained, true)
	p.adds(i.Indicator+" gained", gained, whole, true)
	if before == derived || !p.b.Since.Equal(p.b.AsOf.AddDate(0, 0, -week)) {
		before = p.s.cell(derived, r.Actual-r.Gained, false)
	}
	p.s.relate(p.a[at], before, gained)
}

// day adds the counts of another day and how they differ from now; it returns
// the cell of those counted.
func (p *plot) day(name string, at spot, expected, actual int64, whole, signed bool) int {
	block := p.move[at]
	e, a := p.s.cell(block, expected, false), p.s.cell(block, actual, false)
	missing := p.s.cell(block, expected-actual, signed)
	p.s.relate(e, a, missing)
	// Of people who came and went together these are no cells; where nobody
	// left, or nobody came, they are.
	de, da := p.s.differ(p.e[at], e, true), p.s.differ(p.a[at], a, true)
	dm := p.s.cell(derived, p.s.cells[de].value-p.s.cells[da].value, true)
	p.s.relate(de, da, dm)
	p.adds(name+" expected", e, whole, signed)
	p.adds(name+" counted", a, whole, false)
	p.adds(name+" missing", missing, whole, signed)
	return a
}

// roads adds the steps of people in hardship.
func (p *plot) roads(indicator string) {
	for _, r := range p.b.Roads {
		at := spot{r.Scheme + "_hardship", r.AreaCode}
		if at.indicator != indicator {
			continue
		}
		block, known := p.road[at]
		if !known {
			continue
		}
		whole := r.AreaCode == p.b.cityCode()
		registered := p.s.cell(block, r.Registered.N, false)
		p.s.differ(p.e[at], registered, false)
		p.s.differ(registered, p.a[at], false)
		p.adds(indicator+" registered", registered, whole, false)
		if r.Recorded != nil {
			recorded := p.s.cell(block, r.Recorded.N, false)
			p.s.differ(p.a[at], recorded, false)
			p.adds(indicator+" recorded", recorded, whole, false)
		}
	}
}

// nested adds the people whom one indicator expects and not its part.
func (p *plot) nested() {
	for _, n := range subsets {
		for _, a := range p.b.Areas {
			p.differ(spot{n.whole, a.Code}, spot{n.part, a.Code}, n.counted)
		}
		p.differ(spot{n.whole, p.b.cityCode()}, spot{n.part, p.b.cityCode()}, n.counted)
	}
}

func (p *plot) differ(whole, part spot, counted bool) {
	e, known := p.e[whole]
	of, both := p.e[part]
	if !known || !both {
		return
	}
	p.s.differ(e, of, false)
	if counted {
		p.s.differ(p.a[whole], p.a[part], false)
	}
}

func (p *plot) adds(column string, cell int, whole, signed bool) {
	sum := p.sums[column]
	if sum == nil {
		sum = &addends{whole: -1}
		p.sums[column] = sum
	}
	sum.signed = sum.signed || signed
	if whole {
		sum.whole = cell
	} else {
		sum.parts = append(sum.parts, cell)
	}
}

// total relates the whole to its parts. Who belongs to the city and to no town
// is a part of its own, which is never shown.
func (p *plot) total(columns []string) {
	for _, name := range columns {
		sum := p.sums[name]
		if sum.whole < 0 {
			continue
		}
		rest := p.s.cells[sum.whole].value
		for _, c := range sum.parts {
			rest -= p.s.cells[c].value
		}
		parts := sum.parts
		if rest != 0 {
			parts = append(parts, p.s.cell(derived, rest, sum.signed || rest < 0))
		}
		p.s.relate(sum.whole, parts...)
	}
}

// apply takes what is hidden out of the bulletin.
func (p *plot) apply() {
	b := p.b
	for n := range b.Items {
		i := &b.Items[n]
		p.erase(i, &i.Whole)
		for m := range i.Areas {
			p.erase(i, &i.Areas[m])
		}
		slices.SortStableFunc(i.Areas, byRank)
	}
	for n := range b.Roads {
		r := &b.Roads[n]
		if block, known := p.road[spot{r.Scheme + "_hardship", r.AreaCode}]; known && p.s.blocks[block].hidden {
			r.Certified, r.Registered, r.Funded = Count{Withheld: true}, Count{Withheld: true}, Count{Withheld: true}
			if r.Recorded != nil {
				r.Recorded = &Count{Withheld: true}
			}
		}
	}
	b.Money.Collections = where(b.Money.Collections, func(c Collection) bool {
		return c.AreaCode == b.cityCode() || c.Level == b.Level
	})
	for n := range b.Money.Collections {
		c := &b.Money.Collections[n]
		for _, i := range b.Items {
			if block, known := p.now[spot{i.Indicator, c.AreaCode}]; i.Scheme == c.Scheme && known && p.s.blocks[block].hidden {
				*c = Collection{Scheme: c.Scheme, Level: c.Level, AreaCode: c.AreaCode, Withheld: true}
			}
		}
	}
}

// erase takes out of a row what is hidden of it.
func (p *plot) erase(i *ItemFigures, r *Row) {
	at := spot{i.Indicator, r.AreaCode}
	block, known := p.now[at]
	switch {
	case !known:
	case p.s.blocks[block].hidden:
		r.Standing = r.blank()
		r.Withheld, r.Quiet = true, true
	case p.s.blocks[p.move[at]].hidden:
		r.Quiet = true
		r.OnTime, r.ExpectedOnTime, r.RateOnTime, r.Gained, r.PerDay, r.Forecast = 0, 0, nil, 0, nil, nil
	default:
		return
	}
	if r.Quiet && r.Before != nil {
		before := r.Before.blank()
		before.Withheld, before.Quiet = true, true
		if !r.Withheld && min(r.Expected, r.Before.Expected) >= coarse {
			before.kept = r.Before.Shown()
		}
		r.Before = &before
	}
}

// coarse is how many people an area must expect for a rate, shown in hundredths
// of a percent, to leave ten numbers of people open: then the rate of the
// bulletin before may stand where its counts may not.
const coarse = 10 * 10_000

// blank is a standing without its figures.
func (s Standing) blank() Standing {
	return Standing{Item: s.Item, Level: s.Level, AreaCode: s.AreaCode, Area: s.Area, Parent: s.Parent, AsOf: s.AsOf,
		Target: s.Target, TargetNum: s.TargetNum, TargetDen: s.TargetDen}
}
