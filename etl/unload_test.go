package etl

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"canbao/etl/refuse"
)

// state is everything the figures are made of, in the order of load numbers:
// rows with their marks, rows held back, and the ledger's counts. Numbers of
// rows held back are left out: they are given as they come.
func (b *bench) state() string {
	b.t.Helper()
	var out strings.Builder
	for _, q := range []string{
		"select concat('row ', load, ' ', line, ' ', repeated, ' ', person, ' ', hukou, ' ', student, ' ', school, ' ', town, ' ', exempt_from) from raw.roster order by load, line",
		"select concat('held ', load, ' ', line, ' ', reasons, ' ', released_by) from raw.quarantine order by load, line",
		"select concat('load ', load, ' ', rows, ' ', accepted, ' ', quarantined, ' ', repeated, ' ', furniture, ' ', same_as) from raw.load order by load",
		"select concat('brings ', load, ' ', field) from raw.load_field order by load, field",
		"select concat('reason ', load, ' ', reason, ' ', rows) from raw.load_reason order by load, reason",
	} {
		rows, err := b.DB.Query(q)
		if err != nil {
			b.t.Fatal(err)
		}
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				b.t.Fatal(err)
			}
			out.WriteString(line + "\n")
		}
		if err := rows.Err(); err != nil {
			b.t.Fatal(err)
		}
	}
	return out.String()
}

func (b *bench) unload(load int) {
	b.t.Helper()
	if _, err := Unload(context.Background(), b.DB, load, "tester", time.Date(2020, 12, 21, 0, 0, 0, 0, time.UTC)); err != nil {
		b.t.Fatalf("unload %d: %v", load, err)
	}
}

// randomRosters are files of random rows and columns about three people, some
// of them the very same bytes.
func randomRosters(rnd *rand.Rand, b *bench, n int) []string {
	var paths []string
	for file := range n {
		if file > 0 && rnd.IntN(4) == 0 {
			text, err := os.ReadFile(paths[rnd.IntN(len(paths))])
			if err != nil {
				b.t.Fatal(err)
			}
			paths = append(paths, b.write(fmt.Sprintf("copy%02d.csv", file), string(text)))
			continue
		}
		var cols []string
		for _, c := range []string{"school", "student", "exempt_from"} {
			if rnd.IntN(2) == 0 {
				cols = append(cols, c)
			}
		}
		text := "id_no,name,hukou,resident,town"
		for _, c := range cols {
			text += "," + c
		}
		text += "\n"
		for range 1 + rnd.IntN(5) {
			text += fmt.Sprintf("%s,甲,%s,是,%s", pick(rnd, idA, idB, idC, idA[:17]+"0"), pick(rnd, "是", "否"), pick(rnd, "佛堂镇", "稠城街道"))
			for _, c := range cols {
				text += "," + map[string]string{
					"school": pick(rnd, "", "一中"), "student": pick(rnd, "", "是"), "exempt_from": pick(rnd, "", "2020-11-03"),
				}[c]
			}
			text += "\n"
		}
		paths = append(paths, b.write(fmt.Sprintf("%02d.csv", file), text+strings.Repeat("\n", file)))
	}
	return paths
}

// TestUnloadedAsIfNeverLoaded loads random files, takes some of them back, and
// compares with a warehouse that never had them.
func TestUnloadedAsIfNeverLoaded(t *testing.T) {
	for seed := range uint64(5) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 2))
			with, without := newBench(t), newBench(t)
			without.Loader.Key = with.Loader.Key
			paths := randomRosters(rnd, with, 8)
			gone := map[int]bool{}
			for i := range paths {
				gone[i] = rnd.IntN(3) == 0
			}
			if _, err := with.Load(context.Background(), paths); err != nil {
				t.Fatal(err)
			}
			for _, i := range rnd.Perm(len(paths)) {
				if gone[i] {
					with.unload(i + 1)
				}
			}
			for i, path := range paths {
				if gone[i] {
					continue
				}
				without.Number = i + 1
				if _, err := without.Load(context.Background(), []string{path}); err != nil {
					t.Fatal(err)
				}
			}
			if got, want := with.state(), without.state(); got != want {
				t.Errorf("taken back:\n%s\nnever loaded:\n%s", got, want)
			}
		})
	}
}

// TestAnyOrderOfLoading loads the same files under the same numbers in another
// order: everything the figures are made of is the same.
func TestAnyOrderOfLoading(t *testing.T) {
	for seed := range uint64(5) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 3))
			inOrder, shuffled := newBench(t), newBench(t)
			shuffled.Loader.Key = inOrder.Loader.Key
			paths := randomRosters(rnd, inOrder, 8)
			if _, err := inOrder.Load(context.Background(), paths); err != nil {
				t.Fatal(err)
			}
			for _, i := range rnd.Perm(len(paths)) {
				shuffled.Number = i + 1
				if _, err := shuffled.Load(context.Background(), []string{paths[i]}); err != nil {
					t.Fatal(err)
				}
			}
			if got, want := shuffled.state(), inOrder.state(); got != want {
				t.Errorf("shuffled:\n%s\nin order:\n%s", got, want)
			}
		})
	}
}

