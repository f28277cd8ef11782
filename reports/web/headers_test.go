package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// TestHeadersEverywhere holds every answer, whatever it says, to the headers
// that keep a browser careful.
func TestHeadersEverywhere(t *testing.T) {
	for _, secure := range []bool{false, true} {
		s := opened(t, func(o *Options) { o.Secure = secure })
		r := s.reader()
		seen := map[int]bool{}
		for _, p := range s.pages {
			method, path := p.sample()
			status, h := r.status(method, path)
			seen[status] = true
			for name, want := range map[string]string{
				"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
				"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
			} {
				if got := h.Get(name); got != want {
					t.Errorf("%s answers %d with %s: %q", p.pattern, status, name, got)
				}
			}
			if got := h.Get("Strict-Transport-Security") != ""; got != secure {
				t.Errorf("%s promises TLS: %v, served over it: %v", p.pattern, got, secure)
			}
			if strings.HasPrefix(path, "/static/") && status == http.StatusOK {
				continue
			}
			if got := h.Get("Cache-Control"); !strings.Contains(got, "no-store") && status != http.StatusNotModified {
				t.Errorf("%s may be kept: %q", p.pattern, got)
			}
		}
		if !seen[http.StatusOK] || !seen[http.StatusSeeOther] || !seen[http.StatusNotFound] {
			t.Errorf("not every kind of answer was looked at: %v", seen)
		}
	}
}

// inline finds what the policy forbids: scripts and styles in a page itself.
var inline = regexp.MustCompile(`(?i)<style|<script(?:\s[^>]*)?>[^<]|\sstyle=|\son[a-z]+=|javascript:`)

// TestNothingInline holds the pages to the policy.
func TestNothingInline(t *testing.T) {
	s := opened(t, nil)
	lin := s.as("lin")
	for _, path := range []string{"/sign-in", "/", "/items", "/money", "/basis", "/item/medical_hukou", "/area/330782100", "/area/" + s.city.village, "/bulletins", "/nowhere"} {
		_, text, _ := lin.get(path)
		for _, found := range inline.FindAllString(text, -1) {
			if !strings.HasPrefix(found, `<script type="application/json">`) {
				t.Errorf("%s holds %q", path, found)
			}
		}
	}
	if inline.FindString(`<p style="x">`) == "" || inline.FindString("<script>x") == "" || inline.FindString(`<a onclick="x">`) == "" {
		t.Error("the test finds nothing")
	}
}

// TestCookies looks at what is kept in the browser.
func TestCookies(t *testing.T) {
	for _, secure := range []bool{false, true} {
		s := opened(t, func(o *Options) { o.Secure = secure })
		r := s.reader()
		q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/sign-in", strings.NewReader("name=lin&password="+testPassword))
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		a, err := r.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		a.Body.Close()
		cookies := a.Cookies()
		if len(cookies) != 2 {
			t.Fatalf("%d cookies", len(cookies))
		}
		for _, c := range cookies {
			if !c.HttpOnly || c.Secure != secure || c.Path != "/" || c.Domain != "" || c.SameSite == http.SameSiteNoneMode || strings.HasPrefix(c.Name, "__Host-") != secure {
				t.Errorf("over TLS %v: %s", secure, c)
			}
			if strings.Contains(c.Value, "lin") {
				t.Errorf("the cookie names who it is: %s", c)
			}
		}
	}
}
