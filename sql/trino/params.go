package trino

import "strings"

// Params puts the driver's question marks in the place of named parameters
// ($as_of) and lists their names in order, one each time it stands there.
func Params(query string) (text string, names []string) {
	var b strings.Builder
	dollar := false
	for _, found := range word.FindAllString(query, -1) {
		switch {
		case dollar && name.MatchString(found):
			b.WriteString("?")
			names = append(names, found)
			dollar = false
			continue
		case dollar:
			b.WriteString("$")
		}
		if dollar = found == "$"; !dollar {
			b.WriteString(found)
		}
	}
	if dollar {
		b.WriteString("$")
	}
	return b.String(), names
}
