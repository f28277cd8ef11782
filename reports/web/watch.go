package web

import (
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"canbao/reports/access"
)

// track is what is learned of a request on its way, for the log.
type track struct {
	route, user string
	fault       error
}

type trackKey struct{}

// tracked is the track of a request; one that nobody follows is written nowhere.
func tracked(ctx context.Context) *track {
	if t, ok := ctx.Value(trackKey{}).(*track); ok {
		return t
	}
	return &track{}
}

// watched writes a line a request and counts it. Of the address it tells the
// page, never what was asked for: that may be a name, or a statement.
func (s *Server) watched(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t, begun := &track{}, time.Now()
		out := &counted{ResponseWriter: w, status: http.StatusOK}
		s.metrics.running.Inc()
		defer func() {
			s.metrics.running.Dec()
			if p := recover(); p != nil && p != http.ErrAbortHandler {
				// What was read may stand in the panic's own words: only where it
				// happened is written.
				s.Log.Error("panic", "route", t.route, "stack", string(debug.Stack()))
				if !out.begun {
					http.Error(out, "500", http.StatusInternalServerError)
				}
			} else if p != nil {
				panic(p)
			}
			s.written(r, t, out, time.Since(begun))
		}()
		next.ServeHTTP(out, r.WithContext(context.WithValue(r.Context(), trackKey{}, t)))
	})
}

func (s *Server) written(r *http.Request, t *track, out *counted, took time.Duration) {
	s.metrics.answered(t.route, out.status, took)
	level, attributes := slog.LevelInfo, []slog.Attr{
		slog.String("method", r.Method), slog.String("route", t.route), slog.Int("status", out.status), slog.Int64("bytes", out.bytes),
		slog.Float64("ms", float64(took.Microseconds())/1000), slog.String("from", access.Client(r.RemoteAddr)), slog.String("user", t.user),
	}
	if t.fault != nil {
		level = slog.LevelError
		attributes = append(attributes, slog.String("error", t.fault.Error()))
	}
	s.Log.LogAttrs(r.Context(), level, "request", attributes...)
}

// counted is an answer whose status and length are remembered.
type counted struct {
	http.ResponseWriter
	status int
	bytes  int64
	begun  bool
}

func (c *counted) WriteHeader(status int) {
	if !c.begun {
		c.status, c.begun = status, true
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *counted) Write(p []byte) (int, error) {
	c.begun = true
	n, err := c.ResponseWriter.Write(p)
	c.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach what is written to.
func (c *counted) Unwrap() http.ResponseWriter { return c.ResponseWriter }
