package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
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
	write("good/85-columns.parquet", columns(t, roster(part(11), nil)))
	write("good/84-records.xls", records(roster(part(12), nil)))
	var levy, payment strings.Builder
	levy.WriteString("姓名,证件号码,险种,年度,应缴金额\n")
	payment.WriteString("电子税票号码,姓名,证件号码,险种,年度,实缴金额,缴费日期\n")
	for i, p := range people[:4*n] {
		fmt.Fprintf(&levy, "%s,%s,居民医保,2021,480\n", p.name, p.id)
		fmt.Fprintf(&payment, "票%06d,%s,%s,居民医保,2021,480,2020-11-0%d\n", i, p.name, p.id, 1+i%5)
	}
	visits := "证件号码,考核项,走访结果,走访日期,走访人,走访备注\n"
	for i, p := range people[:n] {
		other := people[(i+1)%n]
		visits += fmt.Sprintf("%s,medical_hukou,%s,2020-11-0%d,%s,问%s 电话%s\n", p.id, []string{"愿缴", "死亡", "说不清"}[i%3], 1+i%5, other.name, p.name, other.phone)
	}
	write("good/99-visits.csv", []byte(visits))
	strange := people[0].name + people[0].id + ",1" + people[0].phone[1:] + ",制表人：" + people[1].name + "\n"
	write("good/89-strange-headers.csv", []byte(strings.TrimSuffix(rosterHead, "\n")+","+strange+roster(part(0), func(_ int, cells []string) []string {
		return append(cells, "", "", "")
	})[len(rosterHead):]))
	write("good/98-levy.csv", []byte(levy.String()))
	write("good/99-payment.csv", gb(payment.String()))
	write("many/payment.parquet", columns(t, manyPayments("票", people[:n], 60_000)))
	write("many/payment.xls", records(manyPayments("据", people[:n], 15_000))) // as many as the small container holds
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
	write("bad/12-cut.parquet", columns(t, rosterHead+bare)[:n*10])
	write("bad/13-cut-records.xls", records(rosterHead + bare)[:n*100])
	var names strings.Builder
	for _, p := range people {
		names.WriteString(p.name + ",是\n")
	}
	write("bad/14-names-alone.csv", []byte(names.String()))
	write("bad/15-names-alone.xls", records(names.String()))
	write("bad/16-names-alone.parquet", columns(t, names.String()))
	write("bad/17-no-header.parquet", columns(t, bare))
}

// manyPayments are so many that a database short of memory puts some aside.
func manyPayments(receipt string, people []somebody, rows int) string {
	var b strings.Builder
	b.WriteString("电子税票号码,姓名,证件号码,险种,年度,实缴金额,缴费日期\n")
	for i := range rows {
		p := people[i%len(people)]
		fmt.Fprintf(&b, "%s%08d,%s,%s,居民养老,2020,%d,2020-11-0%d\n", receipt, i, p.name, p.id, 100+i%9, 1+i%5)
	}
	return b.String()
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
