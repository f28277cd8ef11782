package main

import (
	"bytes"
	"crypto/tls"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	grpcstatus "google.golang.org/grpc/status"
)

// saidLater is what a process says while others read it.
type saidLater struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (s *saidLater) Write(p []byte) (int, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.text.Write(p)
}

func (s *saidLater) String() string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.text.String()
}

// oneGate guesses a password on the pages until that is slowed down, and is then
// slowed down on the wire too, which the metrics of the service tell.
func oneGate(t *testing.T, base, wire, password string) {
	t.Helper()
	status, guesses := 0, 0
	for ; status != http.StatusTooManyRequests && guesses < 50; guesses++ {
		a, err := http.PostForm(base+"/sign-in", url.Values{"name": {"zhang"}, "password": {"guess"}})
		if err != nil {
			t.Fatal(err)
		}
		a.Body.Close()
		status = a.StatusCode
	}
	if guesses < 5 || guesses == 50 {
		t.Fatalf("slowed down after %d guesses", guesses)
	}
	c, err := flightsql.NewClient(wire, nil, nil, grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{InsecureSkipVerify: true})))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Client.AuthenticateBasicToken(t.Context(), "zhang", "guess"); grpcstatus.Code(err) != codes.ResourceExhausted {
		t.Errorf("guessed on, on the wire: %v", err)
	}
	ctx, err := c.Client.AuthenticateBasicToken(t.Context(), "wu", password)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Execute(ctx, "select 1"); err != nil {
		t.Error(err)
	}
	a, err := http.Get(base + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`canbao_sign_ins_total{outcome="throttled"} 1`, `canbao_wire_sign_ins_total{outcome="throttled"} 1`,
		`canbao_wire_sign_ins_total{outcome="ok"} 1`, `canbao_wire_calls_total{code="OK",method="GetFlightInfo"} 1`, "canbao_queries_queued 0", "canbao_desk_snapshot 1"} {
		if !strings.Contains(string(text), want+"\n") {
			t.Errorf("the metrics do not tell %s", want)
		}
	}
}

// TestServe runs the service as its administrator does: over a built city, with
// a user added while it runs, until SIGTERM.
func TestServe(t *testing.T) {
	if testing.Short() {
		t.Skip("makes, loads and builds a city")
	}
	dir := t.TempDir()
	p := &process{T: t, path: filepath.Join(dir, "canbao"), dir: dir, env: []string{"XDG_CONFIG_HOME=" + filepath.Join(dir, "config"), "CANBAO_LANG=en", "CANBAO_WORKSPACE=city"}}
	if text, err := exec.CommandContext(t.Context(), "go", "build", "-tags", "duckdb_arrow", "-o", p.path, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	p.do("demo", "--people", "3000", "--quiet")
	cmd, _, _ := p.command([]string{"serve", "--listen", "127.0.0.1:0", "--wire", "127.0.0.1:0"})
	said := &saidLater{}
	cmd.Stderr = said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	var base string
	for deadline := time.Now().Add(time.Minute); base == ""; time.Sleep(50 * time.Millisecond) {
		if found := regexp.MustCompile(`pages are at (http://\S+),`).FindStringSubmatch(said.String()); found != nil {
			base = found[1]
		}
		if time.Now().After(deadline) {
			t.Fatalf("the service does not start: %s", said)
		}
	}
	for _, want := range []string{"grpc+tls://127.0.0.1:", "fingerprint of the certificate (SHA-256) ", "there are no users"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("it does not say %q: %s", want, said)
		}
	}
	const password = "一个很长的口令 7391"
	for name, role := range map[string]string{"lin": "leader", "wu": "analyst"} {
		add, _, errs := p.command([]string{"user", "add", name, "--role", role})
		add.Stdin = strings.NewReader(password + "\n")
		if err := add.Run(); err != nil {
			t.Fatalf("%v: %s", err, errs)
		}
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := (&http.Client{Jar: jar}).PostForm(base+"/sign-in", url.Values{"name": {"lin"}, "password": {password}})
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(a.Body)
	a.Body.Close()
	if err != nil || a.StatusCode != http.StatusOK || !strings.Contains(string(page), "Overall ranking") {
		t.Errorf("who was just added sees %d: %.300s (%v)", a.StatusCode, page, err)
	}
	oneGate(t, base, regexp.MustCompile(`grpc\+tls://(\S+)`).FindStringSubmatch(said.String())[1], password)
	// A second service on the same address is told so.
	p.run([]int{exitRefuse}, "serve", "--listen", strings.TrimPrefix(base, "http://"), "--wire", "off")
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("told to stop it ends with %v: %s", err, said)
	}
	p.do("audit", "verify")
	list := p.do("audit", "list", "--format", "csv")
	for _, want := range []string{"serve", "sign_in", "user"} {
		if !strings.Contains(list, want) {
			t.Errorf("%s is not on record:\n%s", want, list)
		}
	}
	info, err := os.Stat(filepath.Join(dir, "city", "service", "tls.pem"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file of the key: %v %v", info, err)
	}
	if strings.Contains(said.String(), password) {
		t.Error("the log tells the password")
	}
}
