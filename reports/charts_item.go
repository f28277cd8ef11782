package reports

import (
	"math"
	"strings"
	"time"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"canbao/models/measure"
)

// cutStage drops the stage from a title: both stages draw the same line.
func cutStage(title string) string {
	if at := strings.IndexAny(title, "（("); at > 0 {
		return strings.TrimSpace(title[:at])
	}
	return title
}

// lineChart draws one item as a whole, day by day, towards its target, and the
// forecast on the due day where there is one.
func lineChart(f *figures, w words, i *itemFigures) *chart {
	if len(i.series) < 2 || i.whole.Expected == 0 {
		return nil
	}
	days := f.days()
	color := statusColors[statusOf(i.whole)]
	line := charts.NewLine()
	line.AddSeries(w.title(i.Item), rates(i.series, len(days)),
		charts.WithLineChartOpts(opts.LineChart{ShowSymbol: opts.Bool(false)}),
		charts.WithLineStyleOpts(opts.LineStyle{Color: color, Width: 2.4}),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: color}),
		charts.WithAreaStyleOpts(opts.AreaStyle{Color: color, Opacity: opts.Float(0.12)}),
		charts.WithMarkLineNameXAxisItemOpts(opts.MarkLineNameXAxisItem{Name: f.day(w, i.Due), XAxis: f.axisDay(i.Due)}),
		charts.WithMarkLineNameYAxisItemOpts(opts.MarkLineNameYAxisItem{
			Name: measure.ShownTarget(i.TargetNum, i.TargetDen) + "%", YAxis: round(100 * target(i.Item)),
		}),
		charts.WithMarkLineStyleOpts(markStyle()))
	if data := forecast(f, i); data != nil {
		line.AddSeries(w.t("预测", "forecast"), data,
			charts.WithLineChartOpts(opts.LineChart{ShowSymbol: opts.Bool(false), ConnectNulls: opts.Bool(true)}),
			charts.WithLineStyleOpts(opts.LineStyle{Color: color, Width: 1.6, Type: "dashed"}),
			charts.WithItemStyleOpts(opts.ItemStyle{Color: color}))
	}
	line.SetXAxis(days)
	line.SetGlobalOptions(
		charts.WithGridOpts(opts.Grid{Left: "40", Right: "48", Top: "22", Bottom: "22"}),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "axis"}),
		charts.WithXAxisOpts(opts.XAxis{Type: "category", AxisTick: &opts.AxisTick{Show: opts.Bool(false)}}),
		charts.WithYAxisOpts(opts.YAxis{Type: "value", Min: 0, Max: top(i), SplitNumber: 2, AxisLabel: &opts.AxisLabel{Formatter: "{value}%"}}),
	)
	return &chart{ID: "line-" + i.ID, Height: 132, Paper: size{f.cardPaper(), 104}, Option: option(line), Label: w.title(i.Item) + w.t("逐日走势", " day by day")}
}

// cardPaper is the width of a card on paper: two beside each other, or one.
func (f *figures) cardPaper() int {
	if len(f.items) == 1 {
		return paperWidth
	}
	return halfPaper
}

func target(i measure.Item) float64 { return float64(i.TargetNum) / float64(i.TargetDen) }

// top is the upper end of a rate axis: 100, or more where a rate lies above.
func top(i *itemFigures) float64 {
	high := 100.0
	for _, s := range i.series {
		if s.Rate != nil {
			high = math.Max(high, math.Ceil(*s.Rate*10)*10)
		}
	}
	return high
}

func round(x float64) float64 { return math.Round(x*1e6) / 1e6 }

// forecast is a line from the day to the due day.
func forecast(f *figures, i *itemFigures) []opts.LineData {
	s := i.whole
	if s.Forecast == nil {
		return nil
	}
	end := s
	end.Actual = *s.Forecast
	var data []opts.LineData
	for d := f.campaign.Opening; !d.After(i.Due); d = d.AddDate(0, 0, 1) {
		var value any = "-"
		if d.Equal(f.asOf) {
			value = rateValue(s)
		} else if d.Equal(i.Due) {
			value = rateValue(end)
		}
		data = append(data, opts.LineData{Value: value})
	}
	return data
}

// barChart sets each area against the target. The bars start at the target and
// not at zero, so that the last tenths of a point are seen without an axis that
// begins somewhere convenient.
func barChart(f *figures, w words, i *itemFigures) *chart {
	if len(i.areas) == 0 {
		return nil
	}
	var names []string
	var data []opts.BarData
	low, high := 0.0, 0.0
	var left, right bool // labels stand on that side
	for _, s := range i.areas {
		names = append(names, s.Area)
		shown := s.Shown()
		if !shown.Valid {
			data = append(data, opts.BarData{Value: "-"})
			continue
		}
		gap := float64(shown.Hundredths)/100 - 100*target(i.Item)
		low, high = math.Min(low, gap), math.Max(high, gap)
		left, right = left || gap < 0, right || gap >= 0
		color := blue
		if s.ShortBy > 0 {
			color = statusColors[s.Status]
		}
		data = append(data, opts.BarData{
			Value: round(gap), ItemStyle: &opts.ItemStyle{Color: color}, Label: barLabel(gap, percent(shown)),
		})
	}
	span := math.Max(high-low, 0.05)
	bar := charts.NewBar()
	bar.SetXAxis(names)
	bar.AddSeries(w.t("与目标之差（百分点）", "points from the target"), data, charts.WithBarChartOpts(opts.BarChart{BarWidth: "62%"}))
	bar.XYReversal()
	bar.SetGlobalOptions(
		charts.WithGridOpts(opts.Grid{Left: "76", Right: "8", Top: "4", Bottom: "4"}),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item", Formatter: "{b}\n{a}: {c}"}),
		charts.WithXAxisOpts(opts.XAxis{
			Type: "value", Min: -round(-low + room(left, span)), Max: round(high + room(right, span)),
			AxisLabel: &opts.AxisLabel{Show: opts.Bool(false)}, SplitLine: &opts.SplitLine{Show: opts.Bool(false)},
		}),
		charts.WithYAxisOpts(opts.YAxis{
			Type: "category", Inverse: opts.Bool(true), AxisLabel: &opts.AxisLabel{Interval: "0"},
			AxisLine: &opts.AxisLine{Show: opts.Bool(true), OnZero: opts.Bool(true)},
		}),
	)
	row := 20
	if len(names) > 24 {
		row = 16
	}
	return &chart{ID: "bars-" + i.ID, Height: row*len(names) + 12, Paper: size{f.cardPaper(), 15*len(names) + 10}, Option: option(bar), Label: w.title(i.Item) + w.t("各地与目标之差", ": areas against the target")}
}

