package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"testing"
	"time"
)

// watch is a clock that is set by hand.
type watch struct{ now time.Time }

func (w *watch) Now() time.Time { return w.now }

func TestGuessingIsSlow(t *testing.T) {
	clock := &watch{time.Date(2020, 12, 10, 9, 0, 0, 0, time.UTC)}
	g := newGate(clock.Now)
	for n := range perName.burst {
		if wait := g.admit(fmt.Sprintf("10.0.0.%d", n), "lin", false); wait > 0 {
			t.Fatalf("attempt %d has to wait %s", n+1, wait)
		}
	}
	wait := g.admit("10.0.1.1", "LIN", false)
	if wait <= 0 || wait > perName.every+time.Second {
		t.Errorf("the next attempt has to wait %s", wait)
	}
	if again := g.admit("10.0.1.1", "lin", false); again != wait {
		t.Errorf("a refused attempt makes the wait longer: %s, then %s", wait, again)
	}
	// Nobody else is held up, and who is known on this browser is not either.
	if w := g.admit("10.0.1.1", "zhang", false); w > 0 {
		t.Errorf("another name has to wait %s", w)
	}
	if w := g.admit("10.0.1.1", "lin", true); w > 0 {
		t.Errorf("the one whose name is tried has to wait %s on a browser that is known", w)
	}
	clock.now = clock.now.Add(wait)
	if w := g.admit("10.0.1.2", "lin", false); w > 0 {
		t.Errorf("after the wait there is another one of %s", w)
	}
	// By address: a list of names.
	refused := 0
	for n := range 2 * perAddress.burst {
		if g.admit("10.9.9.9", "name"+strconv.Itoa(n), false) > 0 {
			refused++
		}
	}
	if refused != perAddress.burst {
		t.Errorf("%d of %d names from one address were refused", refused, 2*perAddress.burst)
	}
}

// TestGateIsBounded comes from more addresses than are kept apart.
func TestGateIsBounded(t *testing.T) {
	clock := &watch{time.Now()}
	g := newGate(clock.Now)
	for n := range maxTries + 500 {
		g.admit(strconv.Itoa(n), "lin", true)
	}
	if len(g.tries) > maxTries {
		t.Errorf("%d are kept", len(g.tries))
	}
}

func TestThrottledSignIn(t *testing.T) {
	clock := &watch{time.Now()}
	s := opened(t, func(o *Options) { o.Now = clock.Now })
	known := s.as("lin")
	stranger := s.reader()
	status := 0
	for range perName.burst + 1 {
		status, _, _ = stranger.post("/sign-in", url.Values{"name": {"lin"}, "password": {"wrong"}})
	}
	if status != http.StatusTooManyRequests {
		t.Fatalf("after %d wrong passwords: %d", perName.burst, status)
	}
	// Not even the right one, from there. From where it has been before: yes.
	if status, _, _ := stranger.post("/sign-in", url.Values{"name": {"lin"}, "password": {testPassword}}); status != http.StatusTooManyRequests {
		t.Errorf("the right password after too many wrong ones: %d", status)
	}
	known.post("/sign-out", nil)
	if status, _, _ := known.post("/sign-in", url.Values{"name": {"lin"}, "password": {testPassword}}); status != http.StatusSeeOther {
		t.Errorf("the rightful one is locked out: %d", status)
	}
	clock.now = clock.now.Add(time.Minute)
	if status, _, _ := stranger.post("/sign-in", url.Values{"name": {"lin"}, "password": {testPassword}}); status != http.StatusSeeOther {
		t.Errorf("after a minute: %d", status)
	}
}

func TestClientOf(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.7:1234": "192.0.2.7", "[2001:db8:1:2:3:4:5:6]:80": "2001:db8:1:2::/64", "[::ffff:192.0.2.7]:1": "192.0.2.7", "[fe80::1%eth0]:1": "fe80::/64", "@": "@",
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = address
		if got := clientOf(r); got != want {
			t.Errorf("%s is counted as %s", address, got)
		}
	}
}
