package reports

import (
	"os"
	"testing"

	"github.com/chromedp/chromedp"
)

func shotDoc(t *testing.T, l words) *Document { return sample(l, 14, 50) }

func TestZZ(t *testing.T) {
	l := words(os.Getenv("L"))
	d := shotDoc(t, l)
	text := pageOf(t, d)
	os.WriteFile("/tmp/pg/page"+string(l)+".html", text, 0o644)
	os.WriteFile("/tmp/pg/town"+string(l)+".html", townOf(t, d, 0), 0o644)
	os.WriteFile("/tmp/pg/wall"+string(l)+".html", wallOf(t, d), 0o644)
	t.Log(len(text), len(townOf(t, d, 0)), len(wallOf(t, d)))
	if os.Getenv("NOSHOT") != "" {
		return
	}
	v := newVisitor(t)
	for _, c := range []struct {
		n    string
		w, h int64
	}{{"390", 390, 844}, {"1366", 1366, 768}, {"1920", 1920, 1080}} {
		var as []chromedp.EmulateViewportOption
		if c.w == 390 {
			as = append(as, chromedp.EmulateMobile)
		}
		v.open(t, text, c.w, c.h, as...)
		for _, hash := range []string{"", "#town-" + d.Towns[1].Code} {
			tell[string](t, v, "location.hash='"+hash+"'")
			tell[[]box](t, v, drawAll)
			img, err := chromedp.Run(v, chromedp.FullScreenshot(80))
			if err != nil {
				t.Fatal(err)
			}
			n := "city"
			if hash != "" {
				n = "town"
			}
			os.WriteFile("/tmp/pg/s-"+n+"-"+c.n+string(l)+".jpg", img, 0o644)
		}
	}
}
