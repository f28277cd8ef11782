package flight

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"canbao/etl/refuse"
	"canbao/reports/audit"
	"canbao/reports/desk"
	"canbao/sql/answer"
	"canbao/sql/duck"
)

// advice is what to do about a query, for whoever writes it in another tool.
var advice = answer.Advice{
	Tables: t("在工具里浏览 mart 和 ref 下的表", "browse the tables of mart and ref in your tool"),
	Parameter: func(string) refuse.Text {
		return t("请给每个参数绑定一个值", "bind a value to every parameter")
	},
}

// fault is an error as the client is told it: a code that tools know and words
// for people. What is no fault of the client is logged here and told in general.
func (s *Server) fault(err error, query string) error {
	if err == nil {
		return nil
	}
	if _, done := status.FromError(err); done {
		return err
	}
	var wrong *duck.QueryError
	var no *refuse.Error
	switch {
	case errors.As(err, &wrong) && !wrong.Broken():
		return status.Error(codes.InvalidArgument, s.where(wrong, query).In(s.o.Lang))
	case errors.As(err, &no):
		return status.Error(code(no), no.In(s.o.Lang))
	case errors.Is(err, context.Canceled):
		return status.Error(codes.Canceled, t("查询已取消", "the query was cancelled").In(s.o.Lang))
	case errors.Is(err, context.DeadlineExceeded):
		return status.Error(codes.DeadlineExceeded, t("超过了客户端给的时限", "the time that the client gave is over").In(s.o.Lang))
	}
	s.o.Log.Error("the wire failed", "err", audit.Masked(err.Error()))
	return status.Error(codes.Internal, t("服务出错，已记入日志", "the service failed and has logged why").In(s.o.Lang))
}

// survive makes a failure of one call what would end the program.
func (s *Server) survive(err *error) {
	if broken := recover(); broken != nil {
		*err = s.fault(fmt.Errorf("a call broke: %v\n%s", broken, debug.Stack()), "")
	}
}

// code is the code of a refusal.
func code(no *refuse.Error) codes.Code {
	var limit *desk.LimitError
	switch {
	case unauthenticated(no):
		return codes.Unauthenticated
	case errors.Is(no, errTooOften), errors.As(no, &limit), errors.Is(no, errTooMany):
		return codes.ResourceExhausted
	case errors.Is(no, errReadOnly), errors.Is(no, errOneRow):
		return codes.InvalidArgument
	case errors.Is(no, errNoTransactions), errors.Is(no, errNoSubstrait):
		return codes.Unimplemented
	case errors.Is(no, errNoTicket), errors.Is(no, errNoStatement):
		return codes.NotFound
	case errors.Is(no, errCancelled):
		return codes.Canceled
	}
	return codes.PermissionDenied
}

// where is what is wrong with a query, and at which place of it.
func (s *Server) where(e *duck.QueryError, query string) *refuse.Error {
	what, do := advice.Words(e)
	if p := answer.PlaceOf(query, e.At); p.Line > 0 {
		what = t(fmt.Sprintf("第 %d 行第 %d 列：%s", p.Line, p.Column, what.ZH), fmt.Sprintf("line %d, column %d: %s", p.Line, p.Column, what.EN))
	}
	return &refuse.Error{What: what, Do: do}
}
