package reports

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/go-echarts/go-echarts/v2/opts"

	"canbao/models/measure"
	"canbao/reports/draw"
)

const (
	progressLines  = 5   // indicators that one chart bears
	progressHeight = 360 // of the interactive chart in CSS pixels
)

// cutStage drops the stage from a title: all stages of an indicator draw the
// same line.
func cutStage(title string) string {
	if at := strings.IndexAny(title, "（("); at > 0 {
		return strings.TrimSpace(title[:at])
	}
	return title
}

// progress is an indicator of the whole, day by day.
type progress struct {
	item   *measure.ItemFigures
	name   string
	points []dayRate
}

// heaviest are the indicators that weigh most, each at the stage that is not yet
// due, else at its last.
func heaviest(b *measure.Bulletin, w words) []progress {
	var all []*measure.ItemFigures
	at := map[string]int{}
	weight := map[string]float64{}
	stages := map[string]int{}
	for n := range b.Items {
		i := &b.Items[n]
		weight[i.Indicator] += i.Weight
		stages[i.Indicator]++
		k, met := at[i.Indicator]
		switch {
		case !met:
			at[i.Indicator] = len(all)
			all = append(all, i)
		case all[k].Due.Before(b.AsOf):
			all[k] = i
		}
	}
	slices.SortStableFunc(all, func(x, y *measure.ItemFigures) int {
		return cmp.Compare(weight[y.Indicator], weight[x.Indicator])
	})
	var lines []progress
	for _, i := range all {
		p := progress{item: i, name: w.title(i.Item)}
		if stages[i.Indicator] > 1 {
			p.name = cutStage(p.name)
		}
		for _, day := range i.Series {
			if rate := i.At(day); knownRate(rate) {
				p.points = append(p.points, dayRate{day.Day, day, rate})
			}
		}
		if len(p.points) > 1 && len(lines) < progressLines {
			lines = append(lines, p)
		}
	}
	return lines
}

// progressChart draws the rates of the whole day by day, a line per indicator,
// the colour that of its status.
func progressChart(b *measure.Bulletin, w words) *Chart {
	lines := heaviest(b, w)
	if len(lines) == 0 {
		return nil
	}
	c := &Chart{ID: "progress", Title: progressTitle(w, lines), Height: progressHeight, Data: progressTable(w, lines)}
	var ends []string
	for _, p := range lines {
		ends = append(ends, p.name+" "+p.last().rate.String()+"%")
	}
	c.Label = c.Title + w.t("。", ". ") + w.list(ends) + w.t("。", ".")
	c.Option = progressOption(b, w, lines)
	c.Narrow = progressNarrow(lines)
	c.Picture = progressPicture(b, w, lines, c.Label)
	return c
}

func (p progress) last() dayRate { return p.points[len(p.points)-1] }

// progressTitle counts the indicators by status.
func progressTitle(w words, lines []progress) string {
	var parts []string
	for _, s := range []string{measure.Met, measure.OnTrack, measure.AtRisk, measure.Missed} {
		n := 0
		for _, p := range lines {
			if p.item.Whole.Status == s {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, w.f("%[2]s%[1]d项", "%d %s", n, w.status(s)))
		}
	}
	title := w.f("分值最大的%d项指标逐日走势", "The %d heaviest indicators day by day", len(lines))
	if len(parts) > 0 {
		title += w.t("：", ": ") + w.list(parts)
	}
	return title
}

// ending is what stands at the end of the line.
func (p progress) ending() ending {
	sign := ""
	if s := signs[p.item.Whole.Status]; s != "" {
		sign = s + " "
	}
	return ending{value: inPercent(p.last().rate), text: sign + p.last().rate.String() + "% " + p.name, color: statusColor(p.item.Whole.Status)}
}

// progressEnd is the last day of the axis: the room that is left is seen.
func progressEnd(b *measure.Bulletin) time.Time {
	if b.AsOf.After(b.Campaign.LastDue) {
		return b.AsOf
	}
	return b.Campaign.LastDue
}

// dueDays are the days on which anything is due, in order.
func dueDays(b *measure.Bulletin) []time.Time {
	var days []time.Time
	for _, i := range b.Items {
		if !slices.ContainsFunc(days, i.Due.Equal) {
			days = append(days, i.Due)
		}
	}
	slices.SortFunc(days, time.Time.Compare)
	return days
}

func progressScale(lines []progress) []float64 {
	high := 100.0
	for _, p := range lines {
		for _, d := range p.points {
			high = math.Max(high, inPercent(d.rate))
		}
	}
	return ticks(0, high, 5)
}

