package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canbao/etl/refuse"
	"canbao/reports/access"
)

func (a *app) userListVerb() *cobra.Command {
	cmd := a.verb("list", refuse.Text{ZH: "列出用户", EN: "list the users"}, func(*cobra.Command, []string) error {
		users, err := a.openUsers()
		if err != nil {
			return err
		}
		l := listing{columns: []column{
			{key: "name", title: refuse.Text{ZH: "用户", EN: "name"}},
			{key: "role", title: refuse.Text{ZH: "角色", EN: "role"}},
			{key: "areas", title: refuse.Text{ZH: "区划", EN: "areas"}},
			{key: "state", title: refuse.Text{ZH: "状态", EN: "state"}},
			{key: "tokens", title: refuse.Text{ZH: "有效令牌", EN: "tokens"}, right: true},
			{key: "since", title: refuse.Text{ZH: "新增时间", EN: "since"}},
		}}
		for _, u := range users.List() {
			state := cell{data: "enabled", shown: a.text("启用", "enabled")}
			if u.Disabled {
				state = cell{data: "disabled", shown: a.text("停用", "disabled"), tone: watch}
			}
			l.add(plain(u.Name), cell{data: string(u.Role), shown: u.Role.Title().In(a.set.Lang)}, plain(strings.Join(u.Areas, " ")),
				state, plain(users.Tokens(u.Name)), plain(u.Since.In(shanghai).Format(time.DateTime)))
		}
		if err := a.print(l); err != nil {
			return err
		}
		a.tell(fmt.Sprintf("共 %d 个用户", len(l.rows)), fmt.Sprintf("%d users", len(l.rows)))
		return nil
	})
	cmd.Args = none()
	a.takes(cmd, listed)
	return cmd
}

func (a *app) userMatrixVerb() *cobra.Command {
	cmd := a.verb("matrix", refuse.Text{ZH: "打印权限表：每个角色能做什么（程序正是照此判定）", EN: "print the table of rights: what each role may (the very table that decides)"},
		func(*cobra.Command, []string) error {
			l := listing{columns: []column{{key: "right", title: refuse.Text{ZH: "权限", EN: "right"}}}}
			if a.set.Format != "table" {
				l.columns = append(l.columns, column{key: "title"})
			}
			for _, r := range access.Roles {
				l.columns = append(l.columns, column{key: string(r), title: r.Title()})
			}
			for _, row := range access.Matrix() {
				cells := []cell{{data: string(row.Right), shown: row.Title.In(a.set.Lang)}}
				if a.set.Format != "table" {
					cells = append(cells, plain(row.Title.In(a.set.Lang)))
				}
				for _, r := range access.Roles {
					shown := cell{data: false, shown: "–"}
					if row.May[r] {
						shown = cell{data: true, shown: "✓", tone: good}
					}
					cells = append(cells, shown)
				}
				l.add(cells...)
			}
			if err := a.print(l); err != nil {
				return err
			}
			a.tell("表里没有的都不允许。镇街用户只有本镇街的行和全市合计：那份快照里没有别处的行",
				"what is not in the table is not allowed. A town's user has the rows of the own towns and the city's sums: no others are in that snapshot")
			return nil
		})
	cmd.Args = none()
	a.takes(cmd, listed)
	return cmd
}

func (a *app) userLimitsVerb() *cobra.Command {
	cmd := a.verb("limits", refuse.Text{ZH: "打印各角色查询的上限（在 canbao.yaml 的 limits 里设）", EN: "print how much each role may ask for (set under limits in canbao.yaml)"},
		func(*cobra.Command, []string) error {
			l := listing{columns: []column{{key: "role", title: refuse.Text{ZH: "角色", EN: "role"}}}}
			for _, row := range limitTable {
				l.columns = append(l.columns, column{key: row.key, title: row.title, right: true})
			}
			for _, r := range access.Roles {
				cells := []cell{{data: string(r), shown: r.Title().In(a.set.Lang)}}
				for _, row := range limitTable {
					cells = append(cells, plain(row.show(a.set.limits.Of(r))))
				}
				l.add(cells...)
			}
			return a.print(l)
		})
	cmd.Args = none()
	a.takes(cmd, listed)
	return cmd
}
