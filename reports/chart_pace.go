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

// pace is the present pace of an item against what it needs.
type pace struct {
	item   *measure.ItemFigures
	share  int64 // of the needed pace, in percent, cut to whole ones; below 0 where people were lost
	needed int64
}

// paceCut is where bars end: what is twice as fast as needed is fast enough.
const paceCut = 200

// paces are the items that need people and have a pace, the slowest first.
func paces(b *measure.Bulletin) []pace {
	var all []pace
	for n := range b.Items {
		i := &b.Items[n]
		s := i.Whole
		if s.Withheld || s.Quiet || s.PerDay == nil || s.NeededPerDay == nil || *s.NeededPerDay <= 0 {
			continue
		}
		all = append(all, pace{item: i, needed: *s.NeededPerDay, share: 100 * s.Gained / (7 * *s.NeededPerDay)})
	}
	slices.SortStableFunc(all, func(x, y pace) int {
		return cmpProducts(x.item.Whole.Gained, y.needed, y.item.Whole.Gained, x.needed)
	})
	return all
}

// cmpProducts compares a x b with c x d.
func cmpProducts(a, b, c, d int64) int {
	switch {
	case a*b < c*d:
		return -1
	case a*b > c*d:
		return 1
	}
	return 0
}

func (p pace) text(w words) string {
	return w.f("日均%s／须%s", "%s a day / %s needed", paceCell(p.item.Whole.Standing).Text, measure.Grouped(p.needed))
}

// paceChart sets the present pace against the needed one, item by item.
func paceChart(b *measure.Bulletin, w words) *Chart {
	all := paces(b)
	if len(all) == 0 {
		return nil
	}
	risky := 0
	for _, p := range all {
		if p.item.Whole.Status == measure.AtRisk {
			risky++
		}
	}
	title := w.f("未达标的%d项中，%d项按现有进度赶不上", "Of %d items not met, %d are too slow to be met in time", len(all), risky)
	if risky == 0 {
		title = w.f("未达标的%d项按现有进度均可赶上", "All %d items not met are fast enough", len(all))
	}
	c := &Chart{ID: "pace", Title: title, Height: 30*len(all) + 40, Option: paceOption(w, all), Data: paceTable(w, all)}
	c.Label = title + w.f("；最慢的是%s，%s。", "; the slowest is %s, %s.", w.title(all[0].item.Item), all[0].text(w))
	_, right := paceMargins(w, all)
	c.Narrow = map[string]any{
		"grid":  []map[string]any{{"left": 112, "right": right}},
		"yAxis": []map[string]any{{"axisLabel": map[string]any{"width": 104, "overflow": "break"}}},
	}
	c.Picture = pacePicture(w, all, c.Label)
	return c
}

func pacePicture(w words, all []pace, label string) *draw.Picture {
	const row, top, size = 24.0, 24.0, 12.0
	p := draw.New(pageWidth, top+row*float64(len(all))+4, label)
	var names, texts float64
	for _, k := range all {
		names, texts = math.Max(names, draw.TextWidth(w.title(k.item.Item), size)), math.Max(texts, boldWidth(k.text(w), size, k.item.Whole.Status == measure.AtRisk))
	}
	left, right := names+8, pageWidth-texts-14
	x := func(share float64) float64 { return left + share/paceCut*(right-left) }
	f := plotFrame{Picture: p}
	f.around(x(100), 8, left, pageWidth, w.t("所需进度", "needed"), draw.TextStyle{Size: 11, Color: ink, Bold: true})
	f.around(x(paceCut), 8, left, pageWidth, w.t("2倍", "2×"), draw.TextStyle{Size: 11, Color: soft})
	p.Line(x(paceCut), top-6, x(paceCut), p.Height-2, draw.Style{Stroke: pale})
	p.Line(left, top-6, left, p.Height-2, draw.Style{Stroke: grey})
	for n, k := range all {
		y := top + row*(float64(n)+0.5)
		share := math.Max(0, math.Min(paceCut, float64(k.share)))
		p.Text(left-8, y, w.title(k.item.Item), draw.TextStyle{Size: size, Anchor: draw.End})
		p.Rect(left, y-6, math.Max(1, x(share)-left), 12, draw.Style{Fill: statusColor(k.item.Whole.Status)})
		if k.share > paceCut {
			p.Polygon([]draw.Point{{X: x(share), Y: y - 6}, {X: x(share) + 6, Y: y}, {X: x(share), Y: y + 6}}, draw.Style{Fill: statusColor(k.item.Whole.Status)})
		}
		p.Text(right+12, y, k.text(w), draw.TextStyle{Size: size, Bold: k.item.Whole.Status == measure.AtRisk})
	}
	p.Line(x(100), top-6, x(100), p.Height-2, draw.Style{Stroke: ink, Width: 1.4})
	return p
}

// paceMargins are the room that names and texts take beside the bars of the
// interactive chart, in CSS pixels.
func paceMargins(w words, all []pace) (left, right int) {
	const size = 11
	for _, k := range all {
		left = max(left, int(draw.TextWidth(w.title(k.item.Item), size))+14)
		right = max(right, int(draw.TextWidth(k.text(w), size))+14)
	}
	return left, right
}

func paceOption(w words, all []pace) map[string]any {
	var names, texts []string
	var data []opts.BarData
	for _, k := range all {
		names, texts = append(names, w.title(k.item.Item)), append(texts, k.text(w))
		data = append(data, opts.BarData{
			Name: w.title(k.item.Item) + "\n" + k.text(w), Value: max(0, min(paceCut, k.share)),
			ItemStyle: &opts.ItemStyle{Color: statusColor(k.item.Whole.Status)},
		})
	}
	left, right := paceMargins(w, all)
	p := axesOption{
		grids: []opts.Grid{{Left: fmt.Sprint(left), Right: fmt.Sprint(right), Top: "26", Bottom: "8"}},
		xs: []xAxis{{XAxis: opts.XAxis{Type: "value", Min: 0, Max: paceCut, AxisLabel: &opts.AxisLabel{Show: opts.Bool(false)},
			SplitLine: &opts.SplitLine{Show: opts.Bool(false)}}}},
		ys:      []yAxis{{YAxis: opts.YAxis{Type: "category", Data: names, Inverse: opts.Bool(true), AxisLabel: &opts.AxisLabel{Interval: "0"}}}},
		trigger: "item", tooltip: "{b}",
		drawn: []chartSeries{{SingleSeries: charts.SingleSeries{
			Name: w.t("现有进度为所需进度的%", "present pace, % of the needed"), Type: "bar", Data: data, BarWidth: "58%",
			MarkLines: markLines("start", markLine{Name: w.t("所需进度", "needed"), XAxis: 100, LineStyle: solid()},
				markLine{Name: w.t("2倍", "2×"), XAxis: paceCut}),
		}}},
	}
	p.rightTexts(texts)
	return p.option()
}

func paceTable(w words, all []pace) *Table {
	t := &Table{ID: "pace-data", Caption: w.t("现有进度与所需进度", "Present and needed pace"), Columns: []Column{
		{Title: w.t("考核项", "Item")}, {Title: w.t("近七日日均（人）", "People a day, last seven days"), Kind: Pace},
		{Title: w.t("须日均（人）", "People a day needed"), Kind: Count}, {Title: w.t("截止日", "Due")}, {Title: w.t("状态", "Status")},
	}}
	for _, k := range all {
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			headCell(w.title(k.item.Item)), paceCell(k.item.Whole.Standing), countCell(k.needed), dayCell(w, k.item.Due), textCell(w.status(k.item.Whole.Status)),
		}})
	}
	return t
}
