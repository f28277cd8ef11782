package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"canbao/etl"
	"canbao/etl/clean"
	"canbao/etl/refuse"
	"canbao/models"
	"canbao/reports/access"
	"canbao/reports/audit"
	"canbao/sql/duck"
)

func (a *app) buildVerb() *cobra.Command {
	cmd := a.verb("build", refuse.Text{ZH: "运行模型和检查，发布快照", EN: "run models and checks, publish a snapshot"},
		func(cmd *cobra.Command, _ []string) error {
			if err := a.mustBeWorkspace(); err != nil {
				return err
			}
			standBack()
			built, err := a.build(cmd.Context())
			if err != nil {
				return err
			}
			return a.printBuilt(built)
		})
	cmd.Args = none()
	cmd.Flags().BoolVar(&a.times, "times", false, a.text("列出每个模型用了几秒", "tell how many seconds each model took"))
	a.takes(cmd, publishing)
	return cmd
}

// build publishes a snapshot of what is loaded. Whatever is wrong with the
// campaign files or the areas is refused before anything is touched.
func (a *app) build(ctx context.Context) (models.Built, error) {
	campaigns, err := a.readCampaigns()
	if err != nil {
		return models.Built{}, err
	}
	areas, err := a.readAreas()
	if err != nil {
		return models.Built{}, err
	}
	if err := a.mustBeLoaded(ctx); err != nil {
		return models.Built{}, err
	}
	built, err := a.publish(ctx, campaigns, areas)
	if err != nil && built.Snapshot.Number == 0 {
		return built, a.unpublished(err)
	}
	if err != nil || built.Snapshot.Number == 0 {
		return built, err
	}
	// Those who read an older one now go on reading it: only its name goes.
	return built, models.Prune(a.publishDir(), a.set.KeepSnapshots, nil)
}

// endBuild puts on record how a build ended, and what it has published.
func (d *deed) endBuild(ctx context.Context, built models.Built, err error) error {
	found, forbid := 0, 0
	for _, c := range built.Checks {
		if c.Rows > 0 {
			found++
		}
		if c.Failed() {
			forbid++
		}
	}
	d.entry.What = fmt.Sprintf("%d checks, %d found rows, %d of them forbid publishing", len(built.Checks), found, forbid)
	d.entry.Outcome = outcome(ctx, err)
	if err == nil && built.Snapshot.Number == 0 {
		d.entry.Outcome = audit.Refused
	}
	all := []audit.Entry{d.entry}
	if built.Snapshot.Number > 0 {
		published := d.entry
		published.Act, published.Snapshot, published.What = audit.Publish, built.Snapshot.Number, ""
		all = append(all, published)
	}
	if failed := d.log.AppendAll(ctx, all); failed != nil {
		return lateRecord(err, failed)
	}
	return err
}

func (a *app) publish(ctx context.Context, campaigns []*models.Campaign, areas *clean.Areas) (models.Built, error) {
	db, err := a.openWarehouse(ctx)
	if err != nil {
		return models.Built{}, err
	}
	defer db.Close()
	d, err := a.begin(audit.Build, "")
	if err != nil {
		return models.Built{}, err
	}
	built, err := a.compute(ctx, db, campaigns, areas)
	return built, d.endBuild(ctx, built, err)
}

func (a *app) compute(ctx context.Context, db *duck.DB, campaigns []*models.Campaign, areas *clean.Areas) (models.Built, error) {
	if err := etl.SyncAreas(ctx, db, areas); err != nil {
		return models.Built{}, err
	}
	elsewhere, done, err := a.elsewhere(ctx)
	if err != nil {
		return models.Built{}, err
	}
	defer done()
	// Who cannot be read is no reason not to build: the service makes what is missing.
	users, err := access.OpenUsers(a.usersPath())
	if err != nil {
		a.say("读不到用户，各镇街的数据改由服务现做："+err.Error(), "the users cannot be read, so the service will have to make the files of the towns: "+err.Error())
	}
	meter := a.newMeter(a.text("计算", "build"))
	defer meter.end()
	watch := stopwatch{}
	built, err := models.Build{
		DB: db, Campaigns: campaigns, Dir: a.publishDir(), Program: programVersion(), Now: time.Now().In(shanghai),
		Progress: func(done, total int, table string) {
			watch.turn(table)
			meter.at(done, total, table)
		},
		Cuts: areasOf(users), Elsewhere: elsewhere,
	}.Run(ctx)
	if watch.turn(""); a.times {
		watch.print(a.errors)
	}
	return built, err
}

