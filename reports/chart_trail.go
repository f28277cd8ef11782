package reports

import (
	"math"
	"strconv"
	"strings"

	"github.com/go-echarts/go-echarts/v2/opts"

	"canbao/models/measure"
	"canbao/reports/draw"
)

// trail is the order of the areas over the days of the chart.
type trail struct {
	b        *measure.Bulletin
	days     []measure.TrailDay
	up, down []string // codes of the areas that moved most, as the last order has them
	rise     int      // by how many places
	fall     int
}

// trailChart follows the ranks week by week; the areas that moved most are set
// off. More than two dozen lines would tell nothing.
func trailChart(b *measure.Bulletin, w words) *Chart {
	t := &trail{b: b, days: b.Trail}
	if len(t.days) < 2 || len(b.Areas) > 24 || len(b.Areas) < 2 {
		return nil
	}
	first, last := t.days[0], t.days[len(t.days)-1]
	for _, code := range last.Order {
		before, ok := first.Ranks[code]
		if !ok {
			continue
		}
		t.rise, t.fall = max(t.rise, before-last.Ranks[code]), max(t.fall, last.Ranks[code]-before)
	}
	for _, code := range last.Order {
		before, ok := first.Ranks[code]
		switch moved := before - last.Ranks[code]; {
		case !ok || moved == 0:
		case moved == t.rise:
			t.up = append(t.up, code)
		case -moved == t.fall:
			t.down = append(t.down, code)
		}
	}
	c := &Chart{ID: "trail", Title: t.title(w), Height: 24*len(last.Order) + 44, Option: t.option(w), Data: t.table(w)}
	c.Label = c.Title + w.f("。%s居首。", ". %s leads.", b.Area(last.Order[0]).Name)
	c.Narrow = map[string]any{"grid": []map[string]any{{"left": 92, "right": 112}}}
	c.Picture = t.picture(w, c.Label)
	return c
}

// title names who moved most since the first day.
func (t *trail) title(w words) string {
	var parts []string
	move := func(codes []string, n int, zh, en string) {
		if len(codes) == 0 {
			return
		}
		who := make([]string, 0, 3)
		for _, code := range codes[:min(len(codes), 3)] {
			who = append(who, t.b.Area(code).Name)
		}
		names := w.list(who)
		if len(codes) > 3 {
			names = w.f("%s等%d个%s", "%s and others (%d %ss)", names, len(codes), w.level(t.b.Level))
		}
		parts = append(parts, w.f(zh, en, names, n))
	}
	move(t.up, t.rise, "%s上升最多（%d位）", "%s rose most (%d places)")
	move(t.down, t.fall, "%s下降最多（%d位）", "%s fell most (%d places)")
	since := w.f("%s以来", "Since %s ", w.day(t.days[0].Day))
	if len(parts) == 0 {
		return since + w.t("名次没有变动", "no rank has changed")
	}
	return since + strings.Join(parts, w.t("，", ", "))
}

// look is the colour of an area's line, its width, and whether it is set off.
func (t *trail) look(code string) (color string, width float64, off bool) {
	for _, c := range t.up {
		if c == code {
			return blue, 3, true
		}
	}
	for _, c := range t.down {
		if c == code {
			return vermilion, 3, true
		}
	}
	return pale, 1.6, false
}

// name is what stands beside the end of a line: rank, area, and how far it moved
// where it is set off.
func (t *trail) name(day int, code string) string {
	text := strconv.Itoa(t.days[day].Ranks[code]) + " " + t.b.Area(code).Name
	_, _, off := t.look(code)
	if !off || day == 0 {
		return text
	}
	if moved := t.days[0].Ranks[code] - t.days[day].Ranks[code]; moved > 0 {
		return text + " ▲" + strconv.Itoa(moved)
	} else if moved < 0 {
		return text + " ▼" + strconv.Itoa(-moved)
	}
	return text
}

// trailPlace is where an area stands in the order of a day, from 0; -1 for nowhere.
func trailPlace(d measure.TrailDay, code string) int {
	for n, c := range d.Order {
		if c == code {
			return n
		}
	}
	return -1
}

// drawn are the areas in the order they are drawn: those set off last, on top.
func (t *trail) drawn() []string {
	var quiet, off []string
	for _, code := range t.days[len(t.days)-1].Order {
		if _, _, set := t.look(code); set {
			off = append(off, code)
		} else {
			quiet = append(quiet, code)
		}
	}
	return append(quiet, off...)
}

