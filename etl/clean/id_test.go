package clean

import (
	"testing"
)

// loadDay is the day the numbers below are loaded on.
var loadDay = Date(2020, 11, 15)

// Numbers with a right check digit, of nobody; the first two are the examples
// of GB 11643-1999 itself.
func TestParseIDResident(t *testing.T) {
	for _, c := range []struct {
		name, cell, number string
		born               Day
		sex                byte
	}{
		{"woman of Beijing", "11010519491231002X", "11010519491231002X", Date(1949, 12, 31), 'F'},
		{"man of Guangdong, of 1880", "440524188001010014", "440524188001010014", Date(1900, 1, 1) - 7305, 'M'},
		{"man", "330782198203051234", "330782198203051234", Date(1982, 3, 5), 'M'},
		{"leap day", "330782202002290019", "330782202002290019", Date(2020, 2, 29), 'M'},
		{"born on the load day", "330782202011150018", "330782202011150018", loadDay, 'M'},
		{"ends in 000 with a right check digit", "330782196004010000", "330782196004010000", Date(1960, 4, 1), 'F'},
		{"region that never was", "990000199001010017", "990000199001010017", Date(1990, 1, 1), 'M'},
		{"small x", "11010519491231002x", "11010519491231002X", Date(1949, 12, 31), 'F'},
		{"full-width", "１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X", Date(1949, 12, 31), 'F'},
		{"full-width small x", "11010519491231002ｘ", "11010519491231002X", Date(1949, 12, 31), 'F'},
		{"roman ten for X", "11010519491231002Ⅹ", "11010519491231002X", Date(1949, 12, 31), 'F'},
		{"apostrophe before", "'330782198203051234", "330782198203051234", Date(1982, 3, 5), 'M'},
		{"curly apostrophe before", "’330782198203051234", "330782198203051234", Date(1982, 3, 5), 'M'},
		{"backquote before", "`330782198203051234", "330782198203051234", Date(1982, 3, 5), 'M'},
		{"quotes around", `"330782198203051234"`, "330782198203051234", Date(1982, 3, 5), 'M'},
		{"curly quotes around", "“330782198203051234”", "330782198203051234", Date(1982, 3, 5), 'M'},
		{"wrapped as a formula", `="330782198203051234"`, "330782198203051234", Date(1982, 3, 5), 'M'},
		{"wrapped with curly quotes", "=“330782198203051234”", "330782198203051234", Date(1982, 3, 5), 'M'},
		{"wrapped, full-width", "＝＂330782198203051234＂", "330782198203051234", Date(1982, 3, 5), 'M'},
		{"wrapped, small x and tab", "=\"11010519491231002x\"\t", "11010519491231002X", Date(1949, 12, 31), 'F'},
		{"blanks and tab behind", "330782198203051234 \t ", "330782198203051234", Date(1982, 3, 5), 'M'},
		{"blanks inside", "330782 19820305 1234", "330782198203051234", Date(1982, 3, 5), 'M'},
		{"full-width blank inside", "330782　198203051234", "330782198203051234", Date(1982, 3, 5), 'M'},
		{"no-break blank behind", "330782198203051234\u00a0", "330782198203051234", Date(1982, 3, 5), 'M'},
		{"zero-width blank before", "\u200b330782198203051234", "330782198203051234", Date(1982, 3, 5), 'M'},
		{"byte order mark before", "\ufeff330782198203051234", "330782198203051234", Date(1982, 3, 5), 'M'},
		{"line break behind", "330782198203051234\r\n", "330782198203051234", Date(1982, 3, 5), 'M'},
		{"15 digits", "110105491231002", "11010519491231002X", Date(1949, 12, 31), 'F'},
		{"15 digits, man", "330724800101001", "330724198001010019", Date(1980, 1, 1), 'M'},
		{"15 digits, leap day", "330724520229002", "330724195202290025", Date(1952, 2, 29), 'F'},
		{"15 digits, full-width and quoted", "'３３０７２４８００１０１００１", "330724198001010019", Date(1980, 1, 1), 'M'},
	} {
		id, faults := ParseID([]byte(c.cell), nil, loadDay)
		if faults != 0 || id.Type != "" || string(id.Number()) != c.number || id.Born != c.born || id.Sex != c.sex {
			t.Errorf("%s: ParseID(%q) = %q %q born %s sex %q faults %04b, want %q born %s sex %q",
				c.name, c.cell, id.Type, id.Number(), id.Born, id.Sex, faults, c.number, c.born, c.sex)
		}
	}
}

