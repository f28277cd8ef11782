package export

import (
	"strconv"
	"strings"
	"unicode/utf16"
)

// longestName is the most a name of a sheet may take, in units of UTF-16.
const longestName = 31

// names gives each sheet a name no other has.
type names map[string]bool

// name makes a text the name of a sheet: without the characters a name may not
// have, short enough, and unlike any other in capitals too.
func (n names) name(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`[]:*?/\`, r) {
			return ' '
		}
		return r
	}, text)
	text = strings.Trim(text, "' ")
	if text == "" || strings.EqualFold(text, "history") {
		text = "_" + text // the programs keep that name for themselves
	}
	for i := 1; ; i++ {
		end := ""
		if i > 1 {
			end = " " + strconv.Itoa(i)
		}
		name := cut(text, longestName-len(end)) + end
		if key := strings.ToLower(name); !n[key] {
			n[key] = true
			return name
		}
	}
}

// cut shortens a text to that many units, at a word where there is one.
func cut(text string, units int) string {
	if len(utf16.Encode([]rune(text))) <= units {
		return text
	}
	short := []rune(text)
	for len(utf16.Encode(short)) > units-1 {
		short = short[:len(short)-1]
	}
	whole := string(short)
	if at := strings.LastIndexByte(whole, ' '); at > units/2 {
		whole = whole[:at]
	}
	return strings.TrimRight(whole, "' ") + "…"
}
