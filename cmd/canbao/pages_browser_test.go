package main

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

	devtools "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// window is a window of a real browser.
type window struct {
	context.Context
	t     *testing.T
	url   string
	files string // where downloads go
	mutex sync.Mutex
	said  []string // console, uncaught errors, refused by the policy
}

func newWindow(t *testing.T, p *pages, width, height int64) *window {
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
	w := &window{t: t, url: p.url, files: t.TempDir()}
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.NoSandbox, // a container's root has no other way
	)...)
	t.Cleanup(cancel)
	w.Context, cancel = chromedp.NewContext(ctx, chromedp.WithListener(w.notice))
	t.Cleanup(cancel)
	w.do(chromedp.EmulateViewport(width, height))
	return w
}

func (w *window) notice(event any) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		w.said = append(w.said, "console: "+string(e.Type))
	case *runtime.EventExceptionThrown:
		w.said = append(w.said, "uncaught "+e.ExceptionDetails.Exception.Description)
	case *log.EventEntryAdded:
		if strings.HasPrefix(e.Entry.Text, "Autofocus processing was blocked") {
			return // a hand was faster than the page
		}
		w.said = append(w.said, e.Entry.Text)
	}
}

// quiet wants the pages to have said nothing, policy and scripts included.
func (w *window) quiet() {
	w.t.Helper()
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if len(w.said) > 0 {
		w.t.Errorf("the browser complains: %v", w.said)
	}
	w.said = nil
}

func (w *window) do(steps ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	if err := chromedp.Do(w, steps...); err != nil {
		w.t.Fatal(err)
	}
}

// js is the value of an expression, as text.
func (w *window) js(expression string) string {
	w.t.Helper()
	v, err := chromedp.Run(w, chromedp.Evaluate[any](expression))
	if err != nil {
		w.t.Fatalf("%s: %v", expression, err)
	}
	return fmt.Sprint(v)
}

// until waits for an expression to hold. While one page follows another there is
// nothing to ask, and a step on half a page finds its element gone.
func (w *window) until(expression string) {
	w.t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if holds, err := chromedp.Run(w, chromedp.Evaluate[bool]("document.readyState === 'complete' && Boolean("+expression+")")); err == nil && holds {
			return
		}
		if time.Now().After(end) {
			w.t.Fatalf("never: %s\n%s", expression, w.js("document.querySelector('main').innerText"))
		}
	}
}

func (w *window) signIn(name string) {
	w.t.Helper()
	w.do(chromedp.Navigate(w.url+"/sign-in"), chromedp.SendKeys("#name", name), chromedp.SendKeys("#password", pagesPassword+kb.Enter))
	w.until("location.pathname !== '/sign-in' && document.readyState === 'complete'")
}

func (w *window) open(path string) {
	w.t.Helper()
	w.do(chromedp.Navigate(w.url + path))
	w.until("document.readyState === 'complete'")
}

// write puts a text into the editor as if it was typed, but at once.
func (w *window) write(text string) {
	w.t.Helper()
	w.js(fmt.Sprintf("(function () { var t = document.getElementById('text'); t.value = %q; t.focus(); t.setSelectionRange(t.value.length, t.value.length); t.dispatchEvent(new Event('input', {bubbles: true})); })()", text))
}

// downloaded waits for the next file.
func (w *window) downloaded(click string) string {
	w.t.Helper()
	before, err := os.ReadDir(w.files)
	if err != nil {
		w.t.Fatal(err)
	}
	w.do(chromedp.Click(click))
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		now, err := os.ReadDir(w.files)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, f := range now {
			known := strings.HasSuffix(f.Name(), ".crdownload")
			for _, b := range before {
				known = known || b.Name() == f.Name()
			}
			if !known && len(now) == len(before)+1 {
				return filepath.Join(w.files, f.Name())
			}
		}
	}
	now, _ := os.ReadDir(w.files)
	w.t.Fatalf("nothing came of %s: %v, %v\n%s", click, now, before, w.js("document.querySelector('main').innerText"))
	return ""
}

