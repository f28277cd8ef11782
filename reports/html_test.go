package reports

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestDump(t *testing.T) {
	for _, l := range []words{"", "en"} {
		d := sample(l, 14, 50)
		text, err := d.HTML()
		if err != nil {
			t.Fatal(err)
		}
		town, err := d.TownHTML(&d.Towns[2])
		if err != nil {
			t.Fatal(err)
		}
		again, _ := d.HTML()
		if !bytes.Equal(text, again) {
			t.Error("differs")
		}
		t.Log(len(text), len(town))
		os.WriteFile(filepath.Join("/tmp/pg", "page"+string(l)+".html"), text, 0o644)
		os.WriteFile(filepath.Join("/tmp/pg", "town"+string(l)+".html"), town, 0o644)
	}
}

func BenchmarkHTML(b *testing.B) {
	d := sample("", 14, 50)
	for b.Loop() {
		if _, err := d.HTML(); err != nil {
			b.Fatal(err)
		}
	}
}
