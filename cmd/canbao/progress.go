package main

import (
	"fmt"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// quietEvery is how often a line tells the progress where there is no
// terminal to draw a bar on.
const quietEvery = 5 * time.Second

// meter shows how far something has come: a bar on a terminal, a line now and
// then elsewhere, nothing with --quiet.
type meter struct {
	a    *app
	bar  *progressbar.ProgressBar
	what string
	last time.Time
}

// newMeter starts a meter; what says what is being done.
func (a *app) newMeter(what string) *meter {
	return &meter{a: a, what: what, last: time.Now()}
}

// at tells that done of total parts are done; detail says more.
func (m *meter) at(done, total int, detail string) {
	switch {
	case m.a.set.Quiet || total == 0:
	case m.a.terminal():
		if m.bar == nil {
			m.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(m.a.errors),
				progressbar.OptionShowCount(), progressbar.OptionSetWidth(30),
				progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
		}
		m.bar.Describe(m.what + " " + detail)
		_ = m.bar.Set(done) // a bar that cannot be drawn is no reason to stop
	case time.Since(m.last) >= quietEvery && done < total:
		m.last = time.Now()
		fmt.Fprintf(m.a.errors, "%s %d/%d %s\n", m.what, done, total, detail)
	}
}

// end takes the bar away.
func (m *meter) end() {
	if m.bar != nil {
		_ = m.bar.Finish()
	}
}

// terminal tells whether standard error is one.
func (a *app) terminal() bool {
	f, ok := a.errors.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
