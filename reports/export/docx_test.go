package export

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"canbao/reports"
)

func docxOf(t testing.TB, d *reports.Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := DOCX(d, &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// docxParts unpacks a document and holds every XML part to being well-formed.
func docxParts(t testing.TB, b []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(text)
		if strings.HasSuffix(f.Name, ".emf") {
			continue
		}
		for d := xml.NewDecoder(bytes.NewReader(text)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		}
	}
	return parts
}

func TestDOCXParts(t *testing.T) {
	for _, english := range []bool{false, true} {
		d := docxSample{english}.document()
		b := docxOf(t, d)
		if !bytes.Equal(b, docxOf(t, docxSample{english}.document())) {
			t.Error("the same document gave other bytes")
		}
		parts := docxParts(t, b)
		text := parts["word/document.xml"]
		// What is referred to is there, and what is there is referred to.
		related := map[string]bool{}
		for _, m := range regexp.MustCompile(`Id="(rId\d+)" Type="[^"]+" Target="([^"]+)"`).FindAllStringSubmatch(parts["word/_rels/document.xml.rels"], -1) {
			related[m[1]] = true
			if _, ok := parts[path.Join("word", m[2])]; !ok {
				t.Errorf("%s is related to %s, which is not there", m[1], m[2])
			}
		}
		for _, m := range regexp.MustCompile(`r:(?:id|embed)="([^"]+)"`).FindAllStringSubmatch(text, -1) {
			if !related[m[1]] {
				t.Errorf("the text refers to %s, which is not related", m[1])
			}
		}
		styles := map[string]bool{}
		for _, m := range regexp.MustCompile(`w:styleId="([^"]+)"`).FindAllStringSubmatch(parts["word/styles.xml"], -1) {
			styles[m[1]] = true
		}
		for _, part := range []string{"word/document.xml", "word/numbering.xml", "word/header.xml", "word/footerOdd.xml"} {
			for _, m := range regexp.MustCompile(`<w:(?:pStyle|rStyle|tblStyle) w:val="([^"]+)"`).FindAllStringSubmatch(parts[part], -1) {
				if !styles[m[1]] {
					t.Errorf("%s uses the style %s, which is not there", part, m[1])
				}
			}
		}
		for _, m := range regexp.MustCompile(`PartName="/([^"]+)"`).FindAllStringSubmatch(parts["[Content_Types].xml"], -1) {
			if _, ok := parts[m[1]]; !ok {
				t.Errorf("%s has a type but is not there", m[1])
			}
		}
		if !strings.Contains(parts["word/header.xml"], docxEscape(d.Notice)) {
			t.Error("the header does not carry the notice")
		}
		for _, want := range []string{`descr="` + d.City.Sections[0].Blocks[1].Pair[1].Chart.Label, `w:orient="landscape"`, `<w:tblHeader/>`} {
			if !strings.Contains(text, want) {
				t.Errorf("no %s", want)
			}
		}
		if rows := strings.Count(text, "<w:tr>"); rows == 0 || rows != strings.Count(text, "<w:cantSplit/>") {
			t.Errorf("of %d rows %d cannot be cut", rows, strings.Count(text, "<w:cantSplit/>"))
		}
	}
}

// TestDOCXTables holds the cells of every row to filling the grid of its table.
func TestDOCXTables(t *testing.T) {
	text := docxParts(t, docxOf(t, docxSample{}.document()))["word/document.xml"]
	width := regexp.MustCompile(`<w:tcW w:w="(\d+)"`)
	columns := regexp.MustCompile(`<w:gridCol w:w="(\d+)"`)
	span := regexp.MustCompile(`<w:gridSpan w:val="(\d+)"`)
	sum := func(all [][]string) (n int) {
		for _, m := range all {
			var w int
			fmt.Sscan(m[1], &w)
			n += w
		}
		return n
	}
	tables := strings.Split(text, "<w:tbl>")[1:]
	for n, table := range tables {
		table, behind, _ := strings.Cut(table, "</w:tbl>")
		if !strings.HasPrefix(behind, "<w:p>") {
			t.Errorf("behind table %d stands %.20s", n, behind)
		}
		grid := columns.FindAllStringSubmatch(table, -1)
		total := sum(grid)
		if total > docxLying || total < docxStanding-10 {
			t.Errorf("table %d is %d wide", n, total)
		}
		for k, row := range strings.Split(table, "<w:tr>")[1:] {
			spans := span.FindAllStringSubmatch(row, -1)
			if w := sum(width.FindAllStringSubmatch(row, -1)); w != total {
				t.Errorf("row %d of table %d is %d wide, its table %d", k, n, w, total)
			}
			if cells := strings.Count(row, "<w:tc>") + sum(spans) - len(spans); cells != len(grid) {
				t.Errorf("row %d of table %d has %d cells, its table %d columns", k, n, cells, len(grid))
			}
		}
	}
}

func TestDOCXWithoutNotice(t *testing.T) {
	d := docxSample{}.document()
	d.Notice, d.Towns = "", nil
	parts := docxParts(t, docxOf(t, d))
	if _, ok := parts["word/header.xml"]; ok || strings.Contains(parts["word/document.xml"], "headerReference") {
		t.Error("a document without a notice has a header")
	}
	empty := docxParts(t, docxOf(t, &reports.Document{}))
	if !strings.Contains(empty["word/document.xml"], "<w:sectPr>") {
		t.Error("an empty document has no page")
	}
}

// TestDOCXTurns lays on its side what cannot be read standing, and wide tables of
// annexes.
func TestDOCXTurns(t *testing.T) {
	table := func(columns int) reports.Block {
		var all reports.Table
		row := reports.Row{}
		for range columns {
			all.Columns = append(all.Columns, reports.Column{Title: "应完成", Kind: reports.Count})
			row.Cells = append(row.Cells, reports.Cell{Text: "12,345", Kind: reports.Count, Number: 12345})
		}
		all.Rows = []reports.Row{row}
		return reports.Block{Table: &all}
	}
	for _, c := range []struct {
		columns int
		annex   bool
		want    []string
	}{
		{8, false, []string{"二、", "三、"}}, {8, true, []string{"二、", "三、"}},
		{10, false, []string{"二、", "三、"}}, {10, true, []string{"一、", "|", "二、", "|", "三、"}},
		{20, false, []string{"一、", "|", "二、", "|", "三、"}},
	} {
		d := &reports.Document{Title: "题", City: reports.Page{Sections: []reports.Section{
			{Title: "一、", Blocks: []reports.Block{{Prose: []reports.Sentence{{{Text: "一"}}}}}},
			{Title: "二、", Annex: c.annex, Blocks: []reports.Block{table(c.columns)}},
			{Title: "三、", Blocks: []reports.Block{{Prose: []reports.Sentence{{{Text: "三"}}}}}},
		}}}
		text := docxParts(t, docxOf(t, d))["word/document.xml"]
		// A turn stands between a heading and the one before it, not behind it.
		text = strings.ReplaceAll(text, "<w:sectPr>", "<w:t>|</w:t>")
		for _, want := range c.want {
			_, after, found := strings.Cut(text, ">"+want+"<")
			if !found {
				t.Errorf("%d columns, annex %v: %s is not in its place", c.columns, c.annex, want)
			}
			text = after
		}
		if strings.Contains(text, "landscape") {
			t.Errorf("%d columns, annex %v: the last pages lie", c.columns, c.annex)
		}
	}
}

// TestDOCXIsSafe puts what XML cannot hold or takes for its own everywhere a
// document holds text.
func TestDOCXIsSafe(t *testing.T) {
	bad := "a<b>&\"'\x00\x01\x0b\ufffe]]>\xff</w:t>"
	s := []reports.Sentence{{{Text: bad}, {Text: bad, Strong: true}}}
	table := &reports.Table{Caption: bad, Groups: []reports.Group{{Title: bad, Span: 3}}, Columns: []reports.Column{{Title: bad, Note: bad}}, Rows: []reports.Row{{Cells: []reports.Cell{{Text: bad, Note: bad, Class: bad}}, Class: bad}, {}}}
	chart := docxSample{}.chart("x", bad, 700, 300)
	chart.Label = bad
	page := reports.Page{Title: bad, Lead: s, Tiles: []reports.Tile{{Label: bad, Figure: bad, Unit: bad, Note: bad, Tone: bad}}, Sections: []reports.Section{{Title: bad, Basis: bad, Blocks: []reports.Block{
		{}, {Heading: bad}, {Prose: s}, {List: s}, {Table: table}, {Chart: chart}, {Cards: []reports.Card{{Title: bad, Word: bad, Rate: bad, Pace: bad, Areas: chart, Chart: chart}}}, {Pair: []reports.Block{{Table: table}}}, {Table: &reports.Table{}}, {Chart: &reports.Chart{Data: table}},
	}}}}
	d := &reports.Document{Lang: bad, Kind: bad, Title: bad, Number: bad, AsOf: bad, Source: bad, Notice: bad, Stale: bad, City: page, Towns: []reports.Page{page}}
	parts := docxParts(t, docxOf(t, d))
	for _, want := range []string{"a&lt;b&gt;&amp;", "]]&gt;", "&lt;/w:t&gt;"} {
		if !strings.Contains(parts["word/document.xml"], want) {
			t.Errorf("no %s", want)
		}
	}
}

// docxOffice has LibreOffice convert a document and returns the path.
func docxOffice(t *testing.T, dir string, b []byte, format string) string {
	t.Helper()
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("soffice is not installed: no document is opened")
	}
	file := filepath.Join(dir, "bulletin.docx")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, office, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", format, "--outdir", dir, file)
	cmd.WaitDelay = 10 * time.Second
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	ending, _, _ := strings.Cut(format, ":")
	return filepath.Join(dir, "bulletin."+ending)
}

