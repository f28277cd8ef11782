package reports

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"canbao/models/measure"
)

// sortBy sorts in place, smallest first, keeping the order of equals.
func sortBy[T any, K cmp.Ordered](all []T, key func(T) K) {
	slices.SortStableFunc(all, func(a, b T) int { return cmp.Compare(key(a), key(b)) })
}

// heatView is the table of rates, area by item, shaded by the gap to the target.
type heatView struct {
	Columns []heatColumn
	Rows    []heatRow
}

type heatColumn struct {
	Title, Target string
	Assumed       bool
}

type heatRow struct {
	Rank, Area string
	Whole      bool
	Cells      []heatCell
}

type heatCell struct{ Text, Class, Title string }

func heat(f *figures, w words) heatView {
	var v heatView
	whole := heatRow{Area: w.t("合计", "total"), Whole: true}
	if a, ok := f.areas[f.root]; ok {
		whole.Area = a.Name
	}
	cells := make([]map[string]measure.Standing, len(f.items))
	for n, i := range f.items {
		v.Columns = append(v.Columns, heatColumn{
			Title: w.title(i.Item), Target: measure.ShownTarget(i.TargetNum, i.TargetDen) + "%", Assumed: assumed(i.Item),
		})
		whole.Cells = append(whole.Cells, heatCellOf(w, i.whole))
		cells[n] = map[string]measure.Standing{}
		for _, s := range i.areas {
			cells[n][s.AreaCode] = s
		}
	}
	v.Rows = append(v.Rows, whole)
	for _, p := range f.ranking {
		row := heatRow{Rank: measure.None, Area: p.Name}
		if p.rank > 0 {
			row.Rank = strconv.Itoa(p.rank)
		}
		for n := range f.items {
			row.Cells = append(row.Cells, heatCellOf(w, cells[n][p.Code]))
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}

func heatCellOf(w words, s measure.Standing) heatCell {
	shown := s.Shown()
	if !shown.Valid {
		return heatCell{Text: measure.None, Class: "none", Title: w.status("")}
	}
	c := heatCell{Text: shown.String(), Title: w.f("差%s", "%s short", w.people(s.ShortBy))}
	if shown.Over {
		c.Text += "↑"
	}
	c.Class = gapClass(s)
	return c
}

// gapClass shades by the distance to the target in percentage points. The
// steps grow tenfold because the last tenth of a point is what is fought for.
func gapClass(s measure.Standing) string {
	if s.Met != nil && *s.Met || s.ShortBy == 0 {
		return "met"
	}
	gap := gapToTarget(s)
	for i, limit := range []float64{0.1, 1, 5, 20, 50} {
		if gap <= limit {
			return "g" + strconv.Itoa(i+1)
		}
	}
	return "g6"
}

// gapToTarget is target minus rate in percentage points.
func gapToTarget(s measure.Standing) float64 {
	if s.Expected == 0 || s.TargetDen == 0 {
		return 0
	}
	return 100 * (float64(s.TargetNum)/float64(s.TargetDen) - float64(s.Actual)/float64(s.Expected))
}

// oneDecimal is a pace with grouped digits: "3,311.4".
func oneDecimal(x float64) string {
	tenths := int64(math.Round(x * 10))
	sign := ""
	if tenths < 0 {
		sign, tenths = "-", -tenths
	}
	return sign + measure.Grouped(tenths/10) + "." + strconv.FormatInt(tenths%10, 10)
}

// card is one item at a glance.
type card struct {
	ID, Title, Target, Due, Rate, Change string
	Status, Sign, Word                   string
	Short, Missing, Expected, Actual     string
	Weight                               string
	Assumed                              bool
	Pace                                 string
	OnTime                               string // what counted on the due day, once it has passed
	Amounts                              string
	Line, Bars                           *chart
}

func cards(f *figures, w words) []card {
	var all []card
	for _, i := range f.items {
		s := i.whole
		c := card{
			ID: i.ID, Title: w.title(i.Item), Assumed: assumed(i.Item), Rate: percent(s.Shown()),
			Target: measure.ShownTarget(i.TargetNum, i.TargetDen) + "%", Due: f.day(w, i.Due),
			Status: statusOf(s), Sign: signs[statusOf(s)], Word: w.status(statusOf(s)),
			Short: w.people(s.ShortBy), Missing: w.people(s.Missing()),
			Expected: measure.Grouped(s.Expected), Actual: measure.Grouped(s.Actual),
			Weight: rule(i.Item, w), Pace: cardPace(w, s), Amounts: amounts(f, w, i.Item),
			Line: lineChart(f, w, i), Bars: barChart(f, w, i),
		}
		if i.wholeBefore != nil {
			if h, ok := measure.Change(s.Shown(), i.wholeBefore.Shown()); ok {
				c.Change = measure.ShownChange(h)
			}
		}
		if f.asOf.After(i.Due) && s.Expected > 0 {
			c.OnTime = w.f("截止日%s：%s", "on the due day %s: %s", f.day(w, i.Due), percent(s.ShownOnTime()))
		}
		all = append(all, c)
	}
	return all
}

func cardPace(w words, s measure.Standing) string {
	if s.PerDay == nil || s.NeededPerDay == nil || s.ShortBy == 0 {
		return ""
	}
	sign := "+"
	if perDay(s) < 0 {
		sign = ""
	}
	return w.f("日均%s%s，须+%s", "%s%s a day, +%s needed", sign, measure.Grouped(perDay(s)), measure.Grouped(*s.NeededPerDay))
}

// amounts are the amounts due and received that stand beside an item.
func amounts(f *figures, w words, i measure.Item) string {
	if i.Scheme == "" {
		return ""
	}
	for _, c := range f.collections {
		if c.Scheme == i.Scheme && c.AreaCode == f.root && c.Due > 0 {
			return w.f("应收%s，实收%s（%s）", "due %s, received %s (%s)", w.money(c.Due), w.money(c.Received), share(int64(c.Received), int64(c.Due)))
		}
	}
	return ""
}

// share is a part of a whole by the same display rules as a rate.
func share(part, whole int64) string {
	return percent(measure.Standing{Actual: part, Expected: whole, TargetNum: 0, TargetDen: 1}.Shown())
}

// annexTable is one item in figures, area by area.
type annexTable struct {
	Title, Target, Due string
	Assumed, Money     bool
	Rows               []annexRow
}

type annexRow struct {
	Rank, Area, Expected, Actual, Rate, Change, Short string
	PerDay, Needed, Forecast, OnTime                  string
	Sign, Word, Status                                string
	Due, Received                                     string
	Whole                                             bool
}

func annex(f *figures, w words) []annexTable {
	var all []annexTable
	money := map[[2]string]measure.Collection{}
	for _, c := range f.collections {
		money[[2]string{c.Scheme, c.AreaCode}] = c
	}
	for _, i := range f.items {
		t := annexTable{
			Title: w.title(i.Item), Target: measure.ShownTarget(i.TargetNum, i.TargetDen) + "%",
			Due: f.day(w, i.Due), Assumed: assumed(i.Item), Money: i.Scheme != "" && len(f.collections) > 0,
		}
		whole := annexRowOf(w, i.whole, i.wholeBefore)
		whole.Whole, whole.Area = true, w.t("合计", "total")
		if a, ok := f.areas[f.root]; ok {
			whole.Area = a.Name
		}
		addMoney(w, &whole, money[[2]string{i.Scheme, f.root}])
		t.Rows = append(t.Rows, whole)
		for _, s := range i.areas {
			var before *measure.Standing
			if b, ok := i.areasBefore[s.AreaCode]; ok {
				before = &b
			}
			row := annexRowOf(w, s, before)
			addMoney(w, &row, money[[2]string{i.Scheme, s.AreaCode}])
			t.Rows = append(t.Rows, row)
		}
		all = append(all, t)
	}
	return all
}

func annexRowOf(w words, s measure.Standing, before *measure.Standing) annexRow {
	status := statusOf(s)
	row := annexRow{
		Rank: measure.None, Area: s.Area, Expected: measure.Grouped(s.Expected), Actual: measure.Grouped(s.Actual),
		Rate: s.Shown().String(), Change: measure.None, Short: measure.Grouped(s.ShortBy), PerDay: measure.None,
		Needed: measure.None, Forecast: measure.None, OnTime: s.ShownOnTime().String(),
		Sign: signs[status], Word: w.status(status), Status: status,
	}
	if s.Shown().Over {
		row.Rate += "↑"
	}
	if s.Rank != nil {
		row.Rank = strconv.Itoa(*s.Rank)
	}
	if before != nil {
		if h, ok := measure.Change(s.Shown(), before.Shown()); ok {
			row.Change = measure.ShownChange(h)
		}
	}
	if s.PerDay != nil {
		row.PerDay = oneDecimal(*s.PerDay)
	}
	if s.NeededPerDay != nil {
		row.Needed = measure.Grouped(*s.NeededPerDay)
	}
	if s.Forecast != nil {
		row.Forecast = measure.Grouped(*s.Forecast)
	}
	return row
}

func addMoney(w words, row *annexRow, c measure.Collection) {
	row.Due, row.Received = measure.None, measure.None
	if c.Due > 0 || c.Received > 0 {
		row.Due, row.Received = c.Due.Yuan(), c.Received.Yuan()
	}
}
