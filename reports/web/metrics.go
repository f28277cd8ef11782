package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"canbao/reports/desk"
)

// metrics are what the service tells of itself, for Prometheus.
type metrics struct {
	registry *prometheus.Registry
	running  prometheus.Gauge
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
	signIns  *prometheus.CounterVec
	pressed  prometheus.Histogram
	snapshot prometheus.Gauge
}

// newMetrics counts in the registry, nil for one of its own.
func newMetrics(registry *prometheus.Registry) *metrics {
	if registry == nil {
		registry = prometheus.NewRegistry()
	}
	m := &metrics{
		registry: registry,
		running:  prometheus.NewGauge(prometheus.GaugeOpts{Name: "canbao_requests_running", Help: "Requests being answered."}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "canbao_requests_total", Help: "Requests answered."}, []string{"route", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "canbao_request_seconds", Help: "Time to answer.",
			Buckets: []float64{.001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 60}}, []string{"route"}),
		signIns:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "canbao_sign_ins_total", Help: "Attempts to sign in."}, []string{"outcome"}),
		pressed:  prometheus.NewHistogram(prometheus.HistogramOpts{Name: "canbao_press_seconds", Help: "Time to compose the pages of a day.", Buckets: []float64{.05, .1, .2, .5, 1, 2, 5}}),
		snapshot: prometheus.NewGauge(prometheus.GaugeOpts{Name: "canbao_snapshot", Help: "Number of the snapshot the pages speak of."}),
	}
	m.registry.MustRegister(m.running, m.requests, m.took, m.signIns, m.pressed, m.snapshot,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// watch tells of the desk what it is at the moment somebody looks.
func (m *metrics) watch(d *desk.Desk, now func() time.Time) {
	for _, g := range []struct {
		name, help string
		value      func(desk.State) float64
	}{
		{"canbao_queries_running", "Queries let in, of pages and wire.", func(s desk.State) float64 { return float64(s.Running) }},
		{"canbao_queries_queued", "Queries that wait for their turn, of pages and wire.", func(s desk.State) float64 { return float64(s.Queued) }},
		{"canbao_desk_snapshot", "Number of the snapshot served, 0 for none yet.", func(s desk.State) float64 { return float64(s.Snapshot) }},
		{"canbao_desk_snapshot_age_seconds", "Time since the snapshot served was made, 0 where there is none yet.", func(s desk.State) float64 {
			if s.Snapshot == 0 {
				return 0
			}
			return now().Sub(s.Published).Seconds()
		}},
	} {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: g.name, Help: g.help}, func() float64 { return g.value(d.State()) }))
	}
}

// answered counts a request by its page; an address that is none of ours is not
// kept apart, or anybody could make as many as they like.
func (m *metrics) answered(route string, status int, took time.Duration) {
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	m.took.WithLabelValues(route).Observe(took.Seconds())
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
}
