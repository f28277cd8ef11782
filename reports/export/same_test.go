package export

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"canbao/models/measure"
	"canbao/reports"
)

// cells are the texts of a table's rows as a format shows them, its headers left
// out.
type cells [][]string

// composed is the document of a bulletin as the program makes it.
func composed(t testing.TB, b *measure.Bulletin, lang string) *reports.Document {
	t.Helper()
	d, err := reports.Compose(b, reports.Options{Lang: lang})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// walk visits every block of a document, those within pairs too, with its page
// and section.
func walk(d *reports.Document, visit func(town bool, s *reports.Section, b *reports.Block)) {
	var blocks func(town bool, s *reports.Section, all []reports.Block)
	blocks = func(town bool, s *reports.Section, all []reports.Block) {
		for n := range all {
			blocks(town, s, all[n].Pair)
			visit(town, s, &all[n])
		}
	}
	for k, p := range append([]reports.Page{d.City}, d.Towns...) {
		for n := range p.Sections {
			blocks(k > 0, &p.Sections[n], p.Sections[n].Blocks)
		}
	}
}

// TestSameFigures reads every table and sentence of a bulletin back out of the
// page and the text, and the figures of every item and area out of the page:
// they are those of the one value all formats are drawn from. The workbook is
// read back cell by cell by LibreOffice in a test of its own.
func TestSameFigures(t *testing.T) {
	for _, c := range []struct {
		edition measure.Edition
		lang    string
		more    []string
	}{
		{measure.Internal, "zh", nil}, {measure.Internal, "en", nil}, {measure.Public, "zh", nil},
	} {
		t.Run(string(c.edition)+" "+c.lang, func(t *testing.T) {
			b := bulletin(t, measure.Ask{AsOf: asOf("2020-12-10"), Edition: c.edition}, c.more...)
			d := composed(t, b, c.lang)
			page, err := d.HTML()
			if err != nil {
				t.Fatal(err)
			}
			root, err := html.Parse(bytes.NewReader(page))
			if err != nil {
				t.Fatal(err)
			}
			onPage := pageTables(root)
			tablesAgree(t, d, onPage, docxTables(t, docxOf(t, d)))
			figuresAgree(t, b, onPage)
			sentencesAgree(t, d, map[string]string{
				"page": squeezed(textOf(root)), "text": squeezed(docxWords(docxParts(t, docxOf(t, d))["word/document.xml"])),
			})
		})
	}
}

func asOf(text string) time.Time {
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return d
}

// tablesAgree finds every table of the document on the page, by its id, and every
// one that the text takes in the text.
func tablesAgree(t *testing.T, d *reports.Document, onPage map[string]cells, inText []cells) {
	t.Helper()
	seen := 0
	walk(d, func(town bool, s *reports.Section, b *reports.Block) {
		tables := []*reports.Table{b.Table}
		if b.Chart != nil {
			tables = append(tables, b.Chart.Data)
		}
		for n := range b.Cards {
			tables = append(tables, b.Cards[n].Areas.Data)
		}
		for n, table := range tables {
			if table == nil {
				continue
			}
			seen++
			if got, want := onPage[table.ID], said(table, false); !equal(got, want) {
				t.Errorf("%s: the table %s (%s) of the page has\n%v\nwant\n%v", s.ID, table.ID, table.Caption, got, want)
			}
			if n > 0 || town && s.Annex { // charts are pictures there, and villages by item are left out
				continue
			}
			if want := said(table, true); !slices.ContainsFunc(inText, func(c cells) bool { return equal(c, want) }) {
				t.Errorf("%s: the text has no table %s (%s) of %v", s.ID, table.ID, table.Caption, want)
			}
		}
	})
	if seen < 20 {
		t.Errorf("%d tables were looked for", seen)
	}
}

// said are the texts of a table; the text for a word processor sets a sign before
// a rate that has met its target.
func said(t *reports.Table, text bool) cells {
	var all cells
	for _, r := range t.Rows {
		var row []string
		for _, c := range r.Cells {
			if text {
				c.Text = docxCellText(c)
			}
			row = append(row, squeezed(c.Text))
		}
		all = append(all, row)
	}
	return all
}

// equal compares tables. A cell may go on with the further words of its note.
func equal(got, want cells) bool {
	return slices.EqualFunc(got, want, func(g, w []string) bool {
		return slices.EqualFunc(g, w, strings.HasPrefix)
	})
}

// figuresAgree reads the figures of every item and area on the page as numbers.
func figuresAgree(t *testing.T, b *measure.Bulletin, onPage map[string]cells) {
	t.Helper()
	for n := range b.Items {
		i := &b.Items[n]
		rows := onPage["item-"+strings.ReplaceAll(i.ID, "_", "-")]
		if len(rows) != 1+len(i.Areas) {
			t.Errorf("%s: %d rows for %d areas", i.ID, len(rows), len(i.Areas))
			continue
		}
		for k, r := range append([]measure.Row{i.Whole}, i.Areas...) {
			row := rows[k]
			for column, want := range map[int]string{
				2: count(r.Withheld, r.Expected), 3: count(r.Withheld, r.Actual), 4: r.Shown().String(), 5: r.ShownOnTime().String(), 7: count(r.Withheld, r.ShortBy),
			} {
				if got := strings.TrimSuffix(strings.ReplaceAll(row[column], ",", ""), "↑"); got != want {
					t.Errorf("%s, %s, column %d: %s, want %s", i.ID, r.Area, column, got, want)
				}
			}
			if r.Rank != nil && row[0] != strconv.Itoa(*r.Rank) {
				t.Errorf("%s, %s: place %s, want %d", i.ID, r.Area, row[0], *r.Rank)
			}
			if h, ok := r.Change(); ok && row[6] != measure.ShownChange(h) {
				t.Errorf("%s, %s: change %s, want %s", i.ID, r.Area, row[6], measure.ShownChange(h))
			}
		}
	}
}

func count(withheld bool, n int64) string {
	if withheld {
		return measure.Hidden
	}
	return strconv.FormatInt(n, 10)
}

// sentencesAgree finds every sentence in every format.
func sentencesAgree(t *testing.T, d *reports.Document, formats map[string]string) {
	t.Helper()
	seen := 0
	find := func(all []reports.Sentence) {
		for _, s := range all {
			var whole strings.Builder
			for _, span := range s {
				whole.WriteString(span.Text)
			}
			seen++
			for name, text := range formats {
				if !strings.Contains(text, squeezed(whole.String())) {
					t.Errorf("the %s does not say %q", name, whole.String())
				}
			}
		}
	}
	for _, p := range append([]reports.Page{d.City}, d.Towns...) {
		find(p.Lead)
	}
	walk(d, func(_ bool, _ *reports.Section, b *reports.Block) {
		find(b.Prose)
		find(b.List)
	})
	if seen < 20 {
		t.Errorf("%d sentences were looked for", seen)
	}
}

func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }

