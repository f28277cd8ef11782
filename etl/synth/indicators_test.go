package synth

import "testing"

// What a few of the people at the edges must count for, by hand.
func TestIndicatorsAtTheEdges(t *testing.T) {
	made, _ := makeCity(t, Options{People: 500, Seed: 11, KeepTruth: true})
	at := map[string]*Person{}
	for i := range made.Truth.People {
		if p := &made.Truth.People[i]; p.Edge != "" {
			at[p.Edge] = p
		}
	}
	for i := range edges {
		if at[edges[i].name] == nil {
			t.Errorf("nobody at the edge %q", edges[i].name)
		}
	}
	const out, missing, counted = "out", "missing", "counted"
	for _, c := range []struct {
		edge, indicator string
		day             Day
		want            string
	}{
		{"sixteen on the last day", "pension_coverage", FullDue, missing},
		{"sixteen a day late", "pension_coverage", FullDue, out},
		{"sixty on the last day", "pension_coverage", FullDue, out},
		{"sixty a day late", "pension_coverage", FullDue, missing},
		{"student of seventeen", "pension_coverage", FullDue, out},
		{"local registration, no age", "pension_coverage", FullDue, out},
		{"a passport and local registration", "pension_coverage", FullDue, counted},
		{"last second of the full due day", "medical_hukou", FullDue, counted},
		{"last second of the full due day", "medical_hukou", FullDue - 1, missing},
		{"first second after it", "medical_hukou", FullDue, missing},
		{"first second after it", "medical_hukou", FullDue + 1, counted},
		{"last second of the main due day", "pension_collection", MainDue, counted},
		{"first second after the main part", "pension_collection", MainDue, missing},
		{"refund on the due day", "medical_hukou", FullDue, missing},
		{"refund the day after", "medical_hukou", FullDue, counted},
		{"net zero in parts, under one receipt", "medical_hukou", dec(1), counted},
		{"net zero in parts, under one receipt", "medical_hukou", dec(5), missing},
		{"two parts back the same day", "medical_collection", FullDue, counted},
		{"given back by its sign", "medical_hukou", FullDue, missing},
		{"failed and nothing else", "medical_hukou", FullDue, missing},
		{"an amount of nothing", "medical_hukou", FullDue, missing},
		{"medical for the year before", "medical_hukou", FullDue, missing},
		{"critical without medical", "critical_uptake", FullDue, out},
		{"corrected by a later file", "medical_hukou", FullDue, counted},
		{"taken back by the bank in a later file", "medical_hukou", FullDue, missing},
		{"employee until the due day", "medical_hukou", FullDue - 1, counted},
		{"employee until the due day", "medical_hukou", FullDue, missing},
		{"employee until the day after", "pension_coverage", FullDue, out},
		{"ended, nobody says when", "medical_hukou", FullDue, missing},
		{"paused on a day to come", "medical_hukou", MainDue, counted},
		{"paused on a day to come", "medical_hukou", dec(1), missing},
		{"employee from the day after", "medical_hukou", FullDue, missing},
		{"insured elsewhere", "medical_hukou", FullDue, counted},
		{"insured elsewhere", "medical_resident", FullDue, missing},
		{"levied without registration", "medical_collection", FullDue, missing},
		{"registered, no levy", "medical_collection", FullDue, out},
		{"levy lowered to nothing", "medical_collection", FullDue, out},
		{"levy raised from nothing", "medical_collection", FullDue, missing},
		{"registration ended by a later file", "medical_hukou", dec(2), counted},
		{"registration ended by a later file", "medical_hukou", dec(3), missing},
		{"granted on the due day", "pension_hardship", FullDue, counted},
		{"granted on the due day", "pension_collection", FullDue, out},
		{"granted the day after", "medical_hardship", FullDue, missing},
		{"partial grant alone", "medical_hukou", FullDue, missing},
		{"partial grant alone", "medical_hardship", FullDue, counted},
		{"partial grant and a payment", "medical_hukou", FullDue, counted},
		{"certificate ends on the due day", "medical_hardship", FullDue, counted},
		{"certificate ends the day before", "medical_hardship", FullDue, out},
		{"certificate begins on the due day", "medical_hardship", FullDue - 1, out},
		{"certificate begins on the due day", "medical_hardship", FullDue, counted},
		{"certificate of another kind", "pension_hardship", FullDue, out},
		{"certificate of another kind", "medical_hardship", FullDue, counted},
		{"registered for the year before", "medical_hardship", FullDue, missing},
		{"in hardship and an employee", "medical_hardship", FullDue, out},
		{"assistance granted on the due day", "medical_assistance", FullDue, counted},
		{"assistance granted on the due day", "medical_assistance", FullDue + 1, out},
		{"assistance granted under an old certificate", "medical_assistance", FullDue, missing},
		{"exempt from the due day", "medical_hukou", FullDue, out},
		{"exempt from the day after", "medical_hukou", FullDue, missing},
		{"a date of exemption without a reason", "medical_hukou", FullDue, missing},
		{"the village of the bank", "medical_hukou", FullDue, missing},
		{"the village of the bank", "medical_hukou", LastDay, counted},
		{"exempt by a later file", "medical_hukou", nov(25), out},
	} {
		expected, actual := at[c.edge].stands(c.indicator, c.day, map[string]bool{"pension": true, "medical": true})
		got := map[[2]bool]string{{false, false}: out, {true, false}: missing, {true, true}: counted}[[2]bool{expected, actual}]
		if got != c.want {
			t.Errorf("%s, %s on %s: %s, want %s", c.edge, c.indicator, c.day, got, c.want)
		}
	}
	for edge, village := range map[string]bool{"no village": false, "a village nobody knows": false, "moved to another town": true} {
		if got := at[edge].Village != ""; got != village {
			t.Errorf("%s: the village is told: %v", edge, got)
		}
	}
}

