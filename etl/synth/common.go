package synth

import "fmt"

// common are the jobs for the files of the whole city, made when every town is
// known.
func (c *city) common(works []*townWork) []func() error {
	jobs := []func() error{
		func() error { return c.rosterFiles(works) },
		func() error { return c.registrationFiles(works) },
		func() error { return c.levyFile(works) },
		func() error { return c.subsidyFiles(works) },
		func() error { return c.headcountFiles(works) },
	}
	if c.number == 0 { // those of a province are of all its cities together
		jobs = append(jobs, func() error { return c.statementFiles(sumBooks(works)) })
	}
	for i := range c.Days {
		if day := Opening + Day(i); day != quietDay {
			jobs = append(jobs, func() error { return c.paymentFiles(works, day) })
		}
	}
	if c.Visits {
		for _, w := range works {
			jobs = append(jobs, func() error { return c.visitFile(w) })
		}
	}
	return jobs
}

// rosterFiles bring the people whose rows were held back, and what has changed
// since the towns wrote their rosters.
func (c *city) rosterFiles(works []*townWork) error {
	t := c.open(c.named("01-roster/90-补报.csv"), rosterAgain, ofRoster, 90)
	t.head()
	for _, w := range works {
		for i := range w.again {
			w.enrolOnRoster(t, &w.again[i], false)
		}
	}
	if err := c.done(t); err != nil {
		return err
	}
	t = c.open(c.named("01-roster/95-变更.csv"), rosterChanges, ofRoster, 95)
	t.head()
	for _, w := range works {
		for i := range w.amended {
			c.change(t, &w.amended[i])
		}
	}
	return c.done(t)
}

// change writes a row that changes area and exemption of someone.
func (c *city) change(t *table, x *someone) {
	a := x.later
	w := &townWork{c: c, t: c.towns[a.town]}
	moved := *x
	moved.place = place{village: a.village}
	moved.exempt, moved.exemptFrom = a.exempt, a.from
	for _, col := range t.cols {
		switch col.field {
		case fID:
			t.bytes(x.id())
		case fTown:
			t.word(w.t.label)
		case fVillage:
			t.word(w.villageCell(&moved))
		default:
			w.rosterCell(t, col.field, &moved)
		}
	}
	if t.end(false) && t.keep {
		t.tell(x.ref, rosterChange(w.onRoster(&moved, false)))
	}
}

// registrationFiles bring registrations that were held back, and later states
// of others.
func (c *city) registrationFiles(works []*townWork) error {
	for _, n := range []int{90, 95} {
		name := map[int]string{90: "补报", 95: "变更"}[n]
		t := c.open(c.named(fmt.Sprintf("02-registration/%d-%s.csv", n, name)), registrationLayout(n), ofRegistration, n)
		t.head()
		for _, w := range works {
			rows := w.enrolled
			if n == 95 {
				rows = w.changed
			}
			for _, r := range rows {
				w.register(t, ref{w.t.index, int(r.who)}, &w.people[r.who], r.reg, false, w.t.label)
			}
		}
		if err := c.done(t); err != nil {
			return err
		}
	}
	return nil
}

// levyFile brings levies that were changed.
func (c *city) levyFile(works []*townWork) error {
	t := c.open(c.named("03-levy/95-更正.txt"), levyLayout, ofLevy, 95)
	t.line("应征更正")
	t.head()
	for _, w := range works {
		for _, r := range w.raised {
			w.levy(t, ref{w.t.index, int(r.who)}, &w.people[r.who], r.due, false)
		}
	}
	t.total("合计")
	return c.done(t)
}

// subsidyFiles bring hardship certificates and grants by office, all of them
// as they stand on the last day.
func (c *city) subsidyFiles(works []*townWork) error {
	for office, name := range []string{"民政局", "残联", "医保局"} {
		l := subsidyLayout
		l.mark = office == 1
		if office == 2 {
			l.enc, l.comma = inGB, '\t'
		}
		t := c.open(c.named(fmt.Sprintf("04-subsidy/%d-%s.csv", office+1, name)), l, ofSubsidy, office)
		t.line(c.name + name + "困难群众资助与救助名单")
		t.head()
		for _, w := range works {
			for _, g := range w.grants {
				if officeOf(&g.grant) == office {
					w.grant(t, &g, office)
				}
			}
		}
		t.total("总计")
		if err := c.done(t); err != nil {
			return err
		}
	}
	return nil
}

func officeOf(g *grant) int {
	switch {
	case g.aid == 1:
		return 2
	case g.category == 3:
		return 1
	}
	return 0
}

func (w *townWork) grant(t *table, g *grantRow, office int) {
	p := &w.people[g.who]
	for _, col := range t.cols {
		switch col.field {
		case fID:
			t.bytes(p.id())
		case fIDType:
			t.document(p)
		case fCategory:
			t.word(hardships[g.category])
		case fAid:
			t.word(aids[g.aid])
		case fScheme:
			t.word(schemeLong[g.scheme])
		case fYear:
			t.number(g.year)
		case fGrant:
			t.yuan(g.fen)
		case fExtent:
			switch {
			case g.part:
				t.word(partial)
			case g.aid == 0:
				t.word(full)
			default:
				t.word(none)
			}
		case fFrom:
			t.day(g.from)
		case fTo:
			t.day(g.to)
		case fGranted:
			t.day(g.grantedOn)
		case fOffice:
			t.word(offices[office])
		}
	}
	if t.end(!g.edge && t.dice.chance(1200)) && t.keep {
		t.tell(ref{w.t.index, int(g.who)}, Grant{Category: hardships[g.category][inUTF8], Kind: [...]string{"funding", "assistance"}[g.aid],
			Scheme: schemeNames[g.scheme], Year: g.year, Part: g.part, From: g.from, To: g.to, GrantedOn: g.grantedOn})
	}
}
