package reports

import (
	"math"
	"slices"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"canbao/models/measure"
	"canbao/reports/draw"
)

// townVillagesMost is how many villages are drawn; where there are more, the
// better ones are counted and stand in the table.
const townVillagesMost = 20

// townVillagesChart ranks the villages of a town against the target, the lowest
// first.
func townVillagesChart(b *measure.Bulletin, w words, t *measure.Town, i measure.TownItem) *Chart {
	var all []measure.Row
	for _, v := range slices.Backward(i.Villages) {
		if !v.Withheld && v.Shown().Valid {
			all = append(all, v)
		}
	}
	if len(all) == 0 {
		return nil
	}
	shown := all[:min(len(all), townVillagesMost)]
	id := "villages-" + i.ID + "-" + t.Code
	title := townVillagesTitle(w, i, all)
	return &Chart{
		ID: id, Title: title, Label: t.Name + w.t("，", ", ") + title + w.f("，目标%s。", "; target %s.", targetText(i.Item)), Height: 22*len(shown) + 34,
		Option: townVillagesOption(w, i.Item, shown), Narrow: townVillagesNarrow(), Picture: townVillagesPicture(w, i.Item, all, shown, title), Data: townVillagesTable(w, id, i.Item, all),
	}
}

// townVillagesTitle says where most people are missing.
func townVillagesTitle(w words, i measure.TownItem, all []measure.Row) string {
	var most *measure.Row
	lack := 0
	for n := range all {
		if all[n].ShortBy > 0 {
			lack++
			if most == nil || all[n].ShortBy > most.ShortBy {
				most = &all[n]
			}
		}
	}
	if most == nil {
		return w.f("%s：%d个村社全部达标", "%s: all %d villages met the target", w.title(i.Item), len(all))
	}
	return w.f("%s：%d个村社中%d个未达标，%s最多，差%s", "%s: %[3]d of %[2]d villages are short of the target; most people are missing in %[4]s, %[5]s",
		w.title(i.Item), len(all), lack, most.Area, w.people(most.ShortBy))
}

// townVillagesGap is the distance of the shown rate to the target in points.
func townVillagesGap(i measure.Item, r measure.Row) float64 {
	return float64(r.Shown().Hundredths)/100 - 100*float64(i.TargetNum)/float64(i.TargetDen)
}

func townVillagesSpan(i measure.Item, rows []measure.Row) (low, high float64) {
	for _, r := range rows {
		low, high = min(low, townVillagesGap(i, r)), max(high, townVillagesGap(i, r))
	}
	if high-low < 0.05 {
		low -= 0.05
	}
	return low, high
}

// townVillagesPicture draws the bars from the target and not from zero, so that
// the last tenths of a point are seen.
func townVillagesPicture(w words, i measure.Item, all, shown []measure.Row, title string) *draw.Picture {
	const names, left, right, top, row = 140.0, 152.0, 540.0, 28.0, 20.0
	more := len(all) - len(shown)
	height := top + row*float64(len(shown)) + 8
	if more > 0 {
		height += 20
	}
	p := draw.New(700, height, title)
	low, high := townVillagesSpan(i, shown)
	x := func(gap float64) float64 { return left + (right-left)*(gap-low)/(high-low) }
	zero := x(0)
	bottom := top + row*float64(len(shown))
	p.Line(zero, top-4, zero, bottom, draw.Style{Stroke: "#7A1C1C"})
	anchor, at := draw.Middle, zero
	switch {
	case zero > right-40:
		anchor, at = draw.End, right
	case zero < left+40:
		anchor, at = draw.Start, left
	}
	p.Text(at, 12, w.t("目标", "target ")+targetText(i), draw.TextStyle{Size: 11, Bold: true, Anchor: anchor, Color: "#7A1C1C"})
	p.Text(608, 12, w.t("比率", "rate"), draw.TextStyle{Size: 11, Anchor: draw.End, Color: "#666666"})
	p.Text(698, 12, w.t("缺口", "missing"), draw.TextStyle{Size: 11, Anchor: draw.End, Color: "#666666"})
	for n, r := range shown {
		y := top + row*(float64(n)+0.5)
		p.Text(names, y, withinWidth(r.Area, 12, names-4), draw.TextStyle{Anchor: draw.End})
		if gap := townVillagesGap(i, r); gap != 0 {
			p.Rect(min(x(gap), zero), y-6, math.Abs(x(gap)-zero), 12, draw.Style{Fill: statusColor(r.Status)})
		}
		p.Text(608, y, percentText(r.Shown()), draw.TextStyle{Anchor: draw.End})
		p.Text(698, y, tileShort(w, r), draw.TextStyle{Anchor: draw.End, Bold: r.ShortBy > 0})
	}
	if more > 0 {
		p.Text(left, bottom+16, townVillagesMore(w, all[len(shown):]), draw.TextStyle{Size: 11, Color: "#666666"})
	}
	return p
}

