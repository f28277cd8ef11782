package main

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"canbao/reports/audit"
)

// answerSheet is a workbook for the visits as it comes back: the cells of some
// rows filled in, by the header they stand under.
func (d desk) answerSheet(path string, rows map[string]map[string]string) {
	d.Helper()
	book, sheet, all := d.sheet(path)
	defer book.Close()
	at := map[string]int{}
	for i, header := range all[visitHeaderRow-1] {
		at[header] = i + 1
	}
	filled := 0
	for n, row := range all[visitHeaderRow:] {
		cells := rows[row[2]]
		for header, text := range cells {
			if at[header] == 0 {
				d.Fatalf("the sheet has no column %s: %v", header, all[visitHeaderRow-1])
			}
			cell, err := excelize.CoordinatesToCellName(at[header], visitHeaderRow+1+n)
			if err == nil {
				err = book.SetCellValue(sheet, cell, text)
			}
			if err != nil {
				d.Fatal(err)
			}
		}
		if cells != nil {
			filled++
		}
	}
	if filled != len(rows) {
		d.Fatalf("%d of %d people are on the sheet: %v", filled, len(rows), all)
	}
	if err := book.Save(); err != nil {
		d.Fatal(err)
	}
}

const visitRoster = "证件号码,姓名,镇街,本市户籍,常住,联系电话\n" +
	"330782197001010018,甲一,佛堂镇,是,是,13757900001\n330782198002020028,乙二,佛堂镇,是,是,\n" +
	"330782198506060066,丙三,佛堂镇,是,是,13757900003\n11010519491231002X,丁四,佛堂镇,是,是,13757900004\n" +
	"330782199001010017,戊五,佛堂镇,是,是,13757900005\n"

// visitReasons are the last column of a list, by masked or whole name.
func (d desk) visitReasons(args ...string) map[string]string {
	d.Helper()
	rows, err := csv.NewReader(strings.NewReader(d.run(0, append(args, "--format", "csv", "--quiet")...))).ReadAll()
	if err != nil {
		d.Fatal(err)
	}
	found := map[string]string{}
	for _, row := range rows[1:] {
		found[row[4]] = row[6]
	}
	return found
}

// TestAnswersComeBack goes the way of a grid worker: the list is written as a
// workbook, filled in and loaded, and the next list, and the next workbook, show
// what people answered; taken back, it shows nothing. No indicator has moved.
func TestAnswersComeBack(t *testing.T) {
	for _, c := range []struct {
		lang, masked, result, day, proof, who, note, willPay, yes, deceased string
	}{
		{"zh", "masked", "走访结果", "走访日期", "已看凭证", "走访人", "走访备注", "愿意缴费", "是", "已死亡"},
		{"en", "masked", "answer", "visited_on", "proof", "visitor", "remark", "will pay", "Y", "deceased"},
	} {
		t.Run(c.lang, func(t *testing.T) {
			d := newDesk(t)
			d.run(0, "load", d.write("roster.csv", visitRoster), "--strict")
			d.run(0, "build")
			ask := []string{"worklist", "--as-of", "2020-12-10", "--item", "medical_hukou", "--area", "330782100", "--lang", c.lang}
			before := d.run(0, "ranking", "--as-of", "2020-12-10", "--level", "all", "--format", "csv", "--quiet")
			sheet := d.path("visits.xlsx")
			d.run(0, append(ask, "--out", sheet)...)
			d.answerSheet(sheet, map[string]map[string]string{
				"甲*": {c.result: c.willPay, c.day: "2020-12-09", c.who: "李网格", c.note: "月底前缴"},
				"乙*": {c.result: c.deceased, c.day: "2020/12/9", c.proof: c.yes, c.who: "李网格"},
				"丙*": {c.result: c.willPay, c.day: "2020-12-12"}, // after the day of the list
			})
			if said := d.run(0, "load", sheet, "--strict", "--format", "json"); !strings.Contains(said, `"dataset": "visit"`) || !strings.Contains(said, `"accepted": 5`) {
				t.Fatalf("loading said %s", said)
			}
			if got := d.onRecord(audit.Visit); !slices.Equal(got, []string{"visit 5 ok"}) {
				t.Errorf("on record is %q", got)
			}
			if d.run(0, "build"); d.run(0, "ranking", "--as-of", "2020-12-10", "--level", "all", "--format", "csv", "--quiet") != before {
				t.Error("an answer has moved an indicator")
			}
			words := map[string]string{"zh": "从未参保登记；走访：%s（%s）", "en": "never registered; visited: %s (%s)"}[c.lang]
			proof := map[string]string{"zh": "2020-12-09，已看凭证", "en": "2020-12-09, proof seen"}[c.lang]
			never := words[:strings.IndexAny(words, "；;")]
			want := map[string]string{"甲*": fmt.Sprintf(words, c.willPay, "2020-12-09"), "乙*": fmt.Sprintf(words, c.deceased, proof),
				"丙*": never, "丁*": never, "戊*": never}
			if got := d.visitReasons(ask...); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("list %v, want %v", got, want)
			}
			// Who is dead is so at every item; who will pay, at the item asked for.
			other := append([]string{}, ask...)
			other[4] = "pension_coverage"
			if got := d.visitReasons(other...); got["乙*"] != want["乙*"] || got["甲*"] != never {
				t.Errorf("list of another item: %v", got)
			}
			// What was noted is for those alone who may see who people are.
			masked := d.path("again.xlsx")
			d.run(0, append(ask, "--out", masked)...)
			book, _, rows := d.sheet(masked)
			book.Close()
			if strings.Contains(fmt.Sprint(rows), "月底前缴") || strings.Contains(fmt.Sprint(rows), "李网格") {
				t.Errorf("a masked sheet tells what was noted: %v", rows)
			}
			next := d.path("next.xlsx")
			d.run(0, append(ask, "--out", next, "--reveal", "--reason", "走访")...)
			book, _, rows = d.sheet(next)
			book.Close()
			for _, row := range rows[visitHeaderRow:] {
				switch {
				case row[2] == "甲一" && (row[4] != "13757900001" || row[6] != fmt.Sprintf("%s%s", c.willPay, map[string]string{"zh": "（2020-12-09）；月底前缴（李网格）", "en": " (2020-12-09); 月底前缴 (李网格)"}[c.lang])),
					row[2] == "乙二" && row[4] != "":
					t.Errorf("row %v", row)
				}
			}
			// The revealed sheet comes back as well; a later answer wins.
			d.answerSheet(next, map[string]map[string]string{"甲一": {c.result: c.deceased, c.day: "2020-12-10"}})
			d.run(0, "load", next, "--strict")
			d.run(0, "build")
			if got := d.visitReasons(ask...)["甲*"]; got != fmt.Sprintf(words, c.deceased, "2020-12-10") {
				t.Errorf("after the later answer: %s", got)
			}
			counts := "answer,visited_on,visits,proofs,change\n"
			for _, row := range []string{"deceased,2020-12-09,1,1,1\n", "will_pay,2020-12-09,1,0,1\n", "deceased,2020-12-10,1,0,1\n", "will_pay,2020-12-10,0,0,-1\n", "will_pay,2020-12-12,1,0,1\n"} {
				counts += row
			}
			const query = "select answer, visited_on, visits, proofs, change from mart.visit where item = 'medical_hukou' and area_code = '330782100' order by visited_on, answer"
			if got := d.run(0, "query", query, "--format", "csv", "--quiet"); got != counts {
				t.Errorf("counted %s, want %s", got, counts)
			}
			d.run(0, "unload", "3")
			d.run(0, "unload", "2")
			d.run(0, "build")
			if got := d.visitReasons(ask...); got["甲*"] != never || got["乙*"] != never {
				t.Errorf("taken back: %v", got)
			}
		})
	}
}

