package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
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

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
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
