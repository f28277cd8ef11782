package export

import (
	"io"
	"os"
	"testing"

	"canbao/models/measure"
)

func TestLook(t *testing.T) {
	os.WriteFile("/tmp/look/zh.xlsx", written(t, document(t, measure.Ask{}, "zh")), 0o644)
	os.WriteFile("/tmp/look/en.xlsx", written(t, document(t, measure.Ask{}, "en")), 0o644)
	os.WriteFile("/tmp/look/pub.xlsx", written(t, document(t, measure.Ask{Edition: measure.Public}, "zh")), 0o644)
	os.WriteFile("/tmp/look/large.xlsx", written(t, worded(large(), "zh")), 0o644)
}

// The whole workbook of a city of 700 villages is written in well under half a
// second.
func BenchmarkXLSX(b *testing.B) {
	d := worded(large(), "zh")
	for b.Loop() {
		if err := XLSX(d, io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
