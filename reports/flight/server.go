package flight

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/net/netutil"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"

	"canbao/reports/access"
	"canbao/reports/audit"
	"canbao/reports/desk"
)

// Options say what a server serves. All but Gate, Lang, Version, Log, Metrics
// and the times must be set.
type Options struct {
	Users *access.Users
	Gate  *access.Gate // before those who sign in; nil: one of the wire's own
	Audit *audit.Log
	Desk  *desk.Desk
	TLS   *tls.Config // with a certificate: nobody is answered in the clear

	Lang    string        // of errors and remarks: "en" or, for anything else, Chinese
	Version string        // of the program, as clients are told
	Idle    time.Duration // after which a session nobody uses is over; 0: 2 h
	Session time.Duration // after which any session is over; 0: 12 h
	Log     *slog.Logger  // told what failed; nil for none

	Metrics prometheus.Registerer // where the wire is counted; nil: nowhere
}

// What one client may take of the server.
const (
	maxConnections = 256
	maxStreams     = 64      // calls at once on one connection
	maxMessage     = 4 << 20 // bytes of one message from a client: SQL, a row of parameters
	maxHeaders     = 64 << 10
	stopping       = 10 * time.Second // how long answers may go on when the server stops
)

// Server answers Flight SQL. It is safe for concurrent use.
type Server struct {
	flightsql.BaseServer
	o        Options
	sessions *sessions
	salt     string
	metrics  *metrics
	catalogs catalogs
	grpc     *grpc.Server
}

// New makes a server of the options.
func New(o Options) (*Server, error) {
	if o.Users == nil || o.Audit == nil || o.Desk == nil || o.TLS == nil {
		return nil, errors.New("serve the wire: users, record, desk and TLS are needed")
	}
	if o.Gate == nil {
		o.Gate = access.NewGate(nil)
	}
	if o.Idle <= 0 {
		o.Idle = 2 * time.Hour
	}
	if o.Session <= 0 {
		o.Session = 12 * time.Hour
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{o: o, sessions: newSessions(o), salt: secret(), metrics: newMetrics(o.Metrics)}
	if err := s.registerInfo(); err != nil {
		return nil, err
	}
	s.grpc = grpc.NewServer(
		grpc.Creds(credentials.NewTLS(o.TLS)),
		grpc.ChainUnaryInterceptor(s.unary), grpc.ChainStreamInterceptor(s.streaming),
		grpc.MaxRecvMsgSize(maxMessage), grpc.MaxHeaderListSize(maxHeaders), grpc.MaxConcurrentStreams(maxStreams),
		grpc.ConnectionTimeout(10*time.Second), grpc.InTapHandle(s.tap),
		grpc.KeepaliveParams(keepalive.ServerParameters{MaxConnectionIdle: 10 * time.Minute, Time: time.Minute, Timeout: 20 * time.Second}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 10 * time.Second, PermitWithoutStream: true}),
	)
	flight.RegisterFlightServiceServer(s.grpc, flightsql.NewFlightServer(s))
	return s, nil
}

// Serve answers on the listener, which it closes, until ctx ends. Answers under
// way then have ten seconds more.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	ended := make(chan struct{})
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		s.sessions.watch(ended)
	}()
	stop := context.AfterFunc(ctx, s.stop)
	err := s.grpc.Serve(netutil.LimitListener(l, maxConnections))
	if !stop() {
		s.stop() // waits for the one under way
	}
	close(ended)
	<-watched
	if err != nil && !errors.Is(err, grpc.ErrServerStopped) {
		return fmt.Errorf("serve the wire: %w", err)
	}
	return nil
}

// stop lets nobody in any more, waits for the answers under way and ends those
// that take too long.
func (s *Server) stop() {
	done := make(chan struct{})
	go func() {
		s.grpc.GracefulStop()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(stopping):
		s.grpc.Stop()
		<-done
	}
}
