package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canbao/etl"
	"canbao/etl/refuse"
	"canbao/sql/duck"
)

func (a *app) loadVerb() *cobra.Command {
	var dataset string
	var strict bool
	cmd := a.verb("load PATH...", refuse.Text{ZH: "装载数据文件或文件夹", EN: "load extracts: files or folders"},
		func(cmd *cobra.Command, args []string) error {
			if err := a.mustBeWorkspace(); err != nil {
				return err
			}
			reports, err := a.load(cmd.Context(), dataset, args)
			if printed := a.printReports(reports, err); printed != nil {
				return printed
			}
			return a.strictly(strict, reports, err)
		})
	cmd.Args = arguments(1, -1, refuse.Text{ZH: "文件或文件夹", EN: "a file or folder"})
	cmd.Flags().StringVar(&dataset, "dataset", "", a.text("按这一类数据装载，不识别表头：", "load as this dataset instead of recognising it: ")+strings.Join(etl.Datasets(), ", "))
	cmd.Flags().BoolVar(&strict, "strict", false, a.text("有行被暂存时退出码为 1", "exit 1 if a row was held back"))
	a.listing(cmd)
	return cmd
}

// load loads paths into the warehouse. Reports come back beside an error: what
// was loaded stays loaded.
func (a *app) load(ctx context.Context, dataset string, paths []string) ([]etl.FileReport, error) {
	if err := canLoad(ctx); err != nil {
		return nil, err
	}
	// A faulty campaign is told before anything is loaded for it.
	if _, err := a.readCampaigns(); err != nil {
		return nil, err
	}
	areas, err := a.readAreas()
	if err != nil {
		return nil, err
	}
	db, key, err := a.openSealed(ctx)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	meter := a.newMeter(a.text("装载", "load"))
	defer meter.end()
	loader := etl.Loader{
		DB: db, Key: key, Areas: areas, Dataset: dataset, Workers: a.set.Threads,
		Now:  time.Now().In(shanghai),
		Warn: func(w refuse.Text) { a.say(w.ZH, w.EN) },
		Progress: func(p etl.Progress) {
			meter.at(p.Done, p.Files, a.text(thousands(p.Rows)+" 行 ", thousands(p.Rows)+" rows ")+filepath.Base(p.File))
		},
	}
	return loader.Load(ctx, paths)
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

var reportColumns = []column{
	{key: "file", title: refuse.Text{ZH: "文件", EN: "file"}},
	{key: "dataset", title: refuse.Text{ZH: "数据", EN: "dataset"}},
	{key: "rows", title: refuse.Text{ZH: "行数", EN: "rows"}, right: true},
	{key: "accepted", title: refuse.Text{ZH: "接收", EN: "accepted"}, right: true},
	{key: "quarantined", title: refuse.Text{ZH: "暂存", EN: "held back"}, right: true},
	{key: "repeated", title: refuse.Text{ZH: "重复", EN: "repeated"}, right: true},
	{key: "furniture", title: refuse.Text{ZH: "表头等", EN: "furniture"}, right: true},
	{key: "reasons", title: refuse.Text{ZH: "暂存原因", EN: "reasons"}},
}

// printReports prints the load report, and names the columns that were kept
// out. Where nothing was loaded and something refused there is no report.
func (a *app) printReports(reports []etl.FileReport, err error) error {
	if len(reports) == 0 && err != nil {
		return nil
	}
	l := listing{columns: reportColumns}
	var sum etl.FileReport
	for _, r := range reports {
		l.add(plain(r.File), cell{data: r.Dataset, shown: datasetTitle(r.Dataset, a.set.Lang)},
			plain(r.Rows), plain(r.Accepted), plain(r.Quarantined), plain(r.Repeated), plain(r.Furniture),
			a.reasonsCell(r.Reasons))
		sum.Rows += r.Rows
		sum.Accepted += r.Accepted
		sum.Quarantined += r.Quarantined
		sum.Repeated += r.Repeated
		sum.Furniture += r.Furniture
	}
	if a.set.Format == "table" && len(reports) > 1 {
		l.add(plain(a.text("合计", "in all")), plain(""), plain(sum.Rows), plain(sum.Accepted),
			plain(sum.Quarantined), plain(sum.Repeated), plain(sum.Furniture), plain(""))
	}
	if err := a.print(l); err != nil {
		return err
	}
	for _, r := range reports {
		if len(r.Unknown) > 0 {
			list := strings.Join(r.Unknown, a.text("、", ", "))
			a.say(fmt.Sprintf("%s: 未采用的列：%s", r.File, list), fmt.Sprintf("%s: columns kept out: %s", r.File, list))
		}
	}
	return nil
}

// reasonsCell is an object in json, name=rows in csv, words on a table.
func (a *app) reasonsCell(reasons map[string]int64) cell {
	names := sortedReasons(reasons)
	var machine, shown []string
	for _, name := range names {
		machine = append(machine, name+"="+strconv.FormatInt(reasons[name], 10))
		shown = append(shown, reasonText(name).In(a.set.Lang)+" "+thousands(reasons[name]))
	}
	if a.set.Format == "json" {
		return cell{data: reasons}
	}
	return cell{data: strings.Join(machine, ";"), shown: strings.Join(shown, a.text("、", ", "))}
}
