package reports

import (
	"strconv"
	"time"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"canbao/models/measure"
)

// The colours are those of Okabe and Ito, told apart by colour-blind readers;
// what they say is always said by a sign, a word or a place as well.
const (
	blue      = "#0072B2"
	sky       = "#56B4E9"
	green     = "#009E73"
	amber     = "#E69F00"
	vermilion = "#D55E00"
	purple    = "#CC79A7"
	ink       = "#333333"
	grey      = "#9A9A9A"
	pale      = "#DDDDDD"
)

var statusColors = map[string]string{
	measure.Met: blue, measure.OnTrack: sky, measure.AtRisk: amber, measure.Missed: vermilion, "": grey,
}

var channelColors = []string{blue, amber, green, vermilion, sky, purple, "#7F6A00", grey}

func channelColor(n int) string { return channelColors[n%len(channelColors)] }

func lineColor(n int) string { return channelColors[n%len(channelColors)] }

// option is what the script gets; its texts are escaped where they are written.
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

// progressChart draws the rate of each indicator as a whole, day by day, with
// the due days marked. The five heaviest are shown; a click adds the others.
func progressChart(f *figures, w words) *chart {
	days := f.days()
	line := charts.NewLine()
	selected := map[string]bool{}
	seen := map[string]bool{}
	for _, i := range f.byWeight() {
		if seen[i.Indicator] || len(i.series) == 0 {
			continue
		}
		n := len(seen)
		seen[i.Indicator] = true
		name := w.title(i.Item)
		if i.Scheme != "" {
			name = w.t(cutStage(i.Title), cutStage(i.TitleEN))
		}
		selected[name] = n < 5
		options := []charts.SeriesOpts{
			charts.WithLineChartOpts(opts.LineChart{ShowSymbol: opts.Bool(false)}),
			charts.WithLineStyleOpts(opts.LineStyle{Color: lineColor(n), Width: 2.2, Type: lineType(n)}),
			charts.WithItemStyleOpts(opts.ItemStyle{Color: lineColor(n)}),
		}
		if n == 0 {
			options = append(options, dueMarks(f, w)...)
		}
		line.AddSeries(name, rates(i.series, len(days)), options...)
	}
	if len(seen) == 0 {
		return nil
	}
	line.SetXAxis(days)
	line.SetGlobalOptions(
		charts.WithGridOpts(opts.Grid{Left: "46", Right: "44", Top: "28", Bottom: "84"}),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(len(seen) > 1), Bottom: "0", Type: "plain", Selected: selected}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "axis"}),
		charts.WithXAxisOpts(opts.XAxis{Type: "category", AxisTick: &opts.AxisTick{Show: opts.Bool(false)}}),
		charts.WithYAxisOpts(opts.YAxis{Type: "value", Max: 100, AxisLabel: &opts.AxisLabel{Formatter: "{value}%"}}),
	)
	return &chart{ID: "progress", Narrow: scrolledLegend, Height: 400, Paper: size{paperWidth, 262}, Option: option(line), Label: w.t("各指标累计参保率逐日走势", "rate of each indicator day by day")}
}

// lineType tells lines of the same colour, and of print without any, apart.
func lineType(n int) string { return []string{"solid", "solid", "dashed", "dotted"}[n%4] }

// days are the days of the x axes, from the opening to the last due day, or to
// the day itself if that is later: the room that is left is seen.
func (f *figures) days() []string {
	last := f.campaign.LastDue
	if f.asOf.After(last) {
		last = f.asOf
	}
	var days []string
	for d := f.campaign.Opening; !d.After(last); d = d.AddDate(0, 0, 1) {
		days = append(days, f.axisDay(d))
	}
	return days
}

// axisDay is a day on an axis; a campaign of more than a year needs the year.
func (f *figures) axisDay(d time.Time) string {
	if f.long() {
		return d.Format(time.DateOnly)
	}
	return d.Format("01-02")
}

// rates are the shown rates of a series, and gaps up to n.
func rates(series []measure.Standing, n int) []opts.LineData {
	data := make([]opts.LineData, 0, n)
	for _, s := range series {
		data = append(data, opts.LineData{Value: rateValue(s)})
	}
	return data
}

// rateValue is a shown rate as a number of percent, or a gap.
func rateValue(s measure.Standing) any {
	shown := s.Shown()
	if !shown.Valid {
		return "-"
	}
	return float64(shown.Hundredths) / 100
}

