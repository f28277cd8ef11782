package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canbao/etl/refuse"
	"canbao/reports/audit"
	"canbao/reports/issue"
)

func (a *app) auditVerb() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: a.text("操作记录：谁在何时做了什么；检查有没有被改动", "the record: who did what and when; whether it was changed"),
		Args:  func(cmd *cobra.Command, args []string) error { return unknownVerb(cmd, args) },
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.auditVerifyVerb(), a.auditListVerb())
	return cmd
}

var headForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

func (a *app) auditVerifyVerb() *cobra.Command {
	var noted []string
	cmd := a.verb("verify", refuse.Text{ZH: "检查记录是否完整，打印头供抄录；有问题退出码为 1", EN: "check that the record is whole, and print its head to be noted; exit 1 where it is not"},
		func(*cobra.Command, []string) error {
			if err := a.mustBeWorkspace(); err != nil {
				return err
			}
			for i, h := range noted {
				noted[i] = strings.ToLower(strings.TrimSpace(h))
				if !headForm.MatchString(noted[i]) {
					return wrong(refuse.Text{ZH: fmt.Sprintf("“%s”不是头", h), EN: fmt.Sprintf("%q is no head", h)},
						refuse.Text{ZH: "头是 64 个十六进制字符，由 " + a.command("audit verify") + " 打印", EN: "a head is 64 hexadecimal characters, printed by " + a.command("audit verify")})
				}
			}
			return a.verify(noted)
		})
	cmd.Example = "  canbao audit verify\n  canbao audit verify --head 3f9c..."
	cmd.Args = none()
	cmd.Flags().StringArrayVar(&noted, "head", nil, a.text("以前抄下的头，检查它还在不在；可多次", "a head noted earlier, to be looked for; may be repeated"))
	a.takes(cmd, listed)
	return cmd
}

var findingColumns = []column{
	{key: "finding", title: refuse.Text{ZH: "问题", EN: "finding"}},
	{key: "seq", title: refuse.Text{ZH: "条", EN: "entry"}, right: true},
	{key: "until", title: refuse.Text{ZH: "至", EN: "to"}, right: true},
	{key: "line", title: refuse.Text{ZH: "文件行", EN: "line"}, right: true},
	{key: "text", title: refuse.Text{ZH: "说明", EN: "what"}},
}

// verify tells whether the record is whole. For machines: the findings; for
// people: the head as well.
func (a *app) verify(noted []string) error {
	issued, err := a.headsIssued()
	if err != nil {
		return err
	}
	r, err := audit.Verify(a.auditDir(), append(noted, issued...)...)
	if err != nil {
		return err
	}
	l := listing{columns: findingColumns}
	for _, f := range r.Findings {
		text := f.Text().In(a.set.Lang)
		l.add(cell{data: string(f.Kind), shown: f.Kind.Title().In(a.set.Lang), tone: alarm}, plain(f.Seq), plain(f.Until), plain(f.Line), plain(text))
	}
	if len(l.rows) > 0 || a.set.Format != "table" {
		if err := a.print(l); err != nil {
			return err
		}
	}
	if a.set.Format == "table" {
		if err := a.printHead(r); err != nil {
			return err
		}
	}
	a.tellCrashes(r)
	if !r.Whole() {
		return &answerNo{refuse.Text{ZH: fmt.Sprintf("记录不完整：%d 处问题", r.Broken), EN: fmt.Sprintf("the record is not whole: %d findings", r.Broken)}}
	}
	return nil
}

// headsIssued are the heads that issued bulletins have noted.
func (a *app) headsIssued() (heads []string, err error) {
	all, err := issue.List(a.issuedDir())
	for _, i := range all {
		if i.Record != nil {
			heads = append(heads, i.Record.Head)
		}
	}
	return heads, err
}

