package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"canbao/etl/refuse"
	"canbao/models/measure"
	"canbao/reports"
)

func (a *app) bulletinVerb() *cobra.Command {
	var q question
	var out string
	cmd := a.verb("bulletin --as-of DAY", refuse.Text{ZH: "写出进度通报，一个 HTML 文件", EN: "write the bulletin, one HTML file"},
		func(cmd *cobra.Command, _ []string) error {
			asked, err := a.ask(cmd.Context(), cmd.Name(), q)
			if err != nil {
				return err
			}
			defer asked.Close()
			return a.bulletin(cmd.Context(), asked.Reader, asked.campaign.ID, asked.day, out)
		})
	cmd.Args = none()
	a.asks(cmd, &q)
	cmd.Flags().StringVar(&out, "out", "", a.text("写到这个文件夹（默认工作区的 reports）", "folder to write to (default: reports in the workspace)"))
	return cmd
}

// bulletin writes the bulletin and prints its path.
func (a *app) bulletin(ctx context.Context, r *measure.Reader, campaign string, day time.Time, out string) error {
	if out == "" {
		out = a.reportsDir()
	}
	if err := makeFolder(out); err != nil {
		return err
	}
	path, err := reports.Bulletin(ctx, r, reports.Options{Campaign: campaign, AsOf: day, Lang: a.set.Lang, Dir: out})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(a.out, path)
	return err
}
