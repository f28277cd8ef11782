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

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
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

// until waits for a condition of the page.
func (v *visitor) until(what, condition string) {
	v.t.Helper()
	for range 200 {
		if tell[bool](v, "!!("+condition+")") {
			return
		}
		time.Sleep(25 * time.Millisecond)
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
	v.until("signing in", "document.querySelector('.who .name')")
}

func TestLookAround(t *testing.T) {
	v := newVisitor(t, opened(t, nil))
	v.size(1366, 900)
	v.open("/sign-in")
	v.keep("sign-desk")
	v.sign("lin")
	for _, page := range []struct{ name, path string }{
		{"city", "/?day=2020-12-10"}, {"items", "/items?day=2020-12-10"}, {"money", "/money"}, {"basis", "/basis"}, {"item", "/item/medical_hukou?day=2020-12-10"},
		{"town", "/area/330782100?day=2020-12-10"}, {"village", "/area/330782100201?day=2020-12-10"}, {"bulletins", "/bulletins"}, {"missing", "/nowhere"},
	} {
		for _, size := range [][2]int64{{1366, 900}, {375, 812}} {
			v.size(size[0], size[1])
			v.open(page.path)
			if n := tell[int](v, drawAll); n > 0 {
				t.Errorf("%s: %d charts are not drawn", page.name, n)
			}
			if wide := tell[int](v, "document.documentElement.scrollWidth"); wide > int(size[0]) {
				t.Errorf("%s is %d wide in a window of %d", page.name, wide, size[0])
			}
			v.keep(fmt.Sprintf("%s-%d", page.name, size[0]))
		}
	}
	v.quiet()
}
