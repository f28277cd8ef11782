package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/xuri/excelize/v2"

	"canbao/etl"
	"canbao/etl/refuse"
	"canbao/reports/audit"
	"canbao/sql/answer"
	"canbao/sql/duck"
)

func (a *app) exportVerb() *cobra.Command {
	var f etl.HeldFilter
	var force bool
	cmd := a.verb("export FILE.xlsx", refuse.Text{ZH: "把暂存的行连同原文写成 XLSX，供更正后再装载（含姓名和证件号码，记录在案）",
		EN: "write the rows held back with their text as XLSX, to be corrected and loaded again (shows identity, on record)"},
		func(cmd *cobra.Command, args []string) error {
			if err := a.mustBeWorkspace(); err != nil {
				return err
			}
			return a.exportHeld(cmd.Context(), args[0], f, force)
		})
	cmd.Args = arguments(1, 1, refuse.Text{ZH: "文件名", EN: "a file name"})
	a.filters(cmd, &f)
	cmd.Flags().BoolVar(&force, "force", false, a.text("文件已存在时覆盖", "replace a file that is there"))
	return cmd
}

// exportHeld writes the rows into path. Who looked is recorded before the file
// is there; the file is whole or not there.
func (a *app) exportHeld(ctx context.Context, path string, f etl.HeldFilter, force bool) error {
	if err := a.mayWrite(path, force); err != nil {
		return err
	}
	loader, rows, err := a.openHeld(ctx, f)
	if err != nil {
		return err
	}
	defer loader.DB.Close()
	if rows == 0 {
		return wrong(refuse.Text{ZH: "没有符合条件的暂存行", EN: "no such row is held back"},
			refuse.Text{ZH: "用 " + a.command("quarantine") + " 查看", EN: a.command("quarantine") + " lists them"})
	}
	d, err := a.begin(audit.Reveal, "quarantine export > "+path)
	if err != nil {
		return err
	}
	d.entry.Rows = rows
	return d.end(ctx, a.writeHeld(ctx, path, f, loader, d))
}

// writeHeld writes the workbook once it is on record.
func (a *app) writeHeld(ctx context.Context, path string, f etl.HeldFilter, loader *etl.Loader, d *deed) error {
	rows := d.entry.Rows
	seen := etl.Revealed{At: time.Now().In(shanghai), By: a.who(), Verb: "quarantine export", What: path, Rows: rows}
	if err := etl.Reveal(ctx, loader.DB, seen); err != nil {
		return err
	}
	if err := d.now(ctx); err != nil {
		return err
	}
	book := &heldBook{a: a, file: excelize.NewFile()}
	defer book.file.Close()
	if err := loader.Open(ctx, f, book.add); err != nil {
		return err
	}
	if err := book.save(path); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(a.out, path); err != nil {
		return err
	}
	a.tell(fmt.Sprintf("已导出 %s 行，已记录在案。文件含姓名和证件号码，用完请删除。改好后：%s %s", thousands(rows), a.command("load"), path),
		fmt.Sprintf("%s rows are exported, which is on record. The file shows who they are: delete it after use. When corrected: %s %s",
			thousands(rows), a.command("load"), path))
	return nil
}

// mayWrite refuses places where an export must not lie.
func (a *app) mayWrite(path string, force bool) error {
	whole, err := filepath.Abs(path)
	if err != nil {
		return fmt.Errorf("find %s: %w", path, err)
	}
	kept := func(folder string) bool {
		dir, err := filepath.Abs(folder)
		return err == nil && strings.HasPrefix(whole, dir+string(filepath.Separator))
	}
	switch {
	case !strings.EqualFold(filepath.Ext(path), ".xlsx"):
		return &refuse.Error{What: refuse.Text{ZH: "只能导出为 XLSX", EN: "an export is XLSX"}, Where: path,
			Do: refuse.Text{ZH: "文件名请以 .xlsx 结尾", EN: "let the name end in .xlsx"}}
	case exists(path) && !force:
		return &refuse.Error{What: refuse.Text{ZH: "文件已经存在", EN: "the file is there already"}, Where: path,
			Do: refuse.Text{ZH: "换一个文件名，或加 --force 覆盖", EN: "choose another name, or replace it with --force"}}
	case kept(filepath.Dir(a.warehousePath())), kept(a.publishDir()), kept(a.reportsDir()), kept(a.issuedDir()), kept(a.auditDir()), kept(filepath.Dir(a.usersPath())):
		return &refuse.Error{What: refuse.Text{ZH: "姓名和证件号码不能放在程序自己的文件夹里", EN: "identity must not lie in the program's own folders"}, Where: path,
			Do: refuse.Text{ZH: "请另选一个文件夹", EN: "choose another folder"}}
	}
	return nil
}

