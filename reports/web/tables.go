package web

import (
	"net/http"

	"canbao/etl/refuse"
	"canbao/models/measure"
	"canbao/reports/access"
)

var tablePages = []page{
	{pattern: "GET /tables", right: access.Ask, menu: refuse.Text{ZH: "表的说明", EN: "Tables"}, answer: (*Server).tables},
	{pattern: "GET /tables/{table}", right: access.Ask, answer: (*Server).describe},
}

// tableView is a table, and in its own page its columns.
type tableView struct {
	measure.Table
	Columns  []measure.TableColumn
	snapshot int
}

func (v tableView) foot(w words) string { return w.f("快照 %d", "Snapshot %d", v.snapshot) }

type tablesView struct {
	Tables   []measure.Table
	snapshot int
}

func (v tablesView) foot(w words) string { return w.f("快照 %d", "Snapshot %d", v.snapshot) }

// tables lists what can be asked.
func (s *Server) tables(w http.ResponseWriter, r *request) error {
	tables, _, snapshot, err := s.tablesFor(r)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "tables", r.t("可以查询的表", "Tables"), tablesView{tables, snapshot})
}

// describe tells of one table what it means, what a row is, its columns, and an
// example to be run.
func (s *Server) describe(w http.ResponseWriter, r *request) error {
	tables, columns, snapshot, err := s.tablesFor(r)
	if err != nil {
		return err
	}
	t, err := measure.FindTable(tables, r.PathValue("table"))
	if err != nil {
		return &problem{http.StatusNotFound, said(err), refuse.Text{}, err}
	}
	v := tableView{Table: t, snapshot: snapshot}
	for _, c := range columns {
		if c.Table == t.Name {
			v.Columns = append(v.Columns, c)
		}
	}
	return s.show(w, r, http.StatusOK, "table", t.Name, v)
}

// table finds a table by name.
func (s *Server) table(r *request, name string) (measure.Table, error) {
	tables, _, _, err := s.tablesFor(r)
	if err != nil {
		return measure.Table{}, err
	}
	return measure.FindTable(tables, name)
}
