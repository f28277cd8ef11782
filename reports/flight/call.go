package flight

import (
	"context"
	"log/slog"
	"path"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/tap"
)

type sessionKey struct{}

// sessionOf is whose call it is; the interceptors let no other in.
func sessionOf(ctx context.Context) *session { return ctx.Value(sessionKey{}).(*session) }

func (s *Server) unary(ctx context.Context, request any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (answer any, err error) {
	var own *session
	start := time.Now()
	defer func() { s.log(ctx, info.FullMethod, own, start, err) }()
	defer s.survive(&err)
	own, err = s.known(ctx)
	if err != nil {
		return nil, s.fault(err, "")
	}
	defer own.use()()
	answer, err = handle(context.WithValue(ctx, sessionKey{}, own), request)
	return answer, s.fault(err, "")
}

func (s *Server) streaming(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handle grpc.StreamHandler) (err error) {
	var own *session
	ctx, start := stream.Context(), time.Now()
	defer func() { s.log(stream.Context(), info.FullMethod, own, start, err) }()
	defer s.survive(&err)
	if info.FullMethod == handshake {
		return s.fault(s.handshake(ctx, stream), "")
	}
	own, err = s.known(ctx)
	if err != nil {
		return s.fault(err, "")
	}
	defer own.use()()
	// A session that ends, ends what it is doing.
	ctx, cancel := context.WithCancelCause(context.WithValue(ctx, sessionKey{}, own))
	defer cancel(nil)
	defer context.AfterFunc(own.ctx, func() { cancel(errSessionOver) })()
	err = handle(srv, &callOf{stream, ctx})
	if err != nil && own.ctx.Err() != nil {
		err = errSessionOver
	}
	return s.fault(err, "")
}

// log counts a call that has ended and writes a line about it. What was asked is in the record.
func (s *Server) log(ctx context.Context, method string, own *session, start time.Time, err error) {
	s.metrics.called(method, err)
	user := ""
	if own != nil {
		user = own.user.Name
	}
	s.o.Log.LogAttrs(ctx, slog.LevelInfo, "call", slog.String("method", path.Base(method)), slog.String("code", status.Code(err).String()),
		slog.Float64("ms", float64(time.Since(start).Microseconds())/1000), slog.String("from", clientIn(ctx)), slog.String("user", user))
}

// tap turns away calls of nobody before their messages are read, so that they
// take no memory.
func (s *Server) tap(ctx context.Context, call *tap.Info) (context.Context, error) {
	if call.FullMethodName == handshake {
		return ctx, nil
	}
	scheme, text := credentialsIn(call.Header)
	_, found := s.sessions.find(text)
	if found || text != "" && (scheme == "basic" || scheme == "bearer" && strings.HasPrefix(text, tokenPrefix)) {
		return ctx, nil
	}
	return ctx, s.fault(errSignFirst, "")
}

// callOf is a stream with the context of a session.
type callOf struct {
	grpc.ServerStream
	ctx context.Context
}

func (c *callOf) Context() context.Context { return c.ctx }
