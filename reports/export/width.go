package export

import "strings"

// The widths of columns, in digits of the default font.
const (
	narrowest = 6.0
	headWidth = 12.0 // what a header wraps at
	textWidth = 56.0 // what a text wraps at
)

// width is how wide a text is in digits: a Chinese character takes two.
func width(text string) float64 {
	var n float64
	for _, r := range text {
		switch {
		case r >= 0x2e80 || r == '“' || r == '”' || r == '—' || r == '…':
			n += 2
		case r > 0x7f:
			n += 1.6
		default:
			n++
		}
	}
	return n
}

// lines is how many lines a text takes in a column. English breaks between words,
// which costs some room.
func lines(text string, column float64) int {
	n := 0
	for _, l := range strings.Split(text, "\n") {
		room := max(2, column-0.8)
		n += max(1, int((width(l)+room-0.01)/room))
		if words := strings.Fields(l); len(words) > 1 && room < 14 {
			n = max(n, wordLines(words, room))
		}
	}
	return n
}

func wordLines(words []string, room float64) int {
	n, left := 1, room
	for _, word := range words {
		if w := width(word); w > left && left < room {
			n, left = n+1, room-w-1
		} else {
			left -= w + 1
		}
	}
	return n
}
