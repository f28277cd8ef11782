package trino

import (
	"strconv"
	"strings"
	"time"

	client "github.com/trinodb/trino-go-client/trino"
)

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

// Argument is a parameter as the engine takes it: what looks like a day or a
// whole number is one.
func Argument(value string) any {
	if day, err := time.Parse(time.DateOnly, value); err == nil {
		return client.Date(day.Year(), day.Month(), day.Day())
	}
	if n, err := strconv.ParseInt(value, 10, 64); err == nil && strconv.FormatInt(n, 10) == value {
		return n
	}
	return value
}
