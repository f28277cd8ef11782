package models

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"canbao/etl/synth"
	"canbao/models/measure"
)

// bulletinAgrees compares what a bulletin of a day holds with the truth, person
// by person.
func (c *city) bulletinAgrees(truth *synth.Truth, asOf, since string) {
	c.t.Helper()
	b := c.bulletin(measure.Ask{AsOf: at(asOf), Since: at(since)})
	now, before := truth.Indicators(dayOf(asOf)), truth.Indicators(dayOf(since))
	areas := 0
	for _, i := range b.Items {
		rows := append([]measure.Row{i.Whole}, i.Areas...)
		for town, villages := range i.Villages {
			rows = append(rows, villages...)
			for _, v := range villages {
				if v.Parent != town {
					c.t.Errorf("village %s lies in %s, not %s", v.AreaCode, v.Parent, town)
				}
			}
		}
		areas = len(rows)
		for _, row := range rows {
			key := synth.Key{Indicator: i.Indicator, AreaCode: row.AreaCode}
			if got, was := counted(row.Standing), counted(*row.Before); got != now[key] || was != before[key] {
				c.t.Errorf("%v: %v, before %v; person by person %v, %v", key, got, was, now[key], before[key])
			}
		}
		for _, p := range append(i.ByArea[b.Areas[0].Code], i.Series...) {
			if p.Day.After(at(asOf)) {
				c.t.Errorf("a course of %s goes on to %v", i.ID, p.Day)
			}
		}
		for code, course := range i.ByArea {
			key := synth.Key{Indicator: i.Indicator, AreaCode: code}
			for _, p := range course {
				if p.Day.Equal(at(since)) && (synth.Count{Expected: p.Expected, Actual: p.Actual}) != before[key] {
					c.t.Errorf("the course of %v on %s: %+v, person by person %v", key, since, p, before[key])
				}
			}
		}
	}
	if areas != len(truth.Areas) {
		c.t.Errorf("%d of %d areas are in the bulletin", areas, len(truth.Areas))
	}
	c.placesAgree(b, truth)
	c.moneyOfBulletin(b, truth, asOf)
}

// placesAgree compares whom the figures do not cover.
func (c *city) placesAgree(b *measure.Bulletin, truth *synth.Truth) {
	c.t.Helper()
	var above, strays int64
	peopled := map[string]bool{}
	for i := range truth.People {
		p := &truth.People[i]
		switch {
		case !p.OnRoster && len(p.Registrations)+len(p.Levies)+len(p.Payments)+len(p.Grants)+len(p.Visits) > 0:
			strays++
		case p.OnRoster && p.Village == "":
			above++
		}
		if p.OnRoster {
			peopled[p.Village] = true
		}
	}
	empty := 0
	for _, a := range truth.Areas {
		if a.Level == "village" && !peopled[a.Code] {
			empty++
		}
	}
	if g := b.Gaps; g.AboveVillage.N != above || g.NotOnRoster.N != strays || g.EmptyVillages != empty {
		c.t.Errorf("above a village %d, strays %d, empty villages %d; person by person %d, %d, %d",
			g.AboveVillage.N, g.NotOnRoster.N, g.EmptyVillages, above, strays, empty)
	}
}

