package reports

import (
	"cmp"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"canbao/models/measure"
	"canbao/reports/draw"
)

// channelMost is the most channels that are told apart; the rest is one.
const channelMost = 6

// channelTints are of the green that says "a second series": the most used
// channel is the darkest, so that their order is seen in grey too.
var channelTints = []string{"#00664A", green, "#5DBB9C", "#9AD3BF", "#C4E5D9", "#E3F2EC"}

const channelRest = "#D9D9D9"

// channelWeek is a column: what each channel brought in a week.
type channelWeek struct {
	From, To time.Time
	Counts   []int64 // in the order of channelMix.Names
	Total    int64
}

// channelMix is the channels, most used first, week by week.
type channelMix struct {
	Names  []string // as written; measure.OtherChannels for the rest
	Counts []int64
	Total  int64
	Weeks  []channelWeek
}

// channelMixOf adds up the transactions; what is withheld is left out.
func channelMixOf(b *measure.Bulletin) channelMix {
	sums := map[string]int64{}
	for _, m := range b.Money.Mix {
		if !m.Payments.Withheld {
			sums[m.Channel] += m.Payments.N
		}
	}
	mix := channelMix{}
	for _, m := range b.Money.Mix {
		if sums[m.Channel] > 0 && !slices.Contains(mix.Names, m.Channel) {
			mix.Names = append(mix.Names, m.Channel)
		}
	}
	slices.SortFunc(mix.Names, func(x, y string) int {
		return cmp.Or(cmp.Compare(channelLast(x), channelLast(y)), cmp.Compare(sums[y], sums[x]), strings.Compare(x, y))
	})
	if len(mix.Names) > channelMost {
		mix.Names = append(mix.Names[:channelMost-1:channelMost-1], measure.OtherChannels)
	}
	mix.Counts = make([]int64, len(mix.Names))
	for _, m := range b.Money.Mix {
		if m.Payments.Withheld || m.Payments.N == 0 {
			continue
		}
		n := len(mix.Weeks) - 1
		if n < 0 || !mix.Weeks[n].From.Equal(m.From) {
			mix.Weeks = append(mix.Weeks, channelWeek{From: m.From, To: m.To, Counts: make([]int64, len(mix.Names))})
			n++
		}
		at := slices.Index(mix.Names, m.Channel)
		if at < 0 {
			at = len(mix.Names) - 1
		}
		week := &mix.Weeks[n]
		week.Counts[at] += m.Payments.N
		week.Total += m.Payments.N
		mix.Counts[at] += m.Payments.N
		mix.Total += m.Payments.N
	}
	return mix
}

// channelLast puts the rest after all others.
func channelLast(name string) int {
	if name == measure.OtherChannels {
		return 1
	}
	return 0
}

// channelWord is a channel as a reader knows it.
func (w words) channelWord(name string) string {
	switch name {
	case "":
		return w.t("未注明", "not told")
	case measure.OtherChannels:
		return w.t("其他渠道", "other channels")
	}
	return name
}

// shareText is a part of a whole in percent with one decimal, half-up.
func shareText(part, whole int64) string {
	if whole == 0 {
		return measure.None
	}
	return measure.Rounded(big.NewRat(100*part, whole), 1) + "%"
}

// channelsChart draws the share of each channel in the transactions of a week.
func channelsChart(b *measure.Bulletin, w words) *Chart {
	mix := channelMixOf(b)
	if mix.Total == 0 {
		return nil
	}
	title := channelsTitle(w, mix)
	return &Chart{
		ID: "channels", Title: title, Label: channelsLabel(w, mix), Height: 360,
		Option: channelsOption(w, mix), Narrow: channelsNarrow(), Picture: channelsPicture(w, mix, title), Data: channelsTable(w, mix),
	}
}

func channelsTitle(w words, mix channelMix) string {
	first, last := mix.Weeks[0], mix.Weeks[len(mix.Weeks)-1]
	name := w.channelWord(mix.Names[0])
	text := w.f("缴费以%s为主，占笔数的%s", "Most pay by %s, %s of the transactions", name, shareText(mix.Counts[0], mix.Total))
	if len(mix.Weeks) > 1 {
		text += w.f("；首周%s，末周%s", "; %s in the first week, %s in the last", shareText(first.Counts[0], first.Total), shareText(last.Counts[0], last.Total))
	}
	return text
}

