package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canbao/etl"
	"canbao/etl/refuse"
	"canbao/models/measure"
	"canbao/reports"
	"canbao/reports/audit"
	"canbao/reports/export"
	"canbao/reports/issue"
	"canbao/sql/duck"
)

// issueAsked is what `canbao issue` was told.
type issueAsked struct {
	question
	number        int
	since, reason string
	reissue       bool
	editions      []string
	formats       []string
	sinceSaid     bool // else that of the revision it corrects
	editionsSaid  bool
	earlier       *issue.Issued // the revision it corrects, nil for none
}

func (a *app) issueVerb() *cobra.Command {
	var q issueAsked
	cmd := a.verb("issue --as-of DAY --number N", refuse.Text{ZH: "发出一期通报并冻结：文件、数字和所依据的数据；更正时列出每个改动的数",
		EN: "issue a bulletin and freeze it: files, figures and what they rest on; a correction lists every figure that changed"},
		func(cmd *cobra.Command, _ []string) error {
			q.sinceSaid, q.editionsSaid = cmd.Flags().Changed("since"), cmd.Flags().Changed("edition")
			return a.issue(cmd.Context(), q)
		})
	cmd.Example = `  canbao issue --as-of 2020-12-10 --number 3 --edition internal,public
  canbao issue --as-of 2020-12-10 --number 3 --reissue --reason "佛堂镇补报 12 月 9 日缴费"`
	cmd.Args = none()
	a.asks(cmd, &q.question)
	a.takes(cmd, issuing)
	flags := cmd.Flags()
	flags.IntVar(&q.number, "number", 0, a.text("第几期", "the number of the issue"))
	flags.StringVar(&q.since, "since", "", a.text("与哪一天比较（默认七日前）", "the day to compare with (default: seven days before)"))
	flags.StringSliceVar(&q.editions, "edition", []string{string(measure.Internal)}, a.text("版本：internal 内部、public 公开，可以都要",
		"editions: internal, public, or both"))
	flags.StringSliceVar(&q.formats, "formats", defaultFormats, a.text("格式：html、xlsx、docx、pdf，逗号分隔", "formats: html, xlsx, docx, pdf, separated by commas"))
	flags.BoolVar(&q.reissue, "reissue", false, a.text("更正已发的一期：另存一版，原来的保留", "correct a number that was issued: a further revision, the earlier stay"))
	flags.StringVar(&q.reason, "reason", "", a.text("为什么更正（--reissue 时必填）", "why it is corrected (needed with --reissue)"))
	words(cmd, "edition", issueEditions)
	words(cmd, "formats", export.Formats())
	cmd.AddCommand(a.issueListVerb(), a.issueChangesVerb())
	return cmd
}

var issueEditions = []string{string(measure.Internal), string(measure.Public)}

// issue issues a bulletin and prints the paths of its files, one a line.
func (a *app) issue(ctx context.Context, q issueAsked) error {
	if err := a.mayIssue(&q); err != nil {
		return err
	}
	asked, err := a.ask(ctx, "issue", q.question)
	if err != nil {
		return err
	}
	defer asked.Close()
	if err := makeFolder(a.issuedDir()); err != nil {
		return err
	}
	lock, err := duck.Acquire(ctx, a.issuedDir(), a.shared())
	if err != nil {
		return err
	}
	defer lock.Release()
	d, err := a.begin(audit.Bulletin, fmt.Sprintf("issue number %d of %s as of %s", q.number, asked.campaign.ID, asked.day.Format(time.DateOnly)))
	if err != nil {
		return err
	}
	done, err := a.issueOn(ctx, asked, &q, d)
	if err := d.end(ctx, err); err != nil {
		return err
	}
	for _, f := range done.Files {
		if f.Kind == issue.BulletinFile {
			if _, err := fmt.Fprintln(a.out, filepath.Join(done.Dir, filepath.FromSlash(f.Path))); err != nil {
				return err
			}
		}
	}
	a.tellIssued(done)
	return nil
}

// issueOn issues a bulletin. Its manifest tells how far the record went, and the
// record of the deed the hash of the manifest.
func (a *app) issueOn(ctx context.Context, asked *asked, q *issueAsked, d *deed) (*issue.Issued, error) {
	order, err := a.order(ctx, asked, q)
	if err != nil {
		return nil, err
	}
	d.entry.Snapshot = order.Manifest.Snapshot.Number
	head, err := audit.HeadOf(a.auditDir())
	if err != nil {
		return nil, err
	}
	if head.Seq > 0 {
		order.Manifest.Record = &issue.Record{Entry: head.Seq, Head: head.Hash}
	}
	draft, err := issue.Begin(order)
	if err != nil {
		return nil, err
	}
	if err := a.writeIssue(ctx, asked, *q, draft); err != nil {
		return nil, errors.Join(err, draft.Abandon())
	}
	done, err := draft.Finish()
	if err != nil {
		return nil, errors.Join(err, draft.Abandon())
	}
	sum, err := done.Sum()
	d.entry.What += fmt.Sprintf(", revision %d, %s, manifest %s", done.Revision, strings.Join(done.Editions, " "), sum)
	return done, err
}

