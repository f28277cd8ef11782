package reports

import (
	"math/big"
	"strconv"

	"canbao/models/measure"
)

// line is what one row of a table of standings speaks of.
type line struct {
	head   string
	item   *measure.ItemFigures
	row    *measure.Row
	money  *measure.Collection // nil: none
	points *big.Rat            // of the score, nil: none
	most   *big.Rat            // points at most
}

// field is a column of a table of standings: its header, the group it stands in,
// and what it says of a line.
type field struct {
	group string
	Column
	cell func(*line) Cell
}

// standings makes a table of fields.
func standings(fields []field, lines []line) *Table {
	t := &Table{Class: "annex", Wide: true}
	for n, f := range fields {
		t.Columns = append(t.Columns, f.Column)
		if n > 0 && fields[n-1].group == f.group {
			t.Groups[len(t.Groups)-1].Span++
		} else {
			t.Groups = append(t.Groups, Group{Title: f.group, Span: 1})
		}
	}
	t.Rows = make([]Row, len(lines))
	for n := range lines {
		cells := make([]Cell, len(fields))
		for m, f := range fields {
			cells[m] = f.cell(&lines[n])
		}
		t.Rows[n].Cells = cells
	}
	return t
}

// ItemTable is one item in figures, area by area, the whole first. Villages follow
// their town as rows of the class "village"; the public edition has none.
func (d *Document) ItemTable(i *measure.ItemFigures) *Table {
	w, b := words(d.Lang), d.Figures
	money := map[string]*measure.Collection{}
	for n := range b.Money.Collections {
		if c := &b.Money.Collections[n]; c.Scheme == i.Scheme && i.Scheme != "" {
			money[c.AreaCode] = c
		}
	}
	lines := []line{{head: d.wholeName(), item: i, row: &i.Whole, money: money[i.Whole.AreaCode]}}
	classes := []string{""}
	for n := range i.Areas {
		town := &i.Areas[n]
		lines, classes = append(lines, line{head: town.Area, item: i, row: town, money: money[town.AreaCode]}), append(classes, "")
		for m := range i.Villages[town.AreaCode] {
			v := &i.Villages[town.AreaCode][m]
			lines, classes = append(lines, line{head: v.Area, item: i, row: v, money: money[v.AreaCode]}), append(classes, villageClass)
		}
	}
	fields := append([]field{
		{"", Column{Title: w.t("名次", "rank"), Kind: Count}, func(l *line) Cell { return standingRank(l.row) }},
		{"", Column{Title: d.levelName()}, func(l *line) Cell { return areaCell(l.head, l.row.AreaCode, "") }},
	}, d.progressFields(targetColumn(w, i.Item))...)
	fields = append(fields, d.paceFields()...)
	if len(money) > 0 {
		fields = append(fields, d.moneyFields()...)
	}
	t := standings(fields, lines)
	t.ID, t.Frozen, t.Caption = "item-"+slug(i.ID), 2, d.itemCaption(i.Item)
	t.Rows[0].Whole = true
	for n := range t.Rows {
		t.Rows[n].Class = classes[n]
	}
	return t
}

// villageClass is the class of the rows of villages below their town.
const villageClass = "village"

// itemCaption is title, target and due day of an item.
func (d *Document) itemCaption(i measure.Item) string {
	w := words(d.Lang)
	target := targetText(i)
	if i.Assumed() {
		target += assumedWord(w)
	}
	return w.f("%s（目标%s，%s截止）", "%s (target %s, due %s)", w.title(i), target, d.dayText(i.Due))
}

// standingRank is the place of an area at an item. The whole has none.
func standingRank(r *measure.Row) Cell {
	switch {
	case r.Rank != nil:
		return rankCell(*r.Rank)
	case r.Withheld && r.Level != "city":
		return hiddenCell()
	}
	return noneCell()
}

