package export

import (
	"canbao/models/measure"
	"canbao/reports"
)

// The classes of rows that a spreadsheet shows in its own way.
const (
	villageClass = "village" // folded below their town
	bandClass    = "band"    // a line that heads the rows below it
)

// wholeLast puts the total below the rows it sums up, as a clerk does: sorting and
// filtering leave it alone there. Of no table it makes none.
func wholeLast(t *reports.Table) *reports.Table {
	if t == nil {
		return nil
	}
	shaped := *t
	wholes, others := parted(t)
	shaped.Rows = append(others, wholes...)
	return &shaped
}

// withTowns gives the rows of villages the name of their town in a column of its
// own, so that a reader can filter by it. A table without villages stays as it is.
func (b *book) withTowns(t *reports.Table) *reports.Table {
	at, found := -1, false
	for n := range t.Rows {
		found = found || t.Rows[n].Class == villageClass
		for m, c := range t.Rows[n].Cells {
			if c.Head {
				at = m
			}
		}
	}
	if !found || at < 0 {
		return t
	}
	shaped := *t
	shaped.Frozen++
	shaped.Columns = insert(t.Columns, at+1, reports.Column{Title: b.t("村社", "village")})
	shaped.Groups = append([]reports.Group(nil), t.Groups...)
	for n, left := 0, at; n < len(shaped.Groups); n++ {
		if left -= shaped.Groups[n].Span; left < 0 {
			shaped.Groups[n].Span++
			break
		}
	}
	shaped.Rows = make([]reports.Row, len(t.Rows))
	var town reports.Cell
	for n, r := range t.Rows {
		cells := insert(r.Cells, at+1, reports.Cell{Text: b.t("小计", "subtotal")})
		switch {
		case r.Whole:
			cells[at+1].Text = b.t("合计", "total")
		case r.Class == villageClass:
			cells[at+1], cells[at] = cells[at], reports.Cell{Text: town.Text, Class: "none"}
		default:
			town = cells[at]
		}
		r.Cells = cells
		shaped.Rows[n] = r
	}
	return &shaped
}

// insert is a copy with one more element.
func insert[T any](all []T, at int, x T) []T {
	out := make([]T, len(all)+1)
	copy(out, all[:at])
	out[at] = x
	copy(out[at+1:], all[at:])
	return out
}

// overview is ranking and rates in one table, area by area: both follow the
// ranking. Of the ranking it leaves out what takes much room.
func (b *book) overview(ranking, rates *reports.Table) *reports.Table {
	t := &reports.Table{ID: "overview", Caption: b.t("总览", "Overview"), Frozen: ranking.Frozen, Wide: true}
	var kept []int
	for n, c := range ranking.Columns {
		if !c.Minor {
			kept = append(kept, n)
			t.Columns = append(t.Columns, c)
		}
	}
	head := headAt(rates)
	t.Columns[headAt(ranking)].Note = rates.Columns[head].Note
	t.Columns = append(t.Columns, rates.Columns[head+1:]...)
	t.Groups = []reports.Group{{Title: ranking.Caption, Span: len(kept)}, {Title: rates.Caption, Span: len(rates.Columns) - head - 1}}
	wholes, ranked := parted(ranking)
	for _, r := range rates.Rows {
		from := &ranked
		if r.Whole {
			from = &wholes
		}
		row := reports.Row{Whole: r.Whole}
		for _, at := range kept {
			c := reports.Cell{Text: measure.None} // the whole has no rank and no score
			if len(*from) > 0 {
				c = (*from)[0].Cells[at]
			} else if at == headAt(ranking) {
				c = r.Cells[head]
			}
			row.Cells = append(row.Cells, c)
		}
		if len(*from) > 0 {
			*from = (*from)[1:]
		}
		row.Cells = append(row.Cells, r.Cells[head+1:]...)
		t.Rows = append(t.Rows, row)
	}
	return t
}

// parted are the totals of a table and its other rows.
func parted(t *reports.Table) (wholes, others []reports.Row) {
	for _, r := range t.Rows {
		if r.Whole {
			wholes = append(wholes, r)
		} else {
			others = append(others, r)
		}
	}
	return wholes, others
}

// headAt is the column that names the rows.
func headAt(t *reports.Table) int {
	for _, r := range t.Rows {
		for n, c := range r.Cells {
			if c.Head {
				return n
			}
		}
	}
	return 0
}
