package reports

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"canbao/models/measure"
)

// box is what the page tells of one chart.
type box struct {
	ID                string
	Live              bool // it has a drawing that moves
	Shapes, Texts     int  // of that
	Stills, Words     int  // of the picture that does not
	Width, Height     float64
	StillSeen, IsSeen bool
}

// drawAll brings every chart of the page that is shown near the window, waits
// until it is drawn, and reads them.
const drawAll = `(async function () {
	var page = document.querySelector('.page.on') || document.body;
	var figures = Array.from(page.querySelectorAll('figure')).filter(function (f) { return f.checkVisibility(); });
	for (var f of figures) {
		var b = f.querySelector('.box');
		f.scrollIntoView();
		for (var n = 0; n < 100 && b.matches('.live:not(.drawn)'); n++) await new Promise(function (r) { setTimeout(r, 20); });
	}
	window.scrollTo(0, 0);
	return figures.map(function (f) {
		var b = f.querySelector('.box'), still = b.querySelector(':scope > svg'), live = b.querySelector(':scope > div svg');
		function ink(svg) { return svg ? Array.from(svg.querySelectorAll(svg === still ? ':scope > path, :scope > circle' : 'path, circle')).filter(function (p) { return p.tagName === 'circle' || (p.getAttribute('d') || '').length > 4; }).length : 0; }
		function texts(svg) { return svg ? svg.querySelectorAll(svg === still ? ':scope > text' : 'text').length : 0; }
		var seen = live && live.checkVisibility() ? live : still, r = seen ? seen.getBoundingClientRect() : {width: 0, height: 0};
		return { ID: f.id, Live: b.matches('.live'), Shapes: ink(live), Texts: texts(live), Stills: ink(still), Words: texts(still),
			Width: r.width, Height: r.height, StillSeen: !!still && still.checkVisibility(), IsSeen: !!live && live.checkVisibility() };
	});
})()`

func (b box) fault() string {
	switch {
	case b.Stills < 2 || b.Words < 2:
		return "has no still picture"
	case b.Live && (b.Shapes < 2 || b.Texts < 2):
		return "is not drawn"
	case b.Width < 100 || b.Height < 30:
		return "has no room"
	case b.Live == b.StillSeen || b.Live != b.IsSeen:
		return "shows the wrong one of its drawings"
	}
	return ""
}

// checkPage fails where a page that is open has a chart without ink, anything to
// stumble over, or is wider than its window.
func (v *visitor) checkPage(t *testing.T, width int64) {
	t.Helper()
	boxes := tell[[]box](t, v, drawAll)
	if len(boxes) == 0 {
		t.Error("no chart at all")
	}
	for _, b := range boxes {
		if fault := b.fault(); fault != "" {
			t.Errorf("chart %s %s: %+v", b.ID, fault, b)
		}
	}
	for _, bad := range v.audit(t) {
		t.Error(bad)
	}
	if wide := tell[int](t, v, "document.documentElement.scrollWidth"); wide > int(width) {
		t.Errorf("the page is %d wide in a window of %d", wide, width)
	}
}

