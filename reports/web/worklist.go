package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"canbao/etl/refuse"
	"canbao/models/measure"
	"canbao/reports/access"
	"canbao/reports/audit"
	"canbao/reports/desk"
)

var worklistPages = []page{
	{pattern: "GET /worklist", right: access.SeePeople, menu: refuse.Text{ZH: "应参未参", EN: "Missing"}, answer: (*Server).worklist},
	{pattern: "POST /worklist/reveal", right: access.Reveal, answer: (*Server).doReveal},
	{pattern: "POST /worklist/book", right: access.SeePeople, answer: (*Server).worklistBook},
}

// listPage is how many people a page shows.
const listPage = 50

// mostReason is the longest reason, in characters.
const mostReason = 200

// listAsked says whose list is wanted.
type listAsked struct {
	campaign *measure.Campaign
	day      time.Time
	item     string // empty for the overview
	area     measure.Area
	page     int // from 1
	mine     []measure.Area
	all      []measure.Area
}

// listOf reads what is asked for of the snapshot the user may see, which the
// caller releases.
func (s *Server) listOf(r *request) (*desk.Lease, *listAsked, error) {
	lease, err := s.Desk.Lease(r.Context(), r.User)
	if err != nil {
		return nil, nil, err
	}
	q, err := s.readList(r.Context(), r, lease)
	if err != nil {
		lease.Release()
		return nil, nil, err
	}
	return lease, q, nil
}

// readList reads what is asked for: from the address, or from a form.
func (s *Server) readList(ctx context.Context, r *request, lease *desk.Lease) (*listAsked, error) {
	if err := r.ParseForm(); err != nil {
		return nil, badForm(err)
	}
	c, err := lease.Reader.Campaign(ctx, s.Campaign)
	if err != nil {
		return nil, err
	}
	q := &listAsked{campaign: c, item: r.FormValue("item"), page: 1}
	if q.day, err = c.AsOf(r.FormValue("day")); err != nil {
		return nil, err
	}
	if q.item != "" {
		if _, err := c.Item(q.item); err != nil {
			return nil, err
		}
	}
	if n, err := strconv.Atoi(r.FormValue("page")); err == nil && n > 0 {
		q.page = n
	}
	if q.all, err = lease.Reader.Areas(ctx); err != nil {
		return nil, err
	}
	q.mine = areasOf(r.User, q.all)
	if len(q.mine) == 0 {
		return nil, errNoArea
	}
	q.area = q.mine[0]
	if code := r.FormValue("area"); code != "" {
		i := slices.IndexFunc(q.mine, func(a measure.Area) bool { return a.Code == code })
		if i < 0 {
			return nil, errNotYours
		}
		q.area = q.mine[i]
	}
	return q, nil
}

var (
	errNotYours = &problem{status: http.StatusForbidden,
		what: refuse.Text{ZH: "这个区划不在您的范围内", EN: "this area is not one of yours"},
		do:   refuse.Text{ZH: "请从名单页选择区划", EN: "choose one on the page of lists"}}
	errNoArea = &problem{status: http.StatusForbidden,
		what: refuse.Text{ZH: "您没有可看的区划", EN: "there is no area that you may see"},
		do:   refuse.Text{ZH: "请管理用户的同事核对区划代码", EN: "ask whoever manages the users to check the codes of your areas"}}
	errNoOffice = &refuse.Error{
		What: refuse.Text{ZH: "这里没有数据仓库，姓名和证件号码只存在那里", EN: "there is no warehouse here, which alone holds names and numbers"},
		Do:   refuse.Text{ZH: "请在装载数据的那台机器上查看", EN: "see it on the machine where the data were loaded"}}
)

// areasOf are the areas whose people somebody may see: of a town's user its own
// and what lies in them, parents first.
func areasOf(u access.User, all []measure.Area) []measure.Area {
	if u.Role != access.Town {
		return all
	}
	mine := map[string]bool{}
	var found []measure.Area
	for _, a := range all { // parents stand before children
		if slices.Contains(u.Areas, a.Code) || mine[a.Parent] {
			mine[a.Code] = true
			found = append(found, a)
		}
	}
	return found
}

// worklist shows how many are missing by item and area, or who is.
func (s *Server) worklist(w http.ResponseWriter, r *request) error {
	lease, q, err := s.listOf(r)
	if err != nil {
		return err
	}
	defer lease.Release()
	if q.item == "" {
		return s.worklistOverview(w, r, lease, q)
	}
	return s.showList(w, r, lease, q, nil)
}

// address is the page of the list with something changed.
func (q *listAsked) address(item, area string, page int) string {
	v := url.Values{"day": {q.day.Format(time.DateOnly)}, "area": {area}}
	if item != "" {
		v.Set("item", item)
	}
	if page > 1 {
		v.Set("page", strconv.Itoa(page))
	}
	return "/worklist?" + v.Encode()
}

