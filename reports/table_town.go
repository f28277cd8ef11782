package reports

import (
	"cmp"
	"math/big"
	"slices"

	"canbao/models/measure"
)

// TownTable is a town at every item, with its points where there are any; the
// last row sums them up.
func (d *Document) TownTable(t *measure.Town) *Table {
	w := words(d.Lang)
	points := map[string]*big.Rat{}
	scored := d.Figures.Scored && t.Place != nil && !t.Place.Withheld && t.Place.Score != nil
	if scored {
		for _, ip := range t.Place.Points {
			points[ip.Item] = ip.Points
		}
	}
	var lines []line
	for n := range t.Items {
		i := &t.Items[n]
		l := line{head: w.title(i.Item), item: i.ItemFigures, row: &i.Row, points: points[i.ID]}
		if i.Scored {
			l.most, _ = d.mostPoints(i.ID)
		}
		lines = append(lines, l)
	}
	fields := append(d.itemFields(), d.progressFields(Column{})...)
	fields = append(fields, d.placeFields()...)
	fields = append(fields, d.paceFields()...)
	if scored {
		fields = append(fields, d.pointsFields()...)
	}
	table := standings(fields, lines)
	table.ID, table.Frozen, table.Caption = "town-"+slug(t.Code)+"-items", 1, w.f("%s各指标", "%s, item by item", t.Name)
	if scored {
		if p, known := points[measure.QualityItem]; known {
			most, name := d.mostPoints(measure.QualityItem)
			table.Rows = append(table.Rows, pointsRow(len(fields), name, p, most))
		}
		total := pointsRow(len(fields), w.t("总分", "score"), t.Place.Score, exactly(d.Figures.Campaign.MaxPoints))
		total.Whole = true
		table.Rows = append(table.Rows, total)
	}
	return table
}

// placeFields are where the town stands among the others at an item.
func (d *Document) placeFields() []field {
	w := words(d.Lang)
	group := w.t("位次", "place")
	return []field{
		{group, Column{Title: w.t("名次", "rank"), Kind: Count}, func(l *line) Cell { return standingRank(l.row) }},
		{group, Column{Title: w.t("升降", "moved"), Kind: Places, Minor: true}, func(l *line) Cell {
			if l.row.Withheld {
				return hiddenCell()
			}
			return climbedCell(l.row.Climbed())
		}},
	}
}

// pointsFields are the points of the score; they stay the last two.
func (d *Document) pointsFields() []field {
	w := words(d.Lang)
	group := w.t("考核", "assessment")
	return []field{
		{group, Column{Title: w.t("得分", "points"), Kind: Score}, func(l *line) Cell { return scoreCell(l.points) }},
		{group, Column{Title: w.t("满分", "at most"), Kind: Score}, func(l *line) Cell { return scoreCell(l.most) }},
	}
}

// pointsRow is a row of points alone: what is scored and is no item of people.
func pointsRow(width int, head string, points, most *big.Rat) Row {
	row := Row{Cells: make([]Cell, width)}
	row.Cells[0] = headCell(head)
	row.Cells[width-2], row.Cells[width-1] = scoreCell(points), scoreCell(most)
	return row
}

// TownVillagesTable is the rate of each village of a town at every item, shaded by
// its distance to the target; the town comes first, then its villages by their rank
// at the leading item. It is nil where there are no villages.
func (d *Document) TownVillagesTable(t *measure.Town) *Table {
	w := words(d.Lang)
	table := d.villagesByItem(t, func(s measure.Standing) Cell { return heatCell(w, s) })
	if table == nil {
		return nil
	}
	table.ID = "town-" + slug(t.Code) + "-villages"
	table.Caption = w.f("%s各村社各指标比率（%%）", "%s: rates by village and item (%%)", t.Name)
	for n := range table.Columns[2:] {
		c := &table.Columns[2+n]
		*c = targetColumn(w, t.Items[n].Item)
	}
	table.Columns[1].Note = w.t("目标", "target")
	return table
}

// TownShortTable is how many people each village of a town is short of the
// target at every item, in the order of TownVillagesTable; nil where there are no
// villages.
func (d *Document) TownShortTable(t *measure.Town) *Table {
	w := words(d.Lang)
	table := d.villagesByItem(t, func(s measure.Standing) Cell {
		switch {
		case s.Withheld:
			return hiddenCell()
		case s.Expected == 0 && s.Actual == 0:
			return Cell{Text: measure.None, Class: "none"}
		}
		return countCell(s.ShortBy)
	})
	if table == nil {
		return nil
	}
	table.ID = "town-" + slug(t.Code) + "-short"
	table.Caption = w.f("%s各村社距目标缺口（人）", "%s: people short of the target by village and item", t.Name)
	return table
}

// villagesByItem is a table of the villages of a town, a column an item.
func (d *Document) villagesByItem(t *measure.Town, cell func(measure.Standing) Cell) *Table {
	w := words(d.Lang)
	if len(t.Villages) == 0 {
		return nil
	}
	table := &Table{Class: "map", Frozen: 2, Wide: true, Columns: []Column{
		{Title: w.t("名次", "rank"), Kind: Count}, {Title: w.level("village")},
	}}
	whole := Row{Whole: true, Cells: []Cell{noneCell(), headCell(t.Name)}}
	at := make([]map[string]measure.Standing, len(t.Items))
	ranks := map[string]int{}
	key := d.Figures.Key()
	for n, i := range t.Items {
		table.Columns = append(table.Columns, Column{Title: w.title(i.Item), Kind: Count})
		whole.Cells = append(whole.Cells, cell(i.Row.Standing))
		at[n] = map[string]measure.Standing{}
		for _, r := range i.Villages {
			at[n][r.AreaCode] = r.Standing
			if i.ItemFigures == key && r.Rank != nil {
				ranks[r.AreaCode] = *r.Rank
			}
		}
	}
	table.Rows = append(table.Rows, whole)
	for _, v := range byRank(t.Villages, ranks) {
		row := Row{Cells: []Cell{rankCell(ranks[v.Code]), areaCell(v.Name, v.Code, "")}}
		for n := range t.Items {
			row.Cells = append(row.Cells, cell(at[n][v.Code]))
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// byRank sorts areas, those without a rank last.
func byRank(areas []measure.Area, ranks map[string]int) []measure.Area {
	sorted := slices.Clone(areas)
	slices.SortStableFunc(sorted, func(x, y measure.Area) int {
		if (ranks[x.Code] == 0) != (ranks[y.Code] == 0) {
			return cmp.Compare(ranks[y.Code], ranks[x.Code])
		}
		return cmp.Or(cmp.Compare(ranks[x.Code], ranks[y.Code]), cmp.Compare(x.Code, y.Code))
	})
	return sorted
}
