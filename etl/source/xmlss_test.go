package source

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// xmlssFile is a workbook of SpreadsheetML with these worksheets.
func xmlssFile(sheets ...string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>
<?mso-application progid="Excel.Sheet"?>
<!-- 导出 -->
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:html="http://www.w3.org/TR/REC-html40"><Styles><Style ss:ID="d"><NumberFormat ss:Format="Short Date"/></Style></Styles>
` + strings.Join(sheets, "\n") + "</Workbook>\n"
}

func worksheet(name, rows, options string) string {
	return fmt.Sprintf(`<Worksheet ss:Name="%s"><Table ss:ExpandedRowCount="1000000000">%s</Table><WorksheetOptions>%s</WorksheetOptions></Worksheet>`, name, rows, options)
}

// dirtyXMLSS has what dirtySheet has: skipped rows and cells, merged ones,
// values of every type, a comment, a text in two fonts.
const dirtyXMLSS = `<Column ss:Width="60"/>
<Row><Cell ss:MergeAcross="6"><Data ss:Type="String">义乌市2021年度缴费明细</Data></Cell></Row>
<Row ss:Index="3"><Cell ss:MergeDown="1"><Data ss:Type="String">序号</Data></Cell><Cell ss:MergeDown="1"><Data ss:Type="String">险种</Data></Cell>
 <Cell ss:MergeAcross="1"><Data ss:Type="String">参保人</Data></Cell><Cell ss:MergeAcross="1"><Data ss:Type="String">缴费</Data></Cell><Cell><Data ss:Type="String">成功</Data></Cell></Row>
<Row><Cell ss:Index="3"><Data ss:Type="String">证件号码</Data></Cell><Cell><Data ss:Type="String">姓名</Data></Cell>
 <Cell><Data ss:Type="String">缴费日期</Data></Cell><Cell><Data ss:Type="String">实缴金额</Data></Cell></Row>
<Row><Cell><Data ss:Type="Number">1</Data></Cell><Cell ss:MergeDown="1"><Data ss:Type="String">居民医保</Data></Cell>
 <Cell><Data ss:Type="String">330782199001010013</Data><Comment ss:Author="x"><ss:Data xmlns="http://www.w3.org/TR/REC-html40">批注</ss:Data></Comment></Cell>
 <Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><B>王</B><Font html:Color="#FF0000">小&#26126;</Font></ss:Data></Cell>
 <Cell ss:StyleID="d"><Data ss:Type="DateTime">2020-11-03T00:00:00.000</Data></Cell><Cell><Data ss:Type="Number">280.5</Data></Cell><Cell><Data ss:Type="Boolean">1</Data></Cell></Row>
<Row ss:Hidden="1"><Cell><Data ss:Type="Number">2</Data></Cell><Cell ss:Index="3"><Data ss:Type="Number">3.3078219900101001E+17</Data></Cell>
 <Cell><Data ss:Type="String"><![CDATA[李<梅>]]></Data></Cell><Cell><Data ss:Type="DateTime">2020-11-04T15:04:05.000</Data></Cell>
 <Cell ss:Formula="=R[-1]C*2"><Data ss:Type="Number">0.30000000000000004</Data></Cell><Cell><Data ss:Type="Boolean">0</Data></Cell></Row>
<Row ss:Span="2"/>
<Row><Cell/><Cell><Data ss:Type="String">居民养老</Data></Cell><Cell><Data ss:Type="Number">330782199001010013</Data></Cell><Cell><Data ss:Type="String">A&amp;B &quot;&lt;</Data></Cell>
 <Cell><Data ss:Type="DateTime">1899-12-31T08:30:00.000</Data></Cell><Cell><Data ss:Type="Error">#N/A</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">合计</Data></Cell></Row>`

var dirtyXMLSSPart = part{
	Name:    "缴费&明细",
	Headers: "序号|险种|证件号码|姓名|缴费日期|实缴金额|成功",
	Rows: []string{
		"5 1|居民医保|330782199001010013|王小明|2020-11-03|280.5|TRUE",
		"6 2|居民医保|3.30782199001010E+17|李<梅>|2020-11-04 15:04:05|0.3|FALSE",
		`10 |居民养老|330782199001010013|A&B "<|08:30:00|#N/A|`,
	},
	Furniture: 5,
}

func TestXMLSS(t *testing.T) {
	book := xmlssFile(
		worksheet("缴费&amp;明细", dirtyXMLSS, "<Selected/>"),
		worksheet("底表", dirtyXMLSS, "<Visible>SheetHidden</Visible>"),
		worksheet("宏", "", "<Visible>SheetVeryHidden</Visible>"),
		worksheet("第二页", `<Row><Cell><Data ss:Type="String">证件号码</Data></Cell></Row><Row><Cell><Data ss:Type="String">7</Data></Cell></Row>`, ""),
	)
	want := []part{dirtyXMLSSPart, {Name: "第二页", Headers: "证件号码", Rows: []string{"2 7"}, Furniture: 1}}
	want[0].Rows = append([]string(nil), want[0].Rows...)
	want[0].Rows[1] = strings.Replace(want[0].Rows[1], "3.30782199001010E+17", "3.3078219900101E+17", 1)
	for name, data := range encodings(t, book) {
		if name == "UTF-8" {
			data = []byte(strings.ReplaceAll(book, "\n", "\r\n"))
		}
		got, skipped, err := readSheets(t, data)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
		if diff := cmp.Diff([]string{`"底表" is a hidden sheet and was not read`, `"宏" is a hidden sheet and was not read`}, skipped); diff != "" {
			t.Errorf("%s: skipped (-want +got):\n%s", name, diff)
		}
	}
	prefixed := strings.NewReplacer("<Work", "<ss:Work", "</Work", "</ss:Work", "<Row", "<ss:Row", "</Row", "</ss:Row",
		"<Cell", "<ss:Cell", "</Cell", "</ss:Cell", "<Table", "<ss:Table", "</Table", "</ss:Table").Replace(book)
	if got, _, err := readSheets(t, []byte(prefixed)); cmp.Diff(want, got) != "" || err != nil {
		t.Errorf("with prefixes: %v, %v", got, err)
	}
}

func TestXMLSSRefused(t *testing.T) {
	row := `<Row><Cell><Data ss:Type="String">证件号码</Data></Cell></Row>`
	whole := xmlssFile(worksheet("表", row, ""))
	for name, c := range map[string]struct{ text, where, what, do string }{
		"cut short":       {whole[:len(whole)-80], "表:1", "damaged or not complete", "save it again"},
		"cut at the end":  {whole[:len(whole)-12], "", "damaged or not complete", "save it again"},
		"entity bomb":     {strings.Replace(whole, "<Workbook", `<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><Workbook`, 1), "", "entities", "save it again"},
		"unknown entity":  {strings.Replace(whole, "证件号码", "&b;", 1), "表:1", "entities", "save it again"},
		"column beyond":   {xmlssFile(worksheet("表", `<Row><Cell ss:Index="16385"/></Row>`, "")), "表:1", "more than 16384 columns", "check"},
		"columns beyond":  {xmlssFile(worksheet("表", `<Row><Cell ss:MergeAcross="99999"/><Cell/></Row>`, "")), "表:1", "more than 16384 columns", "check"},
		"sheets":          {xmlssFile(strings.Repeat(worksheet("表", row, ""), 257)), "", "impossible number of sheets", "XLSX"},
		"damaged letters": {strings.Replace(whole, "导出", strings.Repeat("导出", 50)+"\xff", 1), "extract", "damaged bytes", "export"},
		"deep":            {xmlssFile(worksheet("表", strings.Repeat("<a>", 300)+strings.Repeat("</a>", 300), "")), "表:1", "damaged or not complete", "save it again"},
	} {
		if c.where == "extract" {
			c.where = ":3"
		}
		refusedBytes(t, name, []byte(c.text), c.where, c.what, c.do)
	}
}

func TestXMLSSMadeUpColumns(t *testing.T) {
	large(t)
	rows := strings.Repeat(`<Row><Cell ss:Index="16384"/></Row>`, 17000)
	if _, _, err := readSheets(t, []byte(xmlssFile(worksheet("表", rows, "")))); err == nil || !strings.Contains(err.Error(), "columns") {
		t.Error(err)
	}
}
