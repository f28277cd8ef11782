package web

import (
	"net/http"
	"strings"
)

// policy lets a page take scripts, styles and pictures from this server and
// nothing from anywhere else, and lets no other site show it.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// filePolicy is for an issued bulletin, a file that carries its own scripts and
// styles: it runs in a box of its own, without this server's cookies.
const filePolicy = "sandbox allow-scripts allow-popups; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; " +
	"img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

// maxBody is the most bytes a request may send, where a page does not say more.
const maxBody = 1 << 20

// chain is what every request passes before it meets a page: it is recorded,
// answered with headers that keep browsers careful, and refused where another
// site has sent it.
func (s *Server) chain(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, &request{Request: r, words: s.language(r)}, errElsewhere)
	}))
	return s.watched(s.careful(limited(cross.Handler(next))))
}

func (s *Server) careful(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		// Figures of a city stay in no cache of a shared machine.
		h.Set("Cache-Control", "no-store")
		if s.Secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// uploads are the addresses that take files, with a limit of their own.
const uploads = "/visits"

func limited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != nil && !strings.HasPrefix(r.URL.Path, uploads) {
			r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		}
		next.ServeHTTP(w, r)
	})
}
