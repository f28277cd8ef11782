package web

import (
	"context"
	"errors"
	"net/http"

	"canbao/etl/refuse"
)

// problem is a no that a page says.
type problem struct {
	status   int
	what, do refuse.Text
	err      error // the cause, for the log
}

func (p *problem) Error() string { return p.what.EN }
func (p *problem) Unwrap() error { return p.err }

var (
	errForbidden = &problem{status: http.StatusForbidden,
		what: refuse.Text{ZH: "您的角色不能看这一页", EN: "your role may not see this page"},
		do:   refuse.Text{ZH: "需要的话，请管理用户的同事调整", EN: "if you need it, ask whoever manages the users"}}
	errNotFound = &problem{status: http.StatusNotFound,
		what: refuse.Text{ZH: "没有这一页", EN: "there is no such page"},
		do:   refuse.Text{ZH: "请从首页进入", EN: "start from the first page"}}
	errUnknown = &problem{status: http.StatusUnauthorized,
		what: refuse.Text{ZH: "登录已失效，刚才的操作没有执行", EN: "you are no longer signed in: nothing was done"},
		do:   refuse.Text{ZH: "请重新登录后再做一次", EN: "sign in and do it again"}}
	errElsewhere = &problem{status: http.StatusForbidden,
		what: refuse.Text{ZH: "请求来自别的网站，没有执行", EN: "the request came from another site: nothing was done"},
		do:   refuse.Text{ZH: "请从本系统的页面操作", EN: "use the pages of this system"}}
)

// problemView is a page that says no.
type problemView struct {
	Status   int
	What, Do string
	SignIn   bool
}

// fail says no in the reader's words. What failed within is for the log alone.
func (s *Server) fail(w http.ResponseWriter, r *request, err error) {
	p := asProblem(err)
	if p.status >= 500 {
		tracked(r.Context()).fault = err
	}
	lang := string(r.words)
	v := problemView{Status: p.status, What: p.what.In(lang), Do: p.do.In(lang), SignIn: p.status == http.StatusUnauthorized}
	if err := s.show(w, r, p.status, "problem", v.What, v); err != nil {
		tracked(r.Context()).fault = errors.Join(tracked(r.Context()).fault, err)
		http.Error(w, v.What, p.status)
	}
}

// asProblem finds what a person is told.
func asProblem(err error) *problem {
	var p *problem
	var no *refuse.Error
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &large):
		return &problem{http.StatusRequestEntityTooLarge, refuse.Text{ZH: "提交的内容太大", EN: "what was sent is too large"}, refuse.Text{}, err}
	case errors.As(err, &no):
		return &problem{http.StatusBadRequest, no.What, no.Do, err}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return &problem{http.StatusServiceUnavailable, refuse.Text{ZH: "没有在时限内完成", EN: "it was not done in time"},
			refuse.Text{ZH: "请稍后再试", EN: "try again later"}, err}
	}
	return &problem{http.StatusInternalServerError, refuse.Text{ZH: "系统出错，未完成", EN: "the system failed: not done"},
		refuse.Text{ZH: "请稍后再试；仍不行请告知管理员", EN: "try again later, and tell whoever runs the system if it stays"}, err}
}

// said is a refusal as a text.
func said(err error) refuse.Text {
	var no *refuse.Error
	if errors.As(err, &no) {
		return refuse.Text{ZH: no.In("zh"), EN: no.In("en")}
	}
	return asProblem(err).what
}
