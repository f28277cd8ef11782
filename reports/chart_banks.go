package reports

import (
	"cmp"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"canbao/models/measure"
	"canbao/reports/draw"
)

// bankWeek is what a bank tried to deduct in a week.
type bankWeek struct {
	From, To     time.Time
	Paid, Failed int64 // transactions
}

// bankCourse is a bank and its weeks; Weeks has a place for every week of the
// chart, with nothing tried where both numbers are 0.
type bankCourse struct {
	Name         string
	Weeks        []bankWeek
	Paid, Failed int64
}

// rate is the part that went through, in percent; nil where nothing was tried.
func (k bankWeek) rate() *big.Rat {
	if k.Paid+k.Failed == 0 {
		return nil
	}
	return big.NewRat(100*k.Paid, k.Paid+k.Failed)
}

func (c bankCourse) rate() *big.Rat { return bankWeek{Paid: c.Paid, Failed: c.Failed}.rate() }

// bankRateText is a success rate with one decimal; 100.0 only where nothing failed.
func bankRateText(paid, failed int64) string {
	r := bankWeek{Paid: paid, Failed: failed}.rate()
	if r == nil {
		return measure.None
	}
	text := measure.Rounded(r, 1)
	if failed > 0 && text == "100.0" {
		text = "99.9"
	}
	return text + "%"
}

// bankDeducts tells the channels by which a bank takes money by itself: only
// there can a lack of funds make it fail, a counter takes what is handed over.
func bankDeducts(channel string) bool { return strings.Contains(channel, "扣") }

// bankCourses gathers the deductions by bank, or by channel where no bank is
// told; worst first. None where nothing ever failed or no failure was loaded.
// Weeks that are withheld are left out: then the sums are of those that are told.
func bankCourses(b *measure.Bulletin) (all []bankCourse, withheld bool) {
	var tried []measure.Mix
	named, failed := false, int64(0)
	for _, m := range b.Money.Mix {
		switch {
		case !bankDeducts(m.Channel):
		case m.Failed.Withheld || m.Payments.Withheld:
			withheld = true
		case m.Payments.N+m.Failed.N > 0:
			tried = append(tried, m)
			named = named || m.Bank != ""
			failed += m.Failed.N
		}
	}
	if failed == 0 {
		return nil, withheld
	}
	var weeks []bankWeek
	for _, m := range tried {
		if n := len(weeks) - 1; n < 0 || !weeks[n].From.Equal(m.From) {
			weeks = append(weeks, bankWeek{From: m.From, To: m.To})
		}
	}
	for _, m := range tried {
		name := m.Bank
		if !named {
			name = m.Channel
		}
		at := slices.IndexFunc(all, func(c bankCourse) bool { return c.Name == name })
		if at < 0 {
			at = len(all)
			all = append(all, bankCourse{Name: name, Weeks: slices.Clone(weeks)})
		}
		c := &all[at]
		k := &c.Weeks[slices.IndexFunc(weeks, func(k bankWeek) bool { return k.From.Equal(m.From) })]
		k.Paid, k.Failed = k.Paid+m.Payments.N, k.Failed+m.Failed.N
		c.Paid, c.Failed = c.Paid+m.Payments.N, c.Failed+m.Failed.N
	}
	slices.SortStableFunc(all, func(x, y bankCourse) int {
		return cmp.Or(x.rate().Cmp(y.rate()), cmp.Compare(y.Failed, x.Failed), strings.Compare(x.Name, y.Name))
	})
	return all, withheld
}

// banksChart draws how much of what was to be deducted went through, bank by
// bank and week by week.
func banksChart(b *measure.Bulletin, w words) *Chart {
	all, withheld := bankCourses(b)
	if len(all) == 0 {
		return nil
	}
	worst := all[0]
	var failed int64
	for _, c := range all {
		failed += c.Failed
	}
	title := w.f("银行批扣失败%s笔；成功率最低的是%s，%s（失败%s笔）", "%s bank deductions failed; the lowest success rate is %s, %s (%s failed)",
		measure.Grouped(failed), w.channelWord(worst.Name), bankRateText(worst.Paid, worst.Failed), measure.Grouped(worst.Failed))
	if len(all) == 1 {
		title = w.f("%s批扣成功率%s，失败%s笔", "%s: %s of the deductions went through, %s failed",
			w.channelWord(worst.Name), bankRateText(worst.Paid, worst.Failed), measure.Grouped(worst.Failed))
	}
	if withheld {
		title += w.t("（不含未公布的周）", " (without the weeks that are withheld)")
	}
	var parts []string
	for _, c := range all {
		parts = append(parts, w.channelWord(c.Name)+" "+bankRateText(c.Paid, c.Failed))
	}
	return &Chart{
		ID: "banks", Title: title, Label: w.f("各银行批扣成功率：%s。", "Success of the deduction by bank: %s.", w.list(parts)), Height: 46*len(all) + 40,
		Option: banksOption(w, all), Narrow: banksNarrow(all), Picture: banksPicture(w, all, title), Data: banksTable(w, all),
	}
}

