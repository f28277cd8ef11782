package models

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
)

// tallyCampaign is a campaign of one reported indicator.
const tallyCampaign = `id: drive
title: 汇总
opening: 2021-01-01
stages: [{id: full, title: 全面, due: 2021-01-31}]
indicators:
  - {id: uptake, title: 参保率, source: tally, stages: [{stage: full, target: %s}], score: {rule: below, weight: 100, rate: rate, step: 0.1%%, off: 0.5}}
tie_break: uptake
`

const fiveTowns = "code,name,parent,kind,aliases\n00,市,,city,\n01,甲镇,00,town,\n02,乙镇,00,town,\n03,丙镇,00,town,\n04,丁镇,00,town,\n05,戊镇,00,town,\n0101,一村,01,village,\n0102,二村,01,village,\n"

// standing is expected, actual, met, short_by and rank of an area.
func (c *city) standing(item, area, day string) string {
	return c.one(`select concat(expected, ' ', actual, ' ', coalesce(cast(met as varchar), 'none'), ' ', short_by, ' ', coalesce(cast(rank as varchar), 'none'))
from mart.standing where item = ? and area_code = ? and as_of = cast(? as date)`, item, area, day)
}

// TestExactTargets: 99.905 % is not 99.91 %, whatever is printed; and equal
// ratios share a rank, the next one skips.
func TestExactTargets(t *testing.T) {
	c := newCity(t, fiveTowns, fmt.Sprintf(tallyCampaign, "99.91%"))
	c.load("area_code,indicator,as_of,expected,actual\n" +
		"01,uptake,2021-01-05,200000,199810\n" + // 99.905 %
		"02,参保率,2021-01-05,10000,9991\n" + // exactly, told by its title
		"03,uptake,2021-01-05,20000,19982\n" + // the same ratio
		"04,uptake,2021-01-05,3,3\n" +
		"05,uptake,2021-01-05,0,0\n")
	c.build()
	for area, want := range map[string]string{
		"01": "200000 199810 false 10 4",
		"02": "10000 9991 true 0 2",
		"03": "20000 19982 true 0 2",
		"04": "3 3 true 0 1",
		"05": "0 0 none 0 none",
		"00": "230003 229786 false 10 none",
	} {
		if got := c.standing("uptake", area, "2021-01-06"); got != want {
			t.Errorf("%s: %s, want %s", area, got, want)
		}
	}
	if got := c.standing("uptake", "01", "2021-01-04"); got != "0 0 none 0 none" {
		t.Errorf("before the first report: %s", got)
	}
	// 05 has nothing expected: full points; 01 is a part of a step below.
	for area, want := range map[string]string{"01": "199/2 5", "02": "100 2", "03": "100 2", "04": "100 1", "05": "100 4"} {
		got := c.one("select concat(score_exact, ' ', rank) from mart.score where area_code = ? and as_of = date '2021-01-31'", area)
		if got != want {
			t.Errorf("score of %s: %s, want %s", area, got, want)
		}
	}
}

