package models

import (
	"context"
	"fmt"
	"time"

	"github.com/google/go-cmp/cmp"

	"canbao/etl/synth"
	"canbao/models/measure"
)

// visitsAgree compares mart.visit with the truth, person by person in plain Go:
// how many people stand with each answer on a day, area by area, and how many
// gave it on each day, with proof and without.
func (c *city) visitsAgree(truth *synth.Truth) {
	c.t.Helper()
	met := map[string]bool{}
	for _, item := range []string{"medical_hukou", "pension_coverage", "critical_uptake"} {
		for _, text := range truthDays {
			day, _ := ParseDay(text)
			want := map[string]int64{}
			for key, people := range truth.Answered(item, synth.Day(day)) {
				want[key[0]+" "+key[1]] = people
				met[key[1]] = true
			}
			got := c.counted(`
select concat(area_code, ' ', answer), cast(sum(change) as bigint)
from mart.visit where item = $2 and visited_on <= cast($1 as date) group by 1 having sum(change) <> 0`, text, item)
			if diff := cmp.Diff(want, got); diff != "" {
				c.t.Errorf("%s %s: people by answer (-person by person +SQL):\n%s", text, item, diff)
			}
		}
		want := map[string]int64{}
		for i := range truth.People {
			p := &truth.People[i]
			if !p.OnRoster {
				continue
			}
			for _, v := range p.Visits {
				if v.Item == item {
					want[fmt.Sprint(v.Day, " ", v.Answer, " visits")]++
				}
				if v.Item == item && v.Proof {
					want[fmt.Sprint(v.Day, " ", v.Answer, " proofs")]++
				}
			}
		}
		got := c.counted(`
with given as (
    select visited_on, answer, 'visits' as what, cast(sum(visits) as bigint) as people from mart.visit where item = $1 group by all
    union all
    select visited_on, answer, 'proofs', cast(sum(proofs) as bigint) from mart.visit where item = $1 group by all
)
select concat(visited_on, ' ', answer, ' ', what), people from given where people > 0`, item)
		if diff := cmp.Diff(want, got); diff != "" {
			c.t.Errorf("%s: visits by day (-person by person +SQL):\n%s", item, diff)
		}
	}
	c.answeredAgrees(truth, "medical_hukou", "2020-12-01")
	if people := len(truth.People); people > 1000 && len(met) != len(measure.Answers()) {
		c.t.Errorf("answers met: %v", met)
	}
}

func toldText(v *synth.Visit) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(" ", v.Answer, " ", v.Day, " ", v.Proof)
}

func answerText(a measure.Answer) string {
	if a.Code == "" {
		return ""
	}
	return fmt.Sprint(" ", a.Code, " ", a.Day.Format(time.DateOnly), " ", a.Proof)
}

// answeredAgrees compares what a page tells of the city, each town and each village
// with the truth.
func (c *city) answeredAgrees(truth *synth.Truth, item, text string) {
	c.t.Helper()
	day, _ := ParseDay(text)
	parent := map[string]string{}
	for _, a := range truth.Areas {
		parent[a.Code] = a.Parent
	}
	want := map[string]int64{}
	for key, people := range truth.Answered(item, synth.Day(day)) {
		for area := key[0]; area != ""; area = parent[area] {
			want[area+" "+key[1]] += people
		}
	}
	r := c.reader()
	defer r.Close()
	campaign, err := r.Campaign(context.Background(), "")
	if err != nil {
		c.t.Fatal(err)
	}
	asOf, _ := campaign.AsOf(text)
	got := map[string]int64{}
	for _, a := range truth.Areas {
		counted, err := r.Answered(context.Background(), measure.AskMissing{Campaign: campaign, Item: item, Area: a.Code, AsOf: asOf})
		if err != nil {
			c.t.Fatal(err)
		}
		for _, n := range counted {
			if n.People > 0 {
				got[a.Code+" "+n.Answer.Code] = n.People
			}
			if n.Visits < n.People || n.Proofs > n.Visits {
				c.t.Errorf("%s: %+v", a.Code, n)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		c.t.Errorf("people by area and answer (-person by person +SQL):\n%s", diff)
	}
}
