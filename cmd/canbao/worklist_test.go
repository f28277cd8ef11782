package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// visitPeople are more than one sheet holds.
const visitPeople = 6000

// visitCity has people nobody insured, one whose name is a formula, one whose
// document is too long to pack into a person key.
func visitCity(t *testing.T) desk {
	t.Helper()
	d := newDesk(t)
	var b strings.Builder
	b.WriteString("证件号码,证件类型,姓名,镇街,本市户籍,常住\n")
	for i := range visitPeople - 2 {
		body := fmt.Sprintf("330782%d%04d%03d", 1950+i/3000, 101+i/1000%3, i%1000)
		fmt.Fprintf(&b, "%s%c,,王小%c,佛堂镇,是,是\n", body, checkCharacter(body), '一'+rune(i))
	}
	b.WriteString("330782198001010012,,=HYPERLINK(1),佛堂镇,是,是\n军字第123456789012345号,军官证,赵司令,佛堂镇,是,是\n")
	d.run(0, "load", d.write("roster.csv", b.String()), "--strict")
	d.run(0, "build")
	return d
}

var visitAsk = []string{"worklist", "--as-of", "2020-12-01", "--item", "medical_hukou", "--area", "330782100"}

// TestVisitsOnPaper: the workbook for the visits has every person once, over
// several sheets, columns to be filled in with words to choose from, and is laid
// out for paper.
func TestVisitsOnPaper(t *testing.T) {
	d := visitCity(t)
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	d.run(0, append(visitAsk, "--out", d.path("masked.xlsx"))...)
	masked := d.visits(d.path("masked.xlsx"), "已脱敏")
	d.run(0, append(visitAsk, "--out", d.path("whole.xlsx"), "--reveal", "--reason", "走访")...)
	whole := d.visits(d.path("whole.xlsx"), "领取已记录在案")
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("temporary files: %v %v", left, err)
	}
	if info, err := os.Stat(d.path("whole.xlsx")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is for its owner alone: %v %v", info.Mode(), err)
	}
	if d.run(0, append(visitAsk, "--out", d.path("en.xlsx"), "--lang", "en")...) == "" {
		t.Error("nothing said")
	}
	seen := map[string]bool{}
	for i, row := range whole {
		seen[row[2]+" "+row[3]] = true
		if masked[i][14] != row[14] {
			t.Fatalf("row %d is about %s and %s", i+1, masked[i][14], row[14])
		}
		if strings.Contains(masked[i][2], "小") || len(masked[i][3]) > 9 && !strings.Contains(masked[i][3], "****") {
			t.Fatalf("row %d is not masked: %v", i+1, masked[i])
		}
	}
	for _, want := range []string{"'=HYPERLINK(1) 330782198001010012", "赵司令 军字第123456789012345号"} {
		if !seen[want] {
			t.Errorf("%s is not on the list", want)
		}
	}
	if len(seen) != visitPeople {
		t.Errorf("%d people, want %d", len(seen), visitPeople)
	}
}

// visits reads the rows of people of all sheets and looks at how they are made.
func (d desk) visits(path, notice string) (people [][]string) {
	d.Helper()
	book, err := excelize.OpenFile(path)
	if err != nil {
		d.Fatal(err)
	}
	defer book.Close()
	sheets := book.GetSheetList()
	if len(sheets) < 2 {
		d.Errorf("sheets %v", sheets)
	}
	names := map[string]string{}
	for _, n := range book.GetDefinedName() {
		names[n.Name+" "+n.Scope] = n.RefersTo
	}
	for _, sheet := range sheets {
		rows, err := book.GetRows(sheet)
		if err != nil {
			d.Fatal(err)
		}
		head := strings.Join(rows[2], " ")
		if head != "序号 村社 姓名 证件号码 联系电话 未参保原因 上次走访 走访结果 走访日期 已看凭证 走访人 走访备注 考核项 区划代码 人员代码" {
			d.Errorf("header %s", head)
		}
		if !strings.Contains(rows[0][0], "佛堂镇　户籍基本医疗保险参保率") || !strings.Contains(rows[1][0], "内部资料") ||
			!strings.Contains(rows[1][0], notice) || !strings.Contains(rows[1][0], "截至 2020-12-01，共 6,000 人") {
			d.Errorf("head %v", rows[:2])
		}
		for _, row := range rows[3:] {
			people = append(people, row)
			if row[0] != strconv.Itoa(len(people)) || row[5] != "从未参保登记" || strings.Join(row[6:12], "") != "" || row[12] != "medical_hukou" {
				d.Fatalf("row %v", row)
			}
		}
		d.onPaper(book, sheet, len(rows))
		if got := names["_xlnm.Print_Titles "+sheet]; got != "'"+sheet+"'!$3:$3" {
			d.Errorf("%s repeats %q", sheet, got)
		}
		if got := names["_xlnm.Print_Area "+sheet]; got != fmt.Sprintf("'%s'!$A$1:$L$%d", sheet, len(rows)) {
			d.Errorf("%s prints %q", sheet, got)
		}
	}
	return people
}

