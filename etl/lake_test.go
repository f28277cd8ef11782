package etl

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"canbao/etl/clean"
	"canbao/etl/lake"
	"canbao/etl/seal"
	"canbao/etl/synth"
)

// newLakeBench is a bench whose rows lie in a lake.
func newLakeBench(t *testing.T) *bench {
	t.Helper()
	b := newBench(t)
	b.adopt()
	return b
}

func (b *bench) adopt() {
	b.t.Helper()
	if err := lake.Adopt(context.Background(), b.DB, &lake.Place{Folder: filepath.Join(b.dir, "lake"), Buckets: 3}); err != nil {
		b.t.Fatal(err)
	}
}

// flush brings rows that a test has written to fresh into the lake.
func (b *bench) flush() {
	b.t.Helper()
	ctx := context.Background()
	conn, err := b.DB.Conn(ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	defer conn.Close()
	in, err := lake.Of(ctx, conn)
	if err == nil {
		err = in.Flush(ctx)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// pair is an ordinary warehouse and one whose rows lie in a lake, of one key.
type pair struct{ plain, lain *bench }

func newPair(t *testing.T) pair {
	t.Helper()
	p := pair{newBench(t), newLakeBench(t)}
	p.lain.Key = p.plain.Key
	return p
}

// each does the same to both.
func (p pair) each(fn func(b *bench)) {
	fn(p.plain)
	fn(p.lain)
}

// load loads paths into both and compares what is told of it.
func (p pair) load(number int, paths ...string) {
	p.plain.t.Helper()
	var told [2][]FileReport
	var refused [2]string
	for i, b := range []*bench{p.plain, p.lain} {
		b.Number = number
		reports, err := b.Load(context.Background(), paths)
		if told[i] = reports; err != nil {
			refused[i] = err.Error()
		}
		b.Number = 0
	}
	if diff := cmp.Diff(told[0], told[1]); diff != "" || refused[0] != refused[1] {
		p.plain.t.Errorf("reports (-ordinary +lake):\n%s\nrefused: %s\nin a lake: %s", diff, refused[0], refused[1])
	}
}

// same compares everything the two hold, with the keys they are sealed with.
func (p pair) same(when string) {
	p.plain.t.Helper()
	want, got := dump(p.plain.t, p.plain.DB, p.plain.Key), dump(p.lain.t, p.lain.DB, p.lain.Key)
	for table := range want {
		if strings.HasPrefix(table, "raw.lake") {
			delete(want, table)
			delete(got, table)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		p.plain.t.Fatalf("%s (-ordinary +lake):\n%s", when, diff)
	}
	p.lain.onlyListed()
}

// onlyListed wants the lake to hold the files of the ledger, and none beside.
func (b *bench) onlyListed() {
	b.t.Helper()
	if n := b.count("select count(*) from (" + freshRows() + ")"); n != 0 {
		b.t.Errorf("%d rows are left in the warehouse", n)
	}
	rows, err := b.DB.Query("select concat(folder, '/', file, ' ', bytes) from raw.lake_file order by 1")
	if err != nil {
		b.t.Fatal(err)
	}
	defer rows.Close()
	var want, got []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			b.t.Fatal(err)
		}
		want = append(want, line)
	}
	dir := filepath.Join(b.dir, "lake")
	err = filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() || e.Name() == "canbao-lake" {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		got = append(got, fmt.Sprint(filepath.ToSlash(name), " ", info.Size()))
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		b.t.Errorf("files of the lake (-ledger +disk):\n%s", diff)
	}
}

func freshRows() string {
	var asks []string
	for _, d := range datasets {
		asks = append(asks, "select load from fresh."+d.name)
	}
	return strings.Join(asks, " union all ")
}

// unload takes a load of both back.
func (p pair) unload(load int) { p.each(func(b *bench) { b.unload(load) }) }

// rotate seals both anew under another key.
func (p pair) rotate(t *testing.T) {
	t.Helper()
	next := newKeyFor(t, seal.SM4)
	p.each(func(b *bench) {
		path := filepath.Join(t.TempDir(), "next.duckdb")
		if _, err := (Rotation{DB: b.DB, From: b.Key, To: next, Path: path}).Run(context.Background()); err != nil {
			t.Fatal(err)
		}
		b.DB.Close()
		b.DB, b.Key = openAt(t, path), next
	})
	// What only the former warehouse listed is an orphan.
	p.lain.adopt()
}

// TestLakeHoldsWhatAWarehouseHolds loads a city with all its dirt and the same
// bytes again, takes files back, early ones and the first of two equals, loads
// them in their place and changes the key: both warehouses hold the same after
// each step.
func TestLakeHoldsWhatAWarehouseHolds(t *testing.T) {
	ctx := context.Background()
	p := newPair(t)
	made, err := synth.Make(ctx, synth.Options{Dir: filepath.Join(t.TempDir(), "city"), People: 600, Days: 12, Seed: 3, Visits: true})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(made.Areas)
	if err != nil {
		t.Fatal(err)
	}
	areas, err := clean.ReadAreas(made.Areas, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	p.each(func(b *bench) { b.Areas = areas })
	p.same("nothing is loaded")
	p.load(0, made.Extracts)
	p.same("the city is loaded")
	for _, d := range datasets {
		if d.name != "tally" && p.lain.count("select count(*) from raw.lake where dataset = '"+d.name+"'") == 0 {
			t.Errorf("the city has no %s in the lake", d.name)
		}
	}
	// The first of two equals, then one of each dataset, in the middle of others.
	var whole, repeated []int
	files := map[int]string{}
	loads, err := Loads(ctx, p.plain.DB, false)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, l := range loads {
		files[l.Load] = l.File
		if l.SameAs > 0 {
			repeated = append(repeated, l.SameAs)
		} else if !seen[l.Dataset] && l.Whole == l.Load && l.Accepted > 0 {
			seen[l.Dataset] = true
			whole = append(whole, l.Load)
		}
	}
	if len(whole) < 7 {
		t.Fatalf("the city has loads %v to take back", whole)
	}
	first := files[whole[0]]
	p.load(0, first)
	p.same("the first file came again")
	for _, load := range append(repeated, whole...) {
		p.unload(load)
		p.same(fmt.Sprint("without load ", load))
	}
	p.rotate(t)
	p.same("under another key")
	for _, load := range whole[1:] {
		p.load(load, files[load])
		p.same(fmt.Sprint("load ", load, " is back"))
	}
}

// TestLakeOfRandomLoads loads random files of few people together, by their
// numbers out of order, and takes some back.
func TestLakeOfRandomLoads(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 11))
			p := newPair(t)
			paths := randomRosters(rnd, p.plain, 7)
			for n := range 7 {
				paths = append(paths, p.plain.write(fmt.Sprintf("p%02d.csv", n), randomPayments(rnd)))
			}
			p.load(0, paths...)
			p.same("loaded together")
			for range 4 {
				var load int
				if err := p.plain.DB.QueryRow("select load from raw.load order by hash(load, ?) limit 1", rnd.Int64()).Scan(&load); err != nil {
					t.Fatal(err)
				}
				var file string
				if err := p.plain.DB.QueryRow("select file from raw.load where load = ?", load).Scan(&file); err != nil {
					t.Fatal(err)
				}
				p.unload(load)
				p.same(fmt.Sprint("without load ", load))
				if rnd.IntN(2) == 0 {
					p.load(load, file)
					p.same(fmt.Sprint("load ", load, " is back"))
				}
			}
		})
	}
}

