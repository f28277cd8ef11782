package export

import (
	"fmt"
	"slices"

	"github.com/xuri/excelize/v2"

	"canbao/reports"
)

// span are rows of the table from the first to the last, both included.
type span struct{ from, to int }

// conditional tells a column whose shades follow from its numbers and a target that
// stands in the sheet.
func (s *sheet) conditional(column int) bool {
	c := s.table.Columns[column]
	return c.Den > 0 || c.Kind == reports.Rate && !c.Target && s.targetColumn() >= 0
}

// targetColumn is the column of the targets of the rows, -1 where there is none.
func (s *sheet) targetColumn() int {
	return slices.IndexFunc(s.table.Columns, func(c reports.Column) bool { return c.Target })
}

// shaded tells a table with shades by the distance to the target.
func (b *book) shaded(t *reports.Table) bool {
	s := &sheet{table: t}
	for n := range t.Columns {
		if s.conditional(n) && len(s.spans(n)) > 0 {
			return true
		}
	}
	return false
}

// spans are the rows of a column that are shaded, without a number between them
// that is not.
func (s *sheet) spans(column int) []span {
	var all []span
	open := false
	for n, r := range s.table.Rows {
		c := r.Cells[column]
		_, shaded := shadeOf(c.Class)
		switch {
		case c.Kind == reports.Text:
		case c.Kind == reports.Rate && shaded && open:
			all[len(all)-1].to = n
		case c.Kind == reports.Rate && shaded:
			all, open = append(all, span{n, n}), true
		default:
			open = false
		}
	}
	return all
}

// shade lets the numbers be shaded by what they are, so that a figure that is
// changed changes its shade: columns beside each other with the same rows are one
// range.
func (p *pen) shade() error {
	for n := 0; n < len(p.table.Columns); n++ {
		if !p.conditional(n) {
			continue
		}
		spans, last := p.spans(n), n
		for last+1 < len(p.table.Columns) && p.conditional(last+1) && slices.Equal(p.spans(last+1), spans) {
			last++
		}
		for _, s := range spans {
			from, to := cellName(n, p.layout.body+s.from), cellName(last, p.layout.body+s.to)
			if err := p.file.SetConditionalFormat(p.name, from+":"+to, p.rules(n, p.layout.body+s.from)); err != nil {
				return err
			}
		}
		n = last
	}
	return nil
}

// rules are the shades in their order, written for the first cell of a range. The
// rounding is for numbers that no fraction of two holds.
func (p *pen) rules(column, row int) []excelize.ConditionalFormatOptions {
	letters, _ := excelize.ColumnNumberToName(column + 1) // it is small and above 0
	cell, target := fmt.Sprintf("%s%d", letters, row), fmt.Sprintf("%s$%d", letters, p.notes)
	if at := p.targetColumn(); at >= 0 {
		of, _ := excelize.ColumnNumberToName(at + 1)
		target = fmt.Sprintf("$%s%d", of, row)
	}
	numbers := fmt.Sprintf("ISNUMBER(%s),ISNUMBER(%s)", cell, target)
	tests := []string{fmt.Sprintf("AND(%s,%s>=%s)", numbers, cell, target)}
	for _, limit := range reports.ShadeSteps() {
		tests = append(tests, fmt.Sprintf("AND(%s,ROUND(%s-%s,6)<=%d/10000)", numbers, target, cell, limit))
	}
	tests = append(tests, fmt.Sprintf("AND(%s)", numbers))
	var rules []excelize.ConditionalFormatOptions
	for n, test := range tests {
		rules = append(rules, excelize.ConditionalFormatOptions{Type: "formula", Criteria: test, Format: &p.styles.shades[n], StopIfTrue: true})
	}
	return rules
}

// legend is what the shades mean, below the table.
func (p *pen) legend() error {
	texts := []string{p.t("✓ 达标", "✓ met")}
	for _, limit := range reports.ShadeSteps() {
		texts = append(texts, "≤"+points(limit))
	}
	texts = append(texts, ">"+points(reports.ShadeSteps()[len(reports.ShadeSteps())-1]))
	cells := make([]any, len(p.table.Columns))
	first := p.table.Frozen - 1 // the key stands below the figures, its title below the names
	id, err := p.styles.id(look{align: "right", font: softFont})
	if err != nil {
		return err
	}
	cells[first] = excelize.Cell{StyleID: id, Value: p.t("距目标（百分点）", "points below target")}
	for n, text := range texts {
		id, err := p.styles.id(look{align: "center", fill: shades[n].fill, font: shades[n].font, border: gridBorder})
		if err != nil {
			return err
		}
		if first+1+n < len(cells) {
			cells[first+1+n] = excelize.Cell{StyleID: id, Value: text}
		}
	}
	return p.row(p.foot, 18, cells, 0)
}

// points is a number of hundredths of a point with the digits it needs.
func points(h int64) string {
	if h%100 == 0 {
		return fmt.Sprint(h / 100)
	}
	return fmt.Sprintf("%d.%d", h/100, h%100/10)
}
