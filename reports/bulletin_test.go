package reports

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"canbao/etl/refuse"
	"canbao/models/measure"
	"canbao/sql/duck"
)

// open makes a snapshot of SQL files that models/measure keeps for its own
// tests, and of further statements.
func open(t testing.TB, files []string, more ...string) *measure.Reader {
	t.Helper()
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "1.duckdb")
	db, err := duck.Open(ctx, path, duck.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append([]string{"schema.sql"}, files...) {
		text, err := os.ReadFile(filepath.Join("..", "models", "measure", "testdata", file))
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
	return r
}

func day(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}

// bulletin writes one and returns its path and text.
func bulletin(t testing.TB, r *measure.Reader, o Options) (string, string) {
	t.Helper()
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	path, err := Bulletin(context.Background(), r, o)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, string(text)
}

// own is the part of a page that is ours: all but the chart library.
func own(t testing.TB, text string) string {
	t.Helper()
	library, err := chartLibrary()
	if err != nil {
		t.Fatal(err)
	}
	before, after, found := strings.Cut(text, string(library))
	if !found {
		t.Fatal("the page does not carry the chart library")
	}
	return before + after
}

func TestNameAndBytes(t *testing.T) {
	r := open(t, []string{"city.sql"})
	dir := filepath.Join(t.TempDir(), "not", "there", "yet")
	path, zh := bulletin(t, r, Options{AsOf: day("2020-11-30"), Dir: dir})
	if filepath.Base(path) != "yiwu-2021-2020-11-30.html" {
		t.Errorf("written as %s", path)
	}
	_, again := bulletin(t, r, Options{AsOf: day("2020-11-30"), Dir: dir})
	if zh != again {
		t.Error("the same snapshot and options gave other bytes")
	}
	path, en := bulletin(t, r, Options{AsOf: day("2020-11-30"), Dir: dir, Lang: "en"})
	if filepath.Base(path) != "yiwu-2021-2020-11-30-en.html" || !strings.Contains(en, `<html lang="en">`) {
		t.Errorf("the English one is written as %s", path)
	}
	path, _ = bulletin(t, r, Options{Dir: dir})
	if filepath.Base(path) != "yiwu-2021-2020-12-20.html" {
		t.Errorf("the latest one is written as %s", path)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 3 {
		t.Errorf("%d files, want the three bulletins and nothing temporary: %v", len(files), err)
	}
}

// TestAsksNoNetwork holds our part to naming no address. The library names a
// few, of standards and its own home; the browser test sees that none is asked.
func TestAsksNoNetwork(t *testing.T) {
	_, text := bulletin(t, open(t, []string{"city.sql"}), Options{})
	for _, bad := range []string{"http:", "https:", "src=", "@import", "url("} {
		if strings.Contains(own(t, text), bad) {
			t.Errorf("the page contains %s", bad)
		}
	}
	if !strings.Contains(text, `default-src 'none'`) {
		t.Error("the page does not forbid itself the network")
	}
}

func TestEveryFigureIsText(t *testing.T) {
	r := open(t, []string{"city.sql"})
	d := day("2020-12-10")
	_, text := bulletin(t, r, Options{AsOf: d})
	page, _, _ := strings.Cut(text, "<noscript>")
	all, err := r.Standings(t.Context(), measure.Filter{Campaign: "yiwu-2021", From: d, To: d, Level: "town"})
	if err != nil || len(all) != 14*12 {
		t.Fatalf("%d standings, %v", len(all), err)
	}
	for _, s := range all {
		row := fmt.Sprintf(`<th scope="row" class="stick">%s</th><td class="num">%s</td><td class="num">%s</td><td class="num"><b>%s</b></td>`,
			s.Area, measure.Grouped(s.Expected), measure.Grouped(s.Actual), s.Shown())
		if !strings.Contains(page, row) {
			t.Errorf("no row for %s at %s", s.Area, s.Item)
		}
	}
	scores, err := r.Scores(t.Context(), "yiwu-2021", d)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range scores {
		if !strings.Contains(page, "<b>"+measure.Rounded(s.Score, 2)+"</b>") {
			t.Errorf("no score of %s", s.Area)
		}
	}
}

func TestHeadline(t *testing.T) {
	r := open(t, []string{"city.sql"})
	d := day("2020-12-10")
	f, err := gather(t.Context(), r, Options{AsOf: d})
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	for _, s := range lead(f, "", "义乌市") {
		for _, part := range s {
			said.WriteString(part.Text)
		}
	}
	whole, err := r.Standings(t.Context(), measure.Filter{From: d, To: d, Level: "city", Item: "medical_hukou"})
	if err != nil || len(whole) != 1 {
		t.Fatal(err)
	}
	s := whole[0]
	scores, _ := r.Scores(t.Context(), "yiwu-2021", d)
	first, last := scores[0], scores[0]
	for _, sc := range scores {
		if sc.Rank < first.Rank {
			first = sc
		}
		if sc.Rank > last.Rank {
			last = sc
		}
	}
	for _, want := range []string{
		"12项指标", "户籍基本医疗保险参保率" + s.Shown().String() + "%", "距目标99.91%还差" + measure.Grouped(s.ShortBy) + "人",
		"须日均" + measure.Grouped(*s.NeededPerDay) + "人", first.Area + "第一（" + measure.Rounded(first.Score, 2) + "分）",
		last.Area + "末位", "达不到",
	} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("%q is not in %s", want, &said)
		}
	}
}

