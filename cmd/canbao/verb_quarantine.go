package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"canbao/etl"
	"canbao/etl/refuse"
)

func (a *app) quarantineVerb() *cobra.Command {
	var f etl.HeldFilter
	cmd := a.verb("quarantine", refuse.Text{ZH: "列出暂存的行及原因；export 导出更正，dismiss 作废，history 查处理记录", EN: "list the rows held back, and why; export to correct, dismiss, history"},
		func(cmd *cobra.Command, _ []string) error { return a.quarantine(cmd.Context(), f) })
	cmd.Args = none()
	a.filters(cmd, &f)
	a.takes(cmd, listed)
	cmd.AddCommand(a.exportVerb(), a.dismissVerb(), a.historyVerb())
	return cmd
}

// filters adds the flags that narrow the rows held back.
func (a *app) filters(cmd *cobra.Command, f *etl.HeldFilter) {
	cmd.Flags().StringVar(&f.Reason, "reason", "", a.text("只列这一原因，如 id_checksum、missing:name", "only this reason, such as id_checksum or missing:name"))
	a.whence(cmd, f)
}

// whence adds the flags that narrow them to some files.
func (a *app) whence(cmd *cobra.Command, f *etl.HeldFilter) {
	cmd.Flags().StringVar(&f.Dataset, "dataset", "", a.text("只列这一类数据", "only this dataset"))
	cmd.Flags().StringVar(&f.File, "file", "", a.text("只列这个文件（名字或其中一部分）", "only this file (its name or a part of it)"))
	cmd.Flags().StringVar(&f.Office, "office", "", a.text("只列这个部门的文件", "only files of this office"))
}

// quarantine lists rows by number, file and row. What stands in them is
// sealed and stays so.
func (a *app) quarantine(ctx context.Context, f etl.HeldFilter) error {
	if err := a.mayFilter(f); err != nil {
		return err
	}
	l := listing{columns: []column{
		{key: "number", title: refuse.Text{ZH: "暂存号", EN: "number"}, right: true},
		{key: "file", title: refuse.Text{ZH: "文件", EN: "file"}},
		{key: "row", title: refuse.Text{ZH: "行", EN: "row"}, right: true},
		{key: "dataset", title: refuse.Text{ZH: "数据", EN: "dataset"}},
		{key: "reasons", title: refuse.Text{ZH: "原因", EN: "reasons"}},
	}}
	db, err := a.readWarehouse(ctx)
	if err != nil {
		return err
	}
	if db != nil {
		defer db.Close()
		err := etl.EachHeld(ctx, db, f, func(h etl.Held) error {
			l.add(a.heldCells(h)...)
			return nil
		})
		if err != nil {
			return err
		}
	}
	if err := a.print(l); err != nil {
		return err
	}
	a.tell(fmt.Sprintf("共 %d 行暂存", len(l.rows)), fmt.Sprintf("%d rows held back", len(l.rows)))
	return nil
}

func (a *app) heldCells(h etl.Held) []cell {
	var words []string
	for _, r := range h.Reasons {
		words = append(words, reasonText(r).In(a.set.Lang))
	}
	return []cell{
		{data: h.Number, shown: fmt.Sprint(h.Number)}, plain(strings.TrimSuffix(h.File+" / "+h.Part, " / ")),
		{data: h.Line, shown: fmt.Sprint(h.Line)}, {data: h.Dataset, shown: datasetTitle(h.Dataset, a.set.Lang)},
		{data: strings.Join(h.Reasons, " "), shown: strings.Join(words, a.text("、", ", "))},
	}
}

// mayFilter refuses what is no workspace and datasets that are none.
func (a *app) mayFilter(f etl.HeldFilter) error {
	if err := a.mustBeWorkspace(); err != nil {
		return err
	}
	if f.Dataset != "" && datasetTitles[f.Dataset] == (refuse.Text{}) {
		return wrong(refuse.Text{ZH: "没有这一类数据：" + f.Dataset, EN: "no such dataset: " + f.Dataset},
			refuse.Text{ZH: "可用的有：" + strings.Join(etl.Datasets(), "、"), EN: "choose one of " + strings.Join(etl.Datasets(), ", ")})
	}
	return nil
}
