package clean

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// addCells gives a target the cells that all rules meet: some odd ones, and
// every cell of the files of dirt.
func addCells(f *testing.F, cells ...string) {
	f.Helper()
	cells = append(cells, "", " \t", "'", `=""`, "=“”", "\xff", "\xe4\xb8", "\u200b", "　", "合计")
	for _, cell := range append(cells, dirtyCells(f)...) {
		f.Add([]byte(cell))
	}
}

// dirtyCells are the cells of the comma separated files of dirt, each once.
func dirtyCells(f *testing.F) []string {
	f.Helper()
	paths, err := filepath.Glob("../testdata/dirt/*.csv")
	if err != nil || len(paths) == 0 {
		f.Fatalf("no files of dirt: %v", err)
	}
	met := map[string]bool{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, cell := range strings.FieldsFunc(string(text), func(r rune) bool { return strings.ContainsRune(",\r\n", r) }) {
			met[cell] = true
		}
	}
	return slices.Sorted(maps.Keys(met))
}

// untouched wants a rule to leave its cell as it was.
func untouched(t *testing.T, cell []byte, rule func()) {
	t.Helper()
	kept := string(cell)
	rule()
	if string(cell) != kept {
		t.Fatalf("the rule has changed its cell %q to %q", kept, cell)
	}
}

// FuzzText: the text of a cell is what the plain rule says, and cleaning it
// again changes nothing.
func FuzzText(f *testing.F) {
	addCells(f, "王小明", "'0012", `="1"`, "ＡＢ", "⽅", "a\tb", " x ", "`a", "=“'x'”", "e\u200d\u0301")
	f.Fuzz(func(t *testing.T, cell []byte) {
		var text []byte
		untouched(t, cell, func() { text = Text([]byte("kept "), cell)[5:] })
		if want := naiveText(string(cell)); string(text) != want {
			t.Errorf("Text(%q) = %q, the plain rule says %q", cell, text, want)
		}
		if again := Text(nil, text); !bytes.Equal(again, text) {
			t.Errorf("Text(%q) = %q, and cleaned again %q", cell, text, again)
		}
		if Empty(cell) != (len(text) == 0) {
			t.Errorf("Empty(%q) = %v, text %q", cell, Empty(cell), text)
		}
		if !utf8.Valid(text) {
			t.Errorf("Text(%q) = %q, no UTF-8", cell, text)
		}
	})
}

// FuzzLabel: a label is its text without blanks, and stays what it is.
func FuzzLabel(f *testing.F) {
	addCells(f, "稠城 街道", "村（社区）", "王\n宅", "'="+`"佛堂镇"`)
	f.Fuzz(func(t *testing.T, cell []byte) {
		label := Label(nil, cell)
		if want := naiveLabel(string(cell)); string(label) != want {
			t.Errorf("Label(%q) = %q, the plain rule says %q", cell, label, want)
		}
		if bytes.ContainsFunc(label, func(r rune) bool { return strings.ContainsRune(" \t\r\n　\u00a0", r) }) {
			t.Errorf("Label(%q) = %q has a blank", cell, label)
		}
		if spaced := Label(nil, bytes.ReplaceAll(label, nil, []byte(" "))); utf8.Valid(label) && ascii(label) && !wrapped(label) && !bytes.Equal(spaced, label) {
			t.Errorf("Label(%q) = %q, with blanks between its letters %q", cell, label, spaced)
		}
	})
}

// FuzzHeader: headers are told apart by their label alone, letters of either
// case being one.
func FuzzHeader(f *testing.F) {
	addCells(f, "ELEC_TAXRPT_NO", "镇（街道）", "ＡＡＣ００２", "身份\n证号", " Id_No ")
	f.Fuzz(func(t *testing.T, cell []byte) {
		header := Header(string(cell))
		if want := strings.ToLower(naiveLabel(string(cell))); header != want {
			t.Errorf("Header(%q) = %q, the plain rule says %q", cell, header, want)
		}
		if upper := Header(string(bytes.ToUpper(cell))); ascii(cell) && upper != header {
			t.Errorf("Header(%q) = %q, in capitals %q", cell, header, upper)
		}
	})
}

