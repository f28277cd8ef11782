package flight

import (
	"context"

	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"

	"canbao/reports/audit"
)

// CancelFlightInfo stops the answers of an info, under way or not begun.
func (s *Server) CancelFlightInfo(ctx context.Context, request *flight.CancelFlightInfoRequest) (flight.CancelFlightInfoResult, error) {
	own, found := sessionOf(ctx), false
	for _, e := range request.GetInfo().GetEndpoint() {
		ticket, err := flightsql.GetStatementQueryTicket(e.GetTicket())
		if err == nil && own.cancel(string(ticket.GetStatementHandle())) {
			found = true
		}
	}
	if !found {
		return flight.CancelFlightInfoResult{Status: flight.CancelStatusNotCancellable}, nil
	}
	return flight.CancelFlightInfoResult{Status: flight.CancelStatusCancelled}, nil
}

// CloseSession signs out. A session that others use too goes on: one program of
// two with the same token must not end what the other asks.
func (s *Server) CloseSession(ctx context.Context, _ *flight.CloseSessionRequest) (*flight.CloseSessionResult, error) {
	own := sessionOf(ctx)
	if own.shared {
		return &flight.CloseSessionResult{Status: flight.CloseSessionResultClosed}, nil
	}
	if err := s.record(ctx, own.user, audit.SignOut, ""); err != nil {
		return nil, err
	}
	s.sessions.end(own)
	return &flight.CloseSessionResult{Status: flight.CloseSessionResultClosed}, nil
}
