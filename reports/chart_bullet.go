package reports

import (
	"math"
	"strings"

	"canbao/models/measure"
	"canbao/reports/draw"
)

// chartID is an id of a page made of an item's.
func chartID(kind, item string) string {
	return kind + "-" + strings.ToLower(strings.ReplaceAll(item, "_", "-"))
}

// targetPercent is the target of an item in percent, for places; what is read is
// measure.ShownTarget.
func targetPercent(i measure.Item) float64 { return 100 * float64(i.TargetNum) / float64(i.TargetDen) }

func goalText(w words, i measure.Item) string {
	return w.t("目标", "target ") + measure.ShownTarget(i.TargetNum, i.TargetDen) + "%"
}

// forecastRate is the rate on the due day at the present pace.
func forecastRate(i measure.Item, r measure.Row) measure.Shown {
	if r.Forecast == nil || r.Withheld || r.Quiet {
		return measure.Shown{}
	}
	return i.At(measure.Point{Day: i.Due, Expected: r.Expected, Actual: *r.Forecast})
}

// knownRate tells whether a rate can be drawn.
func knownRate(s measure.Shown) bool { return s.Valid && !s.Withheld }

func inPercent(s measure.Shown) float64 { return float64(s.Hundredths) / 100 }

// bulletAxis is where the axis of a bullet bar begins and ends: at 0 and 100,
// unless all lies in the last percents and would be one place.
func bulletAxis(all []float64) (low, high float64) {
	least := math.Inf(1)
	for _, v := range all {
		least, high = math.Min(least, v), math.Max(high, v)
	}
	high = math.Max(100, math.Ceil(high))
	for _, low := range []float64{99, 98, 95, 90, 80, 50} {
		if least >= low+0.12*(high-low) {
			return low, high
		}
	}
	return 0, high
}

// bulletChart is one item at a glance: the rate as a bar, the target as a tick,
// below it where the present pace leads and where the last bulletin stood.
func bulletChart(b *measure.Bulletin, w words, i *measure.ItemFigures) *Chart {
	rate := i.Whole.Shown()
	if !knownRate(rate) {
		return nil
	}
	end, before := forecastRate(i.Item, i.Whole), measure.Shown{}
	if i.Whole.Before != nil {
		before = i.Whole.Before.Shown()
	}
	label := w.f("%s为%s%%，目标%s%%", "%s: %s%%, target %s%%", w.title(i.Item), rate, measure.ShownTarget(i.TargetNum, i.TargetDen))
	columns := []Column{{Title: w.t("参保率", "Rate"), Kind: Rate}, {Title: w.t("目标", "Target")}}
	cells := []Cell{rateCell(rate), textCell(measure.ShownTarget(i.TargetNum, i.TargetDen))}
	if knownRate(end) {
		label += w.f("，按现有进度%s为%s%%", ", at the present pace %[2]s%% on %[1]s", w.day(i.Due), end)
		columns, cells = append(columns, Column{Title: w.f("%s预计", "Forecast %s", w.day(i.Due)), Kind: Rate}), append(cells, rateCell(end))
	}
	if knownRate(before) {
		label += w.f("，%s为%s%%", ", %[2]s%% on %[1]s", w.day(b.Since), before)
		columns, cells = append(columns, Column{Title: w.day(b.Since), Kind: Rate}), append(cells, rateCell(before))
	}
	label += w.t("。", ".")
	id := chartID("bullet", i.ID)
	c := &Chart{
		ID: id, Height: 46, Label: label,
		Title: bulletTitle(w, i, rate),
		Data:  &Table{ID: id + "-data", Caption: w.title(i.Item), Columns: columns, Rows: []Row{{Cells: cells}}},
	}
	c.Picture = bulletPicture(b, w, i, rate, end, before, label)
	return c
}

