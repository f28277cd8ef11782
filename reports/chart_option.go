package reports

import (
	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"

	"canbao/models/measure"
)

// chartSeries is a series of ECharts with what go-echarts has no words for.
type chartSeries struct {
	charts.SingleSeries
	EndLabel *opts.Label `json:"endLabel,omitempty"`
	Z        int         `json:"z,omitempty"`
	Silent   bool        `json:"silent,omitempty"`
}

// markLine is one line of ECharts' markLine with a label of its own.
type markLine struct {
	Name      string          `json:"name"`
	XAxis     any             `json:"xAxis,omitempty"`
	YAxis     any             `json:"yAxis,omitempty"`
	Label     *opts.Label     `json:"label,omitempty"`
	LineStyle *opts.LineStyle `json:"lineStyle,omitempty"`
}

// noValue is a day, or an area, without a figure.
const noValue = "-"

// rateValue is a shown rate as a number of percent, or a gap.
func rateValue(s measure.Shown) any {
	if !s.Valid || s.Withheld {
		return noValue
	}
	return float64(s.Hundredths) / 100
}

// lineSeries is a line; end is written beside its last point.
func lineSeries(name, color string, data []any, width float32, dashed bool, end string) chartSeries {
	kind := "solid"
	if dashed {
		kind = "dashed"
	}
	s := chartSeries{SingleSeries: charts.SingleSeries{
		Name: name, Type: "line", Data: data, ShowSymbol: opts.Bool(false), ConnectNulls: opts.Bool(true),
		LineStyle:   &opts.LineStyle{Color: color, Width: width, Type: kind},
		ItemStyle:   &opts.ItemStyle{Color: color},
		LabelLayout: &opts.LabelLayout{MoveOverlap: "shiftY"},
	}}
	if end != "" {
		s.EndLabel = &opts.Label{Show: opts.Bool(true), Formatter: end, Color: ink, FontSize: 12}
	}
	return s
}

// markLines are lines across a plot; they are nothing to point at.
func markLines(all []markLine) *opts.MarkLines {
	m := &opts.MarkLines{MarkLineStyle: opts.MarkLineStyle{
		Symbol:    []string{"none", "none"},
		LineStyle: &opts.LineStyle{Color: soft, Width: 1, Type: "dashed"},
		Label:     &opts.Label{Show: opts.Bool(true), Formatter: "{b}", Position: "end", Color: soft, FontSize: 11},
	}}
	for _, k := range all {
		m.Data = append(m.Data, k)
	}
	return m
}

// axesOption gathers the parts of an option that has axes. The first x axis has its
// data in x, where it has categories.
type axesOption struct {
	grids   []opts.Grid
	xs      []opts.XAxis
	ys      []opts.YAxis
	trigger string // of the tooltip: axis or item
	tooltip string // its format, empty for the usual one
	drawn   []chartSeries
}

func (p axesOption) option() map[string]any {
	line := charts.NewLine()
	line.SetXAxis(p.xs[0].Data)
	tooltip := opts.Tooltip{Show: opts.Bool(true), Trigger: p.trigger}
	if p.tooltip != "" {
		tooltip.Formatter = types.FuncStr(p.tooltip)
	}
	line.SetGlobalOptions(
		charts.WithGridOpts(p.grids...),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(tooltip),
	)
	line.XAxisList, line.YAxisList = p.xs, p.ys
	o := option(line)
	o["series"] = p.drawn
	return o
}

// percentAxis is an axis of rates from low to high.
func percentAxis(low, high float64) opts.YAxis {
	return opts.YAxis{Type: "value", Min: low, Max: high, SplitNumber: 4,
		SplitLine: &opts.SplitLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: pale}},
		AxisLabel: &opts.AxisLabel{Formatter: "{value}%"}}
}

// dayCategories is an axis of days.
func dayCategories(days []string) opts.XAxis {
	return opts.XAxis{Type: "category", Data: days, AxisTick: &opts.AxisTick{Show: opts.Bool(false)},
		AxisLabel: &opts.AxisLabel{HideOverlap: opts.Bool(true)}}
}
