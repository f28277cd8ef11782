package answer

import (
	"regexp"
	"strings"
)

// decimal is a number as csv writes it, with a sign at most.
var decimal = regexp.MustCompile(`^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// Harmless is a text as a spreadsheet may read it: one that it would take for a
// formula gets the apostrophe that makes it text. Numbers stay numbers. The
// characters are those OWASP lists under CSV injection, the full-width ones,
// which Excel reads alike, among them; blanks before them do not help.
func Harmless(text string) string {
	bare := strings.TrimLeft(text, " \u00a0\u3000\ufeff")
	if bare == "" || !strings.ContainsRune("=+-@＝＋－＠\t\r\n", []rune(bare)[0]) {
		return text
	}
	if decimal.MatchString(text) {
		return text
	}
	return "'" + text
}

// suspect are the first bytes of the texts that Harmless may change: a look
// spares nearly all of them the question.
var suspect = func() (s [256]bool) {
	for _, r := range " \u00a0\u3000\ufeff=+-@＝＋－＠\t\r\n" {
		s[string(r)[0]] = true
	}
	return s
}()
