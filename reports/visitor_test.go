package reports

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// visitor is a headless Chromium without any network, and what it noticed.
type visitor struct {
	context.Context
	mutex       sync.Mutex
	asked, said []string // addresses asked for; console, uncaught errors
}

func newVisitor(t testing.TB) *visitor {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no Chromium on this machine: the bulletin was not opened in a browser")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.NoSandbox, // a container's root has no other way
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND"),
		chromedp.ProxyServer("127.0.0.1:9"), // nobody listens there
	)
	v := &visitor{}
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
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(e.Request.URL, "data:") {
			v.asked = append(v.asked, e.Request.URL)
		}
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

// quiet fails where the page asked for more than itself, or complained.
func (v *visitor) quiet(t testing.TB) {
	t.Helper()
	v.mutex.Lock()
	defer v.mutex.Unlock()
	for _, address := range v.asked {
		if !strings.HasPrefix(address, "file://") || !strings.HasSuffix(address, "/page.html") {
			t.Errorf("the page asked for %s", address)
		}
	}
	if len(v.said) > 0 {
		t.Errorf("console: %v", v.said)
	}
}

func (v *visitor) do(t testing.TB, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(v, steps...); err != nil {
		t.Fatal(err)
	}
}

// open shows a page in a window of that size.
func (v *visitor) open(t testing.TB, text []byte, width, height int64, as ...chromedp.EmulateViewportOption) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	v.do(t, chromedp.EmulateViewport(width, height, as...), chromedp.Navigate((&url.URL{Scheme: "file", Path: path}).String()))
}

// tell evaluates an expression in the page; a promise is waited for.
func tell[T any](t testing.TB, v *visitor, expression string) T {
	t.Helper()
	got, err := chromedp.Run(v, chromedp.Evaluate[T](expression, func(p *runtime.EvaluateParams) {
		wait := true
		p.AwaitPromise = &wait
	}))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// media is what the page believes to stand on: screen or print, and whether
// its reader bears motion.
func media(medium string, features ...*emulation.MediaFeature) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: medium, Features: features})
		return err
	})
}

// audit is what a reader could stumble over.
func (v *visitor) audit(t testing.TB) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "audit.js"))
	if err != nil {
		t.Fatal(err)
	}
	return tell[[]string](t, v, string(text))
}

// TestVisitorSeesFaults holds the browser tests to their word: a page that asks
// the network, complains, throws, and is hard to read is found out.
func TestVisitorSeesFaults(t *testing.T) {
	v := newVisitor(t)
	v.open(t, []byte(`<!DOCTYPE html><h1 id="x">a</h1><h3 id="x">skipped</h3><img src="https://example.org/x.png"><p style="color:#999">pale</p>
		<table><tr><th>a<td>b<tr><td>c</table><div style="width:20px;overflow:hidden"><p style="white-space:nowrap">cut off here</p></div>
		<div class="box" role="img" aria-label="b"><svg viewBox="0 0 9 9" width="90" height="90"><path d="M0 0L9 0L9 9L0 9Z" fill="#333333"/><text x="1" y="5" font-size="2" fill="#000000">dark</text><text x="8" y="3" font-size="2">outside</text></svg></div>
		<a href="#gone"></a><script>console.error("first"); throw new Error("second")</script>`), 800, 600)
	time.Sleep(200 * time.Millisecond)
	bad := strings.Join(v.audit(t), "\n")
	for _, want := range []string{"twice: #x", "h3 under h1", "no name: img", `p "pale"`, "without caption", "header of nothing", "rows of 2,1", `cut: p "cut off`, `text "dark"`, `outside its picture: text "outside"`, "leads nowhere", "nothing to say"} {
		if !strings.Contains(bad, want) {
			t.Errorf("%q is not among\n%s", want, bad)
		}
	}
	v.mutex.Lock()
	defer v.mutex.Unlock()
	if !slices.Contains(v.asked, "https://example.org/x.png") {
		t.Errorf("the request was not seen: %v", v.asked)
	}
	all := strings.Join(v.said, "\n")
	for _, word := range []string{"first", "second", "ERR_"} {
		if !strings.Contains(all, word) {
			t.Errorf("%s was not heard in %v", word, v.said)
		}
	}
}
