package web

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// lines is a log that is read while it is written.
type lines struct {
	mutex sync.Mutex
	bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.Buffer.Write(p)
}

func (l *lines) text() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.String()
}

// TestLogTellsNoSecret asks with names, passwords and numbers in every place a
// request has, and reads the log.
func TestLogTellsNoSecret(t *testing.T) {
	var log lines
	s := opened(t, func(o *Options) { o.Log = slog.New(slog.NewJSONHandler(&log, nil)) })
	const needle = "330782199001011234"
	lin := s.as("lin")
	lin.get("/?day=" + needle)
	lin.get("/area/" + needle + "?q=" + needle)
	lin.get("/" + needle)
	lin.post("/sign-in", url.Values{"name": {needle}, "password": {needle}, "next": {"/" + needle}})
	text := log.text()
	for _, bad := range []string{needle, testPassword, lin.cookie("canbao")} {
		if bad == "" || strings.Contains(text, bad) {
			t.Errorf("the log tells %q", bad)
		}
	}
	seen := 0
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		var entry struct {
			Msg, Method, Route, User, From string
			Status                         int
		}
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if entry.Msg == "request" {
			seen++
			if entry.Method == "" || entry.Status == 0 || entry.From == "" {
				t.Errorf("a line tells too little: %s", line)
			}
		}
		if entry.Route == "GET /area/{code}" && (entry.User != "lin" || entry.Status != http.StatusNotFound) {
			t.Errorf("a line tells who and what: %s", line)
		}
	}
	if seen != 5 {
		t.Errorf("%d requests of 5 are in the log", seen)
	}
}

// TestMetrics are for this machine alone, and count by page; what others count in
// the registry is told as well.
func TestMetrics(t *testing.T) {
	r := prometheus.NewRegistry()
	r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "canbao_elsewhere"}, func() float64 { return 7 }))
	s := opened(t, func(o *Options) {
		o.Metrics = r
		o.Now = func() time.Time { return o.Desk.State().Published.Add(90 * time.Second) }
	})
	lin := s.as("lin")
	lin.get("/")
	lin.get("/nowhere/at/all")
	_, text, _ := s.reader().get("/metrics")
	for _, want := range []string{
		`canbao_requests_total{route="GET /{$}",status="200"} 1`, `canbao_requests_total{route="/",status="404"} 1`, `canbao_sign_ins_total{outcome="ok"} 1`,
		"canbao_snapshot 1", "canbao_request_seconds_bucket", "go_goroutines",
		"canbao_desk_snapshot 1", "canbao_desk_snapshot_age_seconds 90", "canbao_queries_running 0", "canbao_queries_queued 0", "canbao_elsewhere 7",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not told", want)
		}
	}
	if strings.Contains(text, "nowhere") {
		t.Error("every address there is not is counted apart")
	}
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	q.RemoteAddr = "192.0.2.7:1234"
	got := &counted{ResponseWriter: discard{http.Header{}}, status: http.StatusOK}
	s.Handler().ServeHTTP(got, q)
	if got.status != http.StatusNotFound {
		t.Errorf("another machine reads the metrics: %d", got.status)
	}
}

// discard is an answer nobody reads.
type discard struct{ h http.Header }

func (d discard) Header() http.Header       { return d.h }
func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) WriteHeader(int)             {}

// TestPanicIsKept lets a page fall over: the others go on, and what it knew is
// told to nobody.
func TestPanicIsKept(t *testing.T) {
	var log lines
	s := opened(t, func(o *Options) { o.Log = slog.New(slog.NewJSONHandler(&log, nil)) })
	h := s.watched(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("the secret") }))
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	got := &counted{ResponseWriter: discard{http.Header{}}}
	h.ServeHTTP(got, q)
	if got.status != http.StatusInternalServerError || strings.Contains(log.text(), "the secret") || !strings.Contains(log.text(), "TestPanicIsKept") {
		t.Errorf("%d, log: %s", got.status, log.text())
	}
}
