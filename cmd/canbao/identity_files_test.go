package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"html"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// somebody is a person whose identity must be found nowhere.
type somebody struct{ id, name, phone string }

// nameRunes are characters that no other text of the program or of a synthetic
// city is made of: a name of three of them is found by chance nowhere.
var nameRunes = []rune("鳌鼍鬯鬻黼黻黹鼐齑龃龉龆龀鼹鼷麈麇鬟鬣骶髑髂髀餍餮饕飨飧飒颥颟颢颌霾霭霰雩隳隰隗阍阕閟鐾錾銎醵醯醢酾酹酽")

// somePeople are people with numbers that are right, rare names and phones.
func somePeople(n int, dice *rand.Rand) []somebody {
	var people []somebody
	for i := range n {
		body := fmt.Sprintf("330782%04d%02d%02d%03d", 1940+dice.IntN(65), 1+dice.IntN(12), 1+dice.IntN(28), i%1000)
		name := []rune("欧")
		for range 3 {
			name = append(name, nameRunes[dice.IntN(len(nameRunes))])
		}
		people = append(people, somebody{
			id: body + string(checkCharacter(body)), name: string(name), phone: fmt.Sprintf("1%d%09d", 3+dice.IntN(7), dice.IntN(1e9)),
		})
	}
	return people
}

// checkCharacter is that of GB 11643 for 17 digits.
func checkCharacter(digits string) byte {
	sum := 0
	for i, weight := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(digits[i]-'0') * weight
	}
	return "10X98765432"[sum%11]
}

const rosterHead = "姓名,证件号码,证件类型,镇街,村社,户籍,常住,手机号\n"

// roster is a file of people, each row made wrong by spoil where it is given.
func roster(people []somebody, spoil func(i int, cells []string) []string) string {
	var b strings.Builder
	b.WriteString(rosterHead)
	for i, p := range people {
		cells := []string{p.name, p.id, "", "佛堂镇", "", "是", "是", p.phone}
		if spoil != nil {
			cells = spoil(i, cells)
		}
		b.WriteString(strings.Join(cells, ",") + "\n")
	}
	return b.String()
}

// spoilt holds every row back, in one of the ways numbers are really damaged.
func spoilt(i int, cells []string) []string {
	id := cells[1]
	switch i % 6 {
	case 0:
		cells[1] = id[:17] + string("0123456789X"[(strings.IndexByte("0123456789X", id[17])+1)%11]) // wrong check digit
	case 1:
		cells[5] = "也许" // the number is right, another cell is wrong
	case 2:
		cells[1] = id + "1"
	case 3:
		return cells[:4] // ragged
	case 4:
		cells[1], cells[0] = cells[0], cells[1] // in each other's column
	case 5:
		cells[1] = "'" + strings.Map(func(r rune) rune { return r - '0' + '０' }, id[:17]) + "９" // mostly wrong
	}
	return cells
}