// progressFields are how far an item is; rate and gap are what a narrow window
// keeps. rate is the column of the rate, of which
// target and assumption are taken.
func (d *Document) progressFields(rate Column) []field {
	w := words(d.Lang)
	group := w.t("进度", "progress")
	rate.Title, rate.Kind = w.t("比率%", "rate %"), Rate
	fields := []field{
		{group, Column{Title: w.t("应完成", "expected"), Kind: Count, Minor: true}, func(l *line) Cell {
			return orHidden(l.row.Withheld, countCell(l.row.Expected))
		}},
		{group, Column{Title: w.t("已完成", "actual"), Kind: Count, Minor: true}, func(l *line) Cell {
			return orHidden(l.row.Withheld, countCell(l.row.Actual))
		}},
		{group, rate, func(l *line) Cell {
			c := shadedRate(l.row.Standing)
			c.Strong = true
			return c
		}},
		{group, Column{Title: w.t("按期%", "on time %"), Kind: Rate, Minor: true}, func(l *line) Cell { return rateCell(l.row.ShownOnTime()) }},
	}
	if !d.Figures.Since.IsZero() {
		fields = append(fields, field{group, Column{Title: d.sinceTitle(), Kind: Points}, func(l *line) Cell { return rowChange(l.row) }})
	}
	return append(fields, field{group, Column{Title: w.t("缺口", "short by"), Kind: Count}, func(l *line) Cell {
		return orHidden(l.row.Withheld, countCell(l.row.ShortBy))
	}})
}

// sinceTitle heads a change in percentage points.
func (d *Document) sinceTitle() string {
	return words(d.Lang).f("较%s（百分点）", "since %s (points)", d.dayText(d.Figures.Since))
}

// paceFields are whether the pace will do.
func (d *Document) paceFields() []field {
	w := words(d.Lang)
	group := w.t("日均与预测", "pace and forecast")
	return []field{
		{group, Column{Title: w.t("现有日均", "a day now"), Kind: Pace}, func(l *line) Cell {
			return orHidden(l.row.Withheld || l.row.Quiet, paceCell(l.row.Standing))
		}},
		{group, Column{Title: w.t("所需日均", "a day needed"), Kind: Count}, func(l *line) Cell {
			return orHidden(l.row.Withheld, countCellIf(l.row.NeededPerDay))
		}},
		{group, Column{Title: w.t("预测完成", "forecast"), Kind: Count}, func(l *line) Cell {
			return orHidden(l.row.Withheld || l.row.Quiet, countCellIf(l.row.Forecast))
		}},
		{group, Column{Title: w.t("状态", "status")}, func(l *line) Cell { return statusCell(w, l.row.Standing) }},
	}
}

// moneyFields are what was due and what came in.
func (d *Document) moneyFields() []field {
	w := words(d.Lang)
	group := w.t("金额（元）", "amounts (yuan)")
	of := func(l *line, amount func(*measure.Collection) measure.Fen) Cell {
		switch {
		case l.money == nil:
			return noneCell()
		case l.money.Withheld:
			return hiddenCell()
		}
		return moneyCell(amount(l.money))
	}
	return []field{
		{group, Column{Title: w.t("应收", "due"), Kind: Money}, func(l *line) Cell {
			return of(l, func(c *measure.Collection) measure.Fen { return c.Due })
		}},
		{group, Column{Title: w.t("实收", "received"), Kind: Money}, func(l *line) Cell {
			return of(l, func(c *measure.Collection) measure.Fen { return c.Received })
		}},
	}
}

// ItemsTable is the whole at every item.
func (d *Document) ItemsTable() *Table {
	w, b := words(d.Lang), d.Figures
	var lines []line
	for n := range b.Items {
		i := &b.Items[n]
		lines = append(lines, line{head: w.title(i.Item), item: i, row: &i.Whole})
	}
	fields := append(d.itemFields(), d.progressFields(Column{})...)
	t := standings(append(fields, d.paceFields()...), lines)
	t.ID, t.Frozen, t.Caption = "items", 1, w.f("%s各指标", "%s, item by item", d.wholeName())
	return t
}

// itemFields head the rows that are items.
func (d *Document) itemFields() []field {
	w, b := words(d.Lang), d.Figures
	group := w.t("要求", "demand")
	return []field{
		{"", Column{Title: w.t("指标", "item")}, func(l *line) Cell { return areaCell(l.head, "", l.item.ID) }},
		{group, Column{Title: w.t("目标", "target"), Kind: Rate, Target: true}, func(l *line) Cell { return targetCell(w, l.item.Item) }},
		{group, Column{Title: w.t("截止", "due"), Kind: Day, Minor: true}, func(l *line) Cell {
			c := dayCell(w, l.item.Due)
			c.Text = d.dayText(l.item.Due)
			return c
		}},
		{group, Column{Title: w.t("剩余天数", "days left"), Kind: Count, Minor: true}, func(l *line) Cell {
			if left := b.DaysLeft(l.item.Due); left >= 0 {
				return Cell{Text: strconv.Itoa(left), Kind: Count, Number: int64(left)}
			}
			return textCell(w.t("已截止", "over"))
		}},
	}
}
