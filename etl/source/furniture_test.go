package source

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const headerRow = "序号,证件号码,姓名,险种,实缴金额,缴费日期\n"

// Whatever is no person's row is furniture, at the top, in the middle and at
// the bottom of the table.
func TestFurnitureRows(t *testing.T) {
	for name, row := range map[string]string{
		"blank":                      "",
		"blank cells":                ",,,,,",
		"cells of blanks":            " ,\t,　, ,'',",
		"empty wrappers":             `="",="",="",="",="",=""`,
		"header again":               strings.TrimSuffix(headerRow, "\n"),
		"header again with blanks":   "序 号, 证件号码\t,姓 名,险种,实缴金额,缴费日期,,",
		"header again, quoted":       `"序号","证件号码","姓名","险种","实缴金额","缴费日期"`,
		"header again, apostrophes":  "'序号,'证件号码,'姓名,'险种,'实缴金额,'缴费日期",
		"title again":                "稠城街道缴费明细表,,,,,",
		"title again, alone":         "稠城街道缴费明细表",
		"total":                      "合计,,,,560,",
		"total, spaced":              "合　计,,,,560,",
		"total in the second column": ",总计,,,560,",
		"total in the third column":  ",,小计,,560,",
		"total behind a number":      "3,合计,2人,居民医保,560,2020-11-03",
		"total with all cells":       "小计,2,2,2,560,2020-11-03",
		"total with a colon":         "合计：,,,,560,",
		"total of people":            "合计2人,,,,560,",
		"total in brackets":          "合计（2人）,,,,560,",
		"total of the page":          "本页小计,,,,560,",
		"total, apostrophe":          "'合计,2,2,2,560,1",
		"total, quoted":              `"合计",2,2,2,560,1`,
		"total, wrapped":             `="合计",2,2,2,560,1`,
		"total, curly quotes":        "“合计”,2,2,2,560,1",
		"total, backquote":           "`合计,2,2,2,560,1",
		"total, zero-width":          "\u200b合计,2,2,2,560,1",
		"total, blank before":        "　合计,2,2,2,560,1",
		"total, no-break blank":      "\u00a0合计,2,2,2,560,1",
		"total of a town":            "稠城街道小计,2,2,2,560,1",
		"total of a town, colon":     "稠城街道合计：,2,2,2,560,1",
		"total of a town's people":   "稠城街道合计2人,2,2,2,560,1",
		"stamp":                      "盖章,,稠城街道,2020-11-03,,",
		"total, ragged":              "总计,,,,560",
		"note":                       "注：本表数据来源于税务系统,,,,,",
		"note alone":                 "说明:金额单位为元",
		"note with a blank":          "备 注：以税务到账为准,,,,,",
		"maker":                      "制表人：张三,,审核人：李四,,,",
		"maker and day":              "填表人,张三,2020-11-03",
		"signatures":                 ",制表人：,王五,,审核人：,李四",
		"end of the table":           "（以下空白）,,,,,",
		"page":                       "第1页 共3页,,,,,",
		"export time":                "导出时间：2020-11-03 08:30:00,,,,,",
		"sentence":                   "以上人员已全部缴清，请各村核对。,,,,,",
	} {
		for where, text := range map[string]string{
			"first":  "稠城街道缴费明细表\n" + headerRow + row + "\n1,11,王小明,居民医保,280,2020-11-03\n2,22,李梅,居民医保,280,2020-11-03\n",
			"middle": "稠城街道缴费明细表\n" + headerRow + "1,11,王小明,居民医保,280,2020-11-03\n" + row + "\n2,22,李梅,居民医保,280,2020-11-03\n",
			"last":   "稠城街道缴费明细表\n" + headerRow + "1,11,王小明,居民医保,280,2020-11-03\n2,22,李梅,居民医保,280,2020-11-03\n" + row + "\n",
		} {
			got, err := read(t, []byte(text), 0)
			if err != nil || len(got.Rows) != 2 || got.Furniture != 3 || got.Ragged != nil {
				t.Errorf("%s, %s: %d rows, furniture %d, ragged %v, %v, want 2 rows and furniture 3",
					name, where, len(got.Rows), got.Furniture, got.Ragged, err)
			}
		}
	}
}

// A person is never furniture, however broken the row or odd the name.
func TestPeopleAreNoFurniture(t *testing.T) {
	for name, row := range map[string]string{
		"family name of a total":        "1,11,合计明,居民医保,280,2020-11-03",
		"name like a note":              "1,11,备注,居民医保,280,2020-11-03",
		"name and number alone":         "1,11,王小明,,,",
		"number alone":                  ",330782198203051234,,,,",
		"serial number alone":           "7,,,,,",
		"name alone":                    ",,王小明,,,",
		"number in the first cell":      "330782198203051234",
		"amount alone":                  ",,,,280,",
		"number beside a total":         "1,330782198203051234,小计,居民医保,280,2020-11-03",
		"old number beside a total":     "1,330724800101001,合计,居民医保,280,2020-11-03",
		"total only in a later cell":    "1,11,王小明,合计,280,2020-11-03",
		"header's names for most cells": "序号,证件号码,姓名,险种,实缴金额,2020-11-03",
		"note word in a full row":       "注：,11,王小明,居民医保,280,2020-11-03",
		"village of the name 全村":        "全村,11,王小明,居民医保,280,2020-11-03",
		"long name alone":               ",,阿卜杜热西提·阿卜杜拉,,,",
		"parted by full-width commas":   "1，330782198203051234，王小明，居民医保，280，2020-11-03",
		"parted by semicolons":          "1;11010519491231002X;王小明;居民医保;280;2020-11-03",
		"quoted":                        `"1","11","王小明","居民医保","280","2020-11-03"`,
	} {
		got, err := read(t, []byte(headerRow+row+"\n1,11,王小明,居民医保,280,2020-11-03\n"), 0)
		if err != nil || len(got.Rows) != 2 || got.Furniture != 1 {
			t.Errorf("%s: %d rows, furniture %d, %v, want 2 rows and the header", name, len(got.Rows), got.Furniture, err)
		}
	}
}

