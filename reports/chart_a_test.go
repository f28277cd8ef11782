package reports

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"canbao/models/measure"
	"canbao/reports/draw"
)

// earlierCourse continues the earlier campaign of the test city to its end.
const earlierCourse = `
insert into mart.standing (campaign, item, level, area_code, area, as_of, expected, actual)
select 'yiwu-2020', 'hukou_then', 'city', '330782', '义乌市', date '2019-11-01' + n::integer, 100000,
	(98000 * (1 - exp(-0.07 * n)))::bigint
from range(3, 45) as r(n)`

// over makes a town count more people than it expects.
const over = `
update mart.standing set actual = expected + 250, rate = (expected + 250) / expected, met = true, short_by = 0, status = 'met'
where item = 'medical_resident' and area_code = '330782102'`

// few leaves three people missing in two towns.
const few = `
update mart.standing set actual = expected - 3
where item like 'medical_collection%' and area_code in ('330782106', '330782101')`

// chartCase is a bulletin that the charts are drawn of.
type chartCase struct {
	name string
	b    *measure.Bulletin
	w    words
}

// casesRead are the cases once they are read: reading takes longer than drawing.
var casesRead []chartCase

func chartCases(t *testing.T) []chartCase {
	t.Helper()
	if casesRead == nil {
		casesRead = readCases(t)
	}
	return casesRead
}

func readCases(t *testing.T) []chartCase {
	t.Helper()
	internal := open(t, []string{"city.sql", "books.sql", "earlier.sql"}, earlierCourse, over)
	public := open(t, []string{"city.sql", "books.sql", "few.sql"}, few)
	var all []chartCase
	add := func(name string, b *measure.Bulletin) {
		all = append(all, chartCase{name, b, ""}, chartCase{name + " en", b, "en"})
	}
	for _, d := range []string{"2020-11-01", "2020-11-12", "2020-11-30", "2020-12-10", "2020-12-15", "2020-12-18"} {
		add(d, figures(t, internal, measure.Ask{AsOf: day(d)}))
	}
	add("public", figures(t, public, measure.Ask{AsOf: day("2020-12-10"), Edition: measure.Public}))
	return all
}

// drawn are all charts of a bulletin and of the page of one town.
func (c chartCase) drawn() []*Chart {
	all := []*Chart{trailChart(c.b, c.w), progressChart(c.b, c.w), paceChart(c.b, c.w)}
	for n := range c.b.Items {
		i := &c.b.Items[n]
		all = append(all, bulletChart(c.b, c.w, i), areasChart(c.b, c.w, i, cardWidth), courseChart(c.b, c.w, i))
	}
	if town, ok := c.b.Town("330782106"); ok {
		for _, i := range town.Items {
			all = append(all, townCourseChart(c.b, c.w, town, i))
		}
	}
	if key := c.b.Key(); key != nil {
		wide := areasChart(c.b, c.w, key, pageWidth)
		if wide != nil {
			wide.ID += "-wide"
			all = append(all, wide)
		}
	}
	return slices.DeleteFunc(all, func(c *Chart) bool { return c == nil })
}

// TestPicturesAreLegible holds that no text of a still picture lies outside it
// or over another text.
func TestPicturesAreLegible(t *testing.T) {
	for _, c := range chartCases(t) {
		for _, k := range c.drawn() {
			checkPicture(t, c.name+" "+k.ID, k.Picture)
		}
	}
}

