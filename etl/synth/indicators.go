package synth

import "fmt"

// Every indicator of the contract, computed naively: person by person, straight
// from the words of section 3, sharing nothing with the SQL.

// Key names an indicator of an area.
type Key struct{ Indicator, AreaCode string }

// MarshalText makes a key of it in JSON.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.Indicator + " " + k.AreaCode), nil }

// UnmarshalText reads what MarshalText has written.
func (k *Key) UnmarshalText(text []byte) error {
	_, err := fmt.Sscanf(string(text), "%s %s", &k.Indicator, &k.AreaCode)
	return err
}

// Count is an indicator's denominator and numerator.
type Count struct{ Expected, Actual int64 }

// IndicatorNames are the indicators of the contract, in its order. Those of
// collection stand once: their two stages differ in the target alone.
var IndicatorNames = []string{
	"pension_coverage", "pension_hardship", "medical_hukou", "medical_resident", "critical_uptake",
	"critical_uptake_all", "medical_hardship", "medical_assistance", "pension_collection", "medical_collection",
}

// benefitYears of the three resident schemes.
var benefitYears = map[string]int{"pension": 2020, "medical": 2021, "critical": 2021}

// Indicators counts every indicator for every area, as of the end of a day.
func (t *Truth) Indicators(day Day) map[Key]Count {
	out := map[Key]Count{}
	parent := map[string]string{}
	for _, a := range t.Areas {
		parent[a.Code] = a.Parent
		for _, name := range IndicatorNames {
			out[Key{name, a.Code}] = Count{}
		}
	}
	levied := t.levied()
	for i := range t.People {
		p := &t.People[i]
		if !p.OnRoster {
			continue
		}
		area := p.Village
		if area == "" {
			area = p.Town
		}
		for _, name := range IndicatorNames {
			expected, actual := p.stands(name, day, levied)
			for a := area; a != ""; a = parent[a] {
				c := out[Key{name, a}]
				if expected {
					c.Expected++
				}
				if actual {
					c.Actual++
				}
				out[Key{name, a}] = c
			}
		}
	}
	t.headcounts(day, out)
	return out
}

// levied are the schemes whose levy was loaded.
func (t *Truth) levied() map[string]bool {
	levied := map[string]bool{}
	for _, p := range t.People {
		for _, l := range p.Levies {
			if l.Year == benefitYears[l.Scheme] {
				levied[l.Scheme] = true
			}
		}
	}
	return levied
}

// stands tells whether a person on the roster is in an indicator's denominator
// and in its numerator.
func (p *Person) stands(indicator string, day Day, levied map[string]bool) (expected, actual bool) {
	switch indicator {
	case "pension_coverage":
		expected = p.pensionExpected(day)
		actual = p.covered("pension", day)
	case "pension_hardship":
		expected = p.pensionExpected(day) && p.certified(day, "低保对象", "特困人员", "残疾人", "低保边缘户")
		actual = p.registered("pension", day) && p.funded("pension", day)
	case "medical_hukou":
		expected = p.Hukou && !p.exempt(day)
		actual = p.covered("medical", day) || p.registered("employee_medical", day) || p.registered("elsewhere_medical", day)
	case "medical_resident":
		expected = p.Resident
		actual = p.covered("medical", day) || p.registered("employee_medical", day)
	case "critical_uptake":
		expected = !p.exempt(day) && p.covered("medical", day)
		actual = p.paid("critical", day)
	case "critical_uptake_all":
		expected = !p.exempt(day) && (p.covered("medical", day) || p.registered("employee_medical", day))
		actual = p.paid("critical", day)
	case "medical_hardship":
		expected = p.Hukou && !p.exempt(day) && p.certified(day) &&
			!p.registered("employee_medical", day) && !p.registered("elsewhere_medical", day)
		actual = p.registered("medical", day) && p.funded("medical", day)
	case "medical_assistance":
		for _, g := range p.Grants {
			if g.Kind == "assistance" && g.certifies(day) && !p.exempt(day) {
				expected = true
				if g.GrantedOn != NoDay && g.GrantedOn <= day {
					actual = true
				}
			}
		}
	case "pension_collection":
		expected = p.toCollect("pension", day, levied)
		actual = p.paid("pension", day)
	case "medical_collection":
		expected = p.toCollect("medical", day, levied)
		actual = p.paid("medical", day)
	}
	return expected, expected && actual
}

