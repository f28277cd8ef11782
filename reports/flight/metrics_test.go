//go:build duckdb_arrow

package flight

import (
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"canbao/reports/desk"
)

// counts are the counters of a registry by name and labels.
func counts(t *testing.T, r prometheus.Gatherer) map[string]float64 {
	t.Helper()
	all, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]float64{}
	for _, family := range all {
		for _, m := range family.GetMetric() {
			name := family.GetName()
			for _, l := range m.GetLabel() {
				name += " " + l.GetValue()
			}
			found[name] = m.GetCounter().GetValue()
		}
	}
	return found
}

// TestWireIsCounted asks, is refused and fails to sign in, and finds all of it.
func TestWireIsCounted(t *testing.T) {
	r := prometheus.NewRegistry()
	s := serve(t, city(t), func(_ *desk.Options, o *Options) { o.Metrics = r })
	c, ctx := s.as("zhang")
	info, err := c.Execute(ctx, "select * from range(70000)")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := c.DoGet(ctx, info.Endpoint[0].Ticket)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	rows.Release()
	if _, err := c.Execute(ctx, "selec"); status.Code(err) != codes.InvalidArgument {
		t.Fatalf("what is no query: %v", err)
	}
	refused := 0
	for last := codes.OK; last != codes.ResourceExhausted; refused++ {
		_, err := s.client().Client.AuthenticateBasicToken(t.Context(), "chen", "guess")
		if last = status.Code(err); refused > 50 {
			t.Fatal("guesses are never slowed down")
		}
	}
	want := map[string]float64{
		"canbao_wire_calls_total OK GetFlightInfo": 1, "canbao_wire_calls_total OK DoGet": 1, "canbao_wire_calls_total InvalidArgument GetFlightInfo": 1,
		"canbao_wire_answers_total ok": 1, "canbao_wire_rows_total": 70000,
		"canbao_wire_sign_ins_total ok": 1, "canbao_wire_sign_ins_total failed": float64(refused - 1), "canbao_wire_sign_ins_total throttled": 1,
	}
	got := counts(t, r)
	for until := time.Now().Add(5 * time.Second); got["canbao_wire_calls_total OK DoGet"] < 1 && time.Now().Before(until); time.Sleep(10 * time.Millisecond) {
		got = counts(t, r) // a call is counted when it has ended, after its last row
	}
	for name, n := range want {
		if got[name] != n {
			t.Errorf("%s is %v, want %v", name, got[name], n)
		}
	}
	if n := got["canbao_wire_bytes_total"]; n < 8*70000 || n > 16*70000 {
		t.Errorf("%v bytes of 70000 whole numbers", n)
	}
}
