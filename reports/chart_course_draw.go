package reports

import (
	"time"

	"github.com/go-echarts/go-echarts/v2/opts"

	"canbao/models/measure"
	"canbao/reports/draw"
)

// background of the days that are drawn once more.
const shade = "#F3F3F3"

// picture draws the whole course, and beside it its last days where they decide.
func (c *course) picture(w words, label string) *draw.Picture {
	const top, bottom, height = 36.0, 226.0, 250.0
	p := draw.New(pageWidth, height, label)
	from, closer := c.lastDays()
	whole := &frame{Picture: p, left: 40, right: pageWidth - 118, top: top, bottom: bottom, first: c.first, days: max(1, daysBetween(c.first, c.last))}
	at := c.scale()
	whole.low, whole.high = at[0], at[len(at)-1]
	if !closer {
		c.panel(whole, w, at)
		whole.endings(whole.right, append(c.now1(whole), c.ahead(whole, w)...))
		return p
	}
	whole.right = 316
	last := &frame{Picture: p, left: 468, right: pageWidth - 118, top: top, bottom: bottom, first: from, days: max(1, daysBetween(from, c.last))}
	near := c.window(from)
	last.low, last.high = near[0], near[len(near)-1]
	whole.Rect(whole.x(from), top, whole.right-whole.x(from), bottom-top, draw.Style{Fill: shade})
	last.Rect(last.left, top, last.right-last.left, bottom-top, draw.Style{Fill: shade})
	head := draw.TextStyle{Size: 12, Bold: true}
	whole.Text(whole.left, 8, w.t("全程", "The whole course"), head)
	last.Text(last.left, 8, w.f("放大：%s以来", "Enlarged: since %s", w.day(from)), head)
	c.panel(whole, w, at)
	whole.endings(whole.right, c.now1(whole))
	c.panel(last, w, near)
	last.endings(last.right, c.ahead(last, w))
	return p
}

