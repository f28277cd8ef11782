package reports

import (
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"canbao/models/measure"
	"canbao/reports/draw"
)

// roadStep is a step of the hardship road. Lost are those who took the step
// before and not this one.
type roadStep struct {
	Name, Without string // what was reached; those who did not: 未登记
	Count         *measure.Count
	Lost          measure.Count
	Known         bool // Lost is a figure: both counts are told
}

// roadChart follows the people in hardship of an area, or of the city where
// areaCode is empty, from certified to recorded; nil where there are none.
func roadChart(b *measure.Bulletin, w words, areaCode string) *Chart {
	id := "road"
	if areaCode != "" {
		id += "-" + areaCode
	} else if b.City != nil {
		areaCode = b.City.Code
	}
	var roads []measure.Road
	for _, r := range b.Roads {
		if r.AreaCode == areaCode && (r.Certified.Withheld || r.Certified.N > 0) {
			roads = append(roads, r)
		}
	}
	if len(roads) == 0 {
		return nil
	}
	title := roadTitle(w, roads)
	return &Chart{
		ID: id, Title: title, Label: roadLabel(w, roads), Height: 236,
		Option: roadOption(w, roads), Picture: roadPicture(w, roads, title), Data: roadTable(w, id, roads),
	}
}

func roadSteps(w words, r measure.Road) []roadStep {
	steps := []roadStep{
		{Name: w.t("认定、应参保", "certified and expected"), Count: &r.Certified},
		{Name: w.t("已参保登记", "registered"), Without: w.t("未登记", "not registered"), Count: &r.Registered},
		{Name: w.t("已获资助", "funded"), Without: w.t("登记未资助", "registered, not funded"), Count: &r.Funded},
		{Name: w.t("权益已记录", "rights recorded"), Without: w.t("资助未记录", "funded, not recorded"), Count: r.Recorded},
	}
	for n := 1; n < len(steps); n++ {
		s, before := &steps[n], steps[n-1]
		if s.Count == nil || s.Count.Withheld || before.Count.Withheld {
			continue
		}
		s.Known, s.Lost = true, measure.Count{N: before.Count.N - s.Count.N}
	}
	return steps
}

// roadCount is a number of people that may be withheld.
func roadCount(w words, c measure.Count) string {
	if c.Withheld {
		return c.String()
	}
	return c.String() + w.t("人", "")
}

// roadLost says how many were lost at a step, or that nobody can tell.
func roadLost(w words, s roadStep) string {
	switch {
	case s.Count == nil:
		return w.t("从未收到权益记录日期", "no day of a record was ever loaded")
	case !s.Known:
		return measure.Hidden
	case s.Lost.N == 0:
		return w.t("✓ 无人掉队", "✓ nobody lost")
	}
	return w.f("少%s　%s", "−%s, %s", w.people(s.Lost.N), s.Without)
}

// roadTitle names the step that loses most at each scheme.
func roadTitle(w words, roads []measure.Road) string {
	var parts []string
	for _, r := range roads {
		worst := roadStep{}
		known := false
		for _, s := range roadSteps(w, r)[1:] {
			known = known || s.Known
			if s.Lost.N > worst.Lost.N {
				worst = s
			}
		}
		name := w.scheme(r.Scheme)
		switch {
		case worst.Lost.N > 0:
			parts = append(parts, w.f("%s%s%s", "%s: %s %s", name, w.people(worst.Lost.N), worst.Without))
		case known:
			parts = append(parts, w.f("%s无人掉队", "%s: nobody lost", name))
		default:
			parts = append(parts, w.f("%s不公布", "%s: not published", name))
		}
	}
	return w.f("困难群体在哪一步掉队：%s", "Where people in hardship are lost – %s", roadJoin(w, parts))
}

func roadJoin(w words, parts []string) string {
	text := ""
	for n, p := range parts {
		if n > 0 {
			text += w.t("，", "; ")
		}
		text += p
	}
	return text
}

