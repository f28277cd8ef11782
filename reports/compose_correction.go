package reports

import (
	"strconv"
	"time"

	"canbao/models/measure"
)

// Correction is why a bulletin is issued again, and what changed (更正说明).
type Correction struct {
	Revision, Replaces int       // of the number: this one, and the one it replaces
	On                 time.Time // when that was issued
	Reason             string
	Changed            int      // figures, of all areas
	Causes             []string // what came between the two, a sentence each, in the language of the bulletin
	Changes            []Changed
}

// Changed is a figure that changed. Before and After are counts or ranks, empty
// where there was, or is, none.
type Changed struct {
	Item     string // id, empty for the whole score
	AreaCode string
	Field    string // expected, actual, short_by, rank
	Before   string
	After    string
}

// mostChanges is how many changed figures stand in the bulletin itself.
const mostChanges = 200

// correct says why the bulletin is issued again.
func (c *composer) correct(o *Correction) {
	if o == nil {
		return
	}
	w := c.w
	said := []string{w.f("本期为第%d版，替代%s发的第%d版。原因：**%s**。", "This is revision %d; it replaces revision %[3]d, issued on %[2]s. Reason: **%[4]s**.",
		o.Revision, w.longDay(o.On), o.Replaces, plainText(o.Reason))}
	if o.Changed == 0 {
		said = append(said, w.t("与上一版相比，**没有数字改动**。", "**No figure has changed** since."))
	} else {
		said = append(said, w.f("与上一版相比，改动了**%s**个数。", "**%s** figures have changed since.", measure.Grouped(int64(o.Changed))))
	}
	if c.b.Edition == measure.Internal { // names of files are nobody else's business
		for _, cause := range o.Causes {
			said = append(said, plainText(cause))
		}
	}
	for _, text := range said {
		c.Correction = append(c.Correction, mark(text))
	}
	if c.b.Edition == measure.Internal {
		c.Corrected = c.correctedTable(o)
	}
	c.City.add(Section{ID: "correction", Title: w.t("更正说明", "Correction"), Blocks: []Block{{Prose: c.Correction}, {Table: c.Corrected}}})
}

// plainText is a text that sets nothing off.
func plainText(text string) string {
	out := make([]rune, 0, len(text))
	for _, r := range text {
		if r != '*' {
			out = append(out, r)
		}
	}
	return string(out)
}

// correctedTable is what changed of the city and its towns, in whole numbers;
// villages and all other figures stand in the list beside the issue. The public
// edition has none of it: two editions of a small number tell whom it lacked.
func (c *composer) correctedTable(o *Correction) *Table {
	w := c.w
	fields := map[string]string{"expected": w.t("应完成", "expected"), "actual": w.t("已完成", "counted"),
		"short_by": w.t("缺口", "short by"), "rank": w.t("名次", "rank")}
	t := &Table{ID: "correction", Caption: w.t("改动的数（全市和镇街）", "Figures that changed, of the city and its towns"), Frozen: 2, Columns: []Column{
		{Title: w.t("考核项", "item")}, {Title: w.t("地区", "area")}, {Title: w.t("数", "figure")},
		{Title: w.t("上一版", "before"), Kind: Count}, {Title: w.t("本版", "now"), Kind: Count}}}
	shown := map[string]string{}
	for _, a := range c.b.Areas {
		shown[a.Code] = a.Name
	}
	if c.b.City != nil {
		shown[c.b.City.Code] = c.b.City.Name
	}
	for _, change := range o.Changes {
		field, known := fields[change.Field]
		name, here := shown[change.AreaCode]
		if !known || !here || len(t.Rows) == mostChanges {
			continue
		}
		title := w.t("总分", "score")
		if change.Item != "" {
			if item := c.b.Item(change.Item); item != nil {
				title = w.title(item.Item)
			} else {
				continue // an item that the campaign no longer has
			}
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{headCell(title), textCell(name), textCell(field), changedCell(change.Before), changedCell(change.After)}})
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return t
}

// changedCell is a count that changed.
func changedCell(text string) Cell {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return Cell{Text: measure.None}
	}
	return Cell{Text: measure.Grouped(n), Kind: Count, Number: n}
}