// room leaves space for the labels of a side.
func room(labels bool, span float64) float64 {
	if labels {
		return span * 0.34
	}
	return span * 0.04
}

func barLabel(gap float64, text string) *opts.Label {
	position := "left"
	if gap >= 0 {
		position = "right"
	}
	return &opts.Label{Show: opts.Bool(true), Position: position, Formatter: text, FontSize: 11, Color: ink}
}

// paceChart draws the present pace as a share of the needed one.
func paceChart(w words, rows []paceRow) *chart {
	var names []string
	var data []opts.BarData
	const cut = 200.0 // what is twice as fast as needed is fast enough to see
	for _, r := range rows {
		if r.Needed == measure.None || r.Needed == "0" {
			continue
		}
		names = append(names, r.Title)
		value := math.Max(0, math.Min(cut, r.ratio))
		data = append(data, opts.BarData{
			Value: math.Round(value), ItemStyle: &opts.ItemStyle{Color: statusColors[r.Status]},
			Label: &opts.Label{
				Show: opts.Bool(true), Position: "right", FontSize: 11, Color: ink, BackgroundColor: "#ffffff",
				Formatter: w.f("日均%s／须%s", "%s a day, %s needed", r.PerDay, r.Needed),
			},
		})
	}
	if len(names) == 0 {
		return nil
	}
	bar := charts.NewBar()
	bar.SetXAxis(names)
	bar.AddSeries(w.t("现有进度为所需进度的%", "present pace, % of the needed"), data,
		charts.WithBarChartOpts(opts.BarChart{BarWidth: "58%"}),
		charts.WithMarkLineNameXAxisItemOpts(opts.MarkLineNameXAxisItem{Name: w.t("所需进度", "needed"), XAxis: 100}),
		charts.WithMarkLineStyleOpts(markStyle()))
	bar.XYReversal()
	bar.SetGlobalOptions(
		charts.WithGridOpts(opts.Grid{Left: w.t("190", "250"), Right: "24", Top: "24", Bottom: "24"}),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item", Formatter: "{b}\n{a}: {c}"}),
		charts.WithXAxisOpts(opts.XAxis{Type: "value", Min: 0, Max: 320, AxisLabel: &opts.AxisLabel{Show: opts.Bool(false)}, SplitLine: &opts.SplitLine{Show: opts.Bool(false)}}),
		charts.WithYAxisOpts(opts.YAxis{Type: "category", Inverse: opts.Bool(true), AxisLabel: &opts.AxisLabel{Interval: "0"}}),
	)
	narrow := map[string]any{
		"grid":  map[string]any{"left": 112},
		"xAxis": map[string]any{"max": 460},
		"yAxis": map[string]any{"axisLabel": map[string]any{"width": 104, "overflow": "break"}},
	}
	return &chart{ID: "pace", Narrow: narrow, Height: 30*len(names) + 56, Paper: size{paperWidth, 20*len(names) + 48}, Option: option(bar), Label: w.t("现有进度与所需进度", "present and needed pace")}
}

// dailyChart stacks the transactions of each day by channel.
func dailyChart(f *figures, w words, channels []string) *chart {
	if len(f.payments) == 0 {
		return nil
	}
	days := f.days()
	bar := charts.NewBar()
	for n, channel := range channels {
		counts := map[string]int64{}
		for _, p := range f.payments {
			if p.Channel == channel {
				counts[p.Day.Format(time.DateOnly)] += p.Payments
			}
		}
		var data []opts.BarData
		for d := f.campaign.Opening; !d.After(f.asOf); d = d.AddDate(0, 0, 1) {
			data = append(data, opts.BarData{Value: counts[d.Format(time.DateOnly)]})
		}
		options := []charts.SeriesOpts{
			charts.WithBarChartOpts(opts.BarChart{Stack: "day", BarCategoryGap: "22%"}),
			charts.WithItemStyleOpts(opts.ItemStyle{Color: channelColor(n)}),
		}
		if n == 0 {
			options = append(options, dueMarks(f, w)...)
		}
		bar.AddSeries(channelName(w, channel), data, options...)
	}
	bar.SetXAxis(days)
	bar.SetGlobalOptions(
		charts.WithGridOpts(opts.Grid{Left: "64", Right: "44", Top: "28", Bottom: "60"}),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(true), Bottom: "0"}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "axis"}),
		charts.WithXAxisOpts(opts.XAxis{Type: "category", AxisTick: &opts.AxisTick{Show: opts.Bool(false)}}),
		charts.WithYAxisOpts(opts.YAxis{Type: "value"}),
	)
	return &chart{ID: "daily", Narrow: scrolledLegend, Height: 320, Paper: size{paperWidth, 250}, Option: option(bar), Label: w.t("每日缴费笔数，按渠道", "transactions a day by channel")}
}
