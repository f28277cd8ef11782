package export

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/xuri/excelize/v2"

	"canbao/models/measure"
	"canbao/reports"
)

// XLSX writes the document as a workbook. The same document gives the same bytes.
func XLSX(d *reports.Document, w io.Writer) error {
	b := &book{d: d, english: d.Lang == "en", file: excelize.NewFile(), names: names{}}
	defer b.file.Close()
	b.file.SetZipWriter(func(w io.Writer) excelize.ZipWriter { return &orderedZip{to: w, folded: b.folded()} })
	b.plan()
	err := b.write()
	if err == nil {
		err = b.file.Write(w)
	}
	if err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	return nil
}

// book is a workbook being made.
type book struct {
	d       *reports.Document
	english bool
	file    *excelize.File
	styles  *styles
	names   names
	sheets  []*sheet
	areas   map[string]string // sheets of towns, by area code
	items   map[string]string // sheets of items, by id
}

// sheet is one table under a title.
type sheet struct {
	name  string
	title string
	lines []string // under the title
	table *reports.Table
	below []string // the table
	tab   string   // colour; empty: none
	links []link
	plain bool // nothing to filter
	first int  // row of the first of the table, once it is written
}

// link is a cell that leads to a sheet.
type link struct {
	row, column int // of the table, from 0
	to          string
}

// leads tells whether a cell is a link.
func (s *sheet) leads(row, column int) bool {
	return slices.ContainsFunc(s.links, func(l link) bool { return l.row == row && l.column == column })
}

// t picks one of two texts.
func (b *book) t(zh, en string) string {
	if b.english {
		return en
	}
	return zh
}

// plan lists the sheets.
func (b *book) plan() {
	d := b.d
	first := b.add(b.t("总览", "Overview"), wholeLast(b.overview(d.RankingTable(), d.RatesTable())))
	first.title, first.lines = b.headline(), b.overviewLines()
	if d.Figures.Edition != measure.Public {
		first.below = []string{b.t("点地区名称，可到该地区的表。", "The name of an area leads to its sheet.")}
	}
	for _, said := range d.Correction {
		first.lines = append(first.lines, said.Text())
	}
	b.add(b.t("更正说明", "Correction"), d.Corrected)
	items := b.add(b.t("各指标", "Items"), d.ItemsTable())
	items.plain, items.below = true, []string{b.t("点指标名称，可到该指标的表。", "The name of an item leads to its sheet.")}
	b.add(b.t("考核得分", "Points"), d.PointsTable())
	b.areas, b.items = map[string]string{}, map[string]string{}
	for n := range d.Figures.Items {
		i := &d.Figures.Items[n]
		title := i.Title
		if b.english {
			title = i.TitleEN
		}
		s := b.add(title, wholeLast(b.withTowns(d.ItemTable(i))))
		s.tab, b.items[i.ID] = tabColours[i.Whole.Status], s.name
		if len(i.Villages) > 0 {
			s.lines = append(s.lines, b.t("各村社收在所属镇街之下：点左侧“＋”或左上角“2”展开。", "Villages are folded below their town: the + at the left, or the 2 above it, unfolds them."))
		}
	}
	b.planTowns()
	b.planRest()
	b.link(first, items)
}

// tabColours are the colours of the pages for the status of a whole.
var tabColours = map[string]string{measure.Met: "0072B2", measure.OnTrack: "56B4E9", measure.AtRisk: "E69F00", measure.Missed: "D55E00"}

// folded are the rows beside folded ones, by the part of the sheet: Excel looks for
// them above, LibreOffice below.
func (b *book) folded() map[string][]int {
	parts := map[string][]int{}
	for n, s := range b.sheets {
		var rows []int
		before := false
		for m := range len(s.table.Rows) + 1 {
			village := m < len(s.table.Rows) && s.table.Rows[m].Class == villageClass
			next := m+1 < len(s.table.Rows) && s.table.Rows[m+1].Class == villageClass
			if !village && (before || next) {
				rows = append(rows, s.first+m)
			}
			before = village
		}
		parts[fmt.Sprintf("xl/worksheets/sheet%d.xml", n+1)] = rows
	}
	return parts
}

