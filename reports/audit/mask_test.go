package audit

import (
	"strings"
	"testing"
)

func TestMasked(t *testing.T) {
	for text, want := range map[string]string{
		// somebody's numbers
		"id = '330782199001011234'":  "id = '******************'",
		"id = '33078219900101123X'":  "id = '******************'",
		"id = '33078219900101123x' ": "id = '******************' ",
		"330782900101123":            "***************",
		"like '3307821990010%'":      "like '*************%'",
		"330782 19900101 1234":       "****** ******** ****",
		"330782-19900101-123X":       "******-********-****",
		"7 330782 19900101 1234":     "7 ****** ******** ****",
		"３３０７８２１９９００１０１１２３４":         "******************",
		"٣٣٠٧٨٢١٩٩٠٠١٠١١٢٣٤":         "******************",
		"13912345678":                "***********",
		"139-1234-5678":              "***-****-****",
		"139 1234 5678":              "*** **** ****",
		"+86 139 1234 5678":          "+** *** **** ****",
		"+8613912345678":             "+*************",
		"6222 0202 0000 1234":        "**** **** **** ****",
		"6222020200001234567":        "*******************",
		"(13912345678)":              "(***********)",
		// a row of 64 digits is no SHA-256, nor is what is shorter or has more before it
		"1234567890123456123456789012345612345678901234561234567890123456":      "****************************************************************",
		"sum x29c3a359661cb330782199001011234f471daea68ec4a12e62bf30e27268ac25": "sum x29c3a359661cb******************f471daea68ec4a12e62bf30e27268ac25",
		"cb330782199001011234f": "cb******************f",
		// nobody's
		"manifest 29c3a359661cb330782199001011234f471daea68ec4a12e62bf30e27268ac25, of 330782199001011234": "manifest 29c3a359661cb330782199001011234f471daea68ec4a12e62bf30e27268ac25, of ******************",
		"":                                  "",
		"select 1":                          "select 1",
		"area_code = '330782102001'":        "area_code = '330782102001'",
		"medical 330782102 2020-12-01":      "medical 330782102 2020-12-01",
		"2020-12-01 2020-12-15":             "2020-12-01 2020-12-15",
		"between '2020-11-01' and '2020'":   "between '2020-11-01' and '2020'",
		"2020-12-01 10:30:00":               "2020-12-01 10:30:00",
		"11912345678":                       "11912345678", // no mobile begins so
		"1391234567":                        "1391234567",
		"amount > 123456789.12":             "amount > 123456789.12",
		"in (1, 2, 3, 4, 5, 6, 7, 8, 9, 0)": "in (1, 2, 3, 4, 5, 6, 7, 8, 9, 0)",
	} {
		if got := Masked(text); got != want {
			t.Errorf("Masked(%q) = %q, want %q", text, got, want)
		}
	}
}

// FuzzMasked: masking ends, is done once, and leaves no 13 digits on end.
func FuzzMasked(f *testing.F) {
	for _, s := range []string{"330782 19900101 123X", "1 2-3", "٣٣٠٧٨٢١٩٩٠٠١٠١١٢٣٤", "86 13912345678 6222"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Masked(s)
		if again := Masked(got); again != got {
			t.Errorf("masked twice: %q, then %q", got, again)
		}
		run := 0
		for _, r := range got {
			if run++; !strings.ContainsRune("0123456789", r) {
				run = 0
			}
			if run >= 13 {
				t.Fatalf("%q is left of %q", got, s)
			}
		}
		if strings.Count(got, "*")-strings.Count(s, "*") < 0 || len([]rune(got)) != len([]rune(s)) {
			t.Errorf("%q has another form than %q", got, s)
		}
	})
}
