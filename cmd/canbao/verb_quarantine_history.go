package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canbao/etl"
	"canbao/etl/refuse"
)

func (a *app) historyVerb() *cobra.Command {
	var f etl.HeldFilter
	cmd := a.verb("history", refuse.Text{ZH: "谁在何时更正、作废、导出了哪些暂存的行", EN: "who corrected, dismissed or exported which rows held back, and when"},
		func(cmd *cobra.Command, _ []string) error { return a.history(cmd.Context(), f) })
	cmd.Args = none()
	a.whence(cmd, &f)
	a.takes(cmd, listed)
	return cmd
}

var handledTitles = map[string]refuse.Text{
	"released":   {ZH: "更正放行", EN: "released"},
	"still_held": {ZH: "更正后仍有误", EN: "still held back"},
	"dismissed":  {ZH: "作废", EN: "dismissed"},
	"exported":   {ZH: "导出", EN: "exported"},
}

// history lists what was done about the rows held back, oldest first.
func (a *app) history(ctx context.Context, f etl.HeldFilter) error {
	if err := a.mayFilter(f); err != nil {
		return err
	}
	l := listing{columns: []column{
		{key: "at", title: refuse.Text{ZH: "时间", EN: "at"}},
		{key: "by", title: refuse.Text{ZH: "经手人", EN: "by"}},
		{key: "what", title: refuse.Text{ZH: "处理", EN: "what"}},
		{key: "number", title: refuse.Text{ZH: "暂存号", EN: "number"}, right: true},
		{key: "file", title: refuse.Text{ZH: "文件", EN: "file"}},
		{key: "row", title: refuse.Text{ZH: "行", EN: "row"}, right: true},
		{key: "dataset", title: refuse.Text{ZH: "数据", EN: "dataset"}},
		{key: "sheet", title: refuse.Text{ZH: "更正表", EN: "corrected sheet"}},
		{key: "note", title: refuse.Text{ZH: "说明", EN: "note"}},
	}}
	db, err := a.readWarehouse(ctx)
	if err != nil {
		return err
	}
	if db != nil {
		defer db.Close()
		err := etl.History(ctx, db, f, func(h etl.Handled) error {
			l.add(a.handledCells(h)...)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return a.print(l)
}

func (a *app) handledCells(h etl.Handled) []cell {
	number, row := plain(nil), plain(nil)
	if h.Number > 0 {
		number, row = cell{data: h.Number, shown: fmt.Sprint(h.Number)}, cell{data: h.Line, shown: fmt.Sprint(h.Line)}
	}
	dataset := plain(nil)
	if h.Dataset != "" {
		dataset = cell{data: h.Dataset, shown: datasetTitle(h.Dataset, a.set.Lang)}
	}
	note := orNone(h.Note)
	switch h.What {
	case "still_held":
		var words []string
		for _, r := range h.Reasons {
			words = append(words, reasonText(r).In(a.set.Lang))
		}
		note = cell{data: strings.Join(h.Reasons, " "), shown: strings.Join(words, a.text("、", ", "))}
	case "exported":
		note = cell{data: fmt.Sprintf("%d rows", h.Rows), shown: fmt.Sprintf(a.text("%s 行", "%s rows"), thousands(h.Rows))}
	}
	return []cell{
		plain(h.At.Format(time.DateTime)), orNone(h.By), {data: h.What, shown: handledTitles[h.What].In(a.set.Lang)},
		number, plain(strings.TrimSuffix(h.File+" / "+h.Part, " / ")), row, dataset, orNone(h.Sheet), note,
	}
}
