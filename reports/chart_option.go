package reports

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"

	"canbao/models/measure"
)

// chartSeries is a series of ECharts with what go-echarts has no words for.
type chartSeries struct {
	charts.SingleSeries
	Z      int  `json:"z,omitempty"`
	Silent bool `json:"silent,omitempty"`
}

// xAxis and yAxis likewise.
type xAxis struct {
	opts.XAxis
	BoundaryGap types.Bool `json:"boundaryGap,omitempty"`
}

type yAxis struct {
	opts.YAxis
	Interval float64 `json:"interval,omitempty"`
}

// markLine is one line of ECharts' markLine with a look of its own.
type markLine struct {
	Name      string          `json:"name"`
	XAxis     any             `json:"xAxis,omitempty"`
	YAxis     any             `json:"yAxis,omitempty"`
	Label     *opts.Label     `json:"label,omitempty"`
	LineStyle *opts.LineStyle `json:"lineStyle,omitempty"`
}

// labelled is a place of a series with a label.
type labelled struct {
	Value any         `json:"value"`
	Label *opts.Label `json:"label,omitempty"`
}

// noValue is a day, or an area, without a figure.
const noValue = "-"

// rateValue is a shown rate as a number of percent, or a gap.
func rateValue(s measure.Shown) any {
	if !knownRate(s) {
		return noValue
	}
	return inPercent(s)
}

// fourPlaces is a number of an option without the noise of binary fractions.
func fourPlaces(v float64) float64 { return math.Round(v*1e4) / 1e4 }

func lineSeries(name, color string, data []any, width float32, dashed bool) chartSeries {
	kind := "solid"
	if dashed {
		kind = "dashed"
	}
	return chartSeries{SingleSeries: charts.SingleSeries{
		Name: name, Type: "line", Data: data, ShowSymbol: opts.Bool(false), ConnectNulls: opts.Bool(true),
		LineStyle: &opts.LineStyle{Color: color, Width: width, Type: kind},
		ItemStyle: &opts.ItemStyle{Color: color},
	}}
}

// markLines are lines across a plot; their labels stand above it. Where the y
// axis runs downwards its start is there.
func markLines(position string, all ...markLine) *opts.MarkLines {
	m := &opts.MarkLines{MarkLineStyle: opts.MarkLineStyle{
		Symbol:    []string{"none", "none"},
		LineStyle: &opts.LineStyle{Color: soft, Width: 1, Type: "dashed"},
		Label:     &opts.Label{Show: opts.Bool(true), Formatter: "{b}", Position: position, Color: soft, FontSize: 11},
	}}
	for _, k := range all {
		m.Data = append(m.Data, k)
	}
	return m
}

// solid is the line of a target.
func solid() *opts.LineStyle { return &opts.LineStyle{Color: ink, Width: 1.4, Type: "solid"} }

// axesOption gathers the parts of an option that has axes.
type axesOption struct {
	grids   []opts.Grid
	xs      []xAxis
	ys      []yAxis
	trigger string // of the tooltip: axis or item
	tooltip string // its format, empty for the usual one
	drawn   []chartSeries
}

func (p axesOption) option() map[string]any {
	line := charts.NewLine()
	line.SetGlobalOptions(
		charts.WithGridOpts(p.grids...),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: p.trigger, Formatter: types.FuncStr(p.tooltip)}),
	)
	line.YAxisList[0].AxisLabel = &opts.AxisLabel{}
	o := option(line)
	o["xAxis"], o["yAxis"], o["series"] = p.xs, p.ys, p.drawn
	return o
}

// rightTexts writes a text to the right of each row of a chart whose y axis is
// of categories. That axis shows nothing without a series of its own.
func (p *axesOption) rightTexts(texts []string) {
	p.ys = append(p.ys, yAxis{YAxis: opts.YAxis{
		Type: "category", Position: "right", Inverse: opts.Bool(true), Data: texts,
		AxisLine: &opts.AxisLine{Show: opts.Bool(false)}, AxisLabel: &opts.AxisLabel{Interval: "0", Color: ink},
	}})
	p.drawn = append(p.drawn, chartSeries{Silent: true, SingleSeries: charts.SingleSeries{Type: "line", YAxisIndex: len(p.ys) - 1, Data: []any{}}})
}