// bankFloor is the lower end of the scale that all banks share, in percent.
func bankFloor(all []bankCourse) float64 {
	low := 100.0
	for _, c := range all {
		for _, k := range c.Weeks {
			if r := k.rate(); r != nil {
				x, _ := r.Float64()
				low = min(low, x)
			}
		}
	}
	return max(0, min(90, math.Floor(low/10)*10))
}

func banksPicture(w words, all []bankCourse, title string) *draw.Picture {
	const top, row, left, right = 30.0, 46.0, 150.0, 480.0
	p := draw.New(700, top+row*float64(len(all))+30, title)
	floor := bankFloor(all)
	weeks := all[0].Weeks
	x := func(n int) float64 {
		if len(weeks) == 1 {
			return (left + right) / 2
		}
		return left + 14 + (right-left-28)*float64(n)/float64(len(weeks)-1)
	}
	small := draw.TextStyle{Size: 11, Color: "#666666"}
	p.Text((left+right)/2, 12, w.f("每周成功率（纵轴%s%%至100%%）", "success by week (scale %s %% to 100 %%)", strconv.Itoa(int(floor))), with(small, draw.Middle))
	p.Text(570, 12, w.t("累计成功率", "in all"), with(small, draw.End))
	p.Text(690, 12, w.t("失败笔数", "failed"), with(small, draw.End))
	for m, c := range all {
		y0, y1 := top+row*float64(m)+row-6, top+row*float64(m)+10
		y := func(r *big.Rat) float64 {
			v, _ := r.Float64()
			return y0 - (y0-y1)*(v-floor)/(100-floor)
		}
		p.Line(left, y1, right, y1, draw.Style{Stroke: pale, Dashed: true})
		p.Line(left, y0, right, y0, draw.Style{Stroke: pale})
		p.Text(left-12, (y0+y1)/2, withinWidth(w.channelWord(c.Name), 12, left-16), draw.TextStyle{Anchor: draw.End, Bold: m == 0 && len(all) > 1})
		bankLine(p, c, x, y, y0)
		color := ink
		if c.Failed > 0 && m == 0 {
			color = vermilion
		}
		p.Text(570, (y0+y1)/2, bankRateText(c.Paid, c.Failed), draw.TextStyle{Size: 15, Bold: true, Anchor: draw.End, Color: color})
		p.Text(690, (y0+y1)/2, measure.Grouped(c.Failed), draw.TextStyle{Size: 13, Anchor: draw.End})
	}
	bottom := top + row*float64(len(all)) + 10
	every := (len(weeks)*46 + 329) / 330 // as many days as have room
	for n, k := range weeks {
		if n%every == 0 {
			p.Text(x(n), bottom, w.day(k.From), with(small, draw.Middle))
		}
	}
	return p
}

// with is a text style at another anchor.
func with(look draw.TextStyle, a draw.Anchor) draw.TextStyle {
	look.Anchor = a
	return look
}

// bankLine draws the weeks of a bank and names the rate of the lowest.
func bankLine(p *draw.Picture, c bankCourse, x func(int) float64, y func(*big.Rat) float64, floor float64) {
	var line []draw.Point
	lowest := -1
	for n, k := range c.Weeks {
		r := k.rate()
		if r == nil {
			continue
		}
		line = append(line, draw.Point{X: x(n), Y: y(r)})
		if lowest < 0 || r.Cmp(c.Weeks[lowest].rate()) < 0 {
			lowest = n
		}
	}
	if len(line) > 1 {
		p.Polyline(line, draw.Style{Stroke: green, Width: 2})
	}
	for _, at := range line {
		p.Circle(at.X, at.Y, 3, draw.Style{Fill: green})
	}
	if lowest < 0 || len(line) < 2 {
		return
	}
	k := c.Weeks[lowest]
	if bankRateText(k.Paid, k.Failed) == bankRateText(c.Paid, c.Failed) {
		return // every week alike: the rate at the right says it
	}
	at := draw.Point{X: x(lowest), Y: y(k.rate())}
	p.Circle(at.X, at.Y, 4, draw.Style{Fill: vermilion})
	place := at.Y + 12
	if place+6 > floor {
		place = at.Y - 12
	}
	p.Text(at.X, place, bankRateText(k.Paid, k.Failed), draw.TextStyle{Size: 11, Anchor: draw.Middle, Color: lossInk})
}

