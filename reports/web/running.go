package web

import (
	"net/http"
	"strconv"
	"time"

	"canbao/etl/refuse"
	"canbao/reports/access"
	"canbao/reports/audit"
	"canbao/reports/desk"
)

var runningPages = []page{
	{pattern: "GET /running", right: access.StopQueries, menu: refuse.Text{ZH: "正在查询", EN: "Running"}, answer: (*Server).running},
	{pattern: "POST /running/stop", right: access.StopQueries, answer: (*Server).doStopOther},
}

// runningView is what is being asked.
type runningView struct{ Queries []runningQuery }

type runningQuery struct {
	desk.Running
	For string // how long already
}

// running lists the queries under way, those in the queue among them.
func (s *Server) running(w http.ResponseWriter, r *request) error {
	var v runningView
	for _, q := range s.Desk.Running() {
		v.Queries = append(v.Queries, runningQuery{q, durationText(r.words, time.Since(q.Since))})
	}
	return s.show(w, r, http.StatusOK, "running", r.t("正在执行的查询", "Queries under way"), v)
}

// doStopOther stops a query, on record.
func (s *Server) doStopOther(w http.ResponseWriter, r *request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	id, err := strconv.ParseInt(r.PostFormValue("id"), 10, 64)
	if err != nil {
		return badForm(err)
	}
	for _, q := range s.Desk.Running() {
		if q.ID != id {
			continue
		}
		e := audit.Entry{Act: audit.Stop, What: q.User + ": " + q.Text, Outcome: audit.OK}
		if err := s.record(r, e); err != nil {
			return err
		}
		s.Desk.Stop(id)
	}
	return redirect(w, r, "/running")
}
