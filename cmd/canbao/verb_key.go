package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"canbao/etl"
	"canbao/etl/refuse"
	"canbao/reports/audit"
)

func (a *app) keyVerb() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "key",
		Short: a.text("密钥：生成、更换、检查", "the key: make, rotate, check"),
		Args:  func(cmd *cobra.Command, args []string) error { return unknownVerb(cmd, args) },
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.keyInitVerb(), a.keyRotateVerb(), a.keyCheckVerb())
	return cmd
}

func (a *app) keyInitVerb() *cobra.Command {
	var inside bool
	cmd := a.verb("init", refuse.Text{ZH: "生成密钥，先说明丢失的后果", EN: "make the key, and explain before what its loss means"},
		func(cmd *cobra.Command, _ []string) error {
			if err := a.mustBeWorkspace(); err != nil {
				return err
			}
			return a.initKey(cmd.Context(), inside)
		})
	cmd.Example = "  canbao key init --workspace yiwu --cipher sm4"
	cmd.Args = none()
	cmd.Flags().BoolVar(&inside, "inside", false, a.text("允许密钥放在工作区里（不推荐）", "let the key lie inside the workspace (better not)"))
	a.takes(cmd, making)
	return cmd
}

// initKey makes the key of a workspace that has none. Where something is sealed
// already a new key is of no use, and refused.
func (a *app) initKey(ctx context.Context, inside bool) error {
	path, err := a.keyPath()
	if err != nil {
		return err
	}
	id, err := a.warehouseKey(ctx)
	if err != nil {
		return err
	}
	if id != "" {
		if key, at, looks := findKey(path, id); key == nil {
			return a.uselessKey(id, looks)
		} else {
			path = at
		}
	}
	if exists(path) {
		return &refuse.Error{
			What:  refuse.Text{ZH: "密钥已经有了，不会覆盖", EN: "there is a key already, and it is never overwritten"},
			Where: path,
			Do: refuse.Text{
				ZH: "用 " + a.command("key check") + " 检查它，用 " + a.command("key rotate") + " 更换它",
				EN: a.command("key check") + " checks it, " + a.command("key rotate") + " replaces it",
			},
		}
	}
	d, err := a.begin(audit.KeyChange, "init")
	if err != nil {
		return err
	}
	key, err := a.makeKey(path, inside)
	if err == nil {
		d.entry.What = "init " + key.ID()
	}
	if err := d.end(ctx, err); err != nil {
		return err
	}
	_, err = fmt.Fprintln(a.out, path)
	return err
}

// warehouseKey is the id of the key that the warehouse is sealed with, "" where
// nothing is.
func (a *app) warehouseKey(ctx context.Context) (string, error) {
	db, err := a.readWarehouse(ctx)
	if err != nil || db == nil {
		return "", err
	}
	defer db.Close()
	return etl.WarehouseKey(ctx, db)
}

// uselessKey refuses a new key where an old one is missing.
func (a *app) uselessKey(id string, looks []look) error {
	missing := a.missingKey(id, looks).(*refuse.Error)
	missing.Do = refuse.Text{
		ZH: "新密钥打不开已有的内容：请从备份恢复原来的；如已永远丢失，只能另建工作区，从头装载全部文件",
		EN: "a new key opens nothing of what is there: restore the old one from its backup; if it is lost for good, make another workspace and load every file anew",
	}
	return missing
}
