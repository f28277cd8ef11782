package models

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"canbao/etl/synth"
)

// truthDays are the days the two computations are compared on, beside the last:
// the opening, a quiet day, both due days and the days after.
var truthDays = []string{"2020-11-01", "2020-11-08", "2020-11-20", "2020-11-30", "2020-12-01", "2020-12-15", "2020-12-16"}

// TestEveryIndicatorTwice computes every indicator a second time, person by
// person in plain Go from what the generator knows, and wants every integer of
// every village, town and the city to agree with the SQL.
func TestEveryIndicatorTwice(t *testing.T) {
	for _, city := range []struct {
		people  int
		seed    uint64
		without []string // datasets that are never loaded
	}{
		{people: 6000, seed: 1},
		{people: 2500, seed: 7},
		{people: 1500, seed: 20201215},
		{people: 1500, seed: 3, without: []string{"levy", "headcount"}},
		{people: 800, seed: 4, without: []string{"subsidy"}},
	} {
		t.Run(fmt.Sprintf("%d people, seed %d, without %v", city.people, city.seed, city.without), func(t *testing.T) {
			dir := t.TempDir()
			made, err := synth.Make(context.Background(), synth.Options{Dir: dir, People: city.people, Seed: city.seed, KeepTruth: true, Visits: true})
			if err != nil {
				t.Fatal(err)
			}
			for _, dataset := range city.without {
				found, err := filepath.Glob(filepath.Join(made.Extracts, "*"+dataset))
				if err != nil || len(found) != 1 {
					t.Fatalf("folder of %s: %v %v", dataset, found, err)
				}
				if err := os.RemoveAll(found[0]); err != nil {
					t.Fatal(err)
				}
			}
			areas, err := os.ReadFile(made.Areas)
			if err != nil {
				t.Fatal(err)
			}
			c := newCity(t, string(areas))
			if _, err := c.loader.Load(context.Background(), []string{made.Extracts}); err != nil {
				t.Fatal(err)
			}
			c.build()
			truth := made.Truth.Without(city.without...)
			c.agrees(truth)
			c.moneyAgrees(truth)
			c.paymentsAgree(truth)
			c.failuresAgree(truth)
			c.roadsAgree(truth)
			c.stretchesAgree(truth)
			c.worklistsAgree(truth, "2020-11-01", "2020-11-20", "2020-12-16")
			c.visitsAgree(truth)
			c.bulletinAgrees(truth, "2020-12-10", "2020-11-24")
			c.peopleAddUp()
		})
	}
}

// agrees compares mart.standing with the truth, both ways: no row of either
// may be missing in the other.
func (c *city) agrees(truth *synth.Truth) {
	c.t.Helper()
	compared := 0
	last := c.one("select cast(max(as_of) as varchar) from mart.standing")
	for _, text := range slices.Concat(truthDays, []string{last}) {
		day, _ := ParseDay(text)
		want := truth.Indicators(synth.Day(day))
		rows, err := c.db.Query(`
select i.indicator, s.area_code, s.expected, s.actual
from mart.standing as s
join ref.item as i on i.campaign = s.campaign and i.item = s.item
where s.as_of = cast(? as date)`, text)
		if err != nil {
			c.t.Fatal(err)
		}
		seen := map[synth.Key]bool{}
		for rows.Next() {
			var key synth.Key
			var got synth.Count
			if err := rows.Scan(&key.Indicator, &key.AreaCode, &got.Expected, &got.Actual); err != nil {
				c.t.Fatal(err)
			}
			seen[key] = true
			compared++
			if got != want[key] {
				c.t.Errorf("%s %s %s: SQL %d/%d, person by person %d/%d", text, key.Indicator, key.AreaCode,
					got.Expected, got.Actual, want[key].Expected, want[key].Actual)
			}
		}
		if err := rows.Err(); err != nil {
			c.t.Fatal(err)
		}
		for key, count := range want {
			if !seen[key] && count != (synth.Count{}) {
				c.t.Errorf("%s %v: SQL has no row, person by person %+v", text, key, count)
			}
		}
	}
	if compared == 0 {
		c.t.Error("nothing was compared")
	}
	c.t.Logf("%d pairs of counts agree", compared)
}