func roadLabel(w words, roads []measure.Road) string {
	text := ""
	for _, r := range roads {
		var parts []string
		for _, s := range roadSteps(w, r) {
			count := w.t("没有数据", "no data")
			if s.Count != nil {
				count = s.Count.String()
			}
			parts = append(parts, s.Name+" "+count)
		}
		text += w.f("%s：%s。", "%s: %s. ", w.scheme(r.Scheme), roadJoin(w, parts))
	}
	return text
}

const (
	roadBar  = 30.0 // height of a step
	roadFall = 28.0 // and of what lies between two
	roadTop  = 34.0
	roadTint = "#cfe3f1" // of blue: those still on the road
)

func roadPicture(w words, roads []measure.Road, title string) *draw.Picture {
	const steps = 4
	p := draw.New(700, roadTop+steps*roadBar+(steps-1)*roadFall+8, title)
	width := 700 / float64(max(2, len(roads)))
	start := (700 - width*float64(len(roads))) / 2
	for n, r := range roads {
		roadPanel(p, w, r, start+width*(float64(n)+0.5), width-28)
	}
	return p
}

// roadPanel draws one scheme around x, at most width wide.
func roadPanel(p *draw.Picture, w words, r measure.Road, x, width float64) {
	p.Text(x, 14, w.t(w.scheme(r.Scheme)+"保险", w.scheme(r.Scheme)), draw.TextStyle{Size: 14, Bold: true, Anchor: draw.Middle})
	steps := roadSteps(w, r)
	wide := func(s roadStep) float64 {
		if s.Count == nil || s.Count.Withheld || r.Certified.Withheld {
			return width
		}
		return width * float64(s.Count.N) / float64(max(1, r.Certified.N))
	}
	for n, s := range steps {
		y := roadTop + float64(n)*(roadBar+roadFall)
		bar := wide(s)
		text := s.Name + " " + measure.None
		style := draw.Style{Stroke: grey, Dashed: true}
		if s.Count != nil {
			text = s.Name + "　" + roadCount(w, *s.Count)
			if !s.Count.Withheld {
				style = draw.Style{Fill: roadTint}
			}
		}
		if n > 0 {
			roadBetween(p, w, s, x, y, wide(steps[n-1]), bar)
		}
		p.Rect(x-bar/2, y, bar, roadBar, style)
		p.Text(x, y+roadBar/2, text, draw.TextStyle{Size: 12, Anchor: draw.Middle})
	}
}

// roadBetween draws the way to the step that begins at y, and who was lost on it.
func roadBetween(p *draw.Picture, w words, s roadStep, x, y, from, to float64) {
	if s.Known {
		top := y - roadFall
		p.Polygon([]draw.Point{{X: x - from/2, Y: top}, {X: x + from/2, Y: top}, {X: x + to/2, Y: y}, {X: x - to/2, Y: y}}, draw.Style{Fill: "#eef4f9"})
	}
	look := draw.TextStyle{Size: 14, Bold: true, Anchor: draw.Middle, Color: lossInk}
	switch {
	case !s.Known:
		look = draw.TextStyle{Size: 12, Anchor: draw.Middle, Color: "#666666"}
	case s.Lost.N == 0:
		look = draw.TextStyle{Size: 12, Anchor: draw.Middle, Color: blue}
	}
	text := roadLost(w, s)
	if s.Known && s.Lost.N > 0 {
		text = "▼ " + text
	}
	p.Text(x, y-roadFall/2, text, look)
}

