package models

import (
	"context"
	"fmt"
	"time"

	"github.com/google/go-cmp/cmp"

	"canbao/etl/seal"
	"canbao/etl/synth"
	"canbao/models/measure"
)

// worklistsAgree compares who is missing at every item on some days, and why,
// with the truth person by person; and the lengths of the lists with what the
// standings of the city, towns and villages tell.
func (c *city) worklistsAgree(truth *synth.Truth, days ...string) {
	c.t.Helper()
	ctx := context.Background()
	r := c.reader()
	defer r.Close()
	campaign, err := r.Campaign(ctx, "")
	if err != nil {
		c.t.Fatal(err)
	}
	kept := c.documents()
	reasons := map[string]int{}
	for _, text := range days {
		day, _ := ParseDay(text)
		asOf, _ := campaign.AsOf(text)
		standings, err := r.Standings(ctx, measure.Filter{From: asOf, To: asOf, Level: "all"})
		if err != nil {
			c.t.Fatal(err)
		}
		for _, item := range campaign.Items {
			want := map[string]string{}
			for _, a := range truth.Missing(item.Indicator, synth.Day(day)) {
				area := a.Person.Village
				if area == "" {
					area = a.Person.Town
				}
				want[a.Person.Number] = fmt.Sprint(area, " ", a.Reason, " ", dayText(a.Day), toldText(a.Person.Told(item.ID, synth.Day(day))))
				reasons[a.Reason]++
			}
			ask := measure.AskMissing{Campaign: campaign, Item: item.ID, Area: truth.Areas[0].Code, AsOf: asOf}
			got := map[string]string{}
			before := ""
			for _, m := range c.missing(r, ask) {
				if at := fmt.Sprintf("%s %x", m.AreaCode, m.Person); at <= before {
					c.t.Errorf("%s %s: %s comes after %s", text, item.ID, at, before)
				} else {
					before = at
				}
				got[c.numberOf(m.Person, kept)] = fmt.Sprint(m.AreaCode, " ", m.Reason.Code, " ", timeText(m.Reason.Day), answerText(m.Answer))
				if m.Reason.Text().ZH == "" || m.Reason.Text().EN == "" {
					c.t.Errorf("reason %s has no words", m.Reason.Code)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				c.t.Errorf("%s %s: who is missing (-person by person +SQL):\n%s", text, item.ID, diff)
			}
			if text == days[len(days)/2] {
				c.lengthsAgree(r, ask, item, standings)
			}
		}
	}
	c.t.Logf("reasons met: %v", reasons)
}

// lengthsAgree wants every area's list to be as long as expected less actual.
// Where a headcount is expected the list is the roster's.
func (c *city) lengthsAgree(r *measure.Reader, ask measure.AskMissing, item measure.Item, standings []measure.Standing) {
	c.t.Helper()
	for i, s := range standings {
		if s.Item != item.ID || s.Level == "village" && i%25 != 0 || item.Source != "people" {
			continue
		}
		ask.Area = s.AreaCode
		w, err := r.Worklist(context.Background(), ask)
		if err != nil {
			c.t.Fatal(err)
		}
		if w.Total != s.Missing() {
			c.t.Errorf("%s %s %s: %d people on the list, expected %d, actual %d", timeText(s.AsOf), item.ID, s.AreaCode,
				w.Total, s.Expected, s.Actual)
		}
	}
}

// missing reads a whole list.
func (c *city) missing(r *measure.Reader, ask measure.AskMissing) []measure.Missing {
	c.t.Helper()
	w, err := r.Worklist(context.Background(), ask)
	if err != nil {
		c.t.Fatal(err)
	}
	var all []measure.Missing
	err = w.Each(context.Background(), func(people []measure.Missing) error {
		all = append(all, people...)
		return nil
	})
	if err != nil {
		c.t.Fatal(err)
	}
	if int64(len(all)) != w.Total {
		c.t.Errorf("%s %s: %d people of %d", ask.Item, ask.Area, len(all), w.Total)
	}
	return all
}

// documents are those that no person key holds.
func (c *city) documents() map[seal.Person]string {
	c.t.Helper()
	rows, err := c.loader.DB.Query("select person, document from raw.document")
	if err != nil {
		c.t.Fatal(err)
	}
	defer rows.Close()
	kept := map[seal.Person]string{}
	for rows.Next() {
		var person, sealed []byte
		if err := rows.Scan(&person, &sealed); err != nil {
			c.t.Fatal(err)
		}
		_, number, err := c.loader.Key.OpenDocument(sealed, seal.Person(person))
		if err != nil {
			c.t.Fatal(err)
		}
		kept[seal.Person(person)] = string(number)
	}
	return kept
}

func (c *city) numberOf(p seal.Person, kept map[seal.Person]string) string {
	c.t.Helper()
	if _, number, ok := c.loader.Key.Open(p); ok {
		return number
	}
	return kept[p]
}

func dayText(d synth.Day) string {
	if d == synth.NoDay {
		return "-"
	}
	return d.String()
}

func timeText(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Format(time.DateOnly)
}
