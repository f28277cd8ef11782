package measure

import (
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"canbao/etl/refuse"
	"canbao/sql/duck"
)

// open makes a snapshot of the SQL files under testdata and opens it.
func open(t *testing.T, files ...string) *Reader {
	t.Helper()
	path := filepath.Join(t.TempDir(), "1.duckdb")
	db, err := duck.Open(t.Context(), path, duck.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append([]string{"schema.sql"}, files...) {
		text, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(t.Context(), string(text)); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func day(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}

func TestShownRates(t *testing.T) {
	for _, c := range []struct {
		actual, expected, num, den int64
		want                       string
	}{
		{0, 0, 1, 1, None},
		{0, 10, 1, 1, "0.00"},
		{1, 3, 1, 1, "33.33"},
		{2, 3, 1, 1, "66.67"},
		{1, 80000, 1, 1, "0.00"},              // 0.00125 %
		{1, 20000, 1, 1, "0.01"},              // 0.005 %, half goes up
		{99905, 100000, 9991, 10000, "99.90"}, // half-up would print the target
		{99910, 100000, 9991, 10000, "99.91"},
		{99909, 100000, 9991, 10000, "99.90"},
		{99999, 100000, 9, 10, "99.99"}, // somebody is missing
		{999999, 1000000, 1, 1, "99.99"},
		{1000000, 1000000, 1, 1, "100.00"},
		{101, 100, 1, 1, "101.00"},
		{1000001, 1000000, 1, 1, "100.00"}, // above by less than is shown; flagged
		{33333, 100000, 1, 3, "33.33"},
		{199989, 200000, 199990, 200000, "99.99"}, // target 99.995 %: 99.99 is below it
		{979999, 1000000, 98, 100, "97.99"},
	} {
		s := Standing{Actual: c.actual, Expected: c.expected, TargetNum: c.num, TargetDen: c.den}
		got := s.Shown()
		if got.String() != c.want {
			t.Errorf("%d/%d against %d/%d shows %s, want %s", c.actual, c.expected, c.num, c.den, got, c.want)
		}
		if got.Over != (c.expected > 0 && c.actual > c.expected) {
			t.Errorf("%d/%d flagged above 100 %%: %v", c.actual, c.expected, got.Over)
		}
	}
}

func TestShownChange(t *testing.T) {
	a, b := Shown{Hundredths: 9990, Valid: true}, Shown{Hundredths: 9895, Valid: true}
	if h, ok := Change(a, b); !ok || ShownChange(h) != "+0.95" {
		t.Errorf("change %d %v", h, ok)
	}
	if h, _ := Change(b, a); ShownChange(h) != "-0.95" {
		t.Errorf("change back %s", ShownChange(h))
	}
	if _, ok := Change(a, Shown{}); ok {
		t.Error("a change from no rate")
	}
}

func TestShownTargets(t *testing.T) {
	for want, f := range map[string][2]int64{
		"98": {49, 50}, "99.91": {9991, 10000}, "100": {1, 1}, "33.33…": {1, 3}, "12.5": {1, 8},
	} {
		if got := ShownTarget(f[0], f[1]); got != want {
			t.Errorf("target %v shows %s, want %s", f, got, want)
		}
	}
}

func TestRoundedHalfUp(t *testing.T) {
	for _, c := range []struct {
		num, den int64
		decimals int
		want     string
	}{
		{123, 7, 2, "17.57"}, {1, 200, 2, "0.01"}, {199, 200, 2, "1.00"}, {-1, 200, 2, "0.00"},
		{-3, 200, 2, "-0.01"}, {100, 1, 2, "100.00"}, {5, 2, 0, "3"}, {1, 1000, 2, "0.00"},
	} {
		if got := Rounded(big.NewRat(c.num, c.den), c.decimals); got != c.want {
			t.Errorf("%d/%d rounds to %s, want %s", c.num, c.den, got, c.want)
		}
	}
	if Rounded(nil, 2) != None {
		t.Error("no number is shown as one")
	}
}

func TestMoney(t *testing.T) {
	for want, f := range map[string]Fen{"0": 0, "1": 50, "1,234,567": 123456749, "-1,000": -100000, "999": 99900} {
		if got := f.Yuan(); got != want {
			t.Errorf("%d fen is %s yuan, want %s", f, got, want)
		}
	}
}

func TestCampaign(t *testing.T) {
	r := open(t, "city.sql")
	c, err := r.Campaign(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if c.ID != "yiwu-2021" || len(c.Items) != 12 || c.MaxPoints != 100 || c.TieBreak != "medical_hukou" {
		t.Errorf("campaign %+v", c)
	}
	item, err := c.Item("medical_hukou")
	if err != nil || item.TargetNum != 9991 || item.TargetDen != 10000 || !item.Due.Equal(day("2020-12-15")) {
		t.Errorf("item %+v, %v", item, err)
	}
	_, err = c.Item("medical")
	refused(t, err, "pension_collection_main")
	_, err = r.Campaign(t.Context(), "yiwu-2022")
	refused(t, err, "yiwu-2021")
}

func TestAsOf(t *testing.T) {
	c := &Campaign{Opening: day("2020-11-01"), LastDay: day("2020-12-20"), Latest: day("2020-12-18")}
	for text, want := range map[string]string{
		"": "2020-12-18", "latest": "2020-12-18", "2020-11-01": "2020-11-01", "2020-12-20": "2020-12-20",
	} {
		if got, err := c.AsOf(text); err != nil || !got.Equal(day(want)) {
			t.Errorf("as of %q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"2020-10-31", "2020-12-21", "30.11.2020", "2020-11-31"} {
		_, err := c.AsOf(text)
		refused(t, err, "2020-11-01")
		refused(t, err, "2020-12-20")
	}
}

// refused wants a refusal that says the word in both languages.
func refused(t *testing.T, err error, word string) {
	t.Helper()
	var no *refuse.Error
	if !errors.As(err, &no) {
		t.Errorf("%v is no refusal", err)
		return
	}
	for _, lang := range []string{"zh", "en"} {
		if !strings.Contains(no.In(lang), word) {
			t.Errorf("%q does not name %s", no.In(lang), word)
		}
	}
}

func TestStandingsInOrder(t *testing.T) {
	r := open(t, "city.sql")
	d := day("2020-11-30")
	all, err := r.Standings(t.Context(), Filter{Campaign: "yiwu-2021", From: d, To: d})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 12*(1+14+28) {
		t.Fatalf("%d standings", len(all))
	}
	c, _ := r.Campaign(t.Context(), "")
	order := map[string]int{}
	for _, i := range c.Items {
		order[i.ID] = i.Ordinal
	}
	sorted := slices.IsSortedFunc(all, func(a, b Standing) int {
		if a.Item != b.Item {
			return order[a.Item] - order[b.Item]
		}
		return strings.Compare(a.AreaCode, b.AreaCode)
	})
	if !sorted {
		t.Error("not in campaign order of items, then area code")
	}
	first := all[0]
	if first.Item != "pension_coverage" || first.Level != "city" || first.Rank != nil || first.TargetDen != 50 {
		t.Errorf("first %+v", first)
	}
}

func TestStandingsFiltered(t *testing.T) {
	r := open(t, "city.sql")
	d := day("2020-12-10")
	for _, c := range []struct {
		name  string
		f     Filter
		count int
	}{
		{"towns", Filter{Level: "town"}, 12 * 14},
		{"one item", Filter{Level: "all", Item: "medical_hukou"}, 43},
		{"villages of a town", Filter{Under: "330782003", Item: "medical_hukou"}, 2},
		{"everything below the city", Filter{Under: "330782", Item: "medical_hukou"}, 42},
		{"below a village", Filter{Under: "330782003201"}, 0},
		{"another campaign", Filter{Campaign: "other"}, 0},
	} {
		c.f.From, c.f.To = d, d
		got, err := r.Standings(t.Context(), c.f)
		if err != nil || len(got) != c.count {
			t.Errorf("%s: %d standings, %v; want %d", c.name, len(got), err, c.count)
		}
	}
	days, err := r.Standings(t.Context(), Filter{Level: "city", Item: "medical_hukou"})
	if err != nil || len(days) != 50 {
		t.Errorf("%d days, %v", len(days), err)
	}
	_, err = r.Standings(t.Context(), Filter{Level: "county"})
	refused(t, err, "village")
	_, err = r.Standings(t.Context(), Filter{Under: "330783"})
	refused(t, err, "330783")
}

func TestNothingExpected(t *testing.T) {
	r := open(t, "city.sql")
	d := day("2020-12-16")
	got, err := r.Standings(t.Context(), Filter{From: d, To: d, Item: "medical_hardship", Under: "330782003"})
	if err != nil || len(got) != 2 {
		t.Fatalf("%d, %v", len(got), err)
	}
	s := got[1]
	if s.Rate != nil || s.Met != nil || s.Rank != nil || s.ShortBy != 0 || s.Status != "" || s.Shown().Valid {
		t.Errorf("nothing expected, yet %+v", s)
	}
}

func TestScores(t *testing.T) {
	r := open(t, "city.sql")
	scores, err := r.Scores(t.Context(), "yiwu-2021", day("2020-12-15"))
	if err != nil || len(scores) != 14 {
		t.Fatalf("%d scores, %v", len(scores), err)
	}
	for _, s := range scores {
		if len(s.Points) != 11 || s.Points[0].Item != "pension_coverage" || s.Points[10].Item != QualityItem {
			t.Fatalf("points of %s: %+v", s.Area, s.Points)
		}
		sum := new(big.Rat)
		for _, p := range s.Points {
			sum.Add(sum, p.Points)
		}
		if sum.Cmp(s.Score) != 0 {
			t.Errorf("%s: points add to %s, the score is %s", s.Area, sum, s.Score)
		}
	}
	none, err := r.Scores(t.Context(), "yiwu-2021", day("2020-10-31"))
	if err != nil || len(none) != 0 {
		t.Errorf("scores before the opening: %d, %v", len(none), err)
	}
}

func TestChecksLoadsQuality(t *testing.T) {
	r := open(t, "city.sql")
	checks, err := r.Checks(t.Context())
	if err != nil || len(checks) != 5 {
		t.Fatalf("%d checks, %v", len(checks), err)
	}
	if checks[0].ID != "key_missing" || checks[0].Severity != "error" {
		t.Errorf("errors come first: %+v", checks[0])
	}
	if c := checks[2]; c.ID != "not_on_roster" || len(c.Sample) != 1 || c.Title.EN != "Paid but not on the roster" {
		t.Errorf("check %+v", c)
	}
	loads, err := r.Loads(t.Context())
	if err != nil || len(loads) != 2 || loads[0].Reasons != "id_checksum=3;ragged=1" || loads[0].Held != 4 {
		t.Errorf("loads %+v, %v", loads, err)
	}
	quality, err := r.Quality(t.Context())
	if err != nil || len(quality) != 43 || quality[0].AreaCode != "" || quality[0].Held != 310 {
		t.Errorf("%d qualities, %v", len(quality), err)
	}
	s, err := r.Snapshot(t.Context())
	if err != nil || s.Number != 7 || s.BuiltAt.Format(time.DateTime) != "2020-12-21 10:15:30" || s.BuiltAt.Nanosecond() != 0 {
		t.Errorf("snapshot %+v, %v", s, err)
	}
}

func TestMoneyRead(t *testing.T) {
	r := open(t, "city.sql")
	payments, err := r.Payments(t.Context(), "yiwu-2021", day("2020-11-03"))
	if err != nil || len(payments) != 3*3*6 {
		t.Fatalf("%d payments, %v", len(payments), err)
	}
	for _, p := range payments {
		if p.Scheme == "medical" && p.Amount != Fen(p.Payments)*50000 {
			t.Errorf("payment %+v", p)
		}
	}
	due, err := r.Collections(t.Context(), "yiwu-2021", day("2020-11-30"))
	if err != nil || len(due) != 2*43 {
		t.Fatalf("%d collections, %v", len(due), err)
	}
	if d := due[0]; d.Scheme != "medical" || d.Level != "city" || d.Due != Fen(d.PeopleDue)*50000 {
		t.Errorf("collection %+v", d)
	}
}

func TestOpenMissing(t *testing.T) {
	if _, err := Open(t.Context(), filepath.Join(t.TempDir(), "9.duckdb")); err == nil {
		t.Error("opened a file that is not there")
	}
}
