package reports

import (
	"path/filepath"
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
