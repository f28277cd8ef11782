package web

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

// watch is a clock that is set by hand.
type watch struct{ now time.Time }

func (w *watch) Now() time.Time { return w.now }

func TestThrottledSignIn(t *testing.T) {
	clock := &watch{time.Now()}
	s := opened(t, func(o *Options) { o.Now = clock.Now })
	known := s.as("lin")
	stranger := s.reader()
	status := 0
	tries := 0
	for ; status != http.StatusTooManyRequests && tries < 50; tries++ {
		status, _, _ = stranger.post("/sign-in", url.Values{"name": {"lin"}, "password": {"wrong"}})
	}
	if tries < 5 || tries == 50 {
		t.Fatalf("throttled after %d wrong passwords", tries)
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