// listView is a page of a list.
type listView struct {
	choiceView
	Item, AreaName     string
	Total              int64
	First, Last        int64
	People             []personView
	NoNames            string // why there are none
	Headcount          bool
	Before, After      string // addresses
	MayReveal, MayTake bool
	Revealed           bool
	Reason             string
	No                 string // why nobody was revealed
	Page               int
	snapshot           int
}

func (v listView) foot(w words) string {
	return w.f("快照 %d · 截至 %s · 内部资料，不得外传", "Snapshot %d · as of %s · internal", v.snapshot, v.Day)
}

// choiceView are the fields that choose item, area and day.
type choiceView struct {
	Day, First0, Last0 string
	ItemID, AreaCode   string
	Items              []optionView
	Areas              []optionView
}

type optionView struct {
	Value, Title string
	Chosen       bool
}

type personView struct{ Area, Key, Name, Number, Phone, Reason, Visited string }

func (q *listAsked) choice(w words) choiceView {
	v := choiceView{Day: q.day.Format(time.DateOnly), First0: q.campaign.Opening.Format(time.DateOnly), Last0: q.campaign.LastDay.Format(time.DateOnly),
		ItemID: q.item, AreaCode: q.area.Code}
	for _, i := range q.campaign.Items {
		if i.Source != "tally" {
			v.Items = append(v.Items, optionView{i.ID, w.t(i.Title, i.TitleEN), i.ID == q.item})
		}
	}
	for _, a := range q.mine {
		indent := map[string]string{"town": "　", "village": "　　"}[a.Level]
		v.Areas = append(v.Areas, optionView{a.Code, indent + a.Name, a.Code == q.area.Code})
	}
	return v
}

// revealed is a page of a list with its people named, or why it is not.
type revealed struct {
	names  map[Person]Named
	reason string
	no     error
}

// showList shows a page of a list: masked, or revealed.
func (s *Server) showList(w http.ResponseWriter, r *request, lease *desk.Lease, q *listAsked, shown *revealed) error {
	ctx := r.Context()
	list, people, err := s.people(ctx, lease, q)
	if err != nil {
		return err
	}
	v := listView{choiceView: q.choice(r.words), Item: r.t(list.Item.Title, list.Item.TitleEN), AreaName: list.Area.Name, Total: list.Total,
		Headcount: list.Item.Source == "headcount", Page: q.page, snapshot: lease.Number,
		MayReveal: s.Office != nil && r.User.Role.May(access.Reveal), MayTake: s.Office != nil && mayExport(r.User)}
	v.First = int64(q.page-1)*listPage + 1
	v.Last = v.First + int64(len(people)) - 1
	if q.page > 1 {
		v.Before = q.address(q.item, q.area.Code, q.page-1)
	}
	if v.Last < list.Total && len(people) > 0 {
		v.After = q.address(q.item, q.area.Code, q.page+1)
	}
	var names map[Person]Named
	status := http.StatusOK
	switch {
	case shown != nil && shown.no != nil:
		status, v.No, v.Reason = http.StatusUnprocessableEntity, said(shown.no).In(string(r.words)), shown.reason
		fallthrough
	case shown == nil:
		if names, err = s.masked(ctx, people); err != nil {
			v.NoNames = said(err).In(string(r.words))
		}
	default:
		names, v.Revealed, v.Reason = shown.names, true, shown.reason
	}
	for _, p := range people {
		n := names[p.Person]
		v.People = append(v.People, personView{p.Area, keyText(p.Person), n.Name, n.Number, n.Phone, p.Reason.Text().In(string(r.words)), p.Answer.Text().In(string(r.words))})
	}
	return s.show(w, r, status, "worklist", r.t("应参未参名单", "Who is missing"), v)
}

// people are those of the page asked for.
func (s *Server) people(ctx context.Context, lease *desk.Lease, q *listAsked) (*measure.Worklist, []measure.Missing, error) {
	list, err := lease.Reader.Worklist(ctx, measure.AskMissing{Campaign: q.campaign, Item: q.item, Area: q.area.Code, AsOf: q.day})
	if err != nil {
		return nil, nil, err
	}
	people, err := list.Page(ctx, int64(q.page-1)*listPage, listPage)
	return list, people, err
}

// masked tells who people are, masked.
func (s *Server) masked(ctx context.Context, people []measure.Missing) (map[Person]Named, error) {
	if s.Office == nil {
		return nil, errNoOffice
	}
	if len(people) == 0 {
		return nil, nil
	}
	return s.Office.Masked(ctx, people)
}

// keyText is a person key as a query shows it.
func keyText(p Person) string {
	return fmt.Sprintf("%x-%x-%x-%x-%x", p[:4], p[4:6], p[6:8], p[8:10], p[10:])
}

