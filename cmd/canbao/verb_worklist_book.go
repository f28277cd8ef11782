package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"canbao/etl/refuse"
	"canbao/models/measure"
	"canbao/sql/answer"
)

// bookPeople is how many people a workbook takes: it is made in memory, because
// nothing of it may lie in temporary files.
const bookPeople = 50_000

// visitColumn is a column of the sheet that goes from door to door.
type visitColumn struct {
	title refuse.Text
	width float64
	words []refuse.Text // to choose from
}

// visitColumns are printed up to the remark; what comes after tells the program
// who a row is about. The sheet is loaded back as dataset visit, so the columns
// to be filled in, and those behind them, are headed as loading knows them.
var visitColumns = []visitColumn{
	{title: refuse.Text{ZH: "序号", EN: "no."}, width: 6},
	{title: refuse.Text{ZH: "村社", EN: "area"}, width: 16},
	{title: refuse.Text{ZH: "姓名", EN: "name"}, width: 12},
	{title: refuse.Text{ZH: "证件号码", EN: "id_no"}, width: 21},
	{title: refuse.Text{ZH: "联系电话", EN: "phone"}, width: 14},
	{title: refuse.Text{ZH: "未参保原因", EN: "reason"}, width: 24},
	{title: refuse.Text{ZH: "上次走访", EN: "last visit"}, width: 16},
	{title: refuse.Text{ZH: "走访结果", EN: "answer"}, width: 14, words: answerWords()},
	{title: refuse.Text{ZH: "走访日期", EN: "visited_on"}, width: 12},
	{title: refuse.Text{ZH: "已看凭证", EN: "proof"}, width: 9, words: []refuse.Text{{ZH: "是", EN: "Y"}, {ZH: "否", EN: "N"}}},
	{title: refuse.Text{ZH: "走访人", EN: "visitor"}, width: 10},
	{title: refuse.Text{ZH: "走访备注", EN: "remark"}, width: 20},
	{title: refuse.Text{ZH: "考核项", EN: "item"}, width: 26},
	{title: refuse.Text{ZH: "区划代码", EN: "area_code"}, width: 16},
	{title: refuse.Text{ZH: "人员代码", EN: "person"}, width: 40},
}

const printedColumns = 12

// answerWords are the answers to choose from.
func answerWords() (words []refuse.Text) {
	for _, a := range measure.Answers() {
		words = append(words, a.Word())
	}
	return words
}

// visitHeaderRow is the row of the header, below title and notice.
const visitHeaderRow = 3

// visitBook is the workbook of a list: sheets of some thousand people each.
type visitBook struct {
	a      *app
	list   *measure.Worklist
	whole  bool
	file   *excelize.File
	w      *excelize.StreamWriter
	sheet  string
	sheets int
	people int // on all sheets
	row    int // of this sheet, written last
	bytes  int
	styles struct{ title, note, header, cell int }
}

// writeBook writes the list as a workbook.
func (a *app) writeBook(ctx context.Context, list *measure.Worklist, names *namer, q listAsked) error {
	book, err := a.makeBook(ctx, list, names)
	if err != nil {
		return err
	}
	defer book.Close()
	if err := saveBook(book, q.out); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(a.out, q.out); err != nil {
		return err
	}
	a.tellList(list, names, list.Total)
	return nil
}

// fitsBook refuses a list that is longer than a workbook.
func fitsBook(list *measure.Worklist) error {
	if list.Total <= bookPeople {
		return nil
	}
	return wrong(refuse.Text{ZH: fmt.Sprintf("名单有 %s 人，走访表最多 %s 人", thousands(list.Total), thousands(bookPeople)),
		EN: fmt.Sprintf("the list has %s people, a workbook takes %s", thousands(list.Total), thousands(bookPeople))},
		refuse.Text{ZH: "按镇街或村社分别导出，或用 --format csv", EN: "take a town or a village at a time, or --format csv"})
}

