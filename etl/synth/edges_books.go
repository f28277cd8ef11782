package synth

// Edges of registrations, grants and rosters.

func since(on Day) registration { return registration{on: on, ended: NoDay} }

var registrationEdges = []edge{
	{name: "employee until the due day", make: func(x *someone) { x.employee(registration{on: Date(2018, 1, 1), ended: FullDue}) }},
	{name: "employee until the day after", make: func(x *someone) { x.employee(registration{on: Date(2018, 1, 1), ended: FullDue + 1}) }},
	{name: "ended on a day to come", make: func(x *someone) { x.employee(registration{status: ended, on: Date(2018, 1, 1), ended: dec(10)}) }},
	{name: "ended, nobody says when", make: func(x *someone) {
		x.employee(registration{status: ended, on: Date(2018, 1, 1), ended: NoDay})
	}},
	{name: "paused on a day to come", make: func(x *someone) { x.employee(registration{status: paused, on: Date(2018, 1, 1), ended: dec(1)}) }},
	{name: "paused", make: func(x *someone) { x.employee(registration{status: paused, on: Date(2018, 1, 1), ended: NoDay}) }},
	{name: "employee from the due day", make: func(x *someone) { x.employee(since(FullDue)) }},
	{name: "employee from the day after", make: func(x *someone) { x.employee(since(FullDue + 1)) }},
	{name: "two employers", make: func(x *someone) {
		x.employee(registration{status: ended, on: Date(2015, 1, 1), ended: Date(2019, 1, 1)})
		x.employee(since(Date(2019, 2, 1)))
	}},
	{name: "covered twice", make: func(x *someone) { x.employee(since(Date(2018, 1, 1))); x.payMedical(nov(12), noon) }},
	{name: "insured elsewhere", make: func(x *someone) {
		x.regs = append(x.regs, registration{scheme: elsewhereMedical, on: Date(2018, 1, 1), ended: NoDay},
			registration{scheme: elsewherePension, on: Date(2018, 1, 1), ended: NoDay})
	}},
	{name: "paid without registration", make: func(x *someone) { x.regs = x.regs[:0]; x.owesNothing(); x.payMedical(nov(12), noon) }},
	{name: "levied without registration", make: func(x *someone) { x.regs = x.regs[:0] }},
	{name: "registered, no levy", make: func(x *someone) { x.owesNothing() }},
	{name: "levy of nothing", make: func(x *someone) { x.owesNothing(); x.owe(medical, 0); x.owe(pension, 0) }},
	{name: "levy for another year", make: func(x *someone) { x.levies[0].year = 2020 }},
	{name: "levy lowered to nothing", make: func(x *someone) { x.raised = append(x.raised, levy{medical, 2021, 0}) }},
	{name: "levy raised from nothing", make: func(x *someone) {
		x.levies[0].fen = 0
		x.raised = append(x.raised, levy{medical, 2021, medicalPremium})
	}},
	{name: "registration ended by a later file", make: func(x *someone) {
		x.employee(since(Date(2018, 1, 1)))
		r := x.regs[len(x.regs)-2]
		r.status, r.ended = ended, dec(3)
		x.changed = append(x.changed, r)
	}},
	{name: "registered for the year before", make: func(x *someone) {
		x.regs[0].year = 2020
		x.fund(medical, 1, nov(5))
	}},
}

