package source

import (
	"testing"
)

// fuzzFile holds that any bytes are read or refused as a file, twice the same.
func fuzzFile(t *testing.T, data []byte) {
	first, skipped, err := readParts(t, data)
	if err != nil {
		mustRefuse(t, err)
		return
	}
	again, skippedAgain, err := readParts(t, data)
	if err != nil || len(again) != len(first) || len(skipped) != len(skippedAgain) {
		t.Fatalf("read again: %d and %d parts, %v", len(first), len(again), err)
	}
	for name, p := range first {
		if len(again[name].Rows) != len(p.Rows) || again[name].Furniture != p.Furniture {
			t.Errorf("part %q read again: %d and %d rows", name, len(p.Rows), len(again[name].Rows))
		}
	}
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
		fuzzFile(t, book{"xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": strings, "xl/styles.xml": styles, "xl/workbook.xml": workbook}.xlsx(t))
	})
}

// FuzzPacked fuzzes archives and whole workbooks byte by byte.
func FuzzPacked(f *testing.F) {
	f.Add(zipOf(f, packedFile{"a.csv", onePerson}))
	f.Add(zipOf(f, packedFile{"\xd5\xf2.csv", onePerson}, packedFile{"b/", nil}, packedFile{"c.gz", gzipOf(f, onePerson)}))
	f.Add(gzipOf(f, onePerson))
	f.Add(gzipOf(f, zipOf(f, packedFile{"a.csv", gzipOf(f, onePerson)})))
	f.Add(book{"xl/worksheets/sheet1.xml": sheetOf(headRow(1) + rowOf(2, "1", "王小明", "280"))}.xlsx(f))
	f.Fuzz(func(t *testing.T, data []byte) { fuzzFile(t, data) })
}
