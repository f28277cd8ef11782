package measure

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// attacker knows every number the public edition shows and every sum that holds
// among the figures. It adds and subtracts.
type attacker struct {
	names  []string
	number map[string]int
	truth  map[int]int64
	known  map[int]bool
	signed map[int]bool
	sums   []map[int]int64 // each adds up to nothing
}

func newAttacker() *attacker {
	return &attacker{number: map[string]int{}, truth: map[int]int64{}, known: map[int]bool{}, signed: map[int]bool{}}
}

// figure is what a figure truly is, and whether it can be read.
func (a *attacker) figure(name string, truth int64, read bool) int {
	n, met := a.number[name]
	if !met {
		n = len(a.names)
		a.names, a.number[name] = append(a.names, name), n
		a.truth[n] = truth
	}
	if a.truth[n] != truth {
		panic(fmt.Sprintf("%s is %d and %d", name, a.truth[n], truth))
	}
	a.known[n] = a.known[n] || read
	return n
}

// difference is the figure of x - y.
func (a *attacker) difference(x, y int, signed bool) int {
	d := a.figure(a.names[x]+" - "+a.names[y], a.truth[x]-a.truth[y], a.known[x] && a.known[y])
	a.signed[d] = signed
	if a.known[d] {
		return d
	}
	a.sums = append(a.sums, map[int]int64{x: 1, y: -1, d: -1})
	return d
}

// recovered lists what is read or worked out of one to nine people.
func (a *attacker) recovered() []string {
	var found []string
	for n, name := range a.names {
		if v := a.truth[n]; a.known[n] && v != 0 && -9 <= v && v <= 9 {
			found = append(found, fmt.Sprintf("%s = %d is there to read", name, v))
		}
	}
	for _, n := range a.solve() {
		if v := a.truth[n]; v != 0 && -9 <= v && v <= 9 {
			found = append(found, fmt.Sprintf("%s = %d follows from the sums", a.names[n], v))
		}
	}
	for n, width := range a.ranges() {
		if v := a.truth[n]; v != 0 && -9 <= v && v <= 9 && width < 9 {
			found = append(found, fmt.Sprintf("%s = %d lies within %d numbers", a.names[n], v, width+1))
		}
	}
	return found
}

// solve eliminates and lists the unknown figures it works out, in the integers
// of another prime than the code that withholds does.
func (a *attacker) solve() []int {
	const field = 1_000_000_007
	inverse := func(x int64) int64 {
		return new(big.Int).ModInverse(big.NewInt(x), big.NewInt(field)).Int64()
	}
	var rows []map[int]int64
	for _, sum := range a.sums {
		row := map[int]int64{}
		for n, sign := range sum {
			if !a.known[n] {
				row[n] = (sign + field) % field
			}
		}
		rows = append(rows, row)
	}
	for n, row := range rows {
		pivot := -1
		for c := range row {
			pivot = max(pivot, c)
		}
		if pivot < 0 {
			continue
		}
		scale := inverse(row[pivot])
		for m := range rows {
			factor, has := rows[m][pivot]
			if m == n || !has {
				continue
			}
			factor = factor * scale % field
			for c, v := range row {
				if left := (rows[m][c] + (field-factor)*v) % field; left == 0 {
					delete(rows[m], c)
				} else {
					rows[m][c] = left
				}
			}
		}
	}
	var found []int
	for _, row := range rows {
		for c := range row {
			if len(row) == 1 {
				found = append(found, c)
			}
		}
	}
	return found
}

// ranges narrows what each unknown figure can be: people are never fewer than
// none. It returns how far the ends of each finite range lie apart.
func (a *attacker) ranges() map[int]int64 {
	const far = int64(1) << 40
	low, high := make([]int64, len(a.names)), make([]int64, len(a.names))
	for n := range a.names {
		switch {
		case a.known[n]:
			low[n], high[n] = a.truth[n], a.truth[n]
		case a.signed[n]:
			low[n], high[n] = -far, far
		default:
			low[n], high[n] = 0, far
		}
	}
	for range 50 {
		for _, sum := range a.sums {
			for x, sign := range sum {
				least, most := int64(0), int64(0) // of -rest/sign
				for n, s := range sum {
					if n == x {
						continue
					}
					if s == sign {
						least, most = least-high[n], most-low[n]
					} else {
						least, most = least+low[n], most+high[n]
					}
				}
				low[x], high[x] = max(low[x], least, -far), min(high[x], most, far)
			}
		}
	}
	width := map[int]int64{}
	for n := range a.names {
		if !a.known[n] && high[n] < far/2 && low[n] > -far/2 {
			width[n] = high[n] - low[n]
		}
	}
	return width
}

