package audit

import (
	"regexp"
	"strings"
	"unicode"
)

// Masked is text with the digits starred out that may be somebody's number: 13
// digits or more on end (numbers of IDs and bank cards, phones with a country),
// the 11 of a mobile phone, and the same written in groups with a blank or a
// hyphen between them, where they can be an ID (a birth date at its place), a
// card (groups of four) or a mobile phone. Full-width digits and those of other
// scripts are digits. Area codes (12 digits), days and amounts stay as they are,
// and so does a SHA-256 in hex, by which a bulletin is known again.
//
// It does not know names: published tables have none, so a question needs none.
func Masked(text string) string {
	if !strings.ContainsFunc(text, unicode.IsDigit) {
		return text
	}
	var b strings.Builder
	done := 0
	for _, at := range sum.FindAllStringIndex(text, -1) {
		if strings.ContainsAny(text[at[0]:at[1]], "abcdef") {
			b.WriteString(maskedNumbers(text[done:at[0]]))
			b.WriteString(text[at[0]:at[1]])
			done = at[1]
		}
	}
	b.WriteString(maskedNumbers(text[done:]))
	return b.String()
}

// sum is the form of a SHA-256 in hex.
var sum = regexp.MustCompile(`\b[0-9a-f]{64}\b`)

func maskedNumbers(text string) string {
	runes := []rune(text)
	for i := 0; i < len(runes); {
		if !unicode.IsDigit(runes[i]) {
			i++
			continue
		}
		var groups []group
		groups, i = readGroups(runes, i)
		maskGroups(runes, groups)
	}
	return string(runes)
}

// group is digits on end.
type group struct {
	from, to int // in the runes
	digits   []byte
}

// readGroups reads the groups that begin at i, each parted from the next by one
// blank or hyphen, and returns where they end.
func readGroups(runes []rune, i int) ([]group, int) {
	var groups []group
	for {
		g := group{from: i}
		for ; i < len(runes) && unicode.IsDigit(runes[i]); i++ {
			g.digits = append(g.digits, '0'+byte(digit(runes[i])))
		}
		g.to = i
		groups = append(groups, g)
		if i+1 >= len(runes) || !parts(runes[i]) || !unicode.IsDigit(runes[i+1]) {
			return groups, i
		}
		i++
	}
}

func parts(r rune) bool { return strings.ContainsRune("- \u00a0\u3000\u2010\u2011\u2013－", r) }

// digit is the value of a decimal digit of any script: they stand in tens.
func digit(r rune) int {
	n := 0
	for n < 9 && unicode.IsDigit(r-1) {
		r--
		n++
	}
	return n
}

// longestNumber is the most digits any number of a person has.
const longestNumber = 19

// maskGroups stars out those groups that together may be somebody's number.
func maskGroups(runes []rune, groups []group) {
	for i := range groups {
		number := ""
		fours := true // the groups before this one are of four
		for j := i; j < len(groups); j++ {
			g := groups[j]
			number += string(g.digits)
			check := g.to < len(runes) && strings.ContainsRune("xXｘＸ", runes[g.to])
			if i == j && len(number) >= 13 || mayBeID(number, check) || mobile(number) || fours && j > i && len(number) >= 16 && len(number) <= longestNumber {
				star(runes, groups[i].from, g.to, check)
			}
			if len(number) > longestNumber {
				break
			}
			fours = fours && len(g.digits) == 4
		}
	}
}

// mayBeID tells whether digits, and the check letter behind them, have the form
// of an ID number: a birth date stands behind the area.
func mayBeID(number string, check bool) bool {
	switch {
	case len(number) == 18, len(number) == 17 && check:
		century := number[6:8]
		return (century == "18" || century == "19" || century == "20") && monthAndDay(number[10:14])
	case len(number) == 15:
		return monthAndDay(number[8:12])
	}
	return false
}

func monthAndDay(s string) bool {
	return "01" <= s[:2] && s[:2] <= "12" && "01" <= s[2:] && s[2:] <= "31"
}

// mobile tells whether digits have the form of a mobile phone's number, with or
// without the country before it.
func mobile(number string) bool {
	if len(number) == 13 {
		number = strings.TrimPrefix(number, "86")
	}
	return len(number) == 11 && number[0] == '1' && number[1] >= '3'
}

// star stars out digits, and the check letter of an ID behind them.
func star(runes []rune, from, to int, check bool) {
	for i := from; i < to; i++ {
		if unicode.IsDigit(runes[i]) {
			runes[i] = '*'
		}
	}
	if check {
		runes[to] = '*'
	}
}
