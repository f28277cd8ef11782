package web

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// visitor is a headless Chromium, and what it complained of.
type visitor struct {
	context.Context
	t     testing.TB
	s     *service
	mutex sync.Mutex
	said  []string
}

func newVisitor(t testing.TB, s *service) *visitor {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no Chromium on this machine: the pages were not opened in a browser")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.NoSandbox, // a container's root has no other way
	)
	v := &visitor{t: t, s: s}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	v.Context, cancel = chromedp.NewContext(ctx, chromedp.WithListener(v.notice))
	t.Cleanup(cancel)
	return v
}

func (v *visitor) notice(event any) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		var text strings.Builder
		for _, a := range e.Args {
			fmt.Fprintf(&text, " %s", a.Value)
		}
		v.said = append(v.said, string(e.Type)+text.String())
	case *runtime.EventExceptionThrown:
		v.said = append(v.said, "uncaught "+e.ExceptionDetails.Exception.Description)
	case *log.EventEntryAdded:
		if strings.HasPrefix(e.Entry.Text, "Autofocus processing was blocked") {
			return // a hand was faster than the page
		}
		v.said = append(v.said, string(e.Entry.Level)+" "+e.Entry.Text)
	}
}

// quiet fails where a page complained: of a script or style that its policy
// forbids, or of an error.
func (v *visitor) quiet() {
	v.t.Helper()
	v.mutex.Lock()
	defer v.mutex.Unlock()
	for _, said := range v.said {
		v.t.Errorf("the page complained: %s", said)
	}
	v.said = nil
}

func (v *visitor) do(steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	if err := chromedp.Do(v, steps...); err != nil {
		v.t.Fatal(err)
	}
}

func (v *visitor) open(path string) { v.t.Helper(); v.do(chromedp.Navigate(v.s.url + path)) }

// tell evaluates an expression in the page; a promise is waited for.
func tell[T any](v *visitor, expression string) T {
	v.t.Helper()
	got, err := chromedp.Run(v, chromedp.Evaluate[T](expression, func(p *runtime.EvaluateParams) {
		wait := true
		p.AwaitPromise = &wait
	}))
	if err != nil {
		v.t.Fatal(err)
	}
	return got
}

// until waits for a condition of the page, and for all of the page: a step on one
// that is still being put in the place of another finds its element gone.
func (v *visitor) until(what, condition string) {
	v.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(25 * time.Millisecond) {
		// While one page follows another there is nobody to ask, or half a page.
		holds, err := chromedp.Run(v, chromedp.Evaluate[bool]("(function () { try { return document.readyState === 'complete' && !!("+condition+"); } catch (e) { return false; } })()"))
		if err == nil && holds {
			return
		}
	}
	v.t.Fatalf("%s: it did not come about: %s", what, tell[string](v, "location.href + ' ' + document.body.innerText.slice(0, 300)"))
}

// size is the window.
func (v *visitor) size(width, height int64) {
	v.t.Helper()
	var as []chromedp.EmulateViewportOption
	if width < 600 {
		as = append(as, chromedp.EmulateMobile)
	}
	v.do(chromedp.EmulateViewport(width, height, as...))
}

// drawAll brings every chart near the window and waits until it is drawn.
const drawAll = `(async function () {
	for (var b of document.querySelectorAll('.box[data-h]')) {
		if (!b.checkVisibility()) continue;
		b.scrollIntoView();
		for (var n = 0; n < 100 && !b.matches('.drawn'); n++) await new Promise(function (r) { setTimeout(r, 20); });
	}
	window.scrollTo(0, 0);
	return Array.from(document.querySelectorAll('.box[data-h]:not(.drawn)')).filter(function (b) { return b.checkVisibility(); }).length;
})()`

// keep saves what is seen where somebody wants to look: CANBAO_PICTURES names a
// folder.
func (v *visitor) keep(name string) {
	v.t.Helper()
	dir := os.Getenv("CANBAO_PICTURES")
	if dir == "" {
		return
	}
	text, err := chromedp.Run(v, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), text, 0o644)
	}
	if err != nil {
		v.t.Error(err)
	}
}