// FuzzParseDay: what is a day, and which, the library's calendar says too.
func FuzzParseDay(f *testing.F) {
	addCells(f, "2020-11-03", "2020/11/3 8:30", "2020年11月3日", "20201103083000", "44138.354166667", "2020-02-30", "'2020.11.3\t", "2020")
	f.Fuzz(func(t *testing.T, cell []byte) {
		var day Day
		var ok bool
		untouched(t, cell, func() { day, ok = ParseDay(cell) })
		at, want := naiveTime(string(cell))
		if ok != want || ok && day != DayOf(time.Unix(at, 0).UTC()) {
			t.Fatalf("ParseDay(%q) = %s, %v, the plain rule says %s, %v", cell, day, ok, time.Unix(at, 0).UTC(), want)
		}
		if !ok {
			return
		}
		for _, form := range []string{"2006-01-02", "2006/1/2", "2006.1.2", "20060102", "2006年1月2日", "2006-01-02 15:04:05"} {
			text := time.Unix(at, 0).UTC().Format(form)
			if again, ok := ParseDay([]byte(text)); !ok || again != day {
				t.Errorf("ParseDay(%q) = %s, written %s and read again %s, %v", cell, day, text, again, ok)
			}
		}
	})
}

// FuzzParseTime: times are read to the second, and survive being written.
func FuzzParseTime(f *testing.F) {
	addCells(f, "2020-11-03 08:30:00", "2020-11-03T08:30:15.999", "2020年11月3日23:59", "44138.5", "20201103083015", "44138.9999999", "2020-11-03 24:00")
	f.Fuzz(func(t *testing.T, cell []byte) {
		at, ok := ParseTime(cell)
		want, wanted := naiveTime(string(cell))
		if ok != wanted || ok && at != want {
			t.Fatalf("ParseTime(%q) = %d, %v, the plain rule says %d, %v", cell, at, ok, want, wanted)
		}
		if !ok {
			return
		}
		for _, form := range []string{"2006-01-02 15:04:05", "2006/1/2 15:04:05", "2006年1月2日 15:04:05", "20060102150405", "2006-01-02T15:04:05.000"} {
			text := time.Unix(at, 0).UTC().Format(form)
			if again, ok := ParseTime([]byte(text)); !ok || again != at {
				t.Errorf("ParseTime(%q) = %d, written %s and read again %d, %v", cell, at, text, again, ok)
			}
		}
	})
}

// FuzzParseYear: a year as the plain rule reads it.
func FuzzParseYear(f *testing.F) {
	addCells(f, "2021", "2021年度", "202101", "2021-1", "2021年12月", "2021-01-01", "44138", "109939", "２０２１")
	f.Fuzz(func(t *testing.T, cell []byte) {
		year, ok := ParseYear(cell)
		want, wanted := naiveYear(string(cell))
		if ok != wanted || ok && year != want {
			t.Fatalf("ParseYear(%q) = %d, %v, the plain rule says %d, %v", cell, year, ok, want, wanted)
		}
		if ok && (year < 1900 || year > 2200) {
			t.Errorf("ParseYear(%q) = %d", cell, year)
		}
	})
}

// FuzzParseFen: money is exact, whatever stands around it.
func FuzzParseFen(f *testing.F) {
	addCells(f, "280", "-1,859,390.05", "￥２８０．５", "280元", "--5", "=“1,280.00”", "99999999999999", "1,00", "−1", "¥-280", "-¥+1", "280.", "280.500")
	f.Fuzz(func(t *testing.T, cell []byte) {
		var fen int64
		var ok bool
		untouched(t, cell, func() { fen, ok = ParseFen(cell) })
		want, wanted := naiveFen(string(cell))
		if ok != wanted || ok && fen != want {
			t.Fatalf("ParseFen(%q) = %d, %v, the plain rule says %d, %v", cell, fen, ok, want, wanted)
		}
		if !ok {
			return
		}
		size, sign := fen, ""
		if fen < 0 {
			size, sign = -fen, "-"
		}
		yuan := fmt.Sprint(size / 100)
		for i := len(yuan) - 3; i > 0; i -= 3 {
			yuan = yuan[:i] + "," + yuan[i:]
		}
		written := fmt.Sprintf("%s%s.%02d", sign, yuan, size%100)
		for _, text := range []string{written, strings.ReplaceAll(written, ",", ""), written + " 元", `="` + written + `"`} {
			if again, ok := ParseFen([]byte(text)); !ok || again != fen {
				t.Errorf("ParseFen(%q) = %d fen, written %s and read again %d, %v", cell, fen, text, again, ok)
			}
		}
	})
}

// FuzzParseCount: a count is an amount of whole yuan that is not negative.
func FuzzParseCount(f *testing.F) {
	addCells(f, "853378", "1,859,390", "12.00", "-1", "1.5", "１２")
	f.Fuzz(func(t *testing.T, cell []byte) {
		n, ok := ParseCount(cell)
		want, wanted := naiveCount(string(cell))
		if ok != wanted || ok && n != want {
			t.Fatalf("ParseCount(%q) = %d, %v, the plain rule says %d, %v", cell, n, ok, want, wanted)
		}
		if again, okAgain := ParseCount(fmt.Append(nil, n)); ok && (!okAgain || again != n) {
			t.Errorf("ParseCount(%q) = %d, read again %d, %v", cell, n, again, okAgain)
		}
	})
}

