package flight

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"

	"canbao/etl/refuse"
	"canbao/reports/access"
	"canbao/reports/audit"
)

// A client signs in by a Handshake with name and password, and is given a bearer
// token for the calls after it, until the session is over. Or it sends a token
// of `canbao user token` with every call, and signs in by nothing else. Some send
// name and password with every call: the first of them signs in.

const (
	authorization = "authorization"
	tokenPrefix   = "canbao_" // of tokens of users
	handshake     = "/arrow.flight.protocol.FlightService/Handshake"
)

var (
	errSignFirst = &refuse.Error{
		What: t("还没有登录，或登录已失效", "not signed in, or the session is over"),
		Do:   t("请用用户名和密码或令牌重新连接", "connect again with name and password, or a token"),
	}
	errSessionOver = &refuse.Error{What: errSignFirst.What, Do: errSignFirst.Do, Err: context.Canceled}

	errTooOften = &refuse.Error{
		What: t("登录失败次数过多", "too many sign-ins have failed"),
		Do:   t("请过一会儿再试", "try again a little later"),
	}
)

func t(zh, en string) refuse.Text { return refuse.Text{ZH: zh, EN: en} }

// credentialsOf are the scheme and the text of the authorization header.
func credentialsOf(ctx context.Context) (scheme, text string) {
	md, _ := metadata.FromIncomingContext(ctx)
	return credentialsIn(md)
}

func credentialsIn(md metadata.MD) (scheme, text string) {
	for _, line := range md.Get(authorization) {
		scheme, text, _ = strings.Cut(strings.TrimSpace(line), " ")
		return strings.ToLower(scheme), strings.TrimLeft(text, " ")
	}
	return "", ""
}

func clientIn(ctx context.Context) string {
	if p, known := peer.FromContext(ctx); known {
		return access.Client(p.Addr.String())
	}
	return ""
}

// handshake signs in and answers with the bearer token, in the header as well as
// in the trailer: clients look here or there.
func (s *Server) handshake(ctx context.Context, stream grpc.ServerStream) error {
	token := ""
	switch scheme, text := credentialsOf(ctx); scheme {
	case "basic":
		u, err := s.signIn(ctx, text)
		if err != nil {
			return err
		}
		token = s.sessions.begin(u)
	case "bearer":
		if _, err := s.known(ctx); err != nil {
			return err
		}
		token = text
	default:
		return errSignFirst
	}
	md := metadata.Pairs(authorization, "Bearer "+token)
	stream.SetTrailer(md)
	return stream.SendHeader(md)
}

// signIn tells who signs in by name and password. Whatever is wrong, the answer
// is the same.
func (s *Server) signIn(ctx context.Context, basic string) (access.User, error) {
	text, err := base64.StdEncoding.DecodeString(basic)
	if err != nil {
		text, err = base64.RawStdEncoding.DecodeString(basic)
	}
	name, password, whole := strings.Cut(string(text), ":")
	if err != nil || !whole {
		return access.User{}, access.ErrSignIn
	}
	client := clientIn(ctx)
	if s.o.Gate.Admit(client, name, false) > 0 {
		s.metrics.signIns.WithLabelValues("throttled").Inc()
		return access.User{}, errTooOften
	}
	u, err := s.o.Users.SignIn(ctx, name, password)
	if errors.Is(err, access.ErrSignIn) {
		return u, s.failed(ctx, s.o.Users.Named(name))
	}
	if err != nil {
		return u, err
	}
	s.o.Gate.Pass(client, name, false)
	s.metrics.signIns.WithLabelValues("ok").Inc()
	return u, s.record(ctx, u, audit.SignIn, "")
}

// failed writes down a sign-in that failed, and is the answer to it.
func (s *Server) failed(ctx context.Context, by string) error {
	s.metrics.signIns.WithLabelValues("failed").Inc()
	_, err := s.o.Audit.Append(ctx, audit.Entry{By: by, Via: via, Act: audit.SignInFailed, Outcome: audit.Refused})
	if err != nil {
		return err
	}
	return access.ErrSignIn
}

// via is how the record names this way in.
const via = "wire"

func (s *Server) record(ctx context.Context, u access.User, act audit.Act, what string) error {
	_, err := s.o.Audit.Append(ctx, audit.Entry{By: u.Name, Role: string(u.Role), Via: via, Act: act, What: what, Outcome: audit.OK})
	return err
}

// known is the session of a call.
func (s *Server) known(ctx context.Context) (*session, error) {
	scheme, text := credentialsOf(ctx)
	switch {
	case text == "":
	case scheme == "basic":
		return s.byPassword(ctx, text)
	case scheme == "bearer" && strings.HasPrefix(text, tokenPrefix):
		return s.byToken(ctx, text)
	case scheme == "bearer":
		if own, found := s.sessions.find(text); found {
			return own, nil
		}
	}
	return nil, errSignFirst
}

// byPassword is the session of name and password that come with each call. It is
// found by their hash, under a key of this process: no password is kept, and none
// is compared slowly more than once.
func (s *Server) byPassword(ctx context.Context, basic string) (*session, error) {
	key := s.salt + basic
	if own, found := s.sessions.find(key); found {
		return own, nil
	}
	u, err := s.signIn(ctx, basic)
	if err != nil {
		return nil, err
	}
	own, _ := s.sessions.keep(u, key)
	return own, nil
}

// byToken is the session of a token of a user, which is asked about again with
// each call: it may be revoked.
func (s *Server) byToken(ctx context.Context, token string) (*session, error) {
	own, found := s.sessions.find(token)
	client := clientIn(ctx)
	if !found && s.o.Gate.Admit(client, "", false) > 0 {
		s.metrics.signIns.WithLabelValues("throttled").Inc()
		return nil, errTooOften
	}
	u, err := s.o.Users.Token(ctx, token)
	switch {
	case errors.Is(err, access.ErrSignIn) && found:
		s.sessions.end(own)
		return nil, errSignFirst
	case errors.Is(err, access.ErrSignIn):
		return nil, s.failed(ctx, "?")
	case err != nil:
		return nil, err
	case found:
		return own, nil
	}
	s.o.Gate.Pass(client, "", false)
	own, began := s.sessions.keep(u, token)
	if began {
		s.metrics.signIns.WithLabelValues("ok").Inc()
		return own, s.record(ctx, u, audit.SignIn, "token")
	}
	return own, nil
}

// unauthenticated are the refusals that ask who it is.
func unauthenticated(err error) bool {
	return errors.Is(err, access.ErrSignIn) || errors.Is(err, errSignFirst) || errors.Is(err, errSessionOver)
}
