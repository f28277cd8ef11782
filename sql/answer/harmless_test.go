package answer

import "testing"

// A spreadsheet must take nothing for a formula, and every number for one.
func TestHarmless(t *testing.T) {
	for _, text := range []string{
		"=cmd|'/c calc'!A1", "+1+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0", "\t=1+1", "\r=1+1", "\n=1+1",
		" =1+1", "\u3000=1+1", "\ufeff=1+1", "＝1+1", "＋1", "－1", "＠x", "-Inf", "+0x1p-2", "-1+1", "=", "--1",
	} {
		if got := Harmless(text); got != "'"+text {
			t.Errorf("Harmless(%q) = %q", text, got)
		}
	}
	for _, text := range []string{"", " ", "280", "-280", "-280.50", "+1e-5", "王小明", "a=b", "1-1", "'=1", "x\t=1", "\xff"} {
		if got := Harmless(text); got != text {
			t.Errorf("Harmless(%q) = %q", text, got)
		}
	}
}
