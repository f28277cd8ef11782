package source

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
)

// A workbook made to exhaust the machine is refused, clearly, before it has.
func TestHostileWorkbooks(t *testing.T) {
	laughs := `<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>`
	person := rowOf(2, "1", "王小明", "280")
	for name, b := range map[string]book{
		"entities in the sheet":    {"xl/worksheets/sheet1.xml": strings.Replace(sheetOf(headRow(1)+rowOf(2, "&c;", "王小明", "1")), "<worksheet", laughs+"<worksheet", 1)},
		"entities in the strings":  {"xl/worksheets/sheet1.xml": sheetOf(headRow(1) + person), "xl/sharedStrings.xml": laughs + `<sst><si><t>&c;</t></si></sst>`},
		"entities in the book":     {"xl/worksheets/sheet1.xml": sheetOf(headRow(1) + person), "xl/workbook.xml": laughs + bookOf("&c;")},
		"entities in the styles":   {"xl/worksheets/sheet1.xml": sheetOf(headRow(1) + person), "xl/styles.xml": laughs + `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="&c;"/></numFmts></styleSheet>`},
		"a column beyond the last": {"xl/worksheets/sheet1.xml": sheetOf(headRow(1) + `<row r="2"><c r="XFE2"><v>1</v></c></row>`)},
		"a column of ten letters":  {"xl/worksheets/sheet1.xml": sheetOf(headRow(1) + `<row r="2"><c r="ZZZZZZZZZZ2"><v>1</v></c></row>`)},
		"a million columns":        {"xl/worksheets/sheet1.xml": sheetOf(headRow(1) + `<row r="2">` + strings.Repeat(`<c><v>1</v></c>`, 1_000_000) + `</row>`)},
		"rows that go back":        {"xl/worksheets/sheet1.xml": sheetOf(headRow(5) + rowOf(3, "1", "王小明", "280"))},
		"a row number too high":    {"xl/worksheets/sheet1.xml": sheetOf(headRow(1) + `<row r="99999999999999999999"><c r="A2"><v>1</v></c></row>`)},
		"a tag that never ends":    {"xl/worksheets/sheet1.xml": strings.TrimSuffix(sheetOf(headRow(1)), `</sheetData></worksheet>`) + `<row r="2"><c r="A2" ` + strings.Repeat("x", 100_000)},
		"a sheet cut off":          {"xl/worksheets/sheet1.xml": sheetOf(headRow(1) + person)[:400]},
		"a string that is not there": {"xl/worksheets/sheet1.xml": sheetOf(headRow(1) + `<row r="2"><c r="A2" t="s"><v>4000000000</v></c></row>`),
			"xl/sharedStrings.xml": `<sst count="4294967295" uniqueCount="4294967295"><si><t>x</t></si></sst>`},
		"no sheet behind the name":   {"xl/_rels/workbook.xml.rels": relsOf(0)},
		"a merge of the whole sheet": {"xl/worksheets/sheet1.xml": sheetOf(headRow(1)+person, `<mergeCells><mergeCell ref="A2:XFD1048576"/></mergeCells>`)},
		"a dimension of billions":    {"xl/worksheets/sheet1.xml": strings.Replace(sheetOf(headRow(1)+person), `ref="A1:C3"`, `ref="A1:XFD999999999999"`, 1)},
	} {
		t.Run(name, func(t *testing.T) {
			parts, _, err := readParts(t, b.xlsx(t))
			switch {
			case err != nil:
				mustRefuse(t, err)
			case len(parts) == 0:
				t.Error("neither rows nor a refusal")
			default:
				for _, p := range parts {
					if len(p.Rows) > 2 || strings.Contains(fmt.Sprint(p.Rows), "aaaaaaaaaa") {
						t.Errorf("%d rows: %.200v", len(p.Rows), p.Rows)
					}
				}
			}
		})
	}
}

