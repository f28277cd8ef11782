package export

import (
	"canbao/models/measure"
	"canbao/reports"
)

// townSheet is all of a town on one sheet, an item a column: what stands in the
// rows of its table of items turned on its side, then its villages' rates, then how
// many people they are short.
func (b *book) townSheet(town *measure.Town) *reports.Table {
	items := b.d.TownTable(town)
	head := headAt(items)
	t := &reports.Table{ID: items.ID, Caption: items.Caption, Frozen: 2, Wide: true, Columns: []reports.Column{
		{}, {Title: b.t("指标", "item"), Note: b.t("目标", "target")},
	}}
	for n, r := range items.Rows {
		c := reports.Column{Title: r.Cells[head].Text, Kind: reports.Rate}
		if n < len(town.Items) { // the rest are points alone
			i := town.Items[n].Item
			c.Note, c.Num, c.Den, c.Assumed = measure.ShownTarget(i.TargetNum, i.TargetDen)+"%", i.TargetNum, i.TargetDen, i.Assumed()
		}
		t.Columns = append(t.Columns, c)
	}
	groups, said := groupTitles(items), ""
	for n, c := range items.Columns {
		if n == head || c.Target {
			continue // they head the columns
		}
		group := ""
		if groups[n] != said {
			group, said = groups[n], groups[n]
		}
		row := reports.Row{Cells: []reports.Cell{{Text: group, Class: "none"}, {Text: c.Title, Head: true}}}
		for _, r := range items.Rows {
			row.Cells = append(row.Cells, r.Cells[n])
		}
		t.Rows = append(t.Rows, row)
	}
	for _, villages := range []*reports.Table{b.d.TownVillagesTable(town), b.d.TownShortTable(town)} {
		if villages != nil {
			t.Rows = append(t.Rows, villageRows(villages, len(t.Columns))...)
		}
	}
	return t
}

// groupTitles are the groups of the columns.
func groupTitles(t *reports.Table) []string {
	var titles []string
	for _, g := range t.Groups {
		for range g.Span {
			titles = append(titles, g.Title)
		}
	}
	return titles
}

// villageRows are the rows of villages under a line that says what they tell; the
// town itself stands above already.
func villageRows(t *reports.Table, width int) []reports.Row {
	band := reports.Row{Class: bandClass, Cells: make([]reports.Cell, width)}
	band.Cells[0] = reports.Cell{Text: t.Caption, Strong: true}
	rows := []reports.Row{band}
	_, villages := parted(t)
	for _, r := range villages {
		cells := append([]reports.Cell(nil), r.Cells...)
		rows = append(rows, reports.Row{Cells: append(cells, make([]reports.Cell, width-len(cells))...)})
	}
	return rows
}