// attack sets the public edition against the truth.
func attack(truth, public *Bulletin) []string {
	a := newAttacker()
	for n := range truth.Items {
		a.item(truth, public, n)
	}
	for n, r := range truth.Roads {
		p := public.Roads[n]
		name := r.Scheme + "_hardship " + r.AreaCode
		if _, met := a.number[name+" expected"]; !met {
			continue
		}
		e := a.figure(name+" expected", r.Certified.N, !p.Certified.Withheld)
		registered := a.figure(name+" registered", r.Registered.N, !p.Registered.Withheld)
		funded := a.figure(name+" counted", r.Funded.N, !p.Funded.Withheld)
		a.difference(e, registered, false)
		a.difference(registered, funded, false)
		if r.Recorded != nil {
			a.difference(funded, a.figure(name+" recorded", r.Recorded.N, !p.Recorded.Withheld), false)
		}
	}
	for _, c := range public.Money.Collections {
		at := slices.IndexFunc(truth.Money.Collections, func(x Collection) bool { return x.Scheme == c.Scheme && x.AreaCode == c.AreaCode })
		for _, i := range truth.Items {
			if i.Scheme == c.Scheme {
				a.figure(i.Indicator+" "+c.AreaCode+" expected", truth.Money.Collections[at].PeopleDue, !c.Withheld)
			}
		}
	}
	for _, pair := range [][2]string{{"critical_uptake", "critical_uptake_all"}} {
		for _, area := range append([]Area{*truth.City}, truth.Areas...) {
			for _, what := range []string{" expected", " counted"} {
				part, met := a.number[pair[0]+" "+area.Code+what]
				whole, both := a.number[pair[1]+" "+area.Code+what]
				if met && both {
					a.difference(whole, part, false)
				}
			}
		}
	}
	a.addUp(truth)
	return a.recovered()
}

// item is one item of all areas, of all its days.
func (a *attacker) item(truth, public *Bulletin, n int) {
	t, p := &truth.Items[n], &public.Items[n]
	shown := map[string]Row{}
	for _, r := range p.rows() {
		shown[r.AreaCode] = r
	}
	for _, r := range t.rows() {
		s, name := shown[r.AreaCode], t.Indicator+" "+r.AreaCode
		now := a.day(name, r.Expected, r.Actual, !s.Withheld)
		week := a.figure(name+" a week ago counted", r.Actual-r.Gained, false)
		gained := a.difference(now[1], week, true)
		a.known[gained] = a.known[gained] || !s.Quiet
		if r.Before != nil {
			label := name + " before"
			if truth.Since.Equal(truth.AsOf.AddDate(0, 0, -7)) {
				label = name + " a week ago"
			}
			a.change(now, a.day(label, r.Before.Expected, r.Before.Actual, !s.Before.Withheld))
		}
		if t.Due.Before(truth.AsOf) {
			a.change(now, a.day(name+" "+t.ID+" on time", r.ExpectedOnTime, r.OnTime, !s.Quiet))
		}
	}
	// Days of the course of the whole, against each other.
	var days [][3]int
	for _, q := range p.Series {
		if q.Expected == 0 { // its rate alone
			continue
		}
		at := slices.IndexFunc(t.Series, func(x Point) bool { return x.Day.Equal(q.Day) })
		label := t.Indicator + " " + truth.City.Code
		if !q.Day.Equal(truth.AsOf) {
			label += " on " + q.Day.Format(time.DateOnly)
		}
		days = append(days, a.day(label, t.Series[at].Expected, t.Series[at].Actual, true))
	}
	for m := range days {
		for k := range m {
			a.change(days[m], days[k])
		}
	}
}

