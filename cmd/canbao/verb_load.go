package main

import (
	"context"
	"fmt"
	"math"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canbao/etl"
	"canbao/etl/refuse"
	"canbao/etl/seal"
	"canbao/reports/audit"
	"canbao/sql"
	"canbao/sql/duck"
)

// loading is what was asked of a load.
type loading struct {
	dataset, office string
	number          int
	strict, dry     bool
}

func (a *app) loadVerb() *cobra.Command {
	var o loading
	cmd := a.verb("load PATH...", refuse.Text{ZH: "装载数据文件或文件夹", EN: "load extracts: files or folders"},
		func(cmd *cobra.Command, args []string) error {
			if err := a.mustBeWorkspace(); err != nil {
				return err
			}
			if o.dry {
				return a.preview(cmd.Context(), o, args)
			}
			standBack()
			reports, err := a.load(cmd.Context(), o, args)
			reports = perFile(reports)
			if printed := a.printReports(reports, err); printed != nil {
				return printed
			}
			return a.strictly(o.strict, reports, err)
		})
	cmd.Args = arguments(1, -1, refuse.Text{ZH: "文件或文件夹", EN: "a file or folder"})
	flags := cmd.Flags()
	flags.StringVar(&o.dataset, "dataset", "", a.text("按这一类数据装载，不识别表头：", "load as this dataset instead of recognising it: ")+strings.Join(etl.Datasets(), ", "))
	flags.StringVar(&o.office, "office", "", a.text("是哪个部门的文件（用它的表头叫法，记入台账）", "whose files these are (their headers are used, and the ledger tells)"))
	flags.IntVar(&o.number, "number", 0, a.text("用这个空着的装载编号：撤回的文件装回原处", "take this free load number: a file taken back returns to its place"))
	flags.BoolVar(&o.dry, "dry-run", false, a.text("只看会怎样，什么都不改", "show what would happen, change nothing"))
	flags.BoolVar(&o.strict, "strict", false, a.text("有行被暂存时退出码为 1", "exit 1 if a row was held back"))
	a.takes(cmd, listed)
	return cmd
}

// load loads paths into the warehouse. Reports come back beside an error: what
// was loaded stays loaded.
func (a *app) load(ctx context.Context, o loading, paths []string) ([]etl.FileReport, error) {
	if err := canLoad(ctx); err != nil {
		return nil, err
	}
	// A faulty campaign is told before anything is loaded for it.
	if _, err := a.readCampaigns(); err != nil {
		return nil, err
	}
	loader, err := a.loader(o)
	if err != nil {
		return nil, err
	}
	if loader.DB, loader.Key, err = a.openSealed(ctx); err != nil {
		return nil, err
	}
	defer loader.DB.Close()
	d, err := a.begin(audit.Load, strings.Join(paths, " "))
	if err != nil {
		return nil, err
	}
	bound, unbound := boundHeap()
	defer unbound()
	loader.Remembered = bound
	meter := a.newMeter(a.text("装载", "load"))
	defer meter.end()
	loader.Progress = func(p etl.Progress) { meter.load(p) }
	reports, err := loader.Load(ctx, paths)
	return reports, d.endLoad(ctx, reports, err)
}

// loadHeap is from how many bytes on Go collects what is no longer needed more
// eagerly while files are loaded. The keys of some million rows are remembered,
// and without a bound the heap grows to twice what they take: a file of five
// gigabytes would need a third more than one of five hundred megabytes.
const loadHeap = 400 << 20

// boundHeap sets that bound, unless GOMEMLIMIT set another. It returns what raises
// it by twice the bytes of what has to be remembered, which no collecting makes
// less, and what takes it back.
func boundHeap() (raise func(bytes int64), restore func()) {
	before := debug.SetMemoryLimit(-1)
	if before != math.MaxInt64 {
		return nil, func() {}
	}
	raise = func(bytes int64) { debug.SetMemoryLimit(loadHeap + 2*bytes) }
	raise(0)
	return raise, func() { debug.SetMemoryLimit(before) }
}

