package web

import (
	"net/http"
	"time"

	"canbao/reports/access"
)

// A browser that somebody signed in with before is known again for half a year,
// or until the service is started anew: guesses from elsewhere do not lock it out.
const knownFor = 180 * 24 * time.Hour

func (s *Server) knownCookie() string { return cookieName("canbao-known", s.Secure) }

// rememberAs makes the browser known as one of u's, until a new password.
func (s *Server) rememberAs(w http.ResponseWriter, u access.User) {
	http.SetCookie(w, &http.Cookie{
		Name: s.knownCookie(), Value: s.Gate.Mark(u), Path: "/", MaxAge: int(knownFor / time.Second),
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
	return found && s.Gate.Marked(u, c.Value)
}
