package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"canbao/etl/lake"
	"canbao/etl/refuse"
	"canbao/sql/duck"
)

func (a *app) lakeVerb() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "lake",
		Short: a.text("数据湖：把已装载的数据移进去", "the lake: move into it what is loaded"),
		Args:  func(cmd *cobra.Command, args []string) error { return unknownVerb(cmd, args) },
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.lakeMoveVerb())
	return cmd
}

func (a *app) lakeMoveVerb() *cobra.Command {
	cmd := a.verb("move", refuse.Text{ZH: "把数据仓库里的数据移入数据湖，台账不变", EN: "move the rows of the warehouse into the lake; the ledger stays as it is"},
		func(cmd *cobra.Command, _ []string) error {
			if err := a.mustBeWorkspace(); err != nil {
				return err
			}
			return a.moveToLake(cmd.Context())
		})
	cmd.Args = none()
	return cmd
}

// moveToLake moves what is loaded into the lake of the settings, whole or not at
// all: cut short, it is begun anew.
func (a *app) moveToLake(ctx context.Context) error {
	if a.set.Engine != engineTrino {
		return wrong(refuse.Text{ZH: "设置是 engine: duckdb，没有数据湖", EN: "the settings say engine: duckdb: there is no lake"},
			refuse.Text{ZH: "先在 canbao.yaml 里写 engine: trino", EN: "write engine: trino in canbao.yaml first"})
	}
	db, err := a.openWarehouseAs(ctx, func(ctx context.Context, db *duck.DB, to *lake.Place) error {
		return lake.Move(ctx, db, *to)
	})
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Checkpoint(ctx); err != nil {
		return err
	}
	var place string
	var rows, files int64
	const ask = "select coalesce(store, place), (select coalesce(sum(rows), 0) from raw.lake), (select coalesce(sum(files), 0) from raw.lake) from raw.lake_layout"
	if err := db.QueryRowContext(ctx, ask).Scan(&place, &rows, &files); err != nil {
		return fmt.Errorf("look at the lake: %w", err)
	}
	line := refuse.Text{
		ZH: fmt.Sprintf("数据在数据湖里：%s 行，%s 个文件，%s", thousands(rows), thousands(files), place),
		EN: fmt.Sprintf("the rows lie in the lake: %s rows, %s files, %s", thousands(rows), thousands(files), place),
	}
	_, err = fmt.Fprintln(a.out, line.In(a.set.Lang))
	return err
}
