package source

import (
	"bytes"
	"encoding/binary"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// dirtySheet is a sheet as an office makes it: titles, a header of two rows
// with merged cells, a scheme merged over its people, numbers, dates and
// texts, a damaged number, a subtotal, a blank row and a note.
var dirtySheet = xlsSheet{
	name: "缴费明细",
	rows: [][]any{
		{"义乌市2021年度缴费明细"},
		{"序号", "险种", "参保人", nil, "缴费", nil, "成功"},
		{nil, nil, xlsRich("证件号码"), xlsInline("姓名"), "缴费日期", "实缴金额"},
		{1.0, "居民医保", "330782199001010013", "王小明", xlsDate(44138.5), xlsRK(280<<2 | 2), true},
		{2.0, nil, 330782199001010013.0, "李𠮷", xlsFormula{result: xlsDate(44139)}, 1234.5, xlsFormula{result: false}},
		{3.0, nil, 330782900101001.0, xlsFormula{result: "é王", shared: true}, "2020.11.5", xlsRK(28050<<2 | 3), xlsError(0x2a)},
		{nil, "小计", nil, nil, nil, xlsFormula{result: 1795.0}},
		{nil, nil},
		{4.0, "居民养老", "33078219900101003X", "", xlsFormula{result: nil}, xlsFormula{result: xlsError(0x07)}, xlsFormula{result: true}},
		{"注：以上数据截至11月30日，由经办人核对"},
	},
	merged: []span{
		{top: 1, bottom: 1, left: 0, right: 6}, {top: 2, bottom: 2, left: 2, right: 3}, {top: 2, bottom: 2, left: 4, right: 5},
		{top: 2, bottom: 3, left: 0, right: 0}, {top: 2, bottom: 3, left: 1, right: 1}, {top: 4, bottom: 6, left: 1, right: 1},
		{top: 10, bottom: 10, left: 0, right: 6},
	},
}

var dirtyPart = part{
	Headers: "序号|险种|证件号码|姓名|缴费日期|实缴金额|成功",
	Rows: []string{
		"4 1|居民医保|330782199001010013|王小明|2020-11-03 12:00:00|280|TRUE",
		"5 2|居民医保|3.3078219900101E+17|李𠮷|2020-11-04|1234.5|FALSE",
		"6 3|居民医保|330782900101001|é王|2020.11.5|280.5|#N/A",
		"9 4|居民养老|33078219900101003X|||#DIV/0!|TRUE",
	},
	Furniture: 6,
}

func TestXLS(t *testing.T) {
	for _, limit := range []int{0, 40, 64, 129} { // where texts go on in the next record
		w := &biffWriter{t: t, version: 8, limit: limit}
		got, skipped, err := readSheets(t, oleFile(oleStream{"Workbook", w.book(
			dirtySheet,
			xlsSheet{name: "底表", state: 1, rows: [][]any{{"证件号码", "姓名"}}},
			xlsSheet{name: "宏", state: 2},
			xlsSheet{name: "空"},
			xlsSheet{name: "说明", rows: [][]any{{"填表说明"}}},
		)}))
		if err != nil {
			t.Fatal(err)
		}
		want := dirtyPart
		want.Name = "缴费明细"
		if diff := cmp.Diff([]part{want}, got); diff != "" {
			t.Errorf("continued at %d (-want +got):\n%s", limit, diff)
		}
		if diff := cmp.Diff([]string{
			`"底表" is a hidden sheet and was not read`, `"宏" is a hidden sheet and was not read`,
			`"空" is empty and was not read`, `"说明" has no known header and was not read`,
		}, skipped); diff != "" {
			t.Errorf("skipped (-want +got):\n%s", diff)
		}
	}
}

// Workbooks of Excel 5 and 95 keep texts as bytes: of the code page they name,
// else UTF-8 if all can be, else GB18030.
func TestXLSOfBytes(t *testing.T) {
	want := dirtyPart
	want.Name = "缴费明细"
	for _, page := range []uint16{936, 0, 1252} {
		w := &biffWriter{t: t, version: 5, page: page}
		got, _, err := readSheets(t, oleFile(oleStream{"Book", w.book(dirtySheet)}))
		if diff := cmp.Diff([]part{want}, got); diff != "" || err != nil {
			t.Errorf("code page %d: %v (-want +got):\n%s", page, err, diff)
		}
	}
	// GB18030 that names another code page, or none.
	w := &biffWriter{t: t, version: 5, page: 936}
	book := w.book(dirtySheet)
	named := append(le16(biffCodePage, 2), le16(936)...)
	got, _, err := readSheets(t, oleFile(oleStream{"BOOK", bytes.Replace(book, named, append(named[:4], le16(1252)...), 1)}))
	if diff := cmp.Diff([]part{want}, got); diff != "" || err != nil {
		t.Errorf("wrong code page: %v (-want +got):\n%s", err, diff)
	}
	// 一 in GBK could be a letter in UTF-8; the workbook says what it is.
	one := &biffWriter{t: t, version: 5, page: 936}
	got, _, err = readSheets(t, oleFile(oleStream{"Book", one.book(xlsSheet{name: "1", rows: [][]any{{"certno", "name"}, {"1", "一"}}})}))
	if err != nil || len(got) != 1 || got[0].Rows[0] != "2 1|一" {
		t.Errorf("named code page: %v, %v", got, err)
	}
}

func TestXLSSince1904(t *testing.T) {
	w := &biffWriter{t: t, version: 8, old: true}
	got := readOne(t, oleFile(oleStream{"Workbook", w.book(xlsSheet{name: "1", rows: [][]any{
		{"证件号码", "缴费日期"}, {"1", xlsDate(42676)}, {"2", xlsDate(0.5)}, {"3", xlsDate(-1)},
	}})}))
	if diff := cmp.Diff([]string{"2 1|2020-11-03", "3 2|12:00:00", "4 3|-1"}, got.Rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// rawSheet is a sheet as small exporters write it: its records and nothing
// else, in the columns' order if it must be.
func rawSheet(t testing.TB, version uint16, page uint16, cells func(w *biffWriter)) []byte {
	w := &biffWriter{t: t, version: 5, page: page}
	w.record(biffBOF5, le16(version, biffWorksheet, 0, 0))
	cells(w)
	w.record(biffEOF)
	return w.buf
}

func TestRawXLS(t *testing.T) {
	table := [][]any{{"证件号码", "姓名", "实缴金额"}, {"330782199001010013", "王小明", 280.0}, {"2", "李梅", xlsRK(560<<2 | 2)}}
	want := part{Headers: "证件号码|姓名|实缴金额", Rows: []string{"2 330782199001010013|王小明|280", "3 2|李梅|560"}, Furniture: 1}
	for name, cells := range map[string]func(w *biffWriter){
		"by rows": func(w *biffWriter) { w.cells(xlsSheet{rows: table}) },
		"by columns": func(w *biffWriter) {
			for c := range 3 {
				for r := range table {
					w.cell(uint16(r), uint16(c), table[r][c])
				}
			}
		},
	} {
		for _, page := range []uint16{0, 936} {
			got := readOne(t, rawSheet(t, 0, page, cells))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, code page %d (-want +got):\n%s", name, page, diff)
			}
		}
	}
	w := &biffWriter{t: t, version: 5}
	w.record(biffBOF2, le16(0, biffWorksheet))
	attributes := []byte{0, 0, 0}
	for c, text := range []string{"证件号码", "姓名", "实缴金额"} {
		b := gb18030(t, text)
		w.record(biffLabel2, le16(0, uint16(c)), attributes, []byte{byte(len(b))}, b)
	}
	w.record(biffLabel2, le16(1, 0), attributes, []byte{2}, []byte("12"))
	w.record(biffInteger2, le16(1, 1), attributes, le16(7))
	w.record(biffNumber2, le16(1, 2), attributes, leFloat(280.25))
	w.record(biffBool2, le16(2, 0), attributes, []byte{1, 0})
	w.record(biffEOF)
	want = part{Headers: "证件号码|姓名|实缴金额", Rows: []string{"2 12|7|280.25", "3 TRUE||"}, Furniture: 1}
	if diff := cmp.Diff(want, readOne(t, w.buf)); diff != "" {
		t.Errorf("BIFF2 (-want +got):\n%s", diff)
	}
}

// Runs of numbers and blanks in one record.
func TestXLSRuns(t *testing.T) {
	got := readOne(t, rawSheet(t, 0x0500, 0, func(w *biffWriter) {
		w.cells(xlsSheet{rows: [][]any{{"certno", "name", "amount"}}})
		w.record(biffMulRK, le16(1, 0), le16(0), le32(7<<2|2), le16(0), le32(0x40490001), le16(1))
		w.record(biffMulBlank, le16(2, 0), le16(0, 0, 0), le16(2))
		w.record(biffMulRK, le16(3, 1), le16(0), le32(1<<2|2), le16(0), le32(2<<2|2), le16(2))
	}))
	want := part{Headers: "certno|name|amount", Rows: []string{"2 7|0.5|", "4 |1|2"}, Furniture: 2}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestXLSRefused(t *testing.T) {
	w := &biffWriter{t: t, version: 8}
	book := w.book(dirtySheet)
	locked := &biffWriter{t: t, version: 8}
	locked.begin(biffGlobals)
	locked.record(biffFilePass, make([]byte, 6))
	old := &biffWriter{t: t}
	old.record(biffBOF4, le16(0, biffWorkspace, 0))
	outside := bytes.Clone(book)
	binary.LittleEndian.PutUint32(outside[bytes.Index(outside, le16(biffBoundSheet))+4:], 1<<30)
	cyclic := oleFile(oleStream{"Workbook", book})
	fat := int(binary.LittleEndian.Uint32(cyclic[76:])+1) * oleSector
	binary.LittleEndian.PutUint32(cyclic[fat+4:], 0) // the second sector leads back to the first
	many := &biffWriter{t: t, version: 8}
	many.begin(biffGlobals)
	many.record(biffSST, le32(0xffffffff), le32(0xffffffff))
	many.record(biffEOF)
	cell := func(cells func(w *biffWriter)) []byte { return rawSheet(t, 0x0600, 0, cells) }
	for name, c := range map[string]struct {
		data            []byte
		where, what, do string
	}{
		"password":              {oleFile(oleStream{"Workbook", locked.buf}), "", "protected by a password", "remove the password"},
		"password of XLSX":      {oleFile(oleStream{"EncryptedPackage", nil}), "", "protected by a password", "remove the password"},
		"Word":                  {oleFile(oleStream{"WordDocument", nil}), "", "is a Word document", "export"},
		"nothing":               {oleFile(oleStream{"Contents", nil}), "", "no Excel workbook", "save it as XLSX"},
		"Excel 4":               {old.buf, "", "Excel 4.0", "save it as XLSX"},
		"cut short":             {oleFile(oleStream{"Workbook", book})[:3000], "", "damaged or incomplete", "export"},
		"header only":           {oleFile(oleStream{"Workbook", book})[:512], "", "damaged or incomplete", "export"},
		"records cut short":     {oleFile(oleStream{"Workbook", append(book[:len(book)-7:len(book)-7], 1, 2, 0xff)}), "缴费明细", "damaged or incomplete", "export"},
		"no end mark":           {rawSheet(t, 0, 0, func(w *biffWriter) { w.cells(dirtySheet) })[:600], "", "damaged or incomplete", "export"},
		"sheet outside":         {oleFile(oleStream{"Workbook", outside}), "", "damaged or incomplete", "export"},
		"cyclic chain":          {cyclic, "", "damaged or incomplete", "export"},
		"claimed texts":         {oleFile(oleStream{"Workbook", many.buf}), "", "damaged or incomplete", "export"},
		"text that is not":      {cell(func(w *biffWriter) { w.record(biffLabelSST, le16(0, 0, 0), le32(5)) }), ":1", "damaged or incomplete", "export"},
		"text beyond":           {cell(func(w *biffWriter) { w.record(biffLabel, le16(0, 0, 0), le16(9), []byte{1, 65, 0}) }), ":1", "damaged or incomplete", "export"},
		"column beyond":         {cell(func(w *biffWriter) { w.record(biffNumber, le16(7, 256, 0), leFloat(1)) }), ":8", "damaged or incomplete", "export"},
		"cell without a number": {cell(func(w *biffWriter) { w.record(biffNumber, le16(2, 1, 0), []byte{1}) }), ":3", "damaged or incomplete", "export"},
		"merges": {cell(func(w *biffWriter) {
			for range maxMerges/1000 + 1 {
				w.record(biffMerged, le16(1000), make([]byte, 8000))
			}
		}), "", "impossible number of merged cells", "XLSX"},
		"Big5": {rawSheet(t, 0, 950, func(w *biffWriter) {
			w.record(biffCodePage, le16(950))
			w.record(biffLabel, le16(0, 0, 0), le16(2), []byte{0xa4, 0xa4})
		}), "", "encoded in Big5", "XLSX"},
		"bytes that are no text": {rawSheet(t, 0, 0, func(w *biffWriter) {
			w.record(biffLabel, le16(0, 0, 0), le16(2), []byte{0xff, 0xff})
		}), ":1", "damaged or incomplete", "export"},
	} {
		refusedBytes(t, name, c.data, c.where, c.what, c.do)
	}
}

func TestNumbersOfFloats(t *testing.T) {
	for _, c := range []struct {
		f    float64
		want string
	}{
		{0, "0"}, {280, "280"}, {-1, "-1"}, {1234.5, "1234.5"}, {0.1 + 0.2, "0.3"}, {4.35, "4.35"}, {-0.005, "-0.005"},
		{9007199254740991, "9007199254740991"}, {330782199001010013, "3.3078219900101E+17"}, {1e15 + 0.5, "1E+15"},
		{999999999999999.9, "1E+15"}, {123456789012.345678, "123456789012.346"}, {1e300, "1E+300"},
		{1.5e-7, "0.00000015"}, {2.5e-20, "2.5E-20"}, {0.000123456789012345678, "0.000123456789012346"},
	} {
		if got := string(appendNumber(nil, c.f)); got != c.want {
			t.Errorf("%v is %s, want %s", c.f, got, c.want)
		}
	}
}

func TestFormatsThatShowDates(t *testing.T) {
	for format, want := range map[string]bool{
		"General": false, "0.00": false, "@": false, `#,##0.00"元"`: false, `0"日"`: false, "yyyy-mm-dd": true, `yyyy"年"m"月"d"日"`: true,
		"[$-804]aaaa;@": false, "[$-F800]dddd, mmmm dd, yyyy": true, "h:mm": true, "[h]:mm": false, "[Red]0.00": false,
		`\d0`: false, "_y0": false, "0.00E+00": false, "G/通用格式": false, `0;"d"`: false, "mm:ss.0": true, `"开`: false, "[": false,
	} {
		if got := showsDate(format); got != want {
			t.Errorf("%q shows a date: %v, want %v", format, got, want)
		}
	}
}

func TestSerials(t *testing.T) {
	for _, c := range []struct {
		f    float64
		want string
	}{
		{44138, "2020-11-03"}, {44138.25, "2020-11-03 06:00:00"}, {44138.999999999, "2020-11-04"}, {44138.627835648, "2020-11-03 15:04:05"},
		{1, "1900-01-01"}, {59, "1900-02-28"}, {60, ""}, {61, "1900-03-01"}, {0, ""}, {0.75, "18:00:00"}, {-3, ""}, {2958465, "9999-12-31"}, {2958466, ""},
	} {
		if got, _ := appendSerial(nil, c.f, false); string(got) != c.want {
			t.Errorf("%v is %s, want %s", c.f, got, c.want)
		}
	}
}

// A workbook that another library wrote.
func TestXLSOfAnotherHand(t *testing.T) {
	data, err := os.ReadFile("testdata/xlwt.xls")
	if err != nil {
		t.Fatal(err)
	}
	got, skipped, err := readSheets(t, data)
	want := []part{{
		Name: "缴费明细", Headers: "证件号码|姓名|险种|缴费日期|实缴金额",
		Rows: []string{
			"4 330782199001010013|王小明|城乡居民基本医疗保险|2020-11-03|280",
			"5 3.3078219900101E+17|李梅|城乡居民基本医疗保险|2020-11-04 15:04:05|1234.56",
			"6 33078219900101003X|欧阳修|居民养老|2020-11-05|",
		},
		Furniture: 5,
	}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if diff := cmp.Diff([]string{`"底稿" is a hidden sheet and was not read`}, skipped); diff != "" {
		t.Errorf("skipped (-want +got):\n%s", diff)
	}
}