// TestAnswersThatCannotBeRead: a code that was changed, a sheet of which only
// some columns were sorted, a word nobody knows are held back, and the corrected
// rows release.
func TestAnswersThatCannotBeRead(t *testing.T) {
	d := newDesk(t)
	d.run(0, "load", d.write("roster.csv", visitRoster), "--strict")
	d.run(0, "build")
	ask := []string{"worklist", "--as-of", "2020-12-10", "--item", "medical_hukou", "--area", "330782100"}
	sheet := d.path("visits.xlsx")
	d.run(0, append(ask, "--out", sheet)...)
	book, _, rows := d.sheet(sheet)
	book.Close()
	codes := map[string]string{}
	for _, row := range rows[visitHeaderRow:] {
		codes[row[2]] = row[14]
	}
	changed := []byte(codes["丁*"])
	changed[len(changed)-1] ^= 1 // the neighbouring digit; f becomes g
	fill := func(more string) map[string]string {
		return map[string]string{"走访结果": "愿意缴费", "走访日期": "2020-12-09", "人员代码": more}
	}
	d.answerSheet(sheet, map[string]map[string]string{
		"甲*": fill(codes["乙*"]), "乙*": fill(codes["甲*"]), "丁*": fill(string(changed)),
		"丙*": {"走访结果": "见面再说", "走访日期": "昨天"}, "戊*": fill(codes["戊*"]),
	})
	said := d.run(1, "load", sheet, "--strict")
	for _, want := range []string{"人员代码与证件号码不是同一人", "人员代码对不上任何人", "走访结果的写法不认识", "走访日期不是有效日期"} {
		if !strings.Contains(said, want) {
			t.Errorf("loading does not say %s:\n%s", want, said)
		}
	}
	if held := d.run(0, "quarantine", "--dataset", "visit", "--format", "csv", "--quiet"); strings.Count(held, "\n") != 5 {
		t.Errorf("held back %s", held)
	}
	export := d.path("held.xlsx")
	d.run(0, "quarantine", "export", export)
	book, name, held := d.sheet(export)
	for i, row := range held {
		for c, cell := range row {
			if cell == "见面再说" {
				at, _ := excelize.CoordinatesToCellName(c+1, i+1)
				book.SetCellValue(name, at, "拒缴")
			}
			if cell == "昨天" {
				at, _ := excelize.CoordinatesToCellName(c+1, i+1)
				book.SetCellValue(name, at, "2020-12-09")
			}
		}
	}
	if err := book.Save(); err != nil {
		t.Fatal(err)
	}
	book.Close()
	d.run(0, "load", export)
	d.run(0, "build")
	got := d.visitReasons(ask...)
	if !strings.Contains(got["丙*"], "拒绝参保（2020-12-09）") || !strings.Contains(got["戊*"], "愿意缴费") || strings.Contains(got["甲*"]+got["乙*"]+got["丁*"], "走访") {
		t.Errorf("list %v", got)
	}
}
