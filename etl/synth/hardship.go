package synth

// support certifies hardship: enrolment is paid for, or waits to be. It tells
// whether the grant settles the medical insurance.
func (w *townWork) support(x *someone, insured bool, age int, d *dice) bool {
	category := 1 + d.pick([]int{380, 90, 330, 150, 50}, 1000)
	from := Date(2016, 1, 1) + Day(d.below(1700))
	to := NoDay
	switch n := d.below(1000); {
	case n < 120:
		to = Date(2020, 12, 31)
	case n < 145:
		to = Opening + Day(d.below(PaymentDays))
	case n < 165:
		from = Opening + Day(d.below(40))
	}
	if d.chance(250_000) {
		w.assist(x, category, d)
	}
	if insured {
		return false
	}
	day := w.grantDay(d)
	g := grant{category: category, scheme: medical, year: 2021, fen: medicalPremium, from: from, to: to, grantedOn: day}
	if category >= 4 && d.chance(400_000) {
		g.part, g.fen = true, medicalPremium/2
	}
	x.grants = append(x.grants, g)
	if d.chance(20_000) { // certified twice
		second := g
		second.category = 1 + category%4
		x.grants = append(x.grants, second)
	}
	if age >= 16 && age < 60 && !x.student {
		p := g
		p.scheme, p.year, p.fen, p.part = pension, 2020, 10_000, false
		x.grants = append(x.grants, p)
		x.register(pension, Date(2012, 1, 5)+Day(d.below(3000)))
	}
	if day == NoDay || day > MainDue || g.part {
		return false // pays by itself meanwhile
	}
	x.register(medical, Date(2020, 9, 1)+Day(d.below(50)))
	switch n := d.below(100); {
	case n < 20:
		x.owe(medical, 0)
	case n < 24: // still on the bill
		x.owe(medical, medicalPremium)
	}
	if d.chance(450_000) {
		w.settle(x, []int{critical}, w.cal.pick(d), d)
	}
	return true
}

// grantDay is the day a grant is carried out, NoDay where it is not.
func (w *townWork) grantDay(d *dice) Day {
	if d.below(1000) < w.t.hardship {
		if w.t.stuck && d.chance(120_000) {
			return FullDue + 2 + Day(d.below(3))
		}
		return NoDay
	}
	if d.chance(600_000) {
		return Opening - 45 + Day(d.below(40))
	}
	return Opening + Day(d.below(28))
}

// assist adds a row of medical assistance.
func (w *townWork) assist(x *someone, category int, d *dice) {
	g := grant{category: category, aid: 1, scheme: medical, year: 2021, fen: 20_000 + 100*d.below(9000),
		from: Date(2020, 6, 1) + Day(d.below(190)), to: NoDay, grantedOn: NoDay}
	if d.chance(300_000) {
		g.to = g.from + 60 + Day(d.below(200))
	}
	if !d.chance(25_000) {
		g.grantedOn = min(g.from+Day(d.below(30)), FullDue)
	}
	x.grants = append(x.grants, g)
}

// amend is what a later roster file changes.
func (w *townWork) amend(x *someone, d *dice) *amendment {
	a := &amendment{town: w.t.index, village: d.below(len(w.t.villages)), exempt: x.exempt, from: x.exemptFrom}
	if d.chance(400_000) {
		a.town = d.below(len(w.c.towns))
		a.village = d.below(len(w.c.towns[a.town].villages))
	}
	if v := &w.c.towns[a.town].villages[a.village]; a.town == w.t.index && v.name == w.t.villages[x.place.village].name {
		return nil // nothing would change
	}
	if x.exempt == 0 && x.hukou && len(x.pays) == 0 && d.chance(500_000) {
		a.exempt, a.from = 1+d.below(len(exemptions)-1), Opening+Day(d.below(PaymentDays))
	}
	return a
}

// recorded is the day on which the entitlement of someone paid for is recorded:
// some days after the grant, of one in twelve not at all.
func (w *townWork) recorded(x *someone, r registration) Day {
	for _, g := range x.grants {
		if g.aid != 0 || g.scheme != r.scheme || g.year != r.year || g.grantedOn == NoDay || x.index%12 == 5 {
			continue
		}
		if day := max(g.grantedOn, r.on) + 2 + Day(x.index%7); w.c.sent(day) {
			return day
		}
	}
	return NoDay
}
