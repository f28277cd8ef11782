package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"canbao/reports/audit"
)

// cookie is the token of the reader's session.
func (r *reader) cookie(name string) string {
	u, err := url.Parse(r.base)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, c := range r.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

func TestSessionTurnsOver(t *testing.T) {
	s := opened(t, nil)
	lin := s.as("lin")
	first := lin.cookie("canbao")
	if status, _, _ := lin.post("/sign-in", url.Values{"name": {"lin"}, "password": {testPassword}}); status != http.StatusSeeOther {
		t.Fatalf("signing in again: %d", status)
	}
	if second := lin.cookie("canbao"); second == "" || second == first {
		t.Error("the token stays the same over a sign-in")
	}
	// A second window of the browser knows nothing of the first one's doings.
	if status, _, _ := lin.post("/sign-out", url.Values{}); status != http.StatusSeeOther {
		t.Errorf("sign-out: %d", status)
	}
	if status, _, to := lin.get("/items?day=2020-12-10"); status != http.StatusSeeOther || !strings.HasPrefix(to, "/sign-in?next=%2Fitems%3Fday%3D2020-12-10") {
		t.Errorf("the second window after the sign-out: %d to %s", status, to)
	}
	if status, text, _ := lin.post("/sign-out", url.Values{}); status != http.StatusSeeOther {
		t.Errorf("a second sign-out: %d %.100s", status, text)
	}
	// A cookie that was taken away works no more.
	u, _ := url.Parse(s.url)
	lin.Jar.SetCookies(u, []*http.Cookie{{Name: "canbao", Value: first, Path: "/"}})
	if status, _, to := lin.get("/"); status != http.StatusSeeOther || to != "/sign-in?over=1" {
		t.Errorf("with the token of before: %d to %s", status, to)
	}
	if _, text, _ := lin.get("/sign-in?over=1"); !strings.Contains(text, "登录已过期") {
		t.Error("the form does not say that the session is over")
	}
}

func TestSessionEndsWithTheUser(t *testing.T) {
	for name, change := range map[string]func(s *service) error{
		"a new password": func(s *service) error { return s.Users.Passwd("lin", "另一个很长的口令 8802") },
		"disabled":       func(s *service) error { return s.Users.Disable("lin") },
	} {
		s := opened(t, nil)
		lin := s.as("lin")
		if status, _, _ := lin.get("/"); status != http.StatusOK {
			t.Fatalf("before %s: %d", name, status)
		}
		if err := change(s); err != nil {
			t.Fatal(err)
		}
		if status, _, to := lin.get("/"); status != http.StatusSeeOther || to != "/sign-in?over=1" {
			t.Errorf("after %s: %d to %s", name, status, to)
		}
		if status, _, _ := lin.post("/language", url.Values{"to": {"en"}, "next": {"/"}}); status != http.StatusSeeOther {
			t.Errorf("the language after %s: %d", name, status)
		}
	}
}

// TestIdleSession leaves a session alone for longer than it lasts.
func TestIdleSession(t *testing.T) {
	s := opened(t, nil)
	s.sessions.IdleTimeout = time.Second
	lin := s.as("lin")
	for range 4 { // longer than the time, but never idle
		time.Sleep(400 * time.Millisecond)
		if status, _, _ := lin.get("/bulletins"); status != http.StatusOK {
			t.Fatalf("a session in use: %d", status)
		}
	}
	time.Sleep(1500 * time.Millisecond)
	if status, _, to := lin.get("/"); status != http.StatusSeeOther || to != "/sign-in?over=1" {
		t.Errorf("a session left alone: %d to %s", status, to)
	}
	if got := s.sessions.Lifetime; got != atMost {
		t.Errorf("a session lasts %s at most", got)
	}
}

// TestNobodyIsNamed tries names that are there and names that are not: neither
// text nor status tells them apart.
func TestNobodyIsNamed(t *testing.T) {
	s := opened(t, nil)
	if err := s.Users.Disable("jing"); err != nil {
		t.Fatal(err)
	}
	answer := func(name, password string) string {
		status, text, _ := s.reader().post("/sign-in", url.Values{"name": {name}, "password": {password}})
		if status != http.StatusUnauthorized {
			t.Errorf("%s: %d", name, status)
		}
		return strings.ReplaceAll(text, `value="`+name+`"`, `value="NAME"`)
	}
	want := answer("lin", "wrong")
	for _, c := range [][2]string{{"nobody", "wrong"}, {"jing", testPassword}, {"", ""}, {"shen", strings.Repeat("x", 300)}} {
		if got := answer(c[0], c[1]); got != want {
			t.Errorf("%s is told from others:\n%s\n%s", c[0], got, want)
		}
	}
	// What was typed as a name may be a password: it is not written down.
	for e, err := range audit.Read(s.AuditDir, audit.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Act != audit.SignInFailed || e.Via != "web" || e.Outcome != audit.Refused || e.By == "nobody" {
			t.Errorf("on record: %+v", e)
		}
	}
}

func TestSignInsAreOnRecord(t *testing.T) {
	s := opened(t, nil)
	s.as("lin").post("/sign-out", nil)
	var acts []audit.Act
	for e, err := range audit.Read(s.AuditDir, audit.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if e.By != "lin" || e.Role != "leader" {
			t.Errorf("on record: %+v", e)
		}
		acts = append(acts, e.Act)
	}
	if len(acts) != 2 {
		t.Errorf("on record: %v", acts)
	}
}

func TestLeadsNowhereElse(t *testing.T) {
	for to, want := range map[string]string{
		"/items?day=2020-12-10": "/items?day=2020-12-10", "": "/", "items": "/", "//example.org/": "/", "https://example.org/": "/",
		"/\\example.org": "/", "/a\r\nSet-Cookie: x": "/", "javascript:alert(1)": "/", "/\t/example.org": "/", "http:/x": "/",
	} {
		if got := local(to); got != want {
			t.Errorf("%q leads to %q", to, got)
		}
	}
	s := opened(t, nil)
	if status, _, to := s.reader().post("/sign-in", url.Values{"name": {"lin"}, "password": {testPassword}, "next": {"//example.org/"}}); status != http.StatusSeeOther || to != "/" {
		t.Errorf("signing in leads to %s (%d)", to, status)
	}
}

func TestLanguage(t *testing.T) {
	s := opened(t, nil)
	lin := s.as("lin")
	if status, _, to := lin.post("/language", url.Values{"to": {"en"}, "next": {"/items"}}); status != http.StatusSeeOther || to != "/items" {
		t.Errorf("%d to %s", status, to)
	}
	if _, text, _ := lin.get("/?day=2020-12-10"); !strings.Contains(text, "Overall ranking") || !strings.Contains(text, `<html lang="en">`) || !strings.Contains(text, "as of 10 December 2020") {
		t.Error("the page is not in English")
	}
	if _, text, _ := lin.get("/nowhere"); !strings.Contains(text, "there is no such page") {
		t.Error("the refusal is not in English")
	}
}
