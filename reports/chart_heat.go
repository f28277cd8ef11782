package reports

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"canbao/models/measure"
	"canbao/reports/draw"
)

// heatMost is the most items whose rates can be read beside each other.
const heatMost = 14

// heatRow is an area at every item, in campaign order.
type heatRow struct {
	Rank, Name string
	Whole      bool
	Cells      []measure.Standing
}

// heatChart shades area by item by the distance to the target.
func heatChart(b *measure.Bulletin, w words) *Chart {
	rows := heatRows(b, w)
	if len(b.Ranking) == 0 || len(b.Items) == 0 || len(b.Items) > heatMost {
		return nil
	}
	title := heatTitle(b, w, rows)
	return &Chart{
		ID: "heat", Title: title, Label: title + w.t("。每格是一个镇街一项的比率，颜色越深离目标越远，✓为达标。", ". Each cell is the rate of an area at an item; the darker the farther from the target, ✓ is met."),
		Height: 25*len(rows) + 144, Option: heatOption(b, w, rows), Narrow: heatNarrow(b, w), Picture: heatPicture(b, w, rows, title), Data: heatTable(b, w, rows),
	}
}

// heatRows are the whole and the areas by rank.
func heatRows(b *measure.Bulletin, w words) []heatRow {
	var rows []heatRow
	whole := heatRow{Name: w.t("合计", "total"), Whole: true}
	if b.City != nil {
		whole.Name = b.City.Name
	}
	for n := range b.Items {
		whole.Cells = append(whole.Cells, b.Items[n].Whole.Standing)
	}
	rows = append(rows, whole)
	for _, p := range b.Ranking {
		row := heatRow{Rank: measure.None, Name: p.Name, Cells: make([]measure.Standing, len(b.Items))}
		if p.Rank > 0 {
			row.Rank = strconv.Itoa(p.Rank)
		}
		for n := range b.Items {
			for _, r := range b.Items[n].Areas {
				if r.AreaCode == p.Code {
					row.Cells[n] = r.Standing
				}
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// heatTitle counts the cells that are met and names the farthest from its target.
func heatTitle(b *measure.Bulletin, w words, rows []heatRow) string {
	met, all := 0, 0
	var worst *measure.Standing
	var gap *big.Rat
	var item measure.Item
	for _, row := range rows {
		for n := range row.Cells {
			s := &row.Cells[n]
			if row.Whole || s.Withheld || !s.Shown().Valid {
				continue
			}
			all++
			if s.ShortBy == 0 {
				met++
				continue
			}
			g := new(big.Rat).Sub(big.NewRat(s.TargetNum, s.TargetDen), big.NewRat(s.Actual, s.Expected))
			if worst == nil || g.Cmp(gap) > 0 {
				worst, gap, item = s, g, b.Items[n].Item
			}
		}
	}
	text := w.f("%d格中%d格达标", "%[2]d of %[1]d cells are met", all, met)
	if worst != nil {
		text += w.f("；离目标最远的是%s%s，%s（目标%s）", "; farthest from its target is %s at %s, %s (target %s)",
			worst.Area, w.title(item), percentText(worst.Shown()), targetText(item))
	}
	return text
}

// heatLines breaks the title of an item into lines of at most four Chinese
// characters, so that words, mostly of two and four, stay whole and no line ends
// with one character alone; other text breaks at its spaces and hyphens.
func heatLines(title string, width, size float64) []string {
	var lines []string
	for _, part := range strings.FieldsFunc(title, func(c rune) bool { return c == '（' || c == '）' }) {
		letters := []rune(part)
		if len(letters) > 0 && letters[0] < 0x2e80 {
			lines = append(lines, heatWordLines(part, width, size)...)
			continue
		}
		for len(letters) > 0 {
			take := 4
			switch {
			case len(letters) <= 4:
				take = len(letters)
			case len(letters) == 5:
				take = 2
			}
			lines = append(lines, string(letters[:take]))
			letters = letters[take:]
		}
	}
	return lines
}

func heatWordLines(text string, width, size float64) []string {
	var lines []string
	for _, word := range strings.Fields(strings.ReplaceAll(text, "-", "- ")) {
		if n := len(lines) - 1; n >= 0 && draw.TextWidth(lines[n]+" "+word, size) <= width {
			lines[n] += " " + word
			continue
		}
		lines = append(lines, word)
	}
	return lines
}

func heatPicture(b *measure.Bulletin, w words, rows []heatRow, title string) *draw.Picture {
	const left, line, row = 96.0, 13.0, 22.0
	size := 11.0
	if w.english() {
		size = 9.5 // long words
	}
	width := (700 - left) / float64(len(b.Items))
	heads := make([][]string, len(b.Items))
	deepest := 0
	for n := range b.Items {
		heads[n] = heatHead(w, b.Items[n].Item, width-2, size)
		deepest = max(deepest, len(heads[n]))
	}
	top := float64(deepest)*line + 24
	p := draw.New(700, top+row*float64(len(rows))+42, title)
	for n, lines := range heads {
		x := left + width*(float64(n)+0.5)
		for m, text := range lines {
			y := top - 24 - line*(float64(len(lines)-m)-0.5)
			p.Text(x, y, text, draw.TextStyle{Size: size, Anchor: draw.Middle})
		}
		p.Text(x, top-13, targetText(b.Items[n].Item), draw.TextStyle{Size: 11, Anchor: draw.Middle, Color: "#666666"})
	}
	p.Text(left-8, top-13, w.t("目标", "target"), draw.TextStyle{Size: 11, Anchor: draw.End, Color: "#666666"})
	none := false
	for m, r := range rows {
		y := top + row*float64(m)
		if r.Whole {
			p.Text(left-8, y+row/2-1, withinWidth(r.Name, 12, left-10), draw.TextStyle{Anchor: draw.End, Bold: true})
		} else {
			p.Text(20, y+row/2+1, r.Rank, draw.TextStyle{Size: 11, Anchor: draw.End, Color: "#666666"})
			p.Text(left-8, y+row/2+1, withinWidth(r.Name, 12, left-34), draw.TextStyle{Anchor: draw.End})
			y += 2
		}
		for n, s := range r.Cells {
			step := shadePlace(s)
			none = none || step == len(shades)-1
			x := left + width*float64(n)
			p.Rect(x+0.5, y, width-1, row-1, draw.Style{Fill: shades[step].Fill})
			p.Text(x+width/2, y+row/2-0.5, shadedText(s), draw.TextStyle{Size: 11, Anchor: draw.Middle, Color: shades[step].Ink, Bold: r.Whole})
		}
	}
	shadeKey(p, w, left, p.Height-15, none)
	return p
}

// heatHead is the header of a column; a target that the notice does not give is
// marked.
func heatHead(w words, i measure.Item, width, size float64) []string {
	lines := heatLines(w.title(i), width, size)
	if i.Assumed() {
		lines = append(lines, w.t("（假定）", "assumed"))
	}
	return lines
}

func heatOption(b *measure.Bulletin, w words, rows []heatRow) map[string]any {
	heat := charts.NewHeatMap()
	var columns, names []string
	letters := 11
	if w.english() {
		letters = 10 // long words
	}
	for n := range b.Items {
		columns = append(columns, strings.Join(append(heatHead(w, b.Items[n].Item, 52, 11), targetText(b.Items[n].Item)), "\n"))
	}
	// The library gives all labels of a series one colour: cells that are dark
	// are a series of their own.
	light, dark := []plotDatum{}, []plotDatum{}
	none := false
	for y, r := range rows {
		names = append(names, strings.TrimSpace(r.Rank+" "+r.Name))
		for x, s := range r.Cells {
			step := shadePlace(s)
			none = none || step == len(shades)-1
			d := plotDatum{Name: shadedText(s), Value: []int{x, y, step + 1}, Tooltip: &plotTip{
				r.Name + "\n" + w.title(b.Items[x].Item) + w.t("：", ": ") + percentText(s.Shown()) + w.t("，", ", ") + w.shortText(s)}}
			if shades[step].Ink == "#ffffff" {
				dark = append(dark, d)
			} else {
				light = append(light, d)
			}
		}
	}
	for n, data := range [][]plotDatum{light, dark} {
		heat.AddSeries("", nil, plotData(data),
			charts.WithLabelOpts(opts.Label{Show: opts.Bool(true), Formatter: "{b}", FontSize: 11, Color: [2]string{ink, "#ffffff"}[n]}),
			charts.WithItemStyleOpts(opts.ItemStyle{BorderColor: "#ffffff", BorderWidth: 1}))
	}
	heat.SetGlobalOptions(
		charts.WithGridOpts(opts.Grid{Left: "104", Right: "4", Top: "100", Bottom: "36"}),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item"}),
		charts.WithXAxisOpts(opts.XAxis{
			Type: "category", Position: "top", Data: columns, AxisLabel: &opts.AxisLabel{Interval: "0", FontSize: letters}, AxisLine: &opts.AxisLine{Show: opts.Bool(false)}, AxisTick: &opts.AxisTick{Show: opts.Bool(false)},
		}),
		charts.WithYAxisOpts(opts.YAxis{
			Type: "category", Inverse: opts.Bool(true), Data: names, AxisLabel: &opts.AxisLabel{Interval: "0"}, AxisLine: &opts.AxisLine{Show: opts.Bool(false)},
		}),
	)
	o := option(heat)
	plotLines(o, "xAxis", 14)
	o["visualMap"] = shadeMap(w, 2, none)
	return o
}

// heatNarrow leaves the rates to the table and sets the titles upright.
func heatNarrow(b *measure.Bulletin, w words) map[string]any {
	var columns []string
	for n := range b.Items {
		columns = append(columns, w.title(b.Items[n].Item))
	}
	hidden := map[string]any{"label": map[string]any{"show": false}}
	return map[string]any{
		"series":    []any{hidden, hidden},
		"grid":      map[string]any{"left": 84, "top": 150, "bottom": 66},
		"xAxis":     map[string]any{"data": columns, "axisLabel": map[string]any{"rotate": 90, "fontSize": 10, "width": 140, "overflow": "truncate"}},
		"visualMap": shadeNarrow(w),
	}
}

func heatTable(b *measure.Bulletin, w words, rows []heatRow) *Table {
	t := &Table{ID: "heat-data", Caption: w.t("各地各项比率（%）", "Rates by area and item (%)"), Frozen: 2,
		Columns: []Column{{Title: w.t("名次", "rank"), Kind: Count}, {Title: w.level(b.Level)}}}
	for n := range b.Items {
		i := b.Items[n].Item
		t.Columns = append(t.Columns, Column{Title: w.title(i), Note: targetText(i), Kind: Rate, Assumed: i.Assumed()})
	}
	for _, r := range rows {
		row := Row{Whole: r.Whole, Cells: []Cell{noneCell(), headCell(r.Name)}}
		if n, err := strconv.ParseInt(r.Rank, 10, 64); err == nil {
			row.Cells[0] = countCell(n)
		}
		for _, s := range r.Cells {
			row.Cells = append(row.Cells, shadedRate(s))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
