package draw

import (
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// sampler is a picture with every shape.
func sampler() *Picture {
	p := New(700, 200, "各镇街距目标")
	p.Rect(0, 0, 700, 200, Style{Fill: "#FFFFFF"})
	p.Rect(10, 20, 200, 40, Style{Fill: "#0072B2", Stroke: "#333333", Width: 2})
	p.Polygon([]Point{{250, 20}, {290, 60}, {210, 60}}, Style{Stroke: "#D55E00", Dashed: true})
	p.Circle(330, 40, 20, Style{Fill: "#E69F00"})
	p.Line(10, 100, 690, 100, Style{Stroke: "#333333", Dashed: true})
	p.Polyline([]Point{{400, 60}, {450, 20}, {500, 50}}, Style{Stroke: "#56B4E9", Width: 2.5})
	p.Text(10, 80, "稠城街道𠮷 98.35%", TextStyle{Size: 14, Bold: true})
	p.Text(350, 80, "centred 12,345", TextStyle{Anchor: Middle})
	p.Text(690, 80, "−1,660人", TextStyle{Anchor: End, Color: "#D55E00"})
	p.Text(10, 120, "12,345", TextStyle{})
	return p
}

type record struct {
	kind uint32
	data []byte // with its head
}

func (r record) word(at int) uint32 { return binary.LittleEndian.Uint32(r.data[at:]) }

// records cuts a metafile as a reader does.
func records(t *testing.T, b []byte) []record {
	t.Helper()
	var all []record
	for len(b) > 0 {
		if len(b) < 8 {
			t.Fatalf("%d bytes are left over", len(b))
		}
		r := record{kind: binary.LittleEndian.Uint32(b)}
		size := binary.LittleEndian.Uint32(b[4:])
		if size < 8 || size%4 != 0 || int(size) > len(b) {
			t.Fatalf("record %d of kind %d is %d bytes long, %d are left", len(all), r.kind, size, len(b))
		}
		r.data, b = b[:size], b[size:]
		all = append(all, r)
	}
	return all
}

func TestEMFHeader(t *testing.T) {
	b := sampler().EMF()
	all := records(t, b)
	h, last := all[0], all[len(all)-1]
	if h.kind != emrHeader || string(h.data[40:44]) != " EMF" {
		t.Fatalf("begins with %d %q", h.kind, h.data[40:44])
	}
	if h.word(48) != uint32(len(b)) || h.word(52) != uint32(len(all)) {
		t.Errorf("says %d bytes and %d records, has %d and %d", h.word(48), h.word(52), len(b), len(all))
	}
	if w, h := h.word(32), h.word(36); w != 18520 || h != 5291 { // 700 and 200 pixels of 1/96 inch
		t.Errorf("is %d by %d hundredths of a millimetre", w, h)
	}
	if last.kind != emrEOF || len(last.data) != 20 || last.word(16) != 20 {
		t.Errorf("ends with %d, %v", last.kind, last.data)
	}
	about := h.data[h.word(64):][:2*h.word(60)]
	if got := decode(about); got != "canbao\x00各镇街距目标\x00\x00" {
		t.Errorf("is described as %q", got)
	}
	if string(b) != string(sampler().EMF()) {
		t.Error("the same picture gave other bytes")
	}
}

func decode(b []byte) string {
	var u []uint16
	for ; len(b) > 1; b = b[2:] {
		u = append(u, binary.LittleEndian.Uint16(b))
	}
	return string(utf16.Decode(u))
}

func TestEMFTexts(t *testing.T) {
	type line struct {
		Text, Face      string
		Align           uint32
		Bold            bool
		Charset         byte
		Color, X, Width uint32
	}
	var got []line
	var now line
	fonts := map[uint32]record{}
	for _, r := range records(t, sampler().EMF()) {
		switch r.kind {
		case emrCreateFont:
			fonts[r.word(8)] = r
		case emrSelectObject:
			if f, ok := fonts[r.word(8)]; ok {
				now.Face, _, _ = cut(decode(f.data[40:104]))
				now.Bold, now.Charset = f.word(28) == 700, f.data[35]
			}
		case emrSetTextAlign:
			now.Align = r.word(8)
		case emrSetTextColor:
			now.Color = r.word(8)
		case emrExtTextOutW:
			now.X = r.word(36) / grain
			now.Text = decode(r.data[r.word(48):][:2*r.word(44)])
			now.Width = 0
			for n := range int(r.word(44)) {
				now.Width += r.word(int(r.word(72)) + 4*n)
			}
			now.Width = (now.Width + grain/2) / grain
			got = append(got, now)
		}
	}
	want := []line{
		{"稠城街道𠮷 98.35%", "Microsoft YaHei", 24, true, 134, 0x333333, 10, 70 + 4 + 47},
		{"centred 12,345", "Arial", 24 | 6, false, 0, 0x333333, 350, 80},
		{"−1,660人", "Microsoft YaHei", 24 | 2, false, 134, 0x005ed5, 690, 49},
		{"12,345", "Arial", 24, false, 0, 0x333333, 10, 37},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func cut(s string) (string, string, bool) {
	for n, c := range s {
		if c == 0 {
			return s[:n], s[n+1:], true
		}
	}
	return s, "", false
}

// TestEMFObjects holds a metafile to using only what it has made, within the
// number of handles its header asks for.
func TestEMFObjects(t *testing.T) {
	all := records(t, sampler().EMF())
	handles := all[0].word(56) & 0xffff
	made := map[uint32]bool{emrStockNoBrush: true, emrStockNoPen: true}
	for n, r := range all {
		switch r.kind {
		case emrCreateBrush, emrExtCreatePen, emrCreateFont:
			if made[r.word(8)] || r.word(8) == 0 || r.word(8) >= handles {
				t.Errorf("record %d makes object %d of %d", n, r.word(8), handles)
			}
			made[r.word(8)] = true
		case emrSelectObject:
			if !made[r.word(8)] {
				t.Errorf("record %d takes object %d, which is not made", n, r.word(8))
			}
		case emrPolygon, emrPolyline:
			if len(r.data) != 28+8*int(r.word(24)) {
				t.Errorf("record %d of %d points is %d bytes long", n, r.word(24), len(r.data))
			}
		}
	}
}

func TestDashes(t *testing.T) {
	p := New(100, 20, "")
	p.Polyline([]Point{{0, 10}, {18, 10}, {18, 30}}, Style{Stroke: "#000000", Dashed: true})
	var got [][]int32
	for _, r := range records(t, p.EMF()) {
		if r.kind == emrPolyline {
			var at []int32
			for n := 28; n < len(r.data); n += 4 {
				at = append(at, int32(r.word(n))/grain)
			}
			got = append(got, at)
		}
	}
	// The third dash goes around the corner.
	want := [][]int32{{0, 10, 5, 10}, {8, 10, 13, 10}, {16, 10, 18, 10, 18, 13}, {18, 16, 18, 21}, {18, 24, 18, 29}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestEMFIsDrawn has LibreOffice draw a picture and looks for the ink.
func TestEMFIsDrawn(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("soffice is not installed: no metafile is drawn")
	}
	toPNG, err := exec.LookPath("pdftoppm")
	if err != nil {
		t.Skip("pdftoppm is not installed: no metafile is looked at")
	}
	dir := t.TempDir()
	// A text of one page that is as large as the picture, in twips.
	text := fmt.Sprintf(`{\rtf1\paperw10500\paperh3600\margl0\margr0\margt0\margb0 {\pict\emfblip\picwgoal10500\pichgoal3000 %x}}`, sampler().EMF())
	path := filepath.Join(dir, "sampler.rtf")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), office, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", "pdf", "--outdir", dir, path)
	cmd.WaitDelay = 10 * time.Second
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if out, err := exec.CommandContext(t.Context(), toPNG, "-png", "-singlefile", "-r", "192", filepath.Join(dir, "sampler.pdf"), filepath.Join(dir, "sampler")).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	f, err := os.Open(filepath.Join(dir, "sampler.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	size := img.Bounds().Size()
	at := func(x, y float64) color.NRGBA {
		return color.NRGBAModel.Convert(img.At(int(x*float64(size.X)/700), int(y*float64(size.Y)/240))).(color.NRGBA)
	}
	for _, c := range []struct {
		x, y float64
		want color.NRGBA
	}{
		{100, 40, color.NRGBA{0, 0x72, 0xb2, 255}}, {330, 40, color.NRGBA{0xe6, 0x9f, 0, 255}}, {250, 50, color.NRGBA{255, 255, 255, 255}},
	} {
		if got := at(c.x, c.y); got != c.want {
			t.Errorf("%v at %v, %v, want %v", got, c.x, c.y, c.want)
		}
	}
	// Where each text stands, and where the ink ends on its right.
	for _, box := range []image.Rectangle{image.Rect(8, 70, 134, 90), image.Rect(305, 70, 395, 90), image.Rect(638, 70, 692, 90)} {
		var ink []int
		for x := box.Min.X; x < box.Max.X; x++ {
			for y := box.Min.Y; y < box.Max.Y; y++ {
				if c := at(float64(x), float64(y)); int(c.R)+int(c.G)+int(c.B) < 500 {
					ink = append(ink, x)
				}
			}
		}
		if len(ink) < 100 || slices.Max(ink)-slices.Min(ink) < box.Dx()*2/3 {
			t.Errorf("the text in %v has ink at %v", box, ink)
		}
	}
}