// pageTables are the rows below the headers of every table of a page, by id. What
// stands small in a cell is a note and not its figure.
func pageTables(n *html.Node) map[string]cells {
	all := map[string]cells{}
	if n.Type == html.ElementNode && n.Data == "table" {
		var rows cells
		for _, tr := range elements(n, "tr") {
			if tr.Parent.Data == "thead" {
				continue
			}
			var row []string
			for c := range tr.ChildNodes() {
				if c.Data == "td" || c.Data == "th" {
					row = append(row, squeezed(textOf(c)))
				}
			}
			rows = append(rows, row)
		}
		for _, a := range n.Attr {
			if a.Key == "id" {
				all[a.Val] = rows
			}
		}
	}
	for c := range n.ChildNodes() {
		for id, rows := range pageTables(c) {
			all[id] = rows
		}
	}
	return all
}

func elements(n *html.Node, name string) []*html.Node {
	var all []*html.Node
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && c.Data == name {
			all = append(all, c)
		}
	}
	return all
}

// textOf is what a reader sees of an element.
func textOf(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode && c.Parent.Data != "script" && c.Parent.Data != "style" {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// docxTables are the rows of every table of a text, those of its headers left out.
func docxTables(t *testing.T, b []byte) []cells {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(docxParts(t, b)["word/document.xml"]))
	var all []cells
	var row []string
	var header, text bool
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			text = e.Name.Local == "t"
			switch e.Name.Local {
			case "tbl":
				all = append(all, nil)
			case "tr":
				row, header = nil, false
			case "tblHeader":
				header = true
			case "tc":
				row = append(row, "")
			}
		case xml.EndElement:
			text = false
			if e.Name.Local == "tr" && !header {
				all[len(all)-1] = append(all[len(all)-1], row)
			}
		case xml.CharData:
			if text && len(row) > 0 {
				row[len(row)-1] += squeezed(string(e))
			}
		}
	}
}

var markup = regexp.MustCompile(`<w:t[^>]*>([^<]*)</w:t>`)

// docxWords is the running text of a document.
func docxWords(part string) string {
	var b strings.Builder
	for _, m := range markup.FindAllStringSubmatch(part, -1) {
		b.WriteString(html.UnescapeString(m[1]))
	}
	return b.String()
}

// TestPaperSaysTheSame: the PDF bears the rate of every item and area.
func TestPaperSaysTheSame(t *testing.T) {
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("pdftotext is not installed: the PDF is not read back")
	}
	b := bulletin(t, measure.Ask{AsOf: asOf("2020-12-10")})
	d := composed(t, b, "zh")
	page, err := d.HTML()
	if err != nil {
		t.Fatal(err)
	}
	paper, err := PDF(t.Context(), page)
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip("no Chromium on this machine: nothing is printed")
	}
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "bulletin.pdf")
	if err := os.WriteFile(path, paper, 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.CommandContext(t.Context(), "pdftotext", "-layout", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	for n := range b.Items {
		for _, r := range append([]measure.Row{b.Items[n].Whole}, b.Items[n].Areas...) {
			if !strings.Contains(string(text), r.Shown().String()) {
				t.Errorf("%s of %s: %s is not on paper", b.Items[n].ID, r.Area, r.Shown())
			}
		}
	}
}