func (d desk) onPaper(book *excelize.File, sheet string, rows int) {
	d.Helper()
	layout, err := book.GetPageLayout(sheet)
	if err != nil || layout.Size == nil || *layout.Size != 9 || layout.Orientation == nil || *layout.Orientation != "landscape" {
		d.Errorf("%s is laid out %+v, %v", sheet, layout, err)
	}
	marks, err := book.GetHeaderFooter(sheet)
	if err != nil || marks == nil || !strings.Contains(marks.OddHeader, "内部资料") || !strings.Contains(marks.OddFooter, "&P") {
		d.Errorf("%s has header and footer %+v, %v", sheet, marks, err)
	}
	lists, err := book.GetDataValidations(sheet)
	if err != nil || len(lists) != 2 {
		d.Fatalf("%s has lists %v, %v", sheet, lists, err)
	}
	for i, column := range []string{"H", "J"} {
		if want := fmt.Sprintf("%s4:%s%d", column, column, rows); lists[i].Sqref != want {
			d.Errorf("list %d of %s holds in %s, want %s", i, sheet, lists[i].Sqref, want)
		}
	}
	if !strings.Contains(lists[0].Formula1, "愿意缴费,已缴费,已联系,联系不上") || !strings.Contains(lists[1].Formula1, "是,否") {
		d.Errorf("lists %s, %s", lists[0].Formula1, lists[1].Formula1)
	}
	if panes, err := book.GetPanes(sheet); err != nil || !panes.Freeze || panes.YSplit != 3 {
		d.Errorf("%s keeps %+v in sight, %v", sheet, panes, err)
	}
}

// TestListInText: a table shows the first rows, csv all, and both are recorded
// as what was shown.
func TestListInText(t *testing.T) {
	d := visitCity(t)
	said := d.run(0, append(visitAsk, "--reveal", "--reason", "核对")...)
	if n := strings.Count(said, "从未参保登记"); n != tableRows || !strings.Contains(said, "只显示前 1,000 人") {
		t.Errorf("a table of %d rows", n)
	}
	said = d.run(0, append(visitAsk, "--format", "csv", "--quiet")...)
	rows, err := csv.NewReader(strings.NewReader(said)).ReadAll()
	if err != nil || len(rows) != visitPeople+1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	before := ""
	for _, row := range rows[1:] {
		if at := row[1] + " " + row[3]; at <= before {
			t.Fatalf("%s comes after %s", at, before)
		} else {
			before = at
		}
	}
	said = d.run(0, append(visitAsk, "--format", "json", "--quiet")...)
	if n := strings.Count(said, `"reason": "从未参保登记"}`); n != visitPeople || !strings.HasSuffix(said, "}\n]\n") {
		t.Errorf("json of %d people", n)
	}
	record := d.run(0, "worklist", "history", "--format", "csv")
	if !strings.Contains(record, ",李会计,yiwu-2021,medical_hukou,330782100,2020-12-01,1000,核对,\n") || strings.Count(record, "\n") != 2 {
		t.Errorf("record %s", record)
	}
	if at := filepath.Join(d.dir, "city", "reports"); len(d.run(2, append(visitAsk, "--out", filepath.Join(at, "x.xlsx"))...)) == 0 {
		t.Error("nothing said")
	}
}
