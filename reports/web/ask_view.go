package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"canbao/models/measure"
	"canbao/reports/audit"
	"canbao/sql/answer"
)

// queryView is the page of the editor.
type queryView struct {
	Text, Name string
	Values     []valueView
	Show       int
	Showable   []int
	MayExport  bool
	Limits     string
	Answer     *answerView // nil before anything was asked
	From       int         // where the text is wrong, -1 for nowhere
	Saved      []keptView
	Shared     []keptView
	History    []pastView
	Tables     []measure.Table
	snapshot   int
}

func (v queryView) foot(w words) string {
	return w.f("快照 %d · 只读，不含姓名和证件号码", "Snapshot %d · read-only, without names and ID numbers", v.snapshot)
}

type valueView struct{ Name, Value string }

type keptView struct {
	ID, Name, By string
	Shared, Here bool
}

// pastView is a line of the history.
type pastView struct{ ID, Text, At, What string }

// answerView is an answer, or what is wrong.
type answerView struct {
	*answered
	Status string
	Heads  []headView
	Limit  bool // more rows than the page shows
	Export bool
}

type headView struct {
	Name, Type string
	Right      bool
}

func (s *Server) query(w http.ResponseWriter, r *request) error {
	return s.showQuery(w, r, asked{}, nil)
}

// showQuery shows the editor: with the query asked and its answer, else with the
// one the address names.
func (s *Server) showQuery(w http.ResponseWriter, r *request, q asked, got *answered) error {
	own, err := s.shelf.of(r.User)
	if err != nil {
		return err
	}
	shared, err := s.shelf.shared(r.User)
	if err != nil {
		return err
	}
	name := r.PostFormValue("name")
	if got == nil {
		if q, name, err = s.chosen(r, own, shared); err != nil {
			return err
		}
	}
	tables, _, snapshot, err := s.tablesFor(r)
	if err != nil {
		return err
	}
	v := queryView{Text: q.Text, Name: name, Show: q.Show, Showable: showable, MayExport: mayExport(r.User), Limits: limitsText(r, s),
		From: -1, History: historyView(r.words, own.History), Tables: tables, snapshot: snapshot}
	if v.Show == 0 {
		v.Show = showRows
	}
	here := r.URL.Query().Get("saved")
	for _, k := range own.Saved {
		v.Saved = append(v.Saved, keptView{k.ID, k.Name, "", k.Shared, k.ID == here})
	}
	for _, k := range shared {
		v.Shared = append(v.Shared, keptView{k.ID, k.Name, k.By, true, k.ID == here})
	}
	for name, value := range q.Values {
		v.Values = append(v.Values, valueView{name, value})
	}
	status := http.StatusOK
	if got != nil {
		answer := s.answerView(r, got)
		v.Answer = &answer
		if got.Fault != nil {
			status = http.StatusUnprocessableEntity
			v.From = got.Fault.From
			if m := got.Fault.Missing; m != "" && !slices.ContainsFunc(v.Values, func(x valueView) bool { return x.Name == m }) {
				v.Values = append(v.Values, valueView{Name: m})
			}
		}
	}
	slices.SortFunc(v.Values, func(a, b valueView) int { return strings.Compare(a.Name, b.Name) })
	return s.show(w, r, status, "query", r.t("SQL 查询", "SQL"), v)
}

func (s *Server) answerView(r *request, got *answered) answerView {
	v := answerView{answered: got, Status: answerStatus(r.words, got), Limit: got.More > 0, Export: mayExport(r.User)}
	for i, name := range got.Columns {
		right := i < len(got.Right) && got.Right[i]
		v.Heads = append(v.Heads, headView{name, got.Types[i], right})
	}
	return v
}

// answerStatus is a line on how it went.
func answerStatus(w words, got *answered) string {
	if got.Fault != nil {
		if got.Fault.Line > 0 {
			return w.f("第 %d 行第 %d 列有误", "wrong at line %d, column %d", got.Fault.Line, got.Fault.Column)
		}
		return w.t("没有执行", "not answered")
	}
	rows := w.f("%s 行", "%s rows", thousands(got.All()))
	switch {
	case got.Cut:
		rows = w.f("显示前 %s 行，共 %s 行以上", "the first %s rows of more than %s", thousands(got.Shown()), thousands(got.All()))
	case got.More > 0:
		rows = w.f("显示前 %s 行，共 %s 行", "the first %s rows of %s", thousands(got.Shown()), thousands(got.All()))
	}
	return w.f("%s · %d 列 · 快照 %d · %.2f 秒", "%s · %d columns · snapshot %d · %.2f s",
		rows, len(got.Columns), got.Snapshot, got.Took.Seconds())
}

func thousands(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// historyShown is how much of the history the page lists.
const historyShown = 50

func historyView(w words, history []askedQuery) []pastView {
	outcomes := map[string]string{audit.OK: "", audit.Refused: w.t("未执行", "refused"), audit.Stopped: w.t("已停止", "stopped"), audit.Failed: w.t("出错", "failed")}
	all := []pastView{}
	for _, h := range history[:min(len(history), historyShown)] {
		what := outcomes[h.Outcome]
		if h.Outcome == audit.OK {
			what = w.f("%s 行", "%s rows", thousands(h.Rows))
			if h.More {
				what += "+"
			}
		}
		if h.As != "" {
			what = h.As + " " + what
		}
		text := strings.Join(strings.Fields(answer.Visible(h.Text)), " ")
		all = append(all, pastView{h.ID, text, h.At.In(shanghai).Format("01-02 15:04"), what})
	}
	return all
}

// limitsText says how much the reader may ask for.
func limitsText(r *request, s *Server) string {
	l := s.Limits(r.User.Role)
	return r.f("每次最多 %s、%s 行；导出最多 %s 行；同时 %d 个查询，其余排队", "%s and %s rows a query, %s rows a file; %d queries at once, the others wait",
		durationText(r.words, l.Time), thousands(l.Rows), thousands(l.ExportRows), l.Concurrent)
}

func durationText(w words, d time.Duration) string {
	if d >= 2*time.Minute && d%time.Minute == 0 {
		return w.f("%d 分钟", "%d minutes", int(d.Minutes()))
	}
	return w.f("%d 秒", "%d seconds", int(d.Seconds()))
}
