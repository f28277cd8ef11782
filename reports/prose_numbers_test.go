package reports

import (
	"math/big"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"canbao/models/measure"
)

// printed is every way a figure of a bulletin may be printed, gathered from the
// value itself and not from what the prose makes of it.
type printed map[string]bool

func (p printed) count(n int64) { p[measure.Grouped(max(n, -n))] = true }

// walk takes every whole number and every day of a value.
func (p printed) walk(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			p.walk(v.Elem())
		}
	case reflect.Int, reflect.Int64:
		p.count(v.Int())
	case reflect.Slice:
		for n := range v.Len() {
			p.walk(v.Index(n))
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			p.walk(v.MapIndex(k))
		}
	case reflect.Struct:
		switch x := v.Interface().(type) {
		case time.Time:
			for _, part := range strings.Split(x.Format("2006-1-2"), "-") {
				p[part] = true
			}
			return
		case big.Rat:
			p[measure.Rounded(&x, 2)] = true
			return
		}
		for n := range v.NumField() {
			if v.Type().Field(n).IsExported() {
				p.walk(v.Field(n))
			}
		}
	}
}

// row takes what a standing tells beside its whole numbers.
func (p printed) row(i *measure.ItemFigures, r measure.Row) {
	p.count(r.Missing())
	p.count(r.Actual - r.Expected)
	if r.Gained >= 0 {
		p.count(r.Gained / 7) // whole people a day, downwards
	}
	p[r.Shown().String()], p[r.ShownOnTime().String()] = true, true
	p[measure.ShownTarget(i.TargetNum, i.TargetDen)] = true
	if h, known := r.Change(); known {
		p[strings.TrimLeft(measure.ShownChange(h), "+-")] = true
	}
	if r.Forecast != nil {
		end := r.Standing
		end.Actual = *r.Forecast
		p[end.Shown().String()] = true
	}
}

// figuresOf is all that may be printed.
func figuresOf(b *measure.Bulletin) printed {
	p := printed{}
	p.walk(reflect.ValueOf(b))
	for n := range 1 + max(len(b.Items), len(b.Areas)) { // how many items, areas, days of a pace
		p.count(int64(n))
	}
	for n := range b.Items {
		i := &b.Items[n]
		p.count(int64(b.DaysLeft(i.Due)))
		p.row(i, i.Whole)
		for _, r := range i.Areas {
			p.row(i, r)
			for _, v := range i.Villages[r.AreaCode] {
				p.row(i, v)
				p[strings.TrimLeft(measure.ShownChange(r.Shown().Hundredths-v.Shown().Hundredths), "+-")] = true
			}
			p.shares(i.Villages[r.AreaCode])
		}
		p.shares(i.Areas)
		for _, status := range []string{measure.AtRisk, measure.Missed} {
			p.shares(slices.DeleteFunc(slices.Clone(i.Areas), func(r measure.Row) bool { return r.Status != status }))
		}
	}
	for _, r := range b.Roads {
		p.count(r.Certified.N - r.Registered.N)
		p.count(r.Registered.N - r.Funded.N)
		if r.Recorded != nil {
			p.count(r.Funded.N - r.Recorded.N)
		}
	}
	for _, k := range b.Books {
		p.count(k.Stated.N - k.Recorded.N)
		p.count(int64(len(k.Lines)) - 3)
		for _, f := range []measure.Fen{k.StatedFen, k.RecordedFen, k.StatedFen - k.RecordedFen} {
			p[strings.TrimSuffix(measure.Grouped(max(int64(f), -int64(f))/100)+"."+cents(f), ".00")] = true
		}
	}
	held := map[string]int64{}
	for _, q := range b.Quality {
		held[q.Dataset] += q.Held
		p.count(held[q.Dataset])
	}
	p.count(int64(len(b.Gaps.QuietDays)))
	for _, x := range b.Ranking {
		if x.Score != nil && x.ScoreBefore != nil {
			now, _ := new(big.Rat).SetString(measure.Rounded(x.Score, 2))
			then, _ := new(big.Rat).SetString(measure.Rounded(x.ScoreBefore, 2))
			p[strings.TrimPrefix(now.Sub(now, then).FloatString(2), "-")] = true
		}
	}
	return p
}

func cents(f measure.Fen) string {
	n := max(int64(f), -int64(f)) % 100
	return string([]byte{byte('0' + n/10), byte('0' + n%10)})
}

// shares are the sums of what the last rows lack once the worst are named, and
// the whole percents of one to three of them.
func (p printed) shares(rows []measure.Row) {
	var total, expected int64
	for _, r := range rows {
		total, expected = total+r.ShortBy, expected+r.Expected
	}
	p.count(total)
	if total == 0 {
		return
	}
	for x := range rows {
		p.count(100 * rows[x].ShortBy / total)
		p.count(100 * rows[x].Expected / expected)
		for y := range x {
			p.count(rows[x].ShortBy + rows[y].ShortBy) // two that are not named
			for z := range y {
				three := rows[x].ShortBy + rows[y].ShortBy + rows[z].ShortBy
				p.count(100 * three / total)
				p.count(total - three)
			}
		}
	}
}

var numbers = regexp.MustCompile(`[0-9][0-9,]*(\.[0-9]+)?`)

// TestNoNumberInvented reads every number out of the sentences and finds it in
// the figures.
func TestNoNumberInvented(t *testing.T) {
	r := special(t)
	city := open(t, []string{"city.sql", "books.sql"})
	found := 0
	for _, c := range []struct {
		reader *measure.Reader
		day    string
		ed     measure.Edition
	}{
		{r, "2020-11-04", ""}, {r, "2020-11-30", ""}, {r, "2020-12-10", ""}, {r, "2021-01-05", ""}, {r, "2021-01-20", ""},
		{r, "2020-12-10", measure.Public}, {r, "2021-01-20", measure.Public},
		{city, "2020-11-03", ""}, {city, "2020-12-10", ""}, {city, "2020-12-20", ""}, {city, "2020-12-10", measure.Public},
	} {
		b := figures(t, c.reader, measure.Ask{AsOf: day(c.day), Edition: c.ed})
		known := figuresOf(b)
		for _, lang := range []words{"zh", "en"} {
			for line := range strings.Lines(aloud(t, b, lang)) {
				for _, number := range numbers.FindAllString(titles.Replace(line), -1) {
					found++
					number = strings.TrimSuffix(number, ",")
					if !known[number] && !known[strings.TrimLeft(number, "0")] {
						t.Errorf("%s %s %s: %s is no figure of the bulletin, in %s", c.day, c.ed, lang, number, line)
					}
				}
			}
		}
	}
	if found < 1000 {
		t.Errorf("only %d numbers read", found)
	}
}

// titles are numbers that are no figures: of the campaign's title, and the bound
// of the public edition.
var titles = strings.NewReplacer("2021年度", "", "insurance, 2021", "", "1至9人", "")
