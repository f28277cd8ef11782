package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"canbao/etl"
	"canbao/etl/refuse"
	"canbao/etl/synth"
	"canbao/models"
)

const (
	demoDir  = "canbao-demo" // the workspace where none is named
	demoMark = "demo.txt"    // the file that says a workspace is a demo
	demoSeed = 1
)

// demoParts is what a demo makes in its workspace beside the warehouse, and what
// the next one replaces; anything else there is left alone.
var demoParts = []string{settingsFile, campaignFile, areasFile, "extracts", "published", "reports", "issued"}

func (a *app) demoVerb() *cobra.Command {
	o, province := synth.Options{}, false
	cmd := a.verb("demo", refuse.Text{
		ZH: "在新工作区里造一座模拟城市，装载、计算、写出通报",
		EN: "make a synthetic city in a new workspace, load, build, write the bulletin",
	}, nil)
	cmd.Args = none()
	cmd.Flags().IntVar(&o.People, "people", synth.Residents, a.text("常住人口数", "number of residents"))
	cmd.Flags().Uint64Var(&o.Seed, "seed", demoSeed, a.text("随机种子：同一种子生成的文件逐字节相同", "seed: the same seed makes the same bytes"))
	cmd.Flags().IntVar(&o.Days, "days", synth.PaymentDays, a.text("从开征日起有缴费文件的天数", "days with payment files, from the opening"))
	cmd.Flags().BoolVar(&province, "province", false, a.text("造一个省：各县的数据直接写成 Parquet 文件", "a province: the extracts of its counties, straight to Parquet"))
	a.takes(cmd, making)
	a.workspaceIs(cmd, func([]string) string {
		if cmd.Flags().Changed("workspace") || os.Getenv("CANBAO_WORKSPACE") != "" {
			return a.dir
		}
		return demoDir
	}, func(cmd *cobra.Command) error { return a.demo(cmd.Context(), o, province) })
	return cmd
}

// demo goes the whole road and prints the path of the bulletin.
func (a *app) demo(ctx context.Context, o synth.Options, province bool) error {
	// Before a former demo is replaced.
	check := o.Check
	if province {
		check = o.CheckProvince
	}
	if err := check(); err != nil {
		return err
	}
	if err := canLoad(ctx); err != nil {
		return err
	}
	if err := a.keyCanBe(); err != nil {
		return err
	}
	start := time.Now()
	if err := a.demoWorkspace(ctx); err != nil {
		return err
	}
	for _, phase := range []struct {
		name refuse.Text
		run  func() (refuse.Text, error)
	}{
		{refuse.Text{ZH: "生成", EN: "make"}, func() (refuse.Text, error) { return a.demoMake(ctx, o, province) }},
		{refuse.Text{ZH: "装载", EN: "load"}, func() (refuse.Text, error) { return a.demoLoad(ctx) }},
		{refuse.Text{ZH: "计算", EN: "build"}, func() (refuse.Text, error) { return a.demoBuild(ctx) }},
		{refuse.Text{ZH: "通报", EN: "bulletin"}, func() (refuse.Text, error) { return a.demoBulletin(ctx) }},
	} {
		began := time.Now()
		what, err := phase.run()
		if err != nil {
			return err
		}
		a.timed(phase.name, began, what)
	}
	a.timed(refuse.Text{ZH: "合计", EN: "in all"}, start, refuse.Text{
		ZH: "接着可以试 " + a.command("status") + "、" + a.command("ranking") + " --as-of latest",
		EN: "now try " + a.command("status") + ", " + a.command("ranking") + " --as-of latest",
	})
	return nil
}

// timed tells how long a phase took and what came of it.
func (a *app) timed(name refuse.Text, began time.Time, what refuse.Text) {
	seconds := time.Since(began).Seconds()
	a.tell(fmt.Sprintf("%s %5.1f 秒  %s", name.ZH, seconds, what.ZH), fmt.Sprintf("%-8s %5.1f s  %s", name.EN, seconds, what.EN))
}

