package web

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"canbao/etl/refuse"
	"canbao/models/measure"
	"canbao/reports/access"
	"canbao/reports/audit"
	"canbao/reports/desk"
	"canbao/sql/answer"
	"canbao/sql/duck"
)

var askPages = []page{
	{pattern: "GET /query", right: access.Ask, menu: refuse.Text{ZH: "SQL 查询", EN: "SQL"}, answer: (*Server).query},
	{pattern: "POST /query", right: access.Ask, answer: (*Server).doQuery},
	{pattern: "POST /query/file", right: access.Ask, answer: (*Server).queryFile},
	{pattern: "POST /query/save", right: access.Ask, answer: (*Server).doSave},
	{pattern: "POST /query/delete", right: access.Ask, answer: (*Server).doDelete},
	{pattern: "POST /query/forget", right: access.Ask, answer: (*Server).doForget},
	{pattern: "GET /query/words", right: access.Ask, answer: (*Server).queryWords},
}

// How much of an answer a page shows, and how long the rest is counted.
var (
	showable = []int{100, 500, 2000, 5000}
	countFor = time.Second
)

const (
	showRows  = 500
	showCell  = 4000     // bytes of a value
	showBytes = 8 << 20  // of all values together
	mostText  = 64 << 10 // bytes of a query
	mostValue = 4 << 10  // bytes of the value of a parameter
)

// asked is a question as the form puts it.
type asked struct {
	Text   string
	Values map[string]string // of the parameters, as given
	Show   int               // rows
}

var errNoText = &refuse.Error{What: refuse.Text{ZH: "还没有写查询", EN: "there is no query yet"},
	Do: refuse.Text{ZH: "请写一句 SELECT，或从表的例子开始", EN: "write one SELECT, or begin with the example of a table"}}

// valueField begins the names of the fields with the parameters' values.
const valueField = "value."

func readAsked(r *request) (q asked, err error) {
	if err := r.ParseForm(); err != nil {
		return q, badForm(err)
	}
	q = asked{Text: strings.ReplaceAll(r.PostFormValue("text"), "\r\n", "\n"), Values: map[string]string{}, Show: showRows}
	if n, err := strconv.Atoi(r.PostFormValue("show")); err == nil && slices.Contains(showable, n) {
		q.Show = n
	}
	for field, values := range r.PostForm {
		name, ours := strings.CutPrefix(field, valueField)
		if !ours || name == "" {
			continue
		}
		if len(values[0]) > mostValue || len(q.Values) > 100 {
			return q, tooLong(mostValue)
		}
		q.Values[name] = values[0]
	}
	switch {
	case strings.TrimSpace(q.Text) == "":
		return q, errNoText
	case len(q.Text) > mostText:
		return q, tooLong(mostText)
	}
	return q, nil
}

func tooLong(bytes int) error {
	return &refuse.Error{What: refuse.Text{ZH: "查询太长，最多 " + strconv.Itoa(bytes>>10) + " KB", EN: "this is too long, " + strconv.Itoa(bytes>>10) + " KB at most"},
		Do: refuse.Text{ZH: "请缩短", EN: "make it shorter"}}
}