var grantEdges = []edge{
	{name: "granted on the due day", make: func(x *someone) { x.fund(medical, 1, FullDue); x.fund(pension, 1, FullDue) }},
	{name: "granted the day after", make: func(x *someone) { x.fund(medical, 1, FullDue+1); x.fund(pension, 1, FullDue+1) }},
	{name: "not granted yet", make: func(x *someone) { x.fund(medical, 1, NoDay); x.fund(pension, 1, NoDay) }},
	{name: "partial grant alone", make: func(x *someone) { x.fund(medical, 4, nov(5)).part = true; x.fund(pension, 4, nov(5)).part = true }},
	{name: "partial grant and a payment", make: func(x *someone) { x.fund(medical, 4, nov(5)).part = true; x.payMedical(nov(12), noon) }},
	{name: "certificate ends on the due day", make: func(x *someone) {
		x.fund(medical, 3, nov(5)).to = FullDue
		x.fund(pension, 3, nov(5)).to = FullDue
	}},
	{name: "certificate ends the day before", make: func(x *someone) {
		x.fund(medical, 3, nov(5)).to = FullDue - 1
		x.fund(pension, 3, nov(5)).to = MainDue
	}},
	{name: "certificate begins on the due day", make: func(x *someone) {
		x.fund(medical, 2, nov(5)).from = FullDue
		x.fund(pension, 2, nov(5)).from = FullDue
	}},
	{name: "certificate of another kind", make: func(x *someone) { x.fund(medical, 5, nov(5)); x.fund(pension, 5, nov(5)) }},
	{name: "one certificate ends, another goes on", make: func(x *someone) {
		x.fund(medical, 1, nov(5)).to = nov(20)
		x.fund(medical, 3, NoDay)
		x.fund(pension, 3, NoDay)
	}},
	{name: "granted for another year", make: func(x *someone) { x.fund(medical, 1, nov(5)).year = 2020; x.fund(pension, 1, nov(5)).year = 2021 }},
	{name: "in hardship and an employee", make: func(x *someone) { x.employee(since(Date(2018, 1, 1))); x.fund(medical, 1, nov(5)) }},
	{name: "assistance granted on the due day", make: func(x *someone) {
		g := x.fund(medical, 1, FullDue)
		g.aid, g.from, g.to = 1, nov(10), FullDue
	}},
	{name: "assistance granted under an old certificate", make: func(x *someone) {
		g := x.fund(medical, 1, nov(3))
		g.aid, g.from, g.to = 1, Date(2020, 7, 1), nov(20)
		g = x.fund(medical, 3, NoDay)
		g.aid, g.from = 1, nov(15)
	}},
	{name: "assistance not granted", make: func(x *someone) { x.fund(medical, 2, NoDay).aid = 1 }},
}

var rosterEdges = []edge{
	{name: "exempt from the due day", make: func(x *someone) { x.exempt, x.exemptFrom = 1, FullDue }},
	{name: "exempt from the day after", make: func(x *someone) { x.exempt, x.exemptFrom = 2, FullDue+1 }},
	{name: "exempt since nobody says when", make: func(x *someone) { x.exempt = 3 }},
	{name: "a date of exemption without a reason", make: func(x *someone) { x.exemptFrom = nov(3) }},
	{name: "exempt and paid", make: func(x *someone) { x.exempt, x.exemptFrom = 1, nov(20); x.payMedical(nov(12), noon) }},
	{name: "no village", make: func(x *someone) { x.place.shown = nowhere; x.payMedical(nov(12), noon) }},
	{name: "a village nobody knows", make: func(x *someone) { x.place.shown = wrongly; x.payMedical(nov(12), noon) }},
	{name: "a village of two", twin: true, make: func(x *someone) { x.payMedical(nov(12), noon) }},
	{name: "the village of the bank", bank: true, make: func(x *someone) {
		for _, day := range append(bankFailures[:], bankRepaired) {
			at := x.payMedical(day, noon)
			x.pays[at-1].failed, x.pays[at-1].channel, x.pays[at-1].bank = day != bankRepaired, channelBatch, 1
		}
	}},
	{name: "moved to another town", make: func(x *someone) {
		x.later = &amendment{town: (x.town + 1) % len(townPlans), village: 2, from: NoDay}
		x.payMedical(nov(12), noon)
	}},
	{name: "exempt by a later file", make: func(x *someone) {
		x.later = &amendment{town: (x.town + 3) % len(townPlans), village: 1, exempt: 2, from: nov(25)}
	}},
}

var documentEdges = []edge{
	{name: "the number of the first cards", make: func(x *someone) { x.short = true; x.payMedical(nov(12), noon) }},
	{name: "a passport", guest: true, make: func(x *someone) { x.doc, x.told = documentPassport, true; x.payMedical(nov(12), noon) }},
	{name: "a passport, no age", guest: true, make: func(x *someone) { x.doc = documentPassport; x.payMedical(nov(12), noon) }},
	{name: "a passport and local registration", make: func(x *someone) { x.doc, x.told = documentPassport, true; x.payFor(pension, 50_000, nov(12), noon) }},
	{name: "local registration, no age", make: func(x *someone) { x.doc = documentPassport; x.payFor(pension, 50_000, nov(12), noon) }},
	{name: "permit of a Hong Kong resident", guest: true, make: func(x *someone) { x.doc = documentHongKong; x.payMedical(nov(12), noon) }},
	{name: "a card's number beside a passport", make: func(x *someone) { x.misnamed = true; x.payMedical(nov(12), noon) }},
}
