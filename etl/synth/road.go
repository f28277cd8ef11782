package synth

// Road counts the steps of people in hardship: certified and expected, of these
// registered, of these paid for, of these with their entitlement recorded.
type Road struct{ Certified, Registered, Funded, Recorded int64 }

// Roads walks the road of both schemes person by person for every area, as of
// the end of a day. The key's indicator is the scheme: pension or medical.
func (t *Truth) Roads(day Day) map[Key]Road {
	parent := map[string]string{}
	for _, a := range t.Areas {
		parent[a.Code] = a.Parent
	}
	out := map[Key]Road{}
	for i := range t.People {
		p := &t.People[i]
		for _, scheme := range []string{"pension", "medical"} {
			expected, funded := p.stands(scheme+"_hardship", day, nil)
			if !p.OnRoster || !expected {
				continue
			}
			area := p.Village
			if area == "" {
				area = p.Town
			}
			for ; area != ""; area = parent[area] {
				r := out[Key{scheme, area}]
				r.Certified++
				if p.registered(scheme, day) {
					r.Registered++
				}
				if funded {
					r.Funded++
				}
				if funded && p.recorded(scheme, day) {
					r.Recorded++
				}
				out[Key{scheme, area}] = r
			}
		}
	}
	return out
}

func (p *Person) recorded(scheme string, day Day) bool {
	for _, r := range p.Registrations {
		if r.Scheme == scheme && r.Year == benefitYears[scheme] && r.Rights != NoDay && r.Rights <= day {
			return true
		}
	}
	return false
}
