//go:build duckdb_arrow

package flight

import (
	"bytes"
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"canbao/reports/access"
	"canbao/reports/desk"
)

// TestSignInTellsNothing: an unknown name, a wrong password, a disabled user and
// what is no credential are answered alike; the record has the names known.
func TestSignInTellsNothing(t *testing.T) {
	s := serve(t, city(t), nil)
	if err := s.users.Disable("li"); err != nil {
		t.Fatal(err)
	}
	c := s.client()
	var answers []string
	for _, one := range [][2]string{{"zhang", "guess"}, {"nobody", password}, {"li", password}, {"", ""}, {"zhang", password + "x"}} {
		_, err := c.Client.AuthenticateBasicToken(t.Context(), one[0], one[1])
		if status.Code(err) != codes.Unauthenticated {
			t.Errorf("%v: %v", one, err)
		}
		answers = append(answers, status.Convert(err).Message())
	}
	if len(slices.Compact(slices.Clone(answers))) != 1 || !strings.Contains(answers[0], "wrong name or password") {
		t.Errorf("answers differ: %q", answers)
	}
	if _, err := c.Execute(t.Context(), "select 1"); status.Code(err) != codes.Unauthenticated {
		t.Errorf("not signed in: %v", err)
	}
	if _, err := c.Execute(bearer(t.Context(), "guess"), "select 1"); status.Code(err) != codes.Unauthenticated {
		t.Errorf("with a made-up token: %v", err)
	}
	if _, err := c.Client.AuthenticateBasicToken(t.Context(), "zhang", password); err != nil {
		t.Error(err)
	}
	got := strings.Join(s.recorded(), "\n")
	want := strings.Join([]string{"zhang sign_in_failed refused 0 0", "? sign_in_failed refused 0 0", "li sign_in_failed refused 0 0",
		"? sign_in_failed refused 0 0", "zhang sign_in_failed refused 0 0", "zhang sign_in ok 0 0"}, "\n")
	if got != want {
		t.Errorf("on record:\n%s\nwant\n%s", got, want)
	}
}

// TestTooManyFailures: over the wire as well.
func TestTooManyFailures(t *testing.T) {
	s := serve(t, city(t), nil)
	c := s.client()
	var last error
	tries := 0
	for ; status.Code(last) != codes.ResourceExhausted && tries < 50; tries++ {
		_, last = c.Client.AuthenticateBasicToken(t.Context(), "zhang", "guess")
	}
	if tries < 5 || tries == 50 {
		t.Errorf("slowed down after %d guesses: %v", tries, last)
	}
	if _, err := c.Client.AuthenticateBasicToken(t.Context(), "chen", password); err != nil {
		t.Errorf("another name: %v", err)
	}
}

// TestSessionEndsWithItsUser: a new password or disabling ends sessions at once,
// and the answers under way within seconds.
func TestSessionEndsWithItsUser(t *testing.T) {
	for what, change := range map[string]func(*access.Users) error{
		"disabled":     func(u *access.Users) error { return u.Disable("zhang") },
		"new password": func(u *access.Users) error { return u.Passwd("zhang", "another-lamp-7-hill") },
	} {
		s := serve(t, city(t), nil)
		c, ctx := s.as("zhang")
		info, err := c.Execute(ctx, "select n from range(100000000000) as r (n)")
		if err != nil {
			t.Fatal(err)
		}
		rows, err := c.DoGet(ctx, info.Endpoint[0].Ticket)
		if err != nil {
			t.Fatal(err)
		}
		rows.Next()
		if err := change(s.users); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Execute(ctx, "select 1"); status.Code(err) != codes.Unauthenticated {
			t.Errorf("%s: a new query: %v", what, err)
		}
		start := time.Now()
		for rows.Next() {
		}
		if status.Code(rows.Err()) != codes.Unauthenticated || time.Since(start) > 10*time.Second {
			t.Errorf("%s: the answer under way: %v after %v", what, rows.Err(), time.Since(start))
		}
		rows.Release()
		s.stop()
	}
}

func TestSessionsRunOut(t *testing.T) {
	s := serve(t, city(t), func(_ *desk.Options, o *Options) { o.Idle = 300 * time.Millisecond })
	c, ctx := s.as("zhang")
	time.Sleep(100 * time.Millisecond)
	if _, _, err := query(ctx, c, "select 1"); err != nil {
		t.Error(err)
	}
	time.Sleep(time.Second)
	if _, _, err := query(ctx, c, "select 1"); status.Code(err) != codes.Unauthenticated {
		t.Errorf("an idle session: %v", err)
	}
	s = serve(t, city(t), func(_ *desk.Options, o *Options) { o.Session = 300 * time.Millisecond })
	c, ctx = s.as("zhang")
	for range 5 {
		query(ctx, c, "select 1")
		time.Sleep(100 * time.Millisecond)
	}
	if _, _, err := query(ctx, c, "select 1"); status.Code(err) != codes.Unauthenticated {
		t.Errorf("a long session: %v", err)
	}
}

