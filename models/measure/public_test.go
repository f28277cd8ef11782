package measure

import (
	"slices"
	"testing"
)

// TestPublicEdition: the public edition of a whole city, on days early, due and
// past due, holds nothing of a village, a file or a row, and withstands the
// attack.
func TestPublicEdition(t *testing.T) {
	r := open(t, "city.sql", "books.sql")
	for _, d := range []string{"2020-11-03", "2020-11-30", "2020-12-10", "2020-12-18"} {
		truth := bulletin(t, r, Ask{AsOf: day(d)})
		b := bulletin(t, r, Ask{AsOf: day(d), Edition: Public})
		for _, found := range attack(truth, b) {
			t.Errorf("%s: %s", d, found)
		}
		if len(b.Villages) > 0 || len(b.Money.Daily) > 0 || len(b.Loads) > 0 || b.Edition != Public {
			t.Errorf("%s: %d towns with villages, %d days of payments, %d files", d, len(b.Villages), len(b.Money.Daily), len(b.Loads))
		}
		for _, i := range b.Items {
			if len(i.Villages) > 0 || len(i.ByArea) > 0 {
				t.Errorf("%s: villages or courses of towns at %s", d, i.ID)
			}
		}
		for _, c := range b.Checks {
			if len(c.Sample) > 0 || len(c.ByArea) > 0 || sensitive(c.Rows) || sensitive(c.Found.N) {
				t.Errorf("%s: check %+v", d, c)
			}
		}
		for _, c := range b.Money.Collections {
			if c.Level == "village" {
				t.Errorf("%s: money of village %s", d, c.AreaCode)
			}
		}
		for _, k := range b.Books {
			if len(k.Lines) > 0 || sensitive(k.Stated.N-k.Recorded.N) {
				t.Errorf("%s: book %+v", d, k)
			}
		}
		for _, q := range b.Quality {
			if q.AreaCode != "" || sensitive(q.Held) {
				t.Errorf("%s: quality %+v", d, q)
			}
		}
		b.townsHold(t)
	}
}

// townsHold: a page of a town shows no more than the bulletin.
func (b *Bulletin) townsHold(t *testing.T) {
	t.Helper()
	for _, a := range b.Areas {
		town, ok := b.Town(a.Code)
		if !ok || len(town.Villages) > 0 || len(town.Checks) > 0 || len(town.Quality) > 0 {
			t.Errorf("page of %s: %+v", a.Name, town)
		}
	}
}

// TestNothingIsLeftBehind: what is withheld is not carried, so that a format
// that asks for it has nothing to show.
func TestNothingIsLeftBehind(t *testing.T) {
	withheld := 0
	for seed := range uint64(30) {
		b := invented(seed)
		b.withhold()
		for _, i := range b.Items {
			for _, r := range i.rows() {
				if r.Withheld {
					withheld++
				}
				if r.Withheld && (r.Expected != 0 || r.Actual != 0 || r.ShortBy != 0 || r.Rate != nil || r.Met != nil || r.Rank != nil ||
					r.Status != "" || r.NeededPerDay != nil || r.Shown().String() != Hidden) {
					t.Errorf("withheld, and yet %+v", r.Standing)
				}
				if r.Quiet && (r.OnTime != 0 || r.ExpectedOnTime != 0 || r.Gained != 0 || r.PerDay != nil || r.Forecast != nil ||
					r.Before.Expected != 0 || r.Before.Actual != 0) {
					t.Errorf("quiet, and yet %+v, before %+v", r.Standing, r.Before)
				}
			}
		}
	}
	if withheld == 0 {
		t.Error("nothing was withheld")
	}
}

// TestScoresGiveNoRates: where a scored figure is withheld the points, which
// would give it back, are too, of all areas; the ranks stay.
func TestScoresGiveNoRates(t *testing.T) {
	r := open(t, "city.sql", "few.sql")
	b := bulletin(t, r, Ask{AsOf: day("2020-12-10"), Edition: Public})
	hidden := slices.ContainsFunc(b.Items, func(i ItemFigures) bool {
		return i.Scored && slices.ContainsFunc(i.Areas, func(r Row) bool { return r.Withheld })
	})
	if !hidden {
		t.Fatal("nothing scored is withheld: the test tests nothing")
	}
	for _, p := range b.Ranking {
		if !p.Withheld || p.Score != nil || p.ScoreBefore != nil || p.Points != nil || p.Met != 0 || p.Rank == 0 {
			t.Errorf("place %+v", p)
		}
	}
}

