package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	"canbao/reports/access"
)

// A browser that somebody signed in with before is known again for half a year,
// or until the service is started anew. Who tries a name over and over from elsewhere fills the measure of all strange
// browsers, and not that of this one: nobody is locked out by others.
const knownFor = 180 * 24 * time.Hour

func (s *Server) knownCookie() string { return cookieName("canbao-known", s.Secure) }

// rememberAs makes the browser known as one of u's, until a new password.
func (s *Server) rememberAs(w http.ResponseWriter, u access.User) {
	http.SetCookie(w, &http.Cookie{
		Name: s.knownCookie(), Value: s.gate.mark(u), Path: "/", MaxAge: int(knownFor / time.Second),
		HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteStrictMode,
	})
}

// isKnown tells whether the browser is one of those of that name.
func (s *Server) isKnown(r *http.Request, name string) bool {
	c, err := r.Cookie(s.knownCookie())
	if err != nil {
		return false
	}
	u, found := s.Users.Find(name)
	return found && hmac.Equal([]byte(c.Value), []byte(s.gate.mark(u)))
}

// mark is what tells a browser of u, worth nothing to whoever does not have the
// key of this run of the server.
func (g *gate) mark(u access.User) string {
	h := hmac.New(sha256.New, g.key)
	h.Write([]byte(strings.ToLower(u.Name) + "\x00" + strconv.Itoa(u.Generation)))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

func newKey() []byte {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails (crypto/rand)
	return key
}
