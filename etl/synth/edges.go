package synth

// edge is a person planted at the edge of a rule: ordinary in everything but
// the one thing that make changes. Without it the person is 35, registered and
// resident, and enrolled and owing in both schemes without having paid.
type edge struct {
	name  string
	guest bool // resident alone
	twin  bool // lives in a village whose name another of the town bears
	bank  bool // lives in the village whose bank file failed
	make  func(x *someone)
}

// edgeFor takes the next edge of the town for a person of the part, nil where
// none is left. Edges go round the towns; those of one village stand in its
// town.
func (w *townWork) edgeFor(part int) *edge {
	for i, e := range w.edges {
		if part == guest && e.guest || part == homeHere && !e.guest {
			w.edges = append(w.edges[:i:i], w.edges[i+1:]...)
			return e
		}
	}
	return nil
}

// deal gives each town its edges.
func (w *townWork) deal() {
	next := 0
	for k := range edges {
		e := &edges[k]
		switch {
		case e.twin:
			if w.t.collideFirst >= 0 {
				w.edges = append(w.edges, e)
			}
		case e.bank:
			if w.t.bankVillage >= 0 {
				w.edges = append(w.edges, e)
			}
		default:
			if next%len(w.c.towns) == w.t.index {
				w.edges = append(w.edges, e)
			}
			next++
		}
	}
}

// dress makes someone the person of the edge.
func (e *edge) dress(w *townWork, x *someone) {
	x.edge, x.born, x.student = true, Date(1985, 6, 15), false
	x.register(medical, Date(2020, 9, 10))
	x.owe(medical, medicalPremium)
	if x.hukou {
		x.register(pension, Date(2015, 3, 1))
		x.owe(pension, 50_000)
	}
	switch {
	case e.twin:
		x.place.village = w.t.collideFirst
	case e.bank:
		x.place.village = w.t.bankVillage
	}
	if e.make(x); x.doc == documentPassport {
		w.c.passport(&x.person, x.ref)
		return
	}
	w.reg.number(&x.person, 0, x.born, x.man)
}

const (
	noon     = 12 * 3600
	lastTick = 86399 // 23:59:59
)

// nov and dec are days of November and December 2020.
func nov(n int) Day { return Opening + Day(n-1) }
func dec(n int) Day { return MainDue + Day(n) }

// payMedical is the commonest thing an edge does.
func (x *someone) payMedical(day Day, second int) int {
	return x.payFor(medical, medicalPremium, day, second)
}

// employee enrols with an employer for both schemes.
func (x *someone) employee(r registration) {
	r.scheme = employeeMedical
	x.regs = append(x.regs, r)
	r.scheme = employeePension
	x.regs = append(x.regs, r)
}

// owesNothing leaves nothing owed.
func (x *someone) owesNothing() { x.levies = x.levies[:0] }

var edges = concat(ageEdges, dayEdges, moneyEdges, registrationEdges, grantEdges, rosterEdges, documentEdges)