// roadOption stacks each bar on half of what it lacks, so that it lies in the
// middle: the funnel of the library ends in a point whatever its last number.
func roadOption(w words, roads []measure.Road) map[string]any {
	bar := charts.NewBar()
	share := 100 / max(2, len(roads))
	start := (100 - share*len(roads)) / 2
	var grids []opts.Grid
	var xs []opts.XAxis
	var ys []opts.YAxis
	for n, r := range roads {
		grids = append(grids, opts.Grid{Left: percentOfBox(start + share*n + 2), Right: percentOfBox(100 - start - share*(n+1) + 2), Top: "4", Bottom: "4"})
		xs = append(xs, opts.XAxis{Type: "value", Min: 0, Max: max(1, r.Certified.N), Show: opts.Bool(false), GridIndex: n, Name: w.scheme(r.Scheme)})
		var names []string
		var pads, data []plotDatum
		for _, s := range roadSteps(w, r) {
			d := roadDatum(w, r, s)
			names, data = append(names, s.Name), append(data, d)
			pads = append(pads, plotDatum{Value: float64(max(1, r.Certified.N)-d.Value.(int64)) / 2, Tooltip: d.Tooltip})
		}
		ys = append(ys, opts.YAxis{Type: "category", Inverse: opts.Bool(true), Data: names, Show: opts.Bool(false), GridIndex: n, AxisLabel: &opts.AxisLabel{}})
		stacked := charts.WithSeriesOpts(func(s *charts.SingleSeries) { s.XAxisIndex, s.YAxisIndex, s.Stack = n, n, "road"+strconv.Itoa(n) })
		gap := charts.WithBarChartOpts(opts.BarChart{BarCategoryGap: "6%"})
		bar.AddSeries("", nil, plotData(pads), gap, stacked, charts.WithItemStyleOpts(opts.ItemStyle{Color: "transparent"}))
		bar.AddSeries(w.scheme(r.Scheme), nil, plotData(data), gap, stacked, charts.WithItemStyleOpts(opts.ItemStyle{Color: roadTint}),
			charts.WithLabelOpts(opts.Label{Show: opts.Bool(true), Position: "inside", Formatter: "{b}", FontSize: 12, Color: ink, LineHeight: 17}))
	}
	bar.XAxisList, bar.YAxisList, bar.GridList = xs, ys, grids
	bar.SetGlobalOptions(
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item"}))
	return option(bar)
}

func percentOfBox(n int) string { return strconv.Itoa(n) + "%" }

// roadDatum writes who was lost above who is left.
func roadDatum(w words, r measure.Road, s roadStep) plotDatum {
	lost := ""
	if s.Without != "" {
		lost = roadLost(w, s)
	}
	text := s.Name + " " + measure.None
	value := int64(0)
	if s.Count != nil {
		text = s.Name + " " + roadCount(w, *s.Count)
		value = s.Count.N
	}
	d := plotDatum{Name: text, Value: value, Tooltip: &plotTip{w.scheme(r.Scheme) + "\n" + text}}
	if lost == "" {
		d.Label = map[string]any{"formatter": w.scheme(r.Scheme) + w.t("：", ": ") + text, "fontWeight": "bold"}
		return d
	}
	d.Tooltip.Formatter += "\n" + lost
	color := vermilion
	if !s.Known || s.Lost.N == 0 {
		color = "#555555"
	}
	d.Label = map[string]any{
		"formatter": "{lost|" + lost + "}\n" + text,
		"rich":      map[string]any{"lost": map[string]any{"color": color, "fontWeight": "bold", "fontSize": 13, "lineHeight": 18}},
	}
	return d
}

func roadTable(w words, id string, roads []measure.Road) *Table {
	t := &Table{ID: id + "-data", Caption: w.t("困难群体参保各步人数", "People in hardship, step by step"), Frozen: 1,
		Columns: []Column{{Title: w.t("险种", "scheme")}, {Title: w.t("步骤", "step")}, {Title: w.t("人数", "people"), Kind: Count}, {Title: w.t("这一步少", "lost here"), Kind: Count}}}
	for _, r := range roads {
		for n, s := range roadSteps(w, r) {
			row := Row{Cells: []Cell{headCell(w.scheme(r.Scheme)), textCell(s.Name), noneCell(), noneCell()}}
			if s.Count != nil {
				row.Cells[2] = countCellOf(*s.Count)
			}
			switch {
			case s.Known:
				row.Cells[3] = countCell(s.Lost.N)
			case n > 0 && s.Count != nil:
				row.Cells[3] = textCell(measure.Hidden)
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}