func (p *Person) pensionExpected(day Day) bool {
	if p.Born == NoDay {
		return false // the age is unknown
	}
	year, _, _ := p.Born.Civil()
	age := 2020 - year // on 2020-12-31 everybody's birthday has been
	return p.Hukou && age >= 16 && age <= 59 && !p.Student && !p.exempt(day) &&
		!p.registered("employee_pension", day) && !p.registered("elsewhere_pension", day)
}

func (p *Person) exempt(day Day) bool {
	return p.Exempt && (p.ExemptFrom == NoDay || p.ExemptFrom <= day)
}

func (p *Person) registered(scheme string, day Day) bool {
	for _, r := range p.Registrations {
		if r.Scheme != scheme || r.Year != benefitYears[scheme] || r.On > day {
			continue
		}
		switch {
		case r.Ended != NoDay && day < r.Ended:
			return true // whatever the status
		case r.Ended == NoDay && r.Status == "active":
			return true
		}
	}
	return false
}

func (p *Person) paid(scheme string, day Day) bool { return p.net(scheme, day) > 0 }

func (p *Person) funded(scheme string, day Day) bool {
	for _, g := range p.Grants {
		if g.Kind == "funding" && g.Scheme == scheme && g.Year == benefitYears[scheme] && g.GrantedOn != NoDay && g.GrantedOn <= day {
			return true
		}
	}
	return false
}

func (p *Person) fundedInFull(scheme string, day Day) bool {
	for _, g := range p.Grants {
		if g.Kind == "funding" && g.Scheme == scheme && g.Year == benefitYears[scheme] && g.GrantedOn != NoDay && g.GrantedOn <= day && !g.Part {
			return true
		}
	}
	return false
}

func (p *Person) covered(scheme string, day Day) bool {
	return p.paid(scheme, day) || p.fundedInFull(scheme, day)
}

func (g *Grant) certifies(day Day) bool {
	return g.From <= day && (g.To == NoDay || g.To >= day)
}

// certified tells whether any subsidy row certifies the person, or one of the
// categories where some are given.
func (p *Person) certified(day Day, categories ...string) bool {
	for _, g := range p.Grants {
		if !g.certifies(day) {
			continue
		}
		if len(categories) == 0 {
			return true
		}
		for _, c := range categories {
			if g.Category == c {
				return true
			}
		}
	}
	return false
}

func (p *Person) toCollect(scheme string, day Day, levied map[string]bool) bool {
	if p.exempt(day) || p.fundedInFull(scheme, day) {
		return false
	}
	if !levied[scheme] {
		return p.registered(scheme, day)
	}
	for _, l := range p.Levies {
		if l.Scheme == scheme && l.Year == benefitYears[scheme] && l.Fen > 0 {
			return true
		}
	}
	return false
}

// headcounts puts the counted residents in the place of those on the roster.
func (t *Truth) headcounts(day Day, out map[Key]Count) {
	own := map[string]Headcount{}
	for _, h := range t.Headcounts {
		if h.AsOf != NoDay && h.AsOf > day {
			continue
		}
		if best, met := own[h.Area]; !met || h.AsOf > best.AsOf { // NoDay is older than any
			own[h.Area] = h
		}
	}
	var counted func(area string) (int, bool)
	counted = func(area string) (int, bool) {
		if h, ok := own[area]; ok {
			return h.Value, true
		}
		sum, children := 0, 0
		for _, a := range t.Areas {
			if a.Parent == area {
				n, ok := counted(a.Code)
				if !ok {
					return 0, false
				}
				sum += n
				children++
			}
		}
		return sum, children > 0
	}
	for _, a := range t.Areas {
		if n, ok := counted(a.Code); ok {
			key := Key{"medical_resident", a.Code}
			out[key] = Count{int64(n), out[key].Actual}
		}
	}
}
