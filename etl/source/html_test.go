package source

import (
	"encoding/base64"
	"mime/quotedprintable"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// dirtyHTML is a page as systems export it under the name of a workbook.
const dirtyHTML = `<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta http-equiv=Content-Type content="text/html; charset=gb2312">
<title>缴费</title><style>td{mso-number-format:"\@"}</style><!--[if gte mso 9]><xml><x:Name>表</x:Name></xml><![endif]-->
<xml><x:ExcelWorkbook><x:Name>表</x:Name></x:ExcelWorkbook></xml></head><body>
<h3>义乌市2021年度<br>缴费明细</h3>
<table border=1><thead>
<tr><th rowspan=2>序号<th rowspan="2">险种</th><th colspan=2>参保人</th><TH COLSPAN=2>缴费</TH><th rowspan=2>成功</th></tr>
<tr><th>证件号码</th><th>姓&nbsp;名</th><th>缴费日期</th><th>实缴金额</th></tr></thead>
<tbody><tr><td>1</td><td rowspan=2>居民医保</td><td style="mso-number-format:'\@';">330782199001010013</td><td><b>王</b>小&#26126;</td>
<td x:num="44138">2020-11-3</td><td x:num="280.5">281</td><td>是</td></tr>
<tr style="display:none"><td>2</td><td x:num="3.3078219900101001E+17">3.30782E+17</td><td>李
   梅<td>2020年11月4日<td>1,280.00<td>&nbsp;</td>
<tr></tr>
<tr><td>3<td>居民养老<td>'33078219900101003X<td><p>欧阳</p><p>A&amp;B&lt;</p><td x:num="44140">11月5日<td x:num>70<td>否</tr>
<tr><td colspan=5>合计<td>630.50<td></tr>
<tr><td colspan=7>注：数据截至11月30日</td></tr></tbody></table>
<p>&nbsp;</p><p>第二张表</p>
<table><tr><td>4</td><td>居民医保</td><td>330782199001010021</td><td>张三</td><td>20201106</td><td>280</td><td><table><tr><td>内</td><td>容</td></tr></table></td></tr></table>
</body></html>`

var dirtyHTMLPart = part{
	Headers: "序号|险种|证件号码|姓 名|缴费日期|实缴金额|成功",
	Rows: []string{
		"4 1|居民医保|330782199001010013|王小明|2020-11-3|280.5|是",
		"5 2|居民医保|3.3078219900101E+17|李 梅|2020年11月4日|1,280.00|",
		"7 3|居民养老|'33078219900101003X|欧阳 A&B<|44140|70|否",
		"11 4|居民医保|330782199001010021|张三|20201106|280|内 容",
	},
	Furniture: 5,
}

func TestHTML(t *testing.T) {
	for name, data := range encodings(t, dirtyHTML) {
		if diff := cmp.Diff(dirtyHTMLPart, readOne(t, data)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestHTMLTables(t *testing.T) {
	want := part{Headers: "证件号码|姓名", Rows: []string{"2 1|王小明", "3 2|李梅"}, Furniture: 1}
	rows := `<tr><td>证件号码</td><td>姓名</td></tr><tr><td>1</td><td>王小明</td></tr>`
	last := `<tr><td>2</td><td>李梅</td></tr>`
	for name, text := range map[string]string{
		"bare":              "<table>" + rows + last + "</table>",
		"with declaration":  "\ufeff \r\n<?xml version='1.0'?>\n<!-- x --><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0'><html><body><table>" + rows + last + "</table></body></html>",
		"two":               "<table>" + rows + "</table><table>" + last + "</table>",
		"laid out":          "<table><tr><td><table>" + rows + last + "</table></td></tr></table>",
		"laid out in cells": "<table><tr><td></td></tr><tr><td><table>" + rows + "</table> </td><td></td></tr><tr><td><div><table>" + last + "</table></div></td></tr></table>",
		"without tags":      "<table><tr><td>证件号码<td>姓名<tr><td>1<td>王小明<tr><td>2<td>李梅</table>",
		"without rows":      "<table><td>证件号码<td>姓名</tr><td>1<td>王小明</tr><td>2<td>李梅</table>",
		"capitals":          "<TABLE>" + strings.ToUpper(rows+last) + "</TABLE>",
		"style in front":    "<style>.a{}</style><script>if (a<b) document.write('<table>')</script><table>" + rows + last + "</table>",
	} {
		got := readOne(t, []byte(text))
		want := want
		if name == "laid out in cells" { // a blank row in front
			want = part{Headers: want.Headers, Rows: []string{"3 1|王小明", "4 2|李梅"}, Furniture: 2}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// What stands around a table that lays out the page is text, not lost.
func TestHTMLTextAround(t *testing.T) {
	got := readOne(t, []byte("<table><tr><td>查询结果<table><tr><td>证件号码</td><td>姓名</td></tr><tr><td>1</td><td>王小明</td></tr></table>共1条</td></tr></table>末行"))
	want := part{Headers: "证件号码|姓名", Rows: []string{"3 1|王小明"}, Furniture: 3}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestHTMLRefused(t *testing.T) {
	page := func(s string) []byte { return []byte("<html><table><tr><td>证件号码</td></tr>" + s) }
	for name, c := range map[string]struct {
		data            []byte
		where, what, do string
	}{
		"cut short":       {page("<tr><td>33078219"), ":1", "middle of a table", "transfer"},
		"cut in a tag":    {page("<tr><td>1</td></tr><tr><td sty"), ":2", "middle of a table", "transfer"},
		"wide":            {page("<tr>" + strings.Repeat("<td colspan=1000>", 17) + "</table>"), ":2", "more than 16384 columns", "check"},
		"a million cells": {page("<tr>" + strings.Repeat("<td>", 1_000_000) + "</table>"), ":2", "more than 16384 columns", "check"},
		"deep":            {page(strings.Repeat("<tr><td><table>", 1000)), ":2", "nests tables too deep", "XLSX"},
		"deep text":       {page("<tr><td>1<td>" + strings.Repeat("<table>", 1000)), ":2", "nests tables too deep", "XLSX"},
		"Big5":            {append([]byte(`<meta charset="big5">`), append(page("<tr><td>"), "\xa4\xa4\xa4\xe5</table>"...)...), "", "encoded in big5", "XLSX"},
		"no table":        {[]byte("<html><frameset></frameset></html>"), "", "no text", "export"},
		"XML":             {[]byte("<?xml version='1.0'?><rows><table/></rows>"), "", "XML document", "CSV"},
	} {
		refusedBytes(t, name, c.data, c.where, c.what, c.do)
	}
}

func TestHTMLTooLarge(t *testing.T) {
	large(t)
	const head = "<html><table><tr><td>证件号码</td></tr><tr>"
	for name, cells := range map[string]string{
		"a cell of pieces": "<td>" + strings.Repeat("<b>"+strings.Repeat("x", 1<<20)+"</b>", 40),
		"a cell":           "<td>" + strings.Repeat("x", 40<<20),
	} {
		refusedBytes(t, name, []byte(head+cells+"</table>"), ":2", "more than 32 MB", "check")
	}
	wide := strings.Repeat("<td colspan=1000 rowspan=65534>", 16) + strings.Repeat("<tr><td>x", 17000)
	if _, _, err := readSheets(t, []byte(head+wide+"</table>")); err == nil || !strings.Contains(err.Error(), "columns") {
		t.Errorf("high and wide: %v", err)
	}
}

// mhtmlFile is a page saved as a single file.
func mhtmlFile(t testing.TB, coding string, pages ...string) string {
	var b strings.Builder
	b.WriteString("MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related; boundary=\"----=_Next\"\r\n\r\n预览\r\n")
	for i, page := range pages {
		b.WriteString("------=_Next\r\nContent-Location: file:///C:/0E8/sheet00" + string(rune('1'+i)) + ".htm\r\nContent-Transfer-Encoding: " + coding +
			"\r\nContent-Type: text/html; charset=\"gb2312\"\r\n\r\n")
		switch coding {
		case "base64":
			b.WriteString(base64.StdEncoding.EncodeToString(gb18030(t, page)))
		case "quoted-printable":
			w := quotedprintable.NewWriter(&b)
			w.Write(gb18030(t, page))
			w.Close()
		default:
			b.WriteString(page)
		}
		b.WriteString("\r\n")
	}
	b.WriteString("------=_Next\r\nContent-Location: file:///C:/0E8/a.png\r\nContent-Type: image/png\r\n\r\nx\r\n------=_Next--\r\n")
	return b.String()
}

func TestMHTML(t *testing.T) {
	for _, coding := range []string{"base64", "quoted-printable", "8bit"} {
		got := readOne(t, []byte(mhtmlFile(t, coding, dirtyHTML)))
		if diff := cmp.Diff(dirtyHTMLPart, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", coding, diff)
		}
	}
	second := "<table><tr><td>证件号码</td></tr><tr><td>7</td></tr></table>"
	frames := "<html><frameset><frame src=\"sheet002.htm\"></frameset></html>"
	got, skipped, err := readSheets(t, []byte(mhtmlFile(t, "quoted-printable", frames, dirtyHTML, second)))
	first := dirtyHTMLPart
	first.Name = "sheet002.htm"
	want := []part{first, {Name: "sheet003.htm", Headers: "证件号码", Rows: []string{"2 7"}, Furniture: 1}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil || len(skipped) > 0 {
		t.Errorf("%v, %q (-want +got):\n%s", err, skipped, diff)
	}
	whole := mhtmlFile(t, "base64", dirtyHTML)
	refusedBytes(t, "cut short", []byte(whole[:len(whole)/2]), "", "incomplete", "transfer")
	refusedBytes(t, "no page", []byte("MIME-Version: 1.0\r\nContent-Type: image/png\r\n\r\nx"), "", "no web page", "XLSX")
}