func (a *app) printHead(r audit.Report) error {
	if r.Entries == 0 {
		_, err := fmt.Fprintln(a.out, a.text("没有记录", "nothing is on record"))
		return err
	}
	span := r.First.In(shanghai).Format(time.DateTime) + a.text(" 至 ", " to ") + r.Last.In(shanghai).Format(time.DateTime)
	line := a.text("%s 条记录，%s\n", "%s entries, %s\n")
	if r.Whole() {
		line = a.text("记录完整：%s 条，%s\n", "the record is whole: %s entries, %s\n")
	}
	if _, err := fmt.Fprintf(a.out, line, thousands(r.Entries), span); err != nil {
		return err
	}
	if !r.Whole() || r.Head.Hash == "" {
		return nil
	}
	if _, err := fmt.Fprintf(a.out, a.text("头：第 %d 条 %s\n", "head: entry %d %s\n"), r.Head.Seq, r.Head.Hash); err != nil {
		return err
	}
	a.tell("把头抄在别处：日后 "+a.command("audit verify")+" --head 能证明到此为止没有被改写",
		"note the head elsewhere: "+a.command("audit verify")+" --head will prove that nothing up to it was written anew")
	return nil
}

// tellCrashes tells of what crashes have left, which is no fault of anybody.
func (a *app) tellCrashes(r audit.Report) {
	if r.Healed > 0 {
		a.tell(fmt.Sprintf("其中 %d 条说明程序中断后的修复（canbao audit list --act healed）", r.Healed),
			fmt.Sprintf("%d of them tell of what was healed after a crash (canbao audit list --act healed)", r.Healed))
	}
	if r.Torn {
		a.tell("末尾有没写完的一行（程序曾中断），下一条记录写入时清除", "the last line was never finished (a crash): the next entry takes it away")
	}
	if r.Behind > 0 {
		a.tell(fmt.Sprintf("头文件落后 %d 条（程序曾中断），下一条记录写入时补上", r.Behind), fmt.Sprintf("the head is %d entries behind (a crash): the next entry brings it up", r.Behind))
	}
}

// auditAsked is what `canbao audit list` was told.
type auditAsked struct {
	by, act, outcome, since, until string
	last                           int
}

func (a *app) auditListVerb() *cobra.Command {
	var q auditAsked
	cmd := a.verb("list", refuse.Text{ZH: "列出记录", EN: "list the record"}, func(cmd *cobra.Command, _ []string) error {
		if err := a.mustBeWorkspace(); err != nil {
			return err
		}
		f, err := q.filter()
		if err != nil {
			return err
		}
		return a.listAudit(cmd.Context(), f, q.last)
	})
	cmd.Example = "  canbao audit list --act reveal --since 2020-12-01 --format csv"
	cmd.Args = none()
	var acts []string
	for _, act := range audit.Acts() {
		acts = append(acts, string(act))
	}
	flags := cmd.Flags()
	flags.StringVar(&q.by, "by", "", a.text("谁", "who"))
	flags.StringVar(&q.act, "act", "", a.text("做了什么：", "what was done: ")+strings.Join(acts, ", "))
	flags.StringVar(&q.outcome, "outcome", "", a.text("结果：ok、refused、failed、stopped", "how it ended: ok, refused, failed, stopped"))
	flags.StringVar(&q.since, "since", "", a.text("从哪一天（含）或哪一刻起", "from this day or moment on"))
	flags.StringVar(&q.until, "until", "", a.text("到哪一天（含）或哪一刻（不含）止", "up to this day, the whole of it included, or this moment"))
	flags.IntVar(&q.last, "last", 0, a.text("只列最后几条（0 为全部）", "only the last so many, 0 for all"))
	words(cmd, "act", acts)
	a.takes(cmd, listed)
	return cmd
}

// filter reads days as those of Shanghai.
func (q auditAsked) filter() (f audit.Filter, err error) {
	f = audit.Filter{By: q.by, Act: audit.Act(q.act), Outcome: q.outcome}
	if q.act != "" {
		var acts []string
		for _, act := range audit.Acts() {
			acts = append(acts, string(act))
		}
		if err := oneOf("act", q.act, acts); err != nil {
			return f, err
		}
	}
	if q.outcome != "" {
		if err := oneOf("outcome", q.outcome, []string{audit.OK, audit.Refused, audit.Failed, audit.Stopped}); err != nil {
			return f, err
		}
	}
	if q.last < 0 {
		return f, oneOf("last", fmt.Sprint(q.last), []string{"0", "1", "2", "..."})
	}
	if f.Since, _, err = momentOf("since", q.since); err != nil {
		return f, err
	}
	day := false
	if f.Until, day, err = momentOf("until", q.until); day {
		f.Until = f.Until.AddDate(0, 0, 1)
	}
	return f, err
}

