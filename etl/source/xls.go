package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/richardlehane/mscfb"
)

// isXLS tells a legacy workbook: a container of OLE2, or its records bare.
func isXLS(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) || isRawBiff(head)
}

// xlsSheets lists the sheets of a legacy workbook. Its records are taken into
// memory: a sheet ends at 65,536 rows, and what is merged stands behind them.
func xlsSheets(c content) ([]sheet, error) {
	data, err := xlsRecords(c)
	if err != nil {
		return nil, err
	}
	return biffSheets(c.Name(), data)
}

// biffSheets lists the sheets in the records of a workbook.
func biffSheets(name string, data []byte) ([]sheet, error) {
	book, err := newBiffBook(name, data)
	if err != nil {
		return nil, err
	}
	sheets := make([]sheet, 0, len(book.sheets))
	for i := range book.sheets {
		s := &book.sheets[i]
		sheets = append(sheets, sheet{
			name: s.name, hidden: s.hidden, open: s.open,
			merged: func() ([]span, error) { return s.mergers, nil },
		})
	}
	return sheets, nil
}

// xlsRecords is the stream of records of a workbook.
func xlsRecords(c content) ([]byte, error) {
	r, size, err := c.ReaderAt()
	if err != nil {
		return nil, err
	}
	if !roomOf(c).hold(size) {
		return nil, refusal(c.Name(), fmt.Sprintf("XLS 工作簿太大（上限 %d MB）", heldBytes>>20),
			fmt.Sprintf("is too large for a legacy XLS workbook (%d MB at most)", heldBytes>>20), saveAsXLSX.ZH, saveAsXLSX.EN, nil)
	}
	head := make([]byte, 8)
	if n, err := r.ReadAt(head, 0); n < len(head) && err != nil {
		return nil, unreadable(c.Name(), err)
	}
	if !isRawBiff(head) {
		return oleWorkbook(c.Name(), r, size)
	}
	data := make([]byte, size)
	if n, err := r.ReadAt(data, 0); int64(n) < size {
		return nil, unreadable(c.Name(), err)
	}
	return data, nil
}

// oleStreams are what a container can hold. The later kinds of workbook come
// first: a file saved for old and new programs has both.
var oleStreams = []struct {
	name     string
	workbook bool
	zh, en   string
}{
	{"Workbook", true, "", ""},
	{"Book", true, "", ""},
	{"EncryptedPackage", false, "", ""},
	{"WordDocument", false, "是 Word 文档", "is a Word document"},
	{"PowerPoint Document", false, "是 PowerPoint 文档", "is a PowerPoint document"},
}

// oleWorkbook reads the workbook's stream out of its container.
func oleWorkbook(name string, r io.ReaderAt, size int64) (data []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			data, err = nil, damagedXLS(name, fmt.Errorf("container: %v", p))
		}
	}()
	sectors := &oleReader{r: r, left: oleDirectory}
	box, err := mscfb.New(sectors)
	if err != nil {
		return nil, damagedXLS(name, err)
	}
	sectors.begin(size)
	for _, want := range oleStreams {
		for _, f := range box.File {
			if len(f.Path) > 0 || !strings.EqualFold(f.Name, want.name) {
				continue
			}
			switch {
			case want.workbook:
				if f.Size > size {
					return nil, damagedXLS(name, io.ErrUnexpectedEOF)
				}
				data, err := readStream(f)
				if err != nil {
					return nil, damagedXLS(name, err)
				}
				return data, nil
			case want.name == "EncryptedPackage":
				return nil, encrypted(name)
			}
			return nil, refusal(name, want.zh+"，不是表格", want.en+", not a spreadsheet", "导出为表格再装载", "export the table as a spreadsheet", nil)
		}
	}
	return nil, refusal(name, "里面没有 Excel 工作簿", "holds no Excel workbook", saveAsXLSX.ZH, saveAsXLSX.EN, nil)
}

// readStream reads a stream of the container to its end, in pieces: the
// container's reader takes long over many sectors at once.
func readStream(f *mscfb.File) ([]byte, error) {
	data := make([]byte, f.Size)
	for read := 0; read < len(data); {
		n, err := f.Read(data[read:min(len(data), read+64<<10)])
		read += n
		if err != nil && (!errors.Is(err, io.EOF) || read < len(data)) {
			return nil, err
		}
		if n == 0 {
			return nil, io.ErrUnexpectedEOF
		}
	}
	return data, nil
}

// oleDirectory is how much of a container may be read to know what is in it:
// some thousand entries. A workbook has a few dozen.
const oleDirectory = 384 << 10

var (
	errOLEDirectory = errors.New("its directory is too large")
	errOLECycle     = errors.New("a chain of its sectors leads back into itself")
)

// oleReader bounds how much of a container is read to know what is in it, and
// sees to it that no sector comes twice in the stream that is read then.
type oleReader struct {
	r    io.ReaderAt
	left int64
	seen []uint64 // a bit for each piece of 64 bytes, the smallest sector
}

// begin begins to read a stream.
func (o *oleReader) begin(size int64) { o.seen = make([]uint64, size/64/64+1) }

func (o *oleReader) ReadAt(p []byte, off int64) (int, error) {
	if o.seen == nil {
		if o.left -= int64(len(p)); o.left < 0 {
			return 0, errOLEDirectory
		}
		return o.r.ReadAt(p, off)
	}
	if len(p) > 4 { // what leads from sector to sector is read four bytes at a time
		for piece := off / 64; piece < (off+int64(len(p))+63)/64 && piece/64 < int64(len(o.seen)); piece++ {
			bit := uint64(1) << (piece % 64)
			if o.seen[piece/64]&bit != 0 {
				return 0, errOLECycle
			}
			o.seen[piece/64] |= bit
		}
	}
	return o.r.ReadAt(p, off)
}
