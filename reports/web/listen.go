package web

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/net/netutil"
)

// What one connection may take: of time, so that a slow one is let go, and of
// headers. A page that streams sets a later deadline for itself.
const (
	headerTime = 10 * time.Second
	readTime   = time.Minute
	writeTime  = 2 * time.Minute
	idleTime   = 2 * time.Minute
	maxHeader  = 32 << 10

	maxConnections = 1024 // at once; the next ones wait to be taken
)

// Serve answers on l, over TLS where there is a configuration for it, until ctx
// is done: then what is under way has so long to end, and nothing new is taken.
func (s *Server) Serve(ctx context.Context, l net.Listener, secure *tls.Config, grace time.Duration) error {
	l = netutil.LimitListener(l, maxConnections)
	if secure != nil {
		secure = secure.Clone()
		secure.NextProtos = []string{"h2", "http/1.1"}
		l = tls.NewListener(l, secure)
	}
	h := &http.Server{
		Handler: s.handler, ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime, IdleTimeout: idleTime,
		MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug), TLSConfig: secure,
	}
	ended := make(chan error, 1)
	go func() { ended <- h.Serve(l) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	last, stop := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer stop()
	err := h.Shutdown(last)
	if errors.Is(err, context.DeadlineExceeded) {
		// Whoever is not done by now will not be.
		err = h.Close()
	}
	return err
}

// Loopback tells whether an address to listen on is reached from this machine
// alone.
func Loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
