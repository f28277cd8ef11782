package web

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"canbao/etl/refuse"
	"canbao/reports/access"
	"canbao/reports/audit"
)

var deedPages = []page{
	{pattern: "GET /record", right: access.ReadAudit, menu: refuse.Text{ZH: "操作记录", EN: "Record"}, answer: (*Server).deeds},
	{pattern: "POST /record/verify", right: access.ReadAudit, answer: (*Server).verify},
	{pattern: "GET /users", right: access.ManageUsers, also: access.ReadAudit, menu: refuse.Text{ZH: "用户", EN: "Users"}, answer: (*Server).users},
}

// deedPage is how many entries a page shows.
const deedPage = 100

// deedView is a page of the record.
type deedView struct {
	Filter                      audit.Filter
	Since, Until                string
	Acts, Outcomes, Vias, Roles []optionView
	Deeds                       []audit.Entry
	After                       string // address of the entries before these
	No                          string // what is wrong with the record
	Report                      *audit.Report
	Findings                    []string
	zone                        *time.Location
}

// At is a moment as the page shows it.
func (v deedView) At(t time.Time) string { return t.In(v.zone).Format(time.DateTime) }

// deeds lists what was done, the last first.
func (s *Server) deeds(w http.ResponseWriter, r *request) error { return s.showDeeds(w, r, nil) }

// verify checks the chain, and says what was found.
func (s *Server) verify(w http.ResponseWriter, r *request) error {
	report, err := audit.Verify(s.AuditDir)
	if err != nil {
		return err
	}
	e := audit.Entry{Act: audit.AuditRead, What: "verify", Rows: report.Entries, Outcome: audit.OK}
	if !report.Whole() {
		e.Outcome = audit.Failed
	}
	if err := s.record(r, e); err != nil {
		return err
	}
	return s.showDeeds(w, r, &report)
}

func (s *Server) showDeeds(w http.ResponseWriter, r *request, report *audit.Report) error {
	form := r.URL.Query()
	v := deedView{zone: shanghai, Since: form.Get("since"), Until: form.Get("until"), Report: report}
	v.Filter = audit.Filter{By: form.Get("by"), Role: form.Get("role"), Via: form.Get("via"), Outcome: form.Get("outcome"), Act: audit.Act(form.Get("act")), Newest: true}
	if since, err := time.ParseInLocation(time.DateOnly, v.Since, shanghai); err == nil {
		v.Filter.Since = since
	}
	if until, err := time.ParseInLocation(time.DateOnly, v.Until, shanghai); err == nil {
		v.Filter.Until = until.AddDate(0, 0, 1)
	}
	before, err := strconv.ParseInt(form.Get("before"), 10, 64)
	later := err == nil // a later page: entries below this number
	for e, err := range audit.Read(s.AuditDir, v.Filter) {
		if err != nil {
			v.No = r.t("记录里有读不出的一行，可能被改动过；请核对。", "A line of the record cannot be read, it may have been changed: verify the record.")
			break
		}
		if later && e.Seq >= before {
			continue
		}
		if len(v.Deeds) == deedPage {
			v.After = deedAddress(form, v.Deeds[deedPage-1])
			break
		}
		v.Deeds = append(v.Deeds, e)
	}
	if err := s.noteReading(r, form); err != nil {
		return err
	}
	v.options(r.words)
	if report != nil {
		for _, f := range report.Findings {
			v.Findings = append(v.Findings, findingText(f, r.words))
		}
	}
	return s.show(w, r, http.StatusOK, "record", r.t("操作记录", "Record"), v)
}

// noteReading writes down that the record was read: a search, not every page of
// it and not the first look.
func (s *Server) noteReading(r *request, form url.Values) error {
	if r.Method != http.MethodGet || len(form) == 0 || form.Get("before") != "" {
		return nil
	}
	return s.record(r, audit.Entry{Act: audit.AuditRead, What: form.Encode(), Outcome: audit.OK})
}

func deedAddress(form url.Values, last audit.Entry) string {
	v := url.Values{}
	for name, values := range form {
		if values[0] != "" {
			v[name] = values[:1]
		}
	}
	v.Set("before", strconv.FormatInt(last.Seq, 10))
	return "/record?" + v.Encode()
}

var actTitles = map[audit.Act]refuse.Text{
	audit.SignIn: {ZH: "登录", EN: "signed in"}, audit.SignInFailed: {ZH: "登录失败", EN: "sign-in failed"}, audit.SignOut: {ZH: "退出", EN: "signed out"},
	audit.Query: {ZH: "查询", EN: "query"}, audit.Export: {ZH: "导出", EN: "export"}, audit.Reveal: {ZH: "显示姓名号码", EN: "reveal"},
	audit.UserChange: {ZH: "用户变更", EN: "users changed"}, audit.Load: {ZH: "装载", EN: "load"}, audit.Unload: {ZH: "退回", EN: "unload"},
	audit.Build: {ZH: "计算", EN: "build"}, audit.Publish: {ZH: "发布", EN: "publish"}, audit.Bulletin: {ZH: "通报", EN: "bulletin"},
	audit.Visit: {ZH: "走访结果", EN: "visits"}, audit.Correct: {ZH: "更正", EN: "correct"}, audit.Dismiss: {ZH: "作废", EN: "dismiss"},
	audit.KeyChange: {ZH: "密钥", EN: "key"}, audit.Stop: {ZH: "停止他人查询", EN: "stopped a query"}, audit.Serve: {ZH: "服务", EN: "service"},
	audit.AuditRead: {ZH: "查看记录", EN: "record read"}, audit.Healed: {ZH: "断电后修复", EN: "healed after a crash"},
}

