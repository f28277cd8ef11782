package reports

import (
	"cmp"
	"math"
	"slices"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"canbao/models/measure"
)

// villageNamed is how many of the worst villages of the city bear their name.
const villageNamed = 8

// villageDot is a village on the scale all towns share.
type villageDot struct {
	Row   measure.Row
	Line  int     // of its town
	At    float64 // on the scale, in percent
	Shift float64 // out of the middle of the line, -1 to 1: equal rates stay apart
	Named bool
	Below bool // the scale begins above its rate: its label tells it
	Told  bool // there is room for the name
}

// villageLine is a town and its villages, lowest rate first.
type villageLine struct {
	Town        measure.Row
	Dots        []villageDot
	Count, Lack int // villages with a rate; those of them short of the target
}

// villagesChart draws the villages of each town as dots on one scale.
func villagesChart(b *measure.Bulletin, w words, i *measure.ItemFigures) *Chart {
	lines := villageLines(i)
	if len(lines) == 0 {
		return nil
	}
	worst := villageWorst(lines)
	low, high := villageScale(i, lines)
	villageSpread(lines, low, high)
	title := villagesTitle(b, w, i, lines, worst)
	picture := villagesPicture(w, i, lines, low, high, title)
	id := "villages-" + i.ID
	return &Chart{
		ID: id, Title: title, Label: villagesLabel(b, w, i, lines, worst), Height: 26*len(lines) + 70,
		Option: villagesOption(w, i, lines, low, high), Narrow: villagesNarrow(), Picture: picture,
		Data: villagesTable(w, id, i, lines),
	}
}

// villageLines are the towns by rank that have villages with a rate.
func villageLines(i *measure.ItemFigures) []villageLine {
	var lines []villageLine
	for _, town := range i.Areas {
		l := villageLine{Town: town}
		for _, v := range i.Villages[town.AreaCode] {
			if v.Withheld || !v.Shown().Valid {
				continue
			}
			l.Dots = append(l.Dots, villageDot{Row: v, Line: len(lines)})
			l.Count++
			if v.ShortBy > 0 {
				l.Lack++
			}
		}
		if l.Count == 0 {
			continue
		}
		slices.SortStableFunc(l.Dots, func(x, y villageDot) int { return villageOrder(x.Row, y.Row) })
		lines = append(lines, l)
	}
	return lines
}

// villageOrder puts the lower rate first, then more people missing.
func villageOrder(x, y measure.Row) int {
	return cmp.Or(cmp.Compare(x.Actual*y.Expected, y.Actual*x.Expected), cmp.Compare(y.ShortBy, x.ShortBy), cmp.Compare(x.AreaCode, y.AreaCode))
}

// villagePercent is where a rate lies on the scale.
func villagePercent(s measure.Shown) float64 { return float64(s.Hundredths) / 100 }

// villageScale goes from below the lowest village to 100, or above the highest,
// and puts the dots on it. Where the few that bear their name lie so low that
// they take more than half of it from all others, it begins above them.
func villageScale(i *measure.ItemFigures, lines []villageLine) (low, high float64) {
	target := 100 * float64(i.TargetNum) / float64(i.TargetDen)
	low, high = target, max(100, target)
	rest := target
	for _, l := range lines {
		if l.Town.Shown().Valid {
			v := villagePercent(l.Town.Shown())
			low, rest, high = min(low, v), min(rest, v), max(high, v)
		}
		for _, d := range l.Dots {
			v := villagePercent(d.Row.Shown())
			low, high = min(low, v), max(high, v)
			if !d.Named {
				rest = min(rest, v)
			}
		}
	}
	begins, margin := math.Inf(-1), 0.06
	if high-low > 2*(high-rest) && high > rest {
		begins, low, margin = rest-0.02*(high-rest), rest, 0.22
	}
	span := max(high-low, 0.5)
	low, high = low-margin*span, high+0.02*span
	if math.IsInf(begins, -1) {
		low = math.Max(0, low)
	}
	for n := range lines {
		for m := range lines[n].Dots {
			d := &lines[n].Dots[m]
			d.At = villagePercent(d.Row.Shown())
			if d.Named && d.At < begins {
				d.At, d.Below = low+0.015*span, true
			}
		}
	}
	return low, high
}