// stopwatch takes the time of one thing after another.
type stopwatch struct {
	what  []string
	took  []time.Duration
	since time.Time
}

// turn ends what went before and begins what comes next.
func (w *stopwatch) turn(next string) {
	if n := len(w.what); n > 0 && len(w.took) < n {
		w.took = append(w.took, time.Since(w.since))
	}
	if next != "" {
		w.what, w.since = append(w.what, next), time.Now()
	}
}

// print writes a line for each: seconds, and what.
func (w *stopwatch) print(out io.Writer) {
	for i, took := range w.took {
		fmt.Fprintf(out, "%9.3f s  %s\n", took.Seconds(), w.what[i])
	}
}

// unpublished says what an unfinished build leaves: what was published before.
// A snapshot and its log together take about twice the room of the warehouse.
func (a *app) unpublished(err error) error {
	u := &undone{err: err, stands: refuse.Text{ZH: "没有发布新快照", EN: "no snapshot was published"}}
	if current, err := models.Current(a.publishDir()); err == nil {
		u.stands.ZH += fmt.Sprintf("，已发布的快照 %d 不变", current.Number)
		u.stands.EN += fmt.Sprintf(", snapshot %d stays", current.Number)
	}
	for _, path := range []string{a.warehousePath(), a.warehousePath() + ".wal"} {
		if info, err := os.Stat(path); err == nil {
			u.need += 2 * info.Size()
		}
	}
	return u
}

// mustBeLoaded refuses a warehouse that holds nothing, and does not make one.
// It says so where denominators are unknown.
func (a *app) mustBeLoaded(ctx context.Context) error {
	db, err := a.readWarehouse(ctx)
	if err != nil {
		return err
	}
	var loads, rosters int
	if db != nil {
		defer db.Close()
		const count = "select count(*), count(*) filter (where dataset = 'roster') from raw.load"
		if err := db.QueryRowContext(ctx, count).Scan(&loads, &rosters); err != nil {
			return fmt.Errorf("count loads: %w", err)
		}
	}
	if loads == 0 {
		return &refuse.Error{
			What:  refuse.Text{ZH: "还没有装载任何数据，没有可计算的", EN: "nothing has been loaded, there is nothing to build"},
			Where: a.dir,
			Do:    refuse.Text{ZH: "先用 " + a.command("load") + " 数据文件夹", EN: "first " + a.command("load") + " FOLDER"},
		}
	}
	if rosters == 0 {
		a.tell(noRoster.ZH, noRoster.EN)
	}
	return nil
}

// printBuilt tells which snapshot was published and which checks found rows.
// Where one of severity error did, the answer is no.
func (a *app) printBuilt(built models.Built) error {
	if built.Snapshot.Number > 0 {
		line := a.text("快照 %d 已发布：%s\n", "snapshot %d is published: %s\n")
		if _, err := fmt.Fprintf(a.out, line, built.Snapshot.Number, built.Snapshot.Path); err != nil {
			return err
		}
	}
	l := listing{columns: checkColumns}
	var failed []string
	for _, c := range built.Checks {
		if c.Rows == 0 {
			continue
		}
		l.add(a.checkCells(c.ID, c.Severity, c.Rows, c.Title, c.Why, c.Do)...)
		if c.Failed() {
			failed = append(failed, c.ID)
		}
	}
	if len(l.rows) > 0 {
		if _, err := fmt.Fprintln(a.out, a.table(l)); err != nil {
			return err
		}
	}
	if len(failed) > 0 {
		a.sayNo("没有发布，原来的快照保持不变", "nothing was published, the snapshot stays what it was")
		return failedChecks(failed)
	}
	if built.Snapshot.Number == 0 {
		return fmt.Errorf("build: no snapshot and no failed check")
	}
	a.tell("下一步："+a.command("bulletin")+" --as-of latest", "next: "+a.command("bulletin")+" --as-of latest")
	return nil
}
