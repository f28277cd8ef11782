package synth

// How many of a thousand people are of an age, by five years from 0 on.
var (
	agesHukou  = []int{46, 52, 50, 44, 46, 58, 76, 70, 64, 70, 84, 82, 66, 62, 50, 36, 24, 14, 6}
	agesGuests = []int{38, 42, 32, 40, 120, 160, 168, 128, 94, 74, 50, 28, 12, 7, 4, 2, 1, 0, 0}
)

// Parts of a town's people.
const (
	homeHere = iota // registered and resident
	homeAway        // registered, living elsewhere
	guest           // resident, registered elsewhere
)

// draw makes someone of the town: first who it is, then the fate.
func (w *townWork) draw(x *someone, i, part, village int) {
	d := roll(w.c.Seed, ofPerson, w.t.index<<24|i)
	plan := x.plan
	*x = someone{ref: ref{w.t.index, i}, place: place{village: village}, exemptFrom: NoDay, plan: plan}
	x.plan.reset()
	x.hukou, x.resident = part != guest, part != homeAway
	ages := agesHukou
	if part == guest {
		ages = agesGuests
	}
	x.man = d.chance(508_000)
	x.born = Date(2020-5*d.pick(ages, 1000)-d.below(5), 1, 1) + Day(d.below(365))
	if x.born >= Opening-10 {
		x.born -= 90
	}
	w.name(x, &d, village, part)
	if e := w.edgeFor(part); e != nil {
		w.planted[i] = e.name
		e.dress(w, x)
		return
	}
	w.newNumber(x, part, &d)
	w.live(x, part, &d)
}

func (w *townWork) name(x *someone, d *dice, village, part int) {
	x.family = d.below(len(surnames))
	if part != guest && d.chance(420_000) {
		x.family = w.t.villages[village].clan
	}
	x.first = d.below(len(given))
	if !d.chance(180_000) {
		x.second = 1 + d.below(len(given))
	}
}

// newNumber gives an identity card, few guests something else.
func (w *townWork) newNumber(x *someone, part int, d *dice) {
	region := 0
	switch {
	case part == guest && d.chance(1500):
		switch d.below(3) {
		case 0:
			x.doc, region = documentHongKong, len(regions)-2
		case 1:
			x.doc, region = documentTaiwan, len(regions)-1
		default:
			w.c.passport(&x.person, x.ref)
			x.told = !d.chance(200_000)
			return
		}
	case part == guest || d.chance(60_000):
		region = 2 + d.below(len(regions)-4)
	case x.born < Date(1988, 5, 1) && d.chance(930_000):
		region = 1
	}
	w.reg.number(&x.person, region, x.born, x.man)
}

func (x *someone) age() int {
	year, _, _ := x.born.Civil()
	return 2020 - year
}

// live draws what happens to an ordinary person.
func (w *townWork) live(x *someone, part int, d *dice) {
	age := x.age()
	x.student = age >= 6 && (age < 16 && d.chance(980_000) || age >= 16 && age < 19 && d.chance(880_000) || age >= 19 && age < 23 && d.chance(480_000))
	if x.student {
		x.school = schoolOf(age, d)
	}
	if d.chance(2500) {
		x.place.shown = nowhere
		if d.chance(300_000) {
			x.place.shown = wrongly
		}
	}
	if part != guest && d.chance(3000+age*110) {
		w.excuse(x, d)
		if !d.chance(80_000) { // a few were enrolled before it came to light
			return
		}
	}
	insured := w.employ(x, part, age, d)
	needy := part != guest && d.chance(21_000) && w.support(x, insured, age, d)
	if part != guest && age >= 16 && age < 60 && !x.student && !insured {
		w.joinPension(x, d)
	}
	if !insured && !needy {
		w.joinMedical(x, part, age, d)
	}
	if len(x.grants) == 0 && (part == guest && d.chance(1200) || insured && d.chance(1800)) {
		w.assist(x, 5, d)
	}
	if d.chance(1000) {
		x.later = w.amend(x, d)
	}
}

func schoolOf(age int, d *dice) int {
	switch {
	case age < 12:
		return d.below(2)
	case age < 15:
		return 2
	}
	return 3 + d.below(2)
}

// excuse gives the reason for which the person need not be enrolled.
func (w *townWork) excuse(x *someone, d *dice) {
	x.exempt = 1 + d.below(len(exemptions)-1)
	switch n := d.below(100); {
	case n < 30:
		x.exemptFrom = Opening - 1 - Day(d.below(700))
	case n < 42:
		x.exemptFrom = Opening + Day(d.below(PaymentDays))
	}
}

