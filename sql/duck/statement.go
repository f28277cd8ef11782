package duck

import "strings"

// Split takes a text apart at the semicolons that end statements, those in
// texts, names and comments aside. rest is what no semicolon has ended yet.
// Statements of blanks and comments alone are left out.
func Split(text string) (statements []string, rest string) {
	from, filled := 0, false
	for at := 0; at < len(text); {
		next, blank := token(text, at)
		if text[at] == ';' {
			if filled {
				statements = append(statements, text[from:at])
			}
			from, filled = next, false
		} else if !blank {
			filled = true
		}
		at = next
	}
	return statements, text[from:]
}

// Blank tells that a text holds nothing but blanks and comments.
func Blank(text string) bool {
	for at := 0; at < len(text); {
		next, blank := token(text, at)
		if !blank {
			return false
		}
		at = next
	}
	return true
}

// bare is one statement without the semicolons and comments behind it.
func bare(text string) string {
	end := 0
	for at := 0; at < len(text); {
		next, blank := token(text, at)
		if !blank && text[at] != ';' {
			end = next
		}
		at = next
	}
	return text[:end]
}

// token is where what begins at a place ends, and whether it is a blank or a
// comment. What is never closed goes to the end.
func token(text string, at int) (next int, blank bool) {
	rest := text[at:]
	switch c := rest[0]; {
	case strings.ContainsRune(" \t\r\n\f\v", rune(c)):
		return at + 1, true
	case strings.HasPrefix(rest, "--"):
		return until(text, at, "\n"), true
	case strings.HasPrefix(rest, "/*"):
		return commentEnd(text, at), true
	case c == '\'' && at > 0 && (text[at-1] == 'e' || text[at-1] == 'E') && (at == 1 || !nameByte(text[at-2])):
		return escapedEnd(text, at), false
	case c == '\'' || c == '"':
		return until(text, at+1, string(c)), false
	case c == '$' && (at == 0 || !nameByte(text[at-1])):
		return dollarEnd(text, at), false
	}
	return at + 1, false
}

// until is the place behind the next closing from a place on. A doubled quote
// closes and opens again, which comes to the same.
func until(text string, from int, closing string) int {
	if i := strings.Index(text[from:], closing); i >= 0 {
		return from + i + len(closing)
	}
	return len(text)
}

// commentEnd is where a comment ends, which may hold others.
func commentEnd(text string, at int) int {
	for depth, i := 0, at; i < len(text); {
		switch {
		case strings.HasPrefix(text[i:], "/*"):
			depth++
			i += 2
		case strings.HasPrefix(text[i:], "*/"):
			i += 2
			if depth--; depth == 0 {
				return i
			}
		default:
			i++
		}
	}
	return len(text)
}

// escapedEnd is where a text e'...' ends, in which a backslash hides a quote.
func escapedEnd(text string, at int) int {
	for i := at + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '\'':
			return i + 1
		}
	}
	return len(text)
}

// dollarEnd is where a text $tag$...$tag$ ends; of a parameter, its sign.
func dollarEnd(text string, at int) int {
	i := at + 1
	for i < len(text) && nameByte(text[i]) {
		i++
	}
	if i == len(text) || text[i] != '$' || i > at+1 && text[at+1] >= '0' && text[at+1] <= '9' {
		return at + 1
	}
	return until(text, i+1, text[at:i+1])
}

func nameByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