// TestLakeOfCorrections corrects rows that were held back.
func TestLakeOfCorrections(t *testing.T) {
	p := newPair(t)
	const head = "姓名,身份证号,镇街,户籍,常住\n"
	p.load(0, p.plain.write("a.csv", head+"甲,"+idA+",佛堂镇,是,是\n乙,1,佛堂镇,是,是\n"))
	p.load(0, p.plain.write("right.csv", strings.Replace(head, "姓名", "暂存号,姓名", 1)+"1,乙,"+idB+",佛堂镇,是,是\n"))
	p.same("corrected")
	if n := p.lain.count("select count(*) from raw.quarantine where released_by = 2"); n != 1 {
		t.Fatalf("%d rows were let go", n)
	}
	p.unload(2)
	p.same("held back again")
}

// A preview changes nothing, in the warehouse or on the disk.
func TestLakeOfAPreview(t *testing.T) {
	p := newPair(t)
	const head = "姓名,身份证号,镇街,户籍,常住\n"
	p.load(0, p.plain.write("a.csv", head+"甲,"+idA+",佛堂镇,是,是\n"))
	path := p.plain.write("b.csv", head+"甲,"+idA+",佛堂镇,是,否\n乙,"+idB+",佛堂镇,是,是\n")
	var told [2][]FileReport
	for i, b := range []*bench{p.plain, p.lain} {
		var err error
		if told[i], err = b.Preview(context.Background(), []string{path, path}); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(told[0], told[1]); diff != "" {
		t.Errorf("previews (-ordinary +lake):\n%s", diff)
	}
	p.same("previewed")
}

// TestLakeThatCannotBeWritten has the writing fail before and in the middle of
// it: nothing is loaded or taken back, and once it can be written the same is
// done.
func TestLakeThatCannotBeWritten(t *testing.T) {
	ctx := context.Background()
	p := newPair(t)
	const head = "姓名,身份证号,镇街,户籍,常住\n"
	first := p.plain.write("a.csv", head+"甲,"+idA+",佛堂镇,是,是\n乙,"+idB+",佛堂镇,是,是\n")
	second := p.plain.write("b.csv", head+"甲,"+idA+",佛堂镇,是,是\n")
	in := filepath.Join(p.lain.dir, "lake", "roster")
	if err := os.WriteFile(in, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := p.lain.Load(ctx, []string{first}); err == nil {
		t.Fatal("loaded into a folder that is a file")
	}
	if n := p.lain.count("select (select count(*) from raw.load) + (select count(*) from raw.roster) + (select count(*) from raw.lake)"); n != 0 {
		t.Errorf("%d traces of a load that failed", n)
	}
	if err := os.Remove(in); err != nil {
		t.Fatal(err)
	}
	p.load(0, first, second)
	p.same("loaded")
	// The row of load 2 stands once load 1 is gone: its rows are taken out of the
	// lake, and then cannot be written back. Here a macro hides the function that
	// tells the bucket.
	if _, err := p.lain.DB.Exec("create macro lake_bucket_3(x) as error('no bucket')"); err != nil {
		t.Fatal(err)
	}
	if _, err := Unload(ctx, p.lain.DB, 1, "tester", p.lain.Now); err == nil || !strings.Contains(err.Error(), "no bucket") {
		t.Fatalf("taken back though the lake cannot be written: %v", err)
	}
	p.same("not taken back")
	if _, err := p.lain.DB.Exec("drop macro lake_bucket_3"); err != nil {
		t.Fatal(err)
	}
	p.unload(1)
	p.same("taken back")
}

// A commit may have been done though an error came of it: then nothing can be
// rolled back, and the folders that the ledger lists stay.
func TestCommitOfWhichNothingIsKnown(t *testing.T) {
	ctx := context.Background()
	b := newLakeBench(t)
	conn, err := b.DB.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	in, err := lake.Of(ctx, conn)
	if err != nil {
		t.Fatal(err)
	}
	tr := transaction{conn: conn, lake: in, keep: true}
	if err := tr.begin(ctx); err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"insert into fresh.levy (load, line, shared, person, scheme, year, amount) values (1, 2, false, uuid(), 'medical', 2021, 5)", "flush", "commit"} {
		if s == "flush" {
			err = in.Flush(ctx)
		} else {
			_, err = conn.ExecContext(ctx, s)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := tr.end(ctx); err != nil {
		t.Fatal(err)
	}
	if n := b.count("select count(*) from raw.levy"); n != 1 {
		t.Errorf("%d rows, want 1", n)
	}
	b.onlyListed()
}
