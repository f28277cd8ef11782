package web

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"canbao/reports/access"
)

// How long a session lasts: without a request, and at most. A working day has
// one sign-in, a screen left alone is closed within the half hour.
const (
	idleFor = 30 * time.Minute
	atMost  = 12 * time.Hour
)

// newSessions keeps sessions in memory: nothing of them lies on disk, and a
// server started again knows none.
func newSessions(secure bool) *scs.SessionManager {
	m := scs.New()
	m.IdleTimeout, m.Lifetime = idleFor, atMost
	m.HashTokenInStore = true
	m.Cookie.Name, m.Cookie.Persist = cookieName("canbao", secure), false
	m.Cookie.HttpOnly, m.Cookie.Secure, m.Cookie.SameSite, m.Cookie.Path = true, secure, http.SameSiteLaxMode, "/"
	return m
}

// cookieName binds a cookie to this very host where that can be: browsers take
// __Host- from nobody else.
func cookieName(name string, secure bool) string {
	if secure {
		return "__Host-" + name
	}
	return name
}

var (
	errNobody = errors.New("nobody is signed in")
	errOver   = errors.New("the session is over")
)

// signedIn tells who asks, as the file of users knows them now: errNobody where
// nobody ever signed in, errOver where the password has changed since or the
// user is disabled.
func (s *Server) signedIn(ctx context.Context) (access.User, error) {
	name := s.sessions.GetString(ctx, "user")
	if name == "" {
		return access.User{}, errNobody
	}
	u, known := s.Users.Find(name)
	if !known || u.Disabled || u.Generation != s.sessions.GetInt(ctx, "generation") {
		return access.User{}, errors.Join(errOver, s.sessions.Destroy(ctx))
	}
	return u, nil
}

// begin starts a session for who has signed in, under a new token: one that was
// planted before the sign-in is worth nothing.
func (s *Server) begin(ctx context.Context, u access.User) error {
	if err := s.sessions.Clear(ctx); err != nil {
		return err
	}
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	s.sessions.Put(ctx, "user", u.Name)
	s.sessions.Put(ctx, "generation", u.Generation)
	s.sessions.SetDeadline(ctx, time.Now().Add(atMost))
	return nil
}
