package reports

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"canbao/models/measure"
	"canbao/reports/draw"
)

// tile is an area in its square.
type tile struct {
	Row          measure.Row
	Column, Line int // from 0
}

// tilesChart shades the areas of an item on a grid of equal squares: large and
// small areas answer for their result alike.
func tilesChart(b *measure.Bulletin, w words, i *measure.ItemFigures, own TileLayout) *Chart {
	tiles := tilesOf(i, own)
	if len(tiles) < 2 {
		return nil
	}
	id := "tiles-" + i.ID
	title := areasTitle(b, w, i)
	columns, lines := tileSize(tiles)
	return &Chart{
		ID: id, Title: title, Label: areasLabel(b, w, i), Height: 84*lines + 44,
		Option: tilesOption(w, i, tiles), Narrow: tilesNarrow(w, columns), Picture: tilesPicture(b, w, i, tiles, title), Data: areasTable(b, w, id, i),
	}
}

// areasTitle counts the areas that are short of the target and names the lowest.
func areasTitle(b *measure.Bulletin, w words, i *measure.ItemFigures) string {
	met, all := 0, 0
	var lowest *measure.Row
	for n := range i.Areas {
		r := &i.Areas[n]
		if r.Withheld || !r.Shown().Valid {
			continue
		}
		all++
		if r.ShortBy == 0 {
			met++
		}
		lowest = r // they are in order, best first
	}
	if lowest == nil {
		return w.f("%s：各%s均无可公布的比率", "%s: no rate of any %s can be told", w.title(i.Item), w.level(b.Level))
	}
	return w.f("%s：%d个%s中%d个达标，最低%s%s", "%s: %[4]d of %[2]d areas met the target, the lowest is %[5]s, %[6]s",
		w.title(i.Item), all, w.level(b.Level), met, lowest.Area, percentText(lowest.Shown()))
}

func areasLabel(b *measure.Bulletin, w words, i *measure.ItemFigures) string {
	text := areasTitle(b, w, i) + w.f("；目标%s", "; target %s", targetText(i.Item))
	var parts []string
	most := areasMissing(i)
	for _, r := range most[:min(3, len(most))] {
		parts = append(parts, w.f("%s%s", "%s %s", r.Area, w.people(r.ShortBy)))
	}
	if len(parts) > 0 {
		text += w.f("。缺口最大：%s", ". Most people are missing in %s", w.list(parts))
	}
	return text + w.t("。", ".")
}

func tileSize(tiles []tile) (columns, lines int) {
	for _, t := range tiles {
		columns, lines = max(columns, t.Column+1), max(lines, t.Line+1)
	}
	return columns, lines
}

func tilesPicture(b *measure.Bulletin, w words, i *measure.ItemFigures, tiles []tile, title string) *draw.Picture {
	columns, lines := tileSize(tiles)
	side := min(84, 700/float64(columns))
	list := 700-side*float64(columns) >= 250 // room for a list at the right
	height := side*float64(lines) + 34
	p := draw.New(700, height, title)
	none := false
	for _, t := range tiles {
		step := shadePlace(t.Row.Standing)
		none = none || step == len(shades)-1
		tileSquare(p, w, t, side, shades[step])
	}
	if list {
		tileList(p, w, b, i, side*float64(columns)+34)
	}
	shadeKey(p, w, 0, height-12, none)
	return p
}

func tileSquare(p *draw.Picture, w words, t tile, side float64, shade shadeStep) {
	x, y := side*float64(t.Column), side*float64(t.Line)
	p.Rect(x+1, y+1, side-2, side-2, draw.Style{Fill: shade.Fill})
	middle := x + side/2
	p.Text(middle, y+side*0.24, withinWidth(t.Row.Area, 12, side-4), draw.TextStyle{Anchor: draw.Middle, Color: shade.Ink})
	p.Text(middle, y+side*0.52, percentText(t.Row.Shown()), draw.TextStyle{Size: 14, Bold: true, Anchor: draw.Middle, Color: shade.Ink})
	p.Text(middle, y+side*0.78, withinWidth(tileShort(w, t.Row), 11, side-4), draw.TextStyle{Size: 11, Anchor: draw.Middle, Color: shade.Ink})
}

// tileShort is short: a tile is narrow.
func tileShort(w words, r measure.Row) string {
	if r.Withheld || !r.Shown().Valid || r.ShortBy == 0 {
		return w.shortText(r.Standing)
	}
	return w.f("差%s人", "%s short", measure.Grouped(r.ShortBy))
}

