package reports

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"canbao/models/measure"
)

// TestCoursesAgree reads each day, the forecast and what is needed back.
func TestCoursesAgree(t *testing.T) {
	forecasts, needs, earlier, enlarged := 0, 0, 0, 0
	for _, c := range chartCases(t) {
		for n := range c.b.Items {
			i := &c.b.Items[n]
			k := courseChart(c.b, c.w, i)
			if k == nil {
				continue
			}
			o := read(t, k)
			all := fmt.Sprint(k.Picture.Texts())
			checkLine(t, c, k, o, c.w.t("实际", "actual"), c.b.Campaign.Opening, i.Item, i.Series)
			if c.b.Earlier != nil && len(i.Earlier) > 0 {
				earlier++
				checkLine(t, c, k, o, c.w.t("2020年度", "2020"), c.b.Earlier.Opening, i.Item, i.Earlier)
			}
			want := []string{i.Whole.Shown().String() + "%", measure.ShownTarget(i.TargetNum, i.TargetDen) + "%"}
			if end := forecastRate(i.Item, i.Whole); knownRate(end) {
				forecasts++
				want = append(want, end.String()+"%")
				checkEnds(t, c, k, o, c.w.t("按现有进度", "at this pace"), inPercent(i.Whole.Shown()), inPercent(end))
			}
			if need := i.Whole.NeededPerDay; need != nil && *need > 0 {
				needs++
				want = append(want, measure.Grouped(*need))
				checkEnds(t, c, k, o, c.w.t("所需进度", "needed"), inPercent(i.Whole.Shown()), targetPercent(i.Item))
			}
			for _, text := range want {
				if !strings.Contains(all, text) {
					t.Errorf("%s %s: %q is not in %s", c.name, k.ID, text, all)
				}
			}
			if len(o.XAxis) > 2 {
				enlarged++
			}
		}
	}
	if forecasts == 0 || needs == 0 || earlier == 0 || enlarged == 0 {
		t.Errorf("%d forecasts, %d needs, %d earlier, %d enlarged: the cases do not hold all", forecasts, needs, earlier, enlarged)
	}
}

// checkLine compares the drawn rates of a line with those of its days, and those
// of the table.
func checkLine(t *testing.T, c chartCase, k *Chart, o optionOf, name string, opening time.Time, i measure.Item, points []measure.Point) {
	t.Helper()
	for _, s := range o.Series {
		if s.Name != name || s.XAxisIndex != 0 {
			continue
		}
		drawn := 0
		for _, v := range s.Data {
			if v != noValue {
				drawn++
			}
		}
		for _, p := range points {
			at := daysBetween(opening, p.Day)
			if at >= len(o.XAxis[0].Data) || !knownRate(i.At(p)) {
				continue
			}
			drawn--
			rate := i.At(p)
			if got := s.Data[at]; got != float64(rate.Hundredths)/100 {
				t.Errorf("%s %s: %s on %s is %v, want %s", c.name, k.ID, name, p.Day.Format(time.DateOnly), got, rate)
			}
			row := c.w.longDay(c.b.Campaign.Opening.AddDate(0, 0, at))
			if !slices.ContainsFunc(k.Data.Rows, func(r Row) bool {
				return r.Cells[0].Text == row && slices.ContainsFunc(r.Cells, func(x Cell) bool { return x.Kind == Rate && x.Number == rate.Hundredths })
			}) {
				t.Errorf("%s %s: %s of %s is not in the table", c.name, k.ID, rate, row)
			}
		}
		if drawn != 0 {
			t.Errorf("%s %s: %d days of %s too many", c.name, k.ID, drawn, name)
		}
		return
	}
	t.Errorf("%s %s: no line %s", c.name, k.ID, name)
}

// checkEnds compares the two ends of a line.
func checkEnds(t *testing.T, c chartCase, k *Chart, o optionOf, name string, first, last float64) {
	t.Helper()
	for _, s := range o.Series {
		if s.Name != name {
			continue
		}
		var ends []float64
		for _, v := range s.Data {
			if f, ok := v.(float64); ok {
				ends = append(ends, f)
			}
		}
		if len(ends) != 2 || math.Abs(ends[0]-first) > 1e-4 || math.Abs(ends[1]-last) > 1e-4 {
			t.Errorf("%s %s: %s goes %v, want %v to %v", c.name, k.ID, name, ends, first, last)
		}
		return
	}
	t.Errorf("%s %s: no line %s", c.name, k.ID, name)
}