// TestRankAgainstNaive: rates that differ in the eighteenth decimal only are told
// apart, equal ratios of different numbers and rates above 100 % are not; every
// rank is compared with counting, in exact fractions, who is ahead.
func TestRankAgainstNaive(t *testing.T) {
	const towns, most = 60, 999_999_999
	rnd := rand.New(rand.NewPCG(6, 5))
	areas, sheet := "code,name,parent,kind,aliases\n00,市,,city,\n", "area_code,indicator,as_of,expected,actual\n"
	rates := map[string][]*big.Rat{}
	for town := range towns {
		code := fmt.Sprintf("%02d", town+1)
		areas += code + "," + code + "镇,00,town,\n"
		for day := range 4 {
			var expected, actual int64
			switch rnd.IntN(4) {
			case 0: // neighbours: they differ by one part in expected times expected
				expected = most - rnd.Int64N(12)
				actual = expected - 1
			case 1:
				expected = 7 * (1 + rnd.Int64N(most/7))
				actual = expected / 7 * (6 + rnd.Int64N(3))
			case 2:
				expected, actual = 1+rnd.Int64N(20), rnd.Int64N(25)
			default:
				expected = most - rnd.Int64N(3)
				actual = expected/3 + rnd.Int64N(2)
			}
			sheet += fmt.Sprintf("%s,uptake,2021-01-%02d,%d,%d\n", code, 3+day, expected, actual)
			rates[code] = append(rates[code], big.NewRat(actual, expected))
		}
	}
	c := newCity(t, areas, fmt.Sprintf(tallyCampaign, "90%"))
	c.load(sheet)
	c.build()
	for day := range 4 {
		for code := range rates {
			ahead := 0
			for other := range rates {
				if rates[other][day].Cmp(rates[code][day]) > 0 {
					ahead++
				}
			}
			got := c.one("select rank from mart.standing where area_code = ? and as_of = cast(? as date)", code, fmt.Sprintf("2021-01-%02d", 3+day))
			if got != fmt.Sprint(1+ahead) {
				t.Errorf("town %s on day %d: rank %s, want %d: %s", code, day, got, 1+ahead, rates[code][day])
			}
		}
	}
}

// TestTallySums: an area's own report, else the sum of its children where each
// has one, else none.
func TestTallySums(t *testing.T) {
	c := newCity(t, fiveTowns, fmt.Sprintf(tallyCampaign, "50%"))
	c.load("area_code,indicator,as_of,expected,actual\n0101,uptake,2021-01-05,100,50\n0102,uptake,2021-01-07,100,20\n02,uptake,2021-01-02,10,1\n")
	c.load("area_code,indicator,as_of,expected,actual\n01,uptake,2021-01-09,300,150\n")
	c.build()
	for _, want := range []struct{ area, day, counts string }{
		{"01", "2021-01-06", "0/0"}, {"01", "2021-01-07", "200/70"}, {"01", "2021-01-08", "200/70"}, {"01", "2021-01-09", "300/150"},
		{"00", "2021-01-09", "0/0"}, // 03 to 05 have not reported
		{"0101", "2021-01-31", "100/50"},
	} {
		if got := c.counts("uptake", want.area, want.day); got != want.counts {
			t.Errorf("%s %s: %s, want %s", want.area, want.day, got, want.counts)
		}
	}
}

// TestPace: what is needed and what the last seven days promise, in whole
// people.
func TestPace(t *testing.T) {
	c := newCity(t, fiveTowns, fmt.Sprintf(tallyCampaign, "90%"))
	var rows []string
	for i := range 10 {
		rows = append(rows, fmt.Sprintf("01,uptake,2021-01-%02d,1000,%d", 10+i, 500+10*i))
	}
	c.load("area_code,indicator,as_of,expected,actual\n" + strings.Join(rows, "\n") +
		"\n02,uptake,2021-01-10,100,60\n02,uptake,2021-01-17,100,59\n03,uptake,2021-01-02,100,90\n03,uptake,2021-01-20,100,80\n")
	c.build()
	const ask = `select concat(gained, ' ', coalesce(cast(needed_per_day as varchar), '-'), ' ', coalesce(cast(forecast as varchar), '-'), ' ', status)
from mart.standing where area_code = ? and as_of = cast(? as date)`
	for _, want := range []struct{ area, day, pace string }{
		{"01", "2021-01-19", "70 26 710 at_risk"}, // 590 + 10 x 12 days; 310 short over 12
		{"02", "2021-01-17", "-1 3 57 at_risk"},   // floor(-14 / 7) = -2
		{"02", "2021-01-18", "-1 3 57 at_risk"},   // floor(-13 / 7) = -2 as well
		{"03", "2021-01-19", "0 0 90 met"},
		{"03", "2021-01-31", "0 - - missed"},
	} {
		if got := c.one(ask, want.area, want.day); got != want.pace {
			t.Errorf("%s %s: %s, want %s", want.area, want.day, got, want.pace)
		}
	}
}

