package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canbao/etl/refuse"
	"canbao/models/measure"
	"canbao/reports"
	"canbao/reports/audit"
	"canbao/reports/export"
)

// wallEdition is the internal edition as a page for the command room.
const wallEdition = "wall"

var editions = []string{string(measure.Internal), string(measure.Public), wallEdition}

// issued says which bulletin is wanted beyond campaign and day.
type issued struct {
	since, edition, out string
	formats             []string
	number              int
	correction          *reports.Correction
}

func (a *app) bulletinVerb() *cobra.Command {
	var q question
	var i issued
	cmd := a.verb("bulletin --as-of DAY", refuse.Text{ZH: "写出进度通报：网页、表格、文档、PDF", EN: "write the bulletin: page, workbook, document, PDF"},
		func(cmd *cobra.Command, _ []string) error {
			asked, err := a.ask(cmd.Context(), cmd.Name(), q)
			if err != nil {
				return err
			}
			defer asked.Close()
			return a.bulletin(cmd.Context(), asked, i)
		})
	cmd.Args = none()
	a.asks(cmd, &q)
	a.takes(cmd, issuing)
	flags := cmd.Flags()
	flags.StringVar(&i.since, "since", "", a.text("与哪一天比较（默认七日前）", "the day to compare with (default: seven days before)"))
	flags.StringVar(&i.out, "out", "", a.text("写到这个文件夹（默认工作区的 reports）", "folder to write to (default: reports in the workspace)"))
	flags.StringVar(&i.edition, "edition", string(measure.Internal), a.text("版本：internal 内部、public 公开（不含个人和小数目）、wall 大屏",
		"edition: internal, public (no person, no small number) or wall (for the command room)"))
	flags.StringSliceVar(&i.formats, "formats", defaultFormats, a.text("格式：html、xlsx、docx、pdf，逗号分隔", "formats: html, xlsx, docx, pdf, separated by commas"))
	flags.IntVar(&i.number, "number", 0, a.text("第几期（默认不写期号）", "number of the issue (default: none)"))
	words(cmd, "edition", editions)
	words(cmd, "formats", export.Formats())
	return cmd
}

// defaultFormats are those that need no other program.
var defaultFormats = []string{export.HTMLFormat, export.XLSXFormat, export.DOCXFormat}

// bulletin writes the files and prints their paths, one a line.
func (a *app) bulletin(ctx context.Context, q *asked, i issued) error {
	snapshot, err := q.Snapshot(ctx)
	if err != nil {
		return err
	}
	d := a.beginLooking(audit.Bulletin, fmt.Sprintf("%s as of %s, %s, %s", q.campaign.ID, q.day.Format(time.DateOnly), i.edition, strings.Join(i.formats, " ")))
	d.entry.Snapshot = snapshot.Number
	return d.end(ctx, a.writeBulletin(ctx, q, i))
}

func (a *app) writeBulletin(ctx context.Context, q *asked, i issued) error {
	d, err := a.compose(ctx, q, i)
	if err != nil {
		return err
	}
	out := i.out
	if out == "" {
		out = a.reportsDir()
	}
	if err := makeFolder(out); err != nil {
		return err
	}
	var paths []string
	if i.edition == wallEdition {
		var path string
		path, err = export.Wall(d, out)
		paths = []string{path}
	} else {
		paths, err = export.Write(ctx, d, out, i.formats)
	}
	for _, p := range paths {
		if _, err := fmt.Fprintln(a.out, p); err != nil {
			return err
		}
	}
	return err
}

// compose puts the bulletin that is asked for into words.
func (a *app) compose(ctx context.Context, q *asked, i issued) (*reports.Document, error) {
	if err := oneOf("edition", i.edition, editions); err != nil {
		return nil, err
	}
	for _, f := range i.formats {
		if err := oneOf("formats", f, export.Formats()); err != nil {
			return nil, err
		}
	}
	if i.number < 0 {
		return nil, wrong(refuse.Text{ZH: "期号不能小于 0", EN: "the number of an issue cannot be below 0"}, refuse.Text{ZH: "如 --number 3", EN: "such as --number 3"})
	}
	ask := measure.Ask{Campaign: q.campaign.ID, AsOf: q.day, Number: i.number, Edition: measure.Edition(i.edition)}
	if i.edition == wallEdition {
		ask.Edition = measure.Internal
	}
	if i.since != "" {
		var err error
		if ask.Since, err = q.campaign.AsOf(i.since); err != nil {
			return nil, err
		}
	}
	b, err := q.Bulletin(ctx, ask)
	if err != nil {
		return nil, err
	}
	o, err := a.composing()
	if err != nil {
		return nil, err
	}
	o.Correction = i.correction
	return reports.Compose(b, o)
}

// composing is what the city has of its own for whatever is composed.
func (a *app) composing() (o reports.Options, err error) {
	o.Lang = a.set.Lang
	if o.Prose, err = a.ownProse(); err != nil {
		return o, err
	}
	if o.Map, err = a.ownMap(); err != nil {
		return o, err
	}
	o.Tiles, err = a.ownTiles()
	return o, err
}

// ownProse is the folder with the city's own templates, nil where there is none.
func (a *app) ownProse() (fs.FS, error) {
	info, err := os.Stat(a.set.Prose)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil || !info.IsDir():
		return nil, &refuse.Error{
			What:  refuse.Text{ZH: "措辞模板应是一个文件夹", EN: "the templates of the bulletin should be a folder"},
			Where: a.set.Prose,
			Do:    refuse.Text{ZH: "请检查设置 prose", EN: "check the setting prose"},
			Err:   err,
		}
	}
	return os.DirFS(a.set.Prose), nil
}

// ownMap is the city's map, nil where it has none.
func (a *app) ownMap() ([]byte, error) {
	if a.set.Map == "" {
		return nil, nil
	}
	text, err := os.ReadFile(a.set.Map)
	if err != nil {
		return nil, &refuse.Error{
			What:  refuse.Text{ZH: "地图文件读不了", EN: "the map cannot be read"},
			Where: a.set.Map,
			Do:    refuse.Text{ZH: "请检查设置 map 和该文件", EN: "check the setting map, and the file"},
			Err:   err,
		}
	}
	return text, nil
}

// ownTiles is how the city's towns lie on a grid, nil where it does not say.
func (a *app) ownTiles() (reports.TileLayout, error) {
	if a.set.Tiles == "" {
		return nil, nil
	}
	text, err := os.ReadFile(a.set.Tiles)
	if err != nil {
		return nil, &refuse.Error{
			What:  refuse.Text{ZH: "方块布局文件读不了", EN: "the layout of the tiles cannot be read"},
			Where: a.set.Tiles,
			Do:    refuse.Text{ZH: "请检查设置 tiles 和该文件", EN: "check the setting tiles, and the file"},
			Err:   err,
		}
	}
	return reports.ReadTiles(a.set.Tiles, text)
}

// demoBulletin writes the bulletin as of the last day the data speak of.
func (a *app) demoBulletin(ctx context.Context) (refuse.Text, error) {
	q, err := a.ask(ctx, "demo", question{asOf: "latest"})
	if err != nil {
		return refuse.Text{}, err
	}
	defer q.Close()
	if err := a.bulletin(ctx, q, issued{edition: string(measure.Internal), formats: defaultFormats}); err != nil {
		return refuse.Text{}, err
	}
	day := q.day.Format(time.DateOnly)
	return refuse.Text{ZH: "截至 " + day, EN: "as of " + day}, nil
}
