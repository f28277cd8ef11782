package source

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// fuzzFile holds that any bytes are read or refused as a file, twice the same.
// It lies in memory: writing it to the disk would take longer than reading it.
func fuzzFile(t *testing.T, data []byte) {
	defer modest(t, len(data))()
	first, err := readHeld(t, data)
	if err != nil {
		mustRefuse(t, err)
		return
	}
	again, err := readHeld(t, data)
	if err != nil {
		t.Fatalf("read again: %v", err)
	}
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("read again (-first +again):\n%s", diff)
	}
}

// lookedHeld finds the tables of a file in memory.
func lookedHeld(data []byte) ([]Part, error) {
	if len(data) == 0 {
		return nil, emptyFile("extract")
	}
	return lookedAt(held(data))
}

// lookedAt finds the tables of a content, as of a file of its own.
func lookedAt(c content) ([]Part, error) {
	find := &finder{fit: fit, unchanged: func() error { return nil }}
	var err error
	if find.outer, err = surveyOf(c, io.Discard); err != nil {
		return nil, err
	}
	if err := find.in(c, "", 0); err != nil {
		return nil, err
	}
	parts, skipped, err := find.result(c.Name())
	for _, s := range skipped {
		if s.ZH == "" || s.EN == "" || !utf8.ValidString(s.ZH+s.EN) {
			return nil, fmt.Errorf("skipped: %+q", s)
		}
	}
	return parts, err
}

// readHeld reads the tables of a file in memory, in their order.
func readHeld(t *testing.T, data []byte) ([]extract, error) {
	parts, err := lookedHeld(data)
	if err != nil {
		return nil, err
	}
	var all []extract
	for _, p := range parts {
		if !utf8.ValidString(p.Name) {
			t.Errorf("part %q is no UTF-8", p.Name)
		}
		one, err := readTable(t, p.Table)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// loose packs members without compressing them: making a compressor takes
// longer than all the rest.
func loose(t testing.TB, members ...packedFile) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, m := range members {
		f, err := w.CreateHeader(&zip.FileHeader{Name: m.name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		f.Write(m.file)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// FuzzXLSX fuzzes what stands in the members of a workbook.
func FuzzXLSX(f *testing.F) {
	f.Add(sheetOf(headRow(1)+rowOf(2, "1", "王小明", "280"), `<mergeCells><mergeCell ref="A2:A3"/></mergeCells>`), `<sst><si><t>x</t></si></sst>`, `<styleSheet/>`, bookOf("Sheet1"))
	f.Add(sheetOf(headRow(1)+rowOf(2, `<c r="$" t="s"><v>0</v></c>`, `<c r="$" s="1"><v>44138.5</v></c>`, `<c r="$"><f>1+1</f><v>2</v></c>`)),
		`<sst><si><r><t>x</t></r><r><t xml:space="preserve"> y</t></r><rPh><t>z</t></rPh></si></sst>`,
		`<styleSheet><numFmts><numFmt numFmtId="170" formatCode="yyyy-mm-dd"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>`,
		bookOf("Sheet1", "!Sheet2"))
	f.Add(sheetOf(`<row><c><v>1</v></c><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c></row>`), ``, ``, bookOf("&amp;&#x4e2d;"))
	f.Fuzz(func(t *testing.T, sheet, strings, styles, workbook string) {
		fuzzFile(t, book{"xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": strings, "xl/styles.xml": styles, "xl/workbook.xml": workbook}.packed(t, loose))
	})
}

// FuzzPacked fuzzes archives and whole workbooks byte by byte.
func FuzzPacked(f *testing.F) {
	f.Add(zipOf(f, packedFile{"a.csv", onePerson}))
	f.Add(zipOf(f, packedFile{"\xd5\xf2.csv", onePerson}, packedFile{"b/", nil}, packedFile{"c.gz", gzipOf(f, onePerson)}))
	f.Add(loose(f, packedFile{"a.csv", onePerson}, packedFile{"b.csv", onePerson}))
	f.Add(loose(f, packedFile{"a.zip", loose(f, packedFile{"b.csv", onePerson})}))
	f.Add(gzipOf(f, onePerson))
	f.Add(gzipOf(f, zipOf(f, packedFile{"a.csv", gzipOf(f, onePerson)})))
	f.Add(book{"xl/worksheets/sheet1.xml": sheetOf(headRow(1) + rowOf(2, "1", "王小明", "280"))}.packed(f, loose))
	f.Fuzz(func(t *testing.T, data []byte) { fuzzFile(t, data) })
}