// moneyOfBulletin compares transactions by week and scheme, and the hardship
// road of the city.
func (c *city) moneyOfBulletin(b *measure.Bulletin, truth *synth.Truth, asOf string) {
	c.t.Helper()
	type week struct {
		scheme string
		n      int
	}
	type sums struct{ in, back, failed, fen int64 }
	want, got := map[week]sums{}, map[week]sums{}
	for _, p := range truth.People {
		for _, y := range p.Payments {
			if year, ok := c.campaigns[0].Year(y.Scheme); !ok || year != y.Year || y.Day > dayOf(asOf) || y.Failed && y.Back {
				continue
			}
			at := week{y.Scheme, max(0, int(y.Day-synth.Opening)) / 7}
			s := want[at]
			switch {
			case y.Failed:
				s.failed++
			case y.Back:
				s.back++
				s.fen += int64(y.Fen)
			default:
				s.in++
				s.fen += int64(y.Fen)
			}
			want[at] = s
		}
	}
	for _, m := range b.Money.Mix {
		at := week{m.Scheme, int(m.From.Sub(b.Campaign.Opening).Hours()/24) / 7}
		s := got[at]
		s.in += m.Payments.N
		s.back += m.Refunds.N
		s.failed += m.Failed.N
		s.fen += int64(m.Amount - m.RefundsFen)
		got[at] = s
	}
	for at, w := range want {
		if got[at] != w {
			c.t.Errorf("%s week %d: %+v, person by person %+v", at.scheme, at.n, got[at], w)
		}
	}
	if len(got) != len(want) || len(got) == 0 {
		c.t.Errorf("%d weeks of schemes, want %d", len(got), len(want))
	}
	roads := truth.Roads(dayOf(asOf))
	for _, r := range b.Roads {
		w := roads[synth.Key{Indicator: r.Scheme, AreaCode: r.AreaCode}]
		if r.Certified.N != w.Certified || r.Registered.N != w.Registered || r.Funded.N != w.Funded ||
			r.Recorded != nil && r.Recorded.N != w.Recorded || r.Recorded == nil && w.Recorded > 0 {
			c.t.Errorf("road of %s %s: %+v, person by person %+v", r.Scheme, r.AreaCode, r, w)
		}
	}
}

func counted(s measure.Standing) synth.Count {
	return synth.Count{Expected: s.Expected, Actual: s.Actual}
}

func at(text string) time.Time { return theDay(text).Time() }

func theDay(text string) Day {
	d, ok := ParseDay(text)
	if !ok {
		panic("not a day: " + text)
	}
	return d
}

func dayOf(text string) synth.Day { return synth.Day(theDay(text)) }

// reader opens a copy of the snapshot: the city holds its own open with other
// settings.
func (c *city) reader() *measure.Reader {
	c.t.Helper()
	s, err := Current(filepath.Join(c.dir, "published"))
	if err != nil {
		c.t.Fatal(err)
	}
	text, err := os.ReadFile(s.Path)
	if err != nil {
		c.t.Fatal(err)
	}
	own := filepath.Join(c.t.TempDir(), "copy.duckdb")
	if err := os.WriteFile(own, text, 0o600); err != nil {
		c.t.Fatal(err)
	}
	r, err := measure.Open(context.Background(), own)
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

// bulletin reads the published snapshot as a report does.
func (c *city) bulletin(ask measure.Ask) *measure.Bulletin {
	c.t.Helper()
	r := c.reader()
	defer r.Close()
	b, err := r.Bulletin(context.Background(), ask)
	if err != nil {
		c.t.Fatal(err)
	}
	return b
}

// TestBooksOfABulletin: statements up to the day, of the campaign's schemes;
// lines that name a channel or bank are a book of their own; a day differs
// once, however many of its lines do.
func TestBooksOfABulletin(t *testing.T) {
	c := newCity(t, tinyAreas)
	a := person("19700101", 1)
	c.load(roster(in(a)))
	c.load(payments(
		"R1,"+a+",居民医保,2021,480,缴费,2020-11-05,微信",
		"R2,"+a+",居民医保,2021,480,缴费,2020-11-06,微信"))
	c.load("对账日期,来源,险种,缴费渠道,银行,笔数,金额\n" +
		"2020-11-05,税务,居民医保,,,1,480\n2020-11-06,税务,居民医保,,,2,480\n2020-11-06,税务,居民医保,微信,,0,0\n" +
		"2020-11-07,税务,居民医保,,,1,1\n2020-11-05,税务,职工医保,,,1,1\n")
	c.build()
	b := c.bulletin(measure.Ask{AsOf: at("2020-11-06")})
	if len(b.Books) != 2 {
		t.Fatalf("books %+v", b.Books)
	}
	book := b.Books[0]
	if book.Source != "tax" || book.Scheme != "medical" || book.ByChannel || book.Days != 2 || book.Differ != 1 ||
		book.Stated.N != 3 || book.Recorded.N != 2 || book.StatedFen != 96000 || book.RecordedFen != 96000 || len(book.Lines) != 1 {
		t.Errorf("book %+v", book)
	}
	if l := book.Lines[0]; !l.Day.Equal(at("2020-11-06")) || l.Stated != 2 || l.Recorded != 1 {
		t.Errorf("line %+v", l)
	}
	if !b.Books[1].ByChannel || b.Books[1].Differ != 1 {
		t.Errorf("by channel %+v", b.Books[1])
	}
}
