package models

import (
	"cmp"
	"math/big"
	"slices"
)

// counts are how a town stands on an item on a day.
type counts struct {
	expected, actual             int64
	expectedOnTime, actualOnTime int64
}

// townScore is the assessment of one town on one day, in exact points.
type townScore struct {
	code, name string
	points     []*big.Rat // per scored item in campaign order, data quality last
	total      *big.Rat
	tie        *big.Rat // exact rate of the item that parts equal scores, nil: none
	shortBy    int64    // over the scored items
	rank       int
}

// points are what an item gives. early are the counts as of the day the bonus
// asks for; it is only read where there is one. Nothing expected: full points.
func (s *Score) points(target Fraction, now, early counts) *big.Rat {
	expected, actual := now.expected, now.actual
	if s.Basis == RateOnTime {
		expected, actual = now.expectedOnTime, now.actualOnTime
	}
	got := s.Weight.Rat()
	if now.expected > 0 && expected > 0 {
		got = s.rule(target, expected, actual)
	}
	if s.Bonus != nil && early.expected > 0 && meets(target, early.expected, early.actual) {
		got.Add(got, s.Bonus.Points.Rat())
	}
	return got
}

// rule applies the rule to an area with somebody expected; never below 0.
func (s *Score) rule(target Fraction, expected, actual int64) *big.Rat {
	rate := big.NewRat(actual, expected)
	weight := s.Weight.Rat()
	switch s.Rule {
	case Proportional:
		part := new(big.Rat).Quo(rate, target.Rat())
		if part.Cmp(big.NewRat(1, 1)) < 0 {
			weight.Mul(weight, part)
		}
	case Below:
		gap := new(big.Rat).Sub(target.Rat(), rate)
		if gap.Sign() > 0 {
			steps := ceil(gap.Quo(gap, s.Step.Rat()))
			weight.Sub(weight, steps.Mul(steps, s.Off.Rat()))
		}
	case PerPerson:
		off := new(big.Rat).SetInt64(shortBy(target, expected, actual))
		weight.Sub(weight, off.Mul(off, s.Off.Rat()))
	case Staircase:
		weight = new(big.Rat)
		for _, band := range s.Bands { // highest first
			if rate.Cmp(band.From.Rat()) >= 0 {
				weight = band.Points.Rat()
				break
			}
		}
	}
	if weight.Sign() < 0 {
		return new(big.Rat)
	}
	return weight
}

// ceil is the smallest whole number not below r.
func ceil(r *big.Rat) *big.Rat {
	whole, rest := new(big.Int).DivMod(r.Num(), r.Denom(), new(big.Int))
	if rest.Sign() > 0 {
		whole.Add(whole, big.NewInt(1))
	}
	return new(big.Rat).SetInt(whole)
}

// meets tells whether actual of expected reaches the target.
func meets(target Fraction, expected, actual int64) bool {
	return big.NewRat(actual, expected).Cmp(target.Rat()) >= 0
}

// shortBy is the number of people missing to the target.
func shortBy(target Fraction, expected, actual int64) int64 {
	need := target.Rat()
	need = ceil(need.Mul(need, new(big.Rat).SetInt64(expected)))
	return max(0, need.Num().Int64()-actual)
}

// rankScores orders the towns and gives them ranks: by exact score, then the
// exact rate of the tie-breaking item (none last), then fewer people short.
// Only towns equal in all three share a rank.
func rankScores(towns []townScore) {
	slices.SortStableFunc(towns, func(a, b townScore) int {
		return cmp.Or(compareScores(a, b), cmp.Compare(a.code, b.code))
	})
	for i := range towns {
		towns[i].rank = i + 1
		if i > 0 && compareScores(towns[i-1], towns[i]) == 0 {
			towns[i].rank = towns[i-1].rank
		}
	}
}

func compareScores(a, b townScore) int {
	if by := b.total.Cmp(a.total); by != 0 {
		return by
	}
	switch {
	case a.tie == nil && b.tie != nil:
		return 1
	case a.tie != nil && b.tie == nil:
		return -1
	case a.tie != nil:
		if by := b.tie.Cmp(a.tie); by != 0 {
			return by
		}
	}
	return cmp.Compare(a.shortBy, b.shortBy)
}
