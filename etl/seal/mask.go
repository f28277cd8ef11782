package seal

import (
	"strings"
	"unicode/utf8"
)

// MaskName is a name of which only the first character shows: 张**.
func MaskName(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	if size == 0 {
		return ""
	}
	rest := utf8.RuneCountInString(name) - 1
	if rest == 0 {
		return "*"
	}
	return string(first) + strings.Repeat("*", min(rest, 3))
}

// MaskNumber is the number of a document of which both ends show, the place of
// issue and what tells neighbours apart: 3307**********1234. A short number
// shows less.
func MaskNumber(number string) string {
	runes := []rune(number)
	ends := 4
	switch {
	case len(runes) < 5:
		ends = 0
	case len(runes) < 10:
		ends = 1
	case len(runes) < 15:
		ends = 2
	}
	hidden := strings.Repeat("*", len(runes)-2*ends)
	return string(runes[:ends]) + hidden + string(runes[len(runes)-ends:])
}
