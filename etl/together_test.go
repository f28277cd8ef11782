package etl

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTogetherAsAlone loads random folders in one go, where files that bring the
// same columns share a pass, and file by file into another warehouse: every
// report and everything raw keeps are the same. Some files are refused, some
// repeat the bytes of another. Of some folders hardly a row is remembered, so
// that keys come again when nobody knows where they were.
func TestTogetherAsAlone(t *testing.T) {
	refusals, repeats := 0, int64(0)
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 7))
			together, alone := newBench(t), newBench(t)
			together.window = []int{0, 2, 5, 9}[seed%4]
			folder := filepath.Join(together.dir, "in")
			if err := os.Mkdir(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			var paths []string
			for n := range 12 {
				path := filepath.Join(folder, fmt.Sprintf("%02d.csv", n))
				if err := os.WriteFile(path, []byte(randomPayments(rnd)), 0o600); err != nil {
					t.Fatal(err)
				}
				paths = append(paths, path)
			}
			got, refused := together.Load(context.Background(), []string{folder})
			var want []FileReport
			var wantRefused []string
			for _, path := range paths {
				reports, err := alone.Load(context.Background(), []string{path})
				if err != nil {
					wantRefused = append(wantRefused, err.Error())
				}
				want = append(want, reports...)
			}
			refusals += len(wantRefused)
			for _, r := range want {
				repeats += r.Repeated
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if refused == nil && wantRefused != nil || refused != nil && refused.Error() != strings.Join(wantRefused, "\n") {
				t.Errorf("refused %v, want %v", refused, wantRefused)
			}
			for _, table := range []string{"payment", "levy", "visit", "load_field", "load_reason"} {
				ask := "select coalesce(string_agg(concat_ws('|', " + map[string]string{
					"payment":     "load, line, repeated, receipt, year, amount, channel, bank",
					"levy":        "load, line, repeated, year, amount",
					"visit":       "load, line, repeated, item, answer",
					"load_field":  "load, field, header",
					"load_reason": "load, reason, rows",
				}[table] + "), ' ' order by all), '') from raw." + table
				if table == "load_field" || table == "load_reason" {
					ask = strings.Replace(ask, "order by all", "order by load, "+map[string]string{"load_field": "field", "load_reason": "reason"}[table], 1)
				} else {
					ask = strings.Replace(ask, "order by all", "order by load, line", 1)
				}
				var a, b string
				if err := together.DB.QueryRowContext(context.Background(), ask).Scan(&a); err != nil {
					t.Fatal(err)
				}
				if err := alone.DB.QueryRowContext(context.Background(), ask).Scan(&b); err != nil {
					t.Fatal(err)
				}
				if a != b || table == "payment" && a == "" {
					t.Errorf("raw.%s: together\n%s\nalone\n%s", table, a, b)
				}
			}
			const marked = `select count(*) from (select receipt from raw.payment where not repeated
group by receipt, person, scheme, year, back, case when back then paid_at end
having count(*) > 1 and count(*) filter (where shared) < count(*) - 1)`
			if n := together.count(marked); n != 0 {
				t.Errorf("%d keys with rows that do not know they share it", n)
			}
		})
	}
	if refusals == 0 || repeats == 0 {
		t.Errorf("%d files refused, %d rows repeated: neither was tried", refusals, repeats)
	}
}

// randomPayments is a file of payments, of levies, of payments with a column
// more, or one that is refused when its rows have been read half.
func randomPayments(rnd *rand.Rand) string {
	var b strings.Builder
	kind := rnd.IntN(8)
	switch kind {
	case 0:
		b.WriteString("身份证号,险种,年度,应缴金额\n")
	case 3:
		b.WriteString("身份证号,考核项,走访结果,走访日期\n")
	case 1:
		b.WriteString("票号,身份证号,险种,年度,实缴金额,缴费时间,缴费渠道,银行\n")
	default:
		b.WriteString("票号,身份证号,险种,年度,实缴金额,缴费时间,缴费渠道\n")
	}
	for range 1 + rnd.IntN(12) {
		id := pick(rnd, idA, idB, idC, "33078219900101")
		amount := pick(rnd, "480", "480.00", "-480", "500", "x")
		if kind == 0 {
			fmt.Fprintf(&b, "%s,居民医保,2021,%s\n", id, amount)
			continue
		}
		if kind == 3 {
			fmt.Fprintf(&b, "%s,medical_hukou,%s,2020-11-05\n", id, pick(rnd, "愿缴", "拒缴", "不明"))
			continue
		}
		fmt.Fprintf(&b, "R%d,%s,居民医保,%s,%s,%s,%s", rnd.IntN(3), id, pick(rnd, "2021", "2020"), amount,
			pick(rnd, "2020-11-05", "2020-11-05 00:00:00", "2020/11/6"), pick(rnd, "", "支付宝"))
		if kind == 1 {
			b.WriteString("," + pick(rnd, "", "农商银行"))
		}
		b.WriteString("\n")
	}
	if kind == 2 { // another table begins: the file is refused
		b.WriteString("姓名,身份证号,户籍,常住,镇街\n甲,x,是,是,佛堂镇\n")
	}
	return b.String()
}