func TestMovement(t *testing.T) {
	r := open(t, []string{"city.sql"})
	f, err := gather(t.Context(), r, Options{AsOf: day("2020-12-10")})
	if err != nil {
		t.Fatal(err)
	}
	rank := func(d string) map[string]int {
		all, err := r.Scores(t.Context(), "yiwu-2021", day(d))
		if err != nil {
			t.Fatal(err)
		}
		ranks := map[string]int{}
		for _, s := range all {
			ranks[s.AreaCode] = s.Rank
		}
		return ranks
	}
	now, before := rank("2020-12-10"), rank("2020-12-03")
	for n, p := range f.ranking {
		if p.rank != now[p.Code] || p.moved() != before[p.Code]-now[p.Code] {
			t.Errorf("%s is %d, moved %d; want %d, %d", p.Name, p.rank, p.moved(), now[p.Code], before[p.Code]-now[p.Code])
		}
		if n > 0 && p.rank < f.ranking[n-1].rank {
			t.Errorf("%s stands below a lesser one", p.Name)
		}
	}
	if len(f.trail) != 6 || !f.trail[0].day.Equal(day("2020-11-05")) || len(f.trail[5].order) != 14 {
		t.Errorf("trail %+v", f.trail)
	}
}

func TestFirstDayAndAfterTheEnd(t *testing.T) {
	r := open(t, []string{"city.sql"})
	_, first := bulletin(t, r, Options{AsOf: day("2020-11-01")})
	if !strings.Contains(first, "开征未满七日，尚无升降") || !strings.Contains(first, "距11月30日截止") {
		t.Error("the first day compares with a day before the opening")
	}
	_, last := bulletin(t, r, Options{AsOf: day("2020-12-18"), Lang: "en"})
	if !strings.Contains(last, "past the due day") || strings.Contains(last, "at this pace") {
		t.Error("after the due day a forecast is given")
	}
	_, due := bulletin(t, r, Options{AsOf: day("2020-11-30")})
	if !strings.Contains(due, "今日") {
		t.Error("the due day is not called today's")
	}
	_, err := Bulletin(t.Context(), r, Options{AsOf: day("2020-12-21"), Dir: t.TempDir()})
	var no *refuse.Error
	if !errors.As(err, &no) || !strings.Contains(no.In("zh"), "2020-12-20") {
		t.Errorf("a day without figures: %v", err)
	}
	_, err = Bulletin(t.Context(), r, Options{Campaign: "other", Dir: t.TempDir()})
	if !errors.As(err, &no) {
		t.Errorf("an unknown campaign: %v", err)
	}
}

func TestAssumptionsAreMarked(t *testing.T) {
	_, text := bulletin(t, open(t, []string{"city.sql"}), Options{})
	// Heat map, card, pace, definition and annex of two items.
	if n := strings.Count(own(t, text), `<span class="assumed"`); n != 10 {
		t.Errorf("%d marks", n)
	}
	if strings.Count(text, "90% 为本方案的假定") != 2 {
		t.Error("the notes of the assumptions are missing")
	}
}

func TestTrustStandsBeside(t *testing.T) {
	_, text := bulletin(t, open(t, []string{"city.sql"}), Options{})
	for _, want := range []string{
		"核查从不隐藏数字", "暂存 <b>1,777</b>", "缴费人员不在底册", "请人社部门补充底册", "未发现问题：主键为空、参保率超过100%",
		"税务与国库相差", "区划不明",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing", want)
		}
	}
}