// TestTokens: a token is as good as a password until it is over or revoked, and
// is on record once.
func TestTokens(t *testing.T) {
	s := serve(t, city(t), nil)
	token, _, err := s.users.NewToken("zhang", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	c, ctx := s.client(), bearer(t.Context(), token)
	for range 3 {
		if lines, _, err := query(ctx, c, "select 1"); err != nil || lines[0] != "1" {
			t.Fatalf("%v, %v", lines, err)
		}
	}
	if n := strings.Count(strings.Join(s.recorded(), "\n"), "zhang sign_in ok"); n != 1 {
		t.Errorf("%d sign-ins on record: %v", n, s.recorded())
	}
	if _, err := s.users.RevokeTokens("zhang"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := query(ctx, c, "select 1"); status.Code(err) != codes.Unauthenticated {
		t.Errorf("revoked: %v", err)
	}
	if _, _, err := query(bearer(t.Context(), token+"x"), c, "select 1"); status.Code(err) != codes.Unauthenticated {
		t.Errorf("made up: %v", err)
	}
}

// TestNothingInTheClear: without TLS, or with that of long ago, nobody gets as
// far as a name.
func TestNothingInTheClear(t *testing.T) {
	s := serve(t, city(t), nil)
	address := "localhost:" + strconv.Itoa(s.port)
	plain, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	plain.SetDeadline(time.Now().Add(20 * time.Second))
	plain.Write([]byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
	answer := make([]byte, 100)
	if n, _ := plain.Read(answer); n > 0 && answer[0] != 21 { // a TLS alert and nothing else
		t.Errorf("in the clear: % x", answer[:n])
	}
	if c, err := tls.Dial("tcp", address, &tls.Config{RootCAs: s.roots, MaxVersion: tls.VersionTLS11}); err == nil {
		c.Close()
		t.Error("TLS 1.1 was taken")
	}
}

// TestSignOut ends the session and is on record.
func TestSignOut(t *testing.T) {
	s := serve(t, city(t), nil)
	c, ctx := s.as("zhang")
	if _, err := c.CloseSession(ctx, nil); err != nil {
		t.Error(err)
	}
	if _, _, err := query(ctx, c, "select 1"); status.Code(err) != codes.Unauthenticated {
		t.Errorf("after signing out: %v", err)
	}
	if got := s.recorded(); got[len(got)-1] != "zhang sign_out ok 0 0" {
		t.Errorf("on record: %v", got)
	}
}

// TestSignOutOfOneOfTwo: two programs with the same token do not end each other's
// answers and statements.
func TestSignOutOfOneOfTwo(t *testing.T) {
	s := serve(t, city(t), nil)
	token, _, err := s.users.NewToken("zhang", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	one, two, ctx := s.client(), s.client(), bearer(t.Context(), token)
	p, err := one.Prepare(ctx, "select 42")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := two.CloseSession(ctx, nil); err != nil {
		t.Error(err)
	}
	info, err := p.Execute(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if lines, _, err := read(ctx, one, info); err != nil || lines[0] != "42" {
		t.Errorf("%v, %v", lines, err)
	}
}

// TestStopLetsAnswersEnd: a server that stops gives the answers under way first,
// and takes no new ones.
func TestStopLetsAnswersEnd(t *testing.T) {
	s := serve(t, city(t), nil)
	c, ctx := s.as("zhang")
	info, err := c.Execute(ctx, "select n, n || ' ' || n as t from range(2000000) as r (n)")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := c.DoGet(ctx, info.Endpoint[0].Ticket)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Release()
	count := int64(0)
	stopped := make(chan struct{})
	for first := true; rows.Next(); first = false {
		if first {
			go func() { s.stop(); close(stopped) }()
			time.Sleep(100 * time.Millisecond)
		}
		count += rows.RecordBatch().NumRows()
	}
	if rows.Err() != nil || count != 2_000_000 {
		t.Errorf("%d rows, %v", count, rows.Err())
	}
	<-stopped
	late, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if _, err := c.Execute(late, "select 1"); err == nil {
		t.Error("a stopped server answers")
	}
}

// TestBrokenCallEndsAlone: what breaks in one call is told and logged, and the
// server goes on.
func TestBrokenCallEndsAlone(t *testing.T) {
	var log bytes.Buffer
	s := serve(t, city(t), func(_ *desk.Options, o *Options) { o.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	u, _ := s.users.Find("zhang")
	ctx := metadata.NewIncomingContext(t.Context(), metadata.Pairs("authorization", "Bearer "+s.sessions.begin(u)))
	_, err := s.unary(ctx, nil, &grpc.UnaryServerInfo{FullMethod: "/x/GetSchema"}, func(context.Context, any) (any, error) { panic("110101199003070011 broke") })
	if status.Code(err) != codes.Internal || strings.Contains(err.Error(), "broke") {
		t.Errorf("told %v", err)
	}
	if text := log.String(); !strings.Contains(text, "method=GetSchema") || !strings.Contains(text, "code=Internal") || !strings.Contains(text, "broke") || strings.Contains(text, "110101199003070011") {
		t.Errorf("logged %s", text)
	}
}
