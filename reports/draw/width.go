package draw

// TextWidth is about how wide a line of text of that size is: a Chinese
// character takes a square, a Latin letter or digit a little over half of one.
func TextWidth(words string, size float64) float64 {
	var width float64
	for _, c := range words {
		switch {
		case c >= 0x2e80:
			width += 1
		case c == ' ' || c == '.' || c == ',' || c == 'i' || c == 'l' || c == 'j' || c == '\'' || c == ':' || c == ';' || c == '|':
			width += 0.3
		case c == 'm' || c == 'w' || c == 'M' || c == 'W' || c == '%' || c == '@':
			width += 0.87
		default:
			width += 0.57
		}
	}
	return width * size
}