// tileList names where most people are missing.
func tileList(p *draw.Picture, w words, b *measure.Bulletin, i *measure.ItemFigures, x float64) {
	most := areasMissing(i)
	p.Text(x, 14, w.t("目标", "target ")+targetText(i.Item)+w.t("，缺人最多的", ", most people missing"), draw.TextStyle{Size: 13, Bold: true})
	if len(most) == 0 {
		p.Text(x, 38, w.t("各地均无缺口", "nobody is missing"), draw.TextStyle{})
		return
	}
	whole := most[0].ShortBy
	for n, r := range most[:min(8, len(most))] {
		y := 42 + 24*float64(n)
		p.Text(x, y, withinWidth(r.Area, 12, 70), draw.TextStyle{})
		wide := (700 - x - 84 - 74) * float64(r.ShortBy) / float64(whole)
		p.Rect(x+76, y-6, wide, 12, draw.Style{Fill: statusColor(r.Status)})
		p.Text(x+82+wide, y, measure.Grouped(r.ShortBy)+w.t("人", ""), draw.TextStyle{Bold: n == 0})
	}
}

// areasMissing are the areas short of the target, most people first.
func areasMissing(i *measure.ItemFigures) []measure.Row {
	var most []measure.Row
	for _, r := range i.Areas {
		if r.ShortBy > 0 && !r.Withheld {
			most = append(most, r)
		}
	}
	slices.SortStableFunc(most, func(x, y measure.Row) int { return cmp.Compare(y.ShortBy, x.ShortBy) })
	return most
}

func tilesOption(w words, i *measure.ItemFigures, tiles []tile) map[string]any {
	columns, lines := tileSize(tiles)
	light, dark := []plotDatum{}, []plotDatum{}
	none := false
	for _, t := range tiles {
		step := shadePlace(t.Row.Standing)
		none = none || step == len(shades)-1
		d := plotDatum{Name: t.Row.Area + "\n" + percentText(t.Row.Shown()) + "\n" + tileShort(w, t.Row), Value: []int{t.Column, t.Line, step + 1},
			Tooltip: &plotTip{areaTip(w, i, t.Row)}}
		if shades[step].Ink == "#ffffff" {
			dark = append(dark, d)
		} else {
			light = append(light, d)
		}
	}
	heat := charts.NewHeatMap()
	for n, data := range [][]plotDatum{light, dark} {
		heat.AddSeries("", nil, plotData(data),
			charts.WithLabelOpts(opts.Label{Show: opts.Bool(true), Formatter: "{b}", FontSize: 12, LineHeight: 18, Color: [2]string{ink, "#ffffff"}[n]}),
			charts.WithItemStyleOpts(opts.ItemStyle{BorderColor: "#ffffff", BorderWidth: 2}))
	}
	heat.SetGlobalOptions(
		charts.WithGridOpts(opts.Grid{Left: "center", Top: "4", Width: strconv.Itoa(84 * columns), Height: strconv.Itoa(84 * lines)}),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item"}),
		charts.WithXAxisOpts(opts.XAxis{Type: "category", Data: numbersTo(columns), Show: opts.Bool(false)}),
		charts.WithYAxisOpts(opts.YAxis{Type: "category", Inverse: opts.Bool(true), Data: numbersTo(lines), Show: opts.Bool(false), AxisLabel: &opts.AxisLabel{}}),
	)
	o := option(heat)
	o["visualMap"] = shadeMap(w, 2, none)
	return o
}

// numbersTo are the texts "0" to "n-1", the categories of a grid.
func numbersTo(n int) []string {
	var all []string
	for k := range n {
		all = append(all, strconv.Itoa(k))
	}
	return all
}

func areaTip(w words, i *measure.ItemFigures, r measure.Row) string {
	return r.Area + "\n" + percentText(r.Shown()) + w.t("，", ", ") + w.shortText(r.Standing) + w.f("\n目标%s", "\ntarget %s", targetText(i.Item))
}

// tilesNarrow lets many columns share what room there is.
func tilesNarrow(w words, columns int) map[string]any {
	if columns <= 4 {
		return map[string]any{"visualMap": shadeNarrow(w)}
	}
	label := map[string]any{"label": map[string]any{"fontSize": 10, "lineHeight": 14}}
	return map[string]any{"grid": map[string]any{"left": 2, "right": 2, "width": "auto"}, "series": []any{label, label}, "visualMap": shadeNarrow(w)}
}

// areasTable holds the figures of a map of the areas.
func areasTable(b *measure.Bulletin, w words, id string, i *measure.ItemFigures) *Table {
	t := &Table{ID: id + "-data", Caption: w.f("%s：各%s（目标%s）", "%s by %s (target %s)", w.title(i.Item), w.level(b.Level), targetText(i.Item)), Frozen: 2, Columns: []Column{
		{Title: w.t("名次", "rank"), Kind: Count}, {Title: w.level(b.Level)}, {Title: w.t("比率（%）", "rate (%)"), Kind: Rate}, {Title: w.t("缺口人数", "people short"), Kind: Count}}}
	for _, r := range i.Areas {
		t.Rows = append(t.Rows, Row{Cells: []Cell{countCellIf(r.Rank), areaCell(r.Area, r.AreaCode, ""), shadedRate(r.Standing), shortCell(r.Standing)}})
	}
	return t
}
