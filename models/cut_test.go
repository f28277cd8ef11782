package models

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"canbao/etl/refuse"
	"canbao/etl/synth"
	"canbao/models/measure"
	queries "canbao/sql"
	"canbao/sql/duck"
)

// What nobody has decided about is in no cut, and this test asks for a decision.
func TestEveryTableSaysHowItIsCut(t *testing.T) {
	docs, err := documents()
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]bool{}
	for table, h := range docs {
		if h.cut.kind == "" {
			t.Errorf("the head of %s does not say what of it a town's user sees (-- cut: ...)", table)
		}
		if h.cut.kind == "query" {
			_, name, _ := strings.Cut(table, ".")
			asked[name+".sql"] = true
		}
		if _, err := h.cut.text(table); err != nil {
			t.Error(err)
		}
	}
	files, err := queries.Files.ReadDir("cut")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !asked[f.Name()] {
			t.Errorf("sql/cut/%s cuts no table", f.Name())
		}
	}
	for text, want := range map[string]string{
		"-- cut: all":              "none of whole",
		"-- cut: own":              "is no column",
		"-- cut: own a, b":         "own takes 1",
		"-- cut: people person_no": "people takes 2",
		"-- cut: whole x":          "whole takes 0",
		"-- cut: own a; drop":      "is no column",
	} {
		if _, err := parseHead("mart/x.sql", text+"\nselect 1"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// cutCity is a built synthetic city and the cut of its first town with villages.
type cutCity struct {
	*testing.T
	snapshot   Snapshot
	town       string
	path       string
	whole, cut *duck.DB
}

func newCutCity(t *testing.T, people int) *cutCity {
	t.Helper()
	ctx := context.Background()
	made, err := synth.Make(ctx, synth.Options{Dir: t.TempDir(), People: people, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	areas, err := os.ReadFile(made.Areas)
	if err != nil {
		t.Fatal(err)
	}
	c := newCity(t, string(areas))
	if _, err := c.loader.Load(ctx, []string{made.Extracts}); err != nil {
		t.Fatal(err)
	}
	built := c.build()
	k := &cutCity{T: t, snapshot: built.Snapshot, whole: c.db}
	k.town = c.one("select town from mart.person where village is not null group by town order by count(*) desc, town limit 1")
	if k.path, err = (Cut{Snapshot: k.snapshot, Towns: []string{k.town}, Threads: 1}).Make(ctx); err != nil {
		t.Fatal(err)
	}
	if k.cut, err = duck.Open(ctx, k.path, duck.Options{ReadOnly: true}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.cut.Close() })
	return k
}

func (k *cutCity) list(db *duck.DB, query string, args ...any) []string {
	k.Helper()
	rows, err := db.Query(query, args...)
	if err != nil {
		k.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			k.Fatal(err)
		}
		all = append(all, text)
	}
	if err := rows.Err(); err != nil {
		k.Fatal(err)
	}
	return all
}

func (k *cutCity) number(db *duck.DB, query string, args ...any) (n int64) {
	k.Helper()
	if err := db.QueryRow(query, args...).Scan(&n); err != nil {
		k.Fatalf("%s: %v", query, err)
	}
	return n
}

func TestCut(t *testing.T) {
	k := newCutCity(t, 3000)
	t.Run("own rows are whole", k.ownRows)
	t.Run("nothing of others", k.nothingOfOthers)
	t.Run("no bytes of others", k.noBytesOfOthers)
	t.Run("small cells", k.smallCells)
	t.Run("sums", k.sums)
	t.Run("bulletin", k.bulletin)
	t.Run("examples", k.examples)
	t.Run("files", k.files)
}

// ownRows: everything that is said of the town, its villages and their people
// stands in the cut as in the whole.
func (k *cutCity) ownRows(t *testing.T) {
	own := "select area_code from ref.area where area_code = '" + k.town + "' or town = '" + k.town + "'"
	for table, mine := range map[string]string{
		"ref.area": "area_code in (" + own + ")", "mart.standing": "area_code in (" + own + ")", "mart.score": "area_code in (" + own + ")",
		"mart.collection": "area_code in (" + own + ")", "mart.hardship_road": "area_code in (" + own + ")",
		"mart.payment_daily": "area_code in (" + own + ")", "mart.payment_failed": "area_code in (" + own + ")",
		"mart.check_area": "area_code in (" + own + ")", "mart.check_row": "area_code in (" + own + ")", "mart.person": "town = '" + k.town + "'",
		"mart.stretch":  "(campaign, person_no) in (select (campaign, person_no) from mart.person where town = '" + k.town + "')",
		"mart.obstacle": "(campaign, person_no) in (select (campaign, person_no) from mart.person where town = '" + k.town + "')",
	} {
		sum := fmt.Sprintf("select count(*) || ' rows, ' || coalesce(sum(hash(t)::hugeint), 0) from %s as t where %s", table, mine)
		whole, cut := k.list(k.whole, sum)[0], k.list(k.cut, sum)[0]
		if whole != cut || strings.HasPrefix(cut, "0 rows") && table != "mart.check_row" && table != "mart.check_area" {
			t.Errorf("%s: %s, in the cut %s", table, whole, cut)
		}
	}
}

// nothingOfOthers looks at every value of every column for codes of villages of
// other towns, people who are not the town's, and their keys.
func (k *cutCity) nothingOfOthers(t *testing.T) {
	foreign := k.list(k.whole, "select area_code from ref.area where level = 'village' and town <> $1", k.town)
	in := "('" + strings.Join(foreign, "', '") + "')"
	found := int64(0)
	for db, wanted := range map[*duck.DB]bool{k.whole: true, k.cut: false} {
		for _, column := range k.list(db, `select schema_name || '.' || table_name || ' ' || column_name from duckdb_columns()
			where not internal and data_type = 'VARCHAR' and schema_name in ('mart', 'ref')`) {
			table, name, _ := strings.Cut(column, " ")
			n := k.number(db, "select count(*) from "+table+" where "+name+" in "+in)
			if !wanted && n > 0 {
				t.Errorf("%s.%s of the cut names villages of other towns in %d rows", table, name, n)
			}
			found += n
		}
	}
	if found == 0 {
		t.Error("the whole names no village of another town: the test looks for nothing")
	}
	for _, table := range []string{"mart.person", "mart.stretch", "mart.obstacle", "mart.answer"} {
		strangers := k.list(k.whole, "select person_no::varchar from mart.person where town <> $1 limit 500", k.town)
		where := " where person_no in (" + strings.Join(strangers, ", ") + ")"
		if n := k.number(k.cut, "select count(*) from "+table+where); n > 0 {
			t.Errorf("%s of the cut has %d rows of people of other towns", table, n)
		}
		if k.number(k.whole, "select count(*) from "+table+where) == 0 && table != "mart.obstacle" && table != "mart.answer" {
			t.Errorf("%s of the whole has no row of them either", table)
		}
	}
	if tables := k.number(k.cut, "select count(*) from duckdb_tables()"); tables != k.number(k.whole, "select count(*) from duckdb_tables()") {
		t.Errorf("the cut has %d tables", tables)
	}
}

// noBytesOfOthers reads the files themselves: what was never written cannot be
// dug out. The person keys stand in a file as sixteen bytes, the codes as text.
func (k *cutCity) noBytesOfOthers(t *testing.T) {
	whole, err := os.ReadFile(k.snapshot.Path)
	if err != nil {
		t.Fatal(err)
	}
	cut, err := os.ReadFile(k.path)
	if err != nil {
		t.Fatal(err)
	}
	marks := func(db *duck.DB, mine bool) (marks [][]byte) {
		sign := "<>"
		if mine {
			sign = "="
		}
		for _, key := range k.list(db, "select person::varchar from mart.person where town "+sign+" $1 order by person limit 400", k.town) {
			marks = append(marks, stored(t, key))
		}
		for _, code := range k.list(db, "select area_code from ref.area where level = 'village' and town "+sign+" $1", k.town) {
			marks = append(marks, []byte(code))
		}
		return marks
	}
	hits := func(file []byte, marks [][]byte) (n int) {
		for _, m := range marks {
			if bytes.Contains(file, m) {
				n++
			}
		}
		return n
	}
	foreign, mine := marks(k.whole, false), marks(k.cut, true)
	if n := hits(cut, foreign); n > 0 {
		t.Errorf("the file of the cut holds %d of %d marks of other towns", n, len(foreign))
	}
	if n := hits(whole, foreign); n == 0 {
		t.Errorf("the whole holds none of %d marks: the test looks for the wrong bytes", len(foreign))
	}
	if n := hits(cut, mine); n == 0 {
		t.Errorf("the cut holds none of %d marks of its own", len(mine))
	}
}

// stored is a UUID as DuckDB keeps it: a number of 128 bits, the lower half
// first, its sign turned.
func stored(t *testing.T, key string) []byte {
	t.Helper()
	raw, err := hex.DecodeString(strings.ReplaceAll(key, "-", ""))
	if err != nil || len(raw) != 16 {
		t.Fatalf("key %q: %v", key, err)
	}
	var out []byte
	out = binary.LittleEndian.AppendUint64(out, binary.BigEndian.Uint64(raw[8:]))
	return binary.LittleEndian.AppendUint64(out, binary.BigEndian.Uint64(raw[:8])^1<<63)
}

// smallCells: no row of another town counts one to four people, and none that
// was left out can be told from the city's less all others.
func (k *cutCity) smallCells(t *testing.T) {
	both, err := duck.Open(context.Background(), "", duck.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer both.Close()
	for name, path := range map[string]string{"w": k.snapshot.Path, "c": k.path} {
		if _, err := both.Exec("attach '" + path + "' as " + name + " (read_only)"); err != nil {
			t.Fatal(err)
		}
	}
	for table, c := range map[string]struct {
		keys   string
		counts []string
	}{
		"mart.standing":      {"campaign, item, as_of", []string{"expected", "actual", "expected - actual", "actual_on_time", "expected_on_time - actual_on_time"}},
		"mart.collection":    {"campaign, scheme, as_of", []string{"people_due"}},
		"mart.hardship_road": {"campaign, scheme, as_of", []string{"certified", "registered", "funded", "certified - registered", "registered - funded"}},
	} {
		for _, count := range c.counts {
			small := fmt.Sprintf("select count(*) from %s where level = 'town' and area_code <> '%s' and abs(%s) between 1 and 4", table, k.town, count)
			if n := k.number(k.cut, small); n > 0 {
				t.Errorf("%s: %s is small in %d rows of other towns", table, count, n)
			}
			if k.number(k.whole, small) == 0 && table == "mart.standing" && count == "expected" {
				t.Errorf("%s: %s is small nowhere in the whole: the test looks for nothing", table, count)
			}
			// What the city's row less the towns' tells is what was left out together:
			// that must be nobody, or five and more, of two towns or more.
			told := fmt.Sprintf(`
				select count(*) from (
					select %[2]s from w.%[1]s as w anti join c.%[1]s as c using (%[2]s, area_code)
					where w.level = 'town' group by all
					having abs(sum(%[3]s)) between 1 and 4 or count(*) = 1
				) as x semi join (select %[2]s from c.%[1]s where level = 'city') as y using (%[2]s)`, table, c.keys, count)
			if n := k.number(both, told); n > 0 {
				t.Errorf("%s: %s of what was left out can be told in %d cases", table, count, n)
			}
		}
		if hidden := k.number(k.whole, "select count(*) from "+table+" where level <> 'village'") - k.number(k.cut, "select count(*) from "+table+" where level <> 'village'"); hidden == 0 && table == "mart.standing" {
			t.Errorf("%s: nothing was left out", table)
		}
	}
	exact := k.number(k.cut, "select count(*) from mart.score where area_code <> $1 and points_exact like '%/%'", k.town)
	if exact > 0 {
		t.Errorf("mart.score has %d exact points of other towns", exact)
	}
	for _, n := range []string{"select count(distinct area_code) from mart.score", "select count(distinct (area_code, rank, as_of)) from mart.score"} {
		if whole, cut := k.number(k.whole, n), k.number(k.cut, n); whole != cut {
			t.Errorf("%s: %d in the whole, %d in the cut: places are published", n, whole, cut)
		}
	}
	few := k.number(k.cut, "select count(*) from mart.payment_daily as p join ref.area as a using (area_code) where a.level = 'city' and payments + refunds < 5")
	if few > 0 {
		t.Errorf("mart.payment_daily has %d rows of fewer than five transactions of others", few)
	}
}

// sums: what is summed over the cut comes to the city's, but for the days with
// fewer than five transactions.
func (k *cutCity) sums(t *testing.T) {
	for _, sum := range []string{"select sum(payments)::bigint from mart.payment_daily", "select sum(amount)::bigint from mart.payment_daily"} {
		whole, cut := k.number(k.whole, sum), k.number(k.cut, sum)
		if cut > whole || cut < whole*85/100 {
			t.Errorf("%s: %d, in the cut %d", sum, whole, cut)
		}
	}
	if n := k.number(k.cut, "select count(*) from mart.standing where level = 'city'"); n == 0 {
		t.Error("the cut has no figures of the city")
	}
}

// bulletin: what reads a snapshot reads a cut as well.
func (k *cutCity) bulletin(t *testing.T) {
	r, err := measure.Open(context.Background(), k.path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := r.Bulletin(context.Background(), measure.Ask{})
	if err != nil {
		t.Fatal(err)
	}
	if b.Snapshot.Number != k.snapshot.Number || len(b.Ranking) == 0 || len(b.Villages[k.town]) == 0 {
		t.Errorf("snapshot %d, %d places, %d villages", b.Snapshot.Number, len(b.Ranking), len(b.Villages[k.town]))
	}
	// From memory too, with what is left out left out.
	held, err := measure.Open(context.Background(), k.path)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	if err := held.Hold(context.Background(), ""); err != nil {
		t.Fatal(err)
	}
	for day := b.Campaign.Opening; !day.After(b.Campaign.LastDay); day = day.AddDate(0, 0, 5) {
		want, err := r.Bulletin(context.Background(), measure.Ask{AsOf: day})
		if err != nil {
			t.Fatal(err)
		}
		got, err := held.Bulletin(context.Background(), measure.Ask{AsOf: day})
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("the bulletin of %s differs, %v", day, err)
		}
	}
}

// examples: what the tables suggest to ask can be asked of a cut.
func (k *cutCity) examples(t *testing.T) {
	all := k.list(k.cut, "select example from ref.table_doc where example is not null")
	if len(all) < 20 {
		t.Errorf("%d examples", len(all))
	}
	for _, example := range all {
		rows, err := k.cut.Query(example)
		if err != nil {
			t.Errorf("%s: %v", example, err)
			continue
		}
		for rows.Next() {
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Errorf("%s: %v", example, err)
		}
	}
}

// files: a cut is made once, for other towns another; no cut counts as a
// snapshot; towns alone have cuts; and a cut goes with its snapshot.
func (k *cutCity) files(t *testing.T) {
	ctx := context.Background()
	dir := filepath.Dir(k.path)
	before, err := os.Stat(k.path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Cut{Snapshot: k.snapshot, Towns: []string{k.town, k.town}}.Make(ctx)
	after, _ := os.Stat(k.path)
	if err != nil || again != k.path || !after.ModTime().Equal(before.ModTime()) {
		t.Errorf("made again: %s (%v)", again, err)
	}
	for _, code := range []string{"330782", "nobody", k.list(k.whole, "select min(area_code) from ref.area where level = 'village'")[0]} {
		var no *refuse.Error
		if _, err := (Cut{Snapshot: k.snapshot, Towns: []string{code}}).Make(ctx); !errors.As(err, &no) {
			t.Errorf("a cut for %s: %v", code, err)
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, "*.part*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	if n, err := nextNumber(dir); err != nil || n != k.snapshot.Number+1 {
		t.Errorf("the next snapshot is %d (%v)", n, err)
	}
	old := filepath.Join(dir, "0.cut.abc.duckdb")
	if err := os.WriteFile(old, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Prune(dir, 1, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); err == nil {
		t.Error("the cut of a snapshot that is gone is still there")
	}
	if _, err := os.Stat(k.path); err != nil {
		t.Errorf("the cut of the current snapshot: %v", err)
	}
}

// A build makes the cuts it is told before anybody is led to the snapshot; one that
// is stopped meanwhile leaves what was published before, and nothing else.
func TestBuildMakesCuts(t *testing.T) {
	c := newCity(t, tinyAreas)
	c.load("证件号码,姓名,镇街,村社,本市户籍,常住人口\n330782194910019104,周建国,佛堂镇,王宅村,是,是\n33078219570612001X,吴秀英,稠城街道,新村,是,是\n")
	dir := filepath.Join(c.dir, "published")
	names := func() (all []string) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			all = append(all, e.Name())
		}
		return all
	}
	var seen []string
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	b := Build{DB: c.loader.DB, Campaigns: c.campaigns, Dir: dir,
		Cuts: [][]string{{"330782100"}, {"330782100"}, {"nowhere"}, {"330782100", "330782001"}},
		Progress: func(done, total int, what string) {
			if done < 0 || done >= total {
				t.Errorf("%s: %d of %d", what, done, total)
			}
			if strings.HasPrefix(what, "cut ") {
				seen = append(seen, names()...)
			}
		}}
	built, err := b.Run(ctx)
	if err != nil || built.Snapshot.Number != 1 {
		t.Fatalf("snapshot %d, %v", built.Snapshot.Number, err)
	}
	if !slices.Contains(seen, "1.duckdb") || slices.Contains(seen, "CURRENT") {
		t.Errorf("while cuts were made there were %v", seen)
	}
	want := []string{"1.duckdb", "CURRENT"}
	for _, towns := range [][]string{{"330782100"}, {"330782100", "330782001"}} {
		path, err := (Cut{Snapshot: built.Snapshot, Towns: towns}).Path()
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, filepath.Base(path))
	}
	slices.Sort(want)
	if got := names(); !slices.Equal(got, want) {
		t.Errorf("published %v, want %v", got, want)
	}
	b.Progress = func(_, _ int, what string) {
		if strings.HasPrefix(what, "cut ") {
			stop()
		}
	}
	if built, err := b.Run(ctx); err == nil || built.Snapshot.Number != 0 {
		t.Errorf("stopped: snapshot %d, %v", built.Snapshot.Number, err)
	}
	if got := names(); !slices.Equal(got, want) {
		t.Errorf("a stopped build leaves %v, want %v", got, want)
	}
	if now, err := Current(dir); err != nil || now.Number != 1 {
		t.Errorf("current is %d, %v", now.Number, err)
	}
}
