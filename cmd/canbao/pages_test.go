package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"canbao/reports/access"
	"canbao/reports/audit"
	questions "canbao/reports/desk"
	"canbao/reports/web"
)

// pagesPassword is that of everybody in these tests.
const pagesPassword = "走访与查询都要记录 5823"

// pagesUsers are one of each role.
var pagesUsers = []access.User{
	{Name: "lin", Role: access.Leader},
	{Name: "zhang", Role: access.Analyst},
	{Name: "qian", Role: access.Analyst},
	{Name: "fotang", Role: access.Town, Areas: []string{"330782100"}},
	{Name: "jing", Role: access.Operator},
	{Name: "shen", Role: access.Auditor},
}

// pages is the service over a built city.
type pages struct {
	*testing.T
	dir   string // the workspace
	url   string
	users *access.Users
	desk  *questions.Desk
	most  int // queries of one user at once
}

// pagesOver serves a workspace to users of every role.
func pagesOver(t *testing.T, dir string, change func(*web.Options)) *pages {
	t.Helper()
	a := &app{out: io.Discard, errors: io.Discard, dir: dir, name: "serve",
		set: settings{Lang: "zh", MemoryLimit: "600MB", Threads: 2, Wait: "5s", KeyFile: os.Getenv("CANBAO_KEY_FILE"), Campaigns: []string{filepath.Join(dir, campaignFile)}}}
	users, err := access.OpenUsers(filepath.Join(dir, "service", "users.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range pagesUsers {
		if _, known := users.Find(u.Name); known {
			continue
		}
		if err := users.Add(u, pagesPassword); err != nil {
			t.Fatal(err)
		}
	}
	record, err := audit.Open(a.auditDir())
	if err != nil {
		t.Fatal(err)
	}
	d, err := questions.Open(t.Context(), questions.Options{Published: a.publishDir(), Temp: t.TempDir(), Audit: record, Poll: 100 * time.Millisecond,
		Limits: func(r access.Role) access.Limits {
			l := r.Limits()
			l.Concurrent = 2
			return l
		}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	o := web.Options{Users: users, Audit: record, AuditDir: a.auditDir(), Desk: d, Office: a.newOffice(), Reason: reasonText,
		Bulletins: filepath.Join(dir, "reports"), Service: filepath.Join(dir, "service")}
	if change != nil {
		change(&o)
	}
	s, err := web.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	server := httptest.NewServer(s.Handler())
	t.Cleanup(server.Close)
	return &pages{t, dir, server.URL, users, d, 2}
}

// browser is somebody signed in, without a screen.
type browser struct {
	*http.Client
	p *pages
}

func (p *pages) as(name string) *browser {
	p.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.Fatal(err)
	}
	b := &browser{&http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, p}
	if status, _, _ := b.post("/sign-in", url.Values{"name": {name}, "password": {pagesPassword}}); status != http.StatusSeeOther {
		p.Fatalf("%s cannot sign in: %d", name, status)
	}
	return b
}

func (b *browser) get(path string) (status int, text string, h http.Header) {
	b.p.Helper()
	return b.do(http.MethodGet, path, nil, "")
}

func (b *browser) post(path string, form url.Values) (status int, text string, h http.Header) {
	b.p.Helper()
	return b.do(http.MethodPost, path, strings.NewReader(form.Encode()), "application/x-www-form-urlencoded")
}

func (b *browser) do(method, path string, body io.Reader, kind string) (status int, text string, h http.Header) {
	b.p.Helper()
	q, err := http.NewRequestWithContext(b.p.Context(), method, b.p.url+path, body)
	if err != nil {
		b.p.Fatal(err)
	}
	if kind != "" {
		q.Header.Set("Content-Type", kind)
	}
	a, err := b.Do(q)
	if err != nil {
		b.p.Fatal(err)
	}
	defer a.Body.Close()
	read, err := io.ReadAll(a.Body)
	if err != nil {
		b.p.Fatalf("%s %s: %v", method, path, err)
	}
	return a.StatusCode, string(read), a.Header
}

// heard is how the page's script hears of a query.
type heard struct {
	Place         int
	Places        []int `json:"-"` // in the queue, as they were told
	Done          bool
	HTML, History string
	From          *int
	Missing       string
	Status        string
}

// ask runs a query as the page's script does.
func (b *browser) ask(text string, values map[string]string) heard {
	b.p.Helper()
	form := url.Values{"text": {text}}
	for name, value := range values {
		form.Set("value."+name, value)
	}
	q, err := http.NewRequestWithContext(b.p.Context(), http.MethodPost, b.p.url+"/query", strings.NewReader(form.Encode()))
	if err != nil {
		b.p.Fatal(err)
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Accept", "application/x-ndjson")
	a, err := b.Do(q)
	if err != nil {
		b.p.Fatal(err)
	}
	defer a.Body.Close()
	if kind := a.Header.Get("Content-Type"); kind != "application/x-ndjson" {
		b.p.Fatalf("%s: answered with %d, %s", text, a.StatusCode, kind)
	}
	var last heard
	var places []int
	lines := bufio.NewScanner(a.Body)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		last = heard{}
		if err := json.Unmarshal(lines.Bytes(), &last); err != nil {
			b.p.Fatalf("%s: %v", text, err)
		}
		places = append(places, last.Place)
	}
	last.Places = places
	if err := lines.Err(); err != nil || !last.Done {
		b.p.Fatalf("%s: no end: %v", text, err)
	}
	return last
}