// FuzzYesNo: eight words and no other.
func FuzzYesNo(f *testing.F) {
	addCells(f, "是", "否", "1", "0", "Ｙ", "TRUE", "'false", "２", "是否")
	f.Fuzz(func(t *testing.T, cell []byte) {
		yes, ok := YesNo(cell)
		switch word := naiveLabel(string(cell)); {
		case word == "是" || word == "1" || strings.EqualFold(word, "y") || strings.EqualFold(word, "true"):
			if !yes || !ok {
				t.Errorf("YesNo(%q) is not yes", cell)
			}
		case word == "否" || word == "0" || strings.EqualFold(word, "n") || strings.EqualFold(word, "false"):
			if yes || !ok {
				t.Errorf("YesNo(%q) is not no", cell)
			}
		case yes || ok:
			t.Errorf("YesNo(%q) = %v, %v, want neither", cell, yes, ok)
		}
	})
}

// FuzzWords: a vocabulary knows its words, blanks and dress aside, and no other.
func FuzzWords(f *testing.F) {
	addCells(f, "居民医保", "居民 医保", `="职工医保"`, "MEDICAL", "⼤病保险", "正常参保", "退费", "税务", "女性", "医保")
	all := []Vocabulary{Scheme, Status, PaymentKind, PaymentStatus, Extent, SubsidyKind, Source, Collector, Sex, yesNo}
	f.Fuzz(func(t *testing.T, cell []byte) {
		label := naiveLabel(string(cell))
		for _, v := range all {
			want, known := "", false
			for word, means := range v.words {
				if strings.ToLower(label) == word {
					want, known = means, true
				}
			}
			if got, ok := v.Read(cell); got != want || ok != known {
				t.Errorf("%q is read %q, %v, want %q, %v", cell, got, ok, want, known)
			}
		}
	})
}

// FuzzParseID: the number and its faults are what the plain rule says; a number
// that passed is read the same again.
func FuzzParseID(f *testing.F) {
	for _, cell := range []string{
		"330782198203051234", "11010519491231002x", "110105491231002", "3.30782E+17", "=“330782198203051234”",
		"330782198203051000", "E12345678", "无身份证号码", "\xb1\xa8\xcd\xf8", "'", "", "330782 19820305 1234", "１１０１０５１９４９１２３１００２Ｘ",
	} {
		for _, typ := range []string{"", "护照", "台湾居民居住证"} {
			f.Add([]byte(cell), []byte(typ))
		}
	}
	for _, cell := range dirtyCells(f) {
		f.Add([]byte(cell), []byte("居民身份证"))
	}
	today := time.Unix(int64(loadDay)*86400, 0).UTC()
	f.Fuzz(func(t *testing.T, cell, typ []byte) {
		var id ID
		var faults Faults
		untouched(t, cell, func() { id, faults = ParseID(cell, typ, loadDay) })
		want, wanted := naiveID(string(cell), string(typ), today)
		if faults != wanted || faults == 0 && string(id.Number()) != want {
			t.Fatalf("ParseID(%q, %q) = %q faults %04b, the plain rule says %q %04b", cell, typ, id.Number(), faults, want, wanted)
		}
		if faults&FaultDamaged != 0 && faults != FaultDamaged {
			t.Errorf("damaged and more: %04b", faults)
		}
		if faults != 0 {
			return
		}
		number := string(id.Number())
		if again, faults := ParseID([]byte(number), typ, loadDay); id.Type == "" && (faults != 0 || string(again.Number()) != number) {
			t.Errorf("ParseID(%q) = %q, and read again %q faults %04b", cell, number, again.Number(), faults)
		}
		if id.Type != "" {
			return
		}
		if id.Born > loadDay || fmt.Sprintf("%c", id.Sex) != map[bool]string{true: "M", false: "F"}[number[16]%2 == 1] {
			t.Errorf("ParseID(%q) is born %s of sex %c", cell, id.Born, id.Sex)
		}
		// One identity whatever type stands beside it.
		if other, faults := ParseID([]byte(number), []byte("护照"), loadDay); faults != 0 || string(other.Number()) != number || other.Type != "" {
			t.Errorf("%q beside a passport is %q %q, faults %04b", number, other.Type, other.Number(), faults)
		}
	})
}

func ascii(text []byte) bool {
	return bytes.IndexFunc(text, func(r rune) bool { return r >= 0x80 }) < 0
}

// wrapped tells whether quotes or a wrapper would be taken off a text once
// blanks stand within it.
func wrapped(text []byte) bool { return bytes.ContainsAny(text, "=\"'`") }
