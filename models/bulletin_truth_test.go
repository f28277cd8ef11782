package models

import (
	"testing"

	"canbao/etl/synth"
)

// roadsAgree compares mart.hardship_road with the truth, person by person, both
// ways.
func (c *city) roadsAgree(truth *synth.Truth) {
	c.t.Helper()
	walked, recorded := int64(0), int64(0)
	for _, text := range truthDays {
		day, _ := ParseDay(text)
		want := truth.Roads(synth.Day(day))
		rows, err := c.db.Query(`
select scheme, area_code, certified, registered, funded, coalesce(recorded, 0)
from mart.hardship_road
where as_of = cast(? as date)`, text)
		if err != nil {
			c.t.Fatal(err)
		}
		seen := 0
		for rows.Next() {
			var key synth.Key
			var got synth.Road
			if err := rows.Scan(&key.Indicator, &key.AreaCode, &got.Certified, &got.Registered, &got.Funded, &got.Recorded); err != nil {
				c.t.Fatal(err)
			}
			if _, ok := want[key]; ok {
				seen++
			}
			walked += got.Funded
			recorded += got.Recorded
			if got != want[key] {
				c.t.Errorf("%s %v: SQL %+v, person by person %+v", text, key, got, want[key])
			}
		}
		if err := rows.Err(); err != nil {
			c.t.Fatal(err)
		}
		if seen != len(want) {
			c.t.Errorf("%s: SQL has %d of %d roads", text, seen, len(want))
		}
	}
	if len(truth.Roads(synth.FullDue)) > 0 && (walked == 0 || recorded == 0 || recorded == walked) {
		c.t.Errorf("%d funded, %d recorded: the road has no step to compare", walked, recorded)
	}
}

// failuresAgree compares mart.payment_failed with the truth: transactions and
// fen per scheme and day.
func (c *city) failuresAgree(truth *synth.Truth) {
	c.t.Helper()
	want := map[string][2]int64{}
	for _, p := range truth.People {
		for _, y := range p.Payments {
			if year, ok := c.campaigns[0].Year(y.Scheme); !ok || year != y.Year || !y.Failed || y.Back {
				continue
			}
			sums := want[y.Scheme+" "+y.Day.String()]
			want[y.Scheme+" "+y.Day.String()] = [2]int64{sums[0] + 1, sums[1] + int64(y.Fen)}
		}
	}
	rows, err := c.db.Query(`
select concat(scheme, ' ', tried_on), sum(failures)::bigint, sum(amount * 100)::bigint from mart.payment_failed group by all`)
	if err != nil {
		c.t.Fatal(err)
	}
	defer rows.Close()
	days := 0
	for rows.Next() {
		var key string
		var got [2]int64
		if err := rows.Scan(&key, &got[0], &got[1]); err != nil {
			c.t.Fatal(err)
		}
		days++
		if got != want[key] {
			c.t.Errorf("%s: SQL %v failures and fen, person by person %v", key, got, want[key])
		}
	}
	if days != len(want) || days == 0 {
		c.t.Errorf("SQL has failures on %d scheme days, want %d", days, len(want))
	}
}

// TestRoadWithoutRights: where nobody tells when an entitlement was recorded,
// the last step is unknown and not nobody.
func TestRoadWithoutRights(t *testing.T) {
	c := newCity(t, tinyAreas)
	a, b := person("19700101", 1), person("19700101", 2)
	c.load(roster(in(a), in(b)))
	c.load("身份证号,险种,年度,参保状态,登记日期\n" + a + ",居民医保,2021,正常参保,2020-10-01\n")
	c.load("身份证号,困难类别,资助类型,险种,年度,认定日期,落实日期\n" +
		a + ",低保对象,资助参保,居民医保,2021,2020-01-01,2020-11-10\n" + b + ",低保对象,资助参保,居民医保,2021,2020-01-01,2020-11-10\n")
	c.build()
	road := func(day string) string {
		return c.one(`select concat(certified, ' ', registered, ' ', funded, ' ', coalesce(cast(recorded as varchar), 'unknown'))
from mart.hardship_road where scheme = 'medical' and area_code = ? and as_of = cast(? as date)`, town, day)
	}
	for day, want := range map[string]string{"2020-11-09": "2 1 0 unknown", "2020-11-10": "2 1 1 unknown"} {
		if got := road(day); got != want {
			t.Errorf("%s: %s, want %s", day, got, want)
		}
	}
	c.load("身份证号,险种,年度,参保状态,登记日期,权益记录日期\n" + a + ",居民医保,2021,正常参保,2020-10-01,2020-11-12\n")
	c.build()
	for day, want := range map[string]string{"2020-11-11": "2 1 1 0", "2020-11-12": "2 1 1 1"} {
		if got := road(day); got != want {
			t.Errorf("%s: %s, want %s", day, got, want)
		}
	}
}

// TestBooks: a line is compared with the transactions of the channel and bank
// it names, of its day, whatever their year; a quiet day has none.
func TestBooks(t *testing.T) {
	c := newCity(t, tinyAreas)
	a := person("19700101", 1)
	c.load(roster(in(a)))
	c.load("票号,身份证号,险种,年度,实缴金额,业务类型,缴费时间,缴费渠道,银行\n" +
		"R1," + a + ",居民医保,2021,480.50,缴费,2020-11-05,银行批扣,农行\n" +
		"R2," + a + ",居民医保,2020,100,缴费,2020-11-05,微信,\n" +
		"R1," + a + ",居民医保,2021,80,退费,2020-11-05 12:00:00,银行批扣,农行\n")
	c.load("对账日期,来源,险种,缴费渠道,银行,笔数,金额\n" +
		"2020-11-05,税务,居民医保,,,3,500.50\n2020-11-05,银行,居民医保,,农行,2,400.50\n2020-11-05,银行,居民医保,银行批扣,农行,2,400.49\n2020-11-06,国库,居民医保,,,1,1\n")
	c.build()
	got := c.one(`select string_agg(concat(date, ' ', source, ' ', coalesce(channel, '-'), ' ', coalesce(bank, '-'), ' ',
		recorded_count, ' ', recorded_amount, ' ', stated_count = recorded_count and stated_amount = recorded_amount), '; ' order by date, source, channel nulls first) from mart.books`)
	want := "2020-11-05 bank - 农行 2 400.50 true; 2020-11-05 bank 银行批扣 农行 2 400.50 false; 2020-11-05 tax - - 3 500.50 true; 2020-11-06 treasury - - 0 0.00 false"
	if got != want {
		t.Errorf("books\n%s\nwant\n%s", got, want)
	}
	if n := c.one("select rows from mart.check where check_id = 'statement_disagrees'"); n != "2" {
		t.Errorf("the check finds %s lines", n)
	}
	if n := c.one("select sum(rows) from mart.check_area where check_id = 'levied_without_registration'"); n != "none" {
		t.Errorf("%s rows of a check that found none", n)
	}
}
