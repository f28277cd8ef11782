package reports

import (
	"math/big"
	"slices"
	"strconv"

	"canbao/models/measure"
)

// rankingView is the overall ranking.
type rankingView struct {
	Title, Basis string
	Rows         []rankingRow
	Trail        *chart // the order week by week
	Compared     bool   // there is a day to compare with
	Before       string
}

type rankingRow struct {
	Rank, Move, Tone string // Tone: up, down or same
	Area             string
	Result           string
	Width            float64 // of the bar, percent
	Change           string
	Met              string
	Loss             string // where most points went
	Expected, Actual string
	Short            string
}

func ranking(f *figures, w words) rankingView {
	v := rankingView{
		Title: w.t("总体排名", "Overall ranking"), Compared: !f.before.IsZero(),
		Before: f.day(w, f.before), Trail: trailChart(f, w),
	}
	if f.scored {
		v.Basis = w.f("按考核总分，满分%s分；同分者", "Ranked by the assessment score of at most %s points; equal scores are parted by ",
			number(f.campaign.MaxPoints))
		if tie, err := f.campaign.Item(f.campaign.TieBreak); err == nil {
			v.Basis += w.f("先比%s，再", "the rate of %s, then by ", w.title(*tie))
		}
		v.Basis += w.t("比计分项缺口人数之和", "the people missing at the scored items")
	} else if key := f.key(); key != nil {
		v.Basis = w.f("按%s的精确比率；相同比率并列", "Ranked by the exact rate of %s; equal rates share a rank", w.title(key.Item))
	}
	for _, p := range f.ranking {
		v.Rows = append(v.Rows, rankingRowOf(f, w, p))
	}
	return v
}

func rankingRowOf(f *figures, w words, p place) rankingRow {
	row := rankingRow{Rank: measure.None, Area: p.Name, Result: f.result(p, w), Change: measure.None}
	if p.rank > 0 {
		row.Rank = strconv.Itoa(p.rank)
	}
	row.Move, row.Tone = move(p)
	row.Met = strconv.Itoa(p.metItems) + "/" + strconv.Itoa(p.items)
	if f.scored {
		row.Result = measure.Rounded(p.score, 2)
		if f.campaign.MaxPoints > 0 {
			score, _ := p.score.Float64()
			row.Width = 100 * score / f.campaign.MaxPoints
		}
		if p.before != nil {
			row.Change = signed(p.score, p.before)
		}
		row.Loss = loss(f, w, p)
		return row
	}
	s := p.standing
	row.Expected, row.Actual = measure.Grouped(s.Expected), measure.Grouped(s.Actual)
	row.Short = measure.Grouped(s.ShortBy)
	if s.Shown().Valid {
		row.Width = min(100, float64(s.Shown().Hundredths)/100)
	}
	if key := f.key(); key != nil {
		if h, ok := measure.Change(s.Shown(), key.areasBefore[p.Code].Shown()); ok {
			row.Change = measure.ShownChange(h)
		}
	}
	return row
}

// move is an arrow with the number of places, and its tone.
func move(p place) (string, string) {
	switch n := p.moved(); {
	case p.rank == 0 || p.rankBefore == 0:
		return measure.None, "same"
	case n > 0:
		return "▲" + strconv.Itoa(n), "up"
	case n < 0:
		return "▼" + strconv.Itoa(-n), "down"
	}
	return "＝", "same"
}

// signed is the difference of two scores as they are printed, so that a reader
// who subtracts finds the same.
func signed(now, before *big.Rat) string {
	a, _ := new(big.Rat).SetString(measure.Rounded(now, 2))
	b, _ := new(big.Rat).SetString(measure.Rounded(before, 2))
	d := a.Sub(a, b)
	if d.Sign() > 0 {
		return "+" + d.FloatString(2)
	}
	return d.FloatString(2)
}

// loss names the item that costs most points.
func loss(f *figures, w words, p place) string {
	var worst *big.Rat
	var title string
	for _, ip := range p.points {
		weight, name := f.weight(w, ip.Item)
		lost := new(big.Rat).Sub(weight, ip.Points)
		if lost.Sign() > 0 && (worst == nil || lost.Cmp(worst) > 0) {
			worst, title = lost, name
		}
	}
	if worst == nil {
		return measure.None
	}
	return title + " −" + measure.Rounded(worst, 2)
}

// weight is the most points an item of the score gives, and its name.
func (f *figures) weight(w words, item string) (*big.Rat, string) {
	total := new(big.Rat)
	for _, i := range f.items {
		if i.ID == item {
			return exactly(i.Weight), w.title(i.Item)
		}
		if i.Scored {
			total.Add(total, exactly(i.Weight))
		}
	}
	// What the items leave of the most points belongs to the data.
	return total.Sub(exactly(f.campaign.MaxPoints), total), w.t("数据质量", "data quality")
}

// exactly is a weight as it was written: the float nearest to 2.5 is 2.5.
func exactly(x float64) *big.Rat {
	r, _ := new(big.Rat).SetString(number(x))
	return r
}

// pointsTable is the assessment in full.
type pointsTable struct {
	Columns []string
	Weights []string
	Rows    []pointsRow
}

type pointsRow struct {
	Rank, Area, Score string
	Cells             []heatCell
}

func points(f *figures, w words) *pointsTable {
	if !f.scored || len(f.ranking) == 0 {
		return nil
	}
	t := &pointsTable{}
	for _, ip := range f.ranking[0].points {
		weight, name := f.weight(w, ip.Item)
		t.Columns = append(t.Columns, name)
		t.Weights = append(t.Weights, measure.Rounded(weight, 1))
	}
	for _, p := range f.ranking {
		row := pointsRow{Rank: strconv.Itoa(p.rank), Area: p.Name, Score: measure.Rounded(p.score, 2)}
		for _, ip := range p.points {
			weight, _ := f.weight(w, ip.Item)
			row.Cells = append(row.Cells, heatCell{Text: measure.Rounded(ip.Points, 2), Class: pointsClass(ip.Points, weight)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// pointsClass shades a cell by the share of its points that is lost.
func pointsClass(got, weight *big.Rat) string {
	if got.Cmp(weight) >= 0 || weight.Sign() <= 0 {
		return "met"
	}
	g, _ := new(big.Rat).Quo(got, weight).Float64()
	limits := []float64{0.9, 0.75, 0.5, 0.25}
	i := slices.IndexFunc(limits, func(l float64) bool { return g >= l })
	if i < 0 {
		i = len(limits)
	}
	return "g" + strconv.Itoa(i+1)
}