func pageOf(t testing.TB, d *Document) []byte {
	t.Helper()
	text, err := d.HTML()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// composed is the document of a bulletin over a city of 14 towns and as many
// villages in each.
func composed(t testing.TB, lang string, villages int, ask measure.Ask) *Document {
	t.Helper()
	more := []string{}
	files := []string{"city.sql", "books.sql", "earlier.sql"}
	if villages != 2 {
		text, err := os.ReadFile(filepath.Join("..", "models", "measure", "testdata", "city.sql"))
		if err != nil {
			t.Fatal(err)
		}
		city := strings.Replace(string(text), "range(1, 3) as r(n)", fmt.Sprintf("range(1, %d) as r(n)", villages+1), 1)
		city = strings.Replace(city, "else '后山社区' end", "when 2 then '后山社区' else '下骆宅村' || n end", 1)
		if city == string(text) {
			t.Fatal("the city has no villages to multiply")
		}
		files, more = files[1:], append(more, city)
	}
	d, err := Compose(figures(t, open(t, files, more...), ask), Options{Lang: lang})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestPageInBrowser(t *testing.T) {
	v := newVisitor(t)
	phone := []chromedp.EmulateViewportOption{chromedp.EmulateMobile}
	public := measure.Ask{AsOf: day("2020-12-10"), Edition: measure.Public}
	for _, c := range []struct {
		name          string
		d             *Document
		width, height int64
		as            []chromedp.EmulateViewportOption
	}{
		{"sample at a desk", sample("", 14, 12), 1366, 768, nil},
		{"sample on a phone, in English", sample("en", 14, 12), 390, 844, phone},
		{"desk", composed(t, "", 2, measure.Ask{AsOf: day("2020-12-10")}), 1366, 768, nil},
		{"wide, in English", composed(t, "en", 2, measure.Ask{AsOf: day("2020-11-30")}), 1920, 1080, nil},
		{"phone", composed(t, "", 2, measure.Ask{AsOf: day("2020-12-18")}), 390, 844, phone},
		{"first day", composed(t, "", 2, measure.Ask{AsOf: day("2020-11-01")}), 1366, 768, nil},
		{"public", composed(t, "", 2, public), 1366, 768, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			v.open(t, pageOf(t, c.d), c.width, c.height, c.as...)
			v.checkPage(t, c.width)
			if len(c.d.Towns) == 0 {
				return
			}
			town := &c.d.Towns[len(c.d.Towns)-1]
			tell[string](t, v, "location.hash = '#"+townID(town)+"'")
			time.Sleep(50 * time.Millisecond)
			if h := tell[string](t, v, "document.querySelector('.page.on h1').textContent"); h != town.Title {
				t.Errorf("the page of %s says %s", town.Title, h)
			}
			v.checkPage(t, c.width)
		})
	}
	v.quiet(t)
}

// TestTownFileInBrowser is what a town gets: no script, so all its pictures are
// still.
func TestTownFileInBrowser(t *testing.T) {
	v := newVisitor(t)
	d := sample("", 3, 40)
	text, err := d.TownHTML(&d.Towns[2])
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "<script") {
		t.Error("the file of a town carries a script")
	}
	for _, width := range []int64{390, 1366} {
		v.open(t, text, width, 800)
		v.checkPage(t, width)
	}
	v.quiet(t)
}