func TestScoreRules(t *testing.T) {
	target, _ := ParseFraction("90%")
	tenth, one, half, five, ten := Fraction{1, 10}, Fraction{1, 1}, Fraction{1, 2}, Fraction{5, 1}, Fraction{10, 1}
	at := func(expected, actual int64) counts { return counts{expected, actual, expected, actual} }
	for name, test := range map[string]struct {
		score Score
		now   counts
		early counts
		want  string
	}{
		"proportional":              {Score{Rule: Proportional, Weight: ten}, at(100, 45), counts{}, "5"},
		"proportional above":        {Score{Rule: Proportional, Weight: ten}, at(100, 100), counts{}, "10"},
		"proportional uneven":       {Score{Rule: Proportional, Weight: ten}, at(7, 3), counts{}, "100/21"},
		"below at target":           {Score{Rule: Below, Weight: ten, Step: Fraction{1, 100}, Off: one}, at(100, 90), counts{}, "10"},
		"below part of a step":      {Score{Rule: Below, Weight: ten, Step: Fraction{1, 100}, Off: one}, at(1000, 899), counts{}, "9"},
		"below a whole step":        {Score{Rule: Below, Weight: ten, Step: Fraction{1, 100}, Off: one}, at(100, 89), counts{}, "9"},
		"below a step and more":     {Score{Rule: Below, Weight: ten, Step: Fraction{1, 100}, Off: one}, at(1000, 889), counts{}, "8"},
		"never below nothing":       {Score{Rule: Below, Weight: ten, Step: Fraction{1, 100}, Off: one}, at(100, 1), counts{}, "0"},
		"per person":                {Score{Rule: PerPerson, Weight: ten, Off: half}, at(100, 87), counts{}, "17/2"},
		"staircase":                 {Score{Rule: Staircase, Weight: ten, Bands: []Band{{target, ten}, {half, five}}}, at(100, 89), counts{}, "5"},
		"staircase, no band":        {Score{Rule: Staircase, Weight: ten, Bands: []Band{{target, ten}, {half, five}}}, at(100, 49), counts{}, "0"},
		"nothing expected":          {Score{Rule: Staircase, Weight: ten, Bands: []Band{{tenth, five}}}, counts{}, counts{}, "10"},
		"on time":                   {Score{Rule: Proportional, Basis: RateOnTime, Weight: ten}, counts{100, 90, 100, 45}, counts{}, "5"},
		"bonus":                     {Score{Rule: Proportional, Weight: ten, Bonus: &Bonus{Points: one}}, at(100, 90), at(100, 90), "11"},
		"no bonus":                  {Score{Rule: Proportional, Weight: ten, Bonus: &Bonus{Points: one}}, at(100, 90), at(100, 89), "10"},
		"no bonus for an empty one": {Score{Rule: Proportional, Weight: ten, Bonus: &Bonus{Points: one}}, counts{}, counts{}, "10"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.score.points(target, test.now, test.early).RatString(); got != test.want {
				t.Errorf("points = %s, want %s", got, test.want)
			}
		})
	}
}

// TestScoreRanks: score, then the exact rate of the tie-breaking item, none
// last, then fewer people short.
func TestScoreRanks(t *testing.T) {
	r := func(a, b int64) *big.Rat { return big.NewRat(a, b) }
	towns := []townScore{
		{code: "1", total: r(90, 1)},
		{code: "2", total: r(90, 1), tie: r(1, 2)},
		{code: "3", total: r(95, 1)},
		{code: "4", total: r(90, 1), tie: r(2, 4), shortBy: 3},
		{code: "5", total: r(180, 2), tie: r(2, 3)},
		{code: "6", total: r(90, 1), tie: r(1, 2)},
	}
	rankScores(towns)
	var got []string
	for _, s := range towns {
		got = append(got, fmt.Sprintf("%s:%d", s.code, s.rank))
	}
	if want := "3:1 5:2 2:3 6:3 4:5 1:6"; strings.Join(got, " ") != want {
		t.Errorf("ranks = %v, want %s", got, want)
	}
}