// mayIssue refuses what was not told, or cannot be meant.
func (a *app) mayIssue(q *issueAsked) error {
	q.reason = strings.TrimSpace(q.reason)
	switch {
	case q.number < 1:
		return wrong(refuse.Text{ZH: "issue 缺少 --number：第几期", EN: "issue needs --number: which number it is"},
			refuse.Text{ZH: "如 --number 3；" + a.command("issue list") + " 列出已发的", EN: "such as --number 3; " + a.command("issue list") + " tells what was issued"})
	case !q.reissue && q.reason != "":
		return wrong(refuse.Text{ZH: "--reason 只用于 --reissue", EN: "--reason goes with --reissue"}, refuse.Text{ZH: "第一次发不需要原因", EN: "the first issue needs none"})
	case len(q.editions) == 0 || len(q.formats) == 0:
		return wrong(refuse.Text{ZH: "版本和格式至少各要一种", EN: "an issue needs an edition and a format"}, refuse.Text{ZH: "如 --edition internal --formats html", EN: "such as --edition internal --formats html"})
	}
	for _, e := range q.editions {
		if err := oneOf("edition", e, issueEditions); err != nil {
			return err
		}
	}
	for _, f := range q.formats {
		if err := oneOf("formats", f, export.Formats()); err != nil {
			return err
		}
	}
	slices.Sort(q.editions)
	q.editions = slices.Compact(q.editions)
	return etl.CheckReason(q.reason, time.Now().In(shanghai))
}

// order gathers what is issued and what it rests on. A correction compares with
// the same day as the revision it corrects, and has its editions, unless others
// were asked for.
func (a *app) order(ctx context.Context, asked *asked, q *issueAsked) (issue.Order, error) {
	all, err := issue.List(a.issuedDir())
	if err != nil {
		return issue.Order{}, err
	}
	for i := range all {
		if one := &all[i]; q.reissue && one.Campaign == asked.campaign.ID && one.Number == q.number {
			q.earlier = one
		}
	}
	if q.earlier != nil && !q.sinceSaid {
		q.since = q.earlier.Since
	}
	if q.earlier != nil && !q.editionsSaid {
		q.editions = q.earlier.Editions
	}
	figures, err := asked.StandingRows(ctx, asked.campaign, asked.day)
	if err != nil {
		return issue.Order{}, err
	}
	in, err := asked.Inputs(ctx, asked.campaign)
	if err != nil {
		return issue.Order{}, err
	}
	ask := measure.Ask{Campaign: asked.campaign.ID, AsOf: asked.day}
	if q.since != "" {
		if ask.Since, err = asked.campaign.AsOf(q.since); err != nil {
			return issue.Order{}, err
		}
	}
	b, err := asked.Bulletin(ctx, ask)
	if err != nil {
		return issue.Order{}, err
	}
	o := issue.Order{Dir: a.issuedDir(), Reissue: q.reissue, Reason: q.reason, Manifest: issue.Manifest{
		Campaign: asked.campaign.ID, Title: refuse.Text{ZH: asked.campaign.Title, EN: asked.campaign.TitleEN}.In(a.set.Lang), Number: q.number,
		AsOf: asked.day.Format(time.DateOnly), Editions: q.editions, Lang: a.set.Lang, IssuedAt: time.Now().In(shanghai).Truncate(time.Second), IssuedBy: a.who(),
		Snapshot:       issue.Snapshot{Number: in.Snapshot.Number, BuiltAt: onTheWall(in.Snapshot.BuiltAt), Program: in.Snapshot.Program, DuckDB: in.Snapshot.DuckDB},
		CampaignSHA256: in.CampaignSHA256, AreasSHA256: in.AreasSHA256, Loads: []issue.Load{},
	}}
	if !b.Since.IsZero() {
		o.Manifest.Since = b.Since.Format(time.DateOnly)
	}
	for _, l := range in.Loads {
		o.Manifest.Loads = append(o.Manifest.Loads, issue.Load{Load: l.Load, File: l.File, Part: l.Part, Dataset: l.Dataset,
			LoadedAt: onTheWall(l.LoadedAt), Rows: l.Rows, Accepted: l.Accepted, SHA256: l.SHA256})
	}
	for _, f := range figures {
		o.Figures = append(o.Figures, issue.Figures{Table: strings.TrimPrefix(f.Table, "mart."), Columns: f.Columns, Rows: f.Cells})
	}
	return o, nil
}

// onTheWall is a moment of the warehouse, which keeps what the clock on the wall
// showed, with the zone it was in.
func onTheWall(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, shanghai)
}

