package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// tone is how a text strikes the eye on a terminal; "" is as any other. What a
// colour tells stands in the words too.
type tone string

const (
	good  tone = "32" // green: as it should be
	watch tone = "33" // yellow: somebody should look at it
	alarm tone = "31" // red: refused, failed, wrong
	bold  tone = "1"  // adds up what stands above
)

// coloured is a text in its tone where w is a terminal that takes colours. A
// file, a pipe and a spreadsheet get the bare text.
func coloured(w io.Writer, t tone, text string) string {
	if t == "" || text == "" || !takesColours(w) {
		return text
	}
	return "\x1b[" + string(t) + "m" + text + "\x1b[0m"
}

// takesColours asks the terminal and the two customs: NO_COLOR that says
// anything (no-color.org), and TERM=dumb.
func takesColours(w io.Writer) bool {
	return isTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// isTerminal tells whether somebody types what is read there, or watches what is
// written.
func isTerminal(end any) bool {
	f, ok := end.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
