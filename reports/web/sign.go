package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"canbao/etl/refuse"
	"canbao/reports/access"
	"canbao/reports/audit"
)

var signPages = []page{
	{pattern: "GET /sign-in", open: true, answer: (*Server).signIn},
	{pattern: "POST /sign-in", open: true, answer: (*Server).doSignIn},
	{pattern: "POST /sign-out", open: true, answer: (*Server).doSignOut},
	{pattern: "POST /language", open: true, answer: (*Server).doLanguage},
}

// signView is the form.
type signView struct {
	Next, Name string
	Over       bool   // a session has ended
	No         string // why not
	Who        string // who is signed in already
}

func (s *Server) signIn(w http.ResponseWriter, r *request) error {
	v := signView{Next: local(r.FormValue("next")), Over: r.FormValue("over") != "", Who: r.User.Name}
	return s.show(w, r, http.StatusOK, "sign", r.t("登录", "Sign in"), v)
}

// doSignIn lets somebody in. Every no is the same: whether there is such a name
// is not told.
func (s *Server) doSignIn(w http.ResponseWriter, r *request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	name, ctx := strings.TrimSpace(r.PostFormValue("name")), r.Context()
	v := signView{Next: local(r.PostFormValue("next")), Name: name}
	client, known := access.Client(r.RemoteAddr), s.isKnown(r.Request, name)
	if wait := s.Gate.Admit(client, name, known); wait > 0 {
		s.metrics.signIns.WithLabelValues("throttled").Inc()
		w.Header().Set("Retry-After", seconds(wait))
		v.No = r.f("登录过于频繁，请等 %s 秒再试", "too many attempts: try again in %s seconds", seconds(wait))
		return s.show(w, r, http.StatusTooManyRequests, "sign", r.t("登录", "Sign in"), v)
	}
	u, err := s.Users.SignIn(ctx, name, r.PostFormValue("password"))
	if err != nil {
		if !errors.Is(err, access.ErrSignIn) {
			return err
		}
		s.metrics.signIns.WithLabelValues("failed").Inc()
		if err := s.record(r, audit.Entry{By: s.Users.Named(name), Act: audit.SignInFailed, Outcome: audit.Refused}); err != nil {
			return err
		}
		v.No = said(err).In(string(r.words))
		return s.show(w, r, http.StatusUnauthorized, "sign", r.t("登录", "Sign in"), v)
	}
	s.Gate.Pass(client, name, known)
	if err := s.record(r, audit.Entry{By: u.Name, Role: string(u.Role), Act: audit.SignIn, Outcome: audit.OK}); err != nil {
		return err
	}
	if err := s.begin(ctx, u); err != nil {
		return err
	}
	s.metrics.signIns.WithLabelValues("ok").Inc()
	s.rememberAs(w, u)
	return redirect(w, r, v.Next)
}

// doSignOut ends the session, in every window of the browser.
func (s *Server) doSignOut(w http.ResponseWriter, r *request) error {
	if r.User.Name != "" {
		if err := s.record(r, audit.Entry{Act: audit.SignOut, Outcome: audit.OK}); err != nil {
			return err
		}
	}
	if err := s.sessions.Destroy(r.Context()); err != nil {
		return err
	}
	return redirect(w, r, "/sign-in")
}

// sendToSignIn asks who it is: a page is shown after it, what would have changed
// something has to be done again.
func (s *Server) sendToSignIn(w http.ResponseWriter, r *request, over bool) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		s.fail(w, r, errUnknown)
		return
	}
	q := url.Values{}
	if to := r.URL.RequestURI(); to != "/" {
		q.Set("next", to)
	}
	if _, err := r.Cookie(s.sessions.Cookie.Name); over || err == nil {
		q.Set("over", "1")
	}
	to := "/sign-in"
	if len(q) > 0 {
		to += "?" + q.Encode()
	}
	_ = redirect(w, r, to) // it never fails
}

// local is an address on this server, "/" for any other.
func local(to string) string {
	u, err := url.Parse(to)
	if err != nil || !strings.HasPrefix(to, "/") || u.Host != "" || u.Scheme != "" || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		return "/"
	}
	return to
}

// seconds is a wait in whole seconds, upwards.
func seconds(d time.Duration) string {
	return strconv.Itoa(int((d + time.Second - 1) / time.Second))
}

func redirect(w http.ResponseWriter, r *request, to string) error {
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

// badForm is a form that cannot be read: too large, or not one.
func badForm(err error) error {
	return &problem{http.StatusBadRequest, refuse.Text{ZH: "提交的内容读不了", EN: "what was sent cannot be read"},
		refuse.Text{ZH: "请返回重试", EN: "go back and try again"}, err}
}