// endless is a sheet whose one cell, or one shared string, goes on and on; it
// packs well, as such files do.
func endless(t *testing.T, member, before string, size int64) []byte {
	t.Helper()
	whole := book{"xl/worksheets/sheet1.xml": sheetOf(headRow(1) + `<row r="2"><c r="A2" t="s"><v>0</v></c></row>`)}.xlsx(t)
	from, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range from.File {
		if f.Name != member {
			if err := w.Copy(f); err != nil {
				t.Fatal(err)
			}
		}
	}
	m, err := w.Create(member)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(m, before)
	io.CopyN(m, letters{}, size)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// letters is an endless text.
type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestEndlessCells(t *testing.T) {
	large(t)
	const size = 100 << 20 // as good as two gigabytes: it is not read that far
	head := strings.TrimSuffix(sheetOf(headRow(1)), `</sheetData></worksheet>`)
	for name, file := range map[string][]byte{
		"a cell":          endless(t, "xl/worksheets/sheet1.xml", head+`<row r="2"><c r="A2" t="inlineStr"><is><t>`, size),
		"a tag":           endless(t, "xl/worksheets/sheet1.xml", head+`<row r="2"><c r="`, size),
		"a shared string": endless(t, "xl/sharedStrings.xml", `<sst><si><t>`, size),
		"a style":         endless(t, "xl/styles.xml", `<styleSheet><numFmts><numFmt formatCode="`, size),
		"the book":        endless(t, "xl/workbook.xml", `<workbook><sheets><sheet name="`, size),
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := readParts(t, file)
			if err == nil {
				t.Fatal("read")
			}
			mustRefuse(t, err)
		})
	}
}

// Names inside an archive are only ever names: shown without what leads out of
// it or drives a terminal, and nothing is written to where they point.
func TestHostileNames(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, name := range []string{
		"../../evil.csv", "/etc/passwd", `C:\windows\x.csv`, `..\..\x.csv`, "a\x00b.csv", "a/../../../b.csv", "./../x.csv", "\x1b[2Jx.csv", "\u202evsc.x",
		"..", "\xb1\xa8../x.csv", strings.Repeat("长", 20000) + ".csv",
	} {
		parts, err := readNames(t, zipOf(t, packedFile{name, onePerson}, packedFile{"z.csv", onePerson}))
		if err != nil {
			mustRefuse(t, err)
			continue
		}
		if len(parts) == 0 || len(parts) > 2 {
			t.Errorf("%.40q: %d parts", name, len(parts))
		}
		for _, p := range parts {
			if p == "" && len(parts) > 1 || strings.HasPrefix(p, "/") || strings.Contains("/"+p+"/", "/../") || strings.ContainsAny(p, "\x00\x1b\\\u202e") {
				t.Errorf("%.40q is shown as %.40q", name, p)
			}
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("written: %v, %v", left, err)
	}
	// Two members of one name are two parts, told apart.
	parts, _, err := readParts(t, zipOf(t, packedFile{"a.csv", onePerson}, packedFile{"a.csv", onePerson}))
	if err != nil {
		mustRefuse(t, err)
	} else if len(parts) != 2 {
		t.Errorf("two members of one name: %d parts", len(parts))
	}
}

// Cut anywhere, an archive or workbook is refused or read as far as it is whole.
func TestCutArchives(t *testing.T) {
	for name, file := range map[string][]byte{
		"zip": zipOf(t, packedFile{"a.csv", onePerson}), "gzip": gzipOf(t, bytes.Repeat(onePerson, 100)),
		"xlsx": book{"xl/worksheets/sheet1.xml": sheetOf(headRow(1) + rowOf(2, "1", "王小明", "280"))}.xlsx(t),
	} {
		for cut := 8; cut < len(file); cut += 1 + len(file)/40 {
			if _, _, err := readParts(t, file[:cut]); err == nil {
				t.Errorf("%s cut to %d of %d bytes was read", name, cut, len(file))
			} else {
				mustRefuse(t, err)
			}
		}
	}
}

// readNames are the names of the parts of a file.
func readNames(t *testing.T, file []byte) (names []string, err error) {
	parts, _, err := readParts(t, file)
	for name := range parts {
		names = append(names, name)
	}
	return names, err
}
