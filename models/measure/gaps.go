package measure

import (
	"context"
	"database/sql"
	"slices"
	"time"
)

// CheckFigures is a check with what it found, by area where the rows have one.
type CheckFigures struct {
	Check
	Found  Count
	ByArea map[string]int64 // rows by the code of the area they stand at; none in the public edition
}

// Gaps is what the figures do not cover.
type Gaps struct {
	AboveVillage  Count       // people on the roster of whom no village can be told
	NotOnRoster   Count       // people in the extracts who are not on the roster
	HeldRoster    Count       // roster rows held back: missing from the denominators
	EmptyVillages int         // villages nobody on the roster belongs to
	QuietDays     []time.Time // from the opening to the last payment, without any payment
	Headcount     []string    // items whose denominator may be a counted one
	Assumed       []string    // items with a target the notice does not give
	NeverLoaded   []string    // datasets of which no file was loaded
	DataUntil     time.Time   // the last day anything loaded speaks of
	Stale         bool        // the bulletin's day lies after it
}

// The checks and datasets the gaps are read from, by their ids.
const (
	checkAboveVillage = "placed_above_village"
	checkNotOnRoster  = "not_on_roster"
	checkEmptyVillage = "village_without_row"
	rosterDataset     = "roster"
)

// datasets are those a campaign of people lives on.
var datasets = []string{rosterDataset, "registration", "levy", "payment", "subsidy", "statement"}

// readTrust reads checks, loads and the quality of the rows.
func (r *Reader) readTrust(ctx context.Context, b *Bulletin) error {
	checks, err := r.Checks(ctx)
	if err != nil {
		return err
	}
	at := map[string]int{}
	for n, c := range checks {
		b.Checks = append(b.Checks, CheckFigures{Check: c, Found: Count{N: c.Rows}, ByArea: map[string]int64{}})
		at[c.ID] = n
	}
	type found struct {
		check, area string
		rows        int64
	}
	all, err := list(ctx, r, "checks by area", func(rows *sql.Rows) (f found, err error) {
		err = rows.Scan(&f.check, &f.area, &f.rows)
		return f, err
	}, "select check_id, area_code, rows from mart.check_area")
	if err != nil {
		return err
	}
	for _, f := range all {
		if n, known := at[f.check]; known {
			b.Checks[n].ByArea[f.area] = f.rows
		}
	}
	if b.Quality, err = r.Quality(ctx); err != nil {
		return err
	}
	b.Loads, err = r.Loads(ctx)
	return err
}

// findGaps gathers what the figures do not cover from what was read.
func (b *Bulletin) findGaps() {
	g := &b.Gaps
	g.DataUntil, g.Stale = b.Campaign.Latest, b.AsOf.After(b.Campaign.Latest)
	for _, c := range b.Checks {
		switch c.ID {
		case checkAboveVillage:
			g.AboveVillage = c.Found
		case checkNotOnRoster:
			g.NotOnRoster = c.Found
		case checkEmptyVillage:
			g.EmptyVillages = int(c.Rows)
		}
	}
	people := false
	for _, i := range b.Items {
		people = people || i.Source != "tally"
		if i.Source == "headcount" {
			g.Headcount = append(g.Headcount, i.ID)
		}
		if i.Assumed() {
			g.Assumed = append(g.Assumed, i.ID)
		}
	}
	for _, q := range b.Quality {
		if q.Dataset == rosterDataset {
			g.HeldRoster.N += q.Held
		}
	}
	g.QuietDays = b.quietDays()
	for _, d := range datasets {
		if people && !slices.ContainsFunc(b.Loads, func(l Load) bool { return l.Dataset == d }) {
			g.NeverLoaded = append(g.NeverLoaded, d)
		}
	}
}

// quietDays are those from the opening to the last day paid on without any
// payment: a file may be missing, and every figure after it too low.
func (b *Bulletin) quietDays() []time.Time {
	paid := map[string]bool{}
	var last time.Time
	for _, p := range b.Money.Daily {
		paid[p.Day.Format(time.DateOnly)] = true
		last = p.Day // they are in order
	}
	var quiet []time.Time
	for d := b.Campaign.Opening; d.Before(last); d = d.AddDate(0, 0, 1) {
		if !paid[d.Format(time.DateOnly)] {
			quiet = append(quiet, d)
		}
	}
	return quiet
}