// TestWithoutScripts reads the bulletin where none run: every page, every table,
// every picture is there.
func TestWithoutScripts(t *testing.T) {
	v := newVisitor(t)
	d := sample("", 3, 5)
	v.do(t, chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
	v.open(t, pageOf(t, d), 1366, 768)
	if class := tell[string](t, v, "document.documentElement.className"); class != "" {
		t.Fatalf("scripts did run: %s", class)
	}
	if n := tell[int](t, v, "Array.from(document.querySelectorAll('.page')).filter(function (p) { return p.checkVisibility(); }).length"); n != 4 {
		t.Errorf("%d of 4 pages are seen", n)
	}
	hidden := tell[[]string](t, v, `Array.from(document.querySelectorAll('.box > svg, section:not(.annex) > .s table, .lead li')).filter(function (e) {
		return !e.checkVisibility() || e.getBoundingClientRect().width < 100; }).map(function (e) { return e.outerHTML.slice(0, 80); })`)
	if len(hidden) > 0 {
		t.Errorf("not seen: %v", hidden)
	}
	for _, bad := range v.audit(t) {
		t.Error(bad)
	}
	v.quiet(t)
}

// TestOnPaper is the page as it is printed: all of it, still pictures, and
// annexes that nobody opened.
func TestOnPaper(t *testing.T) {
	v := newVisitor(t)
	v.open(t, pageOf(t, sample("", 3, 5)), 1366, 768)
	tell[[]box](t, v, drawAll)
	v.do(t, media("print"))
	hidden := tell[[]string](t, v, `Array.from(document.querySelectorAll('.page, .box > svg, .s table')).filter(function (e) {
		return !e.closest('.data') && !e.checkVisibility({ contentVisibilityAuto: true }); }).map(function (e) { return e.outerHTML.slice(0, 80); })`)
	if len(hidden) > 0 {
		t.Errorf("not printed: %v", hidden)
	}
	shown := tell[[]string](t, v, `Array.from(document.querySelectorAll('.nav, .steps, .data table, .box > div, .skip')).filter(function (e) {
		return e.checkVisibility(); }).map(function (e) { return e.outerHTML.slice(0, 80); })`)
	if len(shown) > 0 {
		t.Errorf("printed: %v", shown)
	}
	if red := tell[string](t, v, "getComputedStyle(document.querySelector('h1')).color"); red != "rgb(0, 0, 0)" {
		t.Errorf("the title is printed in %s", red)
	}
}

// TestKeyboard walks the page by keys alone.
func TestKeyboard(t *testing.T) {
	v := newVisitor(t)
	d := sample("", 3, 5)
	v.open(t, pageOf(t, d), 1366, 768)
	press := func(key string) string {
		v.do(t, chromedp.KeyEvent(key))
		return tell[string](t, v, `(function () { var e = document.activeElement, s = getComputedStyle(e);
			return (e.className || e.tagName) + ' ' + (parseFloat(s.outlineWidth) > 1 && s.outlineStyle !== 'none' && e.getBoundingClientRect().left >= 0 ? 'seen' : 'not seen'); })()`)
	}
	if at := press(kb.Tab); at != "skip seen" {
		t.Errorf("the first stop is %s", at)
	}
	if at := press(kb.Tab); at != "home seen" {
		t.Errorf("the second stop is %s", at)
	}
	for n := 0; press(kb.Tab) != "SUMMARY seen"; n++ {
		if n > 20 {
			t.Fatal("the list of towns is not reached")
		}
	}
	press(kb.Enter)
	if open := tell[bool](t, v, "document.querySelector('.towns').open"); !open {
		t.Error("the list of towns does not open")
	}
	press(kb.Escape)
	if open := tell[bool](t, v, "document.querySelector('.towns').open"); open {
		t.Error("the list of towns does not close")
	}
	press(kb.Enter)
	press(kb.Tab)
	press(kb.Enter)
	time.Sleep(50 * time.Millisecond)
	if h := tell[string](t, v, "document.activeElement.textContent"); h != d.Towns[0].Title {
		t.Errorf("after the choice of a town the reader stands at %s", h)
	}
	// An annex that is led to is open.
	tell[string](t, v, "location.hash = '#s-city-annex-1'")
	time.Sleep(50 * time.Millisecond)
	if open := tell[bool](t, v, "document.querySelector('#s-city-annex-1 details').open"); !open {
		t.Error("an annex that is led to stays closed")
	}
	stops := tell[[]string](t, v, `Array.from(document.querySelectorAll('.page.on .s')).filter(function (s) { return s.checkVisibility(); }).filter(function (s) {
		return (s.scrollWidth > s.clientWidth + 1) !== (s.tabIndex === 0); }).map(function (s) { return s.getAttribute('aria-label') + s.scrollWidth + ' ' + s.clientWidth; })`)
	if len(stops) > 0 {
		t.Errorf("stops of the keyboard where nothing scrolls, or none where it does: %v", stops)
	}
}

// BenchmarkDrawn measures from the start of loading a bulletin of 700 villages
// until the charts in sight are drawn and answer to the pointer (wanted: at most
// 1000 ms), and weighs the page (at most 2.5 MB).
func BenchmarkDrawn(b *testing.B) {
	v := newVisitor(b)
	text := pageOf(b, composed(b, "", 50, measure.Ask{AsOf: day("2020-12-10")}))
	var total float64
	for b.Loop() {
		v.open(b, text, 1366, 768)
		total += tell[float64](b, v, `(async function () {
			function waits() { return Array.from(document.querySelectorAll('.page.on .box.live')).some(function (b) { return b.getBoundingClientRect().top < innerHeight && !b.matches('.drawn'); }); }
			while (waits()) await new Promise(requestAnimationFrame);
			return performance.getEntriesByName('drawn').reduce(function (n, e) { return Math.max(n, e.startTime); }, performance.timing.domInteractive - performance.timing.navigationStart);
		})()`)
	}
	b.ReportMetric(total/float64(b.N), "drawn-ms")
	b.ReportMetric(float64(len(text))/1e6, "page-MB")
}

func TestWallInBrowser(t *testing.T) {
	for _, lang := range []words{"", "en"} {
		v := newVisitor(t)
		d := composed(t, string(lang), 2, measure.Ask{AsOf: day("2020-12-10")})
		text, err := d.Wall()
		if err != nil {
			t.Fatal(err)
		}
		v.open(t, text, 1920, 1080)
		views := tell[int](t, v, "document.querySelectorAll('.view').length")
		if views < 12 || views > 20 {
			t.Errorf("%d views", views)
		}
		for n := range views {
			if on := tell[int](t, v, "Array.from(document.querySelectorAll('.view')).findIndex(function (e) { return e.checkVisibility({ visibilityProperty: true }); })"); on != n {
				t.Errorf("view %d is shown after %d turns", on, n)
			}
			for _, bad := range append(v.audit(t), tell[[]string](t, v, wallFaults)...) {
				t.Errorf("view %d: %s", n+1, bad)
			}
			v.do(t, chromedp.KeyEvent(kb.ArrowRight))
		}
		if count := tell[string](t, v, "document.querySelector('.count').textContent"); count != "1" {
			t.Errorf("after the last view comes view %s", count)
		}
		v.quiet(t)
	}
}

// wallFaults is what cannot be read from six metres or is not in sight: letters
// are measured as they stand on the screen, those of pictures too.
const wallFaults = `(function () {
	var bad = [];
	Array.from(document.querySelectorAll('.view.on *, .top *')).forEach(function (e) {
		if (!Array.from(e.childNodes).some(function (n) { return n.nodeType === 3 && /\S/.test(n.data); }) || !e.checkVisibility() || e.closest('caption, abbr')) return;
		var r = e.getBoundingClientRect();
		if (r.right > 1921 || r.bottom > 1035 || r.left < 0 || r.top < 0) bad.push('out of sight: ' + e.textContent.slice(0, 30) + ' ' + Math.round(r.right) + ' ' + Math.round(r.bottom));
		var svg = e.closest('svg'), size = parseFloat(getComputedStyle(e).fontSize) * (svg ? svg.getScreenCTM().a : 1);
		if (size < 18) bad.push('too small: ' + size.toFixed(1) + ' ' + e.textContent.slice(0, 30));
	});
	return bad;
})()`

// TestWallHolds holds a view by the space bar, and turns without motion for
// those who do not bear it.
func TestWallHolds(t *testing.T) {
	v := newVisitor(t)
	text, err := sample("", 3, 5).Wall()
	if err != nil {
		t.Fatal(err)
	}
	v.open(t, []byte(strings.Replace(string(text), "SECONDS = 15", "SECONDS = 0.2", 1)), 1920, 1080)
	count := func() string { return tell[string](t, v, "document.querySelector('.count').textContent") }
	time.Sleep(300 * time.Millisecond)
	if count() == "1" {
		t.Error("it does not turn by itself")
	}
	v.do(t, chromedp.KeyEvent(" "))
	held := count()
	time.Sleep(500 * time.Millisecond)
	if count() != held {
		t.Error("it turns although it is held")
	}
	if state := tell[string](t, v, "getComputedStyle(document.querySelector('.clock i')).animationPlayState"); state != "paused" {
		t.Errorf("its clock is %s while it is held", state)
	}
	v.do(t, chromedp.KeyEvent(" "))
	time.Sleep(500 * time.Millisecond)
	if count() == held {
		t.Error("it does not go on")
	}
	v.do(t, media("screen", &emulation.MediaFeature{Name: "prefers-reduced-motion", Value: "reduce"}))
	if name := tell[string](t, v, "getComputedStyle(document.querySelector('.clock i')).animationName"); name != "none" {
		t.Errorf("its clock moves where motion is not wanted: %s", name)
	}
	v.quiet(t)
}