// question is what the desk is asked: the parameters as given, the campaign and
// the day filled in where the form leaves them open.
func (s *Server) question(ctx context.Context, r *request, q asked) (desk.Question, error) {
	params := maps.Clone(q.Values)
	if strings.Contains(q.Text, "$campaign") || strings.Contains(q.Text, "$as_of") {
		lease, err := s.Desk.Lease(ctx, r.User)
		if err != nil {
			return desk.Question{}, err
		}
		defer lease.Release()
		c, err := lease.Reader.Campaign(ctx, cmpOr(params["campaign"], s.Campaign))
		if err != nil {
			return desk.Question{}, err
		}
		params["campaign"] = c.ID
		day, err := c.AsOf(params["as_of"])
		if err != nil {
			return desk.Question{}, err
		}
		params["as_of"] = day.Format(time.DateOnly)
	}
	return desk.Question{User: r.User, Via: via, Text: q.Text, Params: params}, nil
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// answered is what came of a question.
type answered struct {
	answer.First
	Snapshot int
	Took     time.Duration
	Fault    *fault // what was wrong, nil where nothing was
	Show     int
}

// Shown is how many rows stand on the page, All how many there are as far as
// they were counted.
func (a *answered) Shown() int64 { return int64(len(a.Rows)) }
func (a *answered) All() int64   { return a.Shown() + a.More }

// fault is what is wrong with a question, and where.
type fault struct {
	What, Do string
	answer.Place
	From    int    // where in the text, in UTF-16 as browsers count, -1 where it is not told
	Missing string // the parameter without a value
}

// run asks, and takes the first rows. An error is a failure of the system; what
// is wrong with the question stands in the answer.
func (s *Server) run(ctx context.Context, r *request, q asked, waiting func(int)) (*answered, error) {
	begun := time.Now()
	got := &answered{Show: q.Show}
	err := s.runInto(ctx, r, q, waiting, got)
	got.Took = time.Since(begun)
	if err != nil && ctx.Err() == nil {
		if got.Fault = faultOf(err, q.Text, r.words); got.Fault == nil {
			return nil, err
		}
	}
	h := askedQuery{Text: q.Text, Values: q.Values, At: s.Now(), Snapshot: got.Snapshot, Rows: got.All(), More: got.Cut, Outcome: audit.OK}
	switch {
	case ctx.Err() != nil:
		h.Outcome = audit.Stopped
	case got.Fault != nil:
		h.Outcome = audit.Refused
	}
	if kept := s.shelf.remember(r.User, h); kept != nil {
		return nil, errors.Join(err, kept)
	}
	return got, ctx.Err()
}

func (s *Server) runInto(ctx context.Context, r *request, q asked, waiting func(int), got *answered) error {
	question, err := s.question(ctx, r, q)
	if err != nil {
		return err
	}
	question.Waiting = waiting
	rows, err := s.Desk.Ask(ctx, question)
	if err != nil {
		return err
	}
	got.Snapshot = rows.Snapshot()
	got.First, err = answer.Look{Rows: q.Show, Cell: showCell, Bytes: showBytes, Counting: countFor}.Read(rows)
	// More rows than the role may look at: the first ones stand, and the page
	// says that there are more.
	var over *desk.LimitError
	if errors.As(err, &over) && over.Limit == desk.OverRows && got.More > 0 {
		got.Cut, err = true, nil
	}
	return errors.Join(err, rows.Close())
}

// faultOf is what is wrong with a question, nil where the system failed.
func faultOf(err error, text string, w words) *fault {
	lang := string(w)
	var wrong *duck.QueryError
	if errors.As(err, &wrong) && !wrong.Broken() {
		what, do := pageAdvice.Words(wrong)
		f := &fault{What: what.In(lang), Do: do.In(lang), Place: answer.PlaceOf(text, wrong.At), From: -1}
		if f.Line > 0 {
			f.From = utf16Length(text[:wrong.At])
		}
		if wrong.Kind == duck.NoParameter {
			f.Missing = wrong.Message
		}
		return f
	}
	var no *refuse.Error
	if errors.As(err, &no) {
		return &fault{What: no.What.In(lang), Do: no.Do.In(lang), From: -1}
	}
	return nil
}

// pageAdvice says what to do about a query on the page.
var pageAdvice = answer.Advice{
	Tables: refuse.Text{ZH: "“可以查询的表”一页列出全部表", EN: "the page of tables lists them all"},
	Parameter: func(name string) refuse.Text {
		return refuse.Text{ZH: "在查询下方填写 $" + name, EN: "fill in $" + name + " below the query"}
	},
}

// utf16Length is the length of a text as browsers count it.
func utf16Length(text string) (n int) {
	for _, r := range text {
		if n++; r >= 0x10000 {
			n++
		}
	}
	return n
}

// doQuery runs a query: as a page, or as events for the page's script.
func (s *Server) doQuery(w http.ResponseWriter, r *request) error {
	q, err := readAsked(r)
	events := r.Header.Get("Accept") == eventType
	if err != nil {
		f := faultOf(err, "", r.words)
		if f == nil {
			return err
		}
		if events {
			return s.sendEvents(w, r, func(context.Context, func(event)) (*answered, error) { return &answered{Fault: f}, nil })
		}
		return s.showQuery(w, r, q, &answered{Fault: f})
	}
	if events {
		return s.sendEvents(w, r, func(ctx context.Context, tell func(event)) (*answered, error) {
			return s.run(ctx, r, q, func(place int) { tell(event{Place: place}) })
		})
	}
	got, err := s.run(r.Context(), r, q, nil)
	if err != nil {
		return err
	}
	return s.showQuery(w, r, q, got)
}

// tablesFor lists what the reader's snapshot can be asked.
func (s *Server) tablesFor(r *request) ([]measure.Table, []measure.TableColumn, int, error) {
	lease, err := s.Desk.Lease(r.Context(), r.User)
	if err != nil {
		return nil, nil, 0, err
	}
	defer lease.Release()
	tables, err := lease.Reader.Tables(r.Context())
	if err != nil {
		return nil, nil, 0, err
	}
	columns, err := lease.Reader.TableColumns(r.Context())
	return tables, columns, lease.Number, err
}
