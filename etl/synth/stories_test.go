package synth

import "testing"

// The stories a bulletin must make visible stand in the figures.
func TestStories(t *testing.T) {
	made, _ := makeCity(t, Options{People: 150_000, Seed: 5, KeepTruth: true})
	days := map[Day]map[Key]Count{}
	for _, day := range []Day{nov(15), dec(7), FullDue, LastDay} {
		days[day] = made.Truth.Indicators(day)
	}
	rate := func(indicator, area string, day Day) float64 {
		c := days[day][Key{indicator, area}]
		return float64(c.Actual) / float64(c.Expected)
	}
	rank := func(indicator, area string, day Day) int { // among the towns
		n := 1
		for _, p := range townPlans {
			if rate(indicator, p.code, day) > rate(indicator, area, day) {
				n++
			}
		}
		return n
	}
	const late, stalled, stuck, bank, leader = "330782104", "330782003", "330782102", "330782005", "330782100"
	if n, then := rank("medical_collection", late, nov(15)), rank("medical_collection", late, FullDue); n != 14 || then > 7 {
		t.Errorf("the late starter stands at %d, then at %d", n, then)
	}
	if r, then := rate("medical_hukou", stalled, dec(7)), rate("medical_hukou", stalled, LastDay); r < 0.9965 || then > 0.9990 || then-r > 0.001 {
		t.Errorf("the one that stalls goes from %.4f to %.4f", r, then)
	}
	if r, others := rate("medical_hardship", stuck, FullDue), rate("medical_hardship", cityCode, FullDue); r > 0.6 || others < 0.9 {
		t.Errorf("stuck grants: %.4f, in the city %.4f", r, others)
	}
	if n, then := rank("medical_hukou", leader, dec(7)), rank("medical_hukou", leader, FullDue); n > 2 || then <= n {
		t.Errorf("the leader stands at %d, then at %d", n, then)
	}
	worst, at := 1.0, ""
	for _, a := range made.Truth.Areas {
		if r := rate("medical_hukou", a.Code, FullDue); a.Level == "village" && a.Parent == bank && r < worst {
			worst, at = r, a.Code
		}
	}
	if worst > 0.8 || rate("medical_hukou", at, LastDay) < worst+0.1 {
		t.Errorf("the village of the bank: %s %.4f, then %.4f", at, worst, rate("medical_hukou", at, LastDay))
	}
}
