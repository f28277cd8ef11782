// Package refuse is the one way canbao says no to a person: what is wrong,
// where, and what to do about it, in both languages.
//
// A refusal is the answer to wrong use or bad input (exit code 2). Every other
// error is a failure of the system (exit code 3).
package refuse

import "strings"

// Text is one message in the two languages of the program.
type Text struct{ ZH, EN string }

// In returns the message in lang, "en" or, for anything else, Chinese.
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.EN
	}
	return t.ZH
}

// Error is a refusal. Where names file and line ("areas.csv:12") or is empty.
type Error struct {
	What  Text
	Where string
	Do    Text
	Err   error // the cause, for errors.Is; never shown
}

// Error renders the refusal in English, for tests and logs.
func (e *Error) Error() string { return e.In("en") }

// In renders the refusal in lang: "where: what; what to do".
func (e *Error) In(lang string) string {
	var b strings.Builder
	if e.Where != "" {
		b.WriteString(e.Where)
		b.WriteString(": ")
	}
	b.WriteString(e.What.In(lang))
	if do := e.Do.In(lang); do != "" {
		if lang == "en" {
			b.WriteString("; ")
		} else {
			b.WriteString("；")
		}
		b.WriteString(do)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }
