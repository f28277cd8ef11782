package source

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"canbao/etl/clean"
	"canbao/etl/refuse"
)

// fields are the headers that these tests know.
var fields = []string{"证件号码", "姓名", "险种", "实缴金额", "缴费日期", "certno", "name", "amount"}

// fit counts the headers that are known.
func fit(cells []string) (n int) {
	for _, c := range cells {
		if slices.Contains(fields, clean.Header(c)) {
			n++
		}
	}
	return n
}

// extract is what was read of a file, in the order of its rows.
type extract struct {
	Headers   []string
	Rows      [][]string
	Lines     []int64
	Ragged    []int64 // lines of the ragged rows
	Furniture int64
	Unnamed   []string
}

// read reads a file of these bytes in chunks of that size, 0 for the usual one.
func read(t testing.TB, text []byte, chunk int) (extract, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "extract.csv")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path, fit)
	if err != nil {
		return extract{}, err
	}
	defer f.Close()
	if chunk > 0 {
		textOf(f).chunk = chunk
	}
	return readFile(t, f)
}

// openBytes opens a file of these bytes for the length of the test.
func openBytes(t testing.TB, file []byte) (*File, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "extract.csv")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path, fit)
	if err == nil {
		t.Cleanup(func() { f.Close() })
	}
	return f, err
}

// readParts reads all parts of a file of these bytes, by their names, and what
// it says it has skipped, in English.
func readParts(t testing.TB, file []byte) (map[string]extract, []string, error) {
	t.Helper()
	f, err := openBytes(t, file)
	if err != nil {
		return nil, nil, err
	}
	parts := map[string]extract{}
	for _, p := range f.Parts() {
		if _, met := parts[p.Name]; met {
			t.Errorf("two parts of the name %q", p.Name)
		}
		if parts[p.Name], err = readTable(t, p.Table); err != nil {
			return nil, nil, err
		}
	}
	var skipped []string
	for _, s := range f.Skipped() {
		skipped = append(skipped, s.EN)
		if s.ZH == "" || s.ZH == s.EN {
			t.Errorf("%q says nothing in Chinese", s)
		}
	}
	return parts, skipped, nil
}

// textOf is the text table of an open file.
func textOf(f *File) *textTable { return f.Parts()[0].Table.(*textTable) }

// readFile reads an open file with several workers and puts the blocks into
// their order; it fails where they leave gaps.
func readFile(t testing.TB, f *File) (extract, error) {
	t.Helper()
	return readTable(t, f.Parts()[0].Table)
}

func readTable(t testing.TB, table Table) (extract, error) {
	t.Helper()
	var mu sync.Mutex
	blocks := map[int]extract{}
	err := table.Read(context.Background(), 3, func(b *Block) error {
		var s extract
		if len(b.Cells) != len(b.Lines)*b.Width || b.Ragged != nil && len(b.Ragged) != len(b.Lines) {
			t.Errorf("block %d: %d lines of %d cells, but %d cells and %d marks", b.Seq, len(b.Lines), b.Width, len(b.Cells), len(b.Ragged))
		}
		for i, line := range b.Lines {
			s.Lines = append(s.Lines, line)
			s.Rows = append(s.Rows, texts(b.Cells[i*b.Width:(i+1)*b.Width]))
			if b.Ragged != nil && b.Ragged[i] {
				s.Ragged = append(s.Ragged, line)
			}
		}
		mu.Lock()
		defer mu.Unlock()
		if _, met := blocks[b.Seq]; met {
			t.Errorf("block %d comes twice", b.Seq)
		}
		blocks[b.Seq] = s
		return nil
	})
	if err != nil {
		return extract{}, err
	}
	all := extract{Headers: table.Headers(), Furniture: table.Furniture(), Unnamed: table.Unnamed()}
	for i := range len(blocks) {
		b, ok := blocks[i]
		if !ok {
			t.Errorf("block %d of %d is lacking", i, len(blocks))
		}
		all.Rows, all.Lines, all.Ragged = append(all.Rows, b.Rows...), append(all.Lines, b.Lines...), append(all.Ragged, b.Ragged...)
	}
	return all, nil
}

// mustRead reads in the usual chunks and, to the same result, in tiny ones.
func mustRead(t testing.TB, text []byte) extract {
	t.Helper()
	whole, err := read(t, text, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, chunk := range []int{1, 5, 64} {
		parts, err := read(t, text, chunk)
		if err != nil {
			t.Fatalf("in chunks of %d bytes: %v", chunk, err)
		}
		if diff := cmp.Diff(whole, parts); diff != "" {
			t.Errorf("in chunks of %d bytes (-whole +parts):\n%s", chunk, diff)
		}
	}
	return whole
}

// sorted is a sorted copy.
func sorted(names []string) []string { return slices.Sorted(slices.Values(names)) }

// split parts rows at line ends and cells at bars, for expectations.
func split(text string) (rows [][]string) {
	for _, row := range strings.Split(text, "\n") {
		rows = append(rows, strings.Split(row, "|"))
	}
	return rows
}

// refused holds what a refusal says: where it lies, what is wrong, what to do.
func refused(t testing.TB, name string, err error, where, what, do string) {
	t.Helper()
	var no *refuse.Error
	if !errors.As(err, &no) {
		t.Errorf("%s: %v, want a refusal", name, err)
		return
	}
	file := strings.TrimPrefix(no.Where[strings.LastIndexByte(no.Where, filepath.Separator)+1:], "extract.csv")
	if file != where || !strings.Contains(no.What.EN, what) || !strings.Contains(no.Do.EN, do) {
		t.Errorf("%s: refused %q with %q and %q, want %q with %q and %q", name, file, no.What.EN, no.Do.EN, where, what, do)
	}
	if no.What.ZH == "" || no.Do.ZH == "" || no.What.ZH == no.What.EN {
		t.Errorf("%s: says nothing in Chinese: %q, %q", name, no.What.ZH, no.Do.ZH)
	}
}

// mustOpen opens a file of these bytes for the length of the test.
func mustOpen(t testing.TB, text []byte) *File {
	t.Helper()
	f, err := openBytes(t, text)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
