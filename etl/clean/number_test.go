package clean

import (
	"testing"
)

func TestParseFen(t *testing.T) {
	for _, c := range []struct {
		name, cell string
		want       int64
	}{
		{"yuan", "280", 28000},
		{"yuan and fen", "280.55", 28055},
		{"one decimal", "280.5", 28050},
		{"zero", "0", 0},
		{"zero with decimals", "0.00", 0},
		{"one fen", "0.01", 1},
		{"decimals that say nothing", "280.5000", 28050},
		{"thousands", "1,859,390.00", 185939000},
		{"thousands, four digits", "1,000", 100000},
		{"full-width", "２８０．５５", 28055},
		{"full-width thousands", "１，０００．００", 100000},
		{"refund", "-280.00", -28000},
		{"refund, full-width", "－２８０", -28000},
		{"refund, minus sign", "−280", -28000},
		{"plus", "+280", 28000},
		{"yuan sign", "¥280", 28000},
		{"full-width yuan sign", "￥1,280.00", 128000},
		{"minus before the yuan sign", "-¥280", -28000},
		{"minus behind the yuan sign", "¥-280", -28000},
		{"in words of currency", "280元", 28000},
		{"blank before 元", "280.00 元", 28000},
		{"apostrophe", "'280.00", 28000},
		{"wrapped", `="280.00"`, 28000},
		{"wrapped with curly quotes", "=“1,280.00”", 128000},
		{"quotes", `"1,280.00"`, 128000},
		{"tab and blanks behind", "280.00 \t", 28000},
		{"what a float cannot hold", "9007199254740.93", 900719925474093},
	} {
		if got, ok := ParseFen([]byte(c.cell)); !ok || got != c.want {
			t.Errorf("%s: ParseFen(%q) = %d, %v, want %d", c.name, c.cell, got, ok, c.want)
		}
	}
}

func TestParseFenRefuses(t *testing.T) {
	for name, cell := range map[string]string{
		"empty": "", "blanks": " \t", "word": "二百八十元", "sign alone": "-", "point alone": ".", "元 alone": "元", "yuan sign alone": "¥",
		"three decimals": "280.005", "two points": "280.0.0", "letter": "28O", "scientific": "2.8E+02", "hex": "0x10",
		"comma after two digits of the last group": "1,00", "two digits behind the comma": "1,00.50", "comma among decimals": "1.000,00", "two commas": "1,,000", "comma first": ",280",
		"comma last": "280,", "group of four": "1,0000", "first group of four": "1000,000", "two signs": "--280", "two signs about the yuan sign": "-¥-280",
		"sign behind": "280-", "blank inside": "2 80", "two amounts": "280 300", "beyond all money": "99999999999999999999", "day": "2020-11-03",
	} {
		if got, ok := ParseFen([]byte(cell)); ok {
			t.Errorf("%s: ParseFen(%q) = %d, want none", name, cell, got)
		}
	}
}

func TestParseCount(t *testing.T) {
	for cell, want := range map[string]int64{
		"0": 0, "853378": 853378, "1,859,390": 1859390, "１８５９３９０": 1859390, "12.00": 12, "'12": 12, `="12"`: 12,
	} {
		if got, ok := ParseCount([]byte(cell)); !ok || got != want {
			t.Errorf("ParseCount(%q) = %d, %v, want %d", cell, got, ok, want)
		}
	}
	for _, cell := range []string{"", "-1", "1.5", "0.01", "许多", "1,85,390"} {
		if got, ok := ParseCount([]byte(cell)); ok {
			t.Errorf("ParseCount(%q) = %d, want none", cell, got)
		}
	}
}
