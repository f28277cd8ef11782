package export

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"canbao/models/measure"
	"canbao/reports"
	"canbao/sql/duck"
)

// made are the bulletins of the city as it is, by edition: reading one takes longer
// than writing it.
var made = map[measure.Edition]*measure.Bulletin{}

// document is a bulletin of the small city that models/measure keeps for its own
// tests, and of further statements.
func document(t testing.TB, ask measure.Ask, lang string, more ...string) *reports.Document {
	t.Helper()
	if len(more) > 0 {
		return worded(bulletin(t, ask, more...), lang)
	}
	if made[ask.Edition] == nil {
		made[ask.Edition] = bulletin(t, ask)
	}
	return worded(made[ask.Edition], lang)
}

func bulletin(t testing.TB, ask measure.Ask, more ...string) *measure.Bulletin {
	t.Helper()
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "1.duckdb")
	db, err := duck.Open(ctx, path, duck.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"schema.sql", "city.sql", "books.sql"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "models", "measure", "testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(ctx, string(text)); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
	}
	for _, text := range more {
		if _, err := db.ExecContext(ctx, text); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := measure.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	ask.AsOf = time.Date(2020, 12, 10, 0, 0, 0, 0, time.UTC)
	b, err := r.Bulletin(ctx, ask)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// worded puts figures under the words that stand on each page.
func worded(b *measure.Bulletin, lang string) *reports.Document {
	d := &reports.Document{Figures: b, Lang: "zh-CN", Kind: "进度通报", Title: b.Campaign.Title, Number: "第3期", AsOf: "截至2020年12月10日（含当日）",
		Source: "数据快照第7号，生成于2020-12-21 10:15"}
	if lang == "en" {
		d.Lang, d.Kind, d.Title, d.Number, d.AsOf = "en", "Progress bulletin", b.Campaign.TitleEN, "no. 3", "As of 10 December 2020, the day included"
		d.Source = "Snapshot 7, built 2020-12-21 10:15"
	}
	switch {
	case b.Edition == measure.Public:
	case lang == "en":
		d.Notice = "Internal: keep it safe"
	default:
		d.Notice = "内部资料，注意保管"
	}
	return d
}

// written is the document as a workbook.
func written(t testing.TB, d *reports.Document) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := XLSX(d, &out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// large is a made-up bulletin of 14 towns with 50 villages each and 12 items.
func large() *measure.Bulletin {
	day := time.Date(2020, 12, 10, 0, 0, 0, 0, time.UTC)
	b := &measure.Bulletin{Edition: measure.Internal, AsOf: day, Since: day.AddDate(0, 0, -7), Level: "town",
		Campaign: &measure.Campaign{Title: "全民参保", TitleEN: "Enrolment", Opening: day.AddDate(0, 0, -39), LastDue: day.AddDate(0, 0, 5)},
		City:     &measure.Area{Code: "330782", Name: "义乌市", Level: "city"}, Villages: map[string][]measure.Area{}}
	for n := range 14 {
		town := measure.Area{Code: fmt.Sprintf("330782%03d", n+1), Name: fmt.Sprintf("第%d街道", n+1), Level: "town"}
		b.Areas = append(b.Areas, town)
		for v := range 50 {
			b.Villages[town.Code] = append(b.Villages[town.Code],
				measure.Area{Code: fmt.Sprintf("%s%03d", town.Code, v+200), Name: fmt.Sprintf("第%d村", v+1), Level: "village", Town: town.Code})
		}
	}
	row := func(i measure.Item, a measure.Area, expected, n int64) measure.Row {
		rank, perDay, needed, forecast, met := int(n)+1, 12.0, int64(30), expected-5, false
		s := measure.Standing{Item: i.ID, Level: a.Level, AreaCode: a.Code, Area: a.Name, AsOf: day, Expected: expected, Actual: expected - 7*n - 30,
			ExpectedOnTime: expected, OnTime: expected - 7*n - 40, TargetNum: 98, TargetDen: 100, Met: &met, ShortBy: 30 + n, Rank: &rank,
			Gained: 84, PerDay: &perDay, NeededPerDay: &needed, Forecast: &forecast, Status: measure.AtRisk}
		before := s
		before.Actual -= 84
		return measure.Row{Standing: s, Before: &before}
	}
	for n := range 12 {
		i := measure.ItemFigures{Item: measure.Item{ID: fmt.Sprintf("item_%d", n), Title: fmt.Sprintf("第%d项参保率", n+1), Indicator: fmt.Sprint(n),
			Source: "people", Scheme: "medical", Ordinal: n + 1, Due: day.AddDate(0, 0, 5), TargetNum: 98, TargetDen: 100},
			Villages: map[string][]measure.Row{}}
		i.Whole = row(i.Item, *b.City, 700_000, 0)
		for m, a := range b.Areas {
			i.Areas = append(i.Areas, row(i.Item, a, 50_000, int64(m)))
			for v, village := range b.Villages[a.Code] {
				i.Villages[a.Code] = append(i.Villages[a.Code], row(i.Item, village, 1_000, int64(v)))
			}
		}
		b.Items = append(b.Items, i)
	}
	for n, a := range b.Areas {
		b.Ranking = append(b.Ranking, measure.Place{Area: a, Rank: n + 1, Key: b.Items[0].Areas[n]})
		for _, v := range append([]measure.Area{a}, b.Villages[a.Code]...) {
			b.Money.Collections = append(b.Money.Collections, measure.Collection{Scheme: "medical", Level: v.Level, AreaCode: v.Code,
				PeopleDue: 1_000, Due: 50_000_000, Received: 43_210_050})
		}
	}
	return b
}
