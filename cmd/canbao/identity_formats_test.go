package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"canbao/sql/duck"
)

// columns is a file with commas as a Parquet file, every column a text.
func columns(t *testing.T, csv string) []byte {
	t.Helper()
	dir := t.TempDir()
	from, to := filepath.Join(dir, "a.csv"), filepath.Join(dir, "a.parquet")
	if err := os.WriteFile(from, []byte(csv), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := duck.Open(context.Background(), "", duck.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(fmt.Sprintf("copy (select * from read_csv('%s', header = true, all_varchar = true)) to '%s' (format parquet)", from, to)); err != nil {
		t.Fatal(err)
	}
	made, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// records is a file with commas as a workbook of Excel 97: a container of OLE2
// with a stream of BIFF8 records, every cell a text of wide characters.
func records(csv string) []byte {
	le := binary.LittleEndian
	var stream []byte
	record := func(id uint16, numbers ...uint16) {
		stream = le.AppendUint16(le.AppendUint16(stream, id), uint16(2*len(numbers)))
		for _, n := range numbers {
			stream = le.AppendUint16(stream, n)
		}
	}
	record(0x809, 0x600, 5, 0, 0)
	record(0x85, uint16(len(stream)+14+4), 0, 0, 1|1<<8, 'A') // the sheet begins behind this record and the end mark
	record(0x0a)
	record(0x809, 0x600, 0x10, 0, 0)
	for r, line := range strings.Split(strings.TrimSpace(csv), "\n") {
		for c, cell := range strings.Split(line, ",") {
			wide := utf16.Encode([]rune(cell))
			at := len(stream)
			record(0x204, uint16(r), uint16(c), 0, uint16(len(wide)))
			stream = append(stream, 1)
			for _, u := range wide {
				stream = le.AppendUint16(stream, u)
			}
			le.PutUint16(stream[at+2:], uint16(len(stream)-at-4))
		}
	}
	record(0x0a)
	return container(stream)
}

// container is an OLE2 file of one stream, "Workbook": a header, the stream, the
// directory, the table of sectors.
func container(stream []byte) []byte {
	const sector, end, free = 512, 0xfffffffe, 0xffffffff
	le := binary.LittleEndian
	stream = append(stream, make([]byte, max(4096, (len(stream)+sector-1)/sector*sector)-len(stream))...)
	n := len(stream) / sector
	tables := 1
	for tables*sector/4 < n+1+tables {
		tables++
	}
	head := make([]byte, sector)
	copy(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	for at, v := range map[int]uint32{24: 3<<16 | 0x3e, 28: 9<<16 | 0xfffe, 32: 6, 44: uint32(tables), 48: uint32(n), 56: 4096, 60: end, 68: end} {
		le.PutUint32(head[at:], v)
	}
	for i := range 109 {
		v := uint32(free)
		if i < tables {
			v = uint32(n + 1 + i)
		}
		le.PutUint32(head[76+4*i:], v)
	}
	entry := func(name string, kind byte, child, start, size uint32) []byte {
		e := make([]byte, 128)
		for i, c := range utf16.Encode([]rune(name)) {
			le.PutUint16(e[2*i:], c)
		}
		if name != "" {
			le.PutUint16(e[64:], uint16(2*len(name)+2))
		}
		e[66], e[67] = kind, 1
		for at, v := range map[int]uint32{68: free, 72: free, 76: child, 116: start, 120: size} {
			le.PutUint32(e[at:], v)
		}
		return e
	}
	out := append(head, stream...)
	out = append(out, entry("Root Entry", 5, 1, end, 0)...)
	out = append(out, entry("Workbook", 2, free, 0, uint32(len(stream)))...)
	out = append(out, append(entry("", 0, free, 0, 0), entry("", 0, free, 0, 0)...)...)
	for i := range tables * sector / 4 {
		next := uint32(free)
		switch {
		case i < n-1:
			next = uint32(i + 1)
		case i == n-1, i == n:
			next = end
		case i <= n+tables:
			next = 0xfffffffd
		}
		out = le.AppendUint32(out, next)
	}
	return out
}

// marked is a file with commas as rows of marked-up cells.
func marked(csv, row, cell string) string {
	var b strings.Builder
	for line := range strings.Lines(csv) {
		b.WriteString("<" + row + ">")
		for _, text := range strings.Split(strings.TrimSpace(line), ",") {
			b.WriteString(strings.Replace(cell, "%", html.EscapeString(text), 1))
		}
		b.WriteString("</" + row + ">\n")
	}
	return b.String()
}

// page is a web page with one table, as exporters write it under the name .xls.
func page(csv string) string {
	return "<html><head><meta charset=\"utf-8\"></head><body><table>" + marked(csv, "tr", "<td>%</td>") + "</table></body></html>"
}

// sheetXML is a workbook in SpreadsheetML 2003.
func sheetXML(csv string) string {
	return `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>` +
		`<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="底册"><Table>` +
		marked(csv, "Row", `<Cell><Data ss:Type="String">%</Data></Cell>`) + `</Table></Worksheet></Workbook>`
}

func gzipped(t *testing.T, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipped(t *testing.T, namesAndTexts ...any) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(namesAndTexts); i += 2 {
		f, err := w.Create(namesAndTexts[i].(string))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(namesAndTexts[i+1].([]byte)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// workbook is an XLSX file with one sheet of text cells.
func workbook(t *testing.T, csv string) []byte {
	t.Helper()
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	rows := marked(csv, "row", `<c t="inlineStr"><is><t>%</t></is></c>`)
	return zipped(t,
		"[Content_Types].xml", []byte(`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`),
		"_rels/.rels", []byte(`<Relationships><Relationship Id="rId1" Type="`+office+`/officeDocument" Target="xl/workbook.xml"/></Relationships>`),
		"xl/workbook.xml", []byte(`<workbook xmlns="`+main+`" xmlns:r="`+office+`"><sheets><sheet name="底册" sheetId="1" r:id="rId1"/></sheets></workbook>`),
		"xl/_rels/workbook.xml.rels", []byte(`<Relationships><Relationship Id="rId1" Type="`+office+`/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`),
		"xl/worksheets/sheet1.xml", []byte(`<worksheet xmlns="`+main+`"><sheetData>`+rows+`</sheetData></worksheet>`))
}
