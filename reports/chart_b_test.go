package reports

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"canbao/models/measure"
	"canbao/reports/draw"
)

// manyVillages gives each of the 14 towns 50 villages on a day: what a town
// misses is spread unevenly over them, the third has most.
const manyVillages = `
	delete from mart.standing where level = 'village' and as_of = date '2020-12-10';
	delete from ref.area where level = 'village';
	insert into ref.area
	select t.area_code || '2' || lpad(n::varchar, 2, '0'), '第' || n || '村', t.area_code, 'village', t.area_code, 1000 + row_number() over (order by t.area_code, n)
	from ref.area as t, range(1, 51) as r(n) where t.level = 'town';
	insert into mart.standing (campaign, item, level, area_code, area, as_of, expected, actual, actual_on_time, rate, rate_on_time, target, met, short_by,
		rank, status, parent, expected_on_time, gained)
	with split as (
		select s.campaign, s.item, a.area_code, a.area, s.area_code as parent, s.as_of, s.target, i.target_num as num, i.target_den as den, s.status as town_status,
			s.expected * (40 + n) // 3275 as expected, (s.expected - s.actual) * ((n * 7919 + s.area_code::bigint) % 101) * (case n when 3 then 6 else 1 end) // 2700 as missing, n
		from (select *, right(area_code, 2)::integer as n from ref.area where level = 'village') as a
		join mart.standing as s on s.area_code = a.parent and s.as_of = date '2020-12-10'
		join ref.item as i using (item)
	), counted as (
		select *, greatest(0, expected - missing) as actual from split
	), short as (
		select *, greatest(0, (expected * num + den - 1) // den - actual) as short_by from counted
	)
	select campaign, item, 'village', area_code, area, as_of, expected, actual, actual, actual / nullif(expected, 0), actual / nullif(expected, 0), target,
		case when expected > 0 then short_by = 0 end, short_by,
		case when expected > 0 then rank() over (partition by item, parent order by actual / nullif(expected, 0) desc nulls last) end,
		case when expected = 0 then null when short_by = 0 then 'met' when short_by < 4 then 'on_track' else 'at_risk' end, parent, expected, 0
	from short`

// failedDeductions are seven banks whose deductions fail, one of them mostly.
const failedDeductions = `
	delete from mart.payment_daily where channel = '银行批扣';
	insert into mart.payment_daily
	select 'yiwu-2021', 'medical', '330782001201', d.day::date, '银行批扣', bank, 900 - 40 * n, 900, 450000, 0, 0
	from generate_series(date '2020-11-05', date '2020-12-15', interval 7 day) as d(day),
		(values (1, '义乌农商银行'), (2, '浙江稠州商业银行'), (3, '中国农业银行'), (4, '中国工商银行'), (5, '中国建设银行'), (6, '中国银行'), (7, '邮储银行')) as b(n, bank)
	where not (n = 7 and day < date '2020-11-20');
	insert into mart.payment_failed
	select 'yiwu-2021', 'medical', '330782001201', d.day::date, '银行批扣', bank, 12 * n + case when n = 3 and day = date '2020-11-19' then 700 else 0 end, 10, 5000
	from generate_series(date '2020-11-05', date '2020-12-15', interval 7 day) as d(day),
		(values (1, '义乌农商银行'), (2, '浙江稠州商业银行'), (3, '中国农业银行'), (4, '中国工商银行'), (5, '中国建设银行'), (6, '中国银行'), (7, '邮储银行')) as b(n, bank)
	where not (n = 7 and day < date '2020-11-20')`

// chartCities are the bulletins that chartCity made: a city takes seconds, and no
// chart changes one.
var chartCities = map[string]*measure.Bulletin{}

// chartCity is the city of the test figures on a day, with further statements.
func chartCity(t testing.TB, asOf string, edition measure.Edition, more ...string) *measure.Bulletin {
	t.Helper()
	key := strings.Join(append([]string{asOf, string(edition)}, more...), "\x00")
	if chartCities[key] == nil {
		chartCities[key] = figures(t, open(t, []string{"city.sql", "books.sql"}, more...), measure.Ask{AsOf: day(asOf), Edition: edition})
	}
	return chartCities[key]
}

// allCharts draws every chart of this file's kind that there is, of all items.
func allCharts(t *testing.T, b *measure.Bulletin, w words) []*Chart {
	t.Helper()
	all := []*Chart{heatChart(b, w), roadChart(b, w, ""), channelsChart(b, w), banksChart(b, w), booksChart(b, w)}
	for n := range b.Items {
		i := &b.Items[n]
		all = append(all, villagesChart(b, w, i), tilesChart(b, w, i, nil))
	}
	for _, i := range []*measure.ItemFigures{b.Key(), b.Item("medical_hardship")} {
		m, err := mapChart(b, w, i, []byte(yiwuMap()))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, m)
	}
	for _, a := range b.Areas[:min(2, len(b.Areas))] {
		town, _ := b.Town(a.Code)
		all = append(all, roadChart(b, w, a.Code))
		for _, i := range town.Items {
			all = append(all, townVillagesChart(b, w, town, i))
		}
	}
	return slices.DeleteFunc(all, func(c *Chart) bool { return c == nil })
}

