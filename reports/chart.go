package reports

import (
	"cmp"
	"math"
	"slices"
	"time"

	"canbao/models/measure"
	"canbao/reports/draw"
)

// The colours are those of Okabe and Ito, told apart by colour-blind readers.
// Each has one meaning in every chart, and what it says is always said by a
// sign, a word, a dash or a place as well.
const (
	blue      = "#0072B2" // met; this year
	sky       = "#56B4E9" // on track
	amber     = "#E69F00" // at risk
	vermilion = "#D55E00" // missed; a loss
	lossInk   = "#A84800" // words of a loss: vermilion is too pale to read
	green     = "#009E73" // a second series
	grey      = "#9A9A9A" // context: an earlier campaign, the others
	ink       = "#333333" // text, and what is set off without praise or blame
	pale      = "#DDDDDD" // rules
	soft      = "#666666" // text of axes and of context: grey is too pale to read
)

// The widths of pictures in CSS pixels.
const (
	pageWidth = 700.0
	cardWidth = 338.0
)

// statusColor is the colour of a status; areas without one are context.
func statusColor(status string) string {
	switch status {
	case measure.Met:
		return blue
	case measure.OnTrack:
		return sky
	case measure.AtRisk:
		return amber
	case measure.Missed:
		return vermilion
	}
	return grey
}

// option is what the script gets. The page has a heading of its own, and
// nothing to download.
func option(c interface {
	Validate()
	JSON() map[string]any
}) map[string]any {
	c.Validate()
	o := c.JSON()
	delete(o, "toolbox")
	delete(o, "title")
	return o
}

// ticks are round numbers at equal steps, about n of them, the first at or below
// low and the last at or above high.
func ticks(low, high float64, n int) []float64 {
	if high <= low {
		high = low + 1
	}
	rough := (high - low) / float64(max(n, 1))
	power := math.Pow(10, math.Floor(math.Log10(rough)))
	step := 10 * power
	for _, s := range []float64{1, 2, 5} {
		if s*power >= rough*0.999 {
			step = s * power
			break
		}
	}
	var all []float64
	for k := math.Floor(low/step + 1e-9); ; k++ {
		at := math.Round(k*step*1e9) / 1e9
		all = append(all, at)
		if at >= high-step*1e-9 {
			return all
		}
	}
}

// axisPercent is a number of hundredths of a percent as an axis or a target says it,
// with the digits it needs: "95%", "99.91%".
func axisPercent(hundredths int64) string { return measure.ShownTarget(hundredths, 10_000) + "%" }

// plotFrame is the plot area of a still picture: values upwards, days to the right.
type plotFrame struct {
	*draw.Picture
	left, top, right, bottom float64 // of the plot area
	low, high                float64 // values at its bottom and top
	first                    time.Time
	days                     int // from the left edge to the right, at least 1
}

// y is the height of a value.
func (f *plotFrame) y(value float64) float64 {
	return f.bottom - (value-f.low)/(f.high-f.low)*(f.bottom-f.top)
}

// x is the place of a day.
func (f *plotFrame) x(day time.Time) float64 {
	return f.left + float64(daysBetween(f.first, day))/float64(max(f.days, 1))*(f.right-f.left)
}

func daysBetween(from, to time.Time) int { return int(to.Sub(from).Hours() / 24) }

// rules draws a pale rule at each value, with its label to the left.
func (f *plotFrame) rules(at []float64, label func(float64) string) {
	for _, v := range at {
		y := f.y(v)
		f.Line(f.left, y, f.right, y, draw.Style{Stroke: pale})
		f.Text(f.left-6, y, label(v), draw.TextStyle{Size: 11, Color: soft, Anchor: draw.End})
	}
}

// dayAxis draws the foot of the plot with its days, as many as have room.
func (f *plotFrame) dayAxis(w words) {
	f.Line(f.left, f.bottom, f.right, f.bottom, draw.Style{Stroke: grey})
	last := f.first.AddDate(0, 0, f.days)
	free := math.Inf(-1)
	for _, d := range axisDays(f.first, last) {
		text := axisDay(w, d, daysBetween(f.first, last) > 300)
		half := draw.TextWidth(text, 11) / 2
		x := f.x(d)
		if x-half < free || x+half > f.Width-2 {
			continue
		}
		free = x + half + 10
		f.Line(x, f.bottom, x, f.bottom+4, draw.Style{Stroke: grey})
		f.Text(x, f.bottom+13, text, draw.TextStyle{Size: 11, Color: soft, Anchor: draw.Middle})
	}
}

