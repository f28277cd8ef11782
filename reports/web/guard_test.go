package web

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"canbao/reports/access"
)

var wildcard = regexp.MustCompile(`\{[^}]*\}`)

// sample is a request that meets a page.
func (p page) sample() (method, path string) {
	method, path, found := strings.Cut(p.pattern, " ")
	if !found {
		method, path = http.MethodGet, "/no/such/page"
	}
	return method, wildcard.ReplaceAllString(strings.Replace(path, "{$}", "", 1), "x")
}

// status asks and looks at nothing but the answer's status: some answers go on.
func (r *reader) status(method, path string) (int, http.Header) {
	r.t.Helper()
	q, err := http.NewRequestWithContext(r.t.Context(), method, r.base+path, strings.NewReader(""))
	if err != nil {
		r.t.Fatal(err)
	}
	if method == http.MethodPost {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	a, err := r.Do(q)
	if err != nil {
		r.t.Fatal(err)
	}
	a.Body.Close()
	return a.StatusCode, a.Header
}

// TestDefaultDeny asks for every page as everybody: without signing in, and in
// each role. What the table of rights does not give is not had.
func TestDefaultDeny(t *testing.T) {
	s := opened(t, nil)
	nobody := s.reader()
	for _, p := range s.pages {
		if p.open {
			continue
		}
		method, path := p.sample()
		status, h := nobody.status(method, path)
		switch {
		case method == http.MethodGet && (status != http.StatusSeeOther || !strings.HasPrefix(h.Get("Location"), "/sign-in")):
			t.Errorf("%s without signing in: %d", p.pattern, status)
		case method != http.MethodGet && status != http.StatusUnauthorized:
			t.Errorf("%s without signing in: %d", p.pattern, status)
		}
	}
	for _, u := range people {
		r, denied := s.as(u.Name), 0
		for _, p := range s.pages {
			if p.open || p.own {
				continue
			}
			method, path := p.sample()
			if may := (u.Role.May(p.right) || p.also != "" && u.Role.May(p.also)) && !(p.whole && u.Role == access.Town); may {
				if method != http.MethodGet {
					continue // it may do something
				}
				if status, _ := r.status(method, path); status == http.StatusForbidden || status == http.StatusUnauthorized || status >= 500 && status != http.StatusServiceUnavailable { // no office here
					t.Errorf("%s as %s: %d, though the role has %s", p.pattern, u.Role, status, p.right)
				}
				continue
			}
			denied++
			status, h := r.status(method, path)
			if path == "/" && status == http.StatusSeeOther && s.mayOpen(u, h.Get("Location")) {
				continue // to the first page that is theirs
			}
			if status != http.StatusForbidden {
				t.Errorf("%s as %s: %d, though the role lacks %s", p.pattern, u.Role, status, p.right)
			}
		}
		if denied == 0 && slices.Contains([]access.Role{access.Town, access.Auditor}, u.Role) {
			t.Errorf("nothing was denied to the role %s", u.Role)
		}
	}
}

// mayOpen tells whether an address is that of a page somebody may see.
func (s *service) mayOpen(u access.User, address string) bool {
	return slices.ContainsFunc(s.pages, func(p page) bool { return p.pattern == "GET "+address && p.right != "" && u.Role.May(p.right) })
}

// TestPageWithoutRight is a page that somebody forgot to protect.
func TestPageWithoutRight(t *testing.T) {
	answer := func(*Server, http.ResponseWriter, *request) error { return nil }
	for _, c := range []struct {
		page page
		good bool
	}{
		{page{pattern: "GET /x", answer: answer}, false},
		{page{pattern: "GET /x", right: access.SeeFigures, answer: answer}, true},
		{page{pattern: "GET /x", right: access.SeeFigures, open: true, answer: answer}, false},
		{page{pattern: "GET /x", right: access.SeeFigures, own: true, answer: answer}, false},
		{page{pattern: "GET /x", right: access.SeeFigures, bare: true, answer: answer}, false},
		{page{pattern: "GET /x", own: true, answer: answer}, true},
		{page{pattern: "GET /x", open: true, answer: answer}, true},
		{page{pattern: "GET /x", open: true}, false},
	} {
		s := &Server{sessions: newSessions(false), metrics: newMetrics(nil)}
		if _, err := s.route([]page{c.page}); (err == nil) != c.good {
			t.Errorf("%+v: %v", c.page, err)
		}
	}
}

// TestTownSeesItself signs in as a town: its own page is its first one, and the
// city's pages and other towns are not for it.
func TestTownSeesItself(t *testing.T) {
	s := opened(t, nil)
	r := s.as("fotang")
	for _, code := range []string{s.city.town, s.city.village} {
		status, text, _ := r.get("/area/" + code + "?day=2020-12-10")
		if status != http.StatusOK || !strings.Contains(text, "佛堂镇") || strings.Contains(text, "/area/"+s.city.other) {
			t.Errorf("%s as its own town: %d", code, status)
		}
	}
	if status, _, to := r.get("/?day=2020-12-10"); status != http.StatusSeeOther || to != "/area/330782100?day=2020-12-10" {
		t.Errorf("the first page of a town: %d to %q", status, to)
	}
	for _, path := range []string{"/items", "/money", "/basis", "/item/medical_hukou", "/area/330782", "/area/" + s.city.other, "/area/330782101200"} {
		if status, text, _ := r.get(path); status != http.StatusForbidden && status != http.StatusNotFound {
			t.Errorf("%s as a town: %d %.200s", path, status, text)
		}
	}
}

// TestAnotherSite is a form of another site that a browser sends for somebody
// who is signed in.
func TestAnotherSite(t *testing.T) {
	s := opened(t, nil)
	lin := s.as("lin")
	for name, headers := range map[string]http.Header{
		"told by the browser": {"Sec-Fetch-Site": {"cross-site"}},
		"an origin":           {"Origin": {"https://example.org"}},
		"a sister site":       {"Sec-Fetch-Site": {"same-site"}},
	} {
		q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/sign-out", nil)
		if err != nil {
			t.Fatal(err)
		}
		q.Header = headers
		a, err := lin.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		a.Body.Close()
		if a.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d", name, a.StatusCode)
		}
	}
	if status, _, _ := lin.get("/"); status != http.StatusOK {
		t.Errorf("another site has signed the reader out: %d", status)
	}
}

// TestTooMuch sends more than a form is.
func TestTooMuch(t *testing.T) {
	s := opened(t, nil)
	if status, _, _ := s.reader().post("/sign-in", url.Values{"name": {strings.Repeat("x", maxBody+1)}}); status != http.StatusRequestEntityTooLarge && status != http.StatusBadRequest {
		t.Errorf("a form of more than a megabyte: %d", status)
	}
}
