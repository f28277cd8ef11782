package source

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// dbfColumn is a field to be written.
type dbfColumn struct {
	name     string
	kind     byte
	size     int
	decimals byte
	nullable bool
}

// dbfFile writes a table. A record whose first cell begins with '*' is deleted;
// texts are as they should be stored.
func dbfFile(version, language byte, columns []dbfColumn, records ...[]string) []byte {
	le := binary.LittleEndian
	size, width := 1, 0
	var fields []byte
	for _, c := range columns {
		d := make([]byte, 32)
		copy(d[:11], c.name)
		d[11], d[16], d[17] = c.kind, byte(c.size), c.decimals
		width = c.size
		if c.kind == 'C' && c.size > 255 {
			d[17] = byte(c.size >> 8)
		}
		if c.nullable {
			d[18] = 2
		}
		fields = append(fields, d...)
		size += width
	}
	file := make([]byte, 32)
	file[0], file[1], file[2], file[3], file[29] = version, 120, 11, 30, language
	le.PutUint32(file[4:], uint32(len(records)))
	le.PutUint16(file[8:], uint16(32+len(fields)+1))
	le.PutUint16(file[10:], uint16(size))
	file = append(append(file, fields...), dbfFieldsEnd)
	for _, r := range records {
		mark := byte(' ')
		if text, deleted := strings.CutPrefix(r[0], "*"); deleted {
			mark, r = '*', append([]string{text}, r[1:]...)
		}
		file = append(file, mark)
		for i, c := range columns {
			cell := []byte(r[i])
			cell = append(cell, bytes.Repeat([]byte{' '}, max(0, c.size-len(cell)))...)
			file = append(file, cell[:c.size]...)
		}
	}
	return append(file, dbfEnd)
}

// chineseDBF is a table as the tax office exports it, its texts in this
// encoding: deleted records, damaged numbers, totals, dates and flags.
func chineseDBF(encode func(string) string, language byte) []byte {
	return dbfFile(0x03, language, []dbfColumn{
		{encode("证件号码"), 'C', 20, 0, false}, {encode("姓名"), 'C', 10, 0, false}, {encode("实缴金额"), 'N', 10, 2, false},
		{encode("缴费日期"), 'D', 8, 0, false}, {encode("成功"), 'L', 1, 0, false}, {encode("备注"), 'M', 10, 0, false},
	},
		[]string{"330782199001010013", encode("王小明"), "    280.00", "20201103", "T", "         1"},
		[]string{"*330782199001010013", encode("删除"), "    280.00", "20201103", "T", ""},
		[]string{"3.30782E+17\x00junk", encode("李梅"), "   -280.50", "", "f", ""},
		[]string{encode("合计"), "", "**********", "00000000", "?", ""},
		[]string{"'33078219900101003X", encode("欧阳"), "", "2020113 ", " ", ""},
		[]string{"", "", "", "", "", ""},
		[]string{"*1", "", "", "", "", ""},
	)
}

