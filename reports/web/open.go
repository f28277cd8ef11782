package web

import (
	"fmt"
	"net/http"
	"net/netip"
)

// openPages need no session: files that look the same for everybody, and what
// machines ask. Everything that is no page comes last.
var openPages = []page{
	{pattern: "GET /static/{file}", open: true, bare: true, answer: (*Server).file},
	{pattern: "GET /favicon.ico", open: true, bare: true, answer: (*Server).icon},
	{pattern: "GET /robots.txt", open: true, bare: true, answer: (*Server).robots},
	{pattern: "GET /healthz", open: true, bare: true, answer: (*Server).health},
	{pattern: "GET /metrics", open: true, bare: true, answer: (*Server).tell},
	{pattern: "/", open: true, answer: func(*Server, http.ResponseWriter, *request) error { return errNotFound }},
}

// health says ok where a page could be answered: there is a snapshot to read.
func (s *Server) health(w http.ResponseWriter, r *request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if n, err := s.press.number(r.Context()); err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, err := fmt.Fprintln(w, "no snapshot")
		return err
	} else {
		_, err := fmt.Fprintln(w, "ok, snapshot", n)
		return err
	}
}

// tell gives the metrics to this machine alone: they say who is busy with what.
func (s *Server) tell(w http.ResponseWriter, r *request) error {
	a, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !a.Addr().Unmap().IsLoopback() {
		return errNotFound
	}
	s.metrics.handler().ServeHTTP(w, r.Request)
	return nil
}

func (s *Server) robots(w http.ResponseWriter, _ *request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := fmt.Fprint(w, "User-agent: *\nDisallow: /\n")
	return err
}

func (s *Server) icon(w http.ResponseWriter, _ *request) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}
