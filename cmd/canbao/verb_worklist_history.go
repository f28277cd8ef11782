package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"canbao/etl"
	"canbao/etl/refuse"
)

func (a *app) worklistHistoryVerb() *cobra.Command {
	cmd := a.verb("history", refuse.Text{ZH: "谁在何时看过哪份名单的姓名和证件号码、为什么", EN: "who saw the names and numbers of which list, when and why"},
		func(cmd *cobra.Command, _ []string) error {
			if err := a.mustBeWorkspace(); err != nil {
				return err
			}
			return a.worklistHistory(cmd.Context())
		})
	cmd.Args = none()
	a.takes(cmd, listed)
	return cmd
}

// worklistHistory lists the lists that were revealed, oldest first.
func (a *app) worklistHistory(ctx context.Context) error {
	l := listing{columns: []column{
		{key: "at", title: refuse.Text{ZH: "时间", EN: "at"}},
		{key: "by", title: refuse.Text{ZH: "经手人", EN: "by"}},
		{key: "campaign", title: refuse.Text{ZH: "考核方案", EN: "campaign"}},
		{key: "item", title: refuse.Text{ZH: "考核项", EN: "item"}},
		{key: "area_code", title: refuse.Text{ZH: "区划代码", EN: "code"}},
		{key: "as_of", title: refuse.Text{ZH: "截至", EN: "as of"}},
		{key: "rows", title: refuse.Text{ZH: "人数", EN: "people"}, right: true},
		{key: "reason", title: refuse.Text{ZH: "原因", EN: "why"}, width: 40},
		{key: "file", title: refuse.Text{ZH: "写入", EN: "written to"}},
	}}
	db, err := a.readWarehouse(ctx)
	if err != nil {
		return err
	}
	if db != nil {
		defer db.Close()
		all, err := etl.Revelations(ctx, db, "worklist")
		if err != nil {
			return err
		}
		for _, r := range all {
			l.add(plain(r.At.Format(time.DateTime)), orNone(r.By), plain(r.Campaign), plain(r.Item), plain(r.AreaCode),
				plain(r.AsOf.Format(time.DateOnly)), plain(r.Rows), plain(r.Reason), orNone(r.What))
		}
	}
	return a.print(l)
}
