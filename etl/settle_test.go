package etl

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSettleAgainstNaive loads random files with random columns and compares
// every verdict with a naive replay of the contract, row by row: equal in every
// field the file brings to the present row of the key is a repeat, else the row
// is accepted and the fields it brings become the present ones.
func TestSettleAgainstNaive(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { settleOnce(t, rand.New(rand.NewPCG(seed, 1))) })
	}
}

func settleOnce(t *testing.T, rnd *rand.Rand) {
	b := newBench(t)
	ids := []string{idA, idB, idC}
	optional := []string{"name", "school", "phone", "student", "exempt_from"}
	present := map[string]map[string]string{}
	var accepted int64
	for file := range 12 {
		var cols []string
		for _, c := range optional {
			if rnd.IntN(2) == 0 || c == "name" {
				cols = append(cols, c)
			}
		}
		var text strings.Builder
		fmt.Fprintf(&text, "id_no,hukou,resident,town,%s\n", strings.Join(cols, ","))
		var want FileReport
		for range 1 + rnd.IntN(6) {
			row := map[string]string{
				"hukou": pick(rnd, "是", "否"), "resident": "是", "town": pick(rnd, "佛堂镇", "稠城街道"),
				"village": "", "area_code": "",
			}
			id := ids[rnd.IntN(len(ids))]
			fmt.Fprintf(&text, "%s,%s,%s,%s", id, row["hukou"], row["resident"], row["town"])
			for _, c := range cols {
				cell := map[string]func() string{
					"name":        func() string { return pick(rnd, "甲", "乙") },
					"school":      func() string { return pick(rnd, "", "一中") },
					"phone":       func() string { return pick(rnd, "", "13800001111", "13900002222") },
					"student":     func() string { return pick(rnd, "", "否", "是") },
					"exempt_from": func() string { return pick(rnd, "", "2020-11-03", "2020/11/3") },
				}[c]()
				text.WriteString("," + cell)
				row[c] = meaning(c, cell)
			}
			text.WriteString("\n")
			want.Rows++
			if replay(present, id, row) {
				want.Accepted++
			} else {
				want.Repeated++
			}
		}
		text.WriteString(strings.Repeat("\n", file)) // bytes of their own
		got := b.load(fmt.Sprintf("%02d.csv", file), text.String())
		if three(got) != three(want) {
			t.Fatalf("file %d: %s, want %s\n%s", file, three(got), three(want), text.String())
		}
		accepted += got.Accepted
	}
	if n := int64(b.count("select count(*) from raw.roster where not repeated")); n != accepted {
		t.Errorf("%d rows in raw, %d accepted", n, accepted)
	}
	unmarked := b.count(`select count(*) from (
		select person from raw.roster where not repeated group by person having count(*) > 1 and count(*) filter (where shared) < count(*) - 1)`)
	if unmarked != 0 {
		t.Errorf("%d keys with rows that do not know they share it", unmarked)
	}
}

// replay applies one row to the present state and tells whether it changed it.
func replay(present map[string]map[string]string, id string, row map[string]string) bool {
	now, known := present[id]
	changed := !known
	if !known {
		now = map[string]string{}
		present[id] = now
	}
	for field, value := range row {
		if now[field] != value {
			changed = true
		}
		now[field] = value
	}
	return changed
}

func meaning(field, cell string) string {
	switch {
	case field == "student" && cell == "否":
		return ""
	case field == "exempt_from" && cell == "2020/11/3":
		return "2020-11-03"
	}
	return cell
}

func pick(rnd *rand.Rand, of ...string) string { return of[rnd.IntN(len(of))] }

func TestSettleSpeaksOfOneLoadAtATime(t *testing.T) {
	b := newBench(t)
	head := "险种,年度,身份证号,应缴金额\n"
	b.load("a.csv", head+"居民医保,2021,"+idA+",450\n居民医保,2021,"+idA+",500\n")
	b.load("b.csv", head+"居民医保,2021,"+idA+",500\n居民医保,2021,"+idB+",500\n")
	if n := b.count("select count(*) from raw.levy where not repeated"); n != 3 {
		t.Errorf("%d rows, want 3: 450, 500 and the other person", n)
	}
	if _, err := b.DB.ExecContext(context.Background(), "select * from temp.meeting"); err == nil {
		t.Error("a scratch table outlived its load")
	}
}

// TestMeetingAcrossRuns: keys meet within a file, between files of one load,
// after files of another dataset, and in a later load, a key met often too.
func TestMeetingAcrossRuns(t *testing.T) {
	b := newBench(t)
	head := "票号,身份证号,险种,年度,实缴金额,缴费时间\n"
	pay := func(receipt, amount string) string {
		return receipt + "," + idA + ",居民医保,2021," + amount + ",2020-11-05\n"
	}
	folder := filepath.Join(b.dir, "in")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"1.csv": head + pay("R1", "480") + pay("R2", "480") + pay("R1", "480") + strings.Repeat(pay("R3", "1")+pay("R3", "2"), 3),
		"2.csv": head + pay("R1", "480") + pay("R2", "500"),
		"3.csv": "身份证号,险种,年度,应缴金额\n" + idA + ",居民医保,2021,480\n" + idA + ",居民医保,2021,480\n",
		"4.csv": head + pay("R2", "500") + pay("R4", "480") + pay("R3", "2"),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range [][]string{
		{"9=8+0+1", "2=1+0+1", "2=1+0+1", "3=1+0+2"},
		{"9=0+0+9", "2=0+0+2", "2=0+0+2", "3=0+0+3"}, // the very bytes again
	} {
		reports, err := b.Load(context.Background(), []string{folder})
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range reports {
			if got := three(r); got != want[i] {
				t.Errorf("%s: %s, want %s", filepath.Base(r.File), got, want[i])
			}
		}
	}
	if got := three(b.load("later.csv", head+pay("R4", "480")+pay("R1", "481")+pay("R5", "1")+pay("R5", "1"))); got != "4=2+0+2" {
		t.Errorf("a later load: %s, want 4=2+0+2", got)
	}
}