// docxSaid lists the texts of a document.
func docxSaid(d *reports.Document) []string {
	all := []string{d.Title, d.Kind, d.Number, d.AsOf, d.Source}
	sentences := func(s []reports.Sentence) {
		for _, one := range s {
			var text string
			for _, span := range one {
				text += span.Text
			}
			all = append(all, text)
		}
	}
	var blocks func(b []reports.Block)
	blocks = func(b []reports.Block) {
		for _, one := range b {
			all = append(all, one.Heading)
			sentences(one.Prose)
			sentences(one.List)
			blocks(one.Pair)
			if one.Chart != nil {
				all = append(all, one.Chart.Title)
			}
			for _, c := range one.Cards {
				all = append(all, c.Title, c.Rate, c.Change, c.Target, c.Due, c.Short, c.Missing, c.Expected, c.Actual, c.Word, c.Pace, c.OnTime, c.Amounts, c.Score, c.Areas.Title)
			}
			if one.Table != nil {
				all = append(all, one.Table.Caption)
				for _, g := range one.Table.Groups {
					all = append(all, g.Title)
				}
				for _, c := range one.Table.Columns {
					all = append(all, c.Title, c.Note)
				}
				for _, r := range one.Table.Rows {
					for _, c := range r.Cells {
						all = append(all, c.Text, c.Note)
					}
				}
			}
		}
	}
	for _, p := range append([]reports.Page{d.City}, d.Towns...) {
		sentences(p.Lead)
		for _, t := range p.Tiles {
			all = append(all, t.Label, t.Figure, t.Note)
		}
		for _, s := range p.Sections {
			all = append(all, s.Title, s.Basis)
			blocks(s.Blocks)
		}
	}
	return all
}

