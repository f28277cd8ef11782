package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canbao/etl"
	"canbao/etl/refuse"
	"canbao/reports/audit"
)

func (a *app) loadsVerb() *cobra.Command {
	var all bool
	cmd := a.verb("loads", refuse.Text{ZH: "列出装载台账：每个文件由谁何时装入、行数与控制总数", EN: "list the ledger: every file, who loaded it and when, its rows and control totals"},
		func(cmd *cobra.Command, _ []string) error {
			if err := a.mustBeWorkspace(); err != nil {
				return err
			}
			return a.loads(cmd.Context(), all)
		})
	cmd.Args = none()
	cmd.Flags().BoolVar(&all, "all", false, a.text("也列出已撤回的", "list what was taken back too"))
	a.takes(cmd, listed)
	return cmd
}

var loadsColumns = []column{
	{key: "load", title: refuse.Text{ZH: "编号", EN: "load"}, right: true},
	{key: "file", title: refuse.Text{ZH: "文件", EN: "file"}},
	{key: "part", title: refuse.Text{ZH: "工作表", EN: "part"}},
	{key: "dataset", title: refuse.Text{ZH: "数据", EN: "dataset"}},
	{key: "office", title: refuse.Text{ZH: "部门", EN: "office"}},
	{key: "loaded_at", title: refuse.Text{ZH: "装载时间", EN: "loaded at"}},
	{key: "loaded_by", title: refuse.Text{ZH: "装载人", EN: "by"}},
	{key: "rows", title: refuse.Text{ZH: "行数", EN: "rows"}, right: true},
	{key: "accepted", title: refuse.Text{ZH: "接收", EN: "accepted"}, right: true},
	{key: "quarantined", title: refuse.Text{ZH: "暂存", EN: "held back"}, right: true},
	{key: "repeated", title: refuse.Text{ZH: "重复", EN: "repeated"}, right: true},
	{key: "people", title: refuse.Text{ZH: "人数", EN: "people"}, right: true},
	{key: "amount", title: refuse.Text{ZH: "金额（元）", EN: "amount (yuan)"}, right: true},
	{key: "same_as", title: refuse.Text{ZH: "同", EN: "same as"}, right: true},
	{key: "sha256", title: refuse.Text{ZH: "校验", EN: "sha256"}},
	{key: "unloaded_at", title: refuse.Text{ZH: "撤回时间", EN: "taken back at"}},
	{key: "unloaded_by", title: refuse.Text{ZH: "撤回人", EN: "by"}},
}

func (a *app) loads(ctx context.Context, all bool) error {
	l := listing{columns: loadsColumns}
	db, err := a.readWarehouse(ctx)
	if err != nil {
		return err
	}
	var loads []etl.Load
	if db != nil {
		defer db.Close()
		if loads, err = etl.Loads(ctx, db, all); err != nil {
			return err
		}
	}
	for _, e := range loads {
		l.add(a.loadCells(e)...)
	}
	if a.set.Format == "table" {
		l.dropEmpty()
	}
	if err := a.print(l); err != nil {
		return err
	}
	a.tell(fmt.Sprintf("共 %d 次装载", len(loads)), fmt.Sprintf("%d loads", len(loads)))
	return nil
}

func (a *app) loadCells(e etl.Load) []cell {
	people, amount, same, gone := plain(nil), plain(nil), plain(nil), plain(nil)
	if e.People.Valid {
		people = plain(e.People.Int64)
	}
	if e.Fen.Valid {
		amount = cell{data: yuan(e.Fen.Int64), shown: yuan(e.Fen.Int64)}
	}
	if e.SameAs > 0 {
		same = cell{data: e.SameAs, shown: strconv.Itoa(e.SameAs)}
	}
	if e.UnloadedAt.Valid {
		gone = plain(e.UnloadedAt.Time.Format(time.DateTime))
	}
	return []cell{
		{data: e.Load, shown: strconv.Itoa(e.Load)}, plain(e.File), plain(e.Part),
		{data: e.Dataset, shown: datasetTitle(e.Dataset, a.set.Lang)}, plain(e.Office),
		plain(e.LoadedAt.Format(time.DateTime)), plain(e.LoadedBy), plain(e.Rows), plain(e.Accepted), few(e.Held), plain(e.Repeated),
		people, amount, same, {data: e.SHA256, shown: e.SHA256[:min(12, len(e.SHA256))]}, gone, plain(e.UnloadedBy),
	}
}

