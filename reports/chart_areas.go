package reports

import (
	"fmt"
	"math"
	"slices"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"canbao/models/measure"
	"canbao/reports/draw"
)

// areasChart sets each area against the target, best first. The bars start at
// the target and not at zero, so that the last tenth of a point is seen without
// an axis that begins somewhere convenient. Width is that of the still picture.
func areasChart(b *measure.Bulletin, w words, i *measure.ItemFigures, width float64) *Chart {
	drawn, met, with, withheld := false, 0, 0, 0
	for _, r := range i.Areas {
		if r.Withheld {
			withheld++
		}
		s := r.Shown()
		drawn = drawn || knownRate(s)
		if s.Valid && !r.Withheld && r.Met != nil {
			with++
			if *r.Met {
				met++
			}
		}
	}
	if !drawn {
		return nil
	}
	title := w.f("%s：%d个%s中%d个达到目标%s%%", "%[1]s: %[4]d of %[2]d %[3]ss meet the target of %[5]s%%",
		w.title(i.Item), with, w.level(b.Level), met, measure.ShownTarget(i.TargetNum, i.TargetDen))
	if withheld > 0 {
		title += w.f("，另%d个不公布", ", %d not published", withheld)
	}
	id := chartID("areas", i.ID)
	c := &Chart{
		ID: id, Title: title, Label: title + areasSentence(w, i), Height: 20*len(i.Areas) + 34,
		Option: areasOption(w, i), Data: areasFigures(b, w, i, id),
	}
	c.Picture = areasPicture(b, w, i, width, c.Label)
	return c
}

// areasLabel names the area that is short of most people.
func areasSentence(w words, i *measure.ItemFigures) string {
	var most *measure.Row
	for n := range i.Areas {
		if r := &i.Areas[n]; !r.Withheld && r.ShortBy > 0 && (most == nil || r.ShortBy > most.ShortBy) {
			most = r
		}
	}
	if most == nil {
		return w.t("。", ".")
	}
	return w.f("，缺口最大的是%s，差%s。", "; %s is short of most, %s.", most.Area, w.people(most.ShortBy))
}

// shortText is what an area misses to the target.
func shortText(w words, r measure.Row) string {
	switch s := r.Shown(); {
	case s.Withheld || r.Withheld:
		return measure.Hidden
	case !s.Valid:
		return measure.None
	case r.ShortBy == 0:
		return "✓"
	}
	return signs[r.Status] + w.f(" 差%s人", " %s short", measure.Grouped(r.ShortBy))
}

// anyNeeded tells whether any area needs people a day.
func anyNeeded(i *measure.ItemFigures) bool {
	return slices.ContainsFunc(i.Areas, func(r measure.Row) bool { return r.NeededPerDay != nil && *r.NeededPerDay > 0 })
}

// fromTarget is the distance of a rate from the target in percentage points.
func fromTarget(i *measure.ItemFigures, s measure.Shown) float64 {
	return math.Round((inPercent(s)-targetPercent(i.Item))*1e6) / 1e6
}

func areaColor(r measure.Row) string {
	if r.ShortBy == 0 {
		return blue
	}
	return statusColor(r.Status)
}

func areasPicture(b *measure.Bulletin, w words, i *measure.ItemFigures, width float64, label string) *draw.Picture {
	const size, head = 11.0, 20.0
	row, thick := 18.0, 10.0
	if width > cardWidth {
		row, thick = 20, 12
	}
	var names, rates, shorts, paces float64
	low, high := 0.0, 0.0
	rateHead, shortHead := w.t("参保率%", "rate %"), w.t("距目标", "to target")
	rates, shorts = draw.TextWidth(rateHead, size), draw.TextWidth(shortHead, size)
	for _, r := range i.Areas {
		s := r.Shown()
		names = math.Max(names, draw.TextWidth(r.Area, size+1))
		rates = math.Max(rates, draw.TextWidth(rateText(s), size))
		shorts = math.Max(shorts, boldWidth(shortText(w, r), size, r.ShortBy > 0))
		if knownRate(s) {
			low, high = math.Min(low, fromTarget(i, s)), math.Max(high, fromTarget(i, s))
		}
	}
	paceHead := w.t("须日均", "a day needed")
	if anyNeeded(i) && width > cardWidth {
		paces = draw.TextWidth(paceHead, size) + 14
	}
	left, right := names+8, width-rates-shorts-paces-24
	span := math.Max(high-low, 0.05)
	x := func(v float64) float64 { return left + 4 + (v-low)/span*(right-left-8) }
	p := draw.New(width, head+row*float64(len(i.Areas))+4, label)
	f := plotFrame{Picture: p}
	quiet := draw.TextStyle{Size: size, Color: soft}
	f.around(x(0), 8, 0, right-2, goalText(w, i.Item), draw.TextStyle{Size: size, Color: ink, Bold: true})
	quiet.Anchor = draw.End
	p.Text(right+8+rates, 8, rateHead, quiet)
	p.Text(width-paces, 8, shortHead, quiet)
	if paces > 0 {
		p.Text(width, 8, paceHead, quiet)
	}
	for n, r := range i.Areas {
		y := head + row*(float64(n)+0.5)
		s := r.Shown()
		p.Text(0, y, r.Area, draw.TextStyle{Size: size + 1})
		p.Text(right+8+rates, y, rateText(s), draw.TextStyle{Size: size, Anchor: draw.End})
		p.Text(width-paces, y, shortText(w, r), draw.TextStyle{Size: size, Anchor: draw.End, Bold: r.ShortBy > 0})
		if n := r.NeededPerDay; paces > 0 && n != nil && *n > 0 {
			p.Text(width, y, w.people(*n), draw.TextStyle{Size: size, Anchor: draw.End})
		}
		if n%5 == 0 && n > 0 {
			p.Line(0, y-row/2, width, y-row/2, draw.Style{Stroke: pale})
		}
		if knownRate(s) {
			a, z := math.Min(x(0), x(fromTarget(i, s))), math.Max(x(0), x(fromTarget(i, s)))
			p.Rect(a, y-thick/2, math.Max(z-a, 1), thick, draw.Style{Fill: areaColor(r)})
		}
	}
	p.Line(x(0), head-4, x(0), p.Height-2, draw.Style{Stroke: ink, Width: 1.4})
	return p
}