// axisDay is a day on an axis; a campaign of about a year needs the year.
func axisDay(w words, d time.Time, long bool) string {
	if long {
		return d.Format(w.t("2006年1月", "Jan 2006"))
	}
	return w.day(d)
}

// axisDays are the days worth a label: each one, each week, the first and the
// middle of months or the firsts, whichever the span leaves legible.
func axisDays(first, last time.Time) []time.Time {
	span := daysBetween(first, last)
	var all []time.Time
	for d := first; !d.After(last); d = d.AddDate(0, 0, 1) {
		n := daysBetween(first, d)
		switch {
		case span <= 7, span <= 28 && n%7 == 0, d.Day() == 1 && span > 28, d.Day() == 15 && span > 28 && span <= 120:
			all = append(all, d)
		}
	}
	return all
}

// spread moves labels along a line apart that would lie over one another: of the
// places of their middles, in ascending order, and their sizes it makes places
// as near to those as not overlapping allows, between low and high where there
// is room.
func spread(middles, sizes []float64, low, high float64) []float64 {
	// A run is labels that touch. Each asks for a start of the run; the mean
	// is the nearest to all.
	type run struct {
		asked, size float64
		n           int
	}
	start := func(r run) float64 { return math.Max(low, math.Min(r.asked/float64(r.n), high-r.size)) }
	var runs []run
	for k, m := range middles {
		runs = append(runs, run{m - sizes[k]/2, sizes[k], 1})
		for last := len(runs) - 1; last > 0 && start(runs[last-1])+runs[last-1].size > start(runs[last]); last-- {
			a, b := runs[last-1], runs[last]
			runs[last-1] = run{a.asked + b.asked - float64(b.n)*a.size, a.size + b.size, a.n + b.n}
			runs = runs[:last]
		}
	}
	var out []float64
	for _, r := range runs {
		at := start(r)
		for range r.n {
			size := sizes[len(out)]
			out = append(out, at+size/2)
			at += size
		}
	}
	return out
}

// ending is a label at the right end of a line.
type ending struct {
	value float64 // of the end of the line
	text  string
	color string // of the line
	bold  bool
}

// endingsWidth is the room that endings take to the right of a plot.
func endingsWidth(all []ending) float64 {
	var wide float64
	for _, e := range all {
		wide = math.Max(wide, boldWidth(e.text, 11, e.bold))
	}
	return wide + 24
}

// boldWidth is the width of a text that may be bold, whose Latin letters and
// digits are a little wider.
func boldWidth(text string, size float64, bold bool) float64 {
	width := draw.TextWidth(text, size)
	if bold {
		width *= 1.04
	}
	return width
}

// endings labels lines at their right ends, which lie at x, each as near to its
// own as the others allow.
func (f *plotFrame) endings(x float64, all []ending) {
	const size, height = 11, 14
	slices.SortStableFunc(all, func(a, b ending) int { return cmp.Compare(b.value, a.value) })
	var middles, sizes []float64
	for _, e := range all {
		middles, sizes = append(middles, f.y(e.value)), append(sizes, height)
	}
	for n, y := range spread(middles, sizes, f.top-4, f.Height-2) {
		e := all[n]
		f.Polyline([]draw.Point{{X: x + 2, Y: f.y(e.value)}, {X: x + 12, Y: y}, {X: x + 18, Y: y}}, draw.Style{Stroke: e.color})
		f.Text(x+21, y, e.text, draw.TextStyle{Size: size, Color: ink, Bold: e.bold})
	}
}

// around writes a text around x, moved as far as it takes to keep it between left
// and right.
func (f *plotFrame) around(x, y, left, right float64, text string, look draw.TextStyle) {
	half := draw.TextWidth(text, look.Size) / 2
	look.Anchor = draw.Middle
	f.Text(math.Max(left+half, math.Min(x, right-half)), y, text, look)
}
