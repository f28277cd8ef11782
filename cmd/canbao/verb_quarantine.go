package main

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"canbao/etl"
	"canbao/etl/refuse"
)

func (a *app) quarantineVerb() *cobra.Command {
	var f heldFilter
	cmd := a.verb("quarantine", refuse.Text{ZH: "列出暂存的行及原因", EN: "list the rows held back, and why"},
		func(cmd *cobra.Command, _ []string) error { return a.quarantine(cmd.Context(), f) })
	cmd.Args = none()
	cmd.Flags().StringVar(&f.reason, "reason", "", a.text("只列这一原因，如 id_checksum、missing:name", "only this reason, such as id_checksum or missing:name"))
	cmd.Flags().StringVar(&f.dataset, "dataset", "", a.text("只列这一类数据", "only this dataset"))
	cmd.Flags().StringVar(&f.file, "file", "", a.text("只列这个文件（名字或其中一部分）", "only this file (its name or a part of it)"))
	a.listing(cmd)
	return cmd
}

// heldFilter narrows the list of rows held back; empty fields take all.
type heldFilter struct{ reason, dataset, file string }

// heldRows lists what is still held back: neither released by a corrected
// sheet nor set aside.
const heldRows = `
select q.number, l.file, q.line, q.dataset, q.reasons
from raw.quarantine q
join raw.load l on l.load = q.load
where q.released_by is null and q.dismissed is null
  and (? = '' or list_contains(string_split(q.reasons, ' '), ?))
  and (? = '' or q.dataset = ?)
  and (? = '' or contains(l.file, ?))
order by q.number`

// quarantine lists rows by number, file and row. What stands in them is
// sealed and stays so.
func (a *app) quarantine(ctx context.Context, f heldFilter) error {
	if err := a.mustBeWorkspace(); err != nil {
		return err
	}
	if f.dataset != "" && datasetTitles[f.dataset] == (refuse.Text{}) {
		return wrong(refuse.Text{ZH: "没有这一类数据：" + f.dataset, EN: "no such dataset: " + f.dataset},
			refuse.Text{ZH: "可用的有：" + strings.Join(etl.Datasets(), "、"), EN: "choose one of " + strings.Join(etl.Datasets(), ", ")})
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
		rows, err := db.QueryContext(ctx, heldRows, f.reason, f.reason, f.dataset, f.dataset, f.file, f.file)
		if err != nil {
			return fmt.Errorf("list rows held back: %w", err)
		}
		defer rows.Close()
		if err := a.addHeld(&l, rows); err != nil {
			return err
		}
	}
	if err := a.print(l); err != nil {
		return err
	}
	a.tell(fmt.Sprintf("共 %d 行暂存", len(l.rows)), fmt.Sprintf("%d rows held back", len(l.rows)))
	return nil
}

func (a *app) addHeld(l *listing, rows *sql.Rows) error {
	for rows.Next() {
		var number, line int64
		var file, dataset, reasons string
		if err := rows.Scan(&number, &file, &line, &dataset, &reasons); err != nil {
			return fmt.Errorf("list rows held back: %w", err)
		}
		var words []string
		for _, r := range strings.Fields(reasons) {
			words = append(words, reasonText(r).In(a.set.Lang))
		}
		l.add(cell{data: number, shown: fmt.Sprint(number)}, plain(file), cell{data: line, shown: fmt.Sprint(line)},
			cell{data: dataset, shown: datasetTitle(dataset, a.set.Lang)},
			cell{data: reasons, shown: strings.Join(words, a.text("、", ", "))})
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("list rows held back: %w", err)
	}
	return nil
}