// yuan writes fen exactly.
func yuan(fen int64) string {
	sign := ""
	if fen < 0 {
		sign, fen = "-", -fen
	}
	return fmt.Sprintf("%s%d.%02d", sign, fen/100, fen%100)
}

// dropEmpty takes out the columns that say nothing in any row.
func (l *listing) dropEmpty() {
	var keep []int
	for i := range l.columns {
		for _, row := range l.rows {
			if row[i].data != nil && row[i].data != "" {
				keep = append(keep, i)
				break
			}
		}
	}
	if len(l.rows) == 0 {
		return
	}
	slim := listing{}
	for _, i := range keep {
		slim.columns = append(slim.columns, l.columns[i])
	}
	for _, row := range l.rows {
		var cells []cell
		for _, i := range keep {
			cells = append(cells, row[i])
		}
		slim.rows = append(slim.rows, cells)
	}
	*l = slim
}

func (a *app) unloadVerb() *cobra.Command {
	cmd := a.verb("unload ID", refuse.Text{ZH: "整份撤回一次装载：它替换掉的数据恢复原样", EN: "take a loaded file back whole: what it had superseded stands again"},
		func(cmd *cobra.Command, args []string) error {
			if err := a.mustBeWorkspace(); err != nil {
				return err
			}
			load, err := strconv.Atoi(args[0])
			if err != nil || load < 1 {
				return wrong(refuse.Text{ZH: "“" + args[0] + "”不是装载编号", EN: fmt.Sprintf("%q is no load number", args[0])},
					refuse.Text{ZH: "用 " + a.command("loads") + " 查看编号", EN: a.command("loads") + " lists the numbers"})
			}
			return a.unload(cmd.Context(), load)
		})
	cmd.Args = arguments(1, 1, refuse.Text{ZH: "装载编号", EN: "a load number"})
	return cmd
}

func (a *app) unload(ctx context.Context, load int) error {
	if !exists(a.warehousePath()) {
		return wrong(refuse.Text{ZH: "还没有装载任何数据", EN: "nothing has been loaded yet"},
			refuse.Text{ZH: "没有可撤回的", EN: "there is nothing to take back"})
	}
	db, err := a.openWarehouse(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	d, err := a.begin(audit.Unload, fmt.Sprintf("load %d", load))
	if err != nil {
		return err
	}
	parts, err := etl.Unload(ctx, db, load, a.who(), time.Now().In(shanghai))
	for _, p := range parts {
		d.entry.What += "\n" + strings.TrimSuffix(p.File+" / "+p.Part, " / ")
		d.entry.Rows += p.Rows
	}
	if err := d.end(ctx, err); err != nil {
		return err
	}
	for _, p := range parts {
		where := strings.TrimSuffix(p.File+" / "+p.Part, " / ")
		line := refuse.Text{
			ZH: fmt.Sprintf("已撤回第 %d 次装载：%s（%s，%s 行）", p.Load, where, datasetTitle(p.Dataset, "zh"), thousands(p.Rows)),
			EN: fmt.Sprintf("load %d is taken back: %s (%s, %s rows)", p.Load, where, datasetTitle(p.Dataset, "en"), thousands(p.Rows)),
		}
		if p.MovedTo > 0 {
			line.ZH += fmt.Sprintf("；第 %d 次装载的内容完全相同，数据由它保留", p.MovedTo)
			line.EN += fmt.Sprintf("; load %d has the very same bytes and keeps the rows", p.MovedTo)
		}
		if _, err := fmt.Fprintln(a.out, line.In(a.set.Lang)); err != nil {
			return err
		}
	}
	a.tell("已发布的数字还没有变。下一步："+a.command("build"), "the published figures have not changed yet. Next: "+a.command("build"))
	return nil
}