func channelsLabel(w words, mix channelMix) string {
	var parts []string
	for n, name := range mix.Names {
		parts = append(parts, w.channelWord(name)+" "+shareText(mix.Counts[n], mix.Total))
	}
	return w.f("缴费%s笔，按渠道：%s。", "%s transactions by channel: %s.", measure.Grouped(mix.Total), w.list(parts))
}

func channelTint(mix channelMix, n int) string {
	if mix.Names[n] == measure.OtherChannels {
		return channelRest
	}
	return channelTints[n]
}

// channelInk is the colour of letters on a tint.
func channelInk(n int) string {
	if n < 1 {
		return "#ffffff"
	}
	return "#1c1c1c"
}

func channelsPicture(w words, mix channelMix, title string) *draw.Picture {
	const top, height, right, left = 26.0, 240.0, 590.0, 6.0
	p := draw.New(700, top+height+44, title)
	step := min(150, (right-left)/float64(len(mix.Weeks)))
	start := right - step*float64(len(mix.Weeks))
	wide := step * 0.86
	size := 11.0
	for k, week := range mix.Weeks {
		x := start + step*float64(k) + step - wide
		y := top + height
		for n, count := range week.Counts {
			h := height * float64(count) / float64(week.Total)
			p.Rect(x, y-h, wide, h, draw.Style{Fill: channelTint(mix, n), Stroke: "#ffffff", Width: 0.8})
			if text := shareText(count, week.Total); h >= 13 && draw.TextWidth(text, size) < wide {
				p.Text(x+wide/2, y-h/2, text, draw.TextStyle{Size: size, Anchor: draw.Middle, Color: channelInk(n)})
			}
			y -= h
		}
		if wide > 40 {
			p.Text(x+wide/2, top-12, w.f("%s笔", "%s", measure.Grouped(week.Total)), draw.TextStyle{Size: 11, Anchor: draw.Middle, Color: "#666666"})
			p.Text(x+wide/2, top+height+14, w.day(week.From), draw.TextStyle{Size: 11, Anchor: draw.Middle})
			if !week.To.Equal(week.From) {
				p.Text(x+wide/2, top+height+29, w.t("至", "to ")+w.day(week.To), draw.TextStyle{Size: 11, Anchor: draw.Middle, Color: "#666666"})
			}
		}
	}
	if wide <= 40 { // many weeks: the first and the last day tell where they lie
		first, last := mix.Weeks[0], mix.Weeks[len(mix.Weeks)-1]
		p.Text(start, top+height+14, w.longDay(first.From), draw.TextStyle{Size: 11})
		p.Text(right, top+height+14, w.longDay(last.To), draw.TextStyle{Size: 11, Anchor: draw.End})
	}
	channelNames(p, w, mix, right, top, height)
	return p
}

// channelNames writes the channels beside the last week, at the height of their
// part or as near to it as the lines allow.
func channelNames(p *draw.Picture, w words, mix channelMix, x, top, height float64) {
	const line = 17.0
	last := mix.Weeks[len(mix.Weeks)-1]
	want := make([]float64, len(mix.Names))
	y := top + height
	for n, count := range last.Counts {
		h := height * float64(count) / float64(last.Total)
		want[n] = y - h/2
		y -= h
	}
	at := apart(want, line, top+line/2, top+height-line/2)
	for n, name := range mix.Names {
		p.Polyline([]draw.Point{{X: x + 1, Y: want[n]}, {X: x + 8, Y: at[n]}, {X: x + 11, Y: at[n]}}, draw.Style{Stroke: grey, Width: 0.8})
		p.Text(x+14, at[n], withinWidth(w.channelWord(name), 12, 700-x-16), draw.TextStyle{Bold: n == 0})
	}
}