func progressPicture(b *measure.Bulletin, w words, lines []progress, label string) *draw.Picture {
	const height, top = 290.0, 24.0
	p := draw.New(pageWidth, height, label)
	var wide float64
	for _, l := range lines {
		wide = math.Max(wide, draw.TextWidth(l.ending().text, 11))
	}
	at := progressScale(lines)
	f := &plotFrame{Picture: p, left: 40, top: top, right: pageWidth - wide - 26, bottom: height - 24,
		low: at[0], high: at[len(at)-1], first: b.Campaign.Opening, days: max(1, daysBetween(b.Campaign.Opening, progressEnd(b)))}
	f.rules(at, func(v float64) string { return axisPercent(int64(v*100 + 0.5)) })
	f.dayAxis(w)
	free := f.left
	for _, d := range dueDays(b) {
		x := f.x(d)
		f.Line(x, f.top, x, f.bottom, draw.Style{Stroke: soft, Dashed: true})
		text := w.f("%s截止", "due %s", w.day(d))
		if half := draw.TextWidth(text, 11) / 2; math.Min(x, f.right-half) >= free+half {
			f.around(x, top-11, free, f.right, text, draw.TextStyle{Size: 11, Color: soft})
			free = math.Min(x, f.right-half) + half + 8
		}
	}
	var all []ending
	for _, l := range lines {
		f.trace(l.points, draw.Style{Stroke: statusColor(l.item.Whole.Status), Width: 2.2})
		end := l.last()
		x, y := f.x(end.day), f.y(inPercent(end.rate))
		f.Circle(x, y, 3, draw.Style{Fill: statusColor(l.item.Whole.Status)})
		f.Line(x, y, f.right, y, draw.Style{Stroke: pale})
		all = append(all, l.ending())
	}
	f.endings(f.right, all)
	return p
}

func progressOption(b *measure.Bulletin, w words, lines []progress) map[string]any {
	at, days := progressScale(lines), dayNames(w, b.Campaign.Opening, progressEnd(b))
	var endings []ending
	for _, l := range lines {
		endings = append(endings, l.ending())
	}
	strip := progressStrip(lines, endings)
	p := axesOption{trigger: "axis",
		grids: []opts.Grid{{Left: "46", Right: fmt.Sprint(int(strip.right)), Top: "34", Bottom: "28"}},
		xs:    []xAxis{dayCategories(days)},
		ys:    []yAxis{percentAxis(at)},
	}
	for n, l := range lines {
		s := lineSeries(l.name, statusColor(l.item.Whole.Status), along(b.Campaign.Opening, l.points), 2.2, false)
		if n == 0 {
			var due []markLine
			for _, d := range dueDays(b) {
				due = append(due, markLine{Name: w.f("%s\n截止", "due\n%s", w.day(d)), XAxis: days[daysBetween(b.Campaign.Opening, d)]})
			}
			s.MarkLines = markLines("end", due...)
		}
		p.drawn = append(p.drawn, s)
	}
	p.endings(strip, endings)
	return p.option()
}

// progressStrip is where the endings of the interactive chart stand.
func progressStrip(lines []progress, endings []ending) endingsGrid {
	at := progressScale(lines)
	return endingsGrid{right: stripWidth(endings), top: 34, height: progressHeight - 62, low: at[0], high: at[len(at)-1]}
}

// progressNarrow is what differs in a narrow window: names take several lines.
func progressNarrow(lines []progress) map[string]any {
	var endings []ending
	for _, l := range lines {
		e := l.ending()
		rate, name, _ := strings.Cut(e.text, "% ")
		e.text = rate + "%\n" + strings.Join(broken(name, 136), "\n")
		endings = append(endings, e)
	}
	strip := progressStrip(lines, endings)
	right := int(strip.right)
	return map[string]any{"grid": []map[string]any{{"right": right}, {"right": right - 18}}, "series": strip.moved(1, endings)}
}

// broken is a text in lines that are at most so wide at 12 pixels, broken between
// words, or between characters where there are none.
func broken(text string, width float64) []string {
	lines := []string{""}
	last := func() *string { return &lines[len(lines)-1] }
	for _, word := range strings.SplitAfter(text, " ") {
		if *last() != "" && draw.TextWidth(*last()+word, 12) > width {
			lines = append(lines, "")
		}
		for _, c := range word {
			if draw.TextWidth(*last()+string(c), 12) > width {
				lines = append(lines, "")
			}
			*last() += string(c)
		}
	}
	return lines
}

func progressTable(w words, lines []progress) *Table {
	t := &Table{ID: "progress-data", Caption: w.t("各指标逐日参保率", "Rates day by day"), Columns: []Column{{Title: w.t("日期", "Day")}}}
	rates := map[time.Time]map[int]Cell{}
	var days []time.Time
	for n, l := range lines {
		t.Columns = append(t.Columns, Column{Title: l.name, Kind: Rate})
		for _, p := range l.points {
			if rates[p.day] == nil {
				rates[p.day] = map[int]Cell{}
				days = append(days, p.day)
			}
			rates[p.day][n] = rateCell(p.rate)
		}
	}
	slices.SortFunc(days, time.Time.Compare)
	for _, d := range days {
		row := Row{Cells: []Cell{headCell(w.longDay(d))}}
		for n := range lines {
			cell, ok := rates[d][n]
			if !ok {
				cell = noneCell()
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