// moneyAgrees compares mart.collection with the truth, to the fen.
func (c *city) moneyAgrees(truth *synth.Truth) {
	c.t.Helper()
	received := int64(0)
	for _, text := range truthDays {
		day, _ := ParseDay(text)
		want := truth.Collected(synth.Day(day))
		rows, err := c.db.Query(`
select scheme, area_code, cast(amount_due * 100 as bigint), cast(amount_received * 100 as bigint)
from mart.collection
where as_of = cast(? as date)`, text)
		if err != nil {
			c.t.Fatal(err)
		}
		for rows.Next() {
			var key synth.Key
			var got synth.Money
			if err := rows.Scan(&key.Indicator, &key.AreaCode, &got.Due, &got.Received); err != nil {
				c.t.Fatal(err)
			}
			received += got.Received
			if got != want[key] {
				c.t.Errorf("%s %s %s: SQL %v fen, person by person %v", text, key.Indicator, key.AreaCode, got, want[key])
			}
		}
		if err := rows.Err(); err != nil {
			c.t.Fatal(err)
		}
	}
	if received == 0 {
		c.t.Error("no money was compared")
	}
}

// paymentsAgree compares mart.payment_daily with the truth: transactions and
// fen, in and back, per scheme and day, whoever made them.
func (c *city) paymentsAgree(truth *synth.Truth) {
	c.t.Helper()
	want := map[string][4]int64{}
	for _, p := range truth.People {
		for _, y := range p.Payments {
			if year, ok := c.campaigns[0].Year(y.Scheme); !ok || year != y.Year || y.Failed {
				continue
			}
			sums := want[y.Scheme+" "+y.Day.String()]
			if y.Back {
				sums[2]++
				sums[3] -= int64(y.Fen)
			} else {
				sums[0]++
				sums[1] += int64(y.Fen)
			}
			want[y.Scheme+" "+y.Day.String()] = sums
		}
	}
	rows, err := c.db.Query(`
select concat(scheme, ' ', paid_on), sum(payments)::bigint, sum(amount * 100)::bigint, sum(refunds)::bigint, sum(refund_amount * 100)::bigint
from mart.payment_daily
group by all`)
	if err != nil {
		c.t.Fatal(err)
	}
	defer rows.Close()
	got := map[string][4]int64{}
	for rows.Next() {
		var key string
		var s [4]int64
		if err := rows.Scan(&key, &s[0], &s[1], &s[2], &s[3]); err != nil {
			c.t.Fatal(err)
		}
		got[key] = s
	}
	if diff := cmp.Diff(want, got); diff != "" || len(got) == 0 {
		c.t.Errorf("payments and refunds by scheme and day (-person by person +SQL):\n%s", diff)
	}
}

// peopleAddUp wants mart.person to tell of every town, as of the latest day,
// what the standings tell; denominators that are headcounts aside.
func (c *city) peopleAddUp() {
	c.t.Helper()
	for _, ind := range c.campaigns[0].Indicators {
		differ := c.one(fmt.Sprintf(`
with counted as (
    select town, count(%[1]s) as expected, count(*) filter (where %[1]s) as actual
    from mart.person
    group by town
)
select count(*)
from mart.standing as s
join ref.campaign as c on c.campaign = s.campaign and c.latest = s.as_of
join ref.item as i on i.campaign = s.campaign and i.item = s.item
left join counted as n on n.town = s.area_code
where i.indicator = '%[1]s' and s.level = 'town'
  and (s.actual <> coalesce(n.actual, 0) or i.source = 'people' and s.expected <> coalesce(n.expected, 0))`, ind.ID))
		if differ != "0" {
			c.t.Errorf("%s: people and standings differ in %s towns", ind.ID, differ)
		}
	}
}