// actOrder is that of the list to choose from.
var actOrder = []audit.Act{audit.SignIn, audit.SignInFailed, audit.SignOut, audit.Query, audit.Export, audit.Reveal, audit.Visit, audit.UserChange,
	audit.Load, audit.Unload, audit.Build, audit.Publish, audit.Bulletin, audit.Correct, audit.Dismiss, audit.KeyChange, audit.Stop, audit.Serve, audit.AuditRead, audit.Healed}

var outcomeTitles = map[string]refuse.Text{
	audit.OK: {ZH: "完成", EN: "ok"}, audit.Refused: {ZH: "被拒绝", EN: "refused"}, audit.Failed: {ZH: "出错", EN: "failed"}, audit.Stopped: {ZH: "停止", EN: "stopped"},
}

var viaTitles = map[string]refuse.Text{"cli": {ZH: "命令行", EN: "command line"}, "web": {ZH: "网页", EN: "pages"}, "wire": {ZH: "接口", EN: "wire"}}

// ActTitle, OutcomeTitle and ViaTitle are what the page calls them.
func (v deedView) ActTitle(a audit.Act) refuse.Text { return titleOf(actTitles[a], string(a)) }
func (v deedView) OutcomeTitle(id string) refuse.Text {
	return titleOf(outcomeTitles[id], id)
}
func (v deedView) ViaTitle(id string) refuse.Text { return titleOf(viaTitles[id], id) }

func titleOf(t refuse.Text, id string) refuse.Text {
	if t == (refuse.Text{}) {
		return refuse.Text{ZH: id, EN: id}
	}
	return t
}

func (v *deedView) options(w words) {
	lang := string(w)
	for _, a := range actOrder {
		v.Acts = append(v.Acts, optionView{string(a), v.ActTitle(a).In(lang), a == v.Filter.Act})
	}
	for _, o := range []string{audit.OK, audit.Refused, audit.Failed, audit.Stopped} {
		v.Outcomes = append(v.Outcomes, optionView{o, v.OutcomeTitle(o).In(lang), o == v.Filter.Outcome})
	}
	for _, x := range []string{"web", "wire", "cli"} {
		v.Vias = append(v.Vias, optionView{x, v.ViaTitle(x).In(lang), x == v.Filter.Via})
	}
	for _, role := range access.Roles {
		v.Roles = append(v.Roles, optionView{string(role), role.Title().In(lang), string(role) == v.Filter.Role})
	}
}

var kindTitles = map[audit.Kind]refuse.Text{
	audit.Changed: {ZH: "被改动", EN: "changed"}, audit.Missing: {ZH: "缺失", EN: "missing"}, audit.Reordered: {ZH: "次序被动过", EN: "reordered"},
	audit.Repeated: {ZH: "重复", EN: "repeated"}, audit.CutOff: {ZH: "末尾被截去", EN: "cut off at the end"},
	audit.NoHead: {ZH: "链头缺失或不符", EN: "the head is missing or another's"}, audit.NotThere: {ZH: "记下的链头不在记录里", EN: "a head noted is no entry's"},
}

func findingText(f audit.Finding, w words) string {
	kind := titleOf(kindTitles[f.Kind], string(f.Kind)).In(string(w))
	switch {
	case f.Seq == 0 && f.Line == 0:
		return kind
	case f.Seq == 0:
		return w.f("第 %d 行：%s", "line %d: %s", f.Line, kind)
	case f.Until > f.Seq:
		return w.f("第 %d 至 %d 条：%s", "entries %d to %d: %s", f.Seq, f.Until, kind)
	}
	return w.f("第 %d 条：%s", "entry %d: %s", f.Seq, kind)
}

// usersView is who may sign in, and what each role may.
type usersView struct {
	Users  []userView
	Matrix []access.MatrixRow
	Roles  []access.Role
	Change bool // the reader manages users
}

type userView struct {
	access.User
	Role, Areas, Since string
}

// users lists the users, for whoever manages or watches them.
func (s *Server) users(w http.ResponseWriter, r *request) error {
	v := usersView{Matrix: access.Matrix(), Roles: access.Roles, Change: r.User.Role.May(access.ManageUsers)}
	for _, u := range s.Users.List() {
		one := userView{User: u, Role: u.Role.Title().In(string(r.words)), Since: u.Since.In(shanghai).Format(time.DateOnly)}
		for n, a := range u.Areas {
			if n > 0 {
				one.Areas += r.t("、", ", ")
			}
			one.Areas += a
		}
		v.Users = append(v.Users, one)
	}
	return s.show(w, r, http.StatusOK, "users", r.t("用户", "Users"), v)
}