func TestHeaders(t *testing.T) {
	const people = "1,11,王小明,居民医保,280,2020-11-03\n2,22,李梅,居民医保,280,2020-11-03\n"
	plain := "序号|证件号码|姓名|险种|实缴金额|缴费日期"
	for _, c := range []struct {
		name, top, headers string
		furniture          int64
	}{
		{"at once", headerRow, plain, 1},
		{"under a title", "义乌市2021年度缴费明细表\n" + headerRow, plain, 2},
		{"under a merged title", "义乌市2021年度缴费明细表,,,,,\n" + headerRow, plain, 2},
		{"under title, unit and day", "义乌市缴费明细表,,,,,\n单位：稠城街道,,,,2020-11-03,\n,,,,,\n" + headerRow, plain, 4},
		{"under a total", "缴费明细表\n合计,,2人,,560,\n" + headerRow, plain, 3},
		{"under a wider title row", "义乌市,缴费,明细表,一,二,三,四,五\n" + headerRow, plain, 2},
		{"under a quoted title of two lines", "\"义乌市\n缴费明细表\",,,,,\n" + headerRow, plain, 2},
		{"with quotes, blanks and full-width letters", "\"序号\", 证件号码 ,姓　名,险种,'实缴金额,缴费日期\t\n", "序号| 证件号码 |姓　名|险种|'实缴金额|缴费日期\t", 1},
		{"under a hundred blank rows", strings.Repeat(",,,,,\n", 100) + headerRow, plain, 101},
		{"two rows, merged across", "序号,参保人,,缴费情况,,\n,证件号码,姓名,险种,实缴金额,缴费日期\n", "|证件号码|姓名|险种|实缴金额|缴费日期", 2},
		{"two rows, merged down and across", "序号,证件号码,姓名,缴费情况,,\n,,,险种,实缴金额,缴费日期\n", plain, 2},
		{"two rows that name one field together", "序号,证件号码,姓名,险种,实缴,缴费\n,,,,金额,日期\n", plain, 2},
		{"two rows under a title", "义乌市缴费明细表\n序号,证件号码,姓名,缴费情况,,\n,,,险种,实缴金额,缴费日期\n", plain, 3},
	} {
		got := mustRead(t, []byte(c.top+people))
		want := []string{"1 11 王小明 居民医保 280 2020-11-03", "2 22 李梅 居民医保 280 2020-11-03"}
		var rows []string
		for _, row := range got.Rows {
			rows = append(rows, strings.Join(row, " "))
		}
		if diff := cmp.Diff(want, rows); diff != "" || strings.Join(got.Headers, "|") != c.headers || got.Furniture != c.furniture || got.Ragged != nil {
			t.Errorf("%s: headers %q, furniture %d, want %q, %d; ragged %v, rows (-want +got):\n%s",
				c.name, got.Headers, got.Furniture, c.headers, c.furniture, got.Ragged, diff)
		}
	}
}

// A header of two rows that every page repeats, with a title and a total of
// its own: none of it is a row.
func TestPrintedPages(t *testing.T) {
	const top = "稠城街道缴费明细表\n序号,证件号码,姓名,缴费情况,,\n,,,险种,实缴金额,缴费日期\n"
	var text strings.Builder
	const pages, perPage = 8, 25
	for page := range pages {
		text.WriteString(top)
		for i := range perPage {
			fmt.Fprintf(&text, "%d,33078219820305%04d,王小明,居民医保,280,2020-11-03\n", i+1, page*perPage+i)
		}
		fmt.Fprintf(&text, "本页小计,,,,%d,\n\n第%d页,,,,,\n", perPage*280, page+1)
	}
	text.WriteString("总计,,,,56000,\n")
	for name, file := range encodings(t, text.String()) {
		got := mustRead(t, file)
		if len(got.Rows) != pages*perPage || got.Furniture != pages*6+1 {
			t.Errorf("%s: %d rows, furniture %d, want %d and %d", name, len(got.Rows), got.Furniture, pages*perPage, pages*6+1)
		}
		for i, row := range got.Rows {
			if want := fmt.Sprintf("33078219820305%04d", i); row[1] != want {
				t.Fatalf("%s: row %d is of %s, want %s", name, i, row[1], want)
			}
		}
	}
}