// TestChartsAreWhole holds that each chart has an id of its own, a title, a label,
// figures in a table whose rows are as wide as its head, and an option that JSON
// carries.
func TestChartsAreWhole(t *testing.T) {
	for _, c := range chartCases(t) {
		ids := map[string]bool{}
		for _, k := range c.drawn() {
			if ids[k.ID] || strings.Trim(k.ID, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
				t.Errorf("%s: id %q", c.name, k.ID)
			}
			ids[k.ID] = true
			if k.Title == "" || k.Label == "" || k.Height <= 0 || k.Picture == nil || k.Picture.Title != k.Label {
				t.Errorf("%s %s is not whole: %q, %q, %d", c.name, k.ID, k.Title, k.Label, k.Height)
			}
			if strings.Contains(k.Title+k.Label, "%!") {
				t.Errorf("%s %s: %s / %s", c.name, k.ID, k.Title, k.Label)
			}
			if c.w.english() && strings.ContainsAny(k.Title+k.Label, "，。：；、") {
				t.Errorf("%s %s speaks Chinese: %s / %s", c.name, k.ID, k.Title, k.Label)
			}
			if len(k.Data.Rows) == 0 {
				t.Errorf("%s %s has no figures", c.name, k.ID)
			}
			for _, r := range k.Data.Rows {
				if len(r.Cells) != len(k.Data.Columns) {
					t.Errorf("%s %s: a row of %d cells under %d columns", c.name, k.ID, len(r.Cells), len(k.Data.Columns))
				}
			}
			encode(t, k.Option)
			encode(t, k.Narrow)
		}
	}
}

