package reports

import (
	"cmp"
	"math"
	"math/big"
	"slices"
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"canbao/models/measure"
	"canbao/reports/draw"
)

// villageNamed is how many of the worst villages of the city bear their name.
const villageNamed = 8

// villageDot is a village on the scale all towns share.
type villageDot struct {
	Row   measure.Row
	Line  int     // of its town
	Shift float64 // out of the middle of the line, -1 to 1: equal rates stay apart
	Named bool
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
	low, high := villageScale(i, lines)
	villageSpread(lines, low, high)
	worst := villageWorst(lines)
	title := villagesTitle(b, w, i, lines, worst)
	id := "villages-" + i.ID
	return &Chart{
		ID: id, Title: title, Label: villagesLabel(b, w, i, lines, worst), Height: 26*len(lines) + 70,
		Option: villagesOption(w, i, lines, low, high), Narrow: villagesNarrow(), Picture: villagesPicture(w, i, lines, low, high, title),
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
		slices.SortStableFunc(l.Dots, func(x, y villageDot) int {
			return cmp.Or(villageRate(x.Row).Cmp(villageRate(y.Row)), cmp.Compare(y.Row.ShortBy, x.Row.ShortBy), cmp.Compare(x.Row.AreaCode, y.Row.AreaCode))
		})
		lines = append(lines, l)
	}
	return lines
}

func villageRate(r measure.Row) *big.Rat { return big.NewRat(r.Actual, r.Expected) }

// villagePercent is where a rate lies on the scale.
func villagePercent(s measure.Shown) float64 { return float64(s.Hundredths) / 100 }

// villageScale goes from below the lowest village to 100, or above the highest.
func villageScale(i *measure.ItemFigures, lines []villageLine) (low, high float64) {
	target := 100 * float64(i.TargetNum) / float64(i.TargetDen)
	low, high = target, max(100, target)
	for _, l := range lines {
		low = min(low, villagePercent(l.Dots[0].Row.Shown()))
		high = max(high, villagePercent(l.Dots[len(l.Dots)-1].Row.Shown()))
		if l.Town.Shown().Valid {
			low, high = min(low, villagePercent(l.Town.Shown())), max(high, villagePercent(l.Town.Shown()))
		}
	}
	span := max(high-low, 0.5)
	return math.Max(0, low-0.06*span), high + 0.02*span
}

