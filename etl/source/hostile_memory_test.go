package source

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"sync"
	"testing"
	"time"
)

// peakOf is how far the heap grows above what was there while fn runs, in bytes.
func peakOf(fn func()) uint64 {
	defer debug.SetGCPercent(debug.SetGCPercent(10))
	runtime.GC()
	live := func() uint64 {
		s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		metrics.Read(s)
		return s[0].Value.Uint64()
	}
	before, most := live(), uint64(0)
	done := make(chan struct{})
	var seen sync.WaitGroup
	seen.Go(func() {
		for {
			most = max(most, live())
			select {
			case <-done:
				return
			case <-time.After(200 * time.Microsecond):
			}
		}
	})
	fn()
	close(done)
	seen.Wait()
	return most - min(most, before)
}

// large leaves out a test of tens of megabytes where the race detector runs:
// they take ten times as long there, have one reader after another, and make
// test reads them without it too.
func large(t *testing.T) {
	t.Helper()
	if raceDetector {
		t.Skip("without the race detector only")
	}
}

// TestPeakIsSeen sees that a heap that grows is noticed.
func TestPeakIsSeen(t *testing.T) {
	var kept []byte
	if peak := peakOf(func() {
		for range 100 {
			kept = append(kept, make([]byte, 1<<20)...)
			time.Sleep(100 * time.Microsecond)
		}
	}); peak < 100<<20 {
		t.Errorf("%d bytes were held and %d seen", len(kept), peak)
	}
}

// flood is a content that is nowhere: what it begins with, then a piece again
// and again, as many bytes as it says.
type flood struct {
	head, piece string
	size        int64
	room        *room
}

func (f *flood) Name() string { return "extract" }
func (f *flood) Open() (io.ReadCloser, error) {
	return io.NopCloser(io.LimitReader(io.MultiReader(strings.NewReader(f.head), &again{piece: f.piece}), f.size)), nil
}
func (f *flood) of() *room { return f.room }
func (f *flood) ReaderAt() (io.ReaderAt, int64, error) {
	return nil, 0, fmt.Errorf("%d bytes are taken into memory", f.size)
}

// again is a piece without end.
type again struct {
	piece string
	at    int
}

func (a *again) Read(p []byte) (n int, err error) {
	for n < len(p) {
		m := copy(p[n:], a.piece[a.at:])
		n, a.at = n+m, (a.at+m)%len(a.piece)
	}
	return n, nil
}