func (t *trail) picture(w words, label string) *draw.Picture {
	const row, top = 20.0, 14.0
	first, last := t.days[0], t.days[len(t.days)-1]
	height := top + row*float64(max(len(first.Order), len(last.Order))) + 24
	p := draw.New(pageWidth, height, label)
	var wide, far float64
	for _, code := range first.Order {
		wide = math.Max(wide, draw.TextWidth(t.name(0, code), 12))
	}
	for _, code := range last.Order {
		far = math.Max(far, draw.TextWidth(t.name(len(t.days)-1, code), 12.5))
	}
	left, right := wide+18, pageWidth-far-18
	x := func(n int) float64 { return left + float64(n)/float64(len(t.days)-1)*(right-left) }
	y := func(n int) float64 { return top + row*float64(n) }
	foot := y(max(len(first.Order), len(last.Order))-1) + 14
	p.Line(left-6, foot, right+6, foot, draw.Style{Stroke: grey})
	for n, d := range t.days {
		p.Text(x(n), foot+11, w.day(d.Day), draw.TextStyle{Size: 11, Color: soft, Anchor: draw.Middle})
	}
	for _, code := range t.drawn() {
		color, width, _ := t.look(code)
		var points []draw.Point
		for n, d := range t.days {
			if at := trailPlace(d, code); at >= 0 {
				points = append(points, draw.Point{X: x(n), Y: y(at)})
			}
		}
		if len(points) > 1 {
			p.Polyline(points, draw.Style{Stroke: color, Width: width})
		}
		for _, at := range points {
			p.Circle(at.X, at.Y, 2+width/2, draw.Style{Fill: color, Stroke: "#FFFFFF"})
		}
	}
	for n, code := range first.Order {
		_, _, off := t.look(code)
		p.Text(left-12, y(n), t.name(0, code), draw.TextStyle{Anchor: draw.End, Bold: off})
	}
	for n, code := range last.Order {
		_, _, off := t.look(code)
		p.Text(right+12, y(n), t.name(len(t.days)-1, code), draw.TextStyle{Bold: off})
	}
	return p
}

func (t *trail) option(w words) map[string]any {
	var days []string
	for _, d := range t.days {
		days = append(days, w.day(d.Day))
	}
	names := func(day int) []string {
		var all []string
		for _, code := range t.days[day].Order {
			all = append(all, t.name(day, code))
		}
		return all
	}
	p := axesOption{
		grids: []opts.Grid{{Left: "104", Right: "124", Top: "8", Bottom: "28"}},
		xs:    []xAxis{dayCategories(days)},
		ys: []yAxis{{YAxis: opts.YAxis{
			Type: "category", Inverse: opts.Bool(true), Data: names(0),
			AxisLine: &opts.AxisLine{Show: opts.Bool(false)}, AxisLabel: &opts.AxisLabel{Interval: "0"},
		}}},
		trigger: "item", tooltip: "{b}\n{a}",
	}
	for _, code := range t.drawn() {
		color, width, off := t.look(code)
		var data []any
		for _, d := range t.days {
			at := trailPlace(d, code)
			if at < 0 {
				data = append(data, noValue)
				continue
			}
			data = append(data, opts.LineData{Name: w.f("%s第%d名", "%s: rank %d", w.day(d.Day), d.Ranks[code]), Value: at})
		}
		s := lineSeries(t.b.Area(code).Name, color, data, float32(width), false)
		s.ShowSymbol, s.Symbol, s.SymbolSize = opts.Bool(true), "circle", 7
		if s.Z = 2; off {
			s.Z = 3
		}
		s.Emphasis = &opts.Emphasis{}
		p.drawn = append(p.drawn, s)
	}
	p.rightTexts(names(len(t.days) - 1))
	return p.option()
}

// table is the rank of each area on each day.
func (t *trail) table(w words) *Table {
	all := &Table{ID: "trail-data", Caption: w.t("名次逐周变化", "Ranks week by week"), Columns: []Column{{Title: w.level(t.b.Level)}}}
	for _, d := range t.days {
		all.Columns = append(all.Columns, Column{Title: w.day(d.Day), Kind: Count})
	}
	for _, code := range t.days[len(t.days)-1].Order {
		row := Row{Cells: []Cell{headCell(t.b.Area(code).Name)}}
		for _, d := range t.days {
			cell := noneCell()
			if rank, ok := d.Ranks[code]; ok {
				cell = countCell(int64(rank))
			}
			row.Cells = append(row.Cells, cell)
		}
		all.Rows = append(all.Rows, row)
	}
	return all
}
