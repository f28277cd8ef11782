package models

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"canbao/models/measure"
	"canbao/sql/duck"
)

// TestReasons: one reason a person, the first that holds (docs/worklist.md).
func TestReasons(t *testing.T) {
	c := newCity(t, tinyAreas)
	var people []string
	for i := range 16 {
		people = append(people, person("19700101", i+1))
	}
	p := func(i int) string { return people[i] }
	var rows []string
	for _, one := range people {
		rows = append(rows, in(one))
	}
	c.load(roster(rows...))
	c.load("身份证号,险种,年度,参保状态,登记日期,终止日期\n" +
		p(1) + ",居民医保,2021,正常参保,2020-10-01,\n" + // unpaid
		p(2) + ",居民医保,2021,正常参保,2020-10-01,2020-11-03\n" + // ended
		p(3) + ",居民医保,2021,暂停参保,2020-10-02,\n" + // paused
		p(4) + ",居民医保,2021,终止参保,2020-10-05,2020-11-20\n" + // not ended yet
		p(5) + ",居民医保,2021,正常参保,2020-10-01,\n" +
		p(6) + ",居民医保,2021,正常参保,2020-10-01,2020-11-02\n" +
		p(7) + ",职工养老,,正常参保,2020-10-01,\n" + // suspected
		p(10) + ",居民医保,2021,正常参保,2020-10-01,\n")
	c.load("身份证号,困难类别,资助类型,险种,年度,资助方式,认定日期,认定终止日期,落实日期\n" +
		p(8) + ",低保对象,资助参保,居民医保,2021,部分,2020-01-01,,2020-11-01\n" + // own part
		p(9) + ",低保对象,资助参保,居民医保,2021,全额,2020-01-01,,2020-11-20\n" + // pending, and then covered
		p(10) + ",低保对象,资助参保,居民医保,2021,全额,2020-01-01,2020-11-09,\n" + // no longer certified
		p(11) + ",低保对象,资助参保,居民养老,2020,全额,2020-01-01,,\n" + // of another scheme
		p(12) + ",低保对象,医疗救助,居民医保,2021,,2020-01-01,,\n")
	c.load("票号,身份证号,险种,年度,实缴金额,业务类型,缴费时间,状态\n" +
		"F1," + p(5) + ",居民医保,2021,480,缴费,2020-11-05,失败\n" +
		"F2," + p(5) + ",居民医保,2021,480,缴费,2020-11-08,失败\n" +
		"F3," + p(5) + ",居民医保,2021,480,缴费,2020-11-12,失败\n" +
		"F4," + p(8) + ",居民医保,2021,480,缴费,2020-11-07,失败\n" + // before the own part
		"P6," + p(6) + ",居民医保,2021,480,缴费,2020-11-01,\n" +
		"P6," + p(6) + ",居民医保,2021,480,退费,2020-11-04,\n" + // before the end
		"F7," + p(7) + ",居民医保,2020,480,缴费,2020-11-05,失败\n" + // of another year
		"P13," + p(13) + ",居民医保,2021,480,缴费,2020-11-05,\n" + // unregistered, and critical not paid
		"F13," + p(13) + ",大病保险,2021,80,缴费,2020-11-06,失败\n" +
		"P14," + p(14) + ",居民医保,2021,480,缴费,2020-11-05,\n" +
		"P15," + p(15) + ",居民医保,2021,480,缴费,2020-11-05,\n" +
		"C15," + p(15) + ",大病保险,2021,80,缴费,2020-11-06,\n")
	c.load("身份证号,险种,年度,应缴金额\n" + p(1) + ",居民医保,2021,480\n" + p(5) + ",居民医保,2021,480\n" + p(8) + ",居民医保,2021,480\n")
	c.build()
	r := c.reader()
	defer r.Close()
	campaign, err := r.Campaign(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, tell := range []struct{ item, day, want string }{
		{"medical_hukou", "2020-11-10", "0 never, 1 unpaid, 2 ended 2020-11-03, 3 paused 2020-10-02, 4 unpaid, 5 failed 2020-11-08, " +
			"6 refunded 2020-11-04, 7 suspected, 8 failed 2020-11-07, 9 pending, 10 unpaid, 11 never, 12 never"},
		{"medical_hukou", "2020-11-09", "0 never, 1 unpaid, 2 ended 2020-11-03, 3 paused 2020-10-02, 4 unpaid, 5 failed 2020-11-08, " +
			"6 refunded 2020-11-04, 7 suspected, 8 failed 2020-11-07, 9 pending, 10 pending, 11 never, 12 never"},
		{"medical_hukou", "2020-11-20", "0 never, 1 unpaid, 2 ended 2020-11-03, 3 paused 2020-10-02, 4 ended 2020-11-20, 5 failed 2020-11-12, " +
			"6 refunded 2020-11-04, 7 suspected, 8 failed 2020-11-07, 10 unpaid, 11 never, 12 never"},
		{"medical_hardship", "2020-11-10", "8 never, 9 never, 11 never, 12 never"},
		{"medical_hardship", "2020-11-09", "8 never, 9 never, 10 pending, 11 never, 12 never"},
		{"critical_uptake", "2020-11-10", "13 failed 2020-11-06, 14 option"},
		{"medical_assistance", "2020-11-10", "12 unassisted"},
		{"medical_collection_main", "2020-11-10", "1 due, 5 failed 2020-11-08, 8 failed 2020-11-07"},
		{"medical_collection_full", "2020-11-06", "1 due, 5 failed 2020-11-05, 8 own_part"},
		{"pension_hardship", "2020-11-10", "8 never, 9 never, 11 never, 12 never"},
	} {
		asOf, _ := campaign.AsOf(tell.day)
		var got []string
		for _, m := range c.missing(r, measure.AskMissing{Campaign: campaign, Item: tell.item, Area: "330782", AsOf: asOf}) {
			text := m.Reason.Code
			if !m.Reason.Day.IsZero() {
				text += " " + timeText(m.Reason.Day)
			}
			at := slices.Index(people, c.numberOf(m.Person, nil))
			got = append(got, fmt.Sprint(at, " ", text))
		}
		sort.Slice(got, func(i, j int) bool { return leading(got[i]) < leading(got[j]) })
		if text := strings.Join(got, ", "); text != tell.want {
			t.Errorf("%s as of %s:\n%s, want\n%s", tell.item, tell.day, text, tell.want)
		}
	}
}

func leading(text string) (n int) {
	fmt.Sscan(text, &n)
	return n
}

// TestListsOfAnEarlierSnapshot: one published before visits were known has its
// reasons, and no answers.
func TestListsOfAnEarlierSnapshot(t *testing.T) {
	c := newCity(t, tinyAreas)
	one := person("19700101", 1)
	c.load(roster(in(one)))
	c.load("身份证号,考核项,走访结果,走访日期\n" + one + ",medical_hukou,愿缴,2020-11-20\n")
	built := c.build()
	ask := func(path string) measure.Missing {
		t.Helper()
		r, err := measure.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		campaign, err := r.Campaign(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		asOf, _ := campaign.AsOf("2020-12-01")
		q := measure.AskMissing{Campaign: campaign, Item: "medical_hukou", Area: "330782", AsOf: asOf}
		all := c.missing(r, q)
		counted, err := r.Answered(t.Context(), q)
		if len(all) != 1 || err != nil || len(counted) > 0 != (all[0].Answer.Code != "") {
			t.Fatalf("%d people, %v, %v", len(all), counted, err)
		}
		return all[0]
	}
	old := filepath.Join(t.TempDir(), "old.duckdb")
	text, err := os.ReadFile(built.Snapshot.Path)
	if err == nil {
		err = os.WriteFile(old, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if m := ask(old); m.Answer.Code != "will_pay" {
		t.Errorf("answer %+v", m.Answer)
	}
	db, err := duck.Open(t.Context(), old, duck.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("drop table mart.answer; drop table mart.visit"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	if m := ask(old); m.Answer.Code != "" || m.Reason.Code != "never" {
		t.Errorf("of the earlier snapshot: %+v", m)
	}
}