// openHeld opens the warehouse with its key and counts the rows of the filter.
func (a *app) openHeld(ctx context.Context, f etl.HeldFilter) (*etl.Loader, int64, error) {
	if !exists(a.warehousePath()) {
		return nil, 0, wrong(refuse.Text{ZH: "还没有装载任何数据", EN: "nothing has been loaded yet"},
			refuse.Text{ZH: "没有暂存的行", EN: "no row is held back"})
	}
	loader, err := a.loader(loading{})
	if err != nil {
		return nil, 0, err
	}
	if loader.DB, loader.Key, err = a.openSealed(ctx); err != nil {
		return nil, 0, err
	}
	var rows int64
	err = etl.EachHeld(ctx, loader.DB, f, func(etl.Held) error { rows++; return nil })
	if err != nil {
		loader.DB.Close()
		return nil, 0, err
	}
	return loader, rows, nil
}

// heldBook is the workbook of the rows held back: a sheet per dataset and layout
// of columns.
type heldBook struct {
	a       *app
	file    *excelize.File
	w       *excelize.StreamWriter
	text    int // the style of every cell: text, never a number
	sheets  int
	dataset string
	headers []string
	row     int
	bytes   int
}

// sheetBytes bounds a sheet: beyond 16 MB excelize would put it aside in a
// temporary file, in the clear.
const sheetBytes = 4 << 20

// add writes one row.
func (b *heldBook) add(o etl.Opened) error {
	size := 600
	for _, c := range o.Cells {
		size += len(c) + 60
	}
	if b.w == nil || o.Dataset != b.dataset || !slices.Equal(o.Headers, b.headers) || b.bytes+size > sheetBytes {
		if err := b.begin(o); err != nil {
			return err
		}
	}
	b.bytes += size
	var reasons []string
	for _, r := range o.Reasons {
		reasons = append(reasons, reasonText(r).In(b.a.set.Lang))
	}
	var hints []string
	for _, h := range o.Hints {
		hints = append(hints, h.In(b.a.set.Lang))
	}
	where := strings.TrimSuffix(o.File+" / "+o.Part, " / ")
	cells := []string{fmt.Sprint(o.Number), strings.Join(reasons, b.a.text("、", ", ")), "", where, fmt.Sprint(o.Line), strings.Join(hints, "\n")}
	return b.write(append(cells, o.Cells...))
}

// helpers are the columns before the original ones: the reader of corrected
// sheets knows them.
func (b *heldBook) helpers() []string {
	if b.a.set.Lang == "en" {
		return []string{"quarantine number", "held back because", "correction", "file", "row", "hints"}
	}
	return []string{"暂存号", "暂存原因", "更正", "文件", "行", "参考"}
}

// begin begins a sheet: a line that says what to do, then the header.
func (b *heldBook) begin(o etl.Opened) error {
	if err := b.end(); err != nil {
		return err
	}
	b.sheets++
	b.dataset, b.headers, b.row, b.bytes = o.Dataset, o.Headers, 0, 0
	name := fmt.Sprintf("%s %d", datasetTitle(o.Dataset, b.a.set.Lang), b.sheets)
	var err error
	if b.sheets == 1 {
		err = b.file.SetSheetName("Sheet1", name)
	} else {
		_, err = b.file.NewSheet(name)
	}
	if err == nil && b.text == 0 {
		b.text, err = b.file.NewStyle(&excelize.Style{NumFmt: 49})
	}
	if err == nil {
		b.w, err = b.file.NewStreamWriter(name)
	}
	if err == nil {
		err = b.w.SetColWidth(1, 6+max(1, len(o.Headers)), 18)
	}
	if err != nil {
		return fmt.Errorf("make the workbook: %w", err)
	}
	if err := b.write([]string{b.a.text(
		"请直接改正原来的格子，或在“更正”列填写正确的内容（错的不止一格时写成 列名=内容；列名=内容），保存后整份装载。“参考”只供核对",
		"Correct the cells themselves, or write the right content under correction (where several are wrong: header=content; header=content), save and load the file. Hints are to be checked")}); err != nil {
		return err
	}
	return b.write(append(b.helpers(), o.Headers...))
}

