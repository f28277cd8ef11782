package reports

import (
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"canbao/models/measure"
	"canbao/reports/draw"
)

// booksOff is what a book states more than is recorded, in transactions and money.
func booksOff(k measure.Book) (int64, measure.Fen) {
	return k.Stated.N - k.Recorded.N, k.StatedFen - k.RecordedFen
}

// booksAgree tells a book of which no day differs.
func booksAgree(k measure.Book) bool { return !k.Withheld && k.Differ == 0 }

// bookName is a book: the scheme, whose it is and what its lines name.
func bookName(w words, k measure.Book) string {
	name := w.source(k.Source)
	if k.Source == "medical" {
		name = w.t("医保", "medical office")
	}
	switch {
	case k.ByBank:
		name += w.t("（分银行）", " by bank")
	case k.ByChannel:
		name += w.t("（分渠道）", " by channel")
	}
	return w.scheme(k.Scheme) + "　" + name
}

// booksChart sets what tax, treasury, banks and the medical office state
// against the transactions recorded.
func booksChart(b *measure.Bulletin, w words) *Chart {
	books := booksInOrder(b)
	if len(books) == 0 {
		return nil
	}
	title := booksTitle(w, books)
	var parts []string
	for _, k := range books {
		parts = append(parts, strings.ReplaceAll(bookName(w, k), "　", w.t("", " "))+w.t("：", ": ")+booksText(w, k)+w.t("，", ", ")+booksDays(w, k))
	}
	return &Chart{
		ID: "statements", Title: title, Label: strings.Join(parts, w.t("；", "; ")) + w.t("。", "."), Height: 34*len(books) + 20,
		Option: booksOption(w, books), Narrow: booksNarrow(), Picture: booksPicture(w, books, title), Data: booksTable(w, books),
	}
}

// booksInOrder are the books by scheme; within one as they come, by source.
func booksInOrder(b *measure.Bulletin) []measure.Book {
	var schemes []string
	seen := map[string]bool{}
	for _, k := range b.Books {
		if !seen[k.Scheme] {
			seen[k.Scheme] = true
			schemes = append(schemes, k.Scheme)
		}
	}
	var books []measure.Book
	for _, s := range schemes {
		for _, k := range b.Books {
			if k.Scheme == s {
				books = append(books, k)
			}
		}
	}
	return books
}

func booksTitle(w words, books []measure.Book) string {
	differ := 0
	var worst *measure.Book
	for n := range books {
		k := &books[n]
		if booksAgree(*k) {
			continue
		}
		differ++
		if !k.Withheld && (worst == nil || k.Differ > worst.Differ) {
			worst = k
		}
	}
	if differ == 0 {
		return w.f("%d本账与缴费记录逐日一致", "All %d books agree with the transactions recorded, day by day", len(books))
	}
	text := w.f("%d本账中%d本与缴费记录不一致", "%[2]d of %[1]d books disagree with the transactions recorded", len(books), differ)
	if worst != nil {
		text += w.f("，%s最多，%s", "; most %s, %s", strings.ReplaceAll(bookName(w, *worst), "　", w.t("", " ")), booksDays(w, *worst))
	}
	return text
}

// booksText is the difference in transactions and money.
func booksText(w words, k measure.Book) string {
	switch {
	case k.Withheld:
		return measure.Hidden
	case booksAgree(k):
		return w.t("✓ 一致", "✓ agrees")
	}
	count, fen := booksOff(k)
	return w.f("%s笔，%s元", "%s transactions, ¥%s", signedCount(count), signedYuan(fen))
}

func signedCount(n int64) string {
	if n > 0 {
		return "+" + measure.Grouped(n)
	}
	return measure.Grouped(n)
}

func signedYuan(f measure.Fen) string {
	if f > 0 {
		return "+" + f.Yuan()
	}
	return f.Yuan()
}

func booksDays(w words, k measure.Book) string {
	if k.Differ == 0 {
		return w.f("%d天都一致", "all %d days agree", k.Days)
	}
	return w.f("%d天中%d天不一致", "%[2]d of %[1]d days differ", k.Days, k.Differ)
}

func booksMost(books []measure.Book) int64 {
	most := int64(1)
	for _, k := range books {
		count, _ := booksOff(k)
		most = max(most, count, -count)
	}
	return most
}