// TestCoarseRatesStay: of many people the rate of the bulletin before may stand,
// though its counts may not.
func TestCoarseRatesStay(t *testing.T) {
	b := invented(1)
	i := &b.Items[0]
	i.Areas = i.Areas[:2]
	b.Areas, b.Roads = b.Areas[:2], nil
	at := func(code string, e, a, was int64) Row {
		return Row{Standing: Standing{AreaCode: code, Expected: e, Actual: a, OnTime: a, ExpectedOnTime: e, Gained: a - was, TargetNum: 1, TargetDen: 1},
			Before: &Standing{AreaCode: code, Expected: e, Actual: was, TargetNum: 1, TargetDen: 1}}
	}
	b.Items = b.Items[:1]
	i.Whole, i.Areas[0], i.Areas[1] = at("0", 300_000, 200_004, 200_000), at("1", 100_000, 80_004, 80_000), at("2", 200_000, 120_000, 120_000)
	i.Series = []Point{{Day: day("2020-12-01"), Expected: 300_000, Actual: 200_001}, {Day: b.AsOf, Expected: 300_000, Actual: 200_004}}
	b.withhold()
	if h, ok := i.Whole.Change(); !ok || h != 0 || i.Whole.Before.Actual != 0 || i.Whole.Gained != 0 {
		t.Errorf("change %d %v, before %+v", h, ok, i.Whole.Before)
	}
	if p := i.Series[0]; p.Actual != 0 || i.At(p).String() != "66.66" && i.At(p).String() != "66.67" {
		t.Errorf("the course keeps %+v, shown %s", p, i.At(p))
	}
}

// TestPublicMix: of payments no channel and week with one to nine is told, and
// no sum is lost.
func TestPublicMix(t *testing.T) {
	mix := func(channel, bank string, week int, payments, failed, refunds int64) Mix {
		from := day("2020-11-01").AddDate(0, 0, 7*week)
		return Mix{Scheme: "medical", Channel: channel, Bank: bank, From: from, To: from.AddDate(0, 0, 6), Payments: Count{N: payments},
			Failed: Count{N: failed}, Refunds: Count{N: refunds}, Amount: Fen(payments * 100), FailedFen: Fen(failed * 100), RefundsFen: Fen(refunds * 100)}
	}
	for name, c := range map[string]struct {
		mix  []Mix
		want map[string]int64 // payments by channel, in week 0 or over all
	}{
		"enough everywhere": {[]Mix{mix("微信", "", 0, 20, 0, 0), mix("批扣", "农行", 0, 5, 0, 0), mix("批扣", "工行", 0, 5, 0, 0)},
			map[string]int64{"微信": 20, "批扣": 10}},
		"one too small takes the least with it": {[]Mix{mix("微信", "", 0, 20, 0, 0), mix("批扣", "", 0, 100, 0, 0), mix("柜面", "", 0, 3, 0, 0)},
			map[string]int64{OtherChannels: 23, "批扣": 100}},
		"weeks too small": {[]Mix{mix("微信", "", 0, 6, 0, 0), mix("微信", "", 1, 6, 0, 0)}, map[string]int64{"微信": 12}},
		"all too small":   {[]Mix{mix("微信", "", 0, 6, 0, 0)}, map[string]int64{}},
	} {
		b := &Bulletin{Campaign: &Campaign{Opening: day("2020-11-01")}, AsOf: day("2020-11-20"), Money: Money{Mix: c.mix}}
		b.withholdMoney()
		got := map[string]int64{}
		for _, m := range b.Money.Mix {
			got[m.Channel] += m.Payments.N
			if m.tells() || m.Scheme != "" || m.Bank != "" {
				t.Errorf("%s: %+v", name, m)
			}
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		for channel, n := range c.want {
			if got[channel] != n {
				t.Errorf("%s: %s has %d payments, want %d", name, channel, got[channel], n)
			}
		}
	}
	b := &Bulletin{Campaign: &Campaign{Opening: day("2020-11-01")}, AsOf: day("2020-11-20"),
		Money: Money{Mix: []Mix{mix("微信", "", 0, 20, 4, 30), mix("批扣", "", 0, 20, 40, 2)}}}
	b.withholdMoney()
	for _, m := range b.Money.Mix {
		if !m.Refunds.Withheld || m.Refunds.N != 0 || m.RefundsFen != 0 || m.Failed.Withheld != (m.Channel == "微信") || m.Failed.N == 4 {
			t.Errorf("failed and refunded: %+v", m)
		}
	}
}
