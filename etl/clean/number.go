package clean

import "bytes"

// maxFen bounds amounts and counts, far above any city's and far below where
// sums of them could overflow.
const maxFen = 1_000_000_000_000_000

// ParseFen reads money in yuan as fen (1/100 yuan), exactly: thousands
// separators, a sign, ￥ and 元 are understood; a third decimal that is not zero
// is no amount.
func ParseFen(cell []byte) (int64, bool) {
	if fen, ok := readFen(cell); ok {
		return fen, true
	}
	return readFen(undress(cell))
}

// ParseCount reads a whole number that is not negative.
func ParseCount(cell []byte) (int64, bool) {
	n, ok := ParseFen(cell)
	return n / 100, ok && n >= 0 && n%100 == 0
}

// undress takes off what may stand around a number.
func undress(cell []byte) []byte {
	text := bytes.ReplaceAll(polish(cell), []byte("\u2212"), []byte("-"))
	text = bytes.TrimSuffix(text, []byte("元"))
	sign := bytes.HasPrefix(text, []byte("-"))
	text = bytes.TrimPrefix(text, []byte("-"))
	for _, mark := range []string{"¥", "￥", "RMB", "CNY"} {
		text = bytes.TrimPrefix(text, []byte(mark))
	}
	text = bytes.TrimSpace(text)
	switch {
	case !sign:
		return text
	case bytes.HasPrefix(text, []byte("-")), bytes.HasPrefix(text, []byte("+")):
		return nil // a sign after a sign is no number
	}
	return append([]byte("-"), text...)
}

func readFen(cell []byte) (int64, bool) {
	i, negative := 0, false
	if len(cell) > 0 && (cell[0] == '-' || cell[0] == '+') {
		negative = cell[0] == '-'
		i++
	}
	yuan, i, ok := whole(cell, i)
	if !ok {
		return 0, false
	}
	fen := yuan * 100
	if i < len(cell) && cell[i] == '.' {
		place := int64(10)
		for i++; i < len(cell) && cell[i] >= '0' && cell[i] <= '9'; i++ {
			digit := int64(cell[i] - '0')
			if place == 0 && digit != 0 {
				return 0, false
			}
			fen += digit * place
			place /= 10
		}
	}
	if negative {
		fen = -fen
	}
	return fen, i == len(cell)
}

// whole reads the digits before the point; a comma must part groups of three.
func whole(cell []byte, i int) (n int64, end int, ok bool) {
	start, group, comma := i, 0, false
	for ; i < len(cell); i++ {
		switch c := cell[i]; {
		case c >= '0' && c <= '9':
			n = n*10 + int64(c-'0')
			group++
			if n > maxFen/100 {
				return 0, i, false
			}
		case c == ',':
			if group == 0 || group > 3 || comma && group != 3 {
				return 0, i, false
			}
			comma, group = true, 0
		default:
			return n, i, i > start && !(comma && group != 3)
		}
	}
	return n, i, i > start && !(comma && group != 3)
}
