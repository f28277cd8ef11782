package source

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"runtime/metrics"
	"sync"
	"testing"
	"unicode/utf8"

	"canbao/etl/refuse"
)

// heldContent is a content in memory.
type heldContent struct {
	data []byte
	room *room
}

func held(data []byte) content { return &heldContent{data, newRoom(int64(len(data)))} }

func (h *heldContent) Name() string { return "extract" }
func (h *heldContent) Open() (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(h.data)), nil
}
func (h *heldContent) of() *room { return h.room }
func (h *heldContent) ReaderAt() (io.ReaderAt, int64, error) {
	return bytes.NewReader(h.data), int64(len(h.data)), nil
}

// fuzzSheets holds that any bytes are read or refused by a format: rows come in
// order, with cells of UTF-8, twice the same, and each is given out or counted.
func fuzzSheets(t *testing.T, data []byte, format func(c content) ([]sheet, error)) {
	defer modest(t, len(data))()
	c := held(data)
	sheets, err := format(c)
	if err != nil {
		mustRefuse(t, err)
		return
	}
	for _, s := range sheets {
		if !utf8.ValidString(s.name) {
			t.Errorf("sheet %q is no UTF-8", s.name)
		}
		stored := countRows(t, s)
		g, err := newGrid(c, s, fit)
		if err != nil {
			mustRefuse(t, err)
			continue
		}
		var mu sync.Mutex
		rows := int64(0)
		err = g.Read(context.Background(), 2, func(b *Block) error {
			mu.Lock()
			defer mu.Unlock()
			rows += int64(len(b.Lines))
			return nil
		})
		if err != nil {
			mustRefuse(t, err)
		} else if stored >= 0 && rows+g.Furniture() != stored {
			t.Errorf("%d rows and %d furniture of %d stored", rows, g.Furniture(), stored)
		}
	}
}

// modest holds that what runs until its result is called takes no more memory,
// all in all, than the limits of a small file explain: a claim of gigabytes that
// is believed shows even where nothing fails.
func modest(t *testing.T, size int) func() {
	taken := func() uint64 {
		s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
		metrics.Read(s)
		return s[0].Value.Uint64()
	}
	before := taken()
	return func() {
		if all := taken() - before; all > 1<<30+uint64(size)*maxRatio {
			t.Errorf("%d bytes of a file took %d MB of memory", size, all>>20)
		}
	}
}

// countRows reads a sheet to its end; -1 where it is refused.
func countRows(t *testing.T, s sheet) (rows int64) {
	r, err := s.open()
	if err != nil {
		mustRefuse(t, err)
		return -1
	}
	defer r.close()
	for last := int64(0); ; rows++ {
		line, cells, err := r.next()
		if err == io.EOF {
			return rows
		}
		if err != nil {
			mustRefuse(t, err)
			return -1
		}
		if line <= last {
			t.Fatalf("line %d behind line %d", line, last)
		}
		last = line
		for _, cell := range cells {
			if !utf8.Valid(cell) {
				t.Fatalf("line %d: cell %q is no UTF-8", line, cell)
			}
		}
	}
}

func mustRefuse(t *testing.T, err error) {
	t.Helper()
	var no *refuse.Error
	if !errors.As(err, &no) || no.What.ZH == "" || no.What.EN == "" || no.Do.ZH == "" || no.Do.EN == "" || no.Where == "" {
		t.Errorf("%v, want a refusal", err)
	}
}

func FuzzXLS(f *testing.F) {
	for _, version := range []int{5, 8} {
		w := &biffWriter{t: f, version: version, limit: 64}
		book := w.book(dirtySheet, xlsSheet{name: "底表", state: 1})
		f.Add(oleFile(oleStream{"Workbook", book}, oleStream{"EncryptedPackage", nil}))
	}
	if data, err := os.ReadFile("testdata/xlwt.xls"); err == nil {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) { fuzzSheets(t, data, xlsSheets) })
}

func FuzzBIFF(f *testing.F) {
	for _, version := range []int{5, 8} {
		for _, limit := range []int{0, 40} {
			w := &biffWriter{t: f, version: version, limit: limit, old: limit > 0, page: 936}
			f.Add(w.book(dirtySheet, xlsSheet{name: "底表", state: 1}))
		}
	}
	f.Add(rawSheet(f, 0, 0, func(w *biffWriter) { w.cells(dirtySheet) }))
	f.Fuzz(func(t *testing.T, data []byte) {
		fuzzSheets(t, data, func(c content) ([]sheet, error) { return biffSheets(c.Name(), data) })
	})
}

func FuzzDBF(f *testing.F) {
	gb := func(s string) string { return string(gb18030(f, s)) }
	f.Add(chineseDBF(gb, 0x4d))
	f.Add(chineseDBF(func(s string) string { return s[:min(11, len(s))] }, 0))
	f.Add(dbfFile(0x30, 0, []dbfColumn{{"CERTNO", 'V', 18, 0, true}, {"T", 'T', 8, 0, false}, {"Y", 'Y', 8, 0, false}, {"F", '0', 1, 0, false}},
		[]string{"1", "12345678", "12345678", "\x03"}))
	f.Fuzz(func(t *testing.T, data []byte) { fuzzSheets(t, data, dbfSheets) })
}

func FuzzXMLSS(f *testing.F) {
	for _, data := range encodings(f, xmlssFile(worksheet("缴费", dirtyXMLSS, ""), worksheet("底表", "", "<Visible>SheetHidden</Visible>"))) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) { fuzzSheets(t, data, xmlssSheets) })
}

func FuzzHTML(f *testing.F) {
	for _, data := range encodings(f, dirtyHTML) {
		f.Add(data)
	}
	f.Add([]byte(mhtmlFile(f, "quoted-printable", dirtyHTML)))
	f.Add([]byte("<table><tr><td>查询<table><tr><td>1<td>2</table>共1条</table>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		fuzzSheets(t, data, htmlSheets)
		fuzzSheets(t, data, mhtmlSheets)
	})
}

func FuzzParquet(f *testing.F) {
	for _, props := range parquetForms() {
		f.Add(dirtyParquet(f, props))
	}
	f.Fuzz(func(t *testing.T, data []byte) { fuzzSheets(t, data, parquetSheets) })
}
