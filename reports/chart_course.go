package reports

import (
	"math"
	"regexp"
	"time"

	"canbao/models/measure"
)

// course is the way of one item, of the whole or of a town, from the opening to
// its due day.
type course struct {
	id, name    string // of the chart; of the item and where it is
	item        measure.Item
	row         measure.Row
	points      []dayRate // up to the day of the bulletin
	earlier     []dayRate // of an earlier campaign, moved to the days of this one
	earlierName string
	first, last time.Time // of the axis
	asOf        time.Time
}

// dayRate is a shown rate of a day. Counts may be withheld where the rate is not.
type dayRate struct {
	day time.Time
	measure.Point
	rate measure.Shown
}

// courseChart draws one item of the whole towards its due day: what was, what is
// needed, and where the present pace leads.
func courseChart(b *measure.Bulletin, w words, i *measure.ItemFigures) *Chart {
	c := newCourse(b, i.Item, i.Whole, i.Series)
	c.id, c.name = chartID("course", i.ID), w.title(i.Item)
	if b.Earlier != nil {
		c.earlierName = earlierName(w, b)
		for _, p := range i.Earlier {
			day := b.Campaign.Opening.AddDate(0, 0, daysBetween(b.Earlier.Opening, p.Day))
			if rate := i.At(p); knownRate(rate) && !day.Before(c.first) && !day.After(c.last) {
				c.earlier = append(c.earlier, dayRate{day, p, rate})
			}
		}
	}
	return c.chart(w)
}

// townCourseChart draws the same for a town.
func townCourseChart(b *measure.Bulletin, w words, t *measure.Town, i measure.TownItem) *Chart {
	c := newCourse(b, i.Item, i.Row, i.Course)
	c.id, c.name = chartID("course", i.ID)+"-"+chartID("of", t.Code), t.Name+w.t("", ", ")+w.title(i.Item)
	return c.chart(w)
}

func newCourse(b *measure.Bulletin, i measure.Item, row measure.Row, points []measure.Point) *course {
	c := &course{item: i, row: row, first: b.Campaign.Opening, last: i.Due, asOf: b.AsOf}
	if !c.asOf.Before(c.last) { // nothing lies ahead
		c.last = c.asOf
		c.row.NeededPerDay, c.row.Forecast = nil, nil
	}
	for _, p := range points {
		if rate := i.At(p); knownRate(rate) && !p.Day.Before(c.first) && !p.Day.After(c.asOf) {
			c.points = append(c.points, dayRate{p.Day, p, rate})
		}
	}
	return c
}

var yearPattern = regexp.MustCompile(`(19|20)\d\d`)

// earlierName tells an earlier campaign by the year in its title.
func earlierName(w words, b *measure.Bulletin) string {
	then, now := yearPattern.FindString(b.Earlier.Title), yearPattern.FindString(b.Campaign.Title)
	if then == "" || then == now {
		return w.t("上次同日", "the time before")
	}
	return w.f("%s年度", "%s", then)
}

func (c *course) chart(w words) *Chart {
	if len(c.points) < 2 || !knownRate(c.row.Shown()) {
		return nil
	}
	answer := c.answer(w)
	k := &Chart{
		ID: c.id, Title: c.name + w.t("：", ": ") + answer, Height: courseHeight,
		Option: c.option(w), Narrow: c.narrow(w), Data: c.table(w),
	}
	k.Label = c.name + w.t("，", ": ") + w.f("%s为%s%%；", "%[2]s%% on %[1]s; ", w.day(c.asOf), c.row.Shown()) + answer + w.t("。", ".")
	if then, ok := c.then(); ok {
		k.Label += w.f("%s同日为%s%%。", " On the same day of %s it was %s%%.", c.earlierName, then.rate)
	}
	k.Picture = c.picture(w, k.Label)
	return k
}

// answer is what the chart shows.
func (c *course) answer(w words) string {
	due, goal := w.day(c.item.Due), measure.ShownTarget(c.item.TargetNum, c.item.TargetDen)
	end := forecastRate(c.item, c.row)
	switch c.row.Status {
	case measure.Met:
		return w.f("已达到目标%s%%，现为%s%%", "the target of %s%% is met, now %s%%", goal, c.row.Shown())
	case measure.Missed:
		then := c.row.ShownOnTime()
		if !knownRate(then) {
			return w.f("%s截止时未达到目标%s%%", "the target of %[2]s%% was missed on %[1]s", due, goal)
		}
		return w.f("%s截止时为%s%%，未达到目标%s%%", "%[2]s%% when due on %[1]s, the target of %[3]s%% was missed", due, then, goal)
	case measure.OnTrack:
		if !knownRate(end) {
			return w.f("按现有进度，%s可达到目标%s%%", "at the present pace the target of %[2]s%% is met by %[1]s", due, goal)
		}
		return w.f("按现有进度，%s为%s%%，可达到目标%s%%", "at the present pace %[2]s%% on %[1]s, which meets the target of %[3]s%%", due, end, goal)
	}
	if !knownRate(end) {
		return w.f("按现有进度，%s达不到目标%s%%", "at the present pace the target of %[2]s%% is not met by %[1]s", due, goal)
	}
	return w.f("按现有进度，%s为%s%%，达不到%s%%", "at the present pace %[2]s%% on %[1]s, short of %[3]s%%", due, end, goal)
}

