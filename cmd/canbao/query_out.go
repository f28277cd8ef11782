package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"canbao/etl/refuse"
	"canbao/sql/answer"
	"canbao/sql/duck"
)

// queryFormats are what an answer can be written as; the last three are not
// text.
var queryFormats = []string{"table", "csv", "json", "ndjson", "xlsx", "parquet", "arrow"}

var binaryFormats = queryFormats[4:]

// outlet is where an answer goes: standard output, or a file that is there whole
// or not at all.
type outlet struct {
	a          *app
	path       string // "" for standard output
	engineFile string // written by the engine itself, "" for none
	file       *os.File
	deed       *deed // the question, for the record
}

// answerTo opens the outlet of a query.
func (a *app) answerTo(q asking) (*outlet, error) {
	o := &outlet{a: a, path: q.out}
	binary := slices.Contains(binaryFormats, q.format)
	switch {
	case q.bom && q.format != "csv":
		return nil, wrong(refuse.Text{ZH: "--bom 只用于 CSV", EN: "--bom is for CSV"}, refuse.Text{ZH: "加 --format csv", EN: "add --format csv"})
	case binary && q.out == "" && isTerminal(a.out):
		return nil, wrong(refuse.Text{ZH: q.format + " 不是文本，不能显示在终端上", EN: q.format + " is no text and cannot be shown on a terminal"},
			refuse.Text{ZH: "用 --out 写入文件", EN: "write it to a file with --out"})
	case q.out != "" && exists(q.out) && !q.force:
		return nil, &refuse.Error{What: refuse.Text{ZH: "文件已经存在", EN: "the file is there already"}, Where: q.out,
			Do: refuse.Text{ZH: "换一个文件名，或加 --force 覆盖", EN: "choose another name, or replace it with --force"}}
	case q.out == "" && q.format != "parquet":
		return o, nil
	}
	dir, name := filepath.Split(q.out)
	if q.out == "" {
		dir, name = os.TempDir(), "canbao"
	}
	if dir == "" {
		dir = "."
	}
	var err error
	if o.file, err = os.CreateTemp(dir, name+".*.part"); err != nil {
		return nil, &refuse.Error{What: refuse.Text{ZH: "不能写入", EN: "cannot write to"}, Where: dir,
			Do: refuse.Text{ZH: "请检查文件夹和权限", EN: "check the folder and its permissions"}, Err: err}
	}
	if q.format == "parquet" {
		if o.engineFile, err = filepath.Abs(o.file.Name()); err != nil {
			return nil, fmt.Errorf("find %s: %w", o.file.Name(), err)
		}
	}
	return o, nil
}

func (o *outlet) writer() io.Writer {
	if o.file != nil {
		return o.file
	}
	return o.a.out
}

// finish puts a file that was written whole in its place, once that is on
// record, and tells.
func (o *outlet) finish(ctx context.Context, failed error, rows int64) error {
	o.deed.entry.Rows = rows
	if failed != nil || o.file == nil {
		return nil
	}
	if o.path == "" {
		if _, err := o.file.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("write the answer: %w", err)
		}
		_, err := io.Copy(o.a.out, o.file)
		return err
	}
	err := errors.Join(o.file.Chmod(0o644), o.file.Sync(), o.file.Close())
	if err == nil {
		err = o.deed.now(ctx)
	}
	if err == nil {
		err = os.Rename(o.file.Name(), o.path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", o.path, err)
	}
	o.file = nil
	o.a.tell(fmt.Sprintf("%s 行，已写入 %s", thousands(rows), o.path), fmt.Sprintf("%s rows, written to %s", thousands(rows), o.path))
	return nil
}

// drop removes what was not finished.
func (o *outlet) drop() {
	if o.file != nil {
		o.file.Close()
		os.Remove(o.file.Name())
	}
}

// A table shows so many rows, and the rest is counted for a moment.
const (
	tableRows = 1000
	countFor  = time.Second
)

// answerTable shows the first rows, and tells how many there are.
func (a *app) answerTable(ctx context.Context, o *outlet, stream *duck.Stream) error {
	first, err := answer.Preview(stream, tableRows, countFor)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(o.writer(), a.table(firstListing(first))); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	a.tellMore(first)
	return o.finish(ctx, nil, int64(len(first.Rows)))
}

// tellMore says how many rows there are beyond the first.
func (a *app) tellMore(first answer.First) {
	if first.More == 0 {
		return
	}
	shown, all := thousands(int64(len(first.Rows))), thousands(int64(len(first.Rows))+first.More)
	zh, en := "共 "+all+" 行", "of "+all
	if first.Cut {
		zh, en = "不止 "+all+" 行", "of more than "+all
	}
	a.tell(fmt.Sprintf("只显示前 %s 行，%s；--format csv 给出全部", shown, zh),
		fmt.Sprintf("only the first %s rows %s are shown; --format csv gives all", shown, en))
}

// firstListing is a listing of the first rows. Numbers of a query are shown as
// they are: a code or a year wants no thousands separator.
func firstListing(first answer.First) (l listing) {
	for i, name := range first.Columns {
		l.columns = append(l.columns, column{key: name, title: refuse.Text{ZH: name, EN: name}, right: first.Right[i]})
	}
	for _, row := range first.Rows {
		cells := make([]cell, len(row))
		for i, c := range row {
			switch {
			case c.Null:
			case c.Bool:
				cells[i] = plain(c.Text == "true")
			default:
				cells[i] = cell{data: c.Text, shown: c.Text}
			}
		}
		l.add(cells...)
	}
	return l
}