// write writes texts, and nothing that a program would run: whoever saves the
// sheet as CSV has formulas otherwise.
func (b *heldBook) write(texts []string) error {
	b.row++
	cells := make([]any, len(texts))
	for i, t := range texts {
		cells[i] = excelize.Cell{StyleID: b.text, Value: answer.Harmless(t)}
	}
	at, err := excelize.CoordinatesToCellName(1, b.row)
	if err == nil {
		err = b.w.SetRow(at, cells)
	}
	if err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	return nil
}

func (b *heldBook) end() error {
	if b.w == nil {
		return nil
	}
	if err := b.w.Flush(); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	return nil
}

// save writes the workbook.
func (b *heldBook) save(path string) error {
	if err := b.end(); err != nil {
		return err
	}
	return saveBook(b.file, path)
}

// saveBook writes a workbook beside path, for its owner alone, and gives it its
// name.
func saveBook(book *excelize.File, path string) error {
	part := path + ".part"
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return &refuse.Error{What: refuse.Text{ZH: "写不了这个文件", EN: "the file cannot be written"}, Where: path,
			Do: refuse.Text{ZH: "请检查文件夹及其权限", EN: "check the folder and its permissions"}, Err: err}
	}
	if err = errors.Join(book.Write(f), f.Sync(), f.Close()); err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		os.Remove(part)
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

func (a *app) dismissVerb() *cobra.Command {
	var reason string
	cmd := a.verb("dismiss NUMBER...", refuse.Text{ZH: "把暂存的行作废，写明原因，记录在案", EN: "set rows held back aside for good, with a reason, on record"},
		func(cmd *cobra.Command, args []string) error {
			if err := a.mustBeWorkspace(); err != nil {
				return err
			}
			return a.dismiss(cmd.Context(), args, strings.TrimSpace(reason))
		})
	cmd.Args = arguments(1, -1, refuse.Text{ZH: "暂存号", EN: "a number"})
	cmd.Flags().StringVar(&reason, "reason", "", a.text("作废的原因（必填）", "why (must be given)"))
	return cmd
}

func (a *app) dismiss(ctx context.Context, args []string, reason string) error {
	if reason == "" {
		return wrong(refuse.Text{ZH: "作废要写明原因", EN: "dismissing needs a reason"},
			refuse.Text{ZH: "加上 --reason 原因", EN: "add --reason TEXT"})
	}
	var numbers []int64
	for _, arg := range args {
		var n int64
		if _, err := fmt.Sscanf(arg+" ", "%d ", &n); err != nil || n < 1 {
			return wrong(refuse.Text{ZH: "“" + arg + "”不是暂存号", EN: fmt.Sprintf("%q is no number of a row held back", arg)},
				refuse.Text{ZH: "用 " + a.command("quarantine") + " 查看", EN: a.command("quarantine") + " lists them"})
		}
		numbers = append(numbers, n)
	}
	var db *duck.DB
	var err error
	if !exists(a.warehousePath()) {
		return wrong(refuse.Text{ZH: "还没有装载任何数据", EN: "nothing has been loaded yet"}, refuse.Text{ZH: "没有暂存的行", EN: "no row is held back"})
	}
	if db, err = a.openWarehouse(ctx); err != nil {
		return err
	}
	defer db.Close()
	d, err := a.begin(audit.Dismiss, strings.Join(args, " ")+": "+reason)
	if err != nil {
		return err
	}
	d.entry.Rows = int64(len(numbers))
	err = etl.Dismiss(ctx, db, numbers, reason, a.who(), time.Now().In(shanghai))
	if err := d.end(ctx, err); err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.out, a.text("已作废 %d 行\n", "%d rows are dismissed\n"), len(numbers))
	a.tell("下一步："+a.command("build"), "next: "+a.command("build"))
	return err
}