// banksOption gives each bank a narrow panel of its own on the same scale; the
// names of axes say which it is and what it comes to.
func banksOption(w words, all []bankCourse) map[string]any {
	const row = 46
	line := charts.NewLine()
	floor := bankFloor(all)
	var days []string
	for _, k := range all[0].Weeks {
		days = append(days, w.day(k.From))
	}
	var xs, ys []any
	for m, c := range all {
		line.GridList = append(line.GridList, opts.Grid{Left: "130", Right: "150", Top: strconv.Itoa(10 + row*m), Height: strconv.Itoa(row - 14)})
		xs = append(xs, map[string]any{"type": "category", "gridIndex": m, "data": days, "axisLabel": map[string]any{"show": m == len(all)-1},
			"axisTick": map[string]any{"show": false}, "axisLine": map[string]any{"lineStyle": map[string]any{"color": pale}}})
		total := w.f("%s　失败%s笔", "%s, %s failed", bankRateText(c.Paid, c.Failed), measure.Grouped(c.Failed))
		ys = append(ys, bankAxis(m, "left", w.channelWord(c.Name), floor), bankAxis(m, "right", total, floor))
		line.AddSeries(w.channelWord(c.Name), nil, plotData(bankData(w, c)),
			charts.WithLineChartOpts(opts.LineChart{Symbol: "circle", SymbolSize: 7, ShowSymbol: opts.Bool(true), ConnectNulls: opts.Bool(true), XAxisIndex: m, YAxisIndex: 2 * m}),
			charts.WithLineStyleOpts(opts.LineStyle{Color: green, Width: 2}),
			charts.WithItemStyleOpts(opts.ItemStyle{Color: green}))
	}
	line.SetGlobalOptions(
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item"}))
	o := option(line)
	o["xAxis"], o["yAxis"] = xs, ys
	return o
}

// bankAxis is an axis of the panel of a bank; the option types know no name that
// lies flat.
func bankAxis(m int, side, name string, floor float64) map[string]any {
	align := "right"
	if side == "right" {
		align = "left"
	}
	return map[string]any{"type": "value", "gridIndex": m, "position": side, "min": floor, "max": 100, "interval": 100 - floor, "name": name,
		"nameLocation": "middle", "nameRotate": 0, "nameGap": 12, "nameTextStyle": map[string]any{"align": align, "fontSize": 12, "color": ink},
		"axisLabel": map[string]any{"show": false}, "axisLine": map[string]any{"show": false}, "axisTick": map[string]any{"show": false},
		"splitLine": map[string]any{"show": side == "left", "lineStyle": map[string]any{"color": "#eeeeee"}}}
}

func bankData(w words, c bankCourse) []plotDatum {
	var data []plotDatum
	for _, k := range c.Weeks {
		d := plotDatum{Value: "-"}
		if r := k.rate(); r != nil {
			v, _ := r.Float64()
			text := bankRateText(k.Paid, k.Failed)
			d = plotDatum{Value: round4(v), Tooltip: &plotTip{w.f("%s　%s至%s\n成功%s笔，失败%s笔，成功率%s", "%s, %s to %s\n%s went through, %s failed: %s",
				w.channelWord(c.Name), w.day(k.From), w.day(k.To), measure.Grouped(k.Paid), measure.Grouped(k.Failed), text)}}
		}
		data = append(data, d)
	}
	return data
}

// banksNarrow leaves the panels more room.
func banksNarrow(all []bankCourse) map[string]any {
	var grids, axes []any
	for range all {
		grids = append(grids, map[string]any{"left": 100, "right": 112, "outerBoundsMode": "none"})
		short := map[string]any{"nameTextStyle": map[string]any{"fontSize": 11, "width": 84, "overflow": "break"}}
		axes = append(axes, short, short)
	}
	return map[string]any{"grid": grids, "yAxis": axes}
}

func banksTable(w words, all []bankCourse) *Table {
	t := &Table{ID: "banks-data", Caption: w.t("各银行批扣笔数", "Bank deductions"), Frozen: 1, Columns: []Column{
		{Title: w.t("银行", "bank")}, {Title: w.t("起止", "week")}, {Title: w.t("成功笔数", "went through"), Kind: Count},
		{Title: w.t("失败笔数", "failed"), Kind: Count}, {Title: w.t("成功率", "success")}}}
	for _, c := range all {
		for _, k := range c.Weeks {
			if k.rate() != nil {
				t.Rows = append(t.Rows, Row{Cells: []Cell{headCell(w.channelWord(c.Name)), textCell(w.day(k.From) + w.t("至", " to ") + w.day(k.To)),
					countCell(k.Paid), countCell(k.Failed), textCell(bankRateText(k.Paid, k.Failed))}})
			}
		}
		t.Rows = append(t.Rows, Row{Whole: true, Cells: []Cell{headCell(w.channelWord(c.Name)), textCell(w.t("累计", "in all")),
			countCell(c.Paid), countCell(c.Failed), textCell(bankRateText(c.Paid, c.Failed))}})
	}
	return t
}
