package export

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/flate"
	"errors"
	"fmt"
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
	to     io.Writer
	parts  []*part
	folded map[string][]int // rows above or below folded ones, by the name of the part
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
	// More effort would make a workbook a sixth smaller and take three times as long.
	deflate, err := flate.NewWriter(io.Discard, flate.BestSpeed)
	if err != nil {
		return err
	}
	w.RegisterCompressor(zip.Deflate, func(to io.Writer) (io.WriteCloser, error) {
		deflate.Reset(to)
		return deflate, nil
	})
	for _, p := range z.parts {
		to, err := w.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: epoch})
		if err != nil {
			return err
		}
		if _, err := to.Write(folded(p.Bytes(), z.folded[p.name])); err != nil {
			return err
		}
	}
	return w.Close()
}

// epoch is the first day a zip archive can tell.
var epoch = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// folded marks a sheet as one with folded rows, and the rows where they unfold.
// excelize has no word for either; without them Excel may show nothing to click
// at, and LibreOffice takes hidden rows for unfolded ones.
func folded(sheet []byte, rows []int) []byte {
	if len(rows) == 0 {
		return sheet
	}
	out := make([]byte, 0, len(sheet)+(len(rows)+1)*len(collapsed)+len(outlined))
	after := func(mark, insert string) {
		if at := bytes.Index(sheet, []byte(mark)); at >= 0 {
			at += len(mark)
			out = append(append(out, sheet[:at]...), insert...)
			sheet = sheet[at:]
		}
	}
	after("<sheetFormatPr", outlined)
	for _, row := range rows {
		after(fmt.Sprintf(`<row r="%d"`, row), collapsed)
	}
	return append(out, sheet...)
}

const (
	outlined  = ` outlineLevelRow="1"`
	collapsed = ` collapsed="1"`
)
