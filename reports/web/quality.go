package web

import (
	"net/http"
	"strings"
	"time"

	"canbao/etl/refuse"
	"canbao/models/measure"
	"canbao/reports"
	"canbao/reports/access"
)

var qualityPages = []page{
	{pattern: "GET /quality", right: access.SeeQuality, menu: refuse.Text{ZH: "数据质量", EN: "Data quality"}, answer: (*Server).quality},
	{pattern: "GET /quarantine", right: access.SeeQuarantine, menu: refuse.Text{ZH: "暂存", EN: "Held back"}, answer: (*Server).quarantine},
	{pattern: "GET /books", right: access.SeeQuality, menu: refuse.Text{ZH: "对账", EN: "Books"}, answer: (*Server).books},
}

// qualityView is how far the data can be trusted.
type qualityView struct {
	Checks        []checkView
	Clean         int        // checks that found nothing
	Loads, Others []loadView // with rows held back still, and without
	Areas         []areaQualityView
	Datasets      []string
	MayRows       bool // see the rows held back
	snapshot      int
	builtAt       time.Time
}

func (v qualityView) foot(w words) string {
	return w.f("快照 %d · 计算于 %s", "Snapshot %d · built at %s", v.snapshot, v.builtAt.Format(time.DateTime))
}

type checkView struct {
	ID, Title, Why, Advice string
	Error                  bool
	Rows                   string
	Sample                 []measure.CheckRow
}

type loadView struct {
	Number                                      int
	File, Dataset, At                           string
	Rows, Accepted, Held, Quarantined, Repeated string
	Reasons                                     string
}

type areaQualityView struct {
	Area string
	Held []string // by dataset
	Some bool
}

func (s *Server) quality(w http.ResponseWriter, r *request) error {
	lease, err := s.Desk.Lease(r.Context(), r.User)
	if err != nil {
		return err
	}
	defer lease.Release()
	ctx, lang := r.Context(), string(r.words)
	snapshot, err := lease.Reader.Snapshot(ctx)
	if err != nil {
		return err
	}
	v := qualityView{snapshot: snapshot.Number, builtAt: snapshot.BuiltAt, MayRows: r.User.Role.May(access.SeeQuarantine)}
	checks, err := lease.Reader.Checks(ctx)
	if err != nil {
		return err
	}
	for _, c := range checks {
		if c.Rows == 0 {
			v.Clean++
			continue
		}
		v.Checks = append(v.Checks, checkView{c.ID, c.Title.In(lang), c.Why.In(lang), c.Advice.In(lang), c.Severity == "error", thousands(c.Rows), c.Sample})
	}
	loads, err := lease.Reader.Loads(ctx)
	if err != nil {
		return err
	}
	for n := len(loads) - 1; n >= 0; n-- { // the latest first
		l := loads[n]
		one := loadView{
			Number: l.Number, File: shortPath(l.File), Dataset: reports.DatasetTitle(l.Dataset, lang), At: l.LoadedAt.Format("2006-01-02 15:04"), Rows: thousands(l.Rows),
			Accepted: thousands(l.Accepted), Quarantined: thousands(l.Quarantined), Held: thousands(l.Held), Repeated: thousands(l.Repeated),
			Reasons: s.reasons(l.Reasons, r.words),
		}
		if l.Held > 0 {
			v.Loads = append(v.Loads, one)
		} else {
			v.Others = append(v.Others, one)
		}
	}
	if err := v.readAreas(r, lease.Reader); err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "quality", r.t("数据质量", "Data quality"), v)
}

// shortPath is a file with the folder it lies in: where that is on the server is
// nobody's business here.
func shortPath(path string) string {
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == '\\' })
	return strings.Join(parts[max(0, len(parts)-2):], "/")
}

// readAreas sets out what is held back by area and dataset.
func (v *qualityView) readAreas(r *request, reader *measure.Reader) error {
	all, err := reader.Quality(r.Context())
	if err != nil {
		return err
	}
	at, column := map[string]int{}, map[string]int{}
	for _, q := range all {
		if _, met := column[q.Dataset]; !met {
			column[q.Dataset] = len(v.Datasets)
			v.Datasets = append(v.Datasets, reports.DatasetTitle(q.Dataset, string(r.words)))
		}
	}
	for _, q := range all {
		n, met := at[q.AreaCode]
		if !met {
			n = len(v.Areas)
			at[q.AreaCode] = n
			v.Areas = append(v.Areas, areaQualityView{Area: q.Area, Held: make([]string, len(v.Datasets))})
		}
		cell := thousands(q.Held)
		if q.Held == 0 {
			cell = ""
		}
		v.Areas[n].Held[column[q.Dataset]] = cell
		v.Areas[n].Some = v.Areas[n].Some || q.Held > 0
	}
	return nil
}

// reasons are those of a load in words: id_checksum=3;missing:name=1.
func (s *Server) reasons(text string, w words) string {
	var parts []string
	for _, one := range strings.Split(text, ";") {
		id, n, ok := strings.Cut(one, "=")
		if !ok {
			continue
		}
		parts = append(parts, s.reason(id).In(string(w))+" "+n)
	}
	return strings.Join(parts, w.t("、", ", "))
}

// reason is why a row is held back, in words.
func (s *Server) reason(id string) refuse.Text {
	if s.Reason == nil {
		return refuse.Text{ZH: id, EN: id}
	}
	return s.Reason(id)
}