// TestChartsLook: whatever the day, the edition and the language, every text of
// a picture lies inside it and over no other; what the page gets is data; and the
// same figures give the same bytes.
func TestChartsLook(t *testing.T) {
	few, err := os.ReadFile("../models/measure/testdata/few.sql")
	if err != nil {
		t.Fatal(err)
	}
	both := `insert into mart.hardship_road select campaign, 'medical', level, area_code, as_of, expected, expected, actual, null from mart.standing where item = 'medical_hardship'`
	for _, c := range []struct {
		day     string
		edition measure.Edition
		more    []string
	}{
		{"2020-11-01", measure.Internal, nil}, {"2020-11-03", measure.Internal, nil}, {"2020-12-18", measure.Internal, nil},
		{"2020-12-10", measure.Internal, []string{manyVillages, failedDeductions, both}},
		{"2020-12-10", measure.Public, []string{string(few), both}}, {"2020-11-03", measure.Public, []string{string(few)}},
	} {
		b := chartCity(t, c.day, c.edition, c.more...)
		for _, lang := range []words{"zh", "en"} {
			seen := map[string]bool{}
			again := allCharts(t, b, lang)
			for n, x := range allCharts(t, b, lang) {
				name := fmt.Sprintf("%s %s %s %s", c.day, c.edition, lang, x.ID)
				if seen[x.ID] || !regexp.MustCompile("^[a-z0-9_-]+$").MatchString(x.ID) || x.Title == "" || x.Label == "" || x.Height < 40 || x.Data == nil || x.Picture.Width != 700 {
					t.Errorf("%s: twice, or not whole: %+v", name, x)
				}
				seen[x.ID] = true
				if option := told(t, x); option != told(t, again[n]) || strings.Contains(option, "function") || strings.Contains(option, "__f__") {
					t.Errorf("%s: the option differs or holds code", name)
				}
				if x.Picture.SVG() != again[n].Picture.SVG() {
					t.Errorf("%s: the picture differs", name)
				}
				readable(t, name, x.Picture)
			}
		}
	}
}

// readable checks the texts of a picture against its edges and each other. The
// width of a text is an estimate on the large side, a tenth is let pass.
func readable(t *testing.T, name string, p *draw.Picture) {
	t.Helper()
	texts := drawnTexts(t, p)
	for n, a := range texts {
		slack := 0.05 * (a.right - a.left)
		if a.left+slack < -0.5 || a.right-slack > p.Width+0.5 || a.top < -0.5 || a.down > p.Height+0.5 {
			t.Errorf("%s: %q leaves the picture: %+v of %gx%g", name, a.text, a, p.Width, p.Height)
		}
		for _, b := range texts[n+1:] {
			other := 0.05 * (b.right - b.left)
			if a.left+slack < b.right-other && b.left+other < a.right-slack && a.top+1.5 < b.down-1.5 && b.top+1.5 < a.down-1.5 {
				t.Errorf("%s: %q lies over %q", name, a.text, b.text)
			}
		}
	}
}

func TestChartsOfNothing(t *testing.T) {
	empty := &measure.Bulletin{Campaign: &measure.Campaign{}}
	item := &measure.ItemFigures{Item: measure.Item{ID: "x", TargetNum: 1, TargetDen: 1}}
	for _, c := range []*Chart{
		heatChart(empty, "zh"), roadChart(empty, "zh", ""), channelsChart(empty, "zh"), banksChart(empty, "zh"), booksChart(empty, "zh"),
		villagesChart(empty, "zh", item), tilesChart(empty, "zh", item, nil), townVillagesChart(empty, "zh", &measure.Town{}, measure.TownItem{ItemFigures: item}),
	} {
		if c != nil {
			t.Errorf("a chart of nothing: %s", c.ID)
		}
	}
	if c, err := mapChart(empty, "zh", item, nil); c != nil || err != nil {
		t.Errorf("a map of nothing: %v, %v", c, err)
	}
}

// TestPublicCharts: what is withheld is told as withheld and never as 0.
func TestPublicCharts(t *testing.T) {
	few, err := os.ReadFile("../models/measure/testdata/few.sql")
	if err != nil {
		t.Fatal(err)
	}
	b := chartCity(t, "2020-12-10", measure.Public, string(few))
	hidden := 0
	heat := heatChart(b, "zh")
	for n, i := range b.Items {
		for _, r := range i.Areas {
			if !r.Withheld {
				continue
			}
			hidden++
			for _, row := range heat.Data.Rows {
				if row.Cells[1].Text == r.Area && row.Cells[2+n].Text != measure.Hidden {
					t.Errorf("%s at %s: %+v", r.Area, i.ID, row.Cells[2+n])
				}
			}
			if x := tilesChart(b, "zh", &b.Items[n], nil); !strings.Contains(told(t, x), r.Area+`\n*\n*`) {
				t.Errorf("the tile of %s at %s", r.Area, i.ID)
			}
		}
		if villagesChart(b, "zh", &b.Items[n]) != nil {
			t.Errorf("villages of %s in the public edition", i.ID)
		}
	}
	if hidden == 0 {
		t.Fatal("nothing is withheld")
	}
}
