package source

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// oneSheet reads a workbook whose only sheet this is.
func oneSheet(t testing.TB, b book) (extract, error) {
	t.Helper()
	parts, _, err := readParts(t, b.xlsx(t))
	for _, name := range []string{"Sheet1"} {
		if err == nil && len(parts) != 1 {
			t.Errorf("%d parts, want %s alone", len(parts), name)
		}
	}
	return parts["Sheet1"], err
}

// Each cell comes out as the text a spreadsheet shows, or as the exact digits
// where they are stored.
func TestXLSXCells(t *testing.T) {
	styles := `<styleSheet><numFmts count="3"><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/><numFmt numFmtId="165" formatCode="#,##0.00&quot;元 d&quot;"/><numFmt numFmtId="166" formatCode="yyyy/m/d h:mm:ss"/></numFmts>` +
		`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="49"/><xf numFmtId="166"/><xf numFmtId="31"/></cellXfs></styleSheet>`
	strs := `<sst count="9" uniqueCount="9"><si><t>王小明</t></si><si><r><rPr><b/></rPr><t>李</t></r><r><t xml:space="preserve"> 梅</t></r><rPh sb="0" eb="1"><t>limei</t></rPh></si>` +
		`<si><t>a&amp;b &lt;c&gt; &#20013;&#x6587;</t></si><si/><si><t/></si><si><t><![CDATA[<x>&amp;]]></t></si><si><t>王_x000D_小_x005F_x000D_明</t></si></sst>`
	for _, c := range []struct{ name, cell, want string }{
		{"shared", `<c r="$" t="s"><v>0</v></c>`, "王小明"},
		{"rich text without its phonetic guide", `<c r="$" t="s"><v>1</v></c>`, "李 梅"},
		{"entities", `<c r="$" t="s"><v>2</v></c>`, "a&b <c> 中文"},
		{"empty, shared", `<c r="$" t="s"><v>3</v></c>`, ""},
		{"empty text, shared", `<c r="$" t="s"><v>4</v></c>`, ""},
		{"CDATA", `<c r="$" t="s"><v>5</v></c>`, "<x>&amp;"},
		{"escapes", `<c r="$" t="s"><v>6</v></c>`, "王\r小_x000D_明"},
		{"in the cell", `<c r="$" t="inlineStr"><is><t>张三</t></is></c>`, "张三"},
		{"in the cell, rich", `<c r="$" t="inlineStr"><is><r><t>张</t></r><r><t>三</t></r></is></c>`, "张三"},
		{"made by a formula", `<c r="$" t="str"><f>A1&amp;"x"</f><v>甲x</v></c>`, "甲x"},
		{"formula with a number", `<c r="$"><f>SUM(A1:A9)</f><v>280</v></c>`, "280"},
		{"formula never computed", `<c r="$"><f>SUM(A1:A9)</f></c>`, ""},
		{"error", `<c r="$" t="e"><f>1/0</f><v>#DIV/0!</v></c>`, "#DIV/0!"},
		{"true", `<c r="$" t="b"><v>1</v></c>`, "TRUE"},
		{"false", `<c r="$" t="b"><v>0</v></c>`, "FALSE"},
		{"ISO date", `<c r="$" t="d"><v>2020-11-03T08:30:00Z</v></c>`, "2020-11-03T08:30:00"},
		{"number", `<c r="$"><v>280.5</v></c>`, "280.5"},
		{"number with its type", `<c r="$" t="n"><v>280</v></c>`, "280"},
		{"negative", `<c r="$"><v>-280</v></c>`, "-280"},
		{"money as written", `<c r="$"><v>280.00</v></c>`, "280.00"},
		{"noise of a float", `<c r="$"><v>280.10000000000002</v></c>`, "280.1"},
		{"noise below", `<c r="$"><v>0.29999999999999999</v></c>`, "0.3"},
		{"18 digits, all of them", `<c r="$"><v>330782198203051234</v></c>`, "330782198203051234"},
		{"18 digits, damaged", `<c r="$"><v>3.3078219820305101E+17</v></c>`, "3.30782198203051E+17"},
		{"18 digits, damaged as Java writes", `<c r="$"><v>3.30782198203051232E17</v></c>`, "3.30782198203051E+17"},
		{"18 digits through a float", `<c r="$"><v>330782198203051232.0</v></c>`, "3.30782198203051E+17"},
		{"phone number by an exponent", `<c r="$"><v>1.3857912345E10</v></c>`, "13857912345"},
		{"small", `<c r="$"><v>1.1E-2</v></c>`, "0.011"},
		{"no number", `<c r="$"><v>abc</v></c>`, "abc"},
		{"infinite", `<c r="$"><v>Inf</v></c>`, "Inf"},
		{"date", `<c r="$" s="1"><v>44138</v></c>`, "2020-11-03"},
		{"date, Chinese", `<c r="$" s="2"><v>44138</v></c>`, "2020-11-03"},
		{"date, built in", `<c r="$" s="6"><v>44138</v></c>`, "2020-11-03"},
		{"date and time", `<c r="$" s="5"><v>44138.354166666664</v></c>`, "2020-11-03 08:30:00"},
		{"money with a d in its unit", `<c r="$" s="3"><v>280</v></c>`, "280"},
		{"style of another list", `<c r="$" s="0"><v>44138</v></c>`, "44138"},
		{"text format", `<c r="$" s="4"><v>330782198203051234</v></c>`, "330782198203051234"},
		{"number where a date is shown", `<c r="$" s="1"><v>330782198203051234</v></c>`, "330782198203051234"},
		{"unknown style", `<c r="$" s="999"><v>1</v></c>`, "1"},
		{"without a name", `<c t="s"><v>0</v></c>`, "王小明"},
		{"prefixed", `<x:c xmlns:x="m" r="$" t="s"><x:v>0</x:v></x:c>`, "王小明"},
		{"single quotes, a > within", `<c r='$' x='>"' t='s'><v>0</v></c>`, "王小明"},
		{"a comment within", `<c r="$"><!-- <v>1</v> --><v>2<!-- 3 -->4</v></c>`, "24"},
		{"extension beside", `<c r="$"><v>2</v><extLst><ext><v>7</v></ext></extLst></c>`, "2"},
	} {
		got, err := oneSheet(t, book{"xl/styles.xml": styles, "xl/sharedStrings.xml": strs,
			"xl/worksheets/sheet1.xml": sheetOf(headRow(1) + rowOf(2, "1", c.cell, `<c r="$"><v>280</v></c>`))})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		want := extract{Headers: split("证件号码|姓名|实缴金额")[0], Rows: [][]string{{"1", c.want, "280"}}, Lines: []int64{2}, Furniture: 1}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestXLSXSince1904(t *testing.T) {
	styles := `<styleSheet><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>`
	got, err := oneSheet(t, book{"xl/styles.xml": styles, "xl/workbook.xml": strings.Replace(bookOf("Sheet1"), "<sheets>", `<workbookPr date1904="1"/><sheets>`, 1),
		"xl/worksheets/sheet1.xml": sheetOf(headRow(1) + rowOf(2, "1", `<c r="$" s="0"><v>42676</v></c>`))})
	if err != nil || got.Rows[0][1] != "2020-11-03" {
		t.Errorf("%v, %v, want 2020-11-03", got.Rows, err)
	}
}

// Rows keep the numbers a spreadsheet shows, whatever of them is stored.
func TestXLSXRows(t *testing.T) {
	v := func(s string) string { return `<c r="$"><v>` + s + `</v></c>` }
	want := func(lines ...int64) extract {
		e := extract{Headers: split("证件号码|姓名|实缴金额")[0], Lines: lines, Furniture: lines[0] - 1}
		for i := range lines {
			e.Rows = append(e.Rows, []string{string(rune('1' + i)), "王小明", "280"})
		}
		return e
	}
	gaps := want(5, 9)
	gaps.Furniture = 3 // the title, the header, one blank row that is stored
	wide := want(2)
	wide.Unnamed = []string{"E", "AB"}
	for _, c := range []struct {
		name, rows string
		want       extract
	}{
		{"plain", headRow(1) + rowOf(2, v("1"), "王小明", v("280")) + rowOf(3, v("2"), "王小明", v("280")), want(2, 3)},
		{"gaps", rowOf(1, "缴费明细") + headRow(3) + rowOf(5, v("1"), "王小明", v("280")) + `<row r="7" hidden="1"/>` + rowOf(9, v("2"), "王小明", v("280")), gaps},
		{"no numbers, no names", strings.NewReplacer(` r="1"`, "", ` r="A1"`, "", ` r="B1"`, "", ` r="C1"`, "").Replace(headRow(1)) +
			`<row><c><v>1</v></c><c t="inlineStr"><is><t>王小明</t></is></c><c><v>280</v></c></row>`, want(2)},
		{"numbers at the cells alone", headRow(1) + `<row><c r="A2"><v>1</v></c><c r="B2" t="inlineStr"><is><t>王小明</t></is></c><c r="C2"><v>280</v></c></row>`, want(2)},
		{"cells in another order", headRow(1) + `<row r="2"><c r="C2"><v>280</v></c><c r="A2"><v>1</v></c><c r="B2" t="inlineStr"><is><t>王小明</t></is></c></row>`, want(2)},
		{"styled cells beyond", headRow(1) + `<row r="2" spans="1:9" s="4"><c r="A2"><v>1</v></c><c r="B2" t="inlineStr"><is><t>王小明</t></is></c><c r="C2"><v>280</v></c><c r="I2" s="4"/></row>`, want(2)},
		{"text under no header", headRow(1) + `<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="inlineStr"><is><t>王小明</t></is></c><c r="C2"><v>280</v></c><c r="E2"><v>7</v></c><c r="AB2"><v>7</v></c></row>`, wide},
		{"hidden and filtered", headRow(1) + strings.Replace(rowOf(2, v("1"), "王小明", v("280")), `r="2"`, `r="2" hidden="1"`, 1), want(2)},
		{"total", headRow(1) + rowOf(2, v("1"), "王小明", v("280")), want(2)},
	} {
		got, err := oneSheet(t, book{"xl/worksheets/sheet1.xml": sheetOf(c.rows)})
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", c.name, err, diff)
		}
	}
}

// A merge in the body holds for all its rows; in the header the rule of two
// rows decides; a note merged over the table stays a note.
func TestXLSXMerged(t *testing.T) {
	rows := rowOf(1, "义乌市缴费明细表") + rowOf(2, "姓名", "缴费情况", "") + rowOf(3, "", "险种", "实缴金额") +
		rowOf(4, "王小明", "居民医保", `<c r="$"><v>280</v></c>`) + rowOf(5, "", "", `<c r="$"><v>560</v></c>`) +
		rowOf(6, "李梅", "", `<c r="$"><v>280</v></c>`) + rowOf(7, "合计", "", `<c r="$"><v>1120</v></c>`) + rowOf(8, "注：本表数据来源于税务系统") + rowOf(9, "赵六", "居民养老")
	merges := `<sheetProtection/><mergeCells count="7"><mergeCell ref="A1:C1"/><mergeCell ref="A2:A3"/><mergeCell ref="B2:C2"/><mergeCell ref="A4:A5"/><mergeCell ref="B4:B6"/><mergeCell ref="A8:C8"/><mergeCell ref="B9:C9"/></mergeCells><pageMargins left="0.7"/>`
	got, err := oneSheet(t, book{"xl/worksheets/sheet1.xml": sheetOf(rows, merges)})
	want := extract{Headers: split("姓名|险种|实缴金额")[0], Lines: []int64{4, 5, 6, 9}, Furniture: 5,
		Rows: split("王小明|居民医保|280\n王小明|居民医保|560\n李梅|居民医保|280\n赵六|居民养老|居民养老")}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestXLSXSheets(t *testing.T) {
	person := sheetOf(headRow(1) + rowOf(2, "1", "王小明", "280"))
	b := book{"xl/workbook.xml": bookOf("稠城", "!旧数据", "空表", "说明", "佛堂"), "xl/_rels/workbook.xml.rels": relsOf(5),
		"xl/worksheets/sheet1.xml": person, "xl/worksheets/sheet2.xml": person, "xl/worksheets/sheet3.xml": sheetOf(""),
		"xl/worksheets/sheet4.xml": sheetOf(rowOf(1, "请核对")), "xl/worksheets/sheet5.xml": person}
	parts, skipped, err := readParts(t, b.xlsx(t))
	want := map[string]extract{"稠城": onePayment, "佛堂": onePayment}
	if diff := cmp.Diff(want, parts); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	told := []string{`"旧数据" is a hidden sheet and was not read`, `"空表" is empty and was not read`, `"说明" has no known header and was not read`}
	if diff := cmp.Diff(told, sorted(skipped)); diff != "" {
		t.Errorf("skipped (-want +got):\n%s", diff)
	}
	inZip := zipOf(t, packedFile{"一.xlsx", b.xlsx(t)}, packedFile{"二.csv", onePerson})
	if parts, _, err = readParts(t, inZip); err != nil || strings.Join(sorted(names(parts)), "|") != "一.xlsx/佛堂|一.xlsx/稠城|二.csv" {
		t.Errorf("in a zip: %q, %v", names(parts), err)
	}
}

func names(parts map[string]extract) (all []string) {
	for name := range parts {
		all = append(all, name)
	}
	return all
}
