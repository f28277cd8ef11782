package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"canbao/etl/refuse"
	"canbao/models/measure"
)

func (a *app) checkVerb() *cobra.Command {
	cmd := a.verb("check [CHECK]", refuse.Text{ZH: "已发布快照的检查结果", EN: "the checks of the published snapshot"},
		func(cmd *cobra.Command, args []string) error {
			return a.check(cmd.Context(), strings.Join(args, ""))
		})
	cmd.Example = "  canbao check\n  canbao check not_on_roster"
	cmd.Args = arguments(0, 1, refuse.Text{})
	a.takes(cmd, listed)
	return cmd
}

// check lists the checks, or the first rows that one of them found. The
// answer is no where one of severity error found rows.
func (a *app) check(ctx context.Context, id string) error {
	r, err := a.published(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	checks, err := r.Checks(ctx)
	if err != nil {
		return err
	}
	if id != "" {
		return a.checkRows(checks, id)
	}
	l := listing{columns: checkColumns}
	var failed []string
	for _, c := range checks {
		l.add(a.checkCells(c.ID, c.Severity, c.Rows, c.Title, c.Why, c.Advice)...)
		if c.Severity == "error" && c.Rows > 0 {
			failed = append(failed, c.ID)
		}
	}
	if err := a.print(l); err != nil {
		return err
	}
	return failedChecks(failed)
}

// failedChecks is the answer where checks of severity error found rows.
func failedChecks(ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	list := strings.Join(ids, ", ")
	return &answerNo{refuse.Text{ZH: "严重检查未通过：" + list, EN: "failed checks of severity error: " + list}}
}

var checkColumns = []column{
	{key: "check", title: refuse.Text{ZH: "检查", EN: "check"}},
	{key: "severity", title: refuse.Text{ZH: "级别", EN: "severity"}},
	{key: "rows", title: refuse.Text{ZH: "行数", EN: "rows"}, right: true},
	{key: "title", title: refuse.Text{ZH: "查什么", EN: "what it finds"}},
	{key: "why", title: refuse.Text{ZH: "为什么要紧", EN: "why it matters"}, width: 30},
	{key: "advice", title: refuse.Text{ZH: "怎么办", EN: "what to do"}, width: 30},
}

var severityTitles = map[string]refuse.Text{
	"warning": {ZH: "提醒", EN: "warning"},
	"error":   {ZH: "严重", EN: "error"},
}

// checkCells is one check as a row of checkColumns.
func (a *app) checkCells(id, severity string, rows int64, title, why, advice refuse.Text) []cell {
	grave := cell{data: severity, shown: severityTitles[severity].In(a.set.Lang)}
	if severity == "error" && rows > 0 {
		grave.tone = alarm
	}
	return []cell{
		plain(id), grave, few(rows),
		plain(title.In(a.set.Lang)), plain(why.In(a.set.Lang)), plain(advice.In(a.set.Lang)),
	}
}

// checkRows lists the first rows one check found.
func (a *app) checkRows(checks []measure.Check, id string) error {
	var known []string
	for _, c := range checks {
		known = append(known, c.ID)
		if c.ID != id {
			continue
		}
		l := listing{columns: []column{
			{key: "area_code", title: refuse.Text{ZH: "区划代码", EN: "code"}},
			{key: "detail", title: refuse.Text{ZH: "内容", EN: "detail"}},
		}}
		for _, row := range c.Sample {
			l.add(orNone(row.AreaCode), plain(row.Detail))
		}
		if err := a.print(l); err != nil {
			return err
		}
		if more := c.Rows - int64(len(c.Sample)); more > 0 {
			a.tell(fmt.Sprintf("另有 %s 行未列出", thousands(more)), fmt.Sprintf("%s rows more", thousands(more)))
		}
		return nil
	}
	return wrong(
		refuse.Text{ZH: "没有 " + id + " 这项检查", EN: id + " is no check"},
		refuse.Text{ZH: "可用的有：" + strings.Join(known, "、"), EN: "choose one of " + strings.Join(known, ", ")})
}

// orNone is a text, none where it is empty.
func orNone(text string) cell {
	if text == "" {
		return plain(nil)
	}
	return plain(text)
}
