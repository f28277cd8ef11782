package source

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const twoPeople = "证件号码|姓名|实缴金额\n1|王小明|280\n2|李梅|560"

// as writes rows parted by | and line feeds another way.
func as(text, comma, end string) string {
	return strings.NewReplacer("|", comma, "\n", end).Replace(text)
}

func TestLineEndsAndSeparators(t *testing.T) {
	want := extract{
		Headers: []string{"证件号码", "姓名", "实缴金额"},
		Rows:    split("1|王小明|280\n2|李梅|560"), Lines: []int64{2, 3}, Furniture: 1,
	}
	for name, end := range map[string]string{"LF": "\n", "CRLF": "\r\n", "CR": "\r"} {
		for _, comma := range []string{",", "\t", ";", "|"} {
			for last, close := range map[string]string{"ended": end, "not ended": ""} {
				text := as(twoPeople, comma, end) + close
				for enc, file := range encodings(t, text) {
					if diff := cmp.Diff(want, mustRead(t, file)); diff != "" {
						t.Errorf("%s, parted by %q, %s, last row %s (-want +got):\n%s", name, comma, enc, last, diff)
					}
				}
			}
		}
	}
}

// A quoted cell may hold separators, quotes and line ends of any kind; they
// end no row, whatever ends the rows.
func TestQuotedCells(t *testing.T) {
	for _, c := range []struct{ name, cell, want string }{
		{"separator", `"1,280.00"`, "1,280.00"},
		{"quote", `"王""小""明"`, `王"小"明`},
		{"quotes alone", `""""`, `"`},
		{"empty", `""`, ""},
		{"line feed", "\"王\n小明\"", "王\n小明"},
		{"carriage return", "\"王\r小明\"", "王\r小明"},
		{"both", "\"王\r\n小明\"", "王\r\n小明"},
		{"line feed at the end", "\"王小明\n\"", "王小明\n"},
		{"carriage return at the end", "\"王小明\r\"", "王小明\r"},
		{"blank line inside", "\"王\n\n小明\"", "王\n\n小明"},
		{"what looks like a row", "\"\n2,李梅,560\n\"", "\n2,李梅,560\n"},
		{"blanks kept", `" 王小明 "`, " 王小明 "},
		{"text behind the quote", `"王"小明`, "王小明"},
		{"quote inside an unquoted cell", `王"小"明`, `王"小"明`},
		{"wrapper", `="330782198203051234"`, `="330782198203051234"`},
		{"wrapper, quoted", `"=""330782198203051234"""`, `="330782198203051234"`},
	} {
		for name, end := range map[string]string{"LF": "\n", "CRLF": "\r\n", "CR": "\r"} {
			for where, row := range map[string]string{"first": "%,a,b", "middle": "a,%,b", "last": "a,b,%"} {
				text := strings.ReplaceAll("证件号码,姓名,实缴金额;"+row+";2,李梅,560;", ";", end)
				got := mustRead(t, []byte(strings.ReplaceAll(text, "%", c.cell)))
				want := [][]string{strings.Split(row, ","), {"2", "李梅", "560"}}
				for i, cell := range want[0] {
					want[0][i] = strings.ReplaceAll(cell, "%", c.want)
				}
				if diff := cmp.Diff(want, got.Rows); diff != "" || got.Furniture != 1 || got.Ragged != nil {
					t.Errorf("%s, %s, cell %s: furniture %d, ragged %v (-want +got):\n%s", c.name, name, where, got.Furniture, got.Ragged, diff)
				}
			}
		}
	}
}

// Rows keep the numbers that a spreadsheet shows them under.
func TestLineNumbers(t *testing.T) {
	got := mustRead(t, []byte("缴费明细\n\n证件号码,姓名,实缴金额\n1,\"王\n小\n明\",280\n\n小计,,280\n2,李梅,560\n"))
	if diff := cmp.Diff([]int64{4, 7}, got.Lines); diff != "" || got.Furniture != 5 {
		t.Errorf("furniture %d, lines (-want +got):\n%s", got.Furniture, diff)
	}
}

func TestRaggedRows(t *testing.T) {
	got := mustRead(t, []byte(`证件号码,姓名,实缴金额
1,王小明,280
2,李梅
3,张三,280,
4,赵六,280, 　,"",'
5,钱七,280,多出来
6,孙八,280,,,x
7
`))
	want := [][]string{
		{"1", "王小明", "280"}, {"2", "李梅", ""}, {"3", "张三", "280"}, {"4", "赵六", "280"}, {"5", "钱七", "280"}, {"6", "孙八", "280"}, {"7", "", ""},
	}
	if diff := cmp.Diff(want, got.Rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int64{3, 6, 7, 8}, got.Ragged); diff != "" {
		t.Errorf("lines of ragged rows (-want +got):\n%s", diff)
	}
}

// A row held back keeps its whole text, also what stands beyond the header.
func TestRawRow(t *testing.T) {
	for name, text := range encodings(t, "证件号码,姓名,实缴金额\n合计,,560\n1,\"王\n小\"\"明\",280,多出来,,㐂\n2\n") {
		f := mustOpen(t, text)
		var raw [][]string
		err := textOf(f).Read(t.Context(), 1, func(b *Block) error {
			for i := range b.Lines {
				raw = append(raw, b.Raw(i))
			}
			return nil
		})
		if diff := cmp.Diff([][]string{{"1", "王\n小\"明", "280", "多出来", "", "㐂"}, {"2"}}, raw); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
}

func TestBlankColumns(t *testing.T) {
	for name, c := range map[string]struct{ text, headers, rows string }{
		"left":    {",证件号码,姓名,实缴金额\n,1,王小明,280\n", "|证件号码|姓名|实缴金额", "|1|王小明|280"},
		"middle":  {"证件号码,,姓名,实缴金额\n1,,王小明,280\n", "证件号码||姓名|实缴金额", "1||王小明|280"},
		"right":   {"证件号码,姓名,实缴金额,,\n1,王小明,280,,\n2,李梅,560\n", "证件号码|姓名|实缴金额", "1|王小明|280\n2|李梅|560"},
		"serial":  {"序号,证件号码,姓名,实缴金额\n1,1,王小明,280\n2,2,李梅,560\n", "序号|证件号码|姓名|实缴金额", "1|1|王小明|280\n2|2|李梅|560"},
		"unknown": {"证件号码,姓名,备用,实缴金额\n1,王小明,x,280\n", "证件号码|姓名|备用|实缴金额", "1|王小明|x|280"},
	} {
		got := mustRead(t, []byte(c.text))
		want := extract{Headers: strings.Split(c.headers, "|"), Rows: split(c.rows), Furniture: 1}
		for i := range want.Rows {
			want.Lines = append(want.Lines, int64(i)+2)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