// TestDOCXIsRead opens documents in LibreOffice: every text of the document is
// read there.
func TestDOCXIsRead(t *testing.T) {
	for _, english := range []bool{false, true} {
		d := docxSample{english}.document()
		d.Towns = d.Towns[:3]
		text, err := os.ReadFile(docxOffice(t, t.TempDir(), docxOf(t, d), "txt:Text (encoded):UTF8"))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range append(docxSaid(d), "✓99.00") {
			if !bytes.Contains(text, []byte(want)) {
				t.Errorf("%q is not read", want)
			}
		}
	}
}

// TestDOCXIsLaidOut has LibreOffice lay a document out: so many pages stand and
// so many lie, headings, items and pages count themselves, those of a town anew,
// and the notice is on each page.
func TestDOCXIsLaidOut(t *testing.T) {
	for _, tool := range []string{"pdfinfo", "pdftotext"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed: no pages are looked at", tool)
		}
	}
	for _, c := range []struct {
		english bool
		order   []string
	}{
		{false, []string{"一、总体排名", "图1", "二、值得关注", "1.大病", "2.税务", "三、分项", "（一）各项", "1.养老", "四、", "五、", "（一）数字", "（二）核查", "附表：考核得分", "表5",
			"江东街道总分第2", "一、分项情况", "1.养老", "二、各村社", "（一）逐村"}},
		{true, []string{"1.Overallranking", "Figure1", "2.Worth", "1.Critical", "2.Tax", "3.Item", "3.1Each", "1.Pension", "4.Towns", "5.How", "5.1What", "5.2Checks",
			"江东街道ranks2", "1.Itembyitem", "1.Pension", "2.Villages", "2.1Ranked"}},
	} {
		d := docxSample{c.english}.document()
		d.Towns = d.Towns[:2]
		pdf := docxOffice(t, t.TempDir(), docxOf(t, d), "pdf")
		info, err := exec.CommandContext(t.Context(), "pdfinfo", "-f", "1", "-l", "99", pdf).Output()
		if err != nil {
			t.Fatal(err)
		}
		standing := len(regexp.MustCompile(`size: +595\.\d+ x 84`).FindAll(info, -1))
		lying := len(regexp.MustCompile(`size: +84\d\.\d+ x 595`).FindAll(info, -1))
		// Seven of the city, two or three of each town; the heat map, the points and
		// twelve items lie, of which two may share a page.
		if standing < 11 || standing > 15 || lying < 13 || lying > 14 {
			t.Errorf("%d pages stand and %d lie", standing, lying)
		}
		out, err := exec.CommandContext(t.Context(), "pdftotext", "-layout", pdf, "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
		pages := strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
		if len(pages) != standing+lying {
			t.Errorf("%d pages are read, %d are there", len(pages), standing+lying)
		}
		for n, page := range pages {
			if page = squeeze(page); !strings.HasPrefix(page, squeeze(d.Notice)) || !strings.Contains(page, fmt.Sprintf("—%d—", n+1)) {
				t.Errorf("page %d lacks the notice or its number", n+1)
			}
		}
		rest := squeeze(string(out))
		for _, want := range c.order {
			_, after, found := strings.Cut(rest, want)
			if !found {
				t.Errorf("%q is not read in its place", want)
				continue
			}
			rest = after
		}
	}
}

func BenchmarkDOCX(b *testing.B) {
	d := docxSample{}.document()
	var size int
	for b.Loop() {
		size = len(docxOf(b, d))
	}
	b.ReportMetric(float64(size), "bytes")
}
