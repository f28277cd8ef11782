package flight

import (
	"context"
	"errors"
	"path"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc/status"
)

// metrics are what the wire tells of itself, beside what the pages tell.
type metrics struct {
	calls   *prometheus.CounterVec
	answers *prometheus.CounterVec
	rows    prometheus.Counter
	bytes   prometheus.Counter
	signIns *prometheus.CounterVec
}

func newMetrics(to prometheus.Registerer) *metrics {
	m := &metrics{
		calls:   prometheus.NewCounterVec(prometheus.CounterOpts{Name: "canbao_wire_calls_total", Help: "Calls of the wire that have ended."}, []string{"method", "code"}),
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "canbao_wire_answers_total", Help: "Answers to queries that were begun on the wire and have ended."}, []string{"outcome"}),
		rows:    prometheus.NewCounter(prometheus.CounterOpts{Name: "canbao_wire_rows_total", Help: "Rows handed over on the wire."}),
		bytes:   prometheus.NewCounter(prometheus.CounterOpts{Name: "canbao_wire_bytes_total", Help: "Bytes of the columns of these rows, before they are packed."}),
		signIns: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "canbao_wire_sign_ins_total", Help: "Attempts to sign in on the wire."}, []string{"outcome"}),
	}
	if to != nil {
		to.MustRegister(m.calls, m.answers, m.rows, m.bytes, m.signIns)
	}
	return m
}

// called counts a call that has ended.
func (m *metrics) called(method string, err error) {
	m.calls.WithLabelValues(path.Base(method), status.Code(err).String()).Inc()
}

// answered counts an answer that has ended: whole, stopped by whoever asked, or
// failed, a limit among that.
func (m *metrics) answered(err error) {
	outcome := "failed"
	switch {
	case err == nil:
		outcome = "ok"
	case errors.Is(err, errCancelled), errors.Is(err, context.Canceled):
		outcome = "stopped"
	}
	m.answers.WithLabelValues(outcome).Inc()
}
