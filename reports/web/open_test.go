package web

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"canbao/reports/access"
	"canbao/reports/audit"
	"canbao/reports/desk"
)

// testPassword is that of everybody in the tests.
const testPassword = "一个很长的口令 7391"

// people are one of each role, and a second town.
var people = []access.User{
	{Name: "lin", Role: access.Leader},
	{Name: "zhang", Role: access.Analyst},
	{Name: "fotang", Role: access.Town, Areas: []string{"330782100"}},
	{Name: "jing", Role: access.Operator},
	{Name: "shen", Role: access.Auditor},
}

// usersFile is made once: hashing takes its time on purpose.
var usersFile = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "users")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "users.json")
	u, err := access.OpenUsers(path)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		if err := u.Add(p, testPassword); err != nil {
			return nil, err
		}
	}
	return os.ReadFile(path)
})

// service is a server over a small city, as a browser meets it.
type service struct {
	*Server
	t    testing.TB
	url  string
	city made
	dir  string // published, service, audit, reports
}

// opened starts the pages over a small city with one user of each role.
func opened(t testing.TB, change func(*Options)) *service {
	t.Helper()
	dir := t.TempDir()
	for _, sub := range []string{"published", "service", "reports"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	write := func(name string, text []byte, err error) {
		t.Helper()
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	write("published/1.duckdb", cityOf(t).snapshot, nil)
	write("published/CURRENT", []byte("1\n"), nil)
	text, err := usersFile()
	write("service/users.json", text, err)
	users, err := access.OpenUsers(filepath.Join(dir, "service", "users.json"))
	if err != nil {
		t.Fatal(err)
	}
	log, err := audit.Open(filepath.Join(dir, "audit"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := desk.Open(t.Context(), desk.Options{Published: filepath.Join(dir, "published"), Audit: log, Temp: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	o := Options{Users: users, Audit: log, AuditDir: filepath.Join(dir, "audit"), Desk: d, Lazy: true, Bulletins: filepath.Join(dir, "reports"), Service: filepath.Join(dir, "service")}
	if change != nil {
		change(&o)
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	web := httptest.NewServer(s.Handler())
	t.Cleanup(web.Close)
	return &service{s, t, web.URL, cityOf(t), dir}
}

// reader is a browser: it keeps cookies and follows no redirect by itself.
type reader struct {
	*http.Client
	t    testing.TB
	base string
}

func (s *service) reader() *reader {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &reader{&http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, s.t, s.url}
}

// as is a reader who has signed in.
func (s *service) as(name string) *reader {
	s.t.Helper()
	r := s.reader()
	if status, _, to := r.post("/sign-in", url.Values{"name": {name}, "password": {testPassword}}); status != http.StatusSeeOther || to != "/" {
		s.t.Fatalf("%s signs in: %d to %q", name, status, to)
	}
	return r
}

// get asks for a page: its status, its text, and where it leads.
func (r *reader) get(path string) (int, string, string) {
	r.t.Helper()
	return r.do(http.MethodGet, path, nil)
}

func (r *reader) post(path string, form url.Values) (int, string, string) {
	r.t.Helper()
	return r.do(http.MethodPost, path, form)
}

func (r *reader) do(method, path string, form url.Values) (int, string, string) {
	r.t.Helper()
	q, err := http.NewRequestWithContext(r.t.Context(), method, r.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		r.t.Fatal(err)
	}
	if form != nil {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	a, err := r.Do(q)
	if err != nil {
		r.t.Fatal(err)
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return a.StatusCode, string(text), a.Header.Get("Location")
}