// planTowns adds a sheet a town. The public edition has none: villages are a
// town's own business.
func (b *book) planTowns() {
	if b.d.Figures.Edition == measure.Public {
		return
	}
	for _, p := range b.d.Figures.Ranking {
		town, found := b.d.Figures.Town(p.Code)
		if !found {
			continue
		}
		s := b.add(town.Name, b.townSheet(town))
		s.plain, b.areas[p.Code] = true, s.name
		if p.Rank > 0 && p.Score != nil {
			s.lines = append(s.lines, fmt.Sprintf(b.t("总体排名第%d，总分%s", "Place %d overall, score %s"), p.Rank, measure.Rounded(p.Score, 2)))
		} else if p.Rank > 0 {
			s.lines = append(s.lines, fmt.Sprintf(b.t("总体排名第%d", "Place %d overall"), p.Rank))
		}
	}
}

// planRest adds hardship, money, books, trust and definitions.
func (b *book) planRest() {
	d := b.d
	b.add(b.t("困难群众", "Hardship"), wholeLast(d.RoadTable()))
	b.add(b.t("应收实收", "Due and received"), wholeLast(d.CollectionTable()))
	b.add(b.t("渠道银行", "Channels and banks"), wholeLast(d.MixTable()))
	b.add(b.t("渠道逐周", "Channels by week"), wholeLast(d.MixWeeksTable()))
	b.add(b.t("账目核对", "Books"), d.BooksTable())
	b.add(b.t("账目差异明细", "Books line by line"), d.BookLinesTable())
	b.add(b.t("数据质量", "Data quality"), wholeLast(d.QualityTable()))
	b.add(b.t("核查", "Checks"), d.ChecksTable())
	b.add(b.t("装载数据", "Loads"), d.InputsTable())
	b.add(b.t("来源文件", "Files"), d.FilesTable())
	s := b.add(b.t("口径", "Definitions"), d.DefinitionsTable())
	s.plain, s.below = true, d.DisplayRules()
}

// add adds a sheet; where there is no table there is none.
func (b *book) add(name string, t *reports.Table) *sheet {
	s := &sheet{table: t}
	if t == nil {
		return s
	}
	s.name, s.title, s.lines = b.names.name(name), t.Caption, []string{b.d.AsOf}
	b.sheets = append(b.sheets, s)
	return s
}

// headline is what the bulletin is called.
func (b *book) headline() string {
	text := b.d.Title + b.t("", " ") + b.d.Kind
	if b.d.Number != "" {
		text += b.t("（", " (") + b.d.Number + b.t("）", ")")
	}
	return text
}

func (b *book) overviewLines() []string {
	var all []string
	for _, text := range []string{b.d.AsOf, b.d.Notice, b.d.Stale, b.d.Source} {
		if text != "" {
			all = append(all, text)
		}
	}
	return all
}

// link lets the areas of the overview and the items lead to their sheets.
func (b *book) link(overview, items *sheet) {
	for n, p := range b.d.Figures.Ranking {
		if name := b.areas[p.Code]; name != "" {
			overview.links = append(overview.links, link{n, headAt(overview.table), name})
		}
	}
	for n, i := range b.d.Figures.Items {
		items.links = append(items.links, link{n, headAt(items.table), b.items[i.ID]})
	}
}

// write writes the planned sheets.
func (b *book) write() (err error) {
	if b.styles, err = newStyles(b.file, b.english); err != nil {
		return err
	}
	for n, s := range b.sheets {
		if n == 0 {
			err = b.file.SetSheetName("Sheet1", s.name)
		} else {
			_, err = b.file.NewSheet(s.name)
		}
		if err != nil {
			return err
		}
	}
	for _, s := range b.sheets {
		if err := b.writeSheet(s); err != nil {
			return fmt.Errorf("sheet %s: %w", s.name, err)
		}
	}
	// The day it was built, not the one it was written: the same figures, the same file.
	built := b.d.Figures.Snapshot.BuiltAt.Format("2006-01-02T15:04:05") + "Z"
	if b.d.Figures.Snapshot.BuiltAt.IsZero() {
		built = epoch.Format(time.RFC3339)
	}
	return b.file.SetDocProps(&excelize.DocProperties{Title: b.headline(), Subject: b.d.AsOf, Creator: "canbao", LastModifiedBy: "canbao",
		Created: built, Modified: built, Language: b.t("zh-CN", "en"), Description: b.d.Notice})
}
