package web

import (
	"net/http"

	"canbao/models/measure"
	"canbao/reports/access"
	"canbao/reports/desk"
)

// overviewView is how many are missing, by area and item.
type overviewView struct {
	choiceView
	AreaName string
	Heads    []string
	Rows     []overviewRow
	Visits   *visitsView
	MayLoad  bool
	snapshot int
}

func (v overviewView) foot(w words) string {
	return w.f("快照 %d · 截至 %s", "Snapshot %d · as of %s", v.snapshot, v.Day)
}

type overviewRow struct {
	Area, Address string // of the area's own overview, empty for a village
	Whole         bool   // the area that the others lie in
	Cells         []overviewCell
}

type overviewCell struct {
	Missing string
	Address string // of the list, empty where nobody is missing
}

// worklistOverview shows an area and those in it: how many people are missing at
// every item.
func (s *Server) worklistOverview(w http.ResponseWriter, r *request, lease *desk.Lease, q *listAsked) error {
	v := overviewView{choiceView: q.choice(r.words), AreaName: q.area.Name, snapshot: lease.Number,
		MayLoad: s.Office != nil && r.User.Role.May(access.LoadVisits)}
	all, err := lease.Reader.Standings(r.Context(), measure.Filter{Campaign: q.campaign.ID, From: q.day, To: q.day})
	if err != nil {
		return err
	}
	missing := map[string]map[string]int64{} // by area and item
	for _, st := range all {
		if missing[st.AreaCode] == nil {
			missing[st.AreaCode] = map[string]int64{}
		}
		missing[st.AreaCode][st.Item] = st.Missing()
	}
	v.Heads = nil
	var items []measure.Item
	for _, i := range q.campaign.Items {
		if i.Source != "tally" {
			items = append(items, i)
			v.Heads = append(v.Heads, r.t(i.Title, i.TitleEN))
		}
	}
	for _, a := range q.mine {
		top := r.User.Role == access.Town && a.Code != q.area.Code && r.FormValue("area") == "" && a.Level != "village"
		if a.Code != q.area.Code && a.Parent != q.area.Code && !top {
			continue
		}
		row := overviewRow{Area: a.Name, Whole: a.Code == q.area.Code}
		if a.Level != "village" && !row.Whole {
			row.Address = q.address("", a.Code, 1)
		}
		for _, i := range items {
			n, known := missing[a.Code][i.ID]
			cell := overviewCell{Missing: "—"}
			if known {
				cell.Missing = thousands(n)
			}
			if n > 0 {
				cell.Address = q.address(i.ID, a.Code, 1)
			}
			row.Cells = append(row.Cells, cell)
		}
		v.Rows = append(v.Rows, row)
	}
	if v.Visits, err = visitCounts(r, lease, q); err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "missing", r.t("应参未参", "Who is missing"), v)
}
