package source

import (
	"archive/zip"
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"canbao/etl/refuse"
)

// part is what was read of one part of a file.
type part struct {
	Name    string
	Headers string // joined by bars
	// Rows are the rows behind their line: "3 1|王小明|280".
	Rows      []string
	Furniture int64
	Deleted   int64
}

// readSheets reads all parts of a file of these bytes, in their order, and
// tells what was skipped, in English.
func readSheets(t testing.TB, data []byte) (parts []part, skipped []string, err error) {
	t.Helper()
	f, err := openBytes(t, data)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range f.Parts() {
		read, err := readTable(t, p.Table)
		if err != nil {
			return nil, nil, err
		}
		got := part{Name: p.Name, Headers: strings.Join(read.Headers, "|"), Furniture: read.Furniture, Deleted: p.Table.Deleted()}
		for i, line := range read.Lines {
			got.Rows = append(got.Rows, at("", line)[1:]+" "+strings.Join(read.Rows[i], "|"))
		}
		parts = append(parts, got)
	}
	for _, s := range f.Skipped() {
		skipped = append(skipped, s.EN)
	}
	return parts, skipped, nil
}

// readOne reads a file that has one part and skips nothing.
func readOne(t testing.TB, data []byte) part {
	t.Helper()
	parts, skipped, err := readSheets(t, data)
	if err != nil {
		t.Fatal(err)
	}
	if len(parts) != 1 || len(skipped) > 0 {
		t.Fatalf("parts %v, skipped %q, want one part", parts, skipped)
	}
	return parts[0]
}

// refusedBytes holds what is said of a file of these bytes. where is behind
// the name of the file.
func refusedBytes(t testing.TB, name string, data []byte, where, what, do string) {
	t.Helper()
	_, _, err := readSheets(t, data)
	var no *refuse.Error
	if errors.As(err, &no) {
		no.Where = strings.TrimPrefix(no.Where[strings.LastIndexByte(no.Where, filepath.Separator)+1:], "extract.csv")
	}
	refused(t, name, err, where, what, do)
}

// Every format is read within archives, too.
func TestSheetsInArchives(t *testing.T) {
	gb := func(s string) string { return string(gb18030(t, s)) }
	w := &biffWriter{t: t, version: 8}
	files := []struct {
		name string
		data []byte
		want part
	}{
		{"缴费.dbf", chineseDBF(gb, 0x4d), part{}},
		{"缴费.xls", oleFile(oleStream{"Workbook", w.book(dirtySheet)}), dirtyPart},
		{"网页.xls", []byte(dirtyHTML), dirtyHTMLPart},
		{"表.parquet", dirtyParquet(t, parquetForms()["dictionary"]), dirtyParquetPart},
	}
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	for _, f := range files {
		m, err := z.CreateHeader(&zip.FileHeader{Name: gb(f.name), NonUTF8: true, Method: zip.Deflate})
		if err != nil {
			t.Fatal(err)
		}
		m.Write(f.data)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	parts, skipped, err := readSheets(t, packed.Bytes())
	if err != nil || len(parts) != len(files) || len(skipped) > 0 {
		t.Fatalf("%d parts, skipped %q, %v", len(parts), skipped, err)
	}
	for i, f := range files {
		if name := parts[i].Name; !strings.HasPrefix(name, f.name) {
			t.Errorf("part %d is %s, want %s", i, name, f.name)
		}
		parts[i].Name = ""
		if f.want.Headers == "" { // a DBF's deleted records are counted there, too
			f.want = part{Headers: parts[i].Headers, Rows: parts[i].Rows, Furniture: 2, Deleted: 2}
		}
		if diff := cmp.Diff(f.want, parts[i]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f.name, diff)
		}
	}
}