// writeIssue writes the bulletin into the folder of the draft.
func (a *app) writeIssue(ctx context.Context, asked *asked, q issueAsked, draft *issue.Draft) error {
	correction := a.correction(draft, q.earlier)
	for _, edition := range q.editions {
		d, err := a.compose(ctx, asked, issued{since: q.since, edition: edition, formats: q.formats, number: q.number, correction: correction})
		if err != nil {
			return err
		}
		if _, err := export.Write(ctx, d, draft.Folder(), q.formats); err != nil {
			return err
		}
	}
	return nil
}

// correction is what the bulletin itself says of a correction, nil for none.
func (a *app) correction(draft *issue.Draft, earlier *issue.Issued) *reports.Correction {
	m := draft.Manifest()
	if m.Correction == nil {
		return nil
	}
	c := &reports.Correction{Revision: m.Revision, Replaces: m.Correction.Replaces, On: earlier.IssuedAt.In(shanghai), Reason: m.Correction.Reason, Changed: m.Correction.Changed}
	for _, cause := range causes(m.Correction) {
		c.Causes = append(c.Causes, cause.In(a.set.Lang))
	}
	for _, change := range draft.Changes() {
		if change.Table != "collection" {
			c.Changes = append(c.Changes, reports.Changed{Item: change.Item, AreaCode: change.AreaCode, Field: change.Field, Before: change.Before, After: change.After})
		}
	}
	return c
}

// mostCauses is how many files a sentence names.
const mostCauses = 10

// causes are what came between two revisions, a sentence each.
func causes(c *issue.Correction) []refuse.Text {
	var all []refuse.Text
	files := func(loads []issue.Load, zh, en string) {
		if len(loads) == 0 {
			return
		}
		var namesZH, namesEN []string
		for _, l := range loads[:min(len(loads), mostCauses)] {
			name := filepath.Base(l.File)
			if l.Part != "" {
				name += "/" + l.Part
			}
			namesZH = append(namesZH, fmt.Sprintf("第%d次 %s（%s，入库 %s 行）", l.Load, name, datasetTitle(l.Dataset, "zh"), thousands(l.Accepted)))
			namesEN = append(namesEN, fmt.Sprintf("load %d, %s (%s, %s rows accepted)", l.Load, name, datasetTitle(l.Dataset, "en"), thousands(l.Accepted)))
		}
		more := refuse.Text{}
		if n := len(loads) - mostCauses; n > 0 {
			more = refuse.Text{ZH: fmt.Sprintf("等，另有 %d 个", n), EN: fmt.Sprintf(" and %d more", n)}
		}
		all = append(all, refuse.Text{ZH: zh + strings.Join(namesZH, "、") + more.ZH + "。", EN: en + strings.Join(namesEN, "; ") + more.EN + "."})
	}
	files(c.Added, "其间装载了：", "Loaded since: ")
	files(c.TakenBack, "其间退回了：", "Taken back since: ")
	for _, changed := range []struct {
		is     bool
		zh, en string
	}{
		{c.CampaignChanged, "考核方案文件改过。", "The campaign file was changed."},
		{c.AreasChanged, "区划表改过。", "The list of areas was changed."},
		{c.ProgramChanged, "程序换了版本。", "The program is another version."},
	} {
		if changed.is {
			all = append(all, refuse.Text{ZH: changed.zh, EN: changed.en})
		}
	}
	if len(all) == 0 {
		all = append(all, refuse.Text{ZH: "其间没有装载或退回文件。", EN: "No file was loaded or taken back since."})
	}
	return all
}

// tellIssued says what was issued, and of a correction what changed and why.
func (a *app) tellIssued(i *issue.Issued) {
	a.tell(fmt.Sprintf("第%d期第%d版已发出并冻结，截至%s：%s", i.Number, i.Revision, i.AsOf, i.Dir),
		fmt.Sprintf("number %d, revision %d, as of %s is issued and frozen: %s", i.Number, i.Revision, i.AsOf, i.Dir))
	if i.Correction == nil {
		return
	}
	if i.Correction.Changed == 0 {
		a.tell(fmt.Sprintf("与第%d版相比没有数字改动", i.Correction.Replaces), fmt.Sprintf("no figure has changed since revision %d", i.Correction.Replaces))
	} else {
		a.tell(fmt.Sprintf("与第%d版相比改动 %s 个数；%s 逐个列出", i.Correction.Replaces, thousands(int64(i.Correction.Changed)), a.command(fmt.Sprintf("issue changes --number %d", i.Number))),
			fmt.Sprintf("%s figures have changed since revision %d; %s lists them", thousands(int64(i.Correction.Changed)), i.Correction.Replaces, a.command(fmt.Sprintf("issue changes --number %d", i.Number))))
	}
	for _, cause := range causes(i.Correction) {
		a.tell(cause.ZH, cause.EN)
	}
}