func (a *attacker) change(now, then [3]int) {
	if now == then {
		return
	}
	for n := range now {
		a.difference(now[n], then[n], true)
	}
}

// day is expected, counted and missing of an area on a day.
func (a *attacker) day(name string, expected, actual int64, read bool) [3]int {
	e, c := a.figure(name+" expected", expected, read), a.figure(name+" counted", actual, read)
	m := a.figure(name+" missing", expected-actual, read)
	a.sums = append(a.sums, map[int]int64{e: 1, c: -1, m: -1})
	return [3]int{e, c, m}
}

// addUp knows that the city is the sum of its towns, in every figure that both
// have; what belongs to the city alone stays unknown.
func (a *attacker) addUp(truth *Bulletin) {
	for _, name := range slices.Clone(a.names) {
		var indicator, rest string
		for _, i := range truth.Items {
			if prefix := i.Indicator + " " + truth.City.Code; len(name) >= len(prefix) && name[:len(prefix)] == prefix {
				indicator, rest = i.Indicator, name[len(prefix):]
			}
		}
		whole, met := a.number[name]
		if indicator == "" || !met {
			continue
		}
		sum, total := map[int]int64{whole: 1}, int64(0)
		for _, t := range truth.Areas {
			part, met := a.number[indicator+" "+t.Code+rest]
			if !met {
				sum = nil
				break
			}
			sum[part] = -1
			total += a.truth[part]
		}
		if sum == nil {
			continue
		}
		if total != a.truth[whole] {
			sum[a.figure(name+" of no town", a.truth[whole]-total, false)] = -1
		}
		a.sums = append(a.sums, sum)
	}
}

