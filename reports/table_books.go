package reports

import (
	"slices"

	"canbao/models/measure"
)

// CollectionTable is what was due and what came in, by scheme and ranked area;
// nil where nothing was due.
func (d *Document) CollectionTable() *Table {
	w, b := words(d.Lang), d.Figures
	at := map[[2]string]measure.Collection{}
	var schemes []string
	for _, c := range b.Money.Collections {
		at[[2]string{c.Scheme, c.AreaCode}] = c
		if !slices.Contains(schemes, c.Scheme) {
			schemes = append(schemes, c.Scheme)
		}
	}
	if len(schemes) == 0 {
		return nil
	}
	t := &Table{ID: "collections", Class: "annex", Frozen: 1, Wide: true, Caption: w.t("应收与实收（元）", "Due and received (yuan)"),
		Groups: []Group{{Span: 1}}, Columns: []Column{{Title: d.levelName()}}}
	for _, s := range schemes {
		t.Groups = append(t.Groups, Group{Title: w.scheme(s), Span: 5})
		t.Columns = append(t.Columns,
			Column{Title: w.t("应缴人数", "people due"), Kind: Count}, Column{Title: w.t("应收", "due"), Kind: Money},
			Column{Title: w.t("实收", "received"), Kind: Money}, Column{Title: w.t("未收", "outstanding"), Kind: Money},
			Column{Title: w.t("收缴率%", "received %"), Kind: Rate})
	}
	for _, a := range d.wholeAndRanked() {
		row := Row{Whole: b.City != nil && a.Code == b.City.Code, Cells: []Cell{headCell(a.Name)}}
		for _, s := range schemes {
			c, known := at[[2]string{s, a.Code}]
			row.Cells = append(row.Cells, collectionCells(c, known)...)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func collectionCells(c measure.Collection, known bool) []Cell {
	switch {
	case !known:
		return []Cell{noneCell(), noneCell(), noneCell(), noneCell(), noneCell()}
	case c.Withheld:
		return []Cell{hiddenCell(), hiddenCell(), hiddenCell(), hiddenCell(), hiddenCell()}
	}
	share := partCell(int64(c.Received), int64(c.Due))
	share.Bar = 0
	return []Cell{countCell(c.PeopleDue), moneyCell(c.Due), moneyCell(c.Received), moneyCell(max(0, c.Due-c.Received)), share}
}

// BooksTable sets what each source states against the transactions loaded; nil
// where there is nothing to compare.
func (d *Document) BooksTable() *Table {
	w, b := words(d.Lang), d.Figures
	if len(b.Books) == 0 {
		return nil
	}
	days, counts, amounts := w.t("天数", "days"), w.t("笔数", "transactions"), w.t("金额（元）", "amounts (yuan)")
	stated, recorded, differ := w.t("对账单", "stated"), w.t("缴费记录", "recorded"), w.t("相差", "differs by")
	t := &Table{ID: "books", Class: "annex", Frozen: 2, Wide: true, Caption: w.t("账目核对：各方对账单与缴费记录", "Books against books: statements and transactions"),
		Groups: []Group{{Span: 3}, {Title: days, Span: 2}, {Title: counts, Span: 3}, {Title: amounts, Span: 3}, {Span: 1}},
		Columns: []Column{
			{Title: w.t("来源", "source")}, {Title: w.t("险种", "scheme")}, {Title: w.t("细分到", "told by"), Minor: true},
			{Title: w.t("对账", "stated"), Kind: Count}, {Title: w.t("不一致", "that differ"), Kind: Count},
			{Title: stated, Kind: Count}, {Title: recorded, Kind: Count}, {Title: differ, Kind: Count},
			{Title: stated, Kind: Money}, {Title: recorded, Kind: Money}, {Title: differ, Kind: Money},
			{Title: w.t("结论", "result")},
		}}
	for _, k := range b.Books {
		cells := []Cell{headCell(w.source(k.Source)), textCell(w.scheme(k.Scheme)), textCell(bookWay(w, k)),
			countCell(int64(k.Days)), countCell(int64(k.Differ))}
		cells = append(cells, bookFigures(k.Withheld, k.Stated.N, k.Recorded.N, k.StatedFen, k.RecordedFen)...)
		result := Cell{Text: signs[measure.Met] + " " + w.t("一致", "agree"), Class: measure.Met}
		if k.Differ > 0 {
			result = Cell{Text: signs[measure.AtRisk] + " " + w.t("不一致", "differ"), Class: measure.AtRisk}
		}
		t.Rows = append(t.Rows, Row{Cells: append(cells, result)})
	}
	return t
}

// bookWay is what the lines of a statement name.
func bookWay(w words, k measure.Book) string {
	switch {
	case k.ByChannel && k.ByBank:
		return w.t("渠道和银行", "channel and bank")
	case k.ByChannel:
		return w.t("渠道", "channel")
	case k.ByBank:
		return w.t("银行", "bank")
	}
	return w.t("日", "day")
}

// bookFigures are counts and amounts, stated, recorded and how they differ.
func bookFigures(withheld bool, stated, recorded int64, statedFen, recordedFen measure.Fen) []Cell {
	off := moneyCell(statedFen - recordedFen)
	if off.Number > 0 {
		off.Text = "+" + off.Text
	}
	cells := []Cell{countCell(stated), countCell(recorded), signedCell(stated - recorded), moneyCell(statedFen), moneyCell(recordedFen), off}
	for n := range cells {
		cells[n] = orHidden(withheld, cells[n])
	}
	return cells
}

// BookLinesTable lists the lines of statements that disagree with the
// transactions; nil where there are none, and in the public edition.
func (d *Document) BookLinesTable() *Table {
	w := words(d.Lang)
	counts, amounts := w.t("笔数", "transactions"), w.t("金额（元）", "amounts (yuan)")
	stated, recorded, differ := w.t("对账单", "stated"), w.t("缴费记录", "recorded"), w.t("相差", "differs by")
	t := &Table{ID: "book-lines", Class: "annex", Frozen: 1, Wide: true, Caption: w.t("不一致的对账单行", "Lines of statements that disagree"),
		Groups: []Group{{Span: 5}, {Title: counts, Span: 3}, {Title: amounts, Span: 3}},
		Columns: []Column{
			{Title: w.t("日期", "day"), Kind: Day}, {Title: w.t("来源", "source")}, {Title: w.t("险种", "scheme")},
			{Title: w.t("渠道", "channel")}, {Title: w.t("银行", "bank")},
			{Title: stated, Kind: Count}, {Title: recorded, Kind: Count}, {Title: differ, Kind: Count},
			{Title: stated, Kind: Money}, {Title: recorded, Kind: Money}, {Title: differ, Kind: Money},
		}}
	for _, k := range d.Figures.Books {
		for _, l := range k.Lines {
			cells := []Cell{dayCell(w, l.Day), textCell(w.source(k.Source)), textCell(w.scheme(k.Scheme)), orNone(l.Channel), orNone(l.Bank)}
			cells = append(cells, bookFigures(false, l.Stated, l.Recorded, l.StatedFen, l.RecordedFen)...)
			t.Rows = append(t.Rows, Row{Cells: cells})
		}
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return t
}

// orNone is a text, or None where it is empty.
func orNone(text string) Cell {
	if text == "" {
		return noneCell()
	}
	return textCell(text)
}
