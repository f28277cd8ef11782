package source

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

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