// momentOf reads a day or a moment; none is the zero time.
func momentOf(flag, text string) (t time.Time, day bool, err error) {
	if text == "" {
		return t, false, nil
	}
	for _, form := range []string{time.DateOnly, time.DateTime, "2006-01-02 15:04"} {
		if t, err = time.ParseInLocation(form, text, shanghai); err == nil {
			return t, form == time.DateOnly, nil
		}
	}
	return t, false, wrong(refuse.Text{ZH: fmt.Sprintf("选项 --%s 的值“%s”无效", flag, text), EN: fmt.Sprintf("flag --%s cannot be %q", flag, text)},
		refuse.Text{ZH: "写日期 2020-12-01，或时刻 \"2020-12-01 09:30\"", EN: "give a day, 2020-12-01, or a moment, \"2020-12-01 09:30\""})
}

var auditColumns = []column{
	{key: "seq", title: refuse.Text{ZH: "条", EN: "entry"}, right: true},
	{key: "at", title: refuse.Text{ZH: "时间", EN: "at"}},
	{key: "by", title: refuse.Text{ZH: "谁", EN: "by"}},
	{key: "role", title: refuse.Text{ZH: "角色", EN: "role"}},
	{key: "via", title: refuse.Text{ZH: "途径", EN: "via"}},
	{key: "act", title: refuse.Text{ZH: "做了什么", EN: "act"}},
	{key: "what", title: refuse.Text{ZH: "内容", EN: "what"}, width: 60},
	{key: "snapshot", title: refuse.Text{ZH: "快照", EN: "snapshot"}, right: true},
	{key: "rows", title: refuse.Text{ZH: "行数", EN: "rows"}, right: true},
	{key: "outcome", title: refuse.Text{ZH: "结果", EN: "outcome"}},
}

func (a *app) listAudit(ctx context.Context, f audit.Filter, last int) error {
	f.Newest = last > 0
	columns := auditColumns
	if a.set.Format != "table" {
		columns = append(columns[:len(columns):len(columns)], column{key: "hash"})
	}
	w := a.rowWriter(columns)
	var held []audit.Entry // the last ones come newest first
	n := 0
	for e, err := range audit.Read(a.auditDir(), f) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return a.unreadRecord(ctx, err)
		}
		n++
		if f.Newest {
			if held = append(held, e); n == last {
				break
			}
			continue
		}
		if err := w.add(a.auditCells(e)); err != nil {
			return fmt.Errorf("write the result: %w", err)
		}
	}
	for i := len(held) - 1; i >= 0; i-- {
		if err := w.add(a.auditCells(held[i])); err != nil {
			return fmt.Errorf("write the result: %w", err)
		}
	}
	if err := w.end(); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	a.tell(fmt.Sprintf("共 %d 条", n), fmt.Sprintf("%d entries", n))
	return nil
}

// unreadRecord says what to do about a record that is no record.
func (a *app) unreadRecord(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return err
	}
	return &refuse.Error{
		What:  refuse.Text{ZH: "操作记录读不了", EN: "the record cannot be read"},
		Where: a.auditDir(),
		Do:    refuse.Text{ZH: "用 " + a.command("audit verify") + " 查看哪里不对", EN: a.command("audit verify") + " tells what is wrong"},
		Err:   err,
	}
}

func (a *app) auditCells(e audit.Entry) []cell {
	var snapshot any
	if e.Snapshot > 0 {
		snapshot = e.Snapshot
	}
	outcome := cell{data: e.Outcome, shown: audit.OutcomeTitle(e.Outcome).In(a.set.Lang)}
	if e.Outcome != audit.OK {
		outcome.tone = watch
	}
	cells := []cell{plain(e.Seq), plain(e.At.In(shanghai).Format(time.DateTime)), plain(e.By), orNone(e.Role), plain(e.Via),
		{data: string(e.Act), shown: e.Act.Title().In(a.set.Lang)}, {data: e.What, shown: strings.Join(strings.Fields(e.What), " ")},
		plain(snapshot), plain(e.Rows), outcome}
	if a.set.Format != "table" {
		cells = append(cells, plain(e.Hash))
	}
	return cells
}