func TestDBF(t *testing.T) {
	want := part{
		Headers: "证件号码|姓名|实缴金额|缴费日期|成功|备注（备注型字段，未读 / memo field, not read）",
		Rows: []string{
			"2 330782199001010013|王小明|280.00|2020-11-03|TRUE|",
			"3 3.30782E+17|李梅|-280.50||FALSE|",
			"5 '33078219900101003X|欧阳||2020113||",
		},
		Furniture: 2, // the total and the blank record
		Deleted:   2,
	}
	gb := func(s string) string { return string(gb18030(t, s)) }
	for name, file := range map[string][]byte{
		"GBK":                        chineseDBF(gb, 0x4d),
		"GBK of DOS":                 chineseDBF(gb, 0x7a),
		"GBK that says nothing":      chineseDBF(gb, 0),
		"GBK that says Western":      chineseDBF(gb, 0x03),
		"without an end mark":        bytes.TrimSuffix(chineseDBF(gb, 0x4d), []byte{dbfEnd}),
		"with text behind its end":   append(chineseDBF(gb, 0x4d), "\x00\x00whatever"...),
		"with blanks behind its end": append(bytes.TrimSuffix(chineseDBF(gb, 0x4d), []byte{dbfEnd}), "\r\n"...),
	} {
		if diff := cmp.Diff(want, readOne(t, file)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	// In UTF-8 a name longer than its field has lost its end.
	want.Headers = strings.Replace(strings.Replace(want.Headers, "证件号码", "证件号", 1), "实缴金额|缴费日期", "实缴金|缴费日", 1)
	for _, language := range []byte{0, 0x4d} {
		if diff := cmp.Diff(want, readOne(t, chineseDBF(func(s string) string { return s[:min(11, len(s))] }, language))); diff != "" {
			t.Errorf("UTF-8, language %x (-want +got):\n%s", language, diff)
		}
	}
}

// One character of GBK could be a letter in UTF-8; the language tells.
func TestDBFOfOneCharacter(t *testing.T) {
	columns := []dbfColumn{{"CERTNO", 'C', 18, 0, false}, {"NAME", 'C', 2, 0, false}}
	got := readOne(t, dbfFile(0x03, 0x4d, columns, []string{"1", "\xd2\xbb"}))
	if diff := cmp.Diff([]string{"2 1|一"}, got.Rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// Three bytes in a field of two: half a character is dropped.
	got = readOne(t, dbfFile(0x03, 0, []dbfColumn{{"CERTNO", 'C', 18, 0, false}, {"NAME", 'C', 3, 0, false}}, []string{"1", "\xcd\xf5\xd0"}))
	if diff := cmp.Diff([]string{"2 1|王"}, got.Rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFoxPro(t *testing.T) {
	le32s := func(n ...uint32) (s string) {
		for _, n := range n {
			s += string(le32(n))
		}
		return s
	}
	money := func(n int64) string { return string(binary.LittleEndian.AppendUint64(nil, uint64(n))) }
	columns := []dbfColumn{
		{"CERTNO", 'C', 18, 0, false}, {"AMOUNT", 'Y', 8, 0, true}, {"COUNT", 'I', 4, 0, false}, {"RATE", 'B', 8, 0, false},
		{"AT", 'T', 8, 0, false}, {"NAME", 'V', 8, 0, true}, {"_NullFlags", '0', 1, 0, false},
	}
	got := readOne(t, dbfFile(0x30, 0x7a, columns,
		[]string{"1", money(2800000), le32s(0xffffffff), string(leFloat(99.91)), le32s(2459157, 54245000), "Mary\x00\x00\x00\x04", "\x02"},
		[]string{"2", money(-5), le32s(7), string(leFloat(280)), le32s(2459157, 0), "Mary Ann", "\x00"},
		[]string{"3", money(0), le32s(0), string(leFloat(0)), "        ", "x", "\x05"},
		[]string{"4", money(-1 << 63), le32s(0), string(leFloat(0)), le32s(0, 0), "x", "\x00"},
	))
	want := part{
		Headers: "CERTNO|AMOUNT|COUNT|RATE|AT|NAME",
		Rows: []string{
			"2 1|280|-1|99.91|2020-11-03 15:04:05|Mary", "3 2|-0.0005|7|280|2020-11-03|Mary Ann",
			"4 3||0|0||", "5 4|-922337203685477.5808|0|0||x",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A text of more than 255 bytes has the rest of its length elsewhere.
func TestDBFLongText(t *testing.T) {
	long := strings.Repeat("x", 300)
	got := readOne(t, dbfFile(0xf5, 0, []dbfColumn{{"CERTNO", 'C', 18, 0, false}, {"NAME", 'C', 300, 0, false}}, []string{"1", long}))
	if diff := cmp.Diff([]string{"2 1|" + long}, got.Rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDBFRefused(t *testing.T) {
	gb := func(s string) string { return string(gb18030(t, s)) }
	whole := chineseDBF(gb, 0x4d)
	claims := bytes.Clone(whole[:len(whole)-1])
	binary.LittleEndian.PutUint32(claims[4:], 1_000_000_000)
	header := int(binary.LittleEndian.Uint16(whole[8:]))
	letters := bytes.Clone(whole)
	copy(letters[header+1+20:], "\xff\xff")
	for name, c := range map[string]struct {
		data            []byte
		where, what, do string
	}{
		"cut within a record":  {whole[:len(whole)-20], "", "tells of 7 records, it holds 6", "transfer"},
		"cut between records":  {whole[:len(whole)-60], "", "tells of 7 records, it holds 6", "transfer"},
		"cut within its list":  {whole[:header-1], "", "is a damaged DBF file", "export"},
		"cut behind its list":  {whole[:header], "", "tells of 7 records, it holds 0", "transfer"},
		"a billion records":    {claims, "", "tells of 1000000000 records, it holds 7", "transfer"},
		"bytes that are none":  {letters, ":2", "neither UTF-8 nor GB18030", "UTF-8"},
		"Big5":                 {chineseDBF(gb, 0x78), "", "encoded in Big5", "XLSX"},
		"a text like a header": {[]byte("0" + strings.Repeat("1,2,3\n", 40)), "", "", ""},
	} {
		if c.what == "" {
			if _, _, err := readSheets(t, c.data); err != nil {
				t.Errorf("%s: %v, want a text", name, err)
			}
			continue
		}
		refusedBytes(t, name, c.data, c.where, c.what, c.do)
	}
}

// A count of records that is too low, as after a crash, loses none.
func TestDBFCountsAreNotTrusted(t *testing.T) {
	file := dbfFile(0x03, 0, []dbfColumn{{"CERTNO", 'C', 18, 0, false}}, []string{"1"}, []string{"2"})
	binary.LittleEndian.PutUint32(file[4:], 0)
	if got := readOne(t, file); len(got.Rows) != 2 {
		t.Errorf("rows %q, want two", got.Rows)
	}
	binary.LittleEndian.PutUint32(file[4:], 0xffffffff) // with an end mark where it ends
	if got := readOne(t, file); len(got.Rows) != 2 {
		t.Errorf("rows %q, want two", got.Rows)
	}
}
