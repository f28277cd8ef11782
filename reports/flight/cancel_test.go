//go:build duckdb_arrow

package flight

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/flight"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const forever = "select n from range(100000000000) as r (n)"

// TestCancel: an answer is stopped by the call for it, before it is fetched and
// in the middle, and by a client that goes away.
func TestCancel(t *testing.T) {
	s := serve(t, city(t), nil)
	c, ctx := s.as("zhang")
	cancel := func(info *flight.FlightInfo) flight.CancelStatus {
		t.Helper()
		r, err := c.CancelFlightInfo(ctx, &flight.CancelFlightInfoRequest{Info: info})
		if err != nil {
			t.Fatal(err)
		}
		return r.Status
	}
	info, err := c.Execute(ctx, forever)
	if err != nil {
		t.Fatal(err)
	}
	if got := cancel(info); got != flight.CancelStatusCancelled {
		t.Errorf("not begun: %v", got)
	}
	if _, _, err := read(ctx, c, info); status.Code(err) != codes.NotFound {
		t.Errorf("begun though it was cancelled: %v", err)
	}
	if info, err = c.Execute(ctx, forever); err != nil {
		t.Fatal(err)
	}
	rows, err := c.DoGet(ctx, info.Endpoint[0].Ticket)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Release()
	rows.Next()
	other, theirs := s.as("li")
	if r, err := other.CancelFlightInfo(theirs, &flight.CancelFlightInfoRequest{Info: info}); err != nil || r.Status != flight.CancelStatusNotCancellable {
		t.Errorf("somebody else's: %v, %v", r.Status, err)
	}
	if got := cancel(info); got != flight.CancelStatusCancelled {
		t.Errorf("in the middle: %v", got)
	}
	start := time.Now()
	for rows.Next() {
	}
	if status.Code(rows.Err()) != codes.Canceled || time.Since(start) > 5*time.Second {
		t.Errorf("in the middle: %v after %v", rows.Err(), time.Since(start))
	}
	if got := cancel(info); got != flight.CancelStatusNotCancellable {
		t.Errorf("a second time: %v", got)
	}
	gone, leave := context.WithCancel(ctx)
	if info, err = c.Execute(gone, forever); err != nil {
		t.Fatal(err)
	}
	if rows, err := c.DoGet(gone, info.Endpoint[0].Ticket); err != nil || !rows.Next() {
		t.Fatal(err)
	}
	leave()
	for until := time.Now().Add(10 * time.Second); len(s.desk.Running()) > 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("it runs on though nobody reads")
		}
	}
	stopped := strings.Count(strings.Join(s.recorded(), "\n"), "zhang export stopped")
	if stopped != 2 {
		t.Errorf("%d stopped on record: %v", stopped, s.recorded())
	}
}
