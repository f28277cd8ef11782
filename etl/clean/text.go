package clean

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Text appends the text of a cell to dst: NFKC, without blanks, quotes and
// apostrophes around it, without an ="..." wrapper and without characters that
// do not show.
func Text(dst, cell []byte) []byte {
	if plain(cell) {
		return append(dst, cell...)
	}
	return append(dst, polish(cell)...)
}

// Label appends the text of a cell without any blank inside, for area names,
// codes and words.
func Label(dst, cell []byte) []byte {
	if plain(cell) && bytes.IndexByte(cell, ' ') < 0 {
		return append(dst, cell...)
	}
	for _, r := range string(polish(cell)) {
		if !unicode.IsSpace(r) {
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst
}

// Header is a header as headers are compared: a label in small letters.
func Header(h string) string {
	return strings.ToLower(string(Label(nil, []byte(h))))
}

// Empty tells whether nothing is left of a cell once it is cleaned.
func Empty(cell []byte) bool {
	if len(cell) == 0 {
		return true
	}
	return !plain(cell) && len(polish(cell)) == 0
}

// plain tells whether cleaning would leave the cell as it is: printable ASCII
// and common Chinese characters, nothing around it that has to go.
func plain(cell []byte) bool {
	n := len(cell)
	if n == 0 {
		return true
	}
	if wraps(cell[0]) || wraps(cell[n-1]) || cell[0] == '=' {
		return false
	}
	for i := 0; i < n; {
		switch c := cell[i]; {
		case c >= ' ' && c < 0x7f:
			i++
		// U+4000 to U+9FFF: Chinese characters that NFKC leaves alone.
		case c >= 0xe4 && c <= 0xe9 && i+2 < n && cell[i+1]&0xc0 == 0x80 && cell[i+2]&0xc0 == 0x80:
			i += 3
		default:
			return false
		}
	}
	return true
}

func wraps(c byte) bool { return c == ' ' || c == '\'' || c == '"' || c == '`' }

// polish is the slow path of Text.
func polish(cell []byte) []byte {
	text := norm.NFKC.Bytes(bytes.ToValidUTF8(cell, []byte("\uFFFD")))
	text = bytes.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' ' // tabs and line breaks within a cell are blanks
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1 // zero-width characters, byte order marks
		}
		return r
	}, text)
	text = norm.NFKC.Bytes(text) // what a hidden character kept apart
	for {
		before := len(text)
		// The wrapper first: of an empty one the trimming would leave its "=".
		if opening := wrapper(text); opening > 0 {
			text = text[opening:]
			continue
		}
		text = bytes.Trim(text, " '\"`‘’“”")
		if len(text) == before {
			return text
		}
	}
}

// wrapper is the length of the opening of an ="..." wrapper.
func wrapper(text []byte) int {
	for _, opening := range [...]string{`="`, `=“`, `=”`} {
		if bytes.HasPrefix(text, []byte(opening)) {
			return len(opening)
		}
	}
	return 0
}
