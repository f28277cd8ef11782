package models

import (
	"strings"
	"testing"
)

const town, village = "330782001", "330782001001"

// roster is the roster of people with local hukou in one village.
func roster(rows ...string) string {
	return "身份证号,姓名,镇街,村社,户籍,常住,在校学生,不应参保原因,不应参保日期\n" + strings.Join(rows, "\n") + "\n"
}

func in(id string) string { return id + ",张三,稠城街道,向阳社区,是,是,否,," }

func payments(rows ...string) string {
	return "票号,身份证号,险种,年度,实缴金额,业务类型,缴费时间,缴费渠道\n" + strings.Join(rows, "\n") + "\n"
}

// TestDueDayBoundary: a due day includes its last second, the next day does
// not belong to it.
func TestDueDayBoundary(t *testing.T) {
	c := newCity(t, tinyAreas)
	a, b := person("19700101", 1), person("19700101", 2)
	c.load(roster(in(a), in(b)))
	c.load(payments(
		"R1,"+a+",居民医保,2021,480,缴费,2020-12-15 23:59:59,微信",
		"R2,"+b+",居民医保,2021,480,缴费,2020-12-16 00:00:00,微信"))
	c.build()
	for day, want := range map[string]string{"2020-12-14": "2/0", "2020-12-15": "2/1", "2020-12-16": "2/2"} {
		if got := c.counts("medical_hukou", town, day); got != want {
			t.Errorf("%s: %s, want %s", day, got, want)
		}
	}
	got := c.one("select concat(actual_on_time, ' ', rate_on_time, ' ', actual, ' ', met, ' ', status) from mart.standing where item = 'medical_hukou' and area_code = ? and as_of = date '2020-12-16'", town)
	if got != "1 0.5 2 true missed" {
		t.Errorf("on time = %s", got)
	}
}

// TestRefunds: a refund counts from its own day; what is left must be more
// than nothing; payments for another year and failed ones are none.
func TestRefunds(t *testing.T) {
	c := newCity(t, tinyAreas)
	ids := make([]string, 6)
	rows := make([]string, 6)
	for i := range ids {
		ids[i] = person("19700101", i+1)
		rows[i] = in(ids[i])
	}
	c.load(roster(rows...))
	c.load(payments(
		"R1,"+ids[0]+",居民医保,2021,480,缴费,2020-11-05,微信", "R1,"+ids[0]+",居民医保,2021,480,退费,2020-12-15 10:00:00,微信", // on the due day
		"R2,"+ids[1]+",居民医保,2021,480,缴费,2020-11-05,微信", "R2,"+ids[1]+",居民医保,2021,-480,缴费,2020-12-16,微信", // the day after, by its sign
		"R3,"+ids[2]+",居民医保,2021,480,缴费,2020-11-05,微信", "R3,"+ids[2]+",居民医保,2021,-480,退费,2020-11-05 09:00:00,微信", // net zero
		"R4,"+ids[3]+",居民医保,2021,480,缴费,2020-11-05,微信", "R4,"+ids[3]+",居民医保,2021,200,冲正,2020-11-06,微信", // 280 left
		"R5,"+ids[4]+",居民医保,2020,480,缴费,2020-11-05,微信", // another year
		"R6,"+ids[5]+",居民医保,2021,480,缴费,2020-11-05,微信"))
	c.load("票号,身份证号,险种,年度,实缴金额,缴费时间,状态\nR6," + ids[5] + ",居民医保,2021,480,2020-11-05,失败\n") // corrected: it failed
	c.build()
	for day, want := range map[string]string{"2020-11-04": "6/0", "2020-11-05": "6/3", "2020-12-14": "6/3", "2020-12-15": "6/2", "2020-12-16": "6/1"} {
		if got := c.counts("medical_hukou", town, day); got != want {
			t.Errorf("%s: %s, want %s", day, got, want)
		}
	}
}

// TestAges: 16 to 59 in full years on age_on, 2020-12-31.
func TestAges(t *testing.T) {
	c := newCity(t, tinyAreas)
	var rows []string
	for i, born := range []string{
		"20041231", // 16 on the day: expected
		"20050101", // 15
		"19610101", // 59: expected
		"19601231", // 60 on the day
		"19800601", // expected
	} {
		rows = append(rows, in(person(born, i+1)))
	}
	rows = append(rows, strings.Replace(in(person("19800601", 9)), "是,是,否", "是,是,是", 1)) // a student
	c.load(roster(rows...))
	c.build()
	if got := c.counts("pension_coverage", town, "2020-11-01"); got != "3/0" {
		t.Errorf("expected = %s, want 3/0", got)
	}
}