func TestUnloadKeepsRecordAndNumber(t *testing.T) {
	b := newBench(t)
	row := "姓名,身份证号,镇街,户籍,常住\n甲," + idA + ",佛堂镇,是,是\n"
	b.load("a.csv", row)
	b.unload(1)
	if n := b.count("select count(*) from raw.unload where load = 1 and unloaded_by = 'tester' and rows = 1"); n != 1 {
		t.Error("the ledger forgot what was taken back")
	}
	if r := b.load("a.csv", row); r.Load != 2 || r.Accepted != 1 {
		t.Errorf("loaded again as %d with %d accepted, want a new number and the row", r.Load, r.Accepted)
	}
	b.Number = 2
	var refused *refuse.Error
	if _, err := b.Load(context.Background(), []string{b.write("b.csv", row+"乙,"+idB+",佛堂镇,是,是\n")}); !errors.As(err, &refused) {
		t.Errorf("a number that is taken was given again: %v", err)
	}
	b.Number = 0
	if _, err := Unload(context.Background(), b.DB, 1, "", time.Now()); !errors.As(err, &refused) {
		t.Errorf("what was taken back was taken back again: %v", err)
	}
}

// A number a row was held back under must never mean another row: a corrected
// sheet would release the wrong one.
func TestHeldNumbersAreNeverGivenTwice(t *testing.T) {
	b := newBench(t)
	head := "姓名,身份证号,镇街,户籍,常住\n"
	b.load("a.csv", head+"甲,1,佛堂镇,是,是\n")
	b.unload(1)
	b.load("b.csv", head+"乙,2,佛堂镇,是,是\n")
	if n := b.count("select number from raw.quarantine"); n != 2 {
		t.Errorf("held back as %d, want a number never given before", n)
	}
}

func TestLedgerListsControlTotals(t *testing.T) {
	b := newBench(t)
	b.By = "李会计"
	head := "险种,年度,身份证号,应缴金额\n"
	text := head + "居民医保,2021," + idA + ",450\n居民医保,2020," + idA + ",400.50\n居民医保,2021," + idB + ",x\n"
	b.load("a.csv", text)
	b.load("b.csv", text)
	b.load("c.csv", head+"居民医保,2021,"+idA+",450\n居民医保,2021,"+idC+",500\n")
	b.unload(3)
	loads, err := Loads(context.Background(), b.DB, true)
	if err != nil || len(loads) != 3 {
		t.Fatalf("%d loads, %v", len(loads), err)
	}
	if l := loads[0]; l.People.Int64 != 1 || l.Fen.Int64 != 85050 || l.LoadedBy != "李会计" || l.Held != 1 || len(l.SHA256) != 64 {
		t.Errorf("ledger says %+v", l)
	}
	if l := loads[1]; l.SameAs != 1 || l.People.Int64 != 1 || l.Fen.Int64 != 85050 || l.Repeated != 3 {
		t.Errorf("ledger says %+v of the same bytes", l)
	}
	if l := loads[2]; !l.UnloadedAt.Valid || l.UnloadedBy != "tester" {
		t.Errorf("ledger says %+v of what was taken back", l)
	}
}

// The rows of a file taken back go to the one with the very same bytes, and what
// stood between the two is judged anew: nothing comes before it now.
func TestRowsThatMoveAreJudgedAnew(t *testing.T) {
	const text = "姓名,身份证号,镇街,户籍,常住\n甲," + idA + ",佛堂镇,是,是\n乙," + idB + ",佛堂镇,是,否\n"
	with, without := newBench(t), newBench(t)
	without.Loader.Key = with.Loader.Key
	files := []string{with.write("1.csv", text), with.write("2.csv", strings.Replace(text, "是,否", "否,否", 1)), with.write("3.csv", text)}
	if _, err := with.Load(context.Background(), files); err != nil {
		t.Fatal(err)
	}
	with.unload(1)
	for i, path := range files[1:] {
		without.Number = i + 2
		if _, err := without.Load(context.Background(), []string{path}); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := with.state(), without.state(); got != want {
		t.Errorf("taken back:\n%s\nnever loaded:\n%s", got, want)
	}
	if n := with.count("select accepted * 10 + repeated from raw.load where load = 3"); n != 11 {
		t.Errorf("load 3 has %d accepted and repeated rows, want 1 and 1", n)
	}
}
