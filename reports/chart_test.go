package reports

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"canbao/reports/draw"
)

// checkPicture holds that no text of a picture lies outside it or over another.
func checkPicture(t *testing.T, name string, p *draw.Picture) {
	t.Helper()
	texts := p.Texts()
	if len(texts) == 0 {
		t.Errorf("%s: no text at all", name)
	}
	for n, a := range texts {
		if a.Left < -0.5 || a.Top < -0.5 || a.Right > p.Width+0.5 || a.Bottom > p.Height+0.5 {
			t.Errorf("%s: %q lies outside: %.0f-%.0f, %.0f-%.0f of %.0f x %.0f", name, a.Text, a.Left, a.Right, a.Top, a.Bottom, p.Width, p.Height)
		}
		for _, b := range texts[:n] {
			if math.Min(a.Right, b.Right)-math.Max(a.Left, b.Left) > 0 && math.Min(a.Bottom, b.Bottom)-math.Max(a.Top, b.Top) > 0 {
				t.Errorf("%s: %q lies over %q", name, a.Text, b.Text)
			}
		}
	}
}

func TestSpread(t *testing.T) {
	for _, c := range []struct{ middles, want []float64 }{
		{[]float64{20, 60}, []float64{20, 60}},
		{[]float64{50, 50}, []float64{45, 55}},
		{[]float64{1, 2, 3}, []float64{5, 15, 25}},
		{[]float64{98, 99}, []float64{85, 95}},
		{[]float64{30, 30, 42, 80}, []float64{24, 34, 44, 80}},
	} {
		sizes := slices.Repeat([]float64{10}, len(c.middles))
		if got := spread(c.middles, sizes, 0, 100); !slices.Equal(got, c.want) {
			t.Errorf("spread(%v) = %v, want %v", c.middles, got, c.want)
		}
	}
}

func TestBroken(t *testing.T) {
	for text, want := range map[string][]string{
		"困难群众医保资助参保率":      {"困难群众医", "保资助参保", "率"},
		"Medical coverage": {"Medical ", "coverage"},
		"":                 {""},
	} {
		if got := broken(text, 60); !slices.Equal(got, want) {
			t.Errorf("broken(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		want      []float64
	}{
		{0, 100, []float64{0, 20, 40, 60, 80, 100}},
		{98.76, 100, []float64{98.5, 99, 99.5, 100}},
		{-3, 12, []float64{-5, 0, 5, 10, 15}},
		{7, 7, []float64{7, 7.2, 7.4, 7.6, 7.8, 8}},
	} {
		if got := ticks(c.low, c.high, 5); !slices.Equal(got, c.want) {
			t.Errorf("ticks(%v, %v) = %v, want %v", c.low, c.high, got, c.want)
		}
	}
}

// TestDayAxis holds that days under a plot do not run into one another, however
// long the campaign is.
func TestDayAxis(t *testing.T) {
	for _, days := range []int{1, 3, 6, 7, 14, 21, 28, 29, 45, 60, 120, 121, 200, 300, 365, 700, 1500} {
		for _, width := range []float64{120, 240, 600} {
			p := draw.New(width+80, 100, "")
			f := &plotFrame{Picture: p, left: 40, top: 10, right: 40 + width, bottom: 80, high: 1, first: day("2020-11-01"), days: days}
			f.dayAxis("")
			checkPicture(t, fmt.Sprintf("%d days in %.0f", days, width), p)
		}
	}
}