// villageSpread shifts dots that would lie over each other up and down.
func villageSpread(lines []villageLine, low, high float64) {
	const bins = 120 // a dot is about as wide as one of them
	for _, l := range lines {
		for from := 0; from < len(l.Dots); {
			bin := func(n int) int { return int((l.Dots[n].At - low) / (high - low) * bins) }
			to := from
			for to < len(l.Dots) && bin(to) == bin(from) {
				to++
			}
			count := to - from
			step := math.Min(0.5, 2/math.Max(1, float64(count-1)))
			for n := from; n < to; n++ {
				// The middle first, then one above, one below, and so on.
				k := float64((n-from+1)/2) * step
				if (n-from)%2 == 1 {
					k = -k
				}
				l.Dots[n].Shift = math.Max(-1, math.Min(1, k))
			}
			from = to
		}
	}
}

// villageWorst marks the worst villages of all and returns them, worst first.
func villageWorst(lines []villageLine) []measure.Row {
	var all []*villageDot
	for n := range lines {
		for m := range lines[n].Dots {
			if lines[n].Dots[m].Row.ShortBy > 0 {
				all = append(all, &lines[n].Dots[m])
			}
		}
	}
	slices.SortStableFunc(all, func(x, y *villageDot) int { return villageOrder(x.Row, y.Row) })
	var worst []measure.Row
	for _, d := range all[:min(villageNamed, len(all))] {
		d.Named = true
		worst = append(worst, d.Row)
	}
	return worst
}

func villagesTitle(b *measure.Bulletin, w words, i *measure.ItemFigures, lines []villageLine, worst []measure.Row) string {
	all, lack := villageCount(lines)
	if lack == 0 {
		return w.f("%s：%s个村社全部达标", "%s: all %s villages met the target", w.title(i.Item), measure.Grouped(int64(all)))
	}
	return w.f("%s：%s个村社中%s个未达标，最低的是%s，%s", "%s: %[3]s of %[2]s villages are short of the target; the lowest is %[4]s, %[5]s",
		w.title(i.Item), measure.Grouped(int64(all)), measure.Grouped(int64(lack)), b.Area(worst[0].Parent).Name+worst[0].Area, percentText(worst[0].Shown()))
}

func villageCount(lines []villageLine) (all, lack int) {
	for _, l := range lines {
		all, lack = all+l.Count, lack+l.Lack
	}
	return all, lack
}

func villagesLabel(b *measure.Bulletin, w words, i *measure.ItemFigures, lines []villageLine, worst []measure.Row) string {
	text := villagesTitle(b, w, i, lines, worst) + w.f("（目标%s）。", " (target %s).", targetText(i.Item))
	var parts []string
	for _, v := range worst[:min(3, len(worst))] {
		parts = append(parts, w.f("%s%s%s（%s）", "%s %s %s (%s)", b.Area(v.Parent).Name, v.Area, percentText(v.Shown()), w.shortText(v.Standing)))
	}
	if len(parts) > 0 {
		text += w.f("最低的村社：%s。", " Lowest: %s.", w.list(parts))
	}
	return text
}

