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
func bankCourses(b *measure.Bulletin) []bankCourse {
	var tried []measure.Mix
	named, failed := false, int64(0)
	for _, m := range b.Money.Mix {
		if bankDeducts(m.Channel) && !m.Failed.Withheld && !m.Payments.Withheld && m.Payments.N+m.Failed.N > 0 {
			tried = append(tried, m)
			named = named || m.Bank != ""
			failed += m.Failed.N
		}
	}
	if failed == 0 {
		return nil
	}
	var weeks []bankWeek
	for _, m := range tried {
		if n := len(weeks) - 1; n < 0 || !weeks[n].From.Equal(m.From) {
			weeks = append(weeks, bankWeek{From: m.From, To: m.To})
		}
	}
	var all []bankCourse
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
	return all
}

// banksChart draws how much of what was to be deducted went through, bank by
// bank and week by week.
func banksChart(b *measure.Bulletin, w words) *Chart {
	all := bankCourses(b)
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
	var parts []string
	for _, c := range all {
		parts = append(parts, w.channelWord(c.Name)+" "+bankRateText(c.Paid, c.Failed))
	}
	return &Chart{
		ID: "banks", Title: title, Label: w.f("各银行批扣成功率：%s。", "Success of the deduction by bank: %s.", w.list(parts)), Height: 70*len(all) + 50,
		Option: banksOption(w, all), Picture: banksPicture(w, all, title), Data: banksTable(w, all),
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
	if lowest < 0 || c.Weeks[lowest].Failed == 0 {
		return
	}
	k := c.Weeks[lowest]
	at := draw.Point{X: x(lowest), Y: y(k.rate())}
	p.Circle(at.X, at.Y, 4, draw.Style{Fill: vermilion})
	place := at.Y + 12
	if place+6 > floor {
		place = at.Y - 12
	}
	p.Text(at.X, place, bankRateText(k.Paid, k.Failed), draw.TextStyle{Size: 11, Anchor: draw.Middle, Color: vermilion})
}

func banksOption(w words, all []bankCourse) map[string]any {
	line := charts.NewLine()
	var days []string
	for _, k := range all[0].Weeks {
		days = append(days, w.day(k.From))
	}
	line.SetXAxis(days)
	for n, c := range all {
		color, width := grey, float32(1.6)
		if n == 0 {
			color, width = vermilion, 3
		}
		if len(all) == 1 {
			color = green
		}
		last := -1
		for m, k := range c.Weeks {
			if k.rate() != nil {
				last = m
			}
		}
		var data []plotDatum
		for m, k := range c.Weeks {
			d := plotDatum{Value: "-"}
			if r := k.rate(); r != nil {
				v, _ := r.Float64()
				d = plotDatum{Value: round4(v), Tooltip: &plotTip{w.f("%s　%s至%s\n成功%s笔，失败%s笔，成功率%s", "%s, %s to %s\n%s went through, %s failed: %s",
					w.channelWord(c.Name), w.day(k.From), w.day(k.To), measure.Grouped(k.Paid), measure.Grouped(k.Failed), bankRateText(k.Paid, k.Failed))}}
			}
			if m == last {
				d.Label = map[string]any{"show": true, "position": "right", "formatter": w.channelWord(c.Name) + " " + bankRateText(k.Paid, k.Failed), "color": ink, "fontSize": 11}
			}
			data = append(data, d)
		}
		line.AddSeries(w.channelWord(c.Name), nil, plotData(data),
			charts.WithLineChartOpts(opts.LineChart{Symbol: "circle", SymbolSize: 7, ShowSymbol: opts.Bool(true), ConnectNulls: opts.Bool(true)}),
			charts.WithLineStyleOpts(opts.LineStyle{Color: color, Width: width}),
			charts.WithItemStyleOpts(opts.ItemStyle{Color: color}),
			charts.WithSeriesOpts(func(s *charts.SingleSeries) {
				s.LabelLayout = &opts.LabelLayout{MoveOverlap: "shiftY"}
			}))
	}
	line.SetGlobalOptions(
		charts.WithGridOpts(opts.Grid{Left: "44", Right: "170", Top: "16", Bottom: "28"}),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item"}),
		charts.WithXAxisOpts(opts.XAxis{Type: "category"}),
		charts.WithYAxisOpts(opts.YAxis{Type: "value", Min: bankFloor(all), Max: 100, SplitNumber: 2, AxisLabel: &opts.AxisLabel{Formatter: "{value}%"}}),
	)
	return option(line)
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