// percentAxis is an axis of rates with these ticks.
func percentAxis(at []float64) yAxis {
	return yAxis{Interval: fourPlaces(at[1] - at[0]), YAxis: opts.YAxis{
		Type: "value", Min: at[0], Max: at[len(at)-1],
		SplitLine: &opts.SplitLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: pale}},
		AxisLabel: &opts.AxisLabel{Formatter: "{value}%"},
	}}
}

// dayCategories is an axis of days.
func dayCategories(days []string) xAxis {
	return xAxis{BoundaryGap: opts.Bool(false), XAxis: opts.XAxis{
		Type: "category", Data: days, AxisTick: &opts.AxisTick{Show: opts.Bool(false)},
		AxisLabel: &opts.AxisLabel{HideOverlap: opts.Bool(true)},
	}}
}

// endingsGrid is the strip to the right of a grid in which the endings of its
// lines are labelled. Lengths are CSS pixels.
type endingsGrid struct {
	left        string  // where the plot ends, from the left; empty: right says it
	right       float64 // of the window, beyond the plot
	top, height float64 // of the plot
	low, high   float64 // of its rates
}

// stripWidth is the room that endings take to the right of a plot.
func stripWidth(all []ending) float64 {
	var right float64
	for _, e := range all {
		for _, line := range strings.Split(e.text, "\n") {
			right = math.Max(right, boldWidth(line, 12, e.bold)+38)
		}
	}
	return right
}

// endings labels lines at their right ends as a still picture does. ECharts'
// own labels stand where a line ends, over what else is there.
func (p *axesOption) endings(g endingsGrid, all []ending) {
	grid := len(p.grids)
	hidden := opts.Bool(false)
	strip := opts.Grid{Left: g.left, Width: "16", Top: fmt.Sprint(int(g.top)), Height: fmt.Sprint(int(g.height)), Tooltip: &opts.Tooltip{Trigger: "item"}}
	if g.left == "" {
		strip.Right = fmt.Sprint(int(g.right) - 18)
	}
	p.grids = append(p.grids, strip)
	p.xs = append(p.xs, xAxis{XAxis: opts.XAxis{Type: "value", Min: 0, Max: 1, GridIndex: grid, Show: hidden, AxisLabel: &opts.AxisLabel{}}})
	p.ys = append(p.ys, yAxis{YAxis: opts.YAxis{Type: "value", Min: g.low, Max: g.high, GridIndex: grid, Show: hidden, AxisLabel: &opts.AxisLabel{}}})
	for n, data := range g.places(all) {
		s := lineSeries("", all[n].color, data, 1, false)
		s.Id = fmt.Sprintf("ending-%d-%d", grid, n)
		s.XAxisIndex, s.YAxisIndex, s.Silent = len(p.xs)-1, len(p.ys)-1, true
		s.ShowSymbol, s.Symbol, s.SymbolSize = opts.Bool(true), "circle", 1
		p.drawn = append(p.drawn, s)
	}
}

// places sorts endings, the highest first, and gives each the way from the end
// of its line to its label.
func (g endingsGrid) places(all []ending) [][]any {
	const line = 16.0
	slices.SortStableFunc(all, func(a, b ending) int { return cmp.Compare(b.value, a.value) })
	var middles, sizes []float64
	for _, e := range all {
		middles, sizes = append(middles, (g.high-e.value)/(g.high-g.low)*g.height), append(sizes, line*float64(1+strings.Count(e.text, "\n")))
	}
	var ways [][]any
	for n, y := range spread(middles, sizes, -4, g.height+4) {
		at := fourPlaces(g.high - y/g.height*(g.high-g.low))
		label := &opts.Label{Show: opts.Bool(true), Position: "right", Formatter: all[n].text, Color: ink, FontSize: 12}
		if all[n].bold {
			label.FontWeight = "bold"
		}
		ways = append(ways, []any{[]any{0, all[n].value}, []any{0.6, at}, labelled{[]any{1, at}, label}})
	}
	return ways
}

// moved is what differs in a narrow window: the strip of that grid lies elsewhere.
func (g endingsGrid) moved(grid int, all []ending) []map[string]any {
	var changed []map[string]any
	for n, data := range g.places(all) {
		changed = append(changed, map[string]any{"id": fmt.Sprintf("ending-%d-%d", grid, n), "data": data})
	}
	return changed
}