// writeExtracts writes the people into files of many kinds.
func writeExtracts(t *testing.T, dir string, people []somebody) {
	t.Helper()
	write := func(name string, text []byte) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	gb := func(text string) []byte {
		b, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	n := len(people) / knownFiles
	part := func(i int) []somebody { return people[i*n : (i+1)*n] }
	write("good/90-utf8.csv", []byte(roster(part(0), nil)))
	write("good/91-gb.csv", gb(roster(part(1), nil)))
	write("good/92-gzip", gzipped(t, gb(roster(part(2), nil))))
	write("good/93-zip", zipped(t, "底册.csv", gb(roster(part(3), nil))))
	write("good/94-book.xlsx", workbook(t, roster(part(4), nil)))
	write("good/95-spoilt.csv", []byte(roster(part(5), spoilt)))
	write("good/96-spoilt.xlsx", workbook(t, roster(part(6), spoilt)))
	write("good/97-long.csv", []byte(roster(part(7), func(i int, cells []string) []string {
		cells[1], cells[2] = "军字第"+cells[1]+"号", "军官证" // too long to pack
		return cells
	})))
	write("good/88-table.dbf", dbf(gb(roster(part(8), nil))))
	write("good/87-page.xls", []byte(page(roster(part(9), nil))))
	write("good/86-xml.xls", []byte(sheetXML(roster(part(10), nil))))
	var levy, payment strings.Builder
	levy.WriteString("姓名,证件号码,险种,年度,应缴金额\n")
	payment.WriteString("电子税票号码,姓名,证件号码,险种,年度,实缴金额,缴费日期\n")
	for i, p := range people[:4*n] {
		fmt.Fprintf(&levy, "%s,%s,居民医保,2021,480\n", p.name, p.id)
		fmt.Fprintf(&payment, "票%06d,%s,%s,居民医保,2021,480,2020-11-0%d\n", i, p.name, p.id, 1+i%5)
	}
	strange := people[0].name + people[0].id + ",1" + people[0].phone[1:] + "\n"
	write("good/89-strange-headers.csv", []byte(strings.TrimSuffix(rosterHead, "\n")+","+strange+roster(part(0), func(_ int, cells []string) []string {
		return append(cells, "", "")
	})[len(rosterHead):]))
	write("good/98-levy.csv", []byte(levy.String()))
	write("good/99-payment.csv", gb(payment.String()))
	writeRefused(write, t, part(0), n)
}

// writeRefused writes files of people that are refused, each for another reason.
func writeRefused(write func(string, []byte), t *testing.T, people []somebody, n int) {
	t.Helper()
	bare := strings.TrimPrefix(roster(people, nil), rosterHead)
	write("bad/1-no-header.csv", []byte(bare))
	write("bad/2-lacking.csv", []byte("姓名,证件号码\n"+bare))
	write("bad/3-quote.csv", []byte(rosterHead+bare+`"`+bare))
	write("bad/4-person-above.csv", []byte(bare[:strings.IndexByte(bare, '\n')+1]+rosterHead+bare))
	write("bad/5-cut.gz", gzipped(t, []byte(rosterHead+bare))[:n*10])
	write("bad/6-cut.xlsx", workbook(t, rosterHead+bare)[:2000])
	write("bad/7-bytes.csv", append([]byte(rosterHead+bare), 0xff, 0xfe, 0x80, 0xff))
	write("bad/8-zero.csv", append([]byte(rosterHead+bare), 0))
	write("bad/9-twice.csv", []byte("证件号码,"+rosterHead+bare))
	write("bad/10-cut.dbf", dbf([]byte(rosterHead + bare))[:n*10])
	write("bad/11-cut.xls", []byte(sheetXML(rosterHead + bare)[:n*100]))
}

// dbf is a dBase table of a file with commas, its bytes as they are.
func dbf(csv []byte) []byte {
	lines := bytes.Split(bytes.TrimSpace(csv), []byte("\n"))
	const width = 40 // of every column
	fields := bytes.Split(lines[0], []byte(","))
	head := make([]byte, 32)
	head[0], head[29] = 3, 0x4d // dBase III, code page 936
	binary.LittleEndian.PutUint32(head[4:], uint32(len(lines)-1))
	binary.LittleEndian.PutUint16(head[8:], uint16(32+32*len(fields)+1))
	binary.LittleEndian.PutUint16(head[10:], uint16(1+width*len(fields)))
	for _, name := range fields {
		field := make([]byte, 32)
		copy(field[:10], name)
		field[11], field[16] = 'C', width
		head = append(head, field...)
	}
	head = append(head, 0x0d)
	for _, line := range lines[1:] {
		head = append(head, ' ')
		for _, cell := range bytes.Split(line, []byte(",")) {
			head = append(head, cell...)
			head = append(head, bytes.Repeat([]byte(" "), width-len(cell))...)
		}
	}
	return append(head, 0x1a)
}

// marked is a file with commas as rows of marked-up cells.
func marked(csv, row, cell string) string {
	var b strings.Builder
	for line := range strings.Lines(csv) {
		b.WriteString("<" + row + ">")
		for _, text := range strings.Split(strings.TrimSpace(line), ",") {
			b.WriteString(strings.Replace(cell, "%", html.EscapeString(text), 1))
		}
		b.WriteString("</" + row + ">\n")
	}
	return b.String()
}

// page is a web page with one table, as exporters write it under the name .xls.
func page(csv string) string {
	return "<html><head><meta charset=\"utf-8\"></head><body><table>" + marked(csv, "tr", "<td>%</td>") + "</table></body></html>"
}

// sheetXML is a workbook in SpreadsheetML 2003.
func sheetXML(csv string) string {
	return `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>` +
		`<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="底册"><Table>` +
		marked(csv, "Row", `<Cell><Data ss:Type="String">%</Data></Cell>`) + `</Table></Worksheet></Workbook>`
}

func gzipped(t *testing.T, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipped(t *testing.T, namesAndTexts ...any) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(namesAndTexts); i += 2 {
		f, err := w.Create(namesAndTexts[i].(string))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(namesAndTexts[i+1].([]byte)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// workbook is an XLSX file with one sheet of text cells.
func workbook(t *testing.T, csv string) []byte {
	t.Helper()
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	rows := marked(csv, "row", `<c t="inlineStr"><is><t>%</t></is></c>`)
	return zipped(t,
		"[Content_Types].xml", []byte(`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`),
		"_rels/.rels", []byte(`<Relationships><Relationship Id="rId1" Type="`+office+`/officeDocument" Target="xl/workbook.xml"/></Relationships>`),
		"xl/workbook.xml", []byte(`<workbook xmlns="`+main+`" xmlns:r="`+office+`"><sheets><sheet name="底册" sheetId="1" r:id="rId1"/></sheets></workbook>`),
		"xl/_rels/workbook.xml.rels", []byte(`<Relationships><Relationship Id="rId1" Type="`+office+`/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`),
		"xl/worksheets/sheet1.xml", []byte(`<worksheet xmlns="`+main+`"><sheetData>`+rows+`</sheetData></worksheet>`))
}