// bombOf packs a flood; a gigabyte of it takes a megabyte or less.
func bombOf(t *testing.T, pack func(io.Writer) (io.Writer, func() error), f *flood) []byte {
	t.Helper()
	var out bytes.Buffer
	w, done := pack(&out)
	r, _ := f.Open()
	if _, err := io.Copy(w, r); err != nil {
		t.Fatal(err)
	}
	if err := done(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func gzipBomb(out io.Writer) (io.Writer, func() error) {
	w, _ := gzip.NewWriterLevel(out, 1)
	return w, w.Close
}

// memberBomb packs into one member of an archive, beside the other members.
func memberBomb(t *testing.T, name string, others ...packedFile) func(io.Writer) (io.Writer, func() error) {
	return func(out io.Writer) (io.Writer, func() error) {
		z := zip.NewWriter(out)
		for _, m := range others {
			w, err := z.Create(m.name)
			if err == nil {
				_, err = w.Write(m.file)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		return w, z.Close
	}
}

// TestHostileMemory reads files made to fill the memory: each is refused, and
// the heap has grown by no more than so many megabytes. What may be held for a
// file (heldBytes) is reached in the long form alone, by shared strings and by
// archives within archives.
func TestHostileMemory(t *testing.T) {
	large(t)
	size := int64(128 << 20) // more than may be held; that is all it takes
	if os.Getenv("CANBAO_TORTURE") != "" {
		size = 2 << 30
	}
	const head = "证件号码,姓名,实缴金额\n"
	row := strings.TrimSuffix(sheetOf(headRow(1)), `</sheetData></worksheet>`)
	page := "<html><table><tr><td>证件号码<td>姓名<td>实缴金额</tr>"
	xml := xmlssFile(worksheet("表", `<Row><Cell><Data ss:Type="String">证件号码</Data></Cell></Row>`, ""))
	xml = xml[:strings.Index(xml, "</Table>")]
	flooded := func(head, piece string) func() content {
		return func() content { return &flood{head, piece, size, newRoom(size)} }
	}
	bomb := func(pack func(io.Writer) (io.Writer, func() error), head, piece string) func() content {
		return func() content { return held(bombOf(t, pack, &flood{head, piece, size, nil})) }
	}
	member := func(name, head, piece string) func() content {
		b := book{name: ""}
		if name != "xl/worksheets/sheet1.xml" {
			b["xl/worksheets/sheet1.xml"] = sheetOf(headRow(1) + rowOf(2, "1", "王小明", "280"))
		}
		return bomb(memberBomb(t, name, b.members()...), head, piece)
	}
	for name, c := range map[string]struct {
		file func() content
		what string
		most uint64 // MB
	}{
		"text, a cell":               {flooded(head, "x"), "row of an impossible length", 96},
		"text, a quoted cell":        {flooded(head+`"`, "x\n"), "quote that is never closed", 96},
		"text, columns":              {flooded("证件号码,姓名,实缴金额,", "x,"), "row of an impossible length|more than 16384 columns", 96},
		"text, cells of a row":       {flooded(head, ","), "row of an impossible length|more than 16384 columns", 96},
		"web page, a cell":           {flooded(page+"<tr><td>", "x"), "cell of more than 32 MB", 200},
		"web page, a tag":            {flooded(page+"<tr><td ", "x"), "tag|middle of a table|cell|impossible", 200},
		"web page, columns":          {flooded(page+"<tr>", "<td>1"), "more than 16384 columns", 64},
		"web page, open elements":    {flooded(page+"<tr><td>", "<table>"), "nests tables too deep", 64},
		"SpreadsheetML, a cell":      {flooded(xml+`<Row><Cell><Data ss:Type="String">`, "x"), "cell of more than 32 MB", 200},
		"SpreadsheetML, columns":     {flooded(xml+`<Row>`, "<Cell/>"), "more than 16384 columns", 64},
		"SpreadsheetML, a tag":       {flooded(xml+`<Row `, "x"), "damaged", 64},
		"SpreadsheetML, elements":    {flooded(xml, "<a>"), "damaged", 64},
		"gzip of blank lines":        {bomb(gzipBomb, "", "\n"), "unpacks to more than", 64},
		"gzip of a cell":             {bomb(gzipBomb, head, "x"), "unpacks to more than", 64},
		"zip of a text":              {bomb(memberBomb(t, "a.csv"), head, "1,王小明,280\n"), "unpacks to more than", 64},
		"workbook, rows":             {member("xl/worksheets/sheet1.xml", row, "<row/>"), "unpacks to more than|damaged", 64},
		"workbook, a cell":           {member("xl/worksheets/sheet1.xml", row+`<row><c t="inlineStr"><is><t>`, "x"), "cell of more than 32 MB|unpacks to more than", 200},
		"workbook, a tag":            {member("xl/worksheets/sheet1.xml", row+`<row `, "x"), "damaged|unpacks to more than", 64},
		"workbook, columns":          {member("xl/worksheets/sheet1.xml", row+`<row>`, "<c/>"), "more than 16384 columns", 64},
		"workbook, shared strings":   {member("xl/sharedStrings.xml", `<sst>`, "<si><t>x</t></si>"), "more text than memory holds|unpacks to more than", 800},
		"workbook, a shared string":  {member("xl/sharedStrings.xml", `<sst><si><t>`, "x"), "cell of more than 32 MB|unpacks to more than", 200},
		"workbook, styles":           {member("xl/styles.xml", `<styleSheet><cellXfs>`, `<xf numFmtId="1"/>`), "damaged|unpacks to more than", 200},
		"workbook, formats":          {member("xl/styles.xml", `<styleSheet><numFmts>`, `<numFmt numFmtId="1" formatCode="x"/>`), "damaged|unpacks to more than", 200},
		"workbook, sheets":           {member("xl/workbook.xml", `<workbook><sheets>`, `<sheet name="x" r:id="rId1"/>`), "damaged|unpacks to more than", 64},
		"workbook, relations":        {member("xl/_rels/workbook.xml.rels", `<Relationships>`, `<Relationship Id="a" Target="b"/>`), "damaged|unpacks to more than|not complete", 64},
		"workbook, merged cells":     {member("xl/worksheets/sheet1.xml", sheetOf(headRow(1)+rowOf(2, "1", "王小明", "280"), "<mergeCells>"), `<mergeCell ref="A1:B1"/>`), "merged cells|unpacks to more than|damaged", 200},
		"workbook with two sheets":   {member("xl/worksheets/sheet2.xml", "<a>", "</a>"), "", 64},
		"archive in archive, packed": {bomb(memberBomb(t, "a.zip"), "PK\x03\x04", "PK\x01\x02"), "unpacks to more than|packed and damaged|memory", 600},
	} {
		t.Run(name, func(t *testing.T) {
			var err error
			file := c.file()
			peak := peakOf(func() { err = readAll(t, file) })
			t.Logf("%d MB, %v", peak>>20, err)
			if c.what == "" {
				if err != nil {
					t.Error(err)
				}
			} else if mustRefuse(t, err); err == nil || !anyOf(err.Error(), c.what) {
				t.Errorf("%v, want it refused with %q", err, c.what)
			}
			if peak > c.most<<20 {
				t.Errorf("the heap grew by %d MB, want at most %d", peak>>20, c.most)
			}
		})
	}
}

// readAll reads all tables of a content.
func readAll(t *testing.T, c content) error {
	parts, err := lookedAt(c)
	for i := 0; i < len(parts) && err == nil; i++ {
		_, err = readTable(t, parts[i].Table)
	}
	return err
}

func anyOf(text, choices string) bool {
	for _, c := range strings.Split(choices, "|") {
		if strings.Contains(text, c) {
			return true
		}
	}
	return false
}

// TestClaims reads files that claim a billion rows, columns or texts and hold
// two rows: what is claimed reserves nothing.
func TestClaims(t *testing.T) {
	dbf := dbfFile(0x03, 0, []dbfColumn{{"CERTNO", 'C', 18, 0, false}, {"NAME", 'C', 9, 0, false}}, []string{"1", "a"}, []string{"2", "b"})
	binary.LittleEndian.PutUint32(dbf[4:], 1_000_000_000) // and ends by its mark
	person := rowOf(2, "1", "王小明", "280") + rowOf(3, "2", "李梅", "280")
	dimensions := rawSheet(t, 0x0600, 0, func(w *biffWriter) {
		w.record(0x0200, le32(0), le32(1_000_000_000), le16(0, 0xffff, 0)) // DIMENSIONS
		for r, cells := range [][]string{{"证件号码", "姓名"}, {"1", "王小明"}, {"2", "李梅"}} {
			for c, text := range cells {
				flags, body, n := chars(text)
				w.record(biffLabel, le16(uint16(r), uint16(c), 0), le16(uint16(n)), []byte{flags}, body)
			}
		}
	})
	xml := xmlssFile(worksheet("表", `<Row><Cell><Data ss:Type="String">证件号码</Data></Cell></Row><Row><Cell><Data ss:Type="String">1</Data></Cell></Row><Row><Cell><Data ss:Type="String">2</Data></Cell></Row>`, ""))
	for name, file := range map[string][]byte{
		"DBF records":   dbf,
		"XLS rows":      dimensions,
		"XLSX rows":     book{"xl/worksheets/sheet1.xml": strings.Replace(sheetOf(headRow(1)+person), `ref="A1:C3"`, `ref="A1:XFD1000000000"`, 1)}.xlsx(t),
		"XLSX strings":  book{"xl/worksheets/sheet1.xml": sheetOf(headRow(1) + person), "xl/sharedStrings.xml": `<sst count="4294967295" uniqueCount="4294967295"></sst>`}.xlsx(t),
		"XLSX columns":  book{"xl/worksheets/sheet1.xml": strings.Replace(sheetOf(headRow(1)+person), `<sheetData>`, `<cols><col min="1" max="1000000000"/></cols><sheetData>`, 1)}.xlsx(t),
		"SpreadsheetML": []byte(strings.Replace(xml, "<Table", `<Table ss:ExpandedRowCount="1000000000" ss:ExpandedColumnCount="1000000000"`, 1)),
		"web page":      []byte(`<html><table rows=1000000000 cols=1000000000><tr><td>证件号码<td>姓名<tr><td>1<td>王小明<tr><td rowspan=1000000000>2<td>李梅</table>`),
	} {
		t.Run(name, func(t *testing.T) {
			var got []extract
			var err error
			peak := peakOf(func() { got, err = readHeld(t, file) })
			if err != nil || len(got) != 1 || len(got[0].Rows) != 2 {
				t.Errorf("%d tables, %v", len(got), err)
			}
			if peak > 32<<20 {
				t.Errorf("the heap grew by %d MB", peak>>20)
			}
		})
	}
}