func villagesOption(w words, i *measure.ItemFigures, lines []villageLine, low, high float64) map[string]any {
	plot := charts.NewScatter()
	var names []string
	var towns, named []plotDatum
	for n, l := range lines {
		names = append(names, villageRank(l)+" "+l.Town.Area)
		if l.Town.Shown().Valid {
			towns = append(towns, plotDatum{Name: l.Town.Area + " " + percentText(l.Town.Shown()) + w.t("（整体）", " (the whole)"), Value: []float64{villagePercent(l.Town.Shown()), float64(n)}})
		}
	}
	target := 100 * float64(i.TargetNum) / float64(i.TargetDen)
	second := charts.WithSeriesOpts(func(s *charts.SingleSeries) { s.YAxisIndex = 1 })
	for _, status := range []string{measure.Met, measure.OnTrack, measure.AtRisk, measure.Missed} {
		var dots []plotDatum
		for n, l := range lines {
			for _, d := range l.Dots {
				if d.Row.Status != status {
					continue
				}
				datum := plotDatum{Name: d.Row.Area + " " + percentText(d.Row.Shown()) + " " + w.shortText(d.Row.Standing),
					Value: []float64{round2(d.At), round2(float64(n) + d.Shift*0.34)}}
				if d.Told {
					named = append(named, villageName(d, datum.Value, low, high))
				}
				if d.Below {
					datum.Symbol, datum.SymbolRotate = "triangle", 90
				}
				dots = append(dots, datum)
			}
		}
		if len(dots) > 0 {
			plot.AddSeries(w.status(status), nil, plotData(dots),
				charts.WithScatterChartOpts(opts.ScatterChart{SymbolSize: 6}), second,
				charts.WithItemStyleOpts(opts.ItemStyle{Color: statusColor(status), Opacity: opts.Float(1)}))
		}
	}
	plot.AddSeries(w.t("镇街整体", "towns"), nil, plotData(towns),
		charts.WithScatterChartOpts(opts.ScatterChart{Symbol: "rect", SymbolSize: []int{3, 20}}), second,
		charts.WithItemStyleOpts(opts.ItemStyle{Color: ink, Opacity: opts.Float(1)}),
		charts.WithMarkLineNameXAxisItemOpts(opts.MarkLineNameXAxisItem{Name: w.t("目标", "target ") + targetText(i.Item), XAxis: round4(target)}),
		charts.WithMarkLineStyleOpts(opts.MarkLineStyle{
			Symbol: []string{"none", "none"}, LineStyle: &opts.LineStyle{Color: "#7A1C1C", Type: "dashed", Width: 1},
			Label: &opts.Label{Show: opts.Bool(true), Formatter: "{b}", Position: "start", Color: "#7A1C1C", FontSize: 11},
		}))
	plot.AddSeries("", nil, plotData(named), charts.WithScatterChartOpts(opts.ScatterChart{SymbolSize: 8}), second,
		charts.WithItemStyleOpts(opts.ItemStyle{Color: "transparent"}),
		charts.WithSeriesOpts(func(s *charts.SingleSeries) { s.LabelLayout = &opts.LabelLayout{HideOverlap: opts.Bool(true)} }),
		charts.WithLabelOpts(opts.Label{Show: opts.Bool(true), Formatter: "{b}", Color: ink, FontSize: 11}))
	last := len(plot.MultiSeries) - 1
	plot.MultiSeries = append(charts.MultiSeries{plot.MultiSeries[last]}, plot.MultiSeries[:last]...)
	plot.ExtendYAxis(opts.YAxis{Type: "value", Min: -0.5, Max: float64(len(lines)) - 0.5, Inverse: opts.Bool(true), Show: opts.Bool(false), AxisLabel: &opts.AxisLabel{}})
	plot.SetGlobalOptions(
		charts.WithGridOpts(opts.Grid{Left: "100", Right: "40", Top: "22", Bottom: "44"}),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(true), Bottom: "0"}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item", Formatter: "{b}"}),
		charts.WithXAxisOpts(opts.XAxis{Type: "value", Min: math.Floor(low*100) / 100, Max: math.Ceil(high*100) / 100,
			AxisLabel: &opts.AxisLabel{Formatter: "{value}%", ShowMinLabel: opts.Bool(false), ShowMaxLabel: opts.Bool(false)},
			AxisLine:  &opts.AxisLine{Show: opts.Bool(false)}, AxisTick: &opts.AxisTick{Show: opts.Bool(false)}}),
		charts.WithYAxisOpts(opts.YAxis{Type: "category", Inverse: opts.Bool(true), Data: names, AxisLabel: &opts.AxisLabel{Interval: "0"}, AxisLine: &opts.AxisLine{Show: opts.Bool(false)}}),
	)
	return option(plot)
}

// villageName is the name of a dot, on the side that has room.
func villageName(d villageDot, at any, low, high float64) plotDatum {
	position := "left"
	if d.At < low+0.25*(high-low) {
		position = "right"
	}
	return plotDatum{Name: d.Row.Area + " " + percentText(d.Row.Shown()), Value: at, Label: map[string]any{"position": position}}
}

// villagesNarrow leaves out the names, which come first of the series.
func villagesNarrow() map[string]any {
	return map[string]any{"grid": map[string]any{"left": 84, "right": 42}, "series": []any{map[string]any{"label": map[string]any{"show": false}}}}
}

func villagesTable(w words, id string, i *measure.ItemFigures, lines []villageLine) *Table {
	t := &Table{ID: id + "-data", Caption: w.f("%s：各村社（目标%s）", "%s by village (target %s)", w.title(i.Item), targetText(i.Item)), Frozen: 2, Columns: []Column{
		{Title: w.level("town")}, {Title: w.level("village")}, {Title: w.t("比率（%）", "rate (%)"), Kind: Rate}, {Title: w.t("缺口人数", "people short"), Kind: Count}}}
	for _, l := range lines {
		t.Rows = append(t.Rows, Row{Whole: true, Cells: []Cell{areaCell(l.Town.Area, l.Town.AreaCode, ""), textCell(w.t("整体", "the whole")), rateCell(l.Town.Shown()), shortCell(l.Town.Standing)}})
		for _, d := range l.Dots {
			t.Rows = append(t.Rows, Row{Cells: []Cell{textCell(l.Town.Area), areaCell(d.Row.Area, d.Row.AreaCode, ""), shadedRate(d.Row.Standing), shortCell(d.Row.Standing)}})
		}
	}
	return t
}
