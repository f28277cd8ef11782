package export

import (
	"archive/zip"
	"bytes"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"canbao/models/measure"
	"canbao/reports"
)

// The whole workbook of a city of 700 villages is written in well under half a
// second.
func BenchmarkXLSX(b *testing.B) {
	d := worded(large(), "zh")
	for b.Loop() {
		if err := XLSX(d, io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

const (
	itemSheets = "养老保险参保率 困难群体养老资助参保率 户籍基本医疗保险参保率 常住人口医疗保险参保率 大病保险选缴率 大病保险选缴率（含职工） " +
		"困难群众医保资助参保率 医疗救助政策落实率 养老保险征缴完成率（主体部分） 养老保险征缴完成率（全面完成） 医疗保险征缴完成率（主体部分） 医疗保险征缴完成率（全面完成） "
	townSheets  = "北苑街道 上溪镇 福田街道 义亭镇 城西街道 稠城街道 江东街道 佛堂镇 稠江街道 苏溪镇 后宅街道 廿三里街道 大陈镇 赤岸镇 "
	moneySheets = "困难群众 应收实收 渠道银行 渠道逐周 账目核对 "
)

func TestSheets(t *testing.T) {
	for _, c := range []struct {
		name, want string
		d          *reports.Document
	}{
		{"internal", "总览 各指标 考核得分 " + itemSheets + townSheets + moneySheets + "账目差异明细 数据质量 核查 装载数据 来源文件 口径", document(t, measure.Ask{}, "zh")},
		{"public", "总览 各指标 考核得分 " + itemSheets + moneySheets + "数据质量 核查 口径", document(t, measure.Ask{Edition: measure.Public}, "zh")},
	} {
		f := read(t, written(t, c.d))
		if got := strings.Join(f.GetSheetList(), " "); got != c.want {
			t.Errorf("%s: sheets\n%s, want\n%s", c.name, got, c.want)
		}
	}
}

func read(t *testing.T, text []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// parts are the parts of a file by name.
func parts(t *testing.T, text []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range z.File {
		if !f.Modified.Equal(epoch) {
			t.Errorf("%s is of %v", f.Name, f.Modified)
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		part, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name] = string(part)
	}
	return all
}

func TestSameFiguresSameBytes(t *testing.T) {
	d := document(t, measure.Ask{}, "zh")
	first := written(t, d)
	for range 3 {
		if !bytes.Equal(written(t, d), first) {
			t.Fatal("the same document gave other bytes")
		}
	}
	if core := parts(t, first)["docProps/core.xml"]; !strings.Contains(core, "2020-12-21T10:15:30Z") || strings.Contains(core, time.Now().Format("2006-01-02")) {
		t.Errorf("properties: %s", core)
	}
}

// A sheet holds no formula, and no number as text.
func TestNumbersAreNumbers(t *testing.T) {
	cell := regexp.MustCompile(`<c r="([A-Z]+[0-9]+)"[^>]*?( t="([a-zA-Z]+)")?>(?:<is><t[^>]*>([^<]*)</t></is>|<v>([^<]*)</v>)?</c>`)
	number := regexp.MustCompile(`^[+-]?[0-9][0-9,]*(\.[0-9]+)?%?$`)
	for _, d := range []*reports.Document{document(t, measure.Ask{}, "zh"), document(t, measure.Ask{Edition: measure.Public}, "en"), worded(large(), "zh")} {
		found := 0
		for name, text := range parts(t, written(t, d)) {
			if !strings.HasPrefix(name, "xl/worksheets/sheet") {
				continue
			}
			if strings.Contains(text, "<f>") || strings.Contains(text, "<f ") {
				t.Errorf("%s has a formula", name)
			}
			if n, all := len(cell.FindAllString(text, -1)), strings.Count(text, "<c "); n != all {
				t.Errorf("%s: %d of %d cells are understood", name, n, all)
			}
			for _, m := range cell.FindAllStringSubmatch(text, -1) {
				if m[3] == "inlineStr" && number.MatchString(m[4]) {
					t.Errorf("%s, %s: the number %q is text", name, m[1], m[4])
				}
				if m[3] == "" && m[5] != "" {
					found++
				}
			}
		}
		if found < 1000 {
			t.Errorf("%d numbers only", found)
		}
	}
}

// The shade that a spreadsheet works out from what a cell shows is that of the page.
func TestShadesAreThoseOfThePage(t *testing.T) {
	compared := 0
	for _, d := range []*reports.Document{document(t, measure.Ask{}, "zh"), worded(large(), "zh")} {
		b := planned(d)
		for _, s := range b.sheets {
			for n, column := range s.table.Columns {
				if !s.conditional(n) {
					continue
				}
				for _, sp := range s.spans(n) {
					for _, r := range s.table.Rows[sp.from : sp.to+1] {
						if r.Cells[n].Kind != reports.Rate {
							continue
						}
						target := float64(column.Num) / float64(column.Den)
						if at := s.targetColumn(); at >= 0 {
							target = float64(r.Cells[at].Number) / 10_000
						}
						if got := shadeByNumbers(float64(r.Cells[n].Number)/10_000, target); got != r.Cells[n].Class {
							t.Errorf("%s: %s against %v is %s, on the page %s", s.name, r.Cells[n].Text, target, got, r.Cells[n].Class)
						}
						compared++
					}
				}
			}
		}
	}
	if compared < 1000 {
		t.Errorf("%d shades compared only", compared)
	}
}

// shadeByNumbers does as the rules of the sheets do.
func shadeByNumbers(rate, target float64) string {
	if rate >= target {
		return shades[0].class
	}
	for n, limit := range reports.ShadeSteps() {
		if math.Round((target-rate)*1e6)/1e6 <= float64(limit)/10_000 {
			return shades[1+n].class
		}
	}
	return shades[len(shades)-1].class
}

func TestPaperAndPanes(t *testing.T) {
	d := document(t, measure.Ask{}, "zh")
	f := read(t, written(t, d))
	titles, areas := map[string]string{}, map[string]string{}
	for _, n := range f.GetDefinedName() {
		switch n.Name {
		case "_xlnm.Print_Titles":
			titles[n.Scope] = n.RefersTo
		case "_xlnm.Print_Area":
			areas[n.Scope] = n.RefersTo
		}
	}
	for _, s := range f.GetSheetList() {
		if titles[s] == "" || areas[s] == "" {
			t.Errorf("%s repeats %q and prints %q", s, titles[s], areas[s])
		}
		page, err := f.GetPageLayout(s)
		if err != nil {
			t.Fatal(err)
		}
		if *page.Size != a4 || *page.FitToWidth != 1 || *page.FitToHeight != 0 {
			t.Errorf("%s: paper %+v", s, page)
		}
		header, err := f.GetHeaderFooter(s)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(header.OddFooter, d.Notice) || !strings.Contains(header.OddFooter, "&P") || !strings.Contains(header.OddHeader, d.Title) {
			t.Errorf("%s: header %q, footer %q", s, header.OddHeader, header.OddFooter)
		}
		panes, err := f.GetPanes(s)
		if err != nil {
			t.Fatal(err)
		}
		if !panes.Freeze || panes.YSplit < 3 || panes.XSplit < 1 {
			t.Errorf("%s: panes %+v", s, panes)
		}
	}
	if want := "'养老保险参保率'!$4:$6"; titles["养老保险参保率"] != want {
		t.Errorf("repeats %s, want %s", titles["养老保险参保率"], want)
	}
}

func TestVillagesAreFolded(t *testing.T) {
	f := read(t, written(t, document(t, measure.Ask{}, "zh")))
	const sheet = "户籍基本医疗保险参保率"
	for row, want := range map[int]uint8{7: 0, 8: 1, 9: 1, 10: 0, 48: 1, 49: 0} {
		level, err := f.GetRowOutlineLevel(sheet, row)
		if err != nil {
			t.Fatal(err)
		}
		visible, err := f.GetRowVisible(sheet, row)
		if err != nil {
			t.Fatal(err)
		}
		if level != want || visible != (want == 0) {
			t.Errorf("row %d: level %d, visible %v", row, level, visible)
		}
	}
	text := parts(t, written(t, document(t, measure.Ask{}, "zh")))["xl/worksheets/sheet6.xml"]
	if !strings.Contains(text, `<sheetFormatPr outlineLevelRow="1"`) || strings.Count(text, `collapsed="1"`) != 15 || !strings.Contains(text, `<row r="49" collapsed="1"`) {
		t.Errorf("the rows do not unfold: %d marks", strings.Count(text, `collapsed="1"`))
	}
	if last, err := f.GetCellValue(sheet, "B49"); err != nil || last != "义乌市" {
		t.Errorf("the last row is of %q, %v", last, err)
	}
}

// The public edition tells no village, no town's own sheet and no file.
func TestPublicWorkbook(t *testing.T) {
	for name, text := range parts(t, written(t, document(t, measure.Ask{Edition: measure.Public}, "zh"))) {
		for _, secret := range []string{"前店村", "后山社区", "roster-1.csv", "内部资料"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s has %s", name, secret)
			}
		}
	}
}

func TestNames(t *testing.T) {
	n := names{}
	long := strings.Repeat("长", 40)
	for _, c := range []struct{ text, want string }{
		{"a[b]:c*d?e/f\\g", "a b  c d e f g"}, {"'稠城'", "稠城"}, {"稠城", "稠城 2"}, {"", "_"}, {"History", "_History"},
		{long, strings.Repeat("长", 30) + "…"}, {long + "x", strings.Repeat("长", 28) + "… 2"}, {"Overview", "Overview"}, {"OVERVIEW", "OVERVIEW 2"},
		{"Medical coverage of the registered population", "Medical coverage of the…"}, {"=1+1", "=1+1"},
	} {
		got := n.name(c.text)
		if got != c.want || len(utf16.Encode([]rune(got))) > longestName {
			t.Errorf("%q became %q, want %q", c.text, got, c.want)
		}
	}
}

func TestValues(t *testing.T) {
	for _, c := range []struct {
		cell   reports.Cell
		value  any
		format string
	}{
		{reports.Cell{Text: "1,234", Kind: reports.Count, Number: 1234}, int64(1234), "#,##0"},
		{reports.Cell{Text: "8/9", Kind: reports.Count, Number: 8}, int64(8), `#,##0"/9"`},
		{reports.Cell{Text: "+7", Kind: reports.Count, Number: 7}, int64(7), "+#,##0;-#,##0;0"},
		{reports.Cell{Text: "97.23", Kind: reports.Rate, Number: 9723}, 0.9723, "0.00%"},
		{reports.Cell{Text: "100.40↑", Kind: reports.Rate, Number: 10040}, 1.004, `0.00%"↑"`},
		{reports.Cell{Text: "90%（假定）", Kind: reports.Rate, Number: 9000}, 0.9, `0%"（假定）"`},
		{reports.Cell{Text: "-0.05", Kind: reports.Points, Number: -5}, -0.05, "+0.00;-0.00;0.00"},
		{reports.Cell{Text: "1,235", Kind: reports.Money, Number: 123450}, 1234.5, "#,##0"},
		{reports.Cell{Text: "1,234", Kind: reports.Money, Number: 123400}, int64(1234), "#,##0"},
		{reports.Cell{Text: "99.96", Kind: reports.Score, Number: 9996}, 99.96, "0.00"},
		{reports.Cell{Text: "3,311.4", Kind: reports.Pace, Number: 33114}, 3311.4, "#,##0.0"},
		{reports.Cell{Text: "▼2", Kind: reports.Places, Number: -2}, int64(-2), `"▲"0;"▼"0;"＝"`},
		{reports.Cell{Text: "2020年12月15日", Kind: reports.Day, Number: 18611}, int64(44180), `yyyy"年"m"月"d"日"`},
		{reports.Cell{Text: "*"}, "*", ""}, {reports.Cell{}, nil, ""}, {reports.Cell{Text: "=1+1"}, "'=1+1", ""},
	} {
		if v, format := value(c.cell, false); v != c.value || format != c.format {
			t.Errorf("%q is %v as %s, want %v as %s", c.cell.Text, v, format, c.value, c.format)
		}
	}
}
