package audit

import (
	"strings"
	"unicode"
)

// Masked is text with the digits starred out that may be somebody's number: 13
// digits or more in a run (numbers of IDs, bank cards, phones with a country),
// and 11 digits that begin like a mobile phone's. A single blank or hyphen
// between digits does not end a run; full-width digits are digits. Area codes
// (12 digits), days and amounts stay as they are.
//
// It does not know names: published tables have none, so a query needs none.
func Masked(text string) string {
	if !strings.ContainsFunc(text, unicode.IsDigit) {
		return text
	}
	runes := []rune(text)
	for i := 0; i < len(runes); {
		if !unicode.IsDigit(runes[i]) {
			i++
			continue
		}
		end, digits := runEnd(runes, i)
		if digits >= 13 || digits == 11 && mobile(runes[i:end]) {
			star(runes, i, end)
		}
		i = end
	}
	return string(runes)
}

// runEnd returns where the run of digits that begins at i ends, and how many
// digits it has.
func runEnd(runes []rune, i int) (end, digits int) {
	for end = i; end < len(runes); end++ {
		switch {
		case unicode.IsDigit(runes[end]):
			digits++
		case joins(runes[end]) && end+1 < len(runes) && unicode.IsDigit(runes[end+1]):
		default:
			return end, digits
		}
	}
	return end, digits
}

func joins(r rune) bool { return r == '-' || r == ' ' || r == '\u00a0' || r == '\u3000' || r == '－' }

// mobile tells whether digits begin as those of a mobile phone do: 13 to 19.
func mobile(run []rune) bool {
	var first []int
	for _, r := range run {
		if unicode.IsDigit(r) {
			first = append(first, digit(r))
		}
	}
	return first[0] == 1 && first[1] >= 3
}

// digit is the value of a decimal digit of any script: they stand in tens.
func digit(r rune) int {
	n := 0
	for n < 9 && unicode.IsDigit(r-1) {
		r--
		n++
	}
	return n
}

// star stars out the digits of a run, and the check letter of an ID after it.
func star(runes []rune, from, to int) {
	for i := from; i < to; i++ {
		if unicode.IsDigit(runes[i]) {
			runes[i] = '*'
		}
	}
	if to < len(runes) && strings.ContainsRune("xXｘＸ", runes[to]) {
		runes[to] = '*'
	}
}
