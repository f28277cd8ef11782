package models

import (
	"fmt"
	"math/big"
	"strings"
)

// Fraction is an exact number, reduced, Den > 0. The zero value is no number.
type Fraction struct{ Num, Den int64 }

// maxDigits bounds numerator and denominator so that target x expected stays
// within 64 bits for a country's worth of people.
const maxDigits = 9

// ParseFraction reads "99.91%", "0.9991", "9991/10000" or "20", exactly.
// Negative numbers and more than nine digits are no fraction.
func ParseFraction(text string) (Fraction, bool) {
	text = strings.TrimSpace(text)
	number, percent := strings.CutSuffix(text, "%")
	number = strings.TrimSpace(number)
	var f Fraction
	var ok bool
	if over, under, divided := strings.Cut(number, "/"); divided {
		if percent {
			return Fraction{}, false
		}
		f.Num, ok = digits(strings.TrimSpace(over))
		if ok {
			f.Den, ok = digits(strings.TrimSpace(under))
		}
	} else {
		whole, part, point := strings.Cut(number, ".")
		if point && part == "" {
			return Fraction{}, false
		}
		f.Num, ok = digits(whole + part)
		f.Den = 1
		for range part {
			f.Den *= 10
		}
		ok = ok && whole != ""
	}
	if !ok || f.Den == 0 {
		return Fraction{}, false
	}
	if percent {
		f.Den *= 100
	}
	return f.reduced(), true
}

func digits(text string) (int64, bool) {
	if text == "" || len(text) > maxDigits {
		return 0, false
	}
	var n int64
	for _, c := range []byte(text) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}

func (f Fraction) reduced() Fraction {
	a, b := f.Num, f.Den
	for b != 0 {
		a, b = b, a%b
	}
	return Fraction{f.Num / a, f.Den / a}
}

// IsZero tells whether f is absent or 0.
func (f Fraction) IsZero() bool { return f.Num == 0 }

// Rat is f as a big.Rat; 0 where f is absent.
func (f Fraction) Rat() *big.Rat {
	if f.Den == 0 {
		return new(big.Rat)
	}
	return big.NewRat(f.Num, f.Den)
}

// String is "9991/10000", or "20" for a whole number.
func (f Fraction) String() string {
	if f.Den == 1 {
		return fmt.Sprint(f.Num)
	}
	return fmt.Sprintf("%d/%d", f.Num, f.Den)
}
