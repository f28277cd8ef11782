package export

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// a4 is the number of the paper, portraitWidth how many digits go on its width
// without becoming too small to read.
const (
	a4            = 9
	portraitWidth = 100.0
)

// before sets what a sheet says before its cells.
func (b *book) before(s *sheet, l layout) error {
	yes, no := true, false
	props := &excelize.SheetPropsOptions{FitToPage: &yes, OutlineSummaryBelow: &no}
	if s.tab != "" {
		props.TabColorRGB = &s.tab
	}
	if err := b.file.SetSheetProps(s.name, props); err != nil {
		return err
	}
	if err := b.file.SetSheetView(s.name, 0, &excelize.ViewOptions{ShowGridLines: &no}); err != nil {
		return err
	}
	return b.file.SetSheetDimension(s.name, "A1:"+cellName(len(s.table.Columns)-1, l.last))
}

// after sets what a sheet says after its cells: the filter and the paper.
func (b *book) after(s *sheet, l layout) error {
	last := len(s.table.Columns) - 1
	_, others := parted(s.table)
	if !s.plain && len(others) > 1 {
		filter := cellName(0, l.body-1) + ":" + cellName(last, l.body+len(others)-1)
		if err := b.file.AutoFilter(s.name, filter, nil); err != nil {
			return err
		}
	}
	var total float64
	for _, w := range l.widths {
		total += w
	}
	orientation, size, wide, high := "portrait", a4, 1, 0
	if total > portraitWidth {
		orientation = "landscape"
	}
	if err := b.file.SetPageLayout(s.name, &excelize.PageLayoutOptions{Size: &size, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &high}); err != nil {
		return err
	}
	side, top, edge, yes := 0.5, 0.8, 0.35, true
	if err := b.file.SetPageMargins(s.name, &excelize.PageLayoutMarginsOptions{Left: &side, Right: &side, Top: &top, Bottom: &top,
		Header: &edge, Footer: &edge, Horizontally: &yes}); err != nil {
		return err
	}
	if err := b.file.SetHeaderFooter(s.name, b.headerFooter()); err != nil {
		return err
	}
	sheetRef := "'" + strings.ReplaceAll(s.name, "'", "''") + "'!"
	name, _ := excelize.ColumnNumberToName(last + 1)
	for _, d := range []excelize.DefinedName{
		{Name: "_xlnm.Print_Area", RefersTo: fmt.Sprintf("%s$A$1:$%s$%d", sheetRef, name, l.last), Scope: s.name},
		{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("%s$%d:$%d", sheetRef, l.header(), l.body-1), Scope: s.name},
	} {
		if err := b.file.SetDefinedName(&d); err != nil {
			return err
		}
	}
	return nil
}

// longestHeader is the most a header or a footer may take.
const longestHeader = 255

// headerFooter are title, day, notice and page number of each page.
func (b *book) headerFooter() *excelize.HeaderFooterOptions {
	plain := func(text string) string { return strings.ReplaceAll(cut(text, 100), "&", "&&") }
	header := "&L" + plain(b.headline()) + "&R" + plain(b.d.AsOf)
	footer := "&L" + plain(b.d.Notice) + "&C&A&R" + b.t("第 &P 页，共 &N 页", "page &P of &N")
	return &excelize.HeaderFooterOptions{OddHeader: cut(header, longestHeader), OddFooter: cut(footer, longestHeader)}
}

// bottom writes what stands under the table.
func (p *pen) bottom() error {
	at := p.foot
	if p.shaded(p.table) {
		if err := p.legend(); err != nil {
			return err
		}
		at++
	}
	var total float64
	for _, w := range p.widths {
		total += w
	}
	for n, text := range p.below {
		high := 3 + 14*float64(lines(text, total))
		if err := p.across(at+n, text, look{align: "left", wrap: true, font: softFont}, high); err != nil {
			return err
		}
	}
	return nil
}

// link lets cells lead to sheets.
func (p *pen) link() error {
	for _, l := range p.links {
		to := "'" + strings.ReplaceAll(l.to, "'", "''") + "'!A1"
		if err := p.file.SetCellHyperLink(p.name, cellName(l.column, p.layout.body+l.row), to, "Location"); err != nil {
			return err
		}
	}
	return nil
}