// TestExemption: from its day on; without a day always; a day without a reason
// is none.
func TestExemption(t *testing.T) {
	c := newCity(t, tinyAreas)
	row := func(serial int, reason, from string) string {
		return strings.Replace(in(person("19700101", serial)), "否,,", "否,"+reason+","+from, 1)
	}
	c.load(roster(row(1, "死亡", "2020-11-20"), row(2, "户口迁出", ""), row(3, "", "2020-11-01"), row(4, "", "")))
	c.build()
	for day, want := range map[string]string{"2020-11-19": "3/0", "2020-11-20": "2/0", "2020-12-15": "2/0"} {
		if got := c.counts("medical_hukou", village, day); got != want {
			t.Errorf("%s: %s, want %s", day, got, want)
		}
	}
}

// TestHardship: certificates hold on their last day; grants count registered
// people only; a part of the contribution funded is funded, and covers nobody.
func TestHardship(t *testing.T) {
	c := newCity(t, tinyAreas)
	a, b, d := person("19700101", 1), person("19700101", 2), person("19700101", 3)
	c.load(roster(in(a), in(b), in(d)))
	c.load("身份证号,困难类别,资助类型,险种,年度,资助方式,认定日期,认定终止日期,落实日期\n" +
		a + ",低保对象,资助参保,居民养老,2020,全额,2020-01-01,2020-11-20,2020-11-10\n" +
		a + ",低保对象,资助参保,居民医保,2021,,2020-01-01,2020-11-20,2020-11-10\n" +
		b + ",因病致贫,资助参保,居民医保,2021,部分,2020-11-15,,2020-11-15\n" +
		d + ",残疾人,医疗救助,居民医保,2021,,2020-11-01,2020-11-30,2020-11-12\n")
	c.load("身份证号,险种,年度,参保状态,登记日期,终止日期\n" +
		a + ",居民养老,2020,正常参保,2020-01-05,\n" +
		a + ",居民医保,2021,正常参保,2020-11-11,\n" +
		b + ",居民医保,2021,暂停参保,2020-10-01,2020-11-18\n" +
		d + ",职工医保,,正常参保,2020-11-05,2020-11-25\n")
	c.build()
	for _, want := range []struct{ item, day, counts string }{
		{"pension_hardship", "2020-11-09", "2/0"}, // d's category counts for the pension whatever its kind
		{"pension_hardship", "2020-11-10", "2/1"},
		{"pension_hardship", "2020-11-20", "2/1"},
		{"pension_hardship", "2020-11-21", "1/0"},
		{"pension_coverage", "2020-11-21", "3/1"}, // funded in full stays
		{"medical_hardship", "2020-11-04", "2/0"}, // a, d
		{"medical_hardship", "2020-11-05", "1/0"}, // d is in employee insurance
		{"medical_hardship", "2020-11-10", "1/0"}, // a is funded, not registered
		{"medical_hardship", "2020-11-11", "1/1"},
		{"medical_hardship", "2020-11-17", "2/2"},
		{"medical_hardship", "2020-11-18", "2/1"}, // b's registration has ended
		{"medical_hardship", "2020-11-21", "1/0"},
		{"medical_hardship", "2020-11-25", "2/0"}, // d is back
		{"medical_hukou", "2020-11-15", "3/2"},    // a in full, d employee; b in part
		{"medical_hukou", "2020-11-25", "3/1"},
		{"medical_assistance", "2020-11-11", "1/0"},
		{"medical_assistance", "2020-11-12", "1/1"},
		{"medical_assistance", "2020-11-30", "1/1"},
		{"medical_assistance", "2020-12-01", "0/0"},
		{"critical_uptake", "2020-11-15", "1/0"},
		{"critical_uptake_all", "2020-11-15", "2/0"},
	} {
		if got := c.counts(want.item, town, want.day); got != want.counts {
			t.Errorf("%s %s: %s, want %s", want.item, want.day, got, want.counts)
		}
	}
	none := c.one("select concat(coalesce(rate, -1), coalesce(met, false), short_by, coalesce(rank, -1), coalesce(status, '-')) from mart.standing where item = 'medical_assistance' and area_code = ? and as_of = date '2020-12-01'", town)
	if none != "-1.0false0-1-" {
		t.Errorf("nothing expected: %s", none)
	}
}

// TestCollection: the levied are expected; without any levy the registered;
// amounts stand beside the counts.
func TestCollection(t *testing.T) {
	c := newCity(t, tinyAreas)
	a, b, d := person("19700101", 1), person("19700101", 2), person("19700101", 3)
	c.load(roster(in(a), in(b), in(d)))
	c.load("身份证号,险种,年度,参保状态,登记日期\n" + a + ",居民养老,2020,正常参保,2020-01-05\n" + b + ",居民医保,2021,正常参保,2020-01-05\n")
	c.load("身份证号,险种,年度,应缴金额\n" + a + ",居民医保,2021,480\n" + b + ",居民医保,2021,0\n" + d + ",居民医保,2021,480.50\n")
	c.load(payments("R1,"+a+",居民医保,2021,480,缴费,2020-11-30,微信", "R2,"+b+",居民医保,2021,480,缴费,2020-11-30,微信"))
	c.build()
	for item, want := range map[string]string{
		"medical_collection_main": "2/1", "medical_collection_full": "2/1", "pension_collection_main": "1/0",
	} {
		if got := c.counts(item, town, "2020-12-01"); got != want {
			t.Errorf("%s: %s, want %s", item, got, want)
		}
	}
	if got := c.one("select concat(people_due, ' ', amount_due, ' ', amount_received) from mart.collection where scheme = 'medical' and area_code = '330782' and as_of = date '2020-11-30'"); got != "2 960.50 480.00" {
		t.Errorf("money = %s", got)
	}
}