// makeBook makes the workbook of a list, in memory. The caller closes it.
func (a *app) makeBook(ctx context.Context, list *measure.Worklist, names *namer) (*excelize.File, error) {
	b := &visitBook{a: a, list: list, whole: names.whole, file: excelize.NewFile()}
	err := b.fill(ctx, names)
	if err != nil {
		return nil, errors.Join(err, b.file.Close())
	}
	return b.file, nil
}

func (b *visitBook) fill(ctx context.Context, names *namer) error {
	err := b.style()
	if err == nil {
		err = b.begin()
	}
	if err != nil {
		return fmt.Errorf("make the workbook: %w", err)
	}
	names.list = b.list
	err = b.list.Each(ctx, func(people []measure.Missing) error {
		told, err := names.tell(ctx, people)
		if err != nil {
			return err
		}
		for _, p := range told {
			if err := b.add(p); err != nil {
				return fmt.Errorf("write the workbook: %w", err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := b.end(); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	return nil
}

func (b *visitBook) style() (err error) {
	line := []excelize.Border{{Type: "left", Color: "808080", Style: 1}, {Type: "right", Color: "808080", Style: 1},
		{Type: "top", Color: "808080", Style: 1}, {Type: "bottom", Color: "808080", Style: 1}}
	for _, s := range []struct {
		id    *int
		style excelize.Style
	}{
		{&b.styles.title, excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}, NumFmt: 49}},
		{&b.styles.note, excelize.Style{Font: &excelize.Font{Color: "C00000"}, NumFmt: 49}},
		{&b.styles.header, excelize.Style{Font: &excelize.Font{Bold: true}, Border: line, NumFmt: 49,
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E7E6E6"}}, Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}}},
		{&b.styles.cell, excelize.Style{Border: line, NumFmt: 49, Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}}},
	} {
		if *s.id, err = b.file.NewStyle(&s.style); err != nil {
			return err
		}
	}
	return nil
}

// begin begins a sheet. How it is printed must be settled before its first row.
func (b *visitBook) begin() (err error) {
	b.sheets++
	b.row, b.bytes = 0, 0
	b.sheet = fmt.Sprintf("%s %d", b.a.text("走访表", "visits"), b.sheets)
	if b.sheets == 1 {
		err = b.file.SetSheetName("Sheet1", b.sheet)
	} else {
		_, err = b.file.NewSheet(b.sheet)
	}
	if err != nil {
		return err
	}
	if err := b.setUpPrint(); err != nil {
		return err
	}
	if b.w, err = b.file.NewStreamWriter(b.sheet); err != nil {
		return err
	}
	for i, c := range visitColumns {
		if err := b.w.SetColWidth(i+1, i+1, c.width); err != nil {
			return err
		}
	}
	err = b.w.SetPanes(&excelize.Panes{Freeze: true, YSplit: visitHeaderRow, TopLeftCell: fmt.Sprintf("A%d", visitHeaderRow+1), ActivePane: "bottomLeft"})
	if err != nil {
		return err
	}
	item := b.a.itemTitle(b.list.Campaign, b.list.Item.ID)
	day := b.list.AsOf.Format(time.DateOnly)
	if err := b.write(b.styles.title, fmt.Sprintf(b.a.text("%s　%s　应参未参名单", "%s: %s, who is missing"), b.list.Area.Name, item)); err != nil {
		return err
	}
	note := b.a.text("内部资料，不得外传。已脱敏。", "Internal. Masked. ")
	if b.whole {
		note = b.a.text("内部资料，不得外传。含姓名和证件号码，领取已记录在案，用完请销毁。", "Internal. Shows who people are, which is on record; destroy it after use. ")
	}
	note += fmt.Sprintf(b.a.text("截至 %s，共 %s 人", "As of %s, %s people"), day, thousands(b.list.Total))
	if err := b.write(b.styles.note, note); err != nil {
		return err
	}
	var head []string
	for _, c := range visitColumns {
		head = append(head, c.title.In(b.a.set.Lang))
	}
	return b.write(b.styles.header, head...)
}

// setUpPrint lays the sheet out for paper: A4, landscape, the header on every
// page, the columns of the program not on it.
func (b *visitBook) setUpPrint() error {
	a4, landscape, wide, long, fit := 9, "landscape", 1, 0, true
	err := b.file.SetPageLayout(b.sheet, &excelize.PageLayoutOptions{Size: &a4, Orientation: &landscape, FitToWidth: &wide, FitToHeight: &long})
	if err != nil {
		return err
	}
	if err := b.file.SetSheetProps(b.sheet, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	if err := b.file.SetHeaderFooter(b.sheet, &excelize.HeaderFooterOptions{
		OddHeader: "&R" + b.a.text("内部资料", "Internal"),
		OddFooter: b.a.text("&C第 &P 页，共 &N 页", "&C&P / &N"),
	}); err != nil {
		return err
	}
	return b.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: b.sheet,
		RefersTo: fmt.Sprintf("'%s'!$%d:$%d", b.sheet, visitHeaderRow, visitHeaderRow)})
}

func (b *visitBook) add(p named) error {
	lang := b.a.set.Lang
	cells := []string{fmt.Sprint(b.people + 1), p.Area, p.name, p.number, p.phone, p.Reason.Text().In(lang), p.visited(lang),
		"", "", "", "", "", b.list.Item.ID, p.AreaCode, p.key()}
	size := 600
	for _, c := range cells {
		size += len(c) + 60
	}
	if b.bytes+size > sheetBytes {
		if err := b.end(); err != nil {
			return err
		}
		if err := b.begin(); err != nil {
			return err
		}
	}
	b.people++
	b.bytes += size
	return b.write(b.styles.cell, cells...)
}

// visited is what came of the last visit and, where identity is shown, what was
// noted then: the next to go should know.
func (p named) visited(lang string) string {
	text := p.Answer.Text().In(lang)
	if p.remark.Text == "" {
		return text
	}
	note := p.remark.Text
	if p.remark.Visitor != "" {
		note += refuse.Text{ZH: "（" + p.remark.Visitor + "）", EN: " (" + p.remark.Visitor + ")"}.In(lang)
	}
	if !p.remark.Day.Equal(p.Answer.Day) {
		note = p.remark.Day.Format(time.DateOnly) + " " + note
	}
	return strings.TrimPrefix(text+refuse.Text{ZH: "；", EN: "; "}.In(lang)+note, refuse.Text{ZH: "；", EN: "; "}.In(lang))
}

// write writes a row, high enough for a hand to write in.
func (b *visitBook) write(style int, texts ...string) error {
	b.row++
	cells := make([]any, len(texts))
	for i, t := range texts {
		cells[i] = excelize.Cell{StyleID: style, Value: answer.Harmless(t)}
	}
	return b.w.SetRow(fmt.Sprintf("A%d", b.row), cells, excelize.RowOpts{Height: 20})
}

// end ends a sheet: words to choose from beside every person, and what is
// printed of it.
func (b *visitBook) end() error {
	first, last := visitHeaderRow+1, max(b.row, visitHeaderRow+1)
	for i, c := range visitColumns {
		if c.words == nil {
			continue
		}
		column, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		v := excelize.NewDataValidation(true)
		v.SetSqref(fmt.Sprintf("%s%d:%s%d", column, first, column, last))
		var words []string
		for _, w := range c.words {
			words = append(words, w.In(b.a.set.Lang))
		}
		if err := v.SetDropList(words); err != nil {
			return err
		}
		if err := b.file.AddDataValidation(b.sheet, v); err != nil {
			return err
		}
	}
	column, err := excelize.ColumnNumberToName(printedColumns)
	if err != nil {
		return err
	}
	err = b.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", Scope: b.sheet,
		RefersTo: fmt.Sprintf("'%s'!$A$1:$%s$%d", b.sheet, column, last)})
	if err != nil {
		return err
	}
	return b.w.Flush()
}