// villageSpread shifts dots that would lie over each other up and down.
func villageSpread(lines []villageLine, low, high float64) {
	const bins = 120 // a dot is about as wide as one of them
	for _, l := range lines {
		for from := 0; from < len(l.Dots); {
			bin := func(n int) int { return int((villagePercent(l.Dots[n].Row.Shown()) - low) / (high - low) * bins) }
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
	slices.SortStableFunc(all, func(x, y *villageDot) int {
		return cmp.Or(villageRate(x.Row).Cmp(villageRate(y.Row)), cmp.Compare(y.Row.ShortBy, x.Row.ShortBy), cmp.Compare(x.Row.AreaCode, y.Row.AreaCode))
	})
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

// villagesPicture is light: the dots of a town that look alike follow each other
// and are written as one path.
func villagesPicture(w words, i *measure.ItemFigures, lines []villageLine, low, high float64, title string) *draw.Picture {
	const left, right, top, row, radius = 96.0, 622.0, 40.0, 26.0, 2.6
	p := draw.New(700, top+row*float64(len(lines))+30, title)
	x := func(v float64) float64 { return left + (right-left)*(v-low)/(high-low) }
	bottom := top + row*float64(len(lines))
	for _, v := range ticks(low, high, 6) {
		p.Line(x(v), top, x(v), bottom, draw.Style{Stroke: "#eeeeee"})
		p.Text(x(v), bottom+13, measure.ShownTarget(int64(math.Round(v*100)), 10000)+"%", draw.TextStyle{Size: 11, Anchor: draw.Middle, Color: "#666666"})
	}
	villageTarget(p, w, i, x(100*float64(i.TargetNum)/float64(i.TargetDen)), top, bottom)
	p.Text(698, 28, w.t("未达标", "short"), draw.TextStyle{Size: 11, Anchor: draw.End, Color: "#666666"})
	middle := func(n int) float64 { return top + row*(float64(n)+0.5) }
	taken := &villageBoxes{left: left, right: right}
	for n, l := range lines {
		y := middle(n)
		p.Line(left, y, right, y, draw.Style{Stroke: "#e4e4e4"})
		p.Text(left-8, y, withinWidth(l.Town.Area, 12, left-32), draw.TextStyle{Anchor: draw.End})
		p.Text(20, y, villageRank(l), draw.TextStyle{Size: 11, Anchor: draw.End, Color: "#666666"})
		p.Text(698, y, w.f("%d/%d村", "%d of %d", l.Lack, l.Count), draw.TextStyle{Size: 11, Anchor: draw.End})
		if l.Town.Shown().Valid {
			at := x(villagePercent(l.Town.Shown()))
			p.Line(at, y-row/2+2, at, y+row/2-2, draw.Style{Stroke: ink, Width: 2.4})
			taken.add(at-2, y-row/2, 4, row)
		}
		for _, status := range []string{measure.Met, measure.OnTrack, measure.AtRisk, measure.Missed} {
			for _, d := range l.Dots {
				if d.Row.Status == status {
					at := draw.Point{X: x(villagePercent(d.Row.Shown())), Y: y + d.Shift*(row/2-4)}
					p.Circle(at.X, at.Y, radius, draw.Style{Fill: statusColor(status)})
					taken.add(at.X-radius, at.Y-radius, 2*radius, 2*radius)
				}
			}
		}
	}
	for n, l := range lines {
		for _, d := range l.Dots {
			if d.Named {
				taken.name(p, d.Row.Area+" "+percentText(d.Row.Shown()), x(villagePercent(d.Row.Shown())), middle(n)+d.Shift*(row/2-4))
			}
		}
	}
	return p
}

// villageTarget draws the line of the target and says what the signs are.
func villageTarget(p *draw.Picture, w words, i *measure.ItemFigures, x, top, bottom float64) {
	p.Line(x, top-4, x, bottom, draw.Style{Stroke: "#7A1C1C", Dashed: true})
	text := w.t("目标", "target ") + targetText(i.Item)
	p.Text(min(x, 622), top-12, text, draw.TextStyle{Size: 11, Anchor: draw.End, Color: "#7A1C1C", Bold: true})
	p.Circle(100, 12, 2.6, draw.Style{Fill: vermilion})
	p.Text(108, 12, w.t("一点一村", "a dot is a village"), draw.TextStyle{Size: 11, Color: "#666666"})
	at := 120 + draw.TextWidth(w.t("一点一村", "a dot is a village"), 11)
	p.Line(at, 5, at, 19, draw.Style{Stroke: ink, Width: 2.4})
	p.Text(at+8, 12, w.t("竖线为该镇街整体；标名的为全市最低", "the bar is the town; named are the lowest of all"), draw.TextStyle{Size: 11, Color: "#666666"})
}

func villageRank(l villageLine) string {
	if l.Town.Rank == nil {
		return measure.None
	}
	return strconv.Itoa(*l.Town.Rank)
}

// villageBoxes are what a name must not lie over.
type villageBoxes struct {
	left, right float64
	boxes       [][4]float64
}

func (t *villageBoxes) add(x, y, width, height float64) {
	t.boxes = append(t.boxes, [4]float64{x, y, x + width, y + height})
}

func (t *villageBoxes) free(x, y, width, height float64) bool {
	for _, k := range t.boxes {
		if x < k[2] && k[0] < x+width && y < k[3] && k[1] < y+height {
			return false
		}
	}
	return x >= t.left && x+width <= t.right
}

// name writes a name beside its dot where nothing else is, or not at all.
func (t *villageBoxes) name(p *draw.Picture, text string, x, y float64) {
	const size, gap = 11.0, 6.0
	width := draw.TextWidth(text, size)
	for _, place := range []draw.Point{{X: x - gap - width, Y: y}, {X: x + gap, Y: y}, {X: x - gap - width, Y: y - 8}, {X: x - gap - width, Y: y + 8}, {X: x + gap, Y: y - 8}, {X: x + gap, Y: y + 8}} {
		if t.free(place.X-1, place.Y-size*0.55, width+2, size*1.1) {
			p.Text(place.X, place.Y, text, draw.TextStyle{Size: size})
			t.add(place.X-1, place.Y-size*0.55, width+2, size*1.1)
			return
		}
	}
}

func villagesOption(w words, i *measure.ItemFigures, lines []villageLine, low, high float64) map[string]any {
	plot := charts.NewScatter()
	var names []string
	var towns []plotDatum
	for n, l := range lines {
		names = append(names, villageRank(l)+" "+l.Town.Area)
		if l.Town.Shown().Valid {
			towns = append(towns, plotDatum{Name: l.Town.Area + " " + percentText(l.Town.Shown()) + w.t("（整体）", " (the whole)"), Value: []float64{villagePercent(l.Town.Shown()), float64(n)}})
		}
	}
	target := 100 * float64(i.TargetNum) / float64(i.TargetDen)
	second := charts.WithSeriesOpts(func(s *charts.SingleSeries) { s.YAxisIndex = 1 })
	plot.AddSeries(w.t("镇街整体", "towns"), nil, plotData(towns), second,
		charts.WithScatterChartOpts(opts.ScatterChart{Symbol: "rect", SymbolSize: []int{3, 20}}),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: ink}),
		charts.WithMarkLineNameXAxisItemOpts(opts.MarkLineNameXAxisItem{Name: w.t("目标", "target ") + targetText(i.Item), XAxis: round4(target)}),
		charts.WithMarkLineStyleOpts(opts.MarkLineStyle{
			Symbol: []string{"none", "none"}, LineStyle: &opts.LineStyle{Color: "#7A1C1C", Type: "dashed", Width: 1},
			Label: &opts.Label{Show: opts.Bool(true), Formatter: "{b}", Position: "end", Color: "#7A1C1C", FontSize: 11},
		}))
	for _, status := range []string{measure.Met, measure.OnTrack, measure.AtRisk, measure.Missed} {
		var dots []plotDatum
		for n, l := range lines {
			for _, d := range l.Dots {
				if d.Row.Status != status {
					continue
				}
				datum := plotDatum{Name: d.Row.Area + " " + percentText(d.Row.Shown()) + " " + w.shortText(d.Row.Standing),
					Value: []float64{villagePercent(d.Row.Shown()), round4(float64(n) + d.Shift*0.34)}}
				if d.Named {
					datum.Label = map[string]any{"show": true, "position": "left", "formatter": d.Row.Area, "color": ink, "fontSize": 11}
				}
				dots = append(dots, datum)
			}
		}
		if len(dots) > 0 {
			plot.AddSeries(w.status(status), nil, plotData(dots), second,
				charts.WithScatterChartOpts(opts.ScatterChart{SymbolSize: 6}),
				charts.WithItemStyleOpts(opts.ItemStyle{Color: statusColor(status)}),
				charts.WithSeriesOpts(func(s *charts.SingleSeries) { s.LabelLayout = &opts.LabelLayout{HideOverlap: opts.Bool(true)} }))
		}
	}
	plot.ExtendYAxis(opts.YAxis{Type: "value", Min: -0.5, Max: float64(len(lines)) - 0.5, Inverse: opts.Bool(true), Show: opts.Bool(false), AxisLabel: &opts.AxisLabel{}})
	plot.SetGlobalOptions(
		charts.WithGridOpts(opts.Grid{Left: "100", Right: "24", Top: "22", Bottom: "44"}),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(true), Bottom: "0"}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item", Formatter: "{b}"}),
		charts.WithXAxisOpts(opts.XAxis{Type: "value", Min: math.Floor(low*100) / 100, Max: math.Ceil(high*100) / 100,
			AxisLabel: &opts.AxisLabel{Formatter: "{value}%", ShowMinLabel: opts.Bool(false), ShowMaxLabel: opts.Bool(false)}}),
		charts.WithYAxisOpts(opts.YAxis{Type: "category", Inverse: opts.Bool(true), Data: names, AxisLabel: &opts.AxisLabel{Interval: "0"}}),
	)
	return option(plot)
}

func villagesNarrow() map[string]any {
	return map[string]any{"grid": map[string]any{"left": 84, "right": 12}}
}

func villagesTable(w words, id string, i *measure.ItemFigures, lines []villageLine) *Table {
	t := &Table{ID: id + "-data", Caption: w.f("%s：各村社（目标%s）", "%s by village (target %s)", w.title(i.Item), targetText(i.Item)), Frozen: 2, Columns: []Column{
		{Title: w.level("town")}, {Title: w.level("village")}, {Title: w.t("比率（%）", "rate (%)"), Kind: Rate}, {Title: w.t("缺口人数", "people short"), Kind: Count}}}
	for _, l := range lines {
		t.Rows = append(t.Rows, Row{Whole: true, Cells: []Cell{headCell(l.Town.Area), textCell(w.t("整体", "the whole")), rateCell(l.Town.Shown()), shortCell(l.Town.Standing)}})
		for _, d := range l.Dots {
			t.Rows = append(t.Rows, Row{Cells: []Cell{textCell(l.Town.Area), headCell(d.Row.Area), shadedCell(d.Row.Standing), shortCell(d.Row.Standing)}})
		}
	}
	return t
}
