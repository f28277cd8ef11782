package web

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"canbao/etl/refuse"
)

func TestOwnCertificate(t *testing.T) {
	dir, now := filepath.Join(t.TempDir(), "service"), time.Now()
	hosts := Hosts("192.0.2.7:443", "canbao.example:1")
	if !slices.Equal(hosts, []string{"localhost", "127.0.0.1", "::1", "192.0.2.7", "canbao.example"}) {
		t.Errorf("hosts: %v", hosts)
	}
	first, err := OwnCertificate(dir, hosts, now)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range hosts {
		if err := first.Leaf.VerifyHostname(h); err != nil {
			t.Error(err)
		}
	}
	info, err := os.Stat(filepath.Join(dir, ownCertificate))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file of the key: %v %v", info.Mode(), err)
	}
	again, err := OwnCertificate(dir, hosts[:2], now.Add(300*24*time.Hour))
	if err != nil || Fingerprint(again) != Fingerprint(first) {
		t.Errorf("a good certificate was made anew: %v", err)
	}
	for name, make := range map[string]func() (tls.Certificate, error){
		"too old":      func() (tls.Certificate, error) { return OwnCertificate(dir, hosts, now.Add(380*24*time.Hour)) },
		"another host": func() (tls.Certificate, error) { return OwnCertificate(dir, []string{"other.example"}, now) },
		"damaged": func() (tls.Certificate, error) {
			if err := os.WriteFile(filepath.Join(dir, ownCertificate), []byte("x"), 0o600); err != nil {
				return tls.Certificate{}, err
			}
			return OwnCertificate(dir, hosts, now)
		},
	} {
		if c, err := make(); err != nil || Fingerprint(c) == Fingerprint(first) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := Fingerprint(first); len(got) != 32*3-1 {
		t.Errorf("fingerprint %q", got)
	}
}

func TestGivenCertificate(t *testing.T) {
	dir := t.TempDir()
	if _, err := OwnCertificate(dir, []string{"localhost"}, time.Now()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, ownCertificate)
	if _, err := ReadCertificate(path, path); err != nil {
		t.Error(err)
	}
	var no *refuse.Error
	if _, err := ReadCertificate(path, filepath.Join(dir, "none")); !errors.As(err, &no) {
		t.Errorf("a key that is not there: %v", err)
	}
}

func TestLoopback(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1:1": true, "[::1]:1": true, "localhost:1": true, "127.3.4.5:1": true, "0.0.0.0:1": false, ":1": false, "[::]:1": false, "192.0.2.7:1": false, "host.example:1": false, "x": false,
	} {
		if got := Loopback(address); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}

// TestServe answers over TLS, and when it is told to stop finishes what is under
// way and takes nothing new.
func TestServe(t *testing.T) {
	s := opened(t, func(o *Options) { o.Secure = true })
	slow := make(chan struct{})
	inner := s.handler
	s.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			close(slow)
			time.Sleep(300 * time.Millisecond)
		}
		inner.ServeHTTP(w, r)
	})
	c, err := OwnCertificate(t.TempDir(), Hosts("127.0.0.1:0"), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- s.Serve(ctx, l, &tls.Config{Certificates: []tls.Certificate{c}, MinVersion: tls.VersionTLS12}, 5*time.Second)
	}()
	trusted := x509.NewCertPool()
	trusted.AddCert(c.Leaf)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted}, ForceAttemptHTTP2: true}}
	get := func(path string) (int, string, error) {
		q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+l.Addr().String()+path, nil)
		if err != nil {
			return 0, "", err
		}
		a, err := client.Do(q)
		if err != nil {
			return 0, "", err
		}
		defer a.Body.Close()
		_, err = io.Copy(io.Discard, a.Body)
		return a.StatusCode, a.Proto, err
	}
	if status, proto, err := get("/healthz"); status != http.StatusOK || proto != "HTTP/2.0" || err != nil {
		t.Errorf("over TLS: %d %s %v", status, proto, err)
	}
	under := make(chan int, 1)
	go func() {
		status, _, err := get("/slow")
		if err != nil {
			t.Error(err)
		}
		under <- status
	}()
	<-slow
	stop()
	if status := <-under; status != http.StatusNotFound {
		t.Errorf("what was under way ended with %d", status)
	}
	if err := <-ended; err != nil {
		t.Errorf("stopped with %v", err)
	}
	if _, _, err := get("/healthz"); err == nil {
		t.Error("a stopped server answers")
	}
}
