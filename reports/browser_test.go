package reports

import (
	"context"
	"fmt"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

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

func newVisitor(t *testing.T) *visitor {
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
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
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

// noticed is all it noticed so far.
func (v *visitor) noticed() (asked, said []string) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	return slices.Clone(v.asked), slices.Clone(v.said)
}

// visit opens a page and returns its charts.
func (v *visitor) visit(t *testing.T, path string, width, height int64, phone bool) []box {
	t.Helper()
	var as []chromedp.EmulateViewportOption
	if phone {
		as = append(as, chromedp.EmulateMobile)
	}
	place := (&url.URL{Scheme: "file", Path: path}).String()
	err := chromedp.Do(v, chromedp.EmulateViewport(width, height, as...), chromedp.Navigate(place), chromedp.Sleep(300*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	boxes, err := chromedp.Run(v, chromedp.Evaluate[[]box](readBoxes))
	if err != nil {
		t.Fatal(err)
	}
	return boxes
}

// box is what the page tells of one chart.
type box struct {
	ID            string
	Shapes, Texts int
	Width, Height float64
}

func (b box) drawn() bool { return b.Shapes >= 2 && b.Texts >= 2 && b.Width >= 100 && b.Height >= 40 }

const readBoxes = `Array.from(document.querySelectorAll('.chart')).map(function (b) {
	var svg = b.querySelector('svg'), r = svg ? svg.getBoundingClientRect() : {width: 0, height: 0};
	var drawn = svg ? Array.from(svg.querySelectorAll('path')).filter(function (p) {
		return (p.getAttribute('d') || '').length > 4;
	}).length : 0;
	return {ID: b.id, Shapes: drawn, Texts: b.querySelectorAll('svg text').length, Width: r.width, Height: r.height};
})`

func TestBulletinInBrowser(t *testing.T) {
	r := open(t, []string{"city.sql"})
	for _, c := range []struct {
		name          string
		o             Options
		width, height int64
		phone         bool
	}{
		{"desk", Options{AsOf: day("2020-12-10")}, 1366, 768, false},
		{"wall", Options{AsOf: day("2020-11-30"), Lang: "en"}, 1920, 1080, false},
		{"phone", Options{AsOf: day("2020-12-18")}, 390, 844, true},
		{"first day", Options{AsOf: day("2020-11-01")}, 1366, 768, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := newVisitor(t)
			path, _ := bulletin(t, r, c.o)
			boxes := v.visit(t, path, c.width, c.height, c.phone)
			if len(boxes) < 12 {
				t.Errorf("%d charts", len(boxes))
			}
			for _, b := range boxes {
				if !b.drawn() {
					t.Errorf("chart %s is not drawn: %+v", b.ID, b)
				}
			}
			asked, said := v.noticed()
			if len(asked) != 1 || !strings.HasPrefix(asked[0], "file://") {
				t.Errorf("the page asked for %v", asked)
			}
			if len(said) > 0 {
				t.Errorf("console: %v", said)
			}
			wide, err := chromedp.Run(v, chromedp.Evaluate[int]("document.documentElement.scrollWidth"))
			if err != nil || wide > int(c.width) {
				t.Errorf("the page is %d wide in a window of %d, %v", wide, c.width, err)
			}
		})
	}
}

// TestVisitorSeesFaults holds the test above to its word: a page that asks the
// network, complains and throws is found out.
func TestVisitorSeesFaults(t *testing.T) {
	v := newVisitor(t)
	path := filepath.Join(t.TempDir(), "bad.html")
	text := `<div class="chart" id="empty"></div><img src="https://example.org/x.png">
		<script>console.error("first"); throw new Error("second")</script>`
	if err := writeWhole(path, []byte(text)); err != nil {
		t.Fatal(err)
	}
	boxes := v.visit(t, path, 800, 600, false)
	if len(boxes) != 1 || boxes[0].drawn() {
		t.Errorf("an empty chart passes for drawn: %+v", boxes)
	}
	asked, said := v.noticed()
	if !slices.Contains(asked, "https://example.org/x.png") {
		t.Errorf("the request was not seen: %v", asked)
	}
	all := strings.Join(said, "\n")
	for _, word := range []string{"first", "second", "ERR_"} {
		if !strings.Contains(all, word) {
			t.Errorf("%s was not heard in %v", word, said)
		}
	}
}