func encode(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestChartsAreTheSameTwice(t *testing.T) {
	first, second := chartCases(t), readCases(t)
	for n, c := range first {
		a, b := c.drawn(), second[n].drawn()
		if len(a) != len(b) || len(a) == 0 {
			t.Fatalf("%s: %d and %d charts", c.name, len(a), len(b))
		}
		for k := range a {
			if a[k].Picture.SVG() != b[k].Picture.SVG() || encode(t, a[k].Option) != encode(t, b[k].Option) || encode(t, a[k].Data) != encode(t, b[k].Data) {
				t.Errorf("%s %s differs", c.name, a[k].ID)
			}
		}
	}
}

// optionOf is an option as a page reads it.
type optionOf struct {
	XAxis, YAxis []struct{ Data []string }
	Series       []struct {
		ID, Name   string
		XAxisIndex int
		Data       []any
	}
}

func read(t *testing.T, c *Chart) optionOf {
	t.Helper()
	var o optionOf
	if err := json.Unmarshal([]byte(encode(t, c.Option)), &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// textsAt are the texts of a picture in the row of the text that is looked for.
func textsAt(p *draw.Picture, of string) []string {
	var row []string
	for _, a := range p.Texts() {
		if a.Text != of {
			continue
		}
		for _, b := range p.Texts() {
			if math.Abs(b.Top+b.Bottom-a.Top-a.Bottom) < 0.1 && b.Text != of {
				row = append(row, b.Text)
			}
		}
	}
	return row
}

// TestAreasAgree reads the areas of each item back from picture, option and table.
func TestAreasAgree(t *testing.T) {
	withheld, above := 0, 0
	for _, c := range chartCases(t) {
		for n := range c.b.Items {
			i := &c.b.Items[n]
			k := areasChart(c.b, c.w, i, pageWidth)
			if k == nil {
				continue
			}
			o := read(t, k)
			goal := new(big.Rat).Mul(big.NewRat(i.TargetNum, i.TargetDen), big.NewRat(100, 1))
			for m, r := range i.Areas {
				s := r.Shown()
				name := fmt.Sprintf("%s %s %s", c.name, k.ID, r.Area)
				row, datum, cells := textsAt(k.Picture, r.Area), o.Series[0].Data[m].(map[string]any), k.Data.Rows[m].Cells
				want := []string{s.String(), shortText(c.w, r)}
				if s.Over {
					want[0] += "↑"
					above++
				}
				if n := r.NeededPerDay; n != nil && *n > 0 {
					want = append(want, c.w.people(*n))
				}
				if !slices.Equal(row, want) {
					t.Errorf("%s: %q, want %q", name, row, want)
				}
				if r.Withheld {
					withheld++
					if !slices.Equal(row, []string{measure.Hidden, measure.Hidden}) || cells[1].Text != measure.Hidden || cells[1].Number != 0 || cells[4].Text != measure.Hidden {
						t.Errorf("%s is withheld, and shown: %q, %v", name, row, cells)
					}
				}
				if !knownRate(s) {
					if datum["value"] != noValue {
						t.Errorf("%s: drawn as %v", name, datum["value"])
					}
					continue
				}
				far, _ := new(big.Rat).Sub(big.NewRat(s.Hundredths, 100), goal).Float64()
				if math.Abs(datum["value"].(float64)-far) > 1e-6 {
					t.Errorf("%s: %v from the target, want %v", name, datum["value"], far)
				}
				if text := o.YAxis[1].Data[m]; o.YAxis[0].Data[m] != r.Area || !strings.Contains(text, want[0]+"%") || !strings.Contains(text, want[1]) {
					t.Errorf("%s: beside the bar stands %q", name, text)
				}
				if cells[1].Number != r.Expected || cells[2].Number != r.Actual || cells[3].Number != s.Hundredths || cells[4].Number != r.ShortBy {
					t.Errorf("%s: table %v", name, cells)
				}
			}
		}
	}
	if withheld == 0 || above == 0 {
		t.Errorf("%d withheld and %d above 100 %%: the cases do not hold them", withheld, above)
	}
}

// TestBulletsAgree reads target, forecast and the last bulletin back.
func TestBulletsAgree(t *testing.T) {
	checked := 0
	for _, c := range chartCases(t) {
		for n := range c.b.Items {
			i := &c.b.Items[n]
			k := bulletChart(c.b, c.w, i)
			if k == nil {
				if knownRate(i.Whole.Shown()) {
					t.Errorf("%s %s: not drawn", c.name, i.ID)
				}
				continue
			}
			all := fmt.Sprint(k.Picture.Texts())
			want := []string{c.w.t("目标", "target ") + measure.ShownTarget(i.TargetNum, i.TargetDen) + "%"}
			if end := forecastRate(i.Item, i.Whole); knownRate(end) {
				want = append(want, end.String()+"%")
				checked++
			}
			if before := i.Whole.Before; before != nil && knownRate(before.Shown()) {
				want = append(want, c.w.day(c.b.Since)+" "+before.Shown().String()+"%")
				checked++
			}
			for _, text := range want {
				if !strings.Contains(all, text) {
					t.Errorf("%s %s: %q is not in %s", c.name, i.ID, text, all)
				}
			}
			if k.Data.Rows[0].Cells[0].Number != i.Whole.Shown().Hundredths {
				t.Errorf("%s %s: %v", c.name, i.ID, k.Data.Rows[0])
			}
		}
	}
	if checked < 20 {
		t.Errorf("only %d forecasts and bulletins before", checked)
	}
}

// TestNothingToDraw holds that there is no chart where there is no figure.
func TestNothingToDraw(t *testing.T) {
	r := open(t, []string{"city.sql", "books.sql", "few.sql"})
	w := words("")
	first := figures(t, r, measure.Ask{AsOf: day("2020-11-01")})
	if trailChart(first, w) != nil || courseChart(first, w, first.Key()) != nil || progressChart(first, w) != nil {
		t.Error("a course of one day is drawn")
	}
	late := figures(t, r, measure.Ask{AsOf: day("2020-12-18")})
	if paceChart(late, w) != nil {
		t.Error("a pace is drawn though no day is left")
	}
	b := figures(t, r, measure.Ask{AsOf: day("2020-12-10"), Edition: measure.Public})
	withheld := 0
	for n := range b.Items {
		i := &b.Items[n]
		if !i.Whole.Withheld {
			continue
		}
		withheld++
		if bulletChart(b, w, i) != nil || courseChart(b, w, i) != nil {
			t.Errorf("%s is withheld and drawn", i.ID)
		}
	}
	if withheld == 0 {
		t.Error("nothing is withheld in this case")
	}
	if town, ok := b.Town("330782106"); !ok || townCourseChart(b, w, town, town.Items[0]) != nil {
		t.Error("the course of a town is not for the public")
	}
	b.Items[0].Areas = nil
	if areasChart(b, w, &b.Items[0], cardWidth) != nil {
		t.Error("no area is drawn")
	}
	b.Areas = make([]measure.Area, 25)
	if trailChart(b, w) != nil {
		t.Error("25 lines tell nothing")
	}
}
