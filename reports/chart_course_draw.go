package reports

import (
	"fmt"
	"math"
	"time"

	"github.com/go-echarts/go-echarts/v2/opts"

	"canbao/models/measure"
	"canbao/reports/draw"
)

// background of the days that are drawn once more.
const courseShade = "#F3F3F3"

// picture draws the whole course, and beside it its last days where they decide.
func (c *course) picture(w words, label string) *draw.Picture {
	const top, bottom, height = 38.0, 226.0, 250.0
	p := draw.New(pageWidth, height, label)
	at := c.scale()
	whole := &plotFrame{Picture: p, left: 40, top: top, bottom: bottom, low: at[0], high: at[len(at)-1],
		first: c.first, days: max(1, daysBetween(c.first, c.last))}
	from, closer := c.lastDays()
	if !closer {
		all := append(c.been(), c.ahead(w)...)
		whole.right = pageWidth - endingsWidth(all)
		c.panel(whole, w, at, c.earlier)
		whole.endings(whole.right, all)
		return p
	}
	been, ahead, near := c.been(), c.ahead(w), c.window(from)
	room := pageWidth - whole.left - endingsWidth(been) - 56 - endingsWidth(ahead)
	whole.right = whole.left + math.Floor(room*0.55)
	last := &plotFrame{Picture: p, left: whole.right + endingsWidth(been) + 56, right: pageWidth - endingsWidth(ahead),
		top: top, bottom: bottom, low: near[0], high: near[len(near)-1], first: from, days: max(1, daysBetween(from, c.last))}
	from1 := whole.x(from)
	whole.Rect(from1, top, whole.right-from1, bottom-top, draw.Style{Fill: courseShade})
	last.Rect(last.left, top, last.right-last.left, bottom-top, draw.Style{Fill: courseShade})
	head := draw.TextStyle{Size: 12, Bold: true}
	whole.Text(0, 9, w.t("全程", "The whole course"), head)
	last.Text(last.left-40, 9, w.f("放大：%s以来", "Enlarged: since %s", w.day(from)), head)
	c.panel(whole, w, at, c.earlier)
	whole.endings(whole.right, been)
	c.panel(last, w, near, nil)
	last.endings(last.right, ahead)
	return p
}

// panel draws the lines of the days and rates that a frame shows.
func (c *course) panel(f *plotFrame, w words, at []float64, earlier []dayRate) {
	f.rules(at, func(v float64) string { return axisPercent(int64(v*100 + 0.5)) })
	f.dayAxis(w)
	goal, due := f.y(targetPercent(c.item)), f.x(c.item.Due)
	f.Line(due, f.top, due, f.bottom, draw.Style{Stroke: soft, Dashed: true})
	f.around(due, f.top-9, f.left, f.right, w.f("%s截止", "due %s", w.day(c.item.Due)), draw.TextStyle{Size: 11, Color: soft})
	f.Line(f.left, goal, f.right, goal, draw.Style{Stroke: ink, Width: 1.2})
	f.trace(earlier, draw.Style{Stroke: grey, Width: 1.6})
	today := draw.Point{X: f.x(c.asOf), Y: f.y(c.now())}
	if _, any := c.needed(); any {
		f.Polyline([]draw.Point{today, {X: due, Y: goal}}, draw.Style{Stroke: ink, Width: 1.4, Dashed: true})
	}
	if end := forecastRate(c.item, c.row); knownRate(end) {
		f.Polyline([]draw.Point{today, {X: due, Y: f.y(inPercent(end))}}, draw.Style{Stroke: statusColor(c.row.Status), Width: 2, Dashed: true})
	}
	f.trace(c.points, draw.Style{Stroke: blue, Width: 2.4})
	f.Circle(today.X, today.Y, 3.4, draw.Style{Fill: blue})
}

// trace draws the days of a line that lie in the frame.
func (f *plotFrame) trace(all []dayRate, s draw.Style) {
	var points []draw.Point
	for _, p := range all {
		if v := inPercent(p.rate); !p.day.Before(f.first) && v >= f.low && v <= f.high {
			points = append(points, draw.Point{X: f.x(p.day), Y: f.y(v)})
		}
	}
	if len(points) > 1 {
		f.Polyline(points, s)
	}
}

// been labels what has been: this campaign, and the earlier one on the same day
// or, where it has none, on its last.
func (c *course) been() []ending {
	all := []ending{{value: c.now(), text: c.row.Shown().String() + "%", color: blue, bold: true}}
	if n := len(c.earlier); n > 0 {
		end := c.earlier[n-1]
		all = append(all, ending{value: inPercent(end.rate), text: c.earlierName + " " + end.rate.String() + "%", color: grey})
	}
	return all
}

// ahead labels the target, what it takes, and where the present pace leads.
func (c *course) ahead(w words) []ending {
	goal := fourPlaces(targetPercent(c.item))
	all := []ending{{value: goal, text: goalText(w, c.item), color: ink, bold: true}}
	if n, any := c.needed(); any {
		all = append(all, ending{value: goal, text: w.f("须日均%s人", "%s a day needed", measure.Grouped(n)), color: ink})
	}
	if end := forecastRate(c.item, c.row); knownRate(end) {
		all = append(all, ending{value: inPercent(end), text: w.f("按现进度%s%%", "at this pace %s%%", end), color: statusColor(c.row.Status)})
	}
	return all
}

// The interactive drawing, in CSS pixels.
const (
	courseHeight = 300
	courseTop    = 30
	courseFoot   = 28
)

