package measure

import (
	"testing"
)

func bulletin(t *testing.T, r *Reader, ask Ask) *Bulletin {
	t.Helper()
	b, err := r.Bulletin(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestBulletinHoldsEveryStanding: each standing of the day is in the value, once,
// with the one it is compared with.
func TestBulletinHoldsEveryStanding(t *testing.T) {
	r := open(t, "city.sql")
	b := bulletin(t, r, Ask{AsOf: day("2020-12-10"), Since: day("2020-11-28")})
	type place struct{ item, area string }
	held := map[place]Row{}
	for _, i := range b.Items {
		rows := append([]Row{i.Whole}, i.Areas...)
		for _, v := range i.Villages {
			rows = append(rows, v...)
		}
		for _, row := range rows {
			held[place{i.ID, row.AreaCode}] = row
		}
	}
	for _, d := range []string{"2020-12-10", "2020-11-28"} {
		all, err := r.Standings(t.Context(), Filter{From: day(d), To: day(d)})
		if err != nil || len(all) != len(held) {
			t.Fatalf("%d standings, the bulletin holds %d: %v", len(all), len(held), err)
		}
		for _, s := range all {
			row := held[place{s.Item, s.AreaCode}]
			got := row.Standing
			if d == "2020-11-28" {
				got = *row.Before
			}
			if got.Expected != s.Expected || got.Actual != s.Actual || got.Area != s.Area || got.AsOf != s.AsOf {
				t.Errorf("%s %s %s: %+v, want %+v", d, s.Item, s.AreaCode, got, s)
			}
		}
	}
	row := b.Items[0].Areas[0]
	if h, ok := row.Change(); !ok || h != row.Shown().Hundredths-row.Before.Shown().Hundredths {
		t.Errorf("change %d %v", h, ok)
	}
	if n, ok := row.Climbed(); !ok || n != *row.Before.Rank-*row.Rank {
		t.Errorf("climbed %d %v", n, ok)
	}
}

func TestBulletinCourses(t *testing.T) {
	r := open(t, "city.sql")
	b := bulletin(t, r, Ask{AsOf: day("2020-12-10")})
	i := b.Item("medical_hukou")
	if len(i.Series) != 40 || !i.Series[39].Day.Equal(b.AsOf) || i.Series[39].Actual != i.Whole.Actual || i.At(i.Series[39]) != i.Whole.Shown() {
		t.Errorf("%d days, the last %+v", len(i.Series), i.Series[len(i.Series)-1])
	}
	for _, row := range i.Areas {
		course := i.ByArea[row.AreaCode]
		if len(course) != 40 || course[39].Actual != row.Actual || course[39].Expected != row.Expected {
			t.Errorf("the course of %s ends elsewhere", row.Area)
		}
	}
	if b.Earlier != nil || i.Earlier != nil {
		t.Error("an earlier campaign where none is loaded")
	}
}

// TestEarlierCampaign: the course of the campaign before, of the same indicator
// and stage, on its own days.
func TestEarlierCampaign(t *testing.T) {
	r := open(t, "city.sql", "earlier.sql")
	b := bulletin(t, r, Ask{Campaign: "yiwu-2021", AsOf: day("2020-12-10")})
	if b.Earlier == nil || b.Earlier.ID != "yiwu-2020" {
		t.Fatalf("earlier %+v", b.Earlier)
	}
	if got := b.Item("medical_hukou").Earlier; len(got) != 3 || !got[0].Day.Equal(day("2019-11-01")) || got[2].Actual != 300 {
		t.Errorf("its course %+v", got)
	}
	if got := b.Item("critical_uptake").Earlier; got != nil {
		t.Errorf("a course of what was not assessed then: %+v", got)
	}
}

func TestFirstBulletin(t *testing.T) {
	r := open(t, "city.sql")
	b := bulletin(t, r, Ask{AsOf: day("2020-11-05")})
	if !b.Since.IsZero() || b.Items[0].Whole.Before != nil || b.Ranking[0].RankBefore != 0 {
		t.Errorf("compared with %v", b.Since)
	}
	if _, ok := b.Items[0].Whole.Change(); ok {
		t.Error("a change since nothing")
	}
	if _, ok := b.Ranking[0].Climbed(); ok {
		t.Error("a climb since nothing")
	}
}

func TestBulletinRefusals(t *testing.T) {
	r := open(t, "city.sql")
	for want, ask := range map[string]Ask{
		"2020-12-10": {AsOf: day("2020-12-10"), Since: day("2020-12-10")},
		"2020-11-01": {AsOf: day("2020-12-10"), Since: day("2020-10-31")},
		"internal":   {Edition: "secret"},
		"yiwu-2021":  {Campaign: "other"},
	} {
		_, err := r.Bulletin(t.Context(), ask)
		refused(t, err, want)
	}
	_, err := open(t, "city.sql", "older.sql").Bulletin(t.Context(), Ask{})
	refused(t, err, "canbao build")
}

func TestAtRiskInOrder(t *testing.T) {
	b := bulletin(t, open(t, "city.sql"), Ask{AsOf: day("2020-12-10")})
	all := b.AtRisk()
	if len(all) < 10 {
		t.Fatalf("%d at risk", len(all))
	}
	for n, r := range all {
		if r.Status != AtRisk && r.Status != Missed || r.Item.ID != r.Standing.Item {
			t.Errorf("%s at %s is %s", r.Area, r.Item.ID, r.Status)
		}
		if n > 0 && r.Status == all[n-1].Status && r.needed() > all[n-1].needed() {
			t.Errorf("%s needs %d a day and stands below %d", r.Area, r.needed(), all[n-1].needed())
		}
	}
}

func TestTownPage(t *testing.T) {
	b := bulletin(t, open(t, "city.sql"), Ask{AsOf: day("2020-12-10")})
	town, ok := b.Town("330782008")
	if !ok || town.Name != "福田街道" || town.Place == nil || town.Place.Code != town.Code || len(town.Items) != 12 {
		t.Fatalf("town %+v", town)
	}
	for _, i := range town.Items {
		if i.Row.AreaCode != town.Code || len(i.Villages) != 2 || len(i.Course) != 40 {
			t.Errorf("%s: %s, %d villages, %d days", i.ID, i.Row.AreaCode, len(i.Villages), len(i.Course))
		}
		for _, v := range i.Villages {
			if v.Parent != town.Code {
				t.Errorf("a village of %s", v.Parent)
			}
		}
	}
	if len(town.Money) != 2 || len(town.Quality) != 3 || len(town.Villages) != 2 {
		t.Errorf("%d schemes, %d datasets, %d villages", len(town.Money), len(town.Quality), len(town.Villages))
	}
	for _, code := range []string{"330782", "330782008201", ""} {
		if _, ok := b.Town(code); ok {
			t.Errorf("%q has a page", code)
		}
	}
}

func TestGapsAreTold(t *testing.T) {
	b := bulletin(t, open(t, "city.sql"), Ask{AsOf: day("2020-12-10")})
	g := b.Gaps
	if g.NotOnRoster.N != 214 || g.HeldRoster.N == 0 || len(g.Assumed) != 2 || len(g.Headcount) != 1 || len(g.QuietDays) != 0 {
		t.Errorf("gaps %+v", g)
	}
	if len(g.NeverLoaded) != 4 {
		t.Errorf("never loaded: %v", g.NeverLoaded)
	}
}

func TestCounts(t *testing.T) {
	for want, c := range map[string]Count{"1,234": {N: 1234}, "0": {}, Hidden: {Withheld: true}} {
		if got := c.String(); got != want {
			t.Errorf("%+v shows %s", c, got)
		}
	}
	for _, got := range []Shown{{Withheld: true}, Standing{Withheld: true, Expected: 9, Actual: 3}.Shown(), Standing{Quiet: true, ExpectedOnTime: 9}.ShownOnTime()} {
		if got.String() != Hidden || got.Valid {
			t.Errorf("withheld shows %s", got)
		}
	}
}
