package source

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestOpenRefuses(t *testing.T) {
	const again, csv = "export it again", "save it as CSV"
	text := as(twoPeople, ",", "\n")
	for _, c := range []struct{ name, file, what, do string }{
		{"empty", "", "is empty", again},
		{"blank lines alone", "\n\r\n \n", "holds no text", again},
		{"byte order mark alone", "\ufeff", "holds no text", again},
		{"byte order mark alone, UTF-16", "\xff\xfe", "holds no text", again},
		{"binary", "\x00\x01\x02\x03 证件号码,姓名", "is binary", "export it as CSV"},
		{"NUL in the middle of text", text + "\n3,张\x00三,280\n", "is binary", "export it as CSV"},
		{"UTF-16 without its mark", string(utf16LE(t, text)[2:]), "is binary", "export it as CSV"},
		{"PNG", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "is a PNG picture", "ask for the table itself"},
		{"PDF", "%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "is a PDF document", "ask for the table itself"},
		{"7z", "7z\xbc\xaf\x27\x1c\x00\x04", "is a 7z archive", "unpack it"},
		{"RAR", "Rar!\x1a\x07\x01\x00", "is a RAR archive", "unpack it"},
		{"XML of no known kind", "<?xml version=\"1.0\"?><a/>", "is an XML document", csv},
	} {
		_, err := read(t, []byte(c.file), 0)
		refused(t, c.name, err, "", c.what, c.do)
	}
}

func TestQuoteNeverClosed(t *testing.T) {
	const head = "证件号码,姓名,实缴金额\n1,王小明,280\n"
	for _, c := range []struct{ name, text, where string }{
		{"last row", head + "2,\"李梅,560\n", ":3"},
		{"rows behind it", head + "2,\"李梅,560\n3,张三,280\n4,赵六,280\n", ":3"},
		{"behind a row of two lines", head + "2,\"李\n梅\",560\n3,\"张三,280\n", ":4"},
		{"at the end of the file", head + "2,李梅,\"", ":3"},
		{"doubled at the end", head + "2,李梅,\"\"\"", ":3"},
	} {
		for name, file := range encodings(t, c.text) {
			for _, chunk := range []int{0, 7} {
				_, err := read(t, file, chunk)
				refused(t, c.name+", "+name, err, c.where, "a quote that is never closed", "close or remove the quote")
			}
		}
	}
}

func TestOpenRefusesWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	_, err := Open(filepath.Join(dir, "none.csv"), fit)
	refused(t, "missing", err, "none.csv", "cannot be opened", "check the path")
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: the cause of %v is lost", err)
	}
	_, err = Open(dir, fit)
	refused(t, "folder", err, filepath.Base(dir), "is a folder", "load the folder")

	// A pipe or a socket would be waited for without end.
	socket, err := net.Listen("unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	_, err = Open(filepath.Join(dir, "s"), fit)
	refused(t, "socket", err, "s", "is not a regular file", "copy it into a regular file")
}

func TestChangedWhileRead(t *testing.T) {
	text := as(twoPeople, ",", "\n") + "\n"
	for name, change := range map[string]func(path string) error{
		"appended to": func(path string) error { return os.WriteFile(path, []byte(text+"3,张三,280\n"), 0o600) },
		"touched":     func(path string) error { return os.Chtimes(path, time.Time{}, time.Unix(1_600_000_000, 0)) },
		"removed":     os.Remove,
	} {
		f := mustOpen(t, []byte(text))
		err := textOf(f).Read(t.Context(), 1, func(*Block) error { return change(f.disk.path) })
		refused(t, name, err, "", "changed while it was read", "load again")
	}
}

func TestFileKnowsItsBytes(t *testing.T) {
	for name, text := range encodings(t, as(twoPeople, ",", "\r\n")) {
		f := mustOpen(t, text)
		sum := sha256.Sum256(text)
		if f.SHA256() != hex.EncodeToString(sum[:]) || f.Size() != int64(len(text)) {
			t.Errorf("%s: %d bytes of %s, want %d of %x", name, f.Size(), f.SHA256(), len(text), sum)
		}
	}
}

// A file can be read once more, to the same rows and the same count.
func TestReadTwice(t *testing.T) {
	f := mustOpen(t, []byte("缴费明细\n"+as(twoPeople, ",", "\n")+"\n合计,,840\n"))
	for range 2 {
		got, err := readFile(t, f)
		if err != nil || len(got.Rows) != 2 || got.Furniture != 3 {
			t.Errorf("%d rows, furniture %d, %v", len(got.Rows), got.Furniture, err)
		}
	}
}

func TestHeaderAlone(t *testing.T) {
	for _, end := range []string{"", "\n", "\r\n", "\r"} {
		got := mustRead(t, []byte("证件号码,姓名,实缴金额"+end))
		if len(got.Rows) != 0 || got.Furniture != 1 || len(got.Headers) != 3 {
			t.Errorf("ended by %q: headers %q, %d rows, furniture %d", end, got.Headers, len(got.Rows), got.Furniture)
		}
	}
}

// What nothing in the table names as a header is still told, so that the
// refusal can name what was found: the row with the most cells.
func TestUnknownHeaders(t *testing.T) {
	got := mustRead(t, []byte("某表\n甲,乙,丙\n1,2,3\n"))
	if strings.Join(got.Headers, "|") != "甲|乙|丙" || len(got.Rows) != 1 || got.Furniture != 2 {
		t.Errorf("headers %q, %d rows, furniture %d", got.Headers, len(got.Rows), got.Furniture)
	}
}

// The first error of who takes the rows ends the reading.
func TestReadStops(t *testing.T) {
	f := mustOpen(t, []byte("证件号码,姓名,实缴金额\n"+strings.Repeat("1,王小明,280\n", 5000)))
	textOf(f).chunk = 64
	full := errors.New("disk full")
	var calls atomic.Int64
	err := textOf(f).Read(t.Context(), 2, func(*Block) error { calls.Add(1); return full })
	if !errors.Is(err, full) || calls.Load() > 2 {
		t.Errorf("after %d calls: %v, want %v at once", calls.Load(), err, full)
	}
	ctx, cancel := context.WithCancel(t.Context())
	calls.Store(0)
	err = textOf(f).Read(ctx, 1, func(*Block) error {
		if calls.Add(1) == 3 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || calls.Load() > 10 {
		t.Errorf("after %d calls: %v, want canceled", calls.Load(), err)
	}
}
