package reports

import (
	"math/big"
	"strconv"

	"canbao/models/measure"
)

// RankingTable is the overall ranking: by score, or by the leading item where
// nothing is scored.
func (d *Document) RankingTable() *Table {
	w, b := words(d.Lang), d.Figures
	t := &Table{ID: "ranking", Class: "rank", Frozen: 3, Caption: w.t("总体排名", "Overall ranking"), Columns: []Column{
		{Title: w.t("名次", "rank"), Kind: Count}, {Title: w.t("升降", "moved"), Kind: Places}, {Title: d.levelName()},
	}}
	if b.Scored {
		t.Columns = append(t.Columns, Column{Title: w.t("总分", "score"), Note: w.t("满分", "at most ") + decimal(b.Campaign.MaxPoints), Kind: Score})
	} else {
		key := Column{Title: w.t("比率%", "rate %"), Kind: Rate}
		if i := b.Key(); i != nil {
			key = targetColumn(w, i.Item)
		}
		t.Columns = append(t.Columns, key)
	}
	if !b.Since.IsZero() {
		title := w.f("较%s", "since %s", d.dayText(b.Since))
		if !b.Scored {
			title = d.sinceTitle()
		}
		t.Columns = append(t.Columns, Column{Title: title, Kind: Points})
	}
	if b.Scored {
		t.Columns = append(t.Columns, Column{Title: w.t("达标项", "met"), Kind: Count}, Column{Title: w.t("失分最多", "most points lost"), Minor: true})
	} else {
		t.Columns = append(t.Columns, Column{Title: w.t("应完成", "expected"), Kind: Count}, Column{Title: w.t("已完成", "actual"), Kind: Count},
			Column{Title: w.t("缺口", "short by"), Kind: Count})
		if i := b.Key(); i != nil {
			t.Rows = append(t.Rows, Row{Whole: true, Cells: d.rankedByRate(measure.Place{Key: i.Whole}, d.wholeName())})
		}
	}
	for _, p := range b.Ranking {
		if b.Scored {
			t.Rows = append(t.Rows, Row{Cells: d.rankedByScore(p)})
		} else {
			t.Rows = append(t.Rows, Row{Cells: d.rankedByRate(p, p.Name)})
		}
	}
	return t
}

// rankedByScore is a row of the ranking by score.
func (d *Document) rankedByScore(p measure.Place) []Cell {
	b := d.Figures
	score := orHidden(p.Withheld, scoreCell(p.Score))
	score.Strong = true
	if p.Score != nil && b.Campaign.MaxPoints > 0 {
		got, _ := p.Score.Float64()
		score.Bar = min(1, got/b.Campaign.MaxPoints)
	}
	cells := []Cell{rankCell(p.Rank), climbedCell(p.Climbed()), areaCell(p.Name, p.Code, ""), score}
	if !b.Since.IsZero() {
		cells = append(cells, orHidden(p.Withheld, scoreChange(p.Score, p.ScoreBefore)))
	}
	met := Cell{Text: strconv.Itoa(p.Met) + "/" + strconv.Itoa(p.Items), Kind: Count, Number: int64(p.Met)}
	return append(cells, orHidden(p.Withheld, met), orHidden(p.Withheld, textCell(d.mostLost(p))))
}

// rankedByRate is a row of the ranking by the leading item.
func (d *Document) rankedByRate(p measure.Place, name string) []Cell {
	s := p.Key.Standing
	rate := shadedRate(s)
	rate.Strong = true
	if rate.Kind == Rate {
		rate.Bar = min(1, float64(rate.Number)/10_000)
	}
	cells := []Cell{rankCell(p.Rank), climbedCell(p.Climbed()), areaCell(name, p.Code, ""), rate}
	if !d.Figures.Since.IsZero() {
		cells = append(cells, rowChange(&p.Key))
	}
	for _, n := range []int64{s.Expected, s.Actual, s.ShortBy} {
		cells = append(cells, orHidden(s.Withheld, countCell(n)))
	}
	return cells
}

// scoreChange is the difference of two scores as they are printed, so that a
// reader who subtracts finds the same.
func scoreChange(now, before *big.Rat) Cell {
	if now == nil || before == nil {
		return noneCell()
	}
	n := scoreCell(now).Number - scoreCell(before).Number
	c := changeCell(n, true)
	c.Class = tone(n)
	return c
}

// mostLost names the item that costs most points.
func (d *Document) mostLost(p measure.Place) string {
	var worst *big.Rat
	var title string
	for _, ip := range p.Points {
		most, name := d.mostPoints(ip.Item)
		lost := new(big.Rat).Sub(most, ip.Points)
		if lost.Sign() > 0 && (worst == nil || lost.Cmp(worst) > 0) {
			worst, title = lost, name
		}
	}
	if worst == nil {
		return measure.None
	}
	return title + " −" + measure.Rounded(worst, 2)
}

