package models

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"canbao/etl/synth"
)

// stretchesAgree compares mart.stretch with the truth, person by person in plain
// Go: how many people of every area stand how on a day, and who moved between
// two days. The indicators in it must tell what the standings tell.
func (c *city) stretchesAgree(truth *synth.Truth) {
	c.t.Helper()
	if n := c.one(`
with stretch as (
    select *, lead(from_day) over (partition by campaign, person_no order by from_day) as next_day from mart.stretch
)
select count(*) from stretch where until_day is distinct from next_day or until_day <= from_day`); n != "0" {
		c.t.Errorf("%s stretches do not follow one another", n)
	}
	if n := c.one("select count(*) from (select campaign, person_no from mart.person except select campaign, person_no from mart.stretch)"); n != "0" {
		c.t.Errorf("%s people have no stretch", n)
	}
	if n := c.one("select count(*) from (select campaign, person_no from mart.person group by campaign, person_no having count(*) > 1)"); n != "0" {
		c.t.Errorf("%s numbers are borne by several people", n)
	}
	for _, text := range truthDays {
		day, _ := ParseDay(text)
		want := map[string]int64{}
		for i := range truth.People {
			if p := &truth.People[i]; p.OnRoster {
				area := p.Village
				if area == "" {
					area = p.Town
				}
				want[area+" "+standsNaively(p, synth.Day(day))]++
			}
		}
		got := c.counted(`
select concat(p.area_code, ' ', s.pension, ' ', s.medical, ' ', s.critical, ' ', s.exempt, ' ', s.certified), count(*)
from mart.stretch as s
join mart.person as p on p.campaign = s.campaign and p.person_no = s.person_no
where s.from_day <= cast($1 as date) and (s.until_day is null or s.until_day > cast($1 as date))
group by 1`, text)
		if diff := cmp.Diff(want, got); diff != "" {
			c.t.Errorf("%s: people of an area by how they stand (-person by person +SQL):\n%s", text, diff)
		}
		c.stretchesStand(text)
	}
	c.movesAgree(truth, "2020-11-08", "2020-12-15")
}

// standsNaively is how a person stands, from the words of the contract.
func standsNaively(p *synth.Person, day synth.Day) string {
	certified := false
	for _, g := range p.Grants {
		certified = certified || g.From <= day && (g.To == synth.NoDay || g.To >= day)
	}
	return fmt.Sprintf("%s %s %t %t %t", insuredNaively(p, "pension", 2020, day), insuredNaively(p, "medical", 2021, day),
		netNaively(p, "critical", 2021, day) > 0, p.Exempt && (p.ExemptFrom == synth.NoDay || p.ExemptFrom <= day), certified)
}

func insuredNaively(p *synth.Person, scheme string, year int, day synth.Day) string {
	registered := func(scheme string, year int) bool {
		for _, r := range p.Registrations {
			in := r.Scheme == scheme && r.Year == year && r.On <= day
			if in && (r.Ended != synth.NoDay && day < r.Ended || r.Ended == synth.NoDay && r.Status == "active") {
				return true
			}
		}
		return false
	}
	full := false
	for _, g := range p.Grants {
		full = full || g.Kind == "funding" && g.Scheme == scheme && g.Year == year && !g.Part && g.GrantedOn != synth.NoDay && g.GrantedOn <= day
	}
	switch {
	case registered("employee_"+scheme, 0):
		return "employee"
	case registered("elsewhere_"+scheme, 0):
		return "elsewhere"
	case full || netNaively(p, scheme, year, day) > 0:
		return "resident"
	case registered(scheme, year):
		return "registered"
	}
	return "none"
}

func netNaively(p *synth.Person, scheme string, year int, day synth.Day) int {
	net := 0
	for _, y := range p.Payments {
		if y.Scheme == scheme && y.Year == year && !y.Failed && y.Day <= day {
			net += y.Fen // negative where it was given back
		}
	}
	return net
}

// stretchesStand wants the indicators of mart.stretch to add up to what the
// standings tell of every town, denominators that are headcounts aside.
func (c *city) stretchesStand(day string) {
	c.t.Helper()
	for _, ind := range c.campaigns[0].Indicators {
		differ := c.one(fmt.Sprintf(`
with counted as (
    select p.town, count(s.%[1]s) as expected, count(*) filter (where s.%[1]s) as actual
    from mart.stretch as s
    join mart.person as p on p.campaign = s.campaign and p.person_no = s.person_no
    where s.from_day <= cast($1 as date) and (s.until_day is null or s.until_day > cast($1 as date))
    group by p.town
)
select count(*)
from mart.standing as t
join ref.item as i on i.campaign = t.campaign and i.item = t.item
left join counted as n on n.town = t.area_code
where i.indicator = '%[1]s' and t.level = 'town' and t.as_of = cast($1 as date)
  and (t.actual <> coalesce(n.actual, 0) or i.source = 'people' and t.expected <> coalesce(n.expected, 0))`, ind.ID), day)
		if differ != "0" {
			c.t.Errorf("%s %s: stretches and standings differ in %s towns", day, ind.ID, differ)
		}
	}
}