// flat is a list of 47 areas under one whole, one reported indicator, nothing
// scored, paid, checked or held back; one area expects nobody.
const flat = `
	insert into ref.campaign values ('cards', 1, '</script><script>alert(1)</script>', 'Cards', date '2017-01-01', null,
		date '2016-12-25', date '2022-12-31', date '2022-12-31', date '2021-01-01', null, null);
	insert into ref.item values ('cards', 'uptake', 1, 'uptake', 'full', '交付率', 'Uptake', null, null, 'tally', null, null,
		false, date '2022-12-31', 1, 2, false, null, null, null);
	insert into ref.area values ('00', '<img src=x onerror=alert(2)>', null, 'city', null, 1);
	insert into ref.area select lpad(n::varchar, 2, '0'), '県' || n || '</script>', '00', 'town', lpad(n::varchar, 2, '0'), n from range(1, 48) as r(n);
	insert into ref.snapshot values (1, timestamp '2021-01-02 08:00:00', 'test', 'v1', 1, 47);
	insert into mart.standing
	select 'cards', 'uptake', level, area_code, area, d.day::date, case when area_code = '13' then 0 else 1000 * (ordinal + 1) end as e,
		case when area_code = '13' then 0 else 200 * ordinal end as a, a, a / nullif(e, 0), a / nullif(e, 0), 0.5,
		case when e > 0 then 2 * a >= e end, greatest(0, (e + 1) // 2 - a),
		case when level = 'town' and e > 0 then rank() over (partition by level, d.day order by a / nullif(e, 0) desc nulls last) end,
		0, 1, a, 'at_risk', parent, e, 0
	from ref.area, generate_series(date '2017-01-01', date '2021-01-01', interval 1 day) as d(day);`

func TestFlatList(t *testing.T) {
	r := open(t, nil, flat)
	path, text := bulletin(t, r, Options{AsOf: day("2021-01-01")})
	if filepath.Base(path) != "cards-2021-01-01.html" {
		t.Errorf("written as %s", path)
	}
	if n := strings.Count(text, `class="num place"`); n != 47 {
		t.Errorf("%d areas ranked", n)
	}
	for _, absent := range []string{`class="channels"`, `class="heat"`, "总分</th>", "NaN", "<script>alert", "<img", "県1</script>"} {
		if strings.Contains(own(t, text), absent) {
			t.Errorf("%s is in the bulletin", absent)
		}
	}
	for _, present := range []string{"2022年12月31日", "本快照没有核查记录", "按交付率的精确比率"} {
		if !strings.Contains(text, present) {
			t.Errorf("%s is not in the bulletin", present)
		}
	}
	t.Run("in a browser", func(t *testing.T) {
		v := newVisitor(t)
		for _, b := range v.visit(t, path, 1366, 768, false) {
			if !b.drawn() {
				t.Errorf("chart %s is not drawn: %+v", b.ID, b)
			}
		}
		if asked, said := v.noticed(); len(asked) != 1 || len(said) > 0 {
			t.Errorf("asked for %v, said %v", asked, said)
		}
	})
}

// TestNobodyExpected is the day before anything is loaded.
func TestNobodyExpected(t *testing.T) {
	r := open(t, []string{"city.sql"}, `
		update mart.standing set expected = 0, actual = 0, actual_on_time = 0, expected_on_time = 0, rate = null, rate_on_time = null,
			met = null, short_by = 0, rank = null, per_day = null, needed_per_day = null, forecast = null, status = null, gained = 0;
		delete from mart.payment_daily; delete from mart.collection; delete from mart.area_quality;`)
	_, text := bulletin(t, r, Options{AsOf: day("2020-12-10")})
	if !strings.Contains(text, "没有应参保人数，因而没有比率") || strings.Contains(own(t, text), "NaN") {
		t.Error("no rates pass for rates")
	}
}

// TestWithoutLibrary is a program built before the first `make assets`.
func TestWithoutLibrary(t *testing.T) {
	_, err := libraryIn(fstest.MapFS{"assets/README.md": {}})
	var no *refuse.Error
	if !errors.As(err, &no) || !strings.Contains(no.In("zh"), "make assets") {
		t.Errorf("without the chart library: %v", err)
	}
}

func TestMark(t *testing.T) {
	got := mark("of **12** items")
	want := sentence{{Text: "of "}, {Text: "12", Strong: true}, {Text: " items"}}
	if !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
}

func TestOneDecimal(t *testing.T) {
	for want, x := range map[string]float64{"3,311.4": 3311.43, "0.0": 0, "-0.3": -2.0 / 7, "1,000.0": 999.96} {
		if got := oneDecimal(x); got != want {
			t.Errorf("%v is written %s, want %s", x, got, want)
		}
	}
}

func BenchmarkBulletin(b *testing.B) {
	r := open(b, []string{"city.sql"})
	dir := b.TempDir()
	for b.Loop() {
		bulletin(b, r, Options{AsOf: day("2020-12-10"), Dir: dir})
	}
}
