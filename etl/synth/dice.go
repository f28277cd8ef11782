package synth

import (
	"math/bits"
	"math/rand/v2"
)

// dice is a small source of chance of its own for each thing that is drawn, so
// that what is drawn for one does not depend on the order of the work.
type dice struct{ pcg rand.PCG }

// mix spreads the bits of x (splitmix64's last step).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// roll makes the dice for thing number i of the named kind.
func roll(seed uint64, kind uint64, i int) dice {
	var d dice
	d.pcg.Seed(seed^mix(kind+0x9e3779b97f4a7c15), mix(uint64(i)+1))
	return d
}

// below draws a number from 0 to n-1.
func (d *dice) below(n int) int {
	hi, _ := bits.Mul64(d.pcg.Uint64(), uint64(n))
	return int(hi)
}

// chance is true in ppm of a million draws.
func (d *dice) chance(ppm int) bool { return d.below(1_000_000) < ppm }

// pick draws an index of weights with their likelihood; total is their sum.
func (d *dice) pick(weights []int, total int) int {
	n := d.below(total)
	for i, w := range weights {
		if n -= w; n < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// Kinds of things that have dice of their own.
const (
	ofVillage uint64 = iota + 1
	ofPerson
	ofFate
	ofPayment
	ofRoster
	ofRegistration
	ofLevy
	ofSubsidy
	ofStatement
	ofHeadcount
	ofVisit
)