// mostPoints is the most points an item of the score gives, and its name.
func (d *Document) mostPoints(item string) (*big.Rat, string) {
	w, b := words(d.Lang), d.Figures
	rest := exactly(b.Campaign.MaxPoints)
	for n := range b.Items {
		i := &b.Items[n]
		if i.ID == item {
			return exactly(i.Weight), w.title(i.Item)
		}
		if i.Scored {
			rest.Sub(rest, exactly(i.Weight))
		}
	}
	// What the items leave of the most points belongs to the data.
	return rest, w.t("数据质量", "data quality")
}

// exactly is a weight as it was written: the float nearest to 2.3 is 2.3.
func exactly(x float64) *big.Rat {
	r, _ := new(big.Rat).SetString(decimal(x))
	return r
}

// decimal prints a weight such as 2.5 or 20.
func decimal(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// PointsTable is the assessment in full, nil where nothing is scored.
func (d *Document) PointsTable() *Table {
	w, b := words(d.Lang), d.Figures
	if !b.Scored || len(b.Ranking) == 0 || b.Ranking[0].Withheld {
		return nil
	}
	t := &Table{ID: "points", Class: "map", Frozen: 2, Wide: true, Caption: w.t("考核得分", "Assessment points"), Columns: []Column{
		{Title: w.t("名次", "rank"), Kind: Count}, {Title: d.levelName(), Note: w.t("满分", "at most")},
		{Title: w.t("总分", "score"), Note: decimal(b.Campaign.MaxPoints), Kind: Score},
	}}
	for _, ip := range b.Ranking[0].Points {
		most, name := d.mostPoints(ip.Item)
		t.Columns = append(t.Columns, Column{Title: name, Note: decimalOf(most), Kind: Score})
	}
	for _, p := range b.Ranking {
		score := scoreCell(p.Score)
		score.Strong = true
		row := Row{Cells: []Cell{rankCell(p.Rank), areaCell(p.Name, p.Code, ""), score}}
		for _, ip := range p.Points {
			most, _ := d.mostPoints(ip.Item)
			c := scoreCell(ip.Points)
			c.Class = pointsShade(ip.Points, most)
			row.Cells = append(row.Cells, c)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// decimalOf prints a number of points with the digits it needs, at most two.
func decimalOf(r *big.Rat) string {
	for decimals := range 2 {
		if text := measure.Rounded(r, decimals); sameNumber(text, r) {
			return text
		}
	}
	return measure.Rounded(r, 2)
}

func sameNumber(text string, r *big.Rat) bool {
	n, ok := new(big.Rat).SetString(text)
	return ok && n.Cmp(r) == 0
}

// pointsShade shades a cell by the share of its points that is left.
func pointsShade(got, most *big.Rat) string {
	if got == nil || got.Cmp(most) >= 0 || most.Sign() <= 0 {
		return measure.Met
	}
	share := new(big.Rat).Quo(got, most)
	limits := []*big.Rat{big.NewRat(9, 10), big.NewRat(3, 4), big.NewRat(1, 2), big.NewRat(1, 4)}
	for i, l := range limits {
		if share.Cmp(l) >= 0 {
			return "g" + strconv.Itoa(i+1)
		}
	}
	return "g" + strconv.Itoa(len(limits)+1)
}

// RatesTable is the rate of every ranked area at every item, shaded by its
// distance to the target; the whole comes first.
func (d *Document) RatesTable() *Table {
	w, b := words(d.Lang), d.Figures
	t := &Table{ID: "rates", Class: "map", Frozen: 2, Wide: true,
		Caption: w.f("各%s各指标比率（%%）与目标的距离", "Rates by %s and item (%%), and their distance to the target", d.levelName()),
		Columns: []Column{{Title: w.t("名次", "rank"), Kind: Count}, {Title: d.levelName(), Note: w.t("目标", "target")}}}
	whole := Row{Whole: true, Cells: []Cell{noneCell(), headCell(d.wholeName())}}
	at := make([]map[string]measure.Standing, len(b.Items))
	for n, i := range b.Items {
		t.Columns = append(t.Columns, targetColumn(w, i.Item))
		whole.Cells = append(whole.Cells, heatCell(w, i.Whole.Standing))
		at[n] = map[string]measure.Standing{}
		for _, r := range i.Areas {
			at[n][r.AreaCode] = r.Standing
		}
	}
	t.Rows = append(t.Rows, whole)
	for _, p := range b.Ranking {
		row := Row{Cells: []Cell{rankCell(p.Rank), areaCell(p.Name, p.Code, "")}}
		for n := range b.Items {
			row.Cells = append(row.Cells, heatCell(w, at[n][p.Code]))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