// movesAgree compares who moved between the ways of being insured.
func (c *city) movesAgree(truth *synth.Truth, from, to string) {
	c.t.Helper()
	first, _ := ParseDay(from)
	last, _ := ParseDay(to)
	want := map[string]int64{}
	for i := range truth.People {
		p := &truth.People[i]
		before, after := insuredNaively(p, "medical", 2021, synth.Day(first)), insuredNaively(p, "medical", 2021, synth.Day(last))
		if p.OnRoster && before != after {
			want[before+" "+after]++
		}
	}
	got := c.counted(`
select concat(a.medical, ' ', b.medical), count(*)
from mart.stretch as a
join mart.stretch as b on b.campaign = a.campaign and b.person_no = a.person_no
where a.from_day <= cast($1 as date) and (a.until_day is null or a.until_day > cast($1 as date))
  and b.from_day <= cast($2 as date) and (b.until_day is null or b.until_day > cast($2 as date))
  and a.medical <> b.medical
group by 1`, from, to)
	if diff := cmp.Diff(want, got); diff != "" || len(got) == 0 {
		c.t.Errorf("moves between %s and %s (-person by person +SQL):\n%s", from, to, diff)
	}
}

// counted reads pairs of a text and a number.
func (c *city) counted(query string, args ...any) map[string]int64 {
	c.t.Helper()
	rows, err := c.db.Query(query, args...)
	if err != nil {
		c.t.Fatal(err)
	}
	defer rows.Close()
	out := map[string]int64{}
	for rows.Next() {
		var key string
		var n int64
		if err := rows.Scan(&key, &n); err != nil {
			c.t.Fatal(err)
		}
		out[key] = n
	}
	if err := rows.Err(); err != nil {
		c.t.Fatal(err)
	}
	return out
}

// TestPersonTells: the school and the village are those of the roster; a person
// moves from one way of being insured to another and back.
func TestPersonTells(t *testing.T) {
	c := newCity(t, tinyAreas)
	a, b := person("20050101", 1), person("19700101", 2)
	c.load("身份证号,姓名,镇街,村社,本市户籍,常住,在校学生,学校\n" +
		a + ",甲,佛堂镇,王宅村,是,是,是,义乌中学\n" + b + ",乙,佛堂镇,没有这个村,是,是,,\n")
	c.load("身份证号,险种,年度,参保状态,登记日期,终止日期\n" + b + ",职工医保,,正常参保,2020-11-10,2020-11-20\n" +
		b + ",居民医保,2021,正常参保,2020-11-15,\n")
	c.load("票号,身份证号,险种,年度,实缴金额,缴费时间\nR1," + b + ",居民医保,2021,480,2020-11-25\n")
	c.build()
	if got := c.one("select string_agg(concat_ws(' ', area_code, coalesce(village, '-'), coalesce(school, '-'), student, medical), '; ' order by area_code desc) from mart.person"); got != "330782100202 330782100202 义乌中学 true none; 330782100 - - false resident" {
		t.Errorf("people are %s", got)
	}
	const ask = `select string_agg(concat(s.from_day, ' ', s.medical, ' ', coalesce(s.medical_hukou, false)), '; ' order by s.from_day)
from mart.stretch as s join mart.person as p using (campaign, person_no) where not p.student`
	want := "2020-10-25 none false; 2020-11-10 employee true; 2020-11-15 employee true; 2020-11-20 registered false; 2020-11-25 resident true"
	if got := c.one(ask); got != want {
		t.Errorf("stretches are\n%s, want\n%s", got, want)
	}
}

// TestEveryTableIsDescribed wants of every published table and column what it
// means, of every table what a row is and an example, of every number its unit;
// nothing may be described that is not there, and every example must run.
func TestEveryTableIsDescribed(t *testing.T) {
	c := newCity(t, tinyAreas)
	c.load(roster(in(person("19700101", 1))))
	c.build()
	for query, what := range map[string]string{
		"select string_agg(table_name, ', ') from ref.table_doc where meaning is null or meaning_en is null or grain is null or grain_en is null or question is null or question_en is null or example is null":                      "tables without meaning, grain, question or example",
		"select string_agg(concat(table_name, '.', column_name), ', ') from ref.column_doc where meaning is null or meaning_en is null":                                                                                              "columns without meaning",
		"select string_agg(concat(table_name, '.', column_name), ', ') from ref.column_doc where (unit is null or unit_en is null) and regexp_matches(type, 'INT|DECIMAL|DOUBLE|FLOAT')":                                             "numbers without unit",
		"select string_agg(name, ', ') from ((select schema_name || '.' || table_name as name from duckdb_tables()) except (select table_name from ref.table_doc))":                                                                  "tables not described",
		"select string_agg(name, ', ') from ((select schema_name || '.' || table_name || '.' || column_name as name from duckdb_columns() where not internal) except (select table_name || '.' || column_name from ref.column_doc))": "columns not described",
	} {
		if got := c.one(query); got != "none" {
			t.Errorf("%s: %s", what, got)
		}
	}
	docs, err := documents()
	if err != nil {
		t.Fatal(err)
	}
	for table, h := range docs {
		for _, col := range h.columns {
			if c.one("select count(*) from ref.column_doc where table_name = ? and column_name = ?", table, col.name) != "1" {
				t.Errorf("%s has no column %s, which its head describes", table, col.name)
			}
		}
	}
	rows, err := c.db.Query("select table_name, example from ref.table_doc")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for n := 0; rows.Next(); n++ {
		var table, example string
		if err := rows.Scan(&table, &example); err != nil {
			t.Fatal(err)
		}
		answer, err := c.db.Query(example)
		if err != nil {
			t.Errorf("the example of %s: %v", table, err)
			continue
		}
		for answer.Next() {
		}
		if err := answer.Err(); err != nil {
			t.Errorf("the example of %s: %v", table, err)
		}
		answer.Close()
	}
}
