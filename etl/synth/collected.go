package synth

// Money is what the people expected in a collection owe and have paid, in fen.
type Money struct{ Due, Received int64 }

// Collected sums, person by person, what stands beside the two collection
// indicators for every area with anybody, as of the end of a day. The key's
// indicator is the scheme: pension or medical.
func (t *Truth) Collected(day Day) map[Key]Money {
	parent := map[string]string{}
	for _, a := range t.Areas {
		parent[a.Code] = a.Parent
	}
	levied := t.levied()
	out := map[Key]Money{}
	for i := range t.People {
		p := &t.People[i]
		for _, scheme := range []string{"pension", "medical"} {
			if !p.OnRoster || !p.toCollect(scheme, day, levied) {
				continue
			}
			due, received := p.owes(scheme), p.net(scheme, day)
			area := p.Village
			if area == "" {
				area = p.Town
			}
			for ; area != ""; area = parent[area] {
				m := out[Key{scheme, area}]
				m.Due += due
				m.Received += received
				out[Key{scheme, area}] = m
			}
		}
	}
	return out
}

func (p *Person) owes(scheme string) (fen int64) {
	for _, l := range p.Levies {
		if l.Scheme == scheme && l.Year == benefitYears[scheme] {
			fen += int64(l.Fen)
		}
	}
	return fen
}

// net is what was paid of a scheme and not given back, as of the end of a day.
func (p *Person) net(scheme string, day Day) (fen int64) {
	for _, y := range p.Payments {
		if y.Scheme == scheme && y.Year == benefitYears[scheme] && !y.Failed && y.Day <= day {
			fen += int64(y.Fen)
		}
	}
	return fen
}