// demoWorkspace makes the workspace. A former demo is replaced, an empty
// folder used; any other is refused and left as it is.
func (a *app) demoWorkspace(ctx context.Context) error {
	mark := filepath.Join(a.dir, demoMark)
	entries, err := os.ReadDir(a.dir)
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && len(entries) == 0:
	case err != nil:
		return &refuse.Error{
			What:  refuse.Text{ZH: "建不了工作区", EN: "the workspace cannot be made"},
			Where: a.dir,
			Do:    refuse.Text{ZH: "请用 --workspace 另选一个文件夹", EN: "choose another folder with --workspace"},
			Err:   err,
		}
	case !exists(mark):
		return &refuse.Error{
			What:  refuse.Text{ZH: "文件夹不是空的，也不是以前的演示", EN: "the folder is neither empty nor a former demo"},
			Where: a.dir,
			Do:    refuse.Text{ZH: "请用 --workspace 另选一个文件夹", EN: "choose another folder with --workspace"},
		}
	}
	if err := a.clearWarehouse(ctx); err != nil {
		return err
	}
	for _, part := range demoParts {
		if err := os.RemoveAll(filepath.Join(a.dir, part)); err != nil {
			return fmt.Errorf("remove the former demo: %w", err)
		}
	}
	if err := makeFolder(a.dir); err != nil {
		return err
	}
	// The mark comes first: what an interrupted demo leaves is a demo too.
	text := a.text("canbao demo 造的模拟城市，人和钱都是虚构的。再次运行 canbao demo 会替换它。\n",
		"A synthetic city made by canbao demo: people and money are invented. The next canbao demo replaces it.\n")
	if err := os.WriteFile(mark, []byte(text), 0o644); err != nil {
		return fmt.Errorf("make the workspace: %w", err)
	}
	return a.makeWorkspace(models.YiwuAreas())
}

func (a *app) demoMake(ctx context.Context, o synth.Options, province bool) (refuse.Text, error) {
	meter := a.newMeter(a.text("生成", "make"))
	defer meter.end()
	o.Dir, o.Workers = a.dir, a.set.Threads
	o.Progress = func(done, total int) { meter.at(done, total, "") }
	if province {
		made, err := synth.MakeProvince(ctx, o, 0)
		if err != nil {
			return refuse.Text{}, err
		}
		return madeText(made.People, made.Files, made.Rows, made.Bytes), nil
	}
	made, err := synth.Make(ctx, o)
	if err != nil {
		return refuse.Text{}, err
	}
	return madeText(made.People, made.Files, made.Rows, made.Bytes), nil
}

func madeText(people int64, files int, rows, bytes int64) refuse.Text {
	return refuse.Text{
		ZH: fmt.Sprintf("%s 人，%d 个文件，%s 行，%.1f MB", thousands(people), files, thousands(rows), float64(bytes)/1e6),
		EN: fmt.Sprintf("%s people, %d files, %s rows, %.1f MB", thousands(people), files, thousands(rows), float64(bytes)/1e6),
	}
}

func (a *app) demoLoad(ctx context.Context) (refuse.Text, error) {
	reports, err := a.load(ctx, loading{}, []string{filepath.Join(a.dir, "extracts")})
	if err != nil {
		return refuse.Text{}, err
	}
	var sum etl.FileReport
	for _, r := range reports {
		sum.Accepted += r.Accepted
		sum.Quarantined += r.Quarantined
		sum.Repeated += r.Repeated
	}
	return refuse.Text{
		ZH: fmt.Sprintf("接收 %s 行，暂存 %s 行，重复 %s 行", thousands(sum.Accepted), thousands(sum.Quarantined), thousands(sum.Repeated)),
		EN: fmt.Sprintf("%s rows accepted, %s held back, %s repeated", thousands(sum.Accepted), thousands(sum.Quarantined), thousands(sum.Repeated)),
	}, nil
}

func (a *app) demoBuild(ctx context.Context) (refuse.Text, error) {
	built, err := a.build(ctx)
	if err != nil {
		return refuse.Text{}, err
	}
	if built.Snapshot.Number == 0 {
		return refuse.Text{}, a.printBuilt(built)
	}
	found := 0
	for _, c := range built.Checks {
		if c.Rows > 0 {
			found++
		}
	}
	return refuse.Text{
		ZH: fmt.Sprintf("快照 %d，%d 项检查中 %d 项有发现", built.Snapshot.Number, len(built.Checks), found),
		EN: fmt.Sprintf("snapshot %d, %d of %d checks found rows", built.Snapshot.Number, found, len(built.Checks)),
	}, nil
}