// panel draws the lines of the days and rates that a frame shows.
func (c *course) panel(f *frame, w words, at []float64) {
	f.rules(at, func(v float64) string { return axisPercent(int64(v*100 + 0.5)) })
	f.dayAxis(w)
	goal, due := f.y(targetPercent(c.item)), f.x(c.item.Due)
	f.Line(due, f.top, due, f.bottom, draw.Style{Stroke: soft, Dashed: true})
	f.around(due, f.top-9, f.left, f.right+8, w.f("%s截止", "due %s", w.day(c.item.Due)), draw.TextStyle{Size: 11, Color: soft})
	f.Line(f.left, goal, f.right, goal, draw.Style{Stroke: ink, Width: 1.2})
	f.trace(c.earlier, draw.Style{Stroke: grey, Width: 1.6})
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
func (f *frame) trace(all []dayRate, s draw.Style) {
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

// now1 labels what has been: this campaign and the earlier one.
func (c *course) now1(f *frame) []ending {
	all := []ending{{y: f.y(c.now()), text: c.row.Shown().String() + "%", color: blue, bold: true}}
	if n := len(c.earlier); n > 0 {
		end := c.earlier[n-1]
		if then, ok := c.then(); ok {
			end = then
		}
		all = append(all, ending{y: f.y(inPercent(end.rate)), text: c.earlierName + " " + end.rate.String() + "%", color: grey})
	}
	return all
}

// ahead labels the target, what it takes, and where the present pace leads.
func (c *course) ahead(f *frame, w words) []ending {
	goal := f.y(targetPercent(c.item))
	all := []ending{{y: goal, text: targetText(w, c.item), color: ink, bold: true}}
	if n, any := c.needed(); any {
		all = append(all, ending{y: goal, text: w.f("须日均%s人", "%s a day needed", measure.Grouped(n)), color: ink})
	}
	if end := forecastRate(c.item, c.row); knownRate(end) {
		all = append(all, ending{y: f.y(inPercent(end)), text: w.f("按现进度%s%%", "at this pace %s%%", end), color: statusColor(c.row.Status)})
	}
	return all
}

// option draws the same for a page with scripts.
func (c *course) option(w words) map[string]any {
	from, closer := c.lastDays()
	at := c.scale()
	p := axesOption{trigger: "axis",
		grids: []opts.Grid{{Left: "46", Right: "150", Top: "30", Bottom: "28"}},
		xs:    []opts.XAxis{dayCategories(dayNames(w, c.first, c.last))},
		ys:    []opts.YAxis{percentAxis(at[0], at[len(at)-1])},
	}
	if !closer {
		p.drawn = c.lines(w, c.first, true, true)
		return p.option()
	}
	near := c.window(from)
	p.grids = []opts.Grid{{Left: "46", Right: "56%", Top: "30", Bottom: "28"}, {Left: "62%", Right: "136", Top: "30", Bottom: "28"}}
	x, y := dayCategories(dayNames(w, from, c.last)), percentAxis(near[0], near[len(near)-1])
	x.GridIndex, y.GridIndex = 1, 1
	p.xs, p.ys = append(p.xs, x), append(p.ys, y)
	p.drawn = c.lines(w, c.first, true, false)
	for _, s := range c.lines(w, from, false, true) {
		s.XAxisIndex, s.YAxisIndex = 1, 1
		p.drawn = append(p.drawn, s)
	}
	return p.option()
}

// narrow puts the last days below the whole course.
func (c *course) narrow() map[string]any {
	if _, closer := c.lastDays(); !closer {
		return map[string]any{"grid": []map[string]any{{"right": 116}}}
	}
	return map[string]any{"grid": []map[string]any{
		{"left": 44, "right": 96, "top": 24, "bottom": "56%"}, {"left": 44, "right": 116, "top": "58%", "bottom": 24},
	}}
}

// lines are the series from a day on; what has been is labelled at its end, or
// what is ahead, or both.
func (c *course) lines(w words, from time.Time, been, ahead bool) []chartSeries {
	end := func(show bool, text string) string {
		if !show {
			return ""
		}
		return text
	}
	actual := lineSeries(w.t("实际", "actual"), blue, along(from, c.points), 2.4, false, end(been, c.row.Shown().String()+"%"))
	actual.MarkLines = markLines([]markLine{
		{Name: w.f("%s截止", "due %s", w.day(c.item.Due)), XAxis: w.day(c.item.Due)},
		{Name: end(ahead, targetText(w, c.item)), YAxis: fourPlaces(targetPercent(c.item)), LineStyle: &opts.LineStyle{Color: ink, Width: 1.2, Type: "solid"},
			Label: &opts.Label{Show: opts.Bool(ahead), Formatter: "{b}", Position: "end", Color: ink, FontSize: 12, FontWeight: "bold"}},
	})
	actual.Z = 4
	all := []chartSeries{actual}
	if len(c.earlier) > 0 {
		all = append(all, lineSeries(c.earlierName, grey, along(from, c.earlier), 1.6, false, end(been, c.earlierName)))
	}
	if n, any := c.needed(); any {
		need := c.between(from, rateValue(c.row.Shown()), fourPlaces(targetPercent(c.item)))
		all = append(all, lineSeries(w.t("所需进度", "needed"), ink, need, 1.4, true, end(ahead, w.f("须日均%s人", "%s a day needed", measure.Grouped(n)))))
	}
	if v := forecastRate(c.item, c.row); knownRate(v) {
		pace := c.between(from, rateValue(c.row.Shown()), rateValue(v))
		all = append(all, lineSeries(w.t("按现有进度", "at this pace"), statusColor(c.row.Status), pace, 2, true, end(ahead, w.f("按现进度%s%%", "at this pace %s%%", v))))
	}
	return all
}

// dayNames are the categories of an axis of days.
func dayNames(w words, first, last time.Time) []string {
	var days []string
	for d := first; !d.After(last); d = d.AddDate(0, 0, 1) {
		if daysBetween(first, last) > 300 {
			days = append(days, w.longDay(d))
		} else {
			days = append(days, w.day(d))
		}
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