// employ enrols the person with an employer, or elsewhere, and tells whether
// that covers it all through the campaign.
func (w *townWork) employ(x *someone, part, age int, d *dice) bool {
	chance, elsewhere := 0, 0
	switch {
	case x.student || age < 20:
	case age >= 60:
		chance = 420_000
	case part == guest:
		chance, elsewhere = 885_000, 20_000
	case part == homeAway:
		chance, elsewhere = 520_000, 220_000
	default:
		chance, elsewhere = 700_000, 12_000
	}
	n := d.below(1_000_000)
	if n >= chance+elsewhere {
		return false
	}
	older, medic := employeePension, employeeMedical
	if n >= chance {
		older, medic = elsewherePension, elsewhereMedical
	}
	on := max(Date(2001, 1, 1), x.born+20*365) + Day(d.below(300))
	if span := int(Date(2020, 9, 1)) - int(on); span > 0 {
		on += Day(d.below(span))
	}
	r := registration{scheme: medic, on: min(on, Opening-40), ended: NoDay}
	covered := true
	switch n := d.below(1000); {
	case n < 12: // left the employer
		r.status, r.ended, covered = ended, min(r.on+60+Day(d.below(900)), Opening-5), false
	case n < 17:
		r.status, covered = paused, false
	case n < 20: // leaves during the campaign
		r.ended, covered = Opening+Day(d.below(PaymentDays)), false
		if n < 19 {
			r.status = ended
		}
	case n < 24: // starts during the campaign
		r.on = Opening + Day(d.below(35))
	case n < 28: // a second employer after the first
		first := r
		first.status, first.ended = ended, r.on-20
		first.on = r.on - 400
		w.cover(x, first, older, part, age)
	}
	w.cover(x, r, older, part, age)
	if covered && d.chance(900) { // enrolled with the residents as well
		x.register(medical, Date(2020, 9, 1)+Day(d.below(50)))
		x.owe(medical, medicalPremium)
		w.settle(x, []int{medical}, w.cal.pick(d), d)
	}
	return covered
}

// cover writes the medical half of a registration, and the pension half where
// someone asks for it.
func (w *townWork) cover(x *someone, r registration, older, part, age int) {
	x.regs = append(x.regs, r)
	if part != guest && age < 60 {
		r.scheme = older
		x.regs = append(x.regs, r)
	}
}

// joinPension enrols in the residents' pension.
func (w *townWork) joinPension(x *someone, d *dice) {
	tier := d.pick([]int{8, 4, 22, 9, 20, 9, 14, 9, 5}, 100)
	for _, g := range x.grants {
		if g.scheme == pension && !g.part && g.grantedOn != NoDay {
			return // registered with the grant
		}
	}
	if len(x.regs) == 0 || x.regs[len(x.regs)-1].scheme != pension {
		if !d.chance(400) {
			x.register(pension, Date(2010, 1, 5)+Day(d.below(3850)))
		}
	}
	if !d.chance(2000) {
		x.owe(pension, premium(pension, tier))
	}
	if d.below(10_000) < w.t.pension*w.ease(x)/1000 {
		if d.below(1000) >= w.t.late {
			return
		}
		w.settlePension(x, tier, straggle(d), d)
		return
	}
	w.settlePension(x, tier, w.cal.pick(d), d)
}

func (w *townWork) ease(x *someone) int {
	if w.t.even {
		return 1000
	}
	return w.t.villages[x.place.village].ease
}

// joinMedical enrols in the residents' medical insurance.
func (w *townWork) joinMedical(x *someone, part, age int, d *dice) {
	if part == guest {
		joins := w.t.guestsIn
		if age < 16 {
			joins += 180
		}
		if d.below(1000) >= joins {
			return
		}
	}
	if !d.chance(500) {
		on := Date(2020, 9, 1) + Day(d.below(60))
		if d.chance(30_000) {
			on = Opening + Day(d.below(30))
		}
		x.register(medical, on)
	}
	if !d.chance(800) {
		x.owe(medical, medicalPremium)
	}
	// Half of those expected are covered by employers: twice the share of the
	// others gives the town's.
	chance := w.t.never * 2 * w.ease(x) / 1000
	if part == guest {
		chance *= 5
	}
	day := w.cal.pick(d)
	if d.below(100_000) < chance {
		if d.below(1000) >= w.t.late {
			return
		}
		day = straggle(d)
	}
	schemes := []int{medical, critical}
	if d.below(10_000) >= w.t.critical {
		schemes = schemes[:1]
	}
	w.settle(x, schemes, day, d)
}
