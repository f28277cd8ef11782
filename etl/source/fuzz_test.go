package source

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"canbao/etl/refuse"
)

// Any bytes are read or refused, in large chunks as in small ones, and every
// row is either given out or counted as furniture.
func FuzzRead(f *testing.F) {
	text := "缴费明细\n证件号码,姓名,实缴金额\n1,\"王\n小明\",280\n\n2,李梅,560,x\n合计,,840\n"
	for _, file := range encodings(f, text) {
		f.Add(file)
	}
	for _, end := range []string{"\r", "\r\n"} {
		f.Add([]byte(as(twoPeople, "\t", end)))
		f.Add(gb18030(f, as(twoPeople, "|", end)))
	}
	f.Add([]byte("a;\"b"))
	f.Add([]byte("\xff\xfe\x00"))
	f.Fuzz(func(t *testing.T, file []byte) {
		defer modest(t, len(file))()
		whole, text, err := readText(t, file, 0)
		parts, _, partsErr := readText(t, file, 3)
		if (err == nil) != (partsErr == nil) {
			t.Fatalf("%q: %v, in small chunks %v", file, err, partsErr)
		}
		if err != nil {
			var no *refuse.Error
			if !errors.As(err, &no) || no.What.ZH == "" || no.Do.ZH == "" || no.Where == "" {
				t.Errorf("%q: %v, want a refusal", file, err)
			}
			return
		}
		if diff := cmp.Diff(whole, parts); diff != "" {
			t.Errorf("%q (-whole +in small chunks):\n%s", file, diff)
		}
		for i, line := range whole.Lines {
			if i > 0 && line <= whole.Lines[i-1] {
				t.Errorf("%q: row %d lies at line %d, behind line %d", file, i, line, whole.Lines[i-1])
			}
			for _, cell := range whole.Rows[i] {
				if !utf8.ValidString(cell) {
					t.Errorf("%q: cell %q is no UTF-8", file, cell)
				}
			}
		}
		if n, known := lines(file); text && known && int64(len(whole.Rows))+whole.Furniture != n {
			t.Errorf("%q: %d rows and %d furniture of %d lines", file, len(whole.Rows), whole.Furniture, n)
		}
	})
}

// readText reads the first table of a file in memory, a text in chunks of that
// size, 0 for the usual one; it tells whether it is one.
func readText(t *testing.T, file []byte, chunk int) (all extract, text bool, err error) {
	parts, err := lookedHeld(file)
	if err != nil {
		return extract{}, false, err
	}
	table, text := parts[0].Table.(*textTable)
	if text && chunk > 0 {
		table.chunk = chunk
	}
	all, err = readTable(t, parts[0].Table)
	return all, text, err
}

// lines counts the lines of a text that has neither quotes nor carriage
// returns: there a line is a row.
func lines(file []byte) (n int64, known bool) {
	file = bytes.TrimPrefix(file, []byte("\ufeff"))
	n = int64(bytes.Count(file, []byte{'\n'}))
	if !bytes.HasSuffix(file, []byte{'\n'}) && len(file) > 0 {
		n++
	}
	return n, utf8.Valid(file) && !bytes.ContainsAny(file, "\"\r")
}

// Cells of well-formed CSV are those that encoding/csv reads, and every record
// is given out or counted.
func FuzzQuotedCells(f *testing.F) {
	f.Add("1\x1f王\n小明\x1f1,280\x1f2\x1f李\"梅\"\x1f560", false)
	f.Add("\r\n\x1f\r\x1f \"\x1f\x1f合计\x1f", true)
	f.Add("注：\x1f\x1f\x1f证件号码\x1f姓名\x1f实缴金额", false)
	f.Fuzz(func(t *testing.T, cells string, crlf bool) {
		if !utf8.ValidString(cells) || strings.ContainsRune(cells, 0) {
			t.Skip("no text")
		}
		var text bytes.Buffer
		w := csv.NewWriter(&text)
		w.UseCRLF = crlf
		w.Write([]string{"证件号码", "姓名", "实缴金额"})
		all := strings.Split(cells, "\x1f")
		for len(all) >= 3 {
			w.Write(all[:3])
			all = all[3:]
		}
		w.Flush()
		records, err := csv.NewReader(bytes.NewReader(text.Bytes())).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, chunk := range []int{0, 4} {
			got, _, err := readText(t, text.Bytes(), chunk)
			if err != nil {
				t.Fatalf("%q: %v", text.Bytes(), err)
			}
			if len(got.Rows)+int(got.Furniture) != len(records) || got.Ragged != nil {
				t.Errorf("%q: %d rows and %d furniture of %d records, ragged %v", text.Bytes(), len(got.Rows), got.Furniture, len(records), got.Ragged)
			}
			for i, row := range got.Rows {
				for c, cell := range row {
					// encoding/csv reads CRLF within quotes as a line feed.
					if want := records[got.Lines[i]-1][c]; strings.ReplaceAll(cell, "\r\n", "\n") != want {
						t.Errorf("%q: row %d, cell %d is %q, want %q", text.Bytes(), got.Lines[i], c+1, cell, want)
					}
				}
			}
		}
	})
}