// sign signs in through the form.
func (v *visitor) sign(name string) {
	v.t.Helper()
	v.open("/sign-in")
	v.do(chromedp.SendKeys("#name", name), chromedp.SendKeys("#password", testPassword), chromedp.Click("button.main"))
	v.until("signing in", "location.pathname !== '/sign-in' && document.querySelector('.who .name')")
}

// audit is what a reader could stumble over.
func (v *visitor) audit() []string {
	v.t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "testdata", "audit.js"))
	if err != nil {
		v.t.Fatal(err)
	}
	return tell[[]string](v, string(text))
}

// TestPagesInBrowser opens the pages at a desk and on a phone: nothing is wider
// than the window, every chart is drawn, nothing is hard to read, and the policy
// is broken nowhere.
func TestPagesInBrowser(t *testing.T) {
	v := newVisitor(t, opened(t, nil))
	for _, size := range [][2]int64{{1366, 900}, {375, 812}} {
		v.size(size[0], size[1])
		v.sign("lin")
		for _, page := range []struct {
			name, path string
			charts     bool
		}{
			{"sign", "/sign-in", false}, {"city", "/?day=2020-12-10", true}, {"items", "/items?day=2020-12-10", true}, {"money", "/money", true}, {"basis", "/basis", false},
			{"item", "/item/medical_hukou?day=2020-12-10", true}, {"town", "/area/330782100?day=2020-12-10", true},
			{"village", "/area/" + v.s.city.village + "?day=2020-12-10", true}, {"bulletins", "/bulletins", false},
		} {
			v.open(page.path)
			if n := tell[int](v, drawAll); n > 0 {
				t.Errorf("%s: %d charts are not drawn", page.name, n)
			}
			if any := tell[bool](v, "document.querySelectorAll('.box.drawn').length > 0"); any != page.charts {
				t.Errorf("%s has charts: %v", page.name, any)
			}
			if wide := tell[int](v, "document.documentElement.scrollWidth"); wide > int(size[0]) {
				t.Errorf("%s is %d wide in a window of %d", page.name, wide, size[0])
			}
			for _, bad := range v.audit() {
				t.Errorf("%s at %d: %s", page.name, size[0], bad)
			}
			v.keep(fmt.Sprintf("%s-%d", page.name, size[0]))
		}
	}
	v.quiet()
}