// endLoad puts every file that was loaded on record, and what was not.
func (d *deed) endLoad(ctx context.Context, reports []etl.FileReport, err error) error {
	var all []audit.Entry
	for _, r := range reports {
		e := d.entry
		e.What = fmt.Sprintf("%s: %s, load %d, %d accepted, %d held back, %d repeated",
			strings.TrimSuffix(r.File+" / "+r.Part, " / "), r.Dataset, r.Load, r.Accepted, r.Quarantined, r.Repeated)
		e.Rows, e.Outcome = r.Rows, audit.OK
		switch {
		case r.Dataset == "visit":
			e.Act = audit.Visit
		case r.Released > 0:
			e.Act = audit.Correct
			e.What += fmt.Sprintf(", %d released after correction", r.Released)
		}
		all = append(all, e)
	}
	for _, one := range parts(err) {
		e := d.entry
		e.Outcome = outcome(ctx, one)
		all = append(all, e)
	}
	if failed := d.log.AppendAll(ctx, all); failed != nil {
		return lateRecord(err, failed)
	}
	return err
}

// loader is a loader but for its database and key.
func (a *app) loader(o loading) (*etl.Loader, error) {
	areas, err := a.readAreas()
	if err != nil {
		return nil, err
	}
	return &etl.Loader{
		Areas: areas, Dataset: o.dataset, Office: o.office, Number: o.number, Synonyms: a.set.synonyms,
		By: a.who(), Workers: a.set.Threads, Now: time.Now().In(shanghai),
		Warn: func(w refuse.Text) { a.say(w.ZH, w.EN) },
	}, nil
}

// who is at work, for the ledger.
func (a *app) who() string {
	if a.set.User != "" {
		return a.set.User
	}
	return duck.Here(a.name, time.Now()).User
}

// preview shows what a load would do. Where there is no warehouse yet one in
// memory stands for it, under a key that nobody keeps.
func (a *app) preview(ctx context.Context, o loading, paths []string) error {
	if err := canLoad(ctx); err != nil {
		return err
	}
	loader, err := a.loader(o)
	if err != nil {
		return err
	}
	if exists(a.warehousePath()) {
		loader.DB, loader.Key, err = a.openSealed(ctx)
	} else {
		loader.DB, loader.Key, err = a.nowhere(ctx)
	}
	if err != nil {
		return err
	}
	defer loader.DB.Close()
	reports, err := loader.Preview(ctx, paths)
	if printed := a.printPreview(reports, err); printed != nil {
		return printed
	}
	return a.strictly(o.strict, reports, err)
}

// nowhere is a warehouse in memory.
func (a *app) nowhere(ctx context.Context) (*duck.DB, *seal.Key, error) {
	key, err := seal.NewKeyFor(a.set.Cipher)
	if err != nil {
		return nil, nil, err
	}
	db, err := duck.Open(ctx, "", a.options())
	if err != nil {
		return nil, nil, err
	}
	if err := db.Migrate(ctx, sql.Files, "schema"); err != nil {
		db.Close()
		return nil, nil, err
	}
	return db, key, nil
}

// canLoad refuses to load with a build that lacks Arrow.
func canLoad(ctx context.Context) error {
	if duck.Arrow {
		return nil
	}
	_, err := duck.Append(ctx, nil, "", nil)
	return err
}

// strictly is the answer of the verb: with --strict, no where a row was held
// back.
func (a *app) strictly(strict bool, reports []etl.FileReport, err error) error {
	if err != nil || !strict {
		return err
	}
	var held int64
	for _, r := range reports {
		held += r.Quarantined
	}
	if held == 0 {
		return nil
	}
	return &answerNo{refuse.Text{
		ZH: fmt.Sprintf("有 %d 行被暂存（--strict）", held),
		EN: fmt.Sprintf("%d rows were held back (--strict)", held),
	}}
}
