package source

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

func utf16LE(t testing.TB, text string) []byte { return utf16(t, text, unicode.LittleEndian) }
func utf16BE(t testing.TB, text string) []byte { return utf16(t, text, unicode.BigEndian) }

func utf16(t testing.TB, text string, order unicode.Endianness) []byte {
	t.Helper()
	out, err := unicode.UTF16(order, unicode.UseBOM).NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func gb18030(t testing.TB, text string) []byte {
	t.Helper()
	out, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// encodings are all the ways a text may come.
func encodings(t testing.TB, text string) map[string][]byte {
	t.Helper()
	return map[string][]byte{
		"UTF-8": []byte(text), "UTF-8 with BOM": []byte("\ufeff" + text),
		"UTF-16 LE": utf16LE(t, text), "UTF-16 BE": utf16BE(t, text), "GB18030": gb18030(t, text),
	}
}

// 亅 and 抾 end in the byte of | in GB18030; 㐂, 㒨 and 𠮷 hold digits. Neither
// parts a cell nor is lost.
func TestEncodings(t *testing.T) {
	const names = "亅一|抾二|㐂三|㒨四|𠮷五|阿依古丽·买买提|€|°"
	for _, comma := range []string{",", "\t", ";", "|"} {
		text := "证件号码" + comma + "姓名" + comma + "实缴金额\n"
		var want [][]string
		for i, name := range strings.Split(names, "|") {
			no := "33078219820305123" + string(rune('0'+i))
			text += no + comma + name + comma + "280.00\n"
			want = append(want, []string{no, name, "280.00"})
		}
		for name, file := range encodings(t, text) {
			got := mustRead(t, file)
			if diff := cmp.Diff(want, got.Rows); diff != "" {
				t.Errorf("%s parted by %q (-want +got):\n%s", name, comma, diff)
			}
			if got.Headers[0] != "证件号码" || got.Furniture != 1 || got.Ragged != nil {
				t.Errorf("%s parted by %q: headers %q, furniture %d, ragged %v", name, comma, got.Headers, got.Furniture, got.Ragged)
			}
		}
	}
}

func TestTrailBytesOfTheTest(t *testing.T) {
	for char, want := range map[string]string{"亅": "|", "抾": "|", "㐂": "0123456789", "㒨": "0123456789", "𠮷": "0123456789"} {
		if text := string(gb18030(t, char)); !strings.ContainsAny(text[1:], want) {
			t.Errorf("%s is %q in GB18030 and tests nothing", char, text)
		}
	}
}

func TestEncodingsWithQuotesAndTitles(t *testing.T) {
	text := "义乌市缴费明细表\n证件号码,姓名,实缴金额\n330782198203051234,\"王\n小明\",\"1,280.00\"\n11010519491231002X,\"亅\"\"抾\"\"\",280\n合计,,1560\n"
	want := extract{
		Headers: []string{"证件号码", "姓名", "实缴金额"},
		Rows:    [][]string{{"330782198203051234", "王\n小明", "1,280.00"}, {"11010519491231002X", "亅\"抾\"", "280"}},
		Lines:   []int64{3, 4}, Furniture: 3,
	}
	for name, file := range encodings(t, text) {
		if diff := cmp.Diff(want, mustRead(t, file)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// The bar that ends 亅 in GB18030 is no separator, and the quote behind it
// opens no cell.
func TestQuotesBehindTrailBytes(t *testing.T) {
	text := "\"义乌市\n缴费明细表\"\n证件号码|姓名|实缴金额\n1|亅\"抾|280\n2|\"王\n亅\"|560\n3|李梅|280\n"
	want := [][]string{{"1", "亅\"抾", "280"}, {"2", "王\n亅", "560"}, {"3", "李梅", "280"}}
	for name, file := range encodings(t, text) {
		got := mustRead(t, file)
		if diff := cmp.Diff(want, got.Rows); diff != "" || got.Furniture != 2 {
			t.Errorf("%s: furniture %d, rows (-want +got):\n%s", name, got.Furniture, diff)
		}
	}
}

// A file is as large as it is: beyond what is looked at for the header, and
// beyond one chunk, nothing is lost in any encoding.
func TestLargeFiles(t *testing.T) {
	const rows = 8_000
	text := "证件号码,姓名,实缴金额\n" + strings.Repeat("330782198203051234,㐂王小明亅,280.00\n", rows)
	for name, file := range encodings(t, text) {
		got, err := read(t, file, 64<<10)
		if err != nil || len(got.Rows) != rows || got.Furniture != 1 || len(got.Ragged) > 0 {
			t.Errorf("%s: %d rows, %d furniture, %d ragged, %v", name, len(got.Rows), got.Furniture, len(got.Ragged), err)
			continue
		}
		for i, row := range got.Rows {
			if row[1] != "㐂王小明亅" || got.Lines[i] != int64(i)+2 {
				t.Fatalf("%s: row %d is %q at line %d", name, i, row, got.Lines[i])
			}
		}
	}
}

// A file cut within a character is refused, wherever in the character the cut
// lies and however large the file is.
func TestCutWithinACharacter(t *testing.T) {
	const head = "证件号码,姓名,实缴金额\n"
	filler := strings.Repeat("330782198203051234,王小明,280.00\n", 20_000)
	for size, before := range map[string]string{"small": head + "330782198203051234,", "large": head + filler + "330782198203051234,", "quoted": head + "330782198203051234,\""} {
		for _, c := range []struct {
			name string
			file []byte
			cut  int
		}{
			{"UTF-8, one byte of three", []byte(before + "王"), 2},
			{"UTF-8, two bytes of three", []byte(before + "王"), 1},
			{"UTF-8, three bytes of four", []byte(before + "𠮷"), 1},
			{"UTF-8 with BOM", []byte("\ufeff" + before + "王"), 1},
			{"GB18030, one byte of two", gb18030(t, before+"王"), 1},
			{"GB18030, one byte of four", gb18030(t, before+"㐂"), 3},
			{"GB18030, two bytes of four", gb18030(t, before+"㐂"), 2},
			{"GB18030, three bytes of four", gb18030(t, before+"㐂"), 1},
			{"UTF-16 LE", utf16LE(t, before+"王"), 1},
			{"UTF-16 BE", utf16BE(t, before+"王"), 1},
		} {
			_, err := read(t, c.file[:len(c.file)-c.cut], 0)
			refused(t, size+" "+c.name, err, "", "ends in the middle of a character", "transfer it again")
		}
	}
}

func TestDamagedText(t *testing.T) {
	const head = "证件号码,姓名,实缴金额\n"
	rows := strings.Repeat("330782198203051234,王小明,280.00\n", 50)
	for _, c := range []struct {
		name, text, where, what string
	}{
		{"UTF-8, stray byte in row 52", head + rows + "330782198203051234,王\xff,280\n" + rows, ":52", "damaged bytes in its UTF-8 text"},
		{"UTF-8 with BOM, stray byte in row 2", "\ufeff" + head + "330782198203051234,\xe7\x8e,280\n", ":2", "damaged bytes in its UTF-8 text"},
		{"neither encoding", string(gb18030(t, head)) + "330782198203051234,\xff\xff,280\n", ":2", "neither UTF-8 nor GB18030"},
		{"neither encoding, quotes before", string(gb18030(t, head)) + "\"1\",a,280\n2,\x80,280\n", ":3", "neither UTF-8 nor GB18030"},
		{"GB18030, half a character at the end of a row", string(gb18030(t, head)) + "1,\xcd\n2,b,280\n", ":2", "neither UTF-8 nor GB18030"},
		{"GB18030, half a character before the last line end", string(gb18030(t, head)) + "1,2,\xcd\n", ":2", "neither UTF-8 nor GB18030"},
	} {
		_, err := read(t, []byte(c.text), 0)
		refused(t, c.name, err, c.where, c.what, "")
	}
}