func TestWithoutLevyTheRegisteredAreExpected(t *testing.T) {
	made, _ := makeCity(t, Options{People: 500, Seed: 11, KeepTruth: true})
	bare := made.Truth.Without("levy", "headcount")
	city := bare.Indicators(FullDue)[Key{"medical_resident", cityCode}]
	residents, registered := int64(0), int64(0)
	for i := range bare.People {
		p := &bare.People[i]
		if p.OnRoster && p.Resident {
			residents++
		}
		if p.OnRoster && !p.exempt(FullDue) && !p.fundedInFull("medical", FullDue) && p.registered("medical", FullDue) {
			registered++
		}
	}
	if city.Expected != residents {
		t.Errorf("%d residents expected, want %d", city.Expected, residents)
	}
	if got := bare.Indicators(FullDue)[Key{"medical_collection", cityCode}].Expected; got != registered || got == 0 {
		t.Errorf("%d expected to pay, want %d", got, registered)
	}
	if len(made.Truth.Headcounts) == 0 || len(made.Truth.People[0].Levies) == 0 && len(made.Truth.People[1].Levies) == 0 {
		t.Error("the truth itself has changed")
	}
}

// A count of its own, else the sum of the children where each has one, else
// the roster.
func TestHeadcountsRollUp(t *testing.T) {
	truth := &Truth{
		Areas:      []Area{{"c", "", "", "city"}, {"t", "", "c", "town"}, {"u", "", "c", "town"}, {"t1", "", "t", "village"}, {"t2", "", "t", "village"}, {"u1", "", "u", "village"}},
		Headcounts: []Headcount{{"t1", NoDay, 7}, {"t1", MainDue, 8}, {"t1", FullDue, 9}, {"t2", NoDay, 5}},
		People:     []Person{{OnRoster: true, Roster: Roster{Town: "u", Resident: true, Born: NoDay}}},
	}
	got := truth.Indicators(MainDue)
	for area, want := range map[string]int64{"t1": 8, "t2": 5, "t": 13, "u": 1, "u1": 0, "c": 1} {
		if n := got[Key{"medical_resident", area}].Expected; n != want {
			t.Errorf("%s: %d expected, want %d", area, n, want)
		}
	}
}
