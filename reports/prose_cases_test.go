package reports

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"canbao/models/measure"
)

// TestGoldenCases: cities unlike the one of special.sql, in both languages.
func TestGoldenCases(t *testing.T) {
	rest := []string{
		"update ref.item set scored = false, rule = null, basis = null, weight = null", "delete from mart.score",
		"update ref.campaign set tie_break = null, max_points = 0",
	}
	for _, c := range []struct {
		name string
		asOf string
		more []string
	}{
		{"no-city", "2020-12-10", []string{
			"delete from mart.standing where level = 'city'", "insert into ref.area values ('331200', '邻市', null, 'city', null, 99)",
		}},
		{"no-city-past", "2021-01-20", []string{
			"delete from mart.standing where level = 'city'", "insert into ref.area values ('331200', '邻市', null, 'city', null, 99)",
		}},
		{"one-town", "2020-12-10", []string{
			"delete from ref.area where level = 'town' and area_code <> '331199001'",
			"delete from mart.standing where level = 'town' and area_code <> '331199001'",
			"delete from mart.score where area_code <> '331199001'",
		}},
		{"unscored", "2021-01-05", rest},
		{"nobody", "2020-12-10", []string{
			"update mart.standing set expected = 0, actual = 0, actual_on_time = 0, expected_on_time = 0, gained = 0, short_by = 0, rate = null, rate_on_time = null, met = null, rank = null, per_day = null, needed_per_day = null, forecast = null, status = null",
			rest[0], rest[1], rest[2],
		}},
		{"all-equal", "2021-01-05", []string{
			"update mart.score set score = 90, score_exact = '90/1', rank = 1",
			"delete from mart.load", "delete from mart.books", "delete from mart.check", "delete from mart.area_quality", "delete from mart.payment_daily",
		}},
		{"tally", "2020-12-10", []string{
			"delete from ref.item where item not in ('medical_hukou', 'medical_resident')", "update ref.item set source = 'tally'",
			"delete from mart.standing where item not in ('medical_hukou', 'medical_resident')", "delete from mart.score",
			rest[0], rest[2], "delete from mart.load", "delete from mart.books", "delete from mart.check", "delete from mart.area_quality",
			"delete from mart.payment_daily", "delete from mart.hardship_road",
		}},
	} {
		b := figures(t, special(t, c.more...), measure.Ask{AsOf: day(c.asOf)})
		for _, lang := range []words{"zh", "en"} {
			golden(t, filepath.Join("testdata", "golden", "prose-"+c.name+"-"+string(lang)+".txt"), aloud(t, b, lang))
		}
	}
}

// TestSpecialCases names what the golden files must never lose.
func TestSpecialCases(t *testing.T) {
	r := special(t)
	for _, c := range []struct {
		asOf, since string
		edition     measure.Edition
		want, never []string
	}{
		// One of 10,001 is missing; 100.00 only where nobody is.
		{"2021-01-20", "", "", []string{"*前街社区*差1人（99.99%）", "99.90%，差*1人*", "石塘街道、乌饭树畲族乡*并列第1位"}, []string{"七日来"}},
		{"2021-01-20", "", "", []string{"已装载的数据只到2021年1月16日", "2020年11月30日已截止51天", "2020年11月8日至9日、2020年12月20日"}, nil},
		// An unmet target never reads as met: 97.98 of 98.
		{"2021-01-20", "", "", []string{"*97.98%*（上升0.26个百分点），1月15日截止时未达到98%的目标，仍差*4人*"}, []string{"*98.00%*（上升0.2"}},
		{"2020-12-10", "2020-11-30", "", []string{"*101.03%↑*", "较11月30日", "高新技术园区没有下辖村社的数据"}, []string{"12月3日", "七日", "居后的是：。"}},
		{"2020-11-04", "", "", []string{"此前没有可比的日期", "没有应完成人员，不计比率"}, []string{"上升", "下降", "较10月"}},
		{"2020-11-30", "", "", []string{"*11月30日当日截止*，共1项", "[截止日] 当日"}, []string{"还有0天"}},
		{"2021-01-05", "", "", []string{"较2020年12月29日", "*1月15日截止，还有10天*", "近7日净减3人", "近7日共增1人", "近7日没有增加"}, []string{"日均增0人", "日均增-"}},
		{"2020-12-10", "", measure.Public, []string{"得分按公开规则不公布", "数据不公布的镇街不在此列", "（条数不公布）"}, []string{"内部资料", "前街社区", "东山村", "不公布的人数"}},
	} {
		ask := measure.Ask{AsOf: day(c.asOf), Edition: c.edition}
		if c.since != "" {
			ask.Since = day(c.since)
		}
		text := aloud(t, figures(t, r, ask), "")
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is not said", c.asOf, want)
			}
		}
		for _, never := range c.never {
			if strings.Contains(text, never) {
				t.Errorf("%s: %q is said", c.asOf, never)
			}
		}
	}
}

// TestHiddenIsNoNumber: the mark of what is withheld stands in no sentence but
// the one that explains it.
func TestHiddenIsNoNumber(t *testing.T) {
	r := special(t, "update mart.standing set actual = expected - 3, short_by = 3 where item = 'pension_coverage' and area_code = '331199103'")
	for _, asOf := range []string{"2020-11-04", "2020-11-30", "2020-12-10", "2021-01-05", "2021-01-20"} {
		b := figures(t, r, measure.Ask{AsOf: day(asOf), Edition: measure.Public})
		for _, lang := range []words{"", "en"} {
			said, err := cityProse(b, lang, nil)
			if err != nil {
				t.Fatal(err)
			}
			all := slices.Concat(said.Lead, said.State, said.Leaders, said.Risk, said.Hardship, said.Books, said.Gaps, said.Findings)
			for line := range strings.Lines(plain(all)) {
				explains := strings.Contains(line, "1至9人") || strings.Contains(line, "one to nine")
				if strings.Contains(line, measure.Hidden) && !explains {
					t.Errorf("%s %s: %s", asOf, lang, line)
				}
			}
			for _, x := range said.Tiles {
				if strings.Contains(x.Note, measure.Hidden) {
					t.Errorf("tile %+v", x)
				}
			}
		}
	}
}