// then is the earlier campaign as far from its opening as this one is now.
func (c *course) then() (dayRate, bool) {
	for _, e := range c.earlier {
		if e.day.Equal(c.asOf) {
			return e, true
		}
	}
	return dayRate{}, false
}

// needed is how many people a day are needed from now on, where any are.
func (c *course) needed() (int64, bool) {
	if c.row.NeededPerDay == nil || c.row.Withheld || c.row.ShortBy == 0 {
		return 0, false
	}
	return *c.row.NeededPerDay, true
}

// now is the rate of the day of the bulletin.
func (c *course) now() float64 { return inPercent(c.row.Shown()) }

// lastDays is where the days begin that are drawn once more, larger: where a
// campaign nears its end the last percents decide, which the whole course shows
// as one place. False where the whole course shows enough.
func (c *course) lastDays() (time.Time, bool) {
	const days, least, most, narrow = 20, 3, 9, 15.0
	goal := targetPercent(c.item)
	from := c.asOf.AddDate(0, 0, -least)
	for n := least; n <= most; n++ {
		// As far back as the gap between now and the target leaves it large.
		d := c.asOf.AddDate(0, 0, -n)
		for _, p := range c.points {
			if p.day.Equal(d) && math.Abs(inPercent(p.rate)-c.now()) <= math.Max(0.5, math.Abs(goal-c.now())) {
				from = d
			}
		}
	}
	if due := c.item.Due.AddDate(0, 0, -1); due.Before(from) {
		from = due // what came after the due day is no answer alone
	}
	low, high := c.extent(from)
	return from, c.row.Status != measure.Met && daysBetween(c.first, c.asOf) >= days && high-low <= narrow
}

// extent are the lowest and the highest rate from a day on, the target and the
// forecast with them.
func (c *course) extent(from time.Time) (low, high float64) {
	low = math.Min(targetPercent(c.item), c.now())
	high = math.Max(targetPercent(c.item), c.now())
	for _, p := range c.points {
		if !p.day.Before(from) {
			low, high = math.Min(low, inPercent(p.rate)), math.Max(high, inPercent(p.rate))
		}
	}
	if end := forecastRate(c.item, c.row); knownRate(end) {
		low, high = math.Min(low, inPercent(end)), math.Max(high, inPercent(end))
	}
	return low, high
}

// window is the range of rates that is drawn from a day on, and its ticks.
func (c *course) window(from time.Time) []float64 {
	low, high := c.extent(from)
	at := ticks(low, high, 4)
	if high <= 100 && at[len(at)-1] > 100 {
		at = ticks(math.Max(0, low), 100, 4)
	}
	return at
}

// scale are the ticks of the whole course.
func (c *course) scale() []float64 {
	_, high := c.extent(c.first)
	for _, e := range c.earlier {
		high = math.Max(high, inPercent(e.rate))
	}
	return ticks(0, math.Max(100, high), 5)
}

// table is the course in figures, with what is to come in the last rows.
func (c *course) table(w words) *Table {
	t := &Table{ID: c.id + "-data", Caption: c.name, Columns: []Column{
		{Title: w.t("日期", "Day")}, {Title: w.t("应参保", "Expected"), Kind: Count}, {Title: w.t("已参保", "Counted"), Kind: Count},
		{Title: w.t("参保率", "Rate"), Kind: Rate},
	}}
	then := map[time.Time]measure.Shown{}
	if len(c.earlier) > 0 {
		t.Columns = append(t.Columns, Column{Title: c.earlierName, Kind: Rate})
		for _, e := range c.earlier {
			then[e.day] = e.rate
		}
	}
	now := map[time.Time]dayRate{}
	for _, p := range c.points {
		now[p.day] = p
	}
	for d := c.first; !d.After(c.last); d = d.AddDate(0, 0, 1) {
		p, isNow := now[d]
		e, isThen := then[d]
		if !isNow && !isThen {
			continue
		}
		row := Row{Cells: []Cell{{Text: w.longDay(d), Head: true}, noneCell(), noneCell(), noneCell()}}
		if isNow {
			counted := func(n int64) Cell { return countCellOf(measure.Count{N: n, Withheld: p.Expected == 0}) }
			row.Cells = append(row.Cells[:1], counted(p.Expected), counted(p.Actual), rateCell(p.rate))
		}
		if len(c.earlier) > 0 {
			cell := noneCell()
			if isThen {
				cell = rateCell(e)
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	c.outlook(w, t)
	return t
}

// outlook adds the rows of what is needed and what the present pace leads to.
func (c *course) outlook(w words, t *Table) {
	add := func(title string, expected, actual, rate Cell) {
		row := Row{Whole: true, Cells: []Cell{headCell(title), expected, actual, rate}}
		if len(c.earlier) > 0 {
			row.Cells = append(row.Cells, noneCell())
		}
		t.Rows = append(t.Rows, row)
	}
	due := w.longDay(c.item.Due)
	if end := forecastRate(c.item, c.row); knownRate(end) {
		add(w.f("%s（按现有进度）", "%s (at the present pace)", due), countCell(c.row.Expected), countCell(*c.row.Forecast), rateCell(end))
	}
	if !c.row.Withheld {
		add(w.f("%s（目标）", "%s (target)", due), countCell(c.row.Expected), countCell(c.row.Actual+c.row.ShortBy),
			textCell(measure.ShownTarget(c.item.TargetNum, c.item.TargetDen)))
	}
}
