package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"canbao/etl/lake"
	"canbao/sql"
	"canbao/sql/duck"
)

func (a *app) warehousePath() string { return filepath.Join(a.dir, "warehouse", "warehouse.duckdb") }

// options are the bounds of any database.
func (a *app) options() duck.Options {
	return duck.Options{Threads: a.set.Threads, MemoryLimit: a.set.MemoryLimit}
}

// shared are the options of the warehouse, which several commands may want at
// once: who opens it, and how long to wait for another who has it.
func (a *app) shared() duck.Options {
	o := a.options()
	o.Holder, o.Wait, o.Waiting = duck.Here(a.name, time.Now().In(shanghai)), a.set.wait(), a.waiting
	return o
}

// waiting says for whom a command waits.
func (a *app) waiting(h duck.Holder) {
	who := h.Text()
	a.tell(fmt.Sprintf("数据仓库正被使用：%s。最多等候 %s……", who.ZH, a.set.Wait),
		fmt.Sprintf("the warehouse is in use: %s. Waiting %s at most ...", who.EN, a.set.Wait))
}

// openWarehouse opens the private warehouse to write, making it where there is
// none yet. Whoever else has it is waited for, or named in the refusal.
func (a *app) openWarehouse(ctx context.Context) (*duck.DB, error) {
	if err := os.MkdirAll(filepath.Dir(a.warehousePath()), 0o700); err != nil {
		return nil, fmt.Errorf("make the warehouse: %w", err)
	}
	db, err := duck.Open(ctx, a.warehousePath(), a.shared())
	if err != nil {
		return nil, err
	}
	err = db.Migrate(ctx, sql.Files, "schema")
	if err == nil {
		var place *lake.Place
		if place, err = a.lakePlace(); err == nil {
			err = lake.Adopt(ctx, db, place)
		}
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// lakePlace is where the settings want the rows of the warehouse to lie, nil
// for in the warehouse itself.
func (a *app) lakePlace() (*lake.Place, error) {
	if a.set.Engine != engineTrino {
		return nil, nil
	}
	at := lake.Place{Folder: a.set.Lake, Buckets: a.set.LakeBuckets}
	if lake.IsStore(at.Folder) {
		at.Folder, at.Store = "", at.Folder
	}
	if at.Folder == "" {
		at.Folder = filepath.Join(filepath.Dir(a.warehousePath()), "lake")
	}
	var err error
	if at.Folder, err = filepath.Abs(at.Folder); err != nil {
		return nil, fmt.Errorf("find the lake: %w", err)
	}
	return &at, nil
}

// readWarehouse opens the warehouse to look at it; nil where nothing has been
// loaded yet. A writer is waited for: readers see no half of a load.
func (a *app) readWarehouse(ctx context.Context) (*duck.DB, error) {
	return a.lookAtWarehouse(ctx, a.shared())
}

func (a *app) lookAtWarehouse(ctx context.Context, o duck.Options) (*duck.DB, error) {
	if !exists(a.warehousePath()) {
		return nil, nil
	}
	place, err := a.lakePlace()
	if err != nil {
		return nil, err
	}
	o.ReadOnly = true
	if place != nil {
		o.Lake = place.Folder
	}
	db, err := duck.Open(ctx, a.warehousePath(), o)
	if err != nil {
		return nil, err
	}
	behind, err := db.Behind(ctx, sql.Files, "schema")
	if err == nil && !behind {
		ready, unfit := lake.Ready(ctx, db, place)
		if ready && unfit == nil {
			return db, nil
		}
		err = unfit
	}
	if err = errors.Join(err, db.Close()); err != nil {
		return nil, err
	}
	if err := a.bringUp(ctx); err != nil {
		return nil, err
	}
	return duck.Open(ctx, a.warehousePath(), o)
}

// bringUp gives a warehouse the tables of this program, and the lake of the
// settings: an earlier program has made it, a load was killed before it had made
// them, or the lake was moved.
func (a *app) bringUp(ctx context.Context) error {
	db, err := a.openWarehouse(ctx)
	if err != nil {
		return err
	}
	return db.Close()
}

// clearWarehouse removes the warehouse with all that is loaded, once nobody
// works on it.
func (a *app) clearWarehouse(ctx context.Context) error {
	dir := filepath.Dir(a.warehousePath())
	if !exists(dir) {
		return nil
	}
	lock, err := duck.Acquire(ctx, a.warehousePath(), a.shared())
	if err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		lock.Release()
		return fmt.Errorf("remove the warehouse: %w", err)
	}
	return lock.Release()
}