// TestLeaderInBrowser is a leader's way through the pages: signs in, slides to
// another day, goes down to a village and back, and signs out.
func TestLeaderInBrowser(t *testing.T) {
	v := newVisitor(t, opened(t, nil))
	v.size(1366, 900)
	v.open("/items")
	v.until("who is not signed in is asked to", "location.pathname === '/sign-in' && document.activeElement.id === 'name'")
	v.do(chromedp.SendKeys("#name", "lin"), chromedp.SendKeys("#password", testPassword+kb.Enter))
	v.until("the page that was asked for comes after the sign-in", "location.pathname === '/items'")
	v.do(chromedp.Click(`.menu a[href="/"]`))
	v.until("the first page", "location.pathname === '/' && document.querySelector('form.slider') && window.canbao")

	// The slider by keyboard: a day back, in place.
	latest := tell[string](v, "document.querySelector('form.slider').dataset.day")
	day, err := time.Parse(time.DateOnly, latest)
	if err != nil {
		t.Fatal(err)
	}
	before, said := day.AddDate(0, 0, -1).Format(time.DateOnly), day.AddDate(0, 0, -1).Format("2006年1月2日")
	tell[bool](v, "window.mark = {}, true")
	v.do(chromedp.Focus("#at"), chromedp.KeyEvent(kb.ArrowLeft))
	v.until("the day before", "location.search === '?day="+before+"' && document.querySelector('.mast .issue b').textContent.includes('"+said+"')")
	if !tell[bool](v, "!!window.mark") {
		t.Error("the whole page was loaded anew")
	}
	if at := tell[string](v, "document.activeElement.id"); at != "at" {
		t.Errorf("the keyboard is at %q after the slide", at)
	}
	if got := tell[string](v, "document.getElementById('said').textContent + document.getElementById('at').getAttribute('aria-valuetext')"); got != said+said {
		t.Errorf("the slider says %q", got)
	}
	tell[bool](v, "(function () { var r = document.getElementById('at'); r.value = 19; r.dispatchEvent(new Event('input', {bubbles: true})); return true; })()")
	v.until("the slider dragged", "location.search === '?day=2020-11-20' && document.querySelector('.foot').textContent.includes('2020年11月20日')")
	if n := tell[int](v, drawAll); n > 0 {
		t.Errorf("%d charts are not drawn after the slide", n)
	}

	// Down to a village on that day, and the way back.
	v.do(chromedp.Click(`table.rank a[href="/area/330782100?day=2020-11-20"]`))
	v.until("the town", "location.pathname === '/area/330782100' && document.querySelector('h1').textContent.includes('佛堂镇') && document.querySelector('.mast .issue b').textContent.includes('11月20日')")
	tell[bool](v, "document.querySelector('section.annex summary').click(), true")
	v.do(chromedp.Click(`section.annex a[href^="/area/` + v.s.city.village + `"]`))
	v.until("the village", "location.pathname === '/area/"+v.s.city.village+"' && document.querySelectorAll('.crumbs li').length === 3")
	v.do(chromedp.Click(`.crumbs li:first-child a`))
	v.until("back at the city on that day", "location.pathname + location.search === '/?day=2020-11-20'")
	v.do(chromedp.Click(`.marks a:last-child`))
	v.until("the latest day", "location.search === '' && document.querySelector('form.slider').dataset.day === '"+latest+"'")
	tell[bool](v, "history.back(), true")
	v.until("the browser's own way back", "location.search === '?day=2020-11-20' && document.querySelector('.foot').textContent.includes('2020年11月20日')")

	v.do(chromedp.Click(`.who form[action="/sign-out"] button`))
	v.until("signed out", "location.pathname === '/sign-in' && !document.querySelector('.who .name')")
	tell[bool](v, "history.back(), true")
	v.until("what was seen is not seen again", "location.pathname === '/sign-in'")
	v.quiet()
}

// TestSecondTabInBrowser signs out in one tab and slides in the other.
func TestSecondTabInBrowser(t *testing.T) {
	v := newVisitor(t, opened(t, nil))
	v.size(1366, 900)
	v.sign("lin")
	first := v.Context
	var cancel context.CancelFunc
	v.Context, cancel = chromedp.NewContext(first)
	defer cancel()
	v.open("/")
	v.do(chromedp.Click(`.who form[action="/sign-out"] button`))
	v.until("signed out in the second tab", "location.pathname === '/sign-in'")
	v.Context = first
	to := tell[string](v, "document.querySelector('.step[rel=prev]').getAttribute('href')")
	v.do(chromedp.Focus("#at"), chromedp.KeyEvent(kb.ArrowLeft))
	v.until("the first tab is asked to sign in", "location.pathname === '/sign-in' && document.querySelector('main input[name=next]').value === '"+to+"'")
	v.do(chromedp.SendKeys("#name", "lin"), chromedp.SendKeys("#password", testPassword+kb.Enter))
	v.until("and comes back to its day", "location.pathname + location.search === '"+to+"'")
	v.quiet()
}

// TestWithoutScriptInBrowser reads where no script runs.
func TestWithoutScriptInBrowser(t *testing.T) {
	v := newVisitor(t, opened(t, nil))
	v.size(1366, 900)
	v.sign("lin")
	v.do(chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
	v.open("/?day=2020-12-10")
	if n := tell[int](v, "Array.from(document.querySelectorAll('figure .box > svg')).filter(function (e) { return e.checkVisibility() && e.getBoundingClientRect().width > 100; }).length"); n < 4 {
		t.Errorf("%d still pictures are seen", n)
	}
	v.do(chromedp.Focus("#at"), chromedp.KeyEvent(kb.ArrowLeft), chromedp.Click(".go-day"))
	v.until("the day before, by the button", "location.search === '?day=2020-12-09'")
	v.quiet()
}
