package measure

import (
	"fmt"
	"math/big"
	"strings"
)

// None is what stands where there is no figure.
const None = "—"

// Shown is a rate as it is shown: hundredths of a percent, half-up, except that
// an unmet target never shows as met and 100.00 is shown only where nobody is
// missing.
type Shown struct {
	Hundredths int64
	Valid      bool // false: nothing is expected, there is no rate
	Over       bool // above 100 %: shown and flagged, never capped
	Withheld   bool // there is one that is not shown
}

// String is "99.90" (percent, without the sign), None or Hidden.
func (s Shown) String() string {
	if s.Withheld {
		return Hidden
	}
	if !s.Valid {
		return None
	}
	return hundredths(s.Hundredths)
}

// Shown is the rate as of the day.
func (s Standing) Shown() Shown {
	switch {
	case s.kept.Valid:
		return s.kept
	case s.Withheld:
		return Shown{Withheld: true}
	}
	return shown(s.Actual, s.Expected, s.TargetNum, s.TargetDen)
}

// ShownOnTime is the rate as of the earlier of the day and the due day.
func (s Standing) ShownOnTime() Shown {
	if s.Withheld || s.Quiet {
		return Shown{Withheld: true}
	}
	return shown(s.OnTime, s.ExpectedOnTime, s.TargetNum, s.TargetDen)
}

func shown(actual, expected, num, den int64) Shown {
	if expected <= 0 {
		return Shown{}
	}
	h := floorDiv(20000*actual+expected, 2*expected)
	if actual < expected {
		h = min(h, 9999)
	}
	if unmet := mul(actual, den).Cmp(mul(num, expected)) < 0; unmet {
		below := ceilDiv(10000*num, den) - 1 // the last hundredth under the target
		h = min(h, below)
	}
	return Shown{Hundredths: h, Valid: true, Over: actual > expected}
}

// Change is the difference of two shown rates in hundredths of a percentage
// point, and whether there is one.
func Change(now, before Shown) (int64, bool) {
	return now.Hundredths - before.Hundredths, now.Valid && before.Valid
}

// ShownChange is a change as "+0.31", "-0.05" or "0.00".
func ShownChange(h int64) string {
	if h > 0 {
		return "+" + hundredths(h)
	}
	return hundredths(h)
}

// ShownTarget is an exact target in percent with the digits it needs, at least
// none: "98", "99.91", and "33.33…" where no number of digits would do.
func ShownTarget(num, den int64) string {
	percent := new(big.Rat).SetFrac64(num, den)
	percent.Mul(percent, big.NewRat(100, 1))
	for decimals := range 7 {
		text := percent.FloatString(decimals)
		if exact, ok := new(big.Rat).SetString(text); ok && exact.Cmp(percent) == 0 {
			return text
		}
	}
	whole := floorDiv(10000*num, den)
	return hundredths(whole) + "…"
}

// Rounded is r with that many decimals, half-up.
func Rounded(r *big.Rat, decimals int) string {
	if r == nil {
		return None
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)
	// floor(r x scale + 1/2) is half-up for negative numbers too.
	num := new(big.Int).Mul(r.Num(), scale)
	num.Mul(num, big.NewInt(2)).Add(num, r.Denom())
	den := new(big.Int).Mul(r.Denom(), big.NewInt(2))
	scaled := num.Div(num, den) // Euclidean: floor, as den > 0
	digits := new(big.Int).Abs(scaled).String()
	if len(digits) <= decimals {
		digits = strings.Repeat("0", decimals-len(digits)+1) + digits
	}
	text := digits
	if decimals > 0 {
		text = digits[:len(digits)-decimals] + "." + digits[len(digits)-decimals:]
	}
	if scaled.Sign() < 0 {
		return "-" + text
	}
	return text
}

func hundredths(h int64) string {
	sign := ""
	if h < 0 {
		sign, h = "-", -h
	}
	return fmt.Sprintf("%s%d.%02d", sign, h/100, h%100)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

func ceilDiv(a, b int64) int64 { return -floorDiv(-a, b) }

func mul(a, b int64) *big.Int {
	return new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
}