// doReveal shows who the people of a page are. The record and the warehouse
// have written down who asks before anybody is shown.
func (s *Server) doReveal(w http.ResponseWriter, r *request) error {
	ctx := r.Context()
	lease, q, err := s.listOf(r)
	if err != nil {
		return err
	}
	defer lease.Release()
	reason, err := readReason(r)
	if err == nil && s.Office == nil {
		err = errNoOffice
	}
	if err != nil {
		return s.showList(w, r, lease, q, &revealed{reason: reason, no: err})
	}
	list, people, err := s.people(ctx, lease, q)
	if err != nil {
		return err
	}
	names, err := s.Office.Reveal(ctx, Revealing{By: r.User.Name, Reason: reason, List: list, Rows: int64(len(people))}, people)
	e := listEntry(audit.Reveal, lease, list, int64(len(people)))
	e.What, e.Outcome = e.What+": "+reason, outcomeOf(err)
	if recorded := s.record(r, e); recorded != nil {
		return errors.Join(err, recorded)
	}
	return s.showList(w, r, lease, q, &revealed{names: names, reason: reason, no: err})
}

func readReason(r *request) (string, error) {
	reason := strings.Join(strings.Fields(r.PostFormValue("reason")), " ")
	switch {
	case reason == "":
		return "", &refuse.Error{What: refuse.Text{ZH: "显示姓名和证件号码要写明原因", EN: "showing names and numbers needs a reason"},
			Do: refuse.Text{ZH: "写明用途；它会和您的名字一起记录在案", EN: "say what for: it goes on record with your name"}}
	case len([]rune(reason)) > mostReason:
		return reason, &refuse.Error{What: refuse.Text{ZH: fmt.Sprintf("原因最多 %d 个字", mostReason), EN: fmt.Sprintf("a reason has %d characters at most", mostReason)},
			Do: refuse.Text{ZH: "请缩短", EN: "make it shorter"}}
	case audit.Masked(reason) != reason:
		return "", &refuse.Error{What: refuse.Text{ZH: "原因里有证件号码或电话", EN: "the reason holds somebody's number"},
			Do: refuse.Text{ZH: "去掉号码；没有显示任何人", EN: "leave it out; nobody was shown"}}
	}
	return reason, nil
}

func listEntry(act audit.Act, lease *desk.Lease, list *measure.Worklist, rows int64) audit.Entry {
	return audit.Entry{Act: act, Snapshot: lease.Number, Rows: rows, Outcome: audit.OK,
		// Words between code and day: together they would pass for somebody's number.
		What: fmt.Sprintf("worklist %s %s of %s as of %s", list.Campaign.ID, list.Item.ID, list.Area.Code, list.AsOf.Format(time.DateOnly))}
}

// outcomeOf is how the record names an end.
func outcomeOf(err error) string {
	var no *refuse.Error
	switch {
	case err == nil:
		return audit.OK
	case errors.As(err, &no):
		return audit.Refused
	case errors.Is(err, context.Canceled):
		return audit.Stopped
	}
	return audit.Failed
}

// worklistBook sends the workbook for the visits: masked, or with a reason
// revealed.
func (s *Server) worklistBook(w http.ResponseWriter, r *request) error {
	ctx := r.Context()
	if !mayExport(r.User) {
		return errForbidden
	}
	lease, q, err := s.listOf(r)
	if err != nil {
		return err
	}
	defer lease.Release()
	if s.Office == nil {
		return s.showList(w, r, lease, q, &revealed{no: errNoOffice})
	}
	reason := ""
	if r.PostFormValue("names") != "" {
		if !r.User.Role.May(access.Reveal) {
			return errForbidden
		}
		if reason, err = readReason(r); err != nil {
			return s.showList(w, r, lease, q, &revealed{reason: reason, no: err})
		}
	}
	list, _, err := s.people(ctx, lease, q)
	if err != nil {
		return err
	}
	file := fmt.Sprintf("worklist-%s-%s_%s.xlsx", q.item, q.area.Code, q.day.Format(time.DateOnly))
	var book bytes.Buffer // nothing of it may lie in temporary files
	err = s.Office.Book(ctx, &book, Revealing{By: r.User.Name, Reason: reason, List: list, Rows: list.Total, File: file}, string(r.words))
	e := listEntry(audit.Export, lease, list, list.Total)
	e.What, e.Outcome = e.What+" > "+file, outcomeOf(err)
	if reason != "" {
		e.Act, e.What = audit.Reveal, e.What+": "+reason
	}
	if recorded := s.record(r, e); recorded != nil {
		return errors.Join(err, recorded)
	}
	if err != nil {
		return s.showList(w, r, lease, q, &revealed{reason: reason, no: err})
	}
	_, err = book.WriteTo(&download{ResponseWriter: w, kind: fileTypes["xlsx"], name: file})
	return quiet(err)
}