// tryBrowser works in the pages as people do: with a keyboard, in a real
// browser, whose console stays empty.
func tryBrowser(t *testing.T, p *pages) {
	w := newWindow(t, p, 1280, 900)
	w.do(chromedp.Navigate("about:blank"))
	w.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, devtools.SetDownloadBehavior, devtools.SetDownloadBehaviorParams{
			Behavior: devtools.SetDownloadBehaviorBehaviorAllow, DownloadPath: w.files})
		return err
	}))
	w.signIn("zhang")
	w.open("/query")
	w.until("document.getElementById('ask').classList.contains('ready')")

	// Completion: a table by its short name, a column through an alias, by Tab.
	w.do(chromedp.SendKeys("#text", "select p.sex, p.age_b"+" from pers"))
	w.until("!document.getElementById('words').hidden && document.querySelector('#words b').textContent === 'mart.person'")
	w.do(chromedp.SendKeys("#text", kb.Tab+" as p where p.medical_h"))
	w.until("!document.getElementById('words').hidden && document.querySelectorAll('#words li').length === 2")
	if got := w.js("document.activeElement.getAttribute('aria-activedescendant') + document.querySelector('#words [aria-selected=true] b').textContent"); got != "word-0p.medical_hukou" {
		t.Errorf("offered: %s", got)
	}
	w.do(chromedp.SendKeys("#text", kb.ArrowDown+kb.Tab))
	if got := w.js("document.getElementById('text').value"); got != "select p.sex, p.age_b from mart.person as p where p.medical_hardship" {
		t.Errorf("completed: %s", got)
	}
	w.do(chromedp.SendKeys("#text", " and 'per"))
	if got := w.js("document.getElementById('words').hidden"); got != "true" {
		t.Error("words are offered inside a text")
	}
	w.quiet()

	// What is wrong is selected in the text.
	w.write("select age_band, count(*) as people\nfrom mart.persn group by 1")
	w.do(chromedp.SendKeys("#text", kb.Escape), chromedp.Click("#run"))
	w.until("document.querySelector('#answer .no')")
	if got := w.js("(function () { var t = document.getElementById('text'); return document.activeElement.id + ' ' + t.value.slice(t.selectionStart, t.selectionEnd); })()"); got != "text mart.persn" {
		t.Errorf("points at %q", got)
	}

	// A query with parameters, run by the keyboard; its chart.
	w.write("select age_band, sex, count(*) as people, count(*) filter (where medical_hukou) as insured from mart.person where campaign = $campaign and town = $town group by 1, 2 order by 1, 2")
	w.until("document.querySelectorAll('#values input').length === 2")
	w.do(chromedp.SendKeys("[name='value.town']", "330782100"))
	w.js("document.getElementById('text').dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', ctrlKey: true, bubbles: true, cancelable: true}))")
	w.until("document.querySelectorAll('#answer tbody tr').length > 5")
	w.until("document.querySelectorAll('#drawing.drawn svg path').length > 5")
	w.do(chromedp.Click("#up input:not(:checked)"))
	w.until("document.querySelectorAll('#drawing svg text').length > 8 && document.querySelector('#drawing svg').textContent.includes('insured')")
	w.js("(function () { var k = document.getElementById('kind'); k.value = 'line'; k.dispatchEvent(new Event('change', {bubbles: true})); })()")
	w.until("document.querySelectorAll('#drawing svg path[fill=none], #drawing svg path[fill=transparent]').length > 1")
	w.quiet()

	// Files.
	rows := w.js("document.querySelectorAll('#answer tbody tr').length")
	csvFile, err := os.ReadFile(w.downloaded("button[value=csv]"))
	if err != nil || !strings.HasPrefix(string(csvFile), "\ufeffage_band,sex,people,insured\n") || fmt.Sprint(strings.Count(string(csvFile), "\n")-1) != rows {
		t.Errorf("csv: %v, %d lines for %s rows", err, strings.Count(string(csvFile), "\n"), rows)
	}
	for format, begins := range map[string]string{"xlsx": "PK\x03\x04", "parquet": "PAR1"} {
		path := w.downloaded("button[value=" + format + "]")
		if text, err := os.ReadFile(path); err != nil || !strings.HasPrefix(string(text), begins) || filepath.Ext(path) != "."+format {
			t.Errorf("%s: %v, %d bytes", path, err, len(text))
		}
	}
	if w.js("location.pathname") != "/query" || w.js("document.querySelectorAll('#answer tbody tr').length") != rows {
		t.Error("a download takes the page away")
	}

	// Stop.
	w.write("select count(*) from range(100000000000) as r(x) where sqrt(x) > 1")
	w.do(chromedp.Click("#run"))
	w.until("!document.getElementById('stop').hidden && document.getElementById('progress').textContent.includes('执行中')")
	time.Sleep(200 * time.Millisecond)
	w.do(chromedp.Click("#stop"))
	w.until("document.getElementById('progress').textContent === '已停止' && !document.getElementById('run').disabled")
	for end := time.Now().Add(10 * time.Second); len(p.desk.Running()) > 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the stopped query goes on")
		}
	}

	// Save, share.
	w.write("select 42 as shared_answer")
	w.do(chromedp.Click(".keep summary"), chromedp.SendKeys("[name=name]", "给大家看的"), chromedp.Click("[name=shared]"), chromedp.Click("[formaction='/query/save']"))
	w.until("location.search.startsWith('?saved=') && document.querySelector('.kept a[aria-current]')")
	other := newWindow(t, p, 375, 800)
	other.signIn("qian")
	other.open("/query")
	other.js("[...document.querySelectorAll('.kept a')].find(a => a.textContent === '给大家看的').click()")
	other.until("location.search.startsWith('?saved=') && document.getElementById('text') && document.getElementById('text').value === 'select 42 as shared_answer'")
	other.do(chromedp.Click("#run"))
	other.until("document.querySelector('#answer td:not(.n)') && document.querySelector('#answer td:not(.n)').textContent === '42'")
	// On a phone nothing is wider than the screen.
	for _, path := range []string{"/query", "/tables", "/tables/mart.person", "/quality", "/books"} {
		other.open(path)
		if wide := other.js("document.documentElement.scrollWidth"); wide != "375" {
			t.Errorf("%s is %s pixels wide on a phone", path, wide)
		}
	}
	other.quiet()

	// A session that has ended: the query stays in the editor.
	w.write("select 'not lost' as x")
	if err := p.users.Passwd("zhang", pagesPassword); err != nil {
		t.Fatal(err)
	}
	w.do(chromedp.Click("#run"))
	w.until("document.getElementById('progress').textContent.includes('登录已失效')")
	if got := w.js("document.getElementById('text').value"); got != "select 'not lost' as x" {
		t.Errorf("the editor holds %q", got)
	}
	w.mutex.Lock()
	w.said = nil // the refusal, which browsers log
	w.mutex.Unlock()

	// A list revealed, on paper and on the page; a wrong role.
	w.signIn("fotang")
	w.open("/worklist?item=" + listItem + "&area=" + listTown)
	masked := w.js("document.querySelector('.people td:nth-child(3)').textContent")
	w.do(chromedp.Click("[formaction='/worklist/reveal']"))
	w.until("document.querySelector('.no')")
	w.do(chromedp.SendKeys("[name=reason]", "入户走访"), chromedp.Click("[formaction='/worklist/reveal']"))
	w.until("document.querySelector('.alert')")
	if clear := w.js("document.querySelector('.people td:nth-child(3)').textContent"); !strings.Contains(masked, "*") || strings.Contains(clear, "*") || len(clear) != 18 {
		t.Errorf("masked %q, revealed %d characters", masked, len(clear))
	}
	w.mutex.Lock()
	w.said = nil // the refusal without a reason
	w.mutex.Unlock()
	w.open("/record")
	if got := w.js("document.querySelector('main').innerText"); !strings.Contains(got, "您的角色不能看这一页") {
		t.Errorf("a town reads the record: %s", got)
	}
}
