package main

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/schollz/progressbar/v3"

	"canbao/etl"
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
	from time.Time
}

// newMeter starts a meter; what says what is being done.
func (a *app) newMeter(what string) *meter {
	return &meter{a: a, what: what, last: time.Now(), from: time.Now()}
}

// at tells that done of total parts are done; detail says more.
func (m *meter) at(done, total int, detail string) {
	switch {
	case m.a.set.Quiet || total == 0:
	case m.a.terminal():
		m.draw(done, total, detail)
	case time.Since(m.last) >= quietEvery && done < total:
		m.last = time.Now()
		fmt.Fprintf(m.a.errors, "%s %d/%d %s\n", m.what, done, total, detail)
	}
}

// draw draws the bar. One that cannot be drawn is no reason to stop.
func (m *meter) draw(done, total int, detail string) {
	if m.bar == nil {
		m.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(m.a.errors), progressbar.OptionSetWidth(30),
			progressbar.OptionSetPredictTime(false), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
	}
	m.bar.Describe(m.what + " " + detail)
	_ = m.bar.Set(done)
}

// load tells how far a load has come: rows, rate and the time left, as the bytes
// read tell it.
func (m *meter) load(p etl.Progress) {
	took := time.Since(m.from)
	if m.a.set.Quiet || took < time.Second || p.All == 0 {
		return
	}
	rate := thousands(int64(float64(p.Rows) / took.Seconds()))
	detail := m.a.text(thousands(p.Rows)+" 行，每秒 "+rate+" 行", thousands(p.Rows)+" rows, "+rate+" a second")
	if p.Bytes > 0 && p.Bytes < p.All {
		left := time.Duration(float64(took) / float64(p.Bytes) * float64(p.All-p.Bytes)).Round(time.Second)
		detail += m.a.text("，还需约 ", ", about ") + left.String() + m.a.text("", " left")
	}
	if p.File != "" {
		detail += m.a.text("，", ", ") + filepath.Base(p.File)
	}
	if m.a.terminal() {
		const steps = 1000
		m.draw(int(p.Bytes*steps/p.All), steps, detail)
		return
	}
	m.at(p.Done, p.Files, detail)
}

// end takes the bar away.
func (m *meter) end() {
	if m.bar != nil {
		_ = m.bar.Finish()
	}
}

// terminal tells whether standard error is one.
func (a *app) terminal() bool { return isTerminal(a.errors) }