// apart moves places, given from the lowest upwards, so that each lies at least
// a line above the one before and all between high and low.
func apart(want []float64, line, high, low float64) []float64 {
	at := slices.Clone(want)
	for n := range at {
		at[n] = min(at[n], low)
		if n > 0 {
			at[n] = min(at[n], at[n-1]-line)
		}
	}
	for n := len(at) - 1; n >= 0; n-- {
		at[n] = max(at[n], high)
		if n < len(at)-1 {
			at[n] = max(at[n], at[n+1]+line)
		}
	}
	return at
}

func channelsOption(w words, mix channelMix) map[string]any {
	bar := charts.NewBar()
	var days []string
	for _, week := range mix.Weeks {
		days = append(days, w.day(week.From)+"\n"+w.t("至", "to ")+w.day(week.To))
	}
	bar.SetXAxis(days)
	for n, name := range mix.Names {
		var data []plotDatum
		for k, week := range mix.Weeks {
			share := shareText(week.Counts[n], week.Total)
			height := float64(week.Counts[n]) / float64(week.Total)
			d := plotDatum{Name: share, Value: round4(100 * height), Tooltip: &plotTip{w.f("%s　%s至%s\n%s笔，占%s", "%s, %s to %s\n%s transactions, %s",
				w.channelWord(name), w.day(week.From), w.day(week.To), measure.Grouped(week.Counts[n]), share)}}
			switch {
			case height < 0.045:
				d.Label = map[string]any{"show": false}
			case k == len(mix.Weeks)-1 && height >= 0.11:
				d.Label = map[string]any{"formatter": w.channelWord(name) + "\n" + share, "lineHeight": 14}
			}
			data = append(data, d)
		}
		bar.AddSeries(w.channelWord(name), nil, plotData(data),
			charts.WithBarChartOpts(opts.BarChart{Stack: "week", BarCategoryGap: "12%"}),
			charts.WithItemStyleOpts(opts.ItemStyle{Color: channelTint(mix, n), BorderColor: "#ffffff", BorderWidth: 1}),
			charts.WithLabelOpts(opts.Label{Show: opts.Bool(true), Position: "inside", Formatter: "{b}", FontSize: 11, Color: channelInk(n)}))
	}
	bar.SetGlobalOptions(
		charts.WithGridOpts(opts.Grid{Left: "8", Right: "8", Top: "8", Bottom: "76"}),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(true), Bottom: "0", SelectedMode: "false"}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item"}),
		charts.WithXAxisOpts(opts.XAxis{Type: "category", AxisTick: &opts.AxisTick{Show: opts.Bool(false)}}),
		charts.WithYAxisOpts(opts.YAxis{Type: "value", Max: 100, Show: opts.Bool(false), AxisLabel: &opts.AxisLabel{}}),
	)
	o := option(bar)
	plotLines(o, "xAxis", 15)
	return o
}

// channelsNarrow leaves the names to the legend.
func channelsNarrow() map[string]any {
	return map[string]any{"legend": map[string]any{"type": "scroll"}}
}

func channelsTable(w words, mix channelMix) *Table {
	t := &Table{ID: "channels-data", Caption: w.t("各周各渠道缴费笔数", "Transactions by week and channel"), Frozen: 1,
		Columns: []Column{{Title: w.t("起止", "week")}}}
	for _, name := range mix.Names {
		t.Columns = append(t.Columns, Column{Title: w.channelWord(name), Kind: Count}, Column{Title: w.t("占比", "share")})
	}
	t.Columns = append(t.Columns, Column{Title: w.t("合计", "total"), Kind: Count})
	add := func(head string, counts []int64, total int64, whole bool) {
		row := Row{Whole: whole, Cells: []Cell{headCell(head)}}
		for _, n := range counts {
			row.Cells = append(row.Cells, countCell(n), textCell(shareText(n, total)))
		}
		t.Rows = append(t.Rows, Row{Whole: whole, Cells: append(row.Cells, countCell(total))})
	}
	for _, week := range mix.Weeks {
		add(w.day(week.From)+w.t("至", " to ")+w.day(week.To), week.Counts, week.Total, false)
	}
	add(w.t("合计", "total"), mix.Counts, mix.Total, true)
	return t
}
