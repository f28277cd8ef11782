package synth

// Absent is somebody expected and not counted, why, and on which day what is
// behind it happened last (NoDay where it has no day).
type Absent struct {
	Person *Person
	Reason string
	Day    Day
}

// Missing lists who is expected and not counted at an indicator as of the end
// of a day, of those on the roster.
func (t *Truth) Missing(indicator string, day Day) []Absent {
	var out []Absent
	levied := t.levied()
	for i := range t.People {
		p := &t.People[i]
		if !p.OnRoster {
			continue
		}
		if expected, actual := p.stands(indicator, day, levied); expected && !actual {
			a := Absent{Person: p, Day: NoDay}
			a.Reason, a.Day = p.why(indicator, day)
			out = append(out, a)
		}
	}
	return out
}

// why is the reason of somebody missing, from the words of docs/worklist.md.
func (p *Person) why(indicator string, day Day) (string, Day) {
	switch indicator {
	case "pension_coverage":
		return p.whyUncovered("pension", "medical", day)
	case "medical_hukou", "medical_resident":
		return p.whyUncovered("medical", "pension", day)
	case "pension_hardship":
		return p.whyUnfunded("pension", day)
	case "medical_hardship":
		return p.whyUnfunded("medical", day)
	case "critical_uptake", "critical_uptake_all":
		return p.whyUnpaid("critical", "option", day)
	case "pension_collection":
		return p.whyUnpaid("pension", "due", day)
	case "medical_collection":
		return p.whyUnpaid("medical", "due", day)
	}
	return "unassisted", NoDay
}

func (p *Person) whyUncovered(scheme, other string, day Day) (string, Day) {
	ended, when := p.endedHow(scheme, day)
	switch {
	case !p.registered("employee_"+scheme, day) && p.registered("elsewhere_"+scheme, day):
		return "elsewhere", NoDay
	case p.lastPayment(scheme, day, true) != NoDay:
		return "refunded", p.lastPayment(scheme, day, true)
	case p.pending(scheme, day):
		return "pending", NoDay
	case ended != "":
		return ended, when
	case p.lastPayment(scheme, day, false) != NoDay:
		return "failed", p.lastPayment(scheme, day, false)
	case p.funded(scheme, day):
		return "own_part", NoDay
	case p.registered("employee_"+other, day) || p.registered("elsewhere_"+other, day):
		return "suspected", NoDay
	case p.registered(scheme, day):
		return "unpaid", NoDay
	}
	return "never", NoDay
}

func (p *Person) whyUnfunded(scheme string, day Day) (string, Day) {
	if !p.registered(scheme, day) {
		if ended, when := p.endedHow(scheme, day); ended != "" {
			return ended, when
		}
		return "never", NoDay
	}
	if p.pending(scheme, day) {
		return "pending", NoDay
	}
	return "unfunded", NoDay
}

func (p *Person) whyUnpaid(scheme, else_ string, day Day) (string, Day) {
	switch {
	case p.lastPayment(scheme, day, true) != NoDay:
		return "refunded", p.lastPayment(scheme, day, true)
	case p.lastPayment(scheme, day, false) != NoDay:
		return "failed", p.lastPayment(scheme, day, false)
	case else_ == "due" && p.funded(scheme, day):
		return "own_part", NoDay
	}
	return else_, NoDay
}

// lastPayment is the last day on which money was given back, or else on which a
// payment failed.
func (p *Person) lastPayment(scheme string, day Day, back bool) Day {
	last := NoDay
	for _, y := range p.Payments {
		if y.Scheme != scheme || y.Year != benefitYears[scheme] || y.Day > day {
			continue
		}
		if (back && y.Back && !y.Failed || !back && y.Failed && !y.Back) && (last == NoDay || y.Day > last) {
			last = y.Day
		}
	}
	return last
}

// endedHow tells whether a registration that is there counts no longer.
func (p *Person) endedHow(scheme string, day Day) (string, Day) {
	if p.registered(scheme, day) {
		return "", NoDay
	}
	for _, r := range p.Registrations {
		if r.Scheme != scheme || r.Year != benefitYears[scheme] || r.On > day {
			continue
		}
		when := r.On
		if r.Ended != NoDay && r.Ended > r.On {
			when = r.Ended
		}
		if r.Status == "paused" {
			return "paused", when
		}
		return "ended", when
	}
	return "", NoDay
}

func (p *Person) pending(scheme string, day Day) bool {
	for _, g := range p.Grants {
		if g.Kind == "funding" && g.Scheme == scheme && g.Year == benefitYears[scheme] && g.certifies(day) &&
			(g.GrantedOn == NoDay || g.GrantedOn > day) {
			return true
		}
	}
	return false
}
