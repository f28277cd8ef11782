package audit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// The files of the record.
const (
	recordFile = "record.ndjson" // the entries, one a line
	headFile   = "head"          // how far it goes
)

func recordPath(dir string) string { return filepath.Join(dir, recordFile) }
func headPath(dir string) string   { return filepath.Join(dir, headFile) }

// Head is how far a record goes: a record that ends before it was cut off. It
// is written after the entry is on the disk, so it is never ahead of an honest
// record; a crash leaves it behind, and the next entry brings it up.
type Head struct {
	Seq   int64
	Hash  string
	bytes int64 // of the record
}

const headForm = "%019d %s %019d\n"

var errHead = errors.New("the head cannot be read")

func (h Head) text() []byte { return fmt.Appendf(nil, headForm, h.Seq, h.Hash, h.bytes) }

// readHead reads the head of a record: fs.ErrNotExist where there is none,
// errHead where it is none.
func readHead(dir string) (Head, error) {
	text, err := os.ReadFile(headPath(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return Head{}, err
	}
	if err != nil {
		return Head{}, fmt.Errorf("read the head of the record: %w", err)
	}
	var h Head
	n, err := fmt.Sscanf(string(text), headForm, &h.Seq, &h.Hash, &h.bytes)
	if n != 3 || err != nil || string(h.text()) != string(text) || len(h.Hash) != len(none) {
		return Head{}, errHead
	}
	return h, nil
}

// write puts the head in place. All heads are of one length, so a single write
// replaces one by the next. It need not reach the disk: a head that is behind
// is brought up.
func (h Head) write(dir string) error {
	f, err := os.OpenFile(headPath(dir), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("write the head of the record: %w", err)
	}
	_, err = f.WriteAt(h.text(), 0)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write the head of the record: %w", err)
	}
	return nil
}
