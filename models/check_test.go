package models

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestChecksFind plants each fault once and wants each check to find just that.
func TestChecksFind(t *testing.T) {
	c := newCity(t, tinyAreas)
	a, b, d, e, stray := person("19700101", 1), person("19700101", 2), person("19700101", 3), person("19700101", 4), person("19700101", 5)
	c.load(roster(in(a), in(b), in(d), strings.Replace(in(e), "向阳社区", "无此村", 1)))
	c.load("身份证号,险种,年度,参保状态,登记日期\n" +
		a + ",居民医保,2021,正常参保,2020-10-01\n" + a + ",职工医保,,正常参保,2020-09-01\n" + // both at once
		b + ",居民养老,2020,正常参保,2020-01-01\n" + b + ",居民医保,2021,正常参保,2020-10-01\n")
	c.load("身份证号,险种,年度,应缴金额\n" + b + ",居民医保,2021,480\n" + d + ",居民医保,2021,480\n") // d is not registered
	c.load(payments(
		"R1,"+a+",居民医保,2021,480,缴费,2020-11-02,微信",
		"R2,"+b+",居民医保,2021,480,缴费,2020-11-02,微信",
		"R2,"+b+",居民医保,2021,480,退费,2020-11-03,微信",
		"R3,"+b+",居民医保,2021,480,缴费,2020-11-04,微信", // again after a refund
		"R4,"+e+",居民养老,2020,500,缴费,2020-11-06,微信", // not registered
		"R5,"+e+",大病选缴,2021,100,缴费,2020-11-06,微信", // without medical insurance
		"R6,"+stray+",居民医保,2021,480,缴费,2020-11-06,微信",
		"R7,"+b+",居民养老,2020,500,缴费,2020-10-20,微信")) // before the opening
	c.load("对账日期,来源,险种,缴费渠道,笔数,金额\n" +
		"2020-11-02,税务,居民医保,微信,2,960\n2020-11-02,国库,居民医保,,2,959\n2020-11-03,税务,居民医保,,1,-480\n2020-11-06,银行,居民医保,支付宝,1,480\n")
	c.load("行政区划代码,口径,人数,统计日期\n330782001001,常住人口,1,\n")
	c.load("身份证号,考核项,走访结果,走访日期\n" + a + ",medical_hukou,愿缴,2020-11-20\n" + a + ",户籍基本医疗保险参保率,愿缴,2020-11-21\n" +
		b + ",没有这一项,愿缴,2020-11-20\n" + d + ",medical_hukou,愿缴,2020-10-24\n" + e + ",别的项,,\n")
	got := map[string]int64{}
	for _, check := range c.build().Checks {
		got[check.ID] = check.Rows
	}
	want := map[string]int64{
		"rows_add_up": 0, "crowded_person": 0,
		"not_on_roster": 1, "double_cover": 1, "paid_without_registration": 1, "levied_without_registration": 1,
		"critical_without_medical": 1, "payment_after_refund": 1, "statement_disagrees": 2, "rate_above_100": 1,
		"village_without_row":      3, // all but 向阳社区
		"placed_above_village":     1,
		"day_without_payments":     2, // 11-01 and 11-05
		"payment_outside_campaign": 1,
		"visit_unplaced":           2, // an item nobody has, and a day before the campaign
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows found (-want +got):\n%s", diff)
	}
	if published := c.one("select cast(sum(rows) as varchar) from mart.check"); published != "18" {
		t.Errorf("published checks find %s rows, want 18", published)
	}
}

// TestFailedCheckPublishesNothing breaks the ledger: what is published stays.
func TestFailedCheckPublishesNothing(t *testing.T) {
	c := newCity(t, tinyAreas)
	c.load(roster(in(person("19700101", 1))))
	first := c.build()
	if _, err := c.loader.DB.Exec("update raw.load set accepted = accepted + 1"); err != nil {
		t.Fatal(err)
	}
	dir := c.dir + "/published"
	built, err := Build{DB: c.loader.DB, Campaigns: c.campaigns, Dir: dir}.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if built.Snapshot.Number != 0 {
		t.Errorf("snapshot %d was published over a failed check", built.Snapshot.Number)
	}
	failed := ""
	for _, check := range built.Checks {
		if check.Failed() {
			failed += check.ID
		}
	}
	if failed != "rows_add_up" {
		t.Errorf("failed checks: %q, want rows_add_up", failed)
	}
	if now, err := Current(dir); err != nil || now != first.Snapshot {
		t.Errorf("current is %v (%v), want %v", now, err, first.Snapshot)
	}
}