// rateText is a shown rate; one above 100 % is flagged.
func rateText(s measure.Shown) string {
	if knownRate(s) && s.Over {
		return s.String() + "↑"
	}
	return s.String()
}

func areasOption(w words, i *measure.ItemFigures) map[string]any {
	var names, texts []string
	var data []opts.BarData
	var low, high, left, right float64
	for _, r := range i.Areas {
		s := r.Shown()
		text := shortText(w, r)
		if knownRate(s) {
			text = rateText(s) + "%  " + text
		}
		names, texts = append(names, r.Area), append(texts, text)
		left, right = math.Max(left, draw.TextWidth(r.Area, 11)+14), math.Max(right, draw.TextWidth(text, 11)+14)
		if !knownRate(s) {
			data = append(data, opts.BarData{Value: noValue})
			continue
		}
		far := fromTarget(i, s)
		low, high = math.Min(low, far), math.Max(high, far)
		data = append(data, opts.BarData{
			Name: r.Area + " " + rateText(s) + "%", Value: far, ItemStyle: &opts.ItemStyle{Color: areaColor(r)},
		})
	}
	span := math.Max(high-low, 0.05)
	p := axesOption{
		grids: []opts.Grid{{Left: fmt.Sprint(int(left)), Right: fmt.Sprint(int(right)), Top: "26", Bottom: "4"}},
		xs: []xAxis{{XAxis: opts.XAxis{
			Type: "value", Min: fourPlaces(low - span*0.02), Max: fourPlaces(high + span*0.02),
			AxisLabel: &opts.AxisLabel{Show: opts.Bool(false)}, SplitLine: &opts.SplitLine{Show: opts.Bool(false)},
		}}},
		ys: []yAxis{{YAxis: opts.YAxis{
			Type: "category", Data: names, Inverse: opts.Bool(true), AxisLabel: &opts.AxisLabel{Interval: "0"},
			AxisLine: &opts.AxisLine{Show: opts.Bool(false)},
		}}},
		trigger: "item", tooltip: "{b}\n{a}: {c}",
		drawn: []chartSeries{{SingleSeries: charts.SingleSeries{
			Name: w.t("与目标之差（百分点）", "points from the target"), Type: "bar", Data: data, BarWidth: "62%",
			MarkLines: markLines("start", markLine{Name: goalText(w, i.Item), XAxis: 0, LineStyle: solid()}),
		}}},
	}
	p.rightTexts(texts)
	return p.option()
}

func areasFigures(b *measure.Bulletin, w words, i *measure.ItemFigures, id string) *Table {
	t := &Table{ID: id + "-data", Caption: w.title(i.Item), Columns: []Column{
		{Title: w.level(b.Level)}, {Title: w.t("应参保", "Expected"), Kind: Count}, {Title: w.t("已参保", "Counted"), Kind: Count},
		{Title: w.t("参保率", "Rate"), Note: goalText(w, i.Item), Kind: Rate},
		{Title: w.t("差（人）", "Short (people)"), Kind: Count}, {Title: w.t("须日均（人）", "Needed a day"), Kind: Count}, {Title: w.t("状态", "Status")},
	}}
	for _, r := range i.Areas {
		count := func(n int64) Cell { return countCellOf(measure.Count{N: n, Withheld: r.Withheld}) }
		status, pace := textCell(w.status(r.Status)), countCellIf(r.NeededPerDay)
		if r.Withheld {
			status, pace = textCell(measure.Hidden), textCell(measure.Hidden)
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{areaCell(r.Area, r.AreaCode, ""), count(r.Expected), count(r.Actual), rateCell(r.Shown()), count(r.ShortBy), pace, status}})
	}
	return t
}