func concat(lists ...[]edge) (all []edge) {
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

var ageEdges = []edge{
	{name: "sixteen on the last day", make: func(x *someone) { x.born = Date(2004, 12, 31) }},
	{name: "sixteen a day late", make: func(x *someone) { x.born = Date(2005, 1, 1) }},
	{name: "sixty on the last day", make: func(x *someone) { x.born = Date(1960, 12, 31) }},
	{name: "sixty a day late", make: func(x *someone) { x.born = Date(1961, 1, 1) }},
	{name: "student of seventeen", make: func(x *someone) { x.born, x.student, x.school = Date(2003, 5, 5), true, 3 }},
	{name: "born on a leap day", make: func(x *someone) { x.born = Date(2004, 2, 29); x.payFor(pension, 50_000, nov(10), noon) }},
}

var dayEdges = []edge{
	{name: "last second of the full due day", make: func(x *someone) { x.payMedical(FullDue, lastTick) }},
	{name: "first second after it", make: func(x *someone) { x.payMedical(FullDue+1, 0) }},
	{name: "last second of the main due day", make: func(x *someone) { x.payFor(pension, 50_000, MainDue, lastTick) }},
	{name: "first second after the main part", make: func(x *someone) { x.payFor(pension, 50_000, MainDue+1, 0) }},
	{name: "first second of all", make: func(x *someone) { x.payMedical(Opening, 0) }},
	{name: "refund on the due day", make: func(x *someone) { x.refund(x.payMedical(nov(20), noon), medicalPremium, FullDue, lastTick) }},
	{name: "refund the day after", make: func(x *someone) { x.refund(x.payMedical(nov(20), noon), medicalPremium, FullDue+1, 0) }},
}

var moneyEdges = []edge{
	{name: "net zero in parts, under one receipt", make: func(x *someone) {
		at := x.payMedical(nov(12), noon)
		x.refund(at, 24_000, dec(1), noon).with = at
		x.refund(at, 24_000, dec(5), noon).with = at
	}},
	{name: "two parts back the same day", make: func(x *someone) {
		at := x.payMedical(nov(13), noon)
		x.refund(at, 10_000, dec(2), noon).with = at
		x.refund(at, 10_000, dec(2), noon+1).with = at
	}},
	{name: "given back by its sign", make: func(x *someone) { x.refund(x.payMedical(nov(12), noon), medicalPremium, dec(1), noon).minus = true }},
	{name: "reversed", make: func(x *someone) {
		x.refund(x.payMedical(nov(12), noon), medicalPremium, nov(12), noon+30).kind = reversing
	}},
	{name: "refunded, then paid again", make: func(x *someone) {
		x.refund(x.payMedical(nov(9), noon), medicalPremium, nov(16), noon)
		x.payMedical(dec(4), noon)
	}},
	{name: "more refunded than paid", make: func(x *someone) { x.refund(x.payMedical(nov(9), noon), 60_000, nov(16), noon) }},
	{name: "paid twice, one given back", make: func(x *someone) {
		x.payMedical(nov(9), noon)
		x.refund(x.payMedical(nov(9), noon+60), medicalPremium, nov(18), noon)
	}},
	{name: "failed and nothing else", make: func(x *someone) { x.pays[x.payMedical(nov(12), noon)-1].failed = true }},
	{name: "failed, then paid", make: func(x *someone) {
		x.pays[x.payMedical(nov(12), noon)-1].failed = true
		x.payMedical(nov(19), noon)
	}},
	{name: "an amount of nothing", make: func(x *someone) { x.payFor(medical, 0, nov(12), noon) }},
	{name: "medical for the year before", make: func(x *someone) { x.pays[x.payMedical(nov(12), noon)-1].year = 2020 }},
	{name: "pension for the year after", make: func(x *someone) { x.pays[x.payFor(pension, 50_000, nov(12), noon)-1].year = 2021 }},
	{name: "critical without medical", make: func(x *someone) { x.payFor(critical, criticalPremium, nov(12), noon) }},
	{name: "critical given back", make: func(x *someone) {
		at := x.payMedical(nov(12), noon)
		c := x.payFor(critical, criticalPremium, nov(12), noon)
		x.pays[c-1].with = at
		x.refund(c, criticalPremium, dec(15), noon)
	}},
	{name: "corrected by a later file", make: func(x *someone) {
		at := x.payFor(medical, medicalPremium*10, nov(12), noon)
		again := x.pays[at-1]
		x.pays[at-1].echo = true
		again.fen, again.file, again.with = medicalPremium, nov(14), at
		x.pays = append(x.pays, again)
	}},
	{name: "taken back by the bank in a later file", make: func(x *someone) {
		at := x.payMedical(nov(12), noon)
		again := x.pays[at-1]
		x.pays[at-1].echo = true
		again.failed, again.file, again.with = true, nov(16), at
		x.pays = append(x.pays, again)
	}},
}