// strips are where the endings of the interactive drawing stand, one for each
// plot; in a narrow window the plots lie below each other.
func (c *course) strips(w words, narrow bool) []endingsGrid {
	at := c.scale()
	right := stripWidth(append(c.been(), c.ahead(w)...))
	whole := endingsGrid{right: right, top: courseTop, height: courseHeight - courseTop - courseFoot, low: at[0], high: at[len(at)-1]}
	from, closer := c.lastDays()
	if !closer {
		return []endingsGrid{whole}
	}
	near := c.window(from)
	last := endingsGrid{right: right, top: whole.top, height: whole.height, low: near[0], high: near[len(near)-1]}
	whole.left = "40.2%"
	if narrow {
		whole.left = ""
		whole.top, whole.height = 24, 98
		last.top, last.height = 174, 98
	}
	return []endingsGrid{whole, last}
}

// option draws the same for a page with scripts.
func (c *course) option(w words) map[string]any {
	from, closer := c.lastDays()
	strips := c.strips(w, false)
	right := fmt.Sprint(int(strips[0].right))
	p := axesOption{trigger: "axis",
		grids: []opts.Grid{{Left: "46", Right: right, Top: "30", Bottom: "28"}},
		xs:    []xAxis{dayCategories(dayNames(w, c.first, c.last))},
		ys:    []yAxis{percentAxis(c.scale())},
		drawn: c.lines(w, c.first, c.earlier),
	}
	if !closer {
		p.endings(strips[0], append(c.been(), c.ahead(w)...))
		return p.option()
	}
	p.grids = []opts.Grid{{Left: "46", Right: "60%", Top: "30", Bottom: "28"}, {Left: "64%", Right: right, Top: "30", Bottom: "28"}}
	x, y := dayCategories(dayNames(w, from, c.last)), percentAxis(c.window(from))
	x.GridIndex, y.GridIndex = 1, 1
	p.ys[0].Name, y.Name = w.t("全程", "whole"), w.f("%s起", "from %s", w.day(from))
	p.xs, p.ys = append(p.xs, x), append(p.ys, y)
	for _, s := range c.lines(w, from, nil) {
		s.XAxisIndex, s.YAxisIndex = 1, 1
		p.drawn = append(p.drawn, s)
	}
	p.endings(strips[0], c.been())
	p.endings(strips[1], c.ahead(w))
	return p.option()
}

// narrow puts the last days below the whole course.
func (c *course) narrow(w words) map[string]any {
	strips := c.strips(w, true)
	plot := func(g endingsGrid) map[string]any {
		return map[string]any{"left": 44, "right": int(g.right), "top": int(g.top), "bottom": "auto", "height": int(g.height)}
	}
	strip := func(g endingsGrid) map[string]any {
		return map[string]any{"left": "auto", "right": int(g.right) - 18, "top": int(g.top), "height": int(g.height)}
	}
	if len(strips) == 1 {
		g := strips[0]
		return map[string]any{"grid": []map[string]any{plot(g), strip(g)}}
	}
	return map[string]any{
		"grid":   []map[string]any{plot(strips[0]), plot(strips[1]), strip(strips[0]), strip(strips[1])},
		"series": append(strips[0].moved(2, c.been()), strips[1].moved(3, c.ahead(w))...),
	}
}

// lines are the series from a day on.
func (c *course) lines(w words, from time.Time, earlier []dayRate) []chartSeries {
	actual := lineSeries(w.t("实际", "actual"), blue, along(from, c.points), 2.4, false)
	actual.Z = 4
	actual.MarkLines = markLines("end",
		markLine{Name: w.f("%s截止", "due %s", w.day(c.item.Due)), XAxis: dayNames(w, c.first, c.last)[daysBetween(c.first, c.item.Due)]},
		markLine{YAxis: fourPlaces(targetPercent(c.item)), LineStyle: solid(), Label: &opts.Label{Show: opts.Bool(false)}})
	all := []chartSeries{actual}
	if len(earlier) > 0 {
		all = append(all, lineSeries(c.earlierName, grey, along(from, earlier), 1.6, false))
	}
	if _, any := c.needed(); any {
		need := c.between(from, rateValue(c.row.Shown()), fourPlaces(targetPercent(c.item)))
		all = append(all, lineSeries(w.t("所需进度", "needed"), ink, need, 1.4, true))
	}
	if v := forecastRate(c.item, c.row); knownRate(v) {
		pace := c.between(from, rateValue(c.row.Shown()), rateValue(v))
		all = append(all, lineSeries(w.t("按现有进度", "at this pace"), statusColor(c.row.Status), pace, 2, true))
	}
	return all
}

// dayNames are the categories of an axis of days.
func dayNames(w words, first, last time.Time) []string {
	var days []string
	name := w.day
	if daysBetween(first, last) > 300 {
		name = w.longDay
	}
	for d := first; !d.After(last); d = d.AddDate(0, 0, 1) {
		days = append(days, name(d))
	}
	return days
}

// along are the rates of a line by day of an axis that begins at from.
func along(from time.Time, points []dayRate) []any {
	var data []any
	for _, p := range points {
		if p.day.Before(from) {
			continue
		}
		for len(data) < daysBetween(from, p.day) {
			data = append(data, noValue)
		}
		data = append(data, rateValue(p.rate))
	}
	return data
}

// between is a line from today to the due day.
func (c *course) between(from time.Time, now, then any) []any {
	data := make([]any, daysBetween(from, c.item.Due)+1)
	for n := range data {
		data[n] = noValue
	}
	data[daysBetween(from, c.asOf)], data[len(data)-1] = now, then
	return data
}
