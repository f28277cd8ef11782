package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canbao/etl/refuse"
	"canbao/reports/issue"
)

func (a *app) issueListVerb() *cobra.Command {
	cmd := a.verb("list", refuse.Text{ZH: "已发的通报，及其文件是否完好", EN: "the bulletins issued, and whether their files are as they were"},
		func(*cobra.Command, []string) error { return a.issueList() })
	cmd.Args = none()
	a.takes(cmd, listed)
	return cmd
}

// issueList lists what was issued. A file that was changed makes the answer no.
func (a *app) issueList() error {
	if err := a.mustBeWorkspace(); err != nil {
		return err
	}
	all, err := issue.List(a.issuedDir())
	if err != nil {
		return err
	}
	l := listing{columns: []column{
		{key: "campaign", title: refuse.Text{ZH: "考核方案", EN: "campaign"}},
		{key: "number", title: refuse.Text{ZH: "期号", EN: "number"}, right: true},
		{key: "revision", title: refuse.Text{ZH: "版次", EN: "revision"}, right: true},
		{key: "as_of", title: refuse.Text{ZH: "截至", EN: "as of"}},
		{key: "editions", title: refuse.Text{ZH: "版本", EN: "editions"}},
		{key: "issued_at", title: refuse.Text{ZH: "发出时间", EN: "issued"}},
		{key: "issued_by", title: refuse.Text{ZH: "经手人", EN: "by"}},
		{key: "snapshot", title: refuse.Text{ZH: "快照", EN: "snapshot"}, right: true},
		{key: "changed", title: refuse.Text{ZH: "改动", EN: "changed"}, right: true},
		{key: "reason", title: refuse.Text{ZH: "更正原因", EN: "why corrected"}, width: 30},
		{key: "intact", title: refuse.Text{ZH: "完好", EN: "intact"}},
		{key: "folder", title: refuse.Text{ZH: "文件夹", EN: "folder"}},
	}}
	var broken []error
	for _, i := range all {
		changed, reason := cell{}, ""
		if i.Correction != nil {
			changed, reason = plain(i.Correction.Changed), i.Correction.Reason
		}
		fault := i.Verify()
		intact := cell{data: fault == nil, shown: a.text("是", "yes")}
		if fault != nil {
			intact.shown, intact.tone = a.text("否", "no"), alarm
			broken = append(broken, fault)
		}
		l.add(plain(i.Campaign), plain(i.Number), plain(i.Revision), plain(i.AsOf), plain(strings.Join(i.Editions, " ")),
			plain(i.IssuedAt.In(shanghai).Format(time.DateTime)), orNone(i.IssuedBy), plain(i.Snapshot.Number), changed, orNone(reason), intact, plain(i.Dir))
	}
	if err := a.print(l); err != nil {
		return err
	}
	if len(broken) == 0 {
		return nil
	}
	var first *refuse.Error
	errors.As(broken[0], &first)
	return &answerNo{refuse.Text{ZH: first.In("zh"), EN: first.In("en")}}
}

func (a *app) issueChangesVerb() *cobra.Command {
	var number, revision int
	var campaign string
	cmd := a.verb("changes --number N", refuse.Text{ZH: "更正的一期里每个改动的数", EN: "every figure that a correction changed"},
		func(*cobra.Command, []string) error { return a.issueChanges(campaign, number, revision) })
	cmd.Args = none()
	a.takes(cmd, listed)
	cmd.Flags().IntVar(&number, "number", 0, a.text("第几期", "the number of the issue"))
	cmd.Flags().IntVar(&revision, "revision", 0, a.text("第几版（默认最后一版）", "which revision (default: the last)"))
	cmd.Flags().StringVar(&campaign, "campaign", "", a.text("考核方案的 id（默认只有一个方案发过这一期时的那个）", "id of the campaign (default: the one that has issued the number)"))
	return cmd
}

func (a *app) issueChanges(campaign string, number, revision int) error {
	if err := a.mustBeWorkspace(); err != nil {
		return err
	}
	i, err := a.findIssued(campaign, number, revision)
	if err != nil {
		return err
	}
	changes, err := i.Changes()
	if err != nil {
		return err
	}
	l := listing{columns: []column{
		{key: "table", title: refuse.Text{ZH: "表", EN: "table"}},
		{key: "item", title: refuse.Text{ZH: "考核项", EN: "item"}},
		{key: "area_code", title: refuse.Text{ZH: "区划代码", EN: "code"}},
		{key: "area", title: refuse.Text{ZH: "区划", EN: "area"}},
		{key: "field", title: refuse.Text{ZH: "字段", EN: "field"}},
		{key: "before", title: refuse.Text{ZH: "上一版", EN: "before"}, right: true},
		{key: "after", title: refuse.Text{ZH: "本版", EN: "now"}, right: true},
	}}
	for _, c := range changes {
		l.add(plain(c.Table), orNone(c.Item), plain(c.AreaCode), orNone(c.Area), plain(c.Field), orNone(c.Before), orNone(c.After))
	}
	if err := a.print(l); err != nil {
		return err
	}
	if i.Correction == nil {
		a.tell(fmt.Sprintf("第%d期第%d版是首次发出，没有更正", i.Number, i.Revision), fmt.Sprintf("revision %[2]d of number %[1]d is the first: it corrects nothing", i.Number, i.Revision))
		return nil
	}
	for _, cause := range causes(i.Correction) {
		a.tell(cause.ZH, cause.EN)
	}
	return nil
}

// findIssued finds a revision, the last where none is said.
func (a *app) findIssued(campaign string, number, revision int) (*issue.Issued, error) {
	all, err := issue.List(a.issuedDir())
	if err != nil {
		return nil, err
	}
	var found *issue.Issued
	for n := range all {
		i := &all[n]
		if i.Number != number || campaign != "" && i.Campaign != campaign || revision != 0 && i.Revision != revision {
			continue
		}
		if found != nil && found.Campaign != i.Campaign {
			return nil, wrong(refuse.Text{ZH: fmt.Sprintf("几个考核方案都发过第%d期", number), EN: fmt.Sprintf("several campaigns have issued a number %d", number)},
				refuse.Text{ZH: "用 --campaign 指明", EN: "say which with --campaign"})
		}
		found = i
	}
	if found == nil {
		return nil, wrong(refuse.Text{ZH: "没有发过这一期或这一版", EN: "there is no such number or revision"},
			refuse.Text{ZH: a.command("issue list") + " 列出已发的", EN: a.command("issue list") + " tells what was issued"})
	}
	return found, nil
}