func bulletTitle(w words, i *measure.ItemFigures, rate measure.Shown) string {
	goal := measure.ShownTarget(i.TargetNum, i.TargetDen)
	if i.Whole.ShortBy == 0 {
		return w.f("%s为%s%%，达到目标%s%%", "%s: %s%%, the target of %s%% is reached", w.title(i.Item), rate, goal)
	}
	return w.f("%s为%s%%，距目标%s%%差%s", "%s: %s%%, short of the target of %s%% by %s", w.title(i.Item), rate, goal, w.people(i.Whole.ShortBy))
}

func bulletPicture(b *measure.Bulletin, w words, i *measure.ItemFigures, rate, end, before measure.Shown, label string) *draw.Picture {
	const left, right, top, bottom, size = 1.0, cardWidth - 1, 17.0, 29.0, 11.0
	all := []float64{inPercent(rate), targetPercent(i.Item)}
	for _, s := range []measure.Shown{end, before} {
		if knownRate(s) {
			all = append(all, inPercent(s))
		}
	}
	low, high := bulletAxis(all)
	x := func(v float64) float64 { return left + (math.Max(v, low)-low)/(high-low)*(right-left) }
	p := draw.New(cardWidth, 46, label)
	p.Rect(left, top, right-left, bottom-top, draw.Style{Fill: "#EEEEEE"})
	p.Rect(left, top+2, x(inPercent(rate))-left, bottom-top-4, draw.Style{Fill: statusColor(i.Whole.Status)})
	if low > 0 {
		// The bar is cut off: it does not begin at 0.
		for _, at := range []float64{left + 7, left + 11} {
			p.Line(at-2, bottom, at+2, top, draw.Style{Stroke: "#FFFFFF", Width: 1.6})
		}
	}
	type caption struct {
		at   float64
		text string
		bold bool
	}
	above := []caption{{x(targetPercent(i.Item)), goalText(w, i.Item), true}}
	if knownRate(before) {
		at := x(inPercent(before))
		p.Polygon([]draw.Point{{X: at - 4, Y: top - 3}, {X: at + 4, Y: top - 3}, {X: at, Y: top + 3}}, draw.Style{Fill: soft})
		l := caption{at, w.day(b.Since) + " " + before.String() + "%", false}
		if at <= above[0].at {
			above = append([]caption{l}, above...)
		} else {
			above = append(above, l)
		}
	}
	if knownRate(end) {
		at := x(inPercent(end))
		p.Line(at, top, at, bottom+4, draw.Style{Stroke: ink, Width: 1.4, Dashed: true})
	}
	p.Line(x(targetPercent(i.Item)), top-4, x(targetPercent(i.Item)), bottom+1, draw.Style{Stroke: ink, Width: 2.6})
	var middles, sizes []float64
	for _, l := range above {
		middles, sizes = append(middles, l.at), append(sizes, draw.TextWidth(l.text, size)+10)
	}
	for n, at := range spread(middles, sizes, -4, cardWidth+4) {
		look := draw.TextStyle{Size: size, Color: soft, Anchor: draw.Middle}
		if above[n].bold {
			look.Color, look.Bold = ink, true
		}
		p.Text(at, 7, above[n].text, look)
	}
	bulletFoot(p, w, low, high, end, x(inPercent(end)))
	return p
}

// bulletFoot labels both ends of the axis and, between them, the forecast.
func bulletFoot(p *draw.Picture, w words, low, high float64, end measure.Shown, at float64) {
	const y, size = 39.0, 11.0
	look := draw.TextStyle{Size: size, Color: soft}
	first, last := axisPercent(int64(low)*100), axisPercent(int64(high)*100)
	p.Text(1, y, first, look)
	look.Anchor = draw.End
	p.Text(cardWidth-1, y, last, look)
	if knownRate(end) {
		f := plotFrame{Picture: p}
		f.around(at, y, draw.TextWidth(first, size)+10, cardWidth-draw.TextWidth(last, size)-10,
			w.f("按现进度 %s%%", "at this pace %s%%", end), draw.TextStyle{Size: size, Color: ink})
	}
}
