package seal

import "unicode/utf8"

// MaskName shows the family name alone: 王*, 欧**.
func MaskName(name string) string {
	_, size := utf8.DecodeRuneInString(name)
	if size == 0 {
		return ""
	}
	masked := name[:size]
	for range max(1, utf8.RuneCountInString(name)-1) {
		masked += "*"
	}
	return masked
}

// MaskID shows the first three and the last two characters of a document
// number, less of one under ten characters.
func MaskID(number string) string { return mask(number, 3, 2, 10) }

// MaskPhone shows the first three and the last four digits, less of a number
// shorter than a mobile phone's.
func MaskPhone(phone string) string { return mask(phone, 3, 4, 11) }

func mask(s string, head, tail, least int) string {
	masked := []rune(s)
	if len(masked) < least {
		head, tail = 1, 0
	}
	for i := head; i < len(masked)-tail; i++ {
		masked[i] = '*'
	}
	return string(masked)
}
