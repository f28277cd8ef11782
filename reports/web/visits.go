package web

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"canbao/etl/refuse"
	"canbao/models/measure"
	"canbao/reports/access"
	"canbao/reports/audit"
	"canbao/reports/desk"
)

var visitPages = []page{
	{pattern: "POST /visits", right: access.LoadVisits, answer: (*Server).doVisits},
}

// sheetBytes is the largest answered sheet that is taken: fifty thousand people
// make a few megabytes.
const sheetBytes = 32 << 20

type visitLoadView struct {
	No    string
	Loads []VisitLoad
}

// doVisits loads an answered sheet.
func (s *Server) doVisits(w http.ResponseWriter, r *request) error {
	r.Body = http.MaxBytesReader(w, r.Body, sheetBytes)
	if s.Office == nil {
		return s.showVisits(w, r, nil, errNoOffice)
	}
	// Of what is larger a part would lie in a temporary file, in the clear.
	if err := r.ParseMultipartForm(sheetBytes); err != nil {
		return badForm(err)
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }() // there are none
	sheet, head, err := r.FormFile("sheet")
	if err != nil {
		return s.showVisits(w, r, nil, &refuse.Error{What: refuse.Text{ZH: "没有选择文件", EN: "no file was chosen"},
			Do: refuse.Text{ZH: "请选择填好的走访表", EN: "choose the sheet filled in"}})
	}
	defer sheet.Close()
	name := sheetName(head.Filename)
	loads, err := s.Office.LoadVisits(r.Context(), r.User, name, sheet)
	e := audit.Entry{Act: audit.Visit, What: name, Outcome: outcomeOf(err)}
	for _, l := range loads {
		e.Rows += l.Accepted
		e.What += fmt.Sprintf(", load %d: %d accepted, %d held back, %d repeated", l.Number, l.Accepted, l.Held, l.Repeated)
	}
	if recorded := s.record(r, e); recorded != nil {
		return errors.Join(err, recorded)
	}
	return s.showVisits(w, r, loads, err)
}

// sheetName is the last part of a name as the browser tells it.
func sheetName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	if name == "" {
		return "visits.xlsx"
	}
	return name
}

func (s *Server) showVisits(w http.ResponseWriter, r *request, loads []VisitLoad, err error) error {
	v, status := visitLoadView{Loads: loads}, http.StatusOK
	if err != nil {
		var no *refuse.Error
		if !errors.As(err, &no) {
			return err
		}
		v.No, status = no.In(string(r.words)), http.StatusUnprocessableEntity
	}
	return s.show(w, r, status, "visits", r.t("走访结果", "Answers of visits"), v)
}

// visitsView counts the people who stand with each answer, by item.
type visitsView struct {
	Heads []string
	Rows  []visitRow
}

type visitRow struct {
	Answer string
	People []string // by item
}

// visitCounts counts the answers of an area as of the day, nil where there are
// none.
func visitCounts(r *request, lease *desk.Lease, q *listAsked) (*visitsView, error) {
	v := &visitsView{}
	people := map[string]map[string]int64{} // by answer and title of the item
	for _, i := range q.campaign.Items {
		counts, err := lease.Reader.Answered(r.Context(), measure.AskMissing{Campaign: q.campaign, Item: i.ID, Area: q.area.Code, AsOf: q.day})
		if err != nil {
			return nil, err
		}
		if len(counts) == 0 {
			continue
		}
		title := r.t(i.Title, i.TitleEN)
		v.Heads = append(v.Heads, title)
		for _, c := range counts {
			if people[c.Answer.Code] == nil {
				people[c.Answer.Code] = map[string]int64{}
			}
			people[c.Answer.Code][title] = c.People
		}
	}
	if len(v.Heads) == 0 {
		return nil, nil
	}
	for _, a := range measure.Answers() {
		counts, met := people[a.Code]
		if !met {
			continue
		}
		row := visitRow{Answer: a.Word().In(string(r.words))}
		for _, title := range v.Heads {
			row.People = append(row.People, thousands(counts[title]))
		}
		v.Rows = append(v.Rows, row)
	}
	return v, nil
}