// townVillagesMore tells what is not drawn.
func townVillagesMore(w words, rest []measure.Row) string {
	met := 0
	for _, r := range rest {
		if r.ShortBy == 0 {
			met++
		}
	}
	return w.f("其余%d个村社比率更高，其中%d个达标，见表", "%d more villages with higher rates, %d of them met, stand in the table", len(rest), met)
}

func townVillagesOption(w words, i measure.Item, shown []measure.Row) map[string]any {
	bar := charts.NewBar()
	var names []string
	var data []plotDatum
	low, high := townVillagesSpan(i, shown)
	for _, r := range shown {
		gap := townVillagesGap(i, r)
		position := "left"
		if gap >= 0 {
			position = "right"
		}
		names = append(names, r.Area)
		text := percentText(r.Shown()) + w.t("，", ", ") + w.shortText(r.Standing)
		data = append(data, plotDatum{Name: r.Area, Value: round4(gap), ItemStyle: &opts.ItemStyle{Color: statusColor(r.Status)},
			Label: map[string]any{"position": position, "formatter": text}, Tooltip: &plotTip{r.Area + "\n" + text}})
	}
	room := 0.62 * (high - low)
	left, right := low-room, high+0.03*(high-low)
	if high > 0 {
		right = high + room
	}
	if low == 0 {
		left = 0
	}
	bar.SetXAxis(names)
	bar.AddSeries("", nil, plotData(data), charts.WithBarChartOpts(opts.BarChart{BarWidth: "60%"}),
		charts.WithLabelOpts(opts.Label{Show: opts.Bool(true), FontSize: 11, Color: ink}),
		charts.WithMarkLineNameXAxisItemOpts(opts.MarkLineNameXAxisItem{Name: w.t("目标", "target ") + targetText(i), XAxis: 0}),
		charts.WithMarkLineStyleOpts(opts.MarkLineStyle{
			Symbol: []string{"none", "none"}, LineStyle: &opts.LineStyle{Color: "#7A1C1C", Type: "solid", Width: 1},
			Label: &opts.Label{Show: opts.Bool(true), Formatter: "{b}", Position: "start", Color: "#7A1C1C", FontSize: 11},
		}))
	bar.XYReversal()
	bar.SetGlobalOptions(
		charts.WithGridOpts(opts.Grid{Left: "120", Right: "44", Top: "22", Bottom: "6"}),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item"}),
		charts.WithXAxisOpts(opts.XAxis{Type: "value", Min: round4(left), Max: round4(right), AxisLabel: &opts.AxisLabel{Show: opts.Bool(false)}, SplitLine: &opts.SplitLine{Show: opts.Bool(false)}}),
		charts.WithYAxisOpts(opts.YAxis{Type: "category", Inverse: opts.Bool(true), AxisLabel: &opts.AxisLabel{Interval: "0"}, AxisLine: &opts.AxisLine{Show: opts.Bool(false)}}),
	)
	return option(bar)
}

func townVillagesNarrow() map[string]any {
	return map[string]any{"grid": map[string]any{"left": 88, "right": 30},
		"yAxis": map[string]any{"axisLabel": map[string]any{"width": 82, "overflow": "truncate"}}}
}

func townVillagesTable(w words, id string, i measure.Item, all []measure.Row) *Table {
	t := &Table{ID: id + "-data", Caption: w.f("%s：各村社（目标%s）", "%s by village (target %s)", w.title(i), targetText(i)), Frozen: 1, Columns: []Column{
		{Title: w.level("village")}, {Title: w.t("应参保", "expected"), Kind: Count}, {Title: w.t("已参保", "counted"), Kind: Count},
		{Title: w.t("比率（%）", "rate (%)"), Kind: Rate}, {Title: w.t("缺口人数", "people short"), Kind: Count}}}
	for _, r := range all {
		t.Rows = append(t.Rows, Row{Cells: []Cell{areaCell(r.Area, r.AreaCode, ""), countCell(r.Expected), countCell(r.Actual), shadedRate(r.Standing), shortCell(r.Standing)}})
	}
	return t
}