func booksPicture(w words, books []measure.Book, title string) *draw.Picture {
	const top, row, left, right = 30.0, 28.0, 150.0, 400.0
	p := draw.New(700, top+row*float64(len(books))+8, title)
	const zero = (left + right) / 2
	small := draw.TextStyle{Size: 11, Color: "#666666"}
	p.Text(zero-8, 12, w.t("账上少 ◂", "book has less ◂"), with(small, draw.End))
	p.Text(zero+8, 12, w.t("▸ 账上多", "▸ book has more"), small)
	p.Text(480, 12, w.t("相差笔数", "transactions"), with(small, draw.End))
	p.Text(582, 12, w.t("相差金额", "yuan"), with(small, draw.End))
	p.Text(698, 12, w.t("不一致天数", "days that differ"), with(small, draw.End))
	most := float64(booksMost(books))
	for n, k := range books {
		y := top + row*(float64(n)+0.5)
		if n > 0 && books[n-1].Scheme != k.Scheme {
			p.Line(0, y-row/2, 700, y-row/2, draw.Style{Stroke: pale})
		}
		p.Text(left-14, y, withinWidth(bookName(w, k), 12, left-16), draw.TextStyle{Anchor: draw.End})
		count, fen := booksOff(k)
		if wide := (right - left) / 2 * float64(count) / most; !k.Withheld && count != 0 {
			p.Rect(zero+min(0, wide), y-8, max(wide, -wide, 1), 16, draw.Style{Fill: vermilion})
		}
		tone := draw.TextStyle{Anchor: draw.End, Bold: true, Color: lossInk}
		switch {
		case k.Withheld:
			p.Text(480, y, measure.Hidden, draw.TextStyle{Anchor: draw.End})
			p.Text(582, y, measure.Hidden, draw.TextStyle{Anchor: draw.End})
		case booksAgree(k):
			p.Text(582, y, w.t("✓ 一致", "✓ agrees"), draw.TextStyle{Anchor: draw.End, Color: blue})
		default:
			p.Text(480, y, signedCount(count), tone)
			p.Text(582, y, signedYuan(fen)+w.t("元", ""), tone)
		}
		p.Text(698, y, w.f("%d/%d天", "%d of %d", k.Differ, k.Days), draw.TextStyle{Anchor: draw.End})
	}
	p.Line(zero, top, zero, top+row*float64(len(books)), draw.Style{Stroke: ink})
	return p
}

func booksOption(w words, books []measure.Book) map[string]any {
	bar := charts.NewBar()
	var names []string
	var data []plotDatum
	most := float64(booksMost(books))
	for _, k := range books {
		names = append(names, bookName(w, k))
		count, _ := booksOff(k)
		position, color := "right", vermilion
		if booksAgree(k) || k.Withheld {
			color = ink
		}
		if k.Withheld {
			count = 0
		}
		data = append(data, plotDatum{Name: bookName(w, k), Value: count, ItemStyle: &opts.ItemStyle{Color: vermilion},
			Label:   map[string]any{"position": position, "formatter": booksText(w, k) + w.t("，", ", ") + booksDays(w, k), "color": color},
			Tooltip: &plotTip{bookName(w, k) + "\n" + booksText(w, k) + "\n" + booksDays(w, k)}})
	}
	bar.SetXAxis(names)
	bar.AddSeries("", nil, plotData(data), charts.WithBarChartOpts(opts.BarChart{BarWidth: "50%"}),
		charts.WithLabelOpts(opts.Label{Show: opts.Bool(true), FontSize: 12}),
		charts.WithMarkLineNameXAxisItemOpts(opts.MarkLineNameXAxisItem{XAxis: 0}),
		charts.WithMarkLineStyleOpts(opts.MarkLineStyle{Symbol: []string{"none", "none"},
			LineStyle: &opts.LineStyle{Color: ink, Type: "solid", Width: 1}, Label: &opts.Label{Show: opts.Bool(false)}}))
	bar.XYReversal()
	bar.SetGlobalOptions(
		charts.WithGridOpts(opts.Grid{Left: "130", Right: "8", Top: "6", Bottom: "6"}),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item"}),
		charts.WithXAxisOpts(opts.XAxis{Type: "value", Min: -most, Max: 4 * most, AxisLabel: &opts.AxisLabel{Show: opts.Bool(false)}, SplitLine: &opts.SplitLine{Show: opts.Bool(false)}}),
		charts.WithYAxisOpts(opts.YAxis{Type: "category", Inverse: opts.Bool(true), AxisLabel: &opts.AxisLabel{Interval: "0"}, AxisLine: &opts.AxisLine{Show: opts.Bool(false)}}),
	)
	return option(bar)
}

func booksNarrow() map[string]any {
	return map[string]any{"grid": map[string]any{"left": 92},
		"series": []any{map[string]any{"label": map[string]any{"fontSize": 10}}}}
}

func booksTable(w words, books []measure.Book) *Table {
	t := &Table{ID: "books-data", Caption: w.t("各方账目与缴费记录", "Books against the transactions recorded"), Frozen: 2, Columns: []Column{
		{Title: w.t("险种、来源", "scheme and source")}, {Title: w.t("对账单笔数", "stated"), Kind: Count}, {Title: w.t("记录笔数", "recorded"), Kind: Count},
		{Title: w.t("相差笔数", "difference"), Kind: Count}, {Title: w.t("相差金额（元）", "difference (yuan)"), Kind: Money},
		{Title: w.t("天数", "days"), Kind: Count}, {Title: w.t("不一致天数", "days that differ"), Kind: Count}}}
	for _, k := range books {
		row := Row{Cells: []Cell{headCell(bookName(w, k)), countCellOf(k.Stated), countCellOf(k.Recorded), textCell(measure.Hidden), textCell(measure.Hidden),
			countCell(int64(k.Days)), countCell(int64(k.Differ))}}
		if count, fen := booksOff(k); !k.Withheld {
			row.Cells[3], row.Cells[4] = countCell(count), moneyCell(fen)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
