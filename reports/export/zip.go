package export

import (
	"archive/zip"
	"bytes"
	"cmp"
	"errors"
	"io"
	"io/fs"
	"slices"
	"time"
)

// contentTypes is the part that says what the others are; it comes first, for the
// readers that take a file for what begins it.
const contentTypes = "[Content_Types].xml"

// orderedZip keeps the parts of a file until the end and writes them in the order
// of their names, with a fixed time: the same parts give the same bytes.
type orderedZip struct {
	to    io.Writer
	parts []*part
}

type part struct {
	name string
	bytes.Buffer
}

// Create begins a part.
func (z *orderedZip) Create(name string) (io.Writer, error) {
	p := &part{name: name}
	z.parts = append(z.parts, p)
	return p, nil
}

// AddFS is of files on disk; there are none.
func (z *orderedZip) AddFS(fs.FS) error { return errors.ErrUnsupported }

// Close writes the parts.
func (z *orderedZip) Close() error {
	slices.SortStableFunc(z.parts, func(x, y *part) int {
		if (x.name == contentTypes) != (y.name == contentTypes) {
			if x.name == contentTypes {
				return -1
			}
			return 1
		}
		return cmp.Compare(x.name, y.name)
	})
	w := zip.NewWriter(z.to)
	for _, p := range z.parts {
		to, err := w.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: epoch})
		if err != nil {
			return err
		}
		if _, err := p.WriteTo(to); err != nil {
			return err
		}
	}
	return w.Close()
}

// epoch is the first day a zip archive can tell.
var epoch = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
