package reports

import (
	"math/big"
	"math/bits"
	"strconv"
	"strings"
	"time"

	"canbao/models/measure"
)

// hiddenCell is a figure that exists and is withheld.
func hiddenCell() Cell { return Cell{Text: measure.Hidden, Class: "none"} }

// orHidden is the cell, unless its figure is withheld.
func orHidden(withheld bool, c Cell) Cell {
	if withheld {
		return hiddenCell()
	}
	return c
}

// shadedRate is a shown rate of a standing, shaded by its distance to the target.
func shadedRate(s measure.Standing) Cell {
	shown := s.Shown()
	c := rateCell(shown)
	c.Class = "none"
	if c.Kind == Rate {
		c.Class = shadeOf(s, shown)
	}
	return c
}

// heatCell is the same where no column tells who is missing.
func heatCell(w words, s measure.Standing) Cell {
	c := shadedRate(s)
	if s.ShortBy > 0 {
		c.Note = w.f("差%s", "%s short", w.people(s.ShortBy))
	}
	return c
}

// shadeSteps are the limits of the shades g1 to g5 in hundredths of a percentage
// point below the target, beyond the last is g6. They grow tenfold at first
// because the last tenth of a point is what is fought for.
var shadeSteps = []int64{10, 100, 500, 2000, 5000}

// ShadeSteps are the limits of the shades g1 to g5, in hundredths of a percentage
// point below the target; beyond the last is g6.
func ShadeSteps() []int64 { return append([]int64(nil), shadeSteps...) }

// shadeOf is met, or g1 to g6 by the distance of the shown rate to the target:
// who subtracts what is printed finds the shade.
func shadeOf(s measure.Standing, shown measure.Shown) string {
	h := shown.Hundredths
	if s.Met != nil && *s.Met || atMost(10_000, s.TargetNum, h, s.TargetDen) {
		return measure.Met
	}
	for i, limit := range shadeSteps {
		if atMost(10_000, s.TargetNum, h+limit, s.TargetDen) {
			return "g" + strconv.Itoa(i+1)
		}
	}
	return "g" + strconv.Itoa(len(shadeSteps)+1)
}

// atMost tells whether a x b <= c x d, none of them below 0, however large.
func atMost(a, b, c, d int64) bool {
	high, low := bits.Mul64(uint64(a), uint64(b))
	higher, lower := bits.Mul64(uint64(c), uint64(d))
	return high < higher || high == higher && low <= lower
}

// statusCell says by sign and word how an item goes.
func statusCell(w words, s measure.Standing) Cell {
	if s.Withheld {
		return hiddenCell()
	}
	status := s.Status
	if status == "" && s.Expected > 0 && s.ShortBy == 0 {
		status = measure.Met // without a pace this much can be said
	}
	if status == "" {
		return Cell{Text: w.status(""), Class: "none"}
	}
	return Cell{Text: signs[status] + " " + w.status(status), Class: status}
}

// rowChange is the change of a rate since the last bulletin.
func rowChange(r *measure.Row) Cell {
	h, known := r.Change()
	if !known && r.Before != nil && (r.Withheld || r.Before.Withheld) {
		return hiddenCell()
	}
	c := changeCell(h, known)
	c.Class = tone(h)
	return c
}

// tone is up, down or nothing.
func tone(n int64) string {
	switch {
	case n > 0:
		return "up"
	case n < 0:
		return "down"
	}
	return ""
}

// rankCell is a place, None where there is none.
func rankCell(rank int) Cell {
	if rank == 0 {
		return noneCell()
	}
	return Cell{Text: strconv.Itoa(rank), Kind: Count, Number: int64(rank)}
}

// climbedCell is an arrow with the number of places.
func climbedCell(n int, known bool) Cell {
	if !known {
		return noneCell()
	}
	c := Cell{Text: "＝", Kind: Places, Number: int64(n), Class: tone(int64(n))}
	switch {
	case n > 0:
		c.Text = "▲" + strconv.Itoa(n)
	case n < 0:
		c.Text = "▼" + strconv.Itoa(-n)
	}
	return c
}

// signedCell is a difference of two counts.
func signedCell(n int64) Cell {
	c := countCell(n)
	if n > 0 {
		c.Text = "+" + c.Text
	}
	return c
}

// targetText is a target in percent.
func targetText(i measure.Item) string { return measure.ShownTarget(i.TargetNum, i.TargetDen) + "%" }

// assumedWord marks a target that the notice does not give.
func assumedWord(w words) string { return w.t("（假定）", " (our assumption)") }

// targetCell is the target of an item; one of more digits than a shown rate has
// no number.
func targetCell(w words, i measure.Item) Cell {
	c := Cell{Text: targetText(i)}
	if h := new(big.Rat).SetFrac64(10_000*i.TargetNum, i.TargetDen); h.IsInt() {
		c.Kind, c.Number = Rate, h.Num().Int64()
	}
	if i.Assumed() {
		c.Text += assumedWord(w)
	}
	return c
}

// targetColumn is the column of an item with its target below the title.
func targetColumn(w words, i measure.Item) Column {
	return Column{Title: w.title(i), Note: targetText(i), Kind: Rate, Num: i.TargetNum, Den: i.TargetDen, Assumed: i.Assumed()}
}

// partCell is a part of a whole by the display rules of a rate, without a target.
func partCell(part, whole int64) Cell {
	c := rateCell(measure.Standing{Actual: part, Expected: whole, TargetDen: 1}.Shown())
	if whole > 0 {
		c.Bar = min(1, max(0, float64(part)/float64(whole)))
	}
	return c
}

// dayText is a day in words, with its year only where the campaign is so long
// that it needs one.
func (d *Document) dayText(t time.Time) string {
	w, c := words(d.Lang), d.Figures.Campaign
	if c.LastDue.Sub(c.Opening) > 300*24*time.Hour {
		return w.longDay(t)
	}
	return w.day(t)
}

// wholeName is what all areas together are called.
func (d *Document) wholeName() string {
	if d.Figures.City != nil {
		return d.Figures.City.Name
	}
	return words(d.Lang).t("合计", "total")
}

// levelName is what the ranked areas are called. A list without villages need
// not be one of towns, whatever it calls them.
func (d *Document) levelName() string {
	w := words(d.Lang)
	if d.Figures.Edition != measure.Public && len(d.Figures.Villages) == 0 {
		return w.level("")
	}
	return w.level(d.Figures.Level)
}

// slug is an id as a table bears it.
func slug(id string) string { return strings.ReplaceAll(strings.ToLower(id), "_", "-") }

// addCount adds up what a reader may see: with one part withheld the sum is too.
func addCount(a, b measure.Count) measure.Count {
	if a.Withheld || b.Withheld {
		return measure.Count{Withheld: true}
	}
	return measure.Count{N: a.N + b.N}
}

// less is a-b, withheld where one of them is.
func less(a, b measure.Count) measure.Count {
	if a.Withheld || b.Withheld {
		return measure.Count{Withheld: true}
	}
	return measure.Count{N: a.N - b.N}
}