// TestTrailAgrees reads the ranks of the first and the last day back from the
// picture, all days from the table.
func TestTrailAgrees(t *testing.T) {
	drawn := 0
	for _, c := range chartCases(t) {
		k := trailChart(c.b, c.w)
		if k == nil {
			if len(c.b.Trail) > 1 {
				t.Errorf("%s: no trail", c.name)
			}
			continue
		}
		drawn++
		var texts []string
		for _, l := range k.Picture.Texts() {
			texts = append(texts, l.Text)
		}
		last := c.b.Trail[len(c.b.Trail)-1]
		for n, code := range last.Order {
			name := fmt.Sprintf("%d %s", last.Ranks[code], c.b.Area(code).Name)
			if !slices.ContainsFunc(texts, func(s string) bool { return s == name || strings.HasPrefix(s, name+" ") }) {
				t.Errorf("%s: %q is not in %q", c.name, name, texts)
			}
			for m, d := range c.b.Trail {
				if cell := k.Data.Rows[n].Cells[m+1]; cell.Number != int64(d.Ranks[code]) {
					t.Errorf("%s: %s on %s: %v, want %d", c.name, code, d.Day.Format(time.DateOnly), cell, d.Ranks[code])
				}
			}
		}
		// Who is named moved by as much as is said, and nobody by more.
		first := c.b.Trail[0]
		for _, code := range last.Order {
			moved := first.Ranks[code] - last.Ranks[code]
			named := strings.Contains(k.Title, c.b.Area(code).Name)
			if said := strings.Contains(k.Title, fmt.Sprint(max(moved, -moved))); named && !said {
				t.Errorf("%s: %s moved %d: %s", c.name, code, moved, k.Title)
			}
		}
	}
	if drawn == 0 {
		t.Error("no trail at all")
	}
}

// TestProgressAgrees and the pace: the labels are those of the figures.
func TestProgressAndPaceAgree(t *testing.T) {
	paced := 0
	for _, c := range chartCases(t) {
		if k := progressChart(c.b, c.w); k != nil {
			o := read(t, k)
			all := fmt.Sprint(k.Picture.Texts())
			for n, l := range heaviest(c.b, c.w) {
				i := l.item
				last := i.Series[len(i.Series)-1]
				if text := i.At(last).String() + "% " + l.name; !strings.Contains(all, text) {
					t.Errorf("%s: %q is not in %s", c.name, text, all)
				}
				checkLine(t, c, k, o, l.name, c.b.Campaign.Opening, i.Item, i.Series)
				if cell := k.Data.Rows[len(k.Data.Rows)-1].Cells[n+1]; cell.Number != i.At(last).Hundredths {
					t.Errorf("%s: %s ends in %v", c.name, l.name, cell)
				}
			}
		}
		k := paceChart(c.b, c.w)
		if k == nil {
			continue
		}
		o := read(t, k)
		for n, r := range k.Data.Rows {
			paced++
			i := c.b.Items[slices.IndexFunc(c.b.Items, func(i measure.ItemFigures) bool { return c.w.title(i.Item) == r.Cells[0].Text })]
			needed, gained := *i.Whole.NeededPerDay, i.Whole.Gained
			text := c.w.f("日均%s／须%s", "%s a day / %s needed", paceCell(i.Whole.Standing).Text, measure.Grouped(needed))
			if row := textsAt(k.Picture, r.Cells[0].Text); !slices.Equal(row, []string{text}) || o.YAxis[1].Data[n] != text {
				t.Errorf("%s %s: %q and %q, want %q", c.name, i.ID, row, o.YAxis[1].Data[n], text)
			}
			share := o.Series[0].Data[n].(map[string]any)["value"].(float64)
			if exact := 100 * float64(gained) / float64(7*needed); share > exact || exact < paceCut && share < exact-1 {
				t.Errorf("%s %s: %v %% of the needed pace, want %v", c.name, i.ID, share, exact)
			}
		}
	}
	if paced == 0 {
		t.Error("no pace at all")
	}
}