func TestParseIDFaults(t *testing.T) {
	const length, date, checksum, damaged = FaultLength, FaultDate, FaultChecksum, FaultDamaged
	for _, c := range []struct {
		name, cell string
		want       Faults
	}{
		{"17 characters", "33078219820305123", length},
		{"19 characters", "3307821982030512345", length},
		{"14 digits", "33072480010100", length},
		{"a name", "张三", length},
		{"six characters of three bytes each", "无身份证号码", length},
		{"15 characters with a letter", "33072480010100A", length},
		{"passport under an identity card", "E12345678", length},
		{"month 13", "330782197913010010", date},
		{"29 February of no leap year", "330782200902290015", date},
		{"born the day after the load", "330782202011160013", date},
		{"day 00", "330782198203001232", date | checksum},
		{"wrong check digit", "330782198203051235", checksum},
		{"X for a digit", "33078219820305123X", checksum},
		{"digit for X", "110105194912310020", checksum},
		{"letter O for zero", "3307821982O3051234", date | checksum},
		{"letter in the order code", "3307821982030512A4", checksum},
		{"Cyrillic Х at the end", "11010519491231002Х", checksum},
		{"two noughts at the end", "330782198203051200", checksum},
		{"wrong date and check digit", "330782198213051234", date | checksum},
		{"15 digits, month 13", "330724801301001", date},
		{"15 digits, 29 February 1950", "330724500229001", date},
		{"scientific, Excel", "3.30782E+17", damaged},
		{"scientific, all digits kept", "3.30782198203051E+17", damaged},
		{"scientific, small e", "3.30782e+17", damaged},
		{"scientific, no plus", "3.30782198203051E17", damaged},
		{"scientific, full-width", "３．３０７８２Ｅ＋１７", damaged},
		{"scientific, 15 digits", "3.30725E+14", damaged},
		{"three digits lost", "330782198203051000", damaged},
		{"three digits lost, wrong date as well", "330782198213061000", damaged},
		{"three digits lost, quoted", "'330782198203051000", damaged},
	} {
		for _, typ := range []string{"", "居民身份证", "身份证", " 居民身份证\t"} {
			if _, got := ParseID([]byte(c.cell), []byte(typ), loadDay); got != c.want {
				t.Errorf("%s: ParseID(%q, %q) faults %04b, want %04b", c.name, c.cell, typ, got, c.want)
			}
		}
	}
}

// Residence permits of Hong Kong, Macao and Taiwan people share the form; other
// documents bear no checksum; a valid number of the form is one identity
// whatever stands beside it.
func TestParseIDDocuments(t *testing.T) {
	for _, c := range []struct {
		name, cell, typ  string
		wantType, number string
		want             Faults
	}{
		{"Hong Kong permit", "810000199001010019", "港澳台居民居住证", "", "810000199001010019", 0},
		{"Macao permit with x", "82000019850505002x", "港澳居民居住证", "", "82000019850505002X", 0},
		{"Taiwan permit", "830000197512120038", "台湾居民居住证", "", "830000197512120038", 0},
		{"permit without its type", "830000197512120038", "", "", "830000197512120038", 0},
		{"permit with a wrong check digit", "810000199001010018", "港澳台居民居住证", "", "", FaultChecksum},
		{"permit cut short", "81000019900101001", "台湾居民居住证", "", "", FaultLength},
		{"resident number beside a passport", "330782198203051234", "护照", "", "330782198203051234", 0},
		{"resident number beside any word", "11010519491231002x", "其他", "", "11010519491231002X", 0},
		{"passport", "E12345678", "护照", "护照", "E12345678", 0},
		{"passport, dirt", " 'e1234 5678\t", "护 照", "护照", "E12345678", 0},
		{"passport, full-width", "Ｅ１２３４５６７８", "护照", "护照", "E12345678", 0},
		{"pass of Hong Kong people", "H1234567801", "港澳居民来往内地通行证", "港澳居民来往内地通行证", "H1234567801", 0},
		{"pass of Taiwan people", "01234567", "台湾居民来往大陆通行证", "台湾居民来往大陆通行证", "01234567", 0},
		{"15 digits of another document stay", "330724800101001", "护照", "护照", "330724800101001", 0},
		{"18 digits of another document, no checksum", "330782198203051235", "其他", "其他", "330782198203051235", 0},
		{"officer's card", "军字第1234567号", "军官证", "军官证", "军字第1234567号", 0},
		{"damaged under any type", "3.30782E+17", "护照", "", "", FaultDamaged},
	} {
		id, faults := ParseID([]byte(c.cell), []byte(c.typ), loadDay)
		switch {
		case faults != c.want:
			t.Errorf("%s: ParseID(%q, %q) faults %04b, want %04b", c.name, c.cell, c.typ, faults, c.want)
		case faults == 0 && (id.Type != c.wantType || string(id.Number()) != c.number):
			t.Errorf("%s: ParseID(%q, %q) = %q %q, want %q %q", c.name, c.cell, c.typ, id.Type, id.Number(), c.wantType, c.number)
		case faults == 0 && id.Type != "" && (id.Born != NoDay || id.Sex != 0):
			t.Errorf("%s: %q tells birth %s and sex %q", c.name, c.cell, id.Born, id.Sex)
		}
	}
}

func TestIDTypeName(t *testing.T) {
	for cell, want := range map[string]string{
		"": "", "居民身份证": "", "身份证": "", " 居民 身份证 ": "", "护照": "护照", "护　照": "护照", "港澳台居民居住证": "港澳台居民居住证",
	} {
		if got := IDTypeName([]byte(cell)); got != want {
			t.Errorf("IDTypeName(%q) = %q, want %q", cell, got, want)
		}
	}
}

// TestCheckDigit takes the two examples printed in GB 11643-1999.
func TestCheckDigit(t *testing.T) {
	for first17, want := range map[string]byte{"11010519491231002": 'X', "44052418800101001": '4'} {
		if got := CheckDigit([]byte(first17)); got != want {
			t.Errorf("CheckDigit(%s) = %c, want %c", first17, got, want)
		}
	}
}

// A wrong digit anywhere is noticed: that is what the check digit is for.
func TestCheckDigitNoticesEveryDigit(t *testing.T) {
	const right = "330782198203051234"
	for place := range right {
		for d := byte('0'); d <= '9'; d++ {
			cell := []byte(right)
			cell[place] = d
			if _, faults := ParseID(cell, nil, loadDay); (faults == 0) != (string(cell) == right) {
				t.Errorf("ParseID(%s) faults %04b", cell, faults)
			}
		}
	}
}