// dueMarks marks the due days, and the day of the bulletin.
func dueMarks(f *figures, w words) []charts.SeriesOpts {
	var marks []opts.MarkLineNameXAxisItem
	seen := map[string]bool{}
	for _, i := range f.items {
		day := f.axisDay(i.Due)
		if !seen[day] {
			seen[day] = true
			marks = append(marks, opts.MarkLineNameXAxisItem{Name: w.f("%s截止", "due %s", f.day(w, i.Due)), XAxis: day})
		}
	}
	return []charts.SeriesOpts{
		charts.WithMarkLineNameXAxisItemOpts(marks...),
		charts.WithMarkLineStyleOpts(markStyle()),
	}
}

func markStyle() opts.MarkLineStyle {
	return opts.MarkLineStyle{
		Symbol:    []string{"none", "none"},
		LineStyle: &opts.LineStyle{Color: "#7A1C1C", Type: "dashed", Width: 1},
		Label:     &opts.Label{Show: opts.Bool(true), Formatter: "{b}", Position: "end", Color: "#7A1C1C", FontSize: 11},
	}
}

// byWeight lists the items, the heaviest first.
func (f *figures) byWeight() []*itemFigures {
	all := append([]*itemFigures(nil), f.items...)
	sortBy(all, func(i *itemFigures) float64 { return -i.Weight })
	return all
}

// trailChart follows the order of the areas week by week; those that moved most
// are set off. More than two dozen lines would tell nothing.
func trailChart(f *figures, w words) *chart {
	if len(f.trail) < 2 || len(f.ranking) > 24 || len(f.ranking) < 2 {
		return nil
	}
	first, last := f.trail[0], f.trail[len(f.trail)-1]
	if len(first.order) != len(last.order) {
		return nil
	}
	var days []string
	for _, t := range f.trail {
		days = append(days, f.axisDay(t.day))
	}
	up, down := mostMoved(f.ranking)
	line := charts.NewLine()
	for n, code := range last.order {
		color, width := pale, float32(1.6)
		switch {
		case code == up.Code && up.moved() > 0:
			color, width = blue, 3.4
		case code == down.Code && down.moved() < 0:
			color, width = vermilion, 3.4
		case n == 0 || code == first.order[0]:
			color, width = ink, 2.4
		}
		line.AddSeries(f.areas[code].Name, positions(f.trail, code),
			charts.WithLineChartOpts(opts.LineChart{Symbol: "circle", SymbolSize: 7, ShowSymbol: opts.Bool(true)}),
			charts.WithLineStyleOpts(opts.LineStyle{Color: color, Width: width}),
			charts.WithItemStyleOpts(opts.ItemStyle{Color: color}))
	}
	line.SetXAxis(days)
	line.ExtendYAxis(opts.YAxis{
		Type: "category", Position: "right", Inverse: opts.Bool(true), Data: f.names(last.order),
		AxisLine: &opts.AxisLine{Show: opts.Bool(false)}, AxisLabel: &opts.AxisLabel{Interval: "0"},
	})
	line.SetGlobalOptions(
		charts.WithGridOpts(opts.Grid{Left: "84", Right: "84", Top: "10", Bottom: "28"}),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item", Formatter: "{a}"}),
		charts.WithXAxisOpts(opts.XAxis{Type: "category"}),
		charts.WithYAxisOpts(opts.YAxis{
			Type: "category", Inverse: opts.Bool(true), Data: f.names(first.order),
			AxisLine: &opts.AxisLine{Show: opts.Bool(false)}, AxisLabel: &opts.AxisLabel{Interval: "0"},
		}),
	)
	return &chart{ID: "trail", Height: 24*len(last.order) + 60, Paper: size{paperWidth, 13*len(last.order) + 36}, Option: option(line), Label: w.t("名次逐周变化", "order week by week")}
}

func (f *figures) names(codes []string) []string {
	var names []string
	for n, code := range codes {
		names = append(names, strconv.Itoa(n+1)+" "+f.areas[code].Name)
	}
	return names
}

// positions are the places of an area in the order of each day, from 0.
func positions(trail []trailDay, code string) []opts.LineData {
	var data []opts.LineData
	for _, t := range trail {
		var value any = "-"
		for n, c := range t.order {
			if c == code {
				value = n
			}
		}
		data = append(data, opts.LineData{Value: value})
	}
	return data
}