// invented makes a small city, most of whose cells are small.
func invented(seed uint64) *Bulletin {
	dice := rand.New(rand.NewPCG(seed, 4))
	n := func(most int) int64 {
		if dice.IntN(3) == 0 {
			most = most/8 + 1
		}
		return int64(dice.IntN(most + 1))
	}
	b := &Bulletin{Edition: Public, AsOf: day("2020-12-16"), Since: day("2020-12-09"), Level: "town", Villages: map[string][]Area{},
		Campaign: &Campaign{Opening: day("2020-11-01")}, City: &Area{Code: "0", Level: "city"}}
	if seed%3 == 0 {
		b.Since = day("2020-12-02")
	}
	for t := range 2 + dice.IntN(6) {
		b.Areas = append(b.Areas, Area{Code: fmt.Sprint(t + 1), Level: "town"})
	}
	scale := []int{30, 200, 3000}[dice.IntN(3)]
	type counts struct{ e, a, weekE, weekA, thenE, thenA, dueE, dueA int64 }
	add := func(id, indicator, scheme string, due string, of []counts) {
		i := ItemFigures{Item: Item{ID: id, Indicator: indicator, Scheme: scheme, Source: "people", Due: day(due), TargetNum: 9, TargetDen: 10}}
		row := func(code, level string, c counts) Row {
			r := Row{Standing: Standing{Item: id, AreaCode: code, Level: level, AsOf: b.AsOf, Expected: c.e, Actual: c.a, OnTime: c.a, ExpectedOnTime: c.e,
				Gained: c.a - c.weekA, ShortBy: max(0, (9*c.e+9)/10-c.a)}}
			r.Before = &Standing{Item: id, AreaCode: code, Expected: c.thenE, Actual: c.thenA, AsOf: b.Since}
			if i.Due.Before(b.AsOf) {
				r.OnTime, r.ExpectedOnTime = c.dueA, c.dueE
			}
			return r
		}
		var whole counts
		for t, c := range of {
			if t < len(b.Areas) {
				i.Areas = append(i.Areas, row(b.Areas[t].Code, "town", c))
			}
			whole.e, whole.a, whole.weekE, whole.weekA = whole.e+c.e, whole.a+c.a, whole.weekE+c.weekE, whole.weekA+c.weekA
			whole.thenE, whole.thenA, whole.dueE, whole.dueA = whole.thenE+c.thenE, whole.thenA+c.thenA, whole.dueE+c.dueE, whole.dueA+c.dueA
		}
		i.Whole = row("0", "city", whole)
		i.Series = []Point{{Day: day("2020-11-20"), Expected: whole.thenE, Actual: whole.thenA / 2},
			{Day: b.Since, Expected: whole.thenE, Actual: whole.thenA}, {Day: b.AsOf, Expected: whole.e, Actual: whole.a}}
		b.Items = append(b.Items, i)
	}
	draw := func() []counts {
		var all []counts
		towns := len(b.Areas)
		if dice.IntN(3) == 0 {
			towns++ // people of the city and of no town
		}
		for range towns {
			c := counts{e: n(scale)}
			c.a = c.e - min(c.e, n(1+int(c.e)/3))
			c.weekE = max(0, c.e+n(12)-6)
			c.weekA = min(c.weekE, max(0, c.a-n(20)))
			c.thenE = max(0, c.weekE+n(8)-4)
			c.thenA = min(c.thenE, max(0, c.weekA-n(20)))
			if b.Since.Equal(day("2020-12-09")) {
				c.thenE, c.thenA = c.weekE, c.weekA
			}
			c.dueE, c.dueA = c.e, max(0, c.a-n(14))
			all = append(all, c)
		}
		return all
	}
	hardship := draw()
	add("pension_hardship", "pension_hardship", "", "2020-12-20", hardship)
	city := Road{Scheme: "pension", AreaCode: "0", Recorded: &Count{}}
	for t, c := range hardship {
		r := Road{Scheme: "pension", Certified: Count{N: c.e}, Registered: Count{N: c.a + min(c.e-c.a, n(12))},
			Funded: Count{N: c.a}, Recorded: &Count{N: c.a - min(c.a, n(12))}}
		city.Certified.N += r.Certified.N
		city.Registered.N += r.Registered.N
		city.Funded.N += r.Funded.N
		city.Recorded.N += r.Recorded.N
		if t < len(b.Areas) {
			r.AreaCode = b.Areas[t].Code
			b.Roads = append(b.Roads, r)
		}
	}
	b.Roads = append([]Road{city}, b.Roads...)
	collected := draw()
	add("medical_collection_main", "medical_collection", "medical", "2020-11-30", collected)
	add("medical_collection_full", "medical_collection", "medical", "2020-12-15", collected)
	for t, c := range collected {
		if t < len(b.Areas) {
			b.Money.Collections = append(b.Money.Collections, Collection{Scheme: "medical", Level: "town", AreaCode: b.Areas[t].Code, PeopleDue: c.e})
		}
	}
	part := draw()
	add("critical_uptake", "critical_uptake", "", "2020-12-20", part)
	all := slices.Clone(part)
	for t := range all {
		e := n(15)
		a := min(e, n(15))
		c := &all[t]
		c.e, c.weekE, c.thenE, c.dueE = c.e+e, c.weekE+e, c.thenE+e, c.dueE+e
		c.a, c.weekA, c.thenA, c.dueA = c.a+a, c.weekA+a, c.thenA+a, c.dueA+a
	}
	add("critical_uptake_all", "critical_uptake_all", "", "2020-12-20", all)
	return b
}

// TestSubtractionAttack: nothing of one to nine people can be read in, or
// worked out from, the public edition of many small cities.
func TestSubtractionAttack(t *testing.T) {
	shown, withheld := 0, 0
	for seed := range uint64(400) {
		truth, public := invented(seed), invented(seed)
		public.withhold()
		for _, found := range attack(truth, public) {
			t.Errorf("city %d: %s", seed, found)
		}
		for _, i := range public.Items {
			for _, r := range i.rows() {
				if r.Withheld {
					withheld++
				} else {
					shown++
				}
			}
		}
	}
	t.Logf("%d rows are shown, %d withheld", shown, withheld)
	if shown < withheld/4 {
		t.Errorf("%d rows are shown, %d withheld", shown, withheld)
	}
}

// TestAttackerSees: the attack finds what is there to find.
func TestAttackerSees(t *testing.T) {
	broken := 0
	for seed := range uint64(20) {
		if len(attack(invented(seed), invented(seed))) > 0 {
			broken++
		}
	}
	if broken < 18 {
		t.Errorf("of 20 cities published as they are, %d are broken", broken)
	}
}