// TestAttribution: a known code alone, else names; where the village cannot be
// told the person stands at town level only.
func TestAttribution(t *testing.T) {
	c := newCity(t, tinyAreas)
	c.load("身份证号,姓名,镇街,村社,行政区划代码,户籍,常住\n" +
		person("19700101", 1) + ",甲,佛堂镇,王宅村,330782001002,是,是\n" + // the code alone
		person("19700101", 2) + ",乙,佛堂,王宅村,999,是,是\n" + // an unknown code is as if empty
		person("19700101", 3) + ",丙,佛堂镇,无此村,,是,是\n" + // town only
		person("19700101", 4) + ",丁,,,330782100000,是,是\n") // a town's 12 digits
	built := c.build()
	for area, want := range map[string]string{
		"330782001002": "1/0", "330782100202": "1/0", "330782100201": "0/0", "330782001": "1/0", "330782100": "3/0", "330782": "4/0",
	} {
		if got := c.counts("medical_hukou", area, "2020-11-01"); got != want {
			t.Errorf("%s: %s, want %s", area, got, want)
		}
	}
	for _, check := range built.Checks {
		if check.ID == "placed_above_village" && check.Rows != 2 {
			t.Errorf("placed above the village: %d, want 2", check.Rows)
		}
	}
}

// TestHeadcounts: an area's own latest value, else the sum of its children
// where each has one, else the roster.
func TestHeadcounts(t *testing.T) {
	c := newCity(t, tinyAreas)
	a := person("19700101", 1)
	c.load(roster(in(a), in(person("19700101", 2)), strings.Replace(in(person("19700101", 3)), "稠城街道,向阳社区", "佛堂镇,王宅村", 1)))
	c.load(payments("R1," + a + ",居民医保,2021,480,缴费,2020-11-03,微信"))
	c.load("行政区划代码,口径,人数,统计日期\n330782001001,常住人口,10,\n330782001001,常住人口,12,2020-11-10\n330782001002,常住人口,5,\n330782100201,常住人口,7,\n")
	c.build()
	for _, want := range []struct{ area, day, counts string }{
		{village, "2020-11-09", "10/1"},
		{village, "2020-11-10", "12/1"},
		{town, "2020-11-09", "15/1"}, // the sum of both villages
		{"330782100201", "2020-11-09", "7/0"},
		{"330782100202", "2020-11-09", "1/0"}, // the roster
		{"330782100", "2020-11-09", "1/0"},    // one village has none: the roster
		{"330782", "2020-11-09", "3/1"},
	} {
		if got := c.counts("medical_resident", want.area, want.day); got != want.counts {
			t.Errorf("%s %s: %s, want %s", want.area, want.day, got, want.counts)
		}
	}
}

// TestLastDay: standings run to the later of the last due day and the last
// payment day loaded, be it of another year; the next year's campaign ends it.
func TestLastDay(t *testing.T) {
	next := strings.NewReplacer("id: yiwu-2021", "id: yiwu-2022", "2020-", "2021-", "year: 2021", "year: 2022", "year: 2020", "year: 2021").
		Replace(string(Yiwu2021()))
	c := newCity(t, tinyAreas, string(Yiwu2021()), next)
	a := person("19700101", 1)
	c.load(roster(in(a)))
	c.load(payments("R1,"+a+",居民医保,2021,480,缴费,2020-12-01,微信", "R2,"+a+",居民医保,2019,480,缴费,2020-12-18,微信",
		"R3,"+a+",居民医保,2022,480,缴费,2021-11-05,微信"))
	c.build()
	for campaign, want := range map[string]string{"yiwu-2021": "2020-11-01 2020-12-18", "yiwu-2022": "2021-11-01 2021-12-15"} {
		got := c.one("select concat(min(as_of), ' ', max(as_of)) from mart.standing where campaign = ?", campaign)
		if got != want {
			t.Errorf("%s: %s, want %s", campaign, got, want)
		}
	}
	if got := c.one("select concat(expected, '/', actual) from mart.standing where campaign = 'yiwu-2022' and item = 'medical_hukou' and area_code = '330782' and as_of = date '2021-11-05'"); got != "1/1" {
		t.Errorf("next year: %s, want 1/1", got)
	}
}
