package reports

import (
	"cmp"
	"slices"
	"time"

	"canbao/models/measure"
)

// RoadTable is the road of people in hardship by ranked area and scheme: how many
// at each step, and how many are lost before the next; nil where there is none.
func (d *Document) RoadTable() *Table {
	w, b := words(d.Lang), d.Figures
	roads := map[[2]string]measure.Road{}
	var schemes []string
	recorded := false
	for _, r := range b.Roads {
		roads[[2]string{r.Scheme, r.AreaCode}] = r
		recorded = recorded || r.Recorded != nil
		if !slices.Contains(schemes, r.Scheme) {
			schemes = append(schemes, r.Scheme)
		}
	}
	if len(schemes) == 0 {
		return nil
	}
	t := &Table{ID: "road", Class: "annex", Frozen: 1, Wide: true, Caption: w.t("困难群众资助路径（人）", "The road of people in hardship (people)"),
		Groups: []Group{{Span: 1}}, Columns: []Column{{Title: d.levelName()}}}
	for _, s := range schemes {
		steps := roadColumns(w, recorded)
		t.Groups = append(t.Groups, Group{Title: w.scheme(s), Span: len(steps)})
		t.Columns = append(t.Columns, steps...)
	}
	for _, a := range d.wholeAndRanked() {
		row := Row{Whole: b.City != nil && a.Code == b.City.Code, Cells: []Cell{headCell(a.Name)}}
		for _, s := range schemes {
			r, known := roads[[2]string{s, a.Code}]
			row.Cells = append(row.Cells, d.roadCells(r, known, recorded)...)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// wholeAndRanked are the city, where there is one, and the ranked areas.
func (d *Document) wholeAndRanked() []measure.Area {
	var all []measure.Area
	if d.Figures.City != nil {
		all = append(all, *d.Figures.City)
	}
	for _, p := range d.Figures.Ranking {
		all = append(all, p.Area)
	}
	return all
}

func roadColumns(w words, recorded bool) []Column {
	steps := []Column{
		{Title: w.t("认定", "certified"), Kind: Count}, {Title: w.t("未登记", "not registered"), Kind: Count},
		{Title: w.t("已登记", "registered"), Kind: Count}, {Title: w.t("未资助", "not funded"), Kind: Count},
		{Title: w.t("已资助", "funded"), Kind: Count},
	}
	if recorded {
		steps = append(steps, Column{Title: w.t("权益未记录", "not recorded"), Kind: Count}, Column{Title: w.t("权益已记录", "recorded"), Kind: Count})
	}
	return append(steps, Column{Title: w.t("资助率%", "funded %"), Note: "100%", Kind: Rate, Num: 1, Den: 1})
}

func (d *Document) roadCells(r measure.Road, known, recorded bool) []Cell {
	if !known {
		cells := make([]Cell, len(roadColumns(words(d.Lang), recorded)))
		for n := range cells {
			cells[n] = noneCell()
		}
		return cells
	}
	cells := []Cell{
		countCellOf(r.Certified), countCellOf(less(r.Certified, r.Registered)),
		countCellOf(r.Registered), countCellOf(less(r.Registered, r.Funded)), countCellOf(r.Funded),
	}
	switch {
	case recorded && r.Recorded != nil:
		cells = append(cells, countCellOf(less(r.Funded, *r.Recorded)), countCellOf(*r.Recorded))
	case recorded:
		cells = append(cells, noneCell(), noneCell())
	}
	s := measure.Standing{Expected: r.Certified.N, Actual: r.Funded.N, TargetNum: 1, TargetDen: 1,
		ShortBy: max(0, r.Certified.N-r.Funded.N), Withheld: r.Certified.Withheld || r.Funded.Withheld}
	return append(cells, shadedRate(s))
}

// mixSum is what a channel, or a bank of it, brought in.
type mixSum struct {
	schemes                   map[string]measure.Count
	payments, failed, refunds measure.Count
	amount, refunded          measure.Fen
}

func (s *mixSum) add(m measure.Mix) {
	if s.schemes == nil {
		s.schemes = map[string]measure.Count{}
	}
	s.schemes[m.Scheme] = addCount(s.schemes[m.Scheme], m.Payments)
	s.payments, s.failed, s.refunds = addCount(s.payments, m.Payments), addCount(s.failed, m.Failed), addCount(s.refunds, m.Refunds)
	s.amount += m.Amount
	s.refunded += m.RefundsFen
}

// MixTable is what each channel brought in, and each bank of a channel as a row of
// the class "bank" below it, from the opening to the day; nil where nothing was
// paid.
func (d *Document) MixTable() *Table {
	w, b := words(d.Lang), d.Figures
	var total mixSum
	channels, banks := map[string]*mixSum{}, map[[2]string]*mixSum{}
	var names []string
	bankNames := map[string][]string{}
	var schemes []string
	for _, m := range b.Money.Mix {
		total.add(m)
		if channels[m.Channel] == nil {
			channels[m.Channel] = &mixSum{}
			names = append(names, m.Channel)
		}
		channels[m.Channel].add(m)
		at := [2]string{m.Channel, m.Bank}
		if banks[at] == nil {
			banks[at] = &mixSum{}
			bankNames[m.Channel] = append(bankNames[m.Channel], m.Bank)
		}
		banks[at].add(m)
		if m.Scheme != "" && !slices.Contains(schemes, m.Scheme) {
			schemes = append(schemes, m.Scheme)
		}
	}
	if len(names) == 0 {
		return nil
	}
	slices.Sort(schemes)
	mostUsedFirst(names, func(name string) *mixSum { return channels[name] })
	t := d.mixColumns(schemes)
	t.Rows = append(t.Rows, Row{Whole: true, Cells: d.mixCells(w.t("合计", "total"), &total, schemes, total.payments)})
	for _, name := range names {
		t.Rows = append(t.Rows, Row{Cells: d.mixCells(w.channelWord(name), channels[name], schemes, total.payments)})
		of := bankNames[name]
		if len(of) == 1 && of[0] == "" {
			continue
		}
		mostUsedFirst(of, func(bank string) *mixSum { return banks[[2]string{name, bank}] })
		for _, bank := range of {
			text := bank
			if text == "" {
				text = w.t("银行未注明", "bank not told")
			}
			t.Rows = append(t.Rows, Row{Class: "bank", Cells: d.mixCells(text, banks[[2]string{name, bank}], schemes, total.payments)})
		}
	}
	return t
}

// mostUsedFirst sorts by payments, then by name.
func mostUsedFirst(names []string, sum func(string) *mixSum) {
	slices.SortFunc(names, func(x, y string) int {
		return cmp.Or(cmp.Compare(sum(y).payments.N, sum(x).payments.N), cmp.Compare(x, y))
	})
}

func (d *Document) mixColumns(schemes []string) *Table {
	w := words(d.Lang)
	t := &Table{ID: "mix", Class: "annex", Frozen: 1, Caption: w.t("自开征起各渠道、各银行缴费", "Payments by channel and bank since the opening"),
		Columns: []Column{{Title: w.t("渠道、银行", "channel and bank")}}}
	for _, s := range schemes {
		t.Columns = append(t.Columns, Column{Title: w.scheme(s), Kind: Count})
	}
	t.Groups = []Group{{Span: 1}, {Title: w.t("成功", "successful"), Span: len(schemes) + 3}, {Title: w.t("未成功", "failed"), Span: 2}, {Title: w.t("退费", "given back"), Span: 2}}
	t.Columns = append(t.Columns,
		Column{Title: w.t("笔数", "transactions"), Kind: Count}, Column{Title: w.t("占比%", "share %"), Kind: Rate},
		Column{Title: w.t("金额（元）", "amount (yuan)"), Kind: Money}, Column{Title: w.t("笔数", "transactions"), Kind: Count},
		Column{Title: w.t("成功率%", "success %"), Kind: Rate}, Column{Title: w.t("笔数", "transactions"), Kind: Count},
		Column{Title: w.t("金额（元）", "amount (yuan)"), Kind: Money})
	return t
}

func (d *Document) mixCells(head string, s *mixSum, schemes []string, all measure.Count) []Cell {
	cells := []Cell{headCell(head)}
	for _, scheme := range schemes {
		cells = append(cells, countCellOf(s.schemes[scheme]))
	}
	return append(cells, countCellOf(s.payments),
		orHidden(s.payments.Withheld || all.Withheld, partCell(s.payments.N, all.N)), orHidden(s.payments.Withheld, moneyCell(s.amount)),
		countCellOf(s.failed), successCell(s.payments, s.failed),
		countCellOf(s.refunds), orHidden(s.refunds.Withheld, moneyCell(s.refunded)))
}

// successCell is the share of the attempts that went through.
func successCell(payments, failed measure.Count) Cell {
	if payments.Withheld || failed.Withheld {
		return hiddenCell()
	}
	c := partCell(payments.N, payments.N+failed.N)
	c.Bar = 0
	return c
}

// MixWeeksTable is how many transactions each channel brought in week by week;
// nil where nothing was paid.
func (d *Document) MixWeeksTable() *Table {
	w, b := words(d.Lang), d.Figures
	sums := map[string]*mixSum{}
	cells := map[string]map[time.Time]*mixSum{}
	var names []string
	var weeks []measure.Mix
	for _, m := range b.Money.Mix {
		if sums[m.Channel] == nil {
			sums[m.Channel], cells[m.Channel] = &mixSum{}, map[time.Time]*mixSum{}
			names = append(names, m.Channel)
		}
		sums[m.Channel].add(m)
		if cells[m.Channel][m.From] == nil {
			cells[m.Channel][m.From] = &mixSum{}
		}
		cells[m.Channel][m.From].add(m)
		if len(weeks) == 0 || !weeks[len(weeks)-1].From.Equal(m.From) {
			weeks = append(weeks, measure.Mix{From: m.From, To: m.To})
		}
	}
	if len(names) == 0 {
		return nil
	}
	mostUsedFirst(names, func(name string) *mixSum { return sums[name] })
	t := &Table{ID: "mix-weeks", Class: "annex", Frozen: 1, Caption: w.t("各渠道逐周成功缴费笔数", "Successful transactions by channel and week"),
		Columns: []Column{{Title: w.t("周", "week")}}}
	for _, name := range names {
		t.Columns = append(t.Columns, Column{Title: w.channelWord(name), Kind: Count})
	}
	t.Columns = append(t.Columns, Column{Title: w.t("合计", "total"), Kind: Count})
	for _, week := range weeks {
		row := Row{Cells: []Cell{headCell(w.f("%s至%s", "%s to %s", d.dayText(week.From), d.dayText(week.To)))}}
		var total measure.Count
		for _, name := range names {
			var n measure.Count
			if s := cells[name][week.From]; s != nil {
				n = s.payments
			}
			row.Cells, total = append(row.Cells, countCellOf(n)), addCount(total, n)
		}
		row.Cells = append(row.Cells, countCellOf(total))
		t.Rows = append(t.Rows, row)
	}
	whole := Row{Whole: true, Cells: []Cell{headCell(w.t("合计", "total"))}}
	var total measure.Count
	for _, name := range names {
		whole.Cells, total = append(whole.Cells, countCellOf(sums[name].payments)), addCount(total, sums[name].payments)
	}
	whole.Cells = append(whole.Cells, countCellOf(total))
	t.Rows = append([]Row{whole}, t.Rows...)
	return t
}
