package source

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"

	"canbao/etl/refuse"
)

// Recogniser tells how well a row of cells serves as a header: higher is
// better, 0 is not at all.
type Recogniser func(cells []string) int

// Table is one table of a file.
type Table interface {
	// Headers are the cells of the header row, of two rows joined into one.
	Headers() []string
	// Read parses the rows under the header and calls fn with blocks of them,
	// from up to workers goroutines at once. A block and its cells are valid
	// until fn returns. The first error ends the reading and is returned.
	Read(ctx context.Context, workers int, fn func(*Block) error) error
	// Furniture is the number of rows that are no data, once Read has ended.
	Furniture() int64
	// Unnamed are the columns, by their letters, that have text under no
	// header and were kept out, once Read has ended.
	Unnamed() []string
	// Deleted is the number of records that are stored and marked as deleted,
	// once Read has ended. They are neither rows nor furniture.
	Deleted() int64
}

// Block is a run of consecutive rows.
type Block struct {
	Seq    int      // blocks are numbered from 0 without gaps, in file order
	Width  int      // cells per row: as many as the header has
	Lines  []int64  // per row, the row a spreadsheet would show, from 1
	Cells  [][]byte // row-major; missing cells are empty
	Bytes  int      // of the text it was cut from, 0 where that is not known
	Ragged []bool   // delimited text, per row: fewer cells than the header, or filled ones beyond
	raw    func(row int) []string
}

// Raw is the whole row as it stood in the file, with all its cells.
func (b *Block) Raw(row int) []string { return b.raw(row) }

// Part is one table of a file. Its name is empty where the file, or the only
// member of an archive, is the table; else it tells the sheet, the member of
// the archive, or "member/sheet".
type Part struct {
	Name  string
	Table Table
}

// File is an open extract.
type File struct {
	disk    *diskFile
	info    fs.FileInfo
	sha256  string
	parts   []Part
	skipped []refuse.Text
}

// Open reads the file once to know its bytes, tells its format by them, and
// finds its tables and their headers with the help of fit. It refuses what
// holds no readable table.
func Open(path string, fit Recogniser) (*File, error) {
	// Asked before it is opened: opening a pipe would wait for its other end.
	if info, err := os.Stat(path); err == nil && !info.IsDir() && !info.Mode().IsRegular() {
		return nil, refusal(path, "不是普通文件", "is not a regular file", "请复制成普通文件再装载", "copy it into a regular file first", nil)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, refusal(path, "打不开："+bare(err), "cannot be opened: "+bare(err), "检查路径和权限", "check the path and its permissions", err)
	}
	file := &File{disk: &diskFile{f: f, path: path}}
	if err := file.look(fit); err != nil {
		f.Close()
		return nil, err
	}
	return file, nil
}

// Close closes the file.
func (f *File) Close() error { return f.disk.f.Close() }

// SHA256 is the hash of the file's bytes, in hex.
func (f *File) SHA256() string { return f.sha256 }

// Size is the number of the file's bytes.
func (f *File) Size() int64 { return f.info.Size() }

// Parts are the tables of the file, at least one, in the order they stand in.
func (f *File) Parts() []Part { return f.parts }

// Skipped tells what of the file is not read, and why: hidden and empty sheets,
// and those of an archive or workbook that hold no table of people.
func (f *File) Skipped() []refuse.Text { return f.skipped }

func (f *File) look(fit Recogniser) error {
	info, err := f.disk.f.Stat()
	if err != nil {
		return fmt.Errorf("read %s: %w", f.disk.path, err)
	}
	f.info, f.disk.size, f.disk.room = info, info.Size(), newRoom(info.Size())
	switch {
	case info.IsDir():
		return refusal(f.disk.path, "是文件夹，不是文件", "is a folder, not a file", "指定文件，或指定上一级文件夹", "name a file, or load the folder", nil)
	case info.Size() == 0:
		return emptyFile(f.disk.path)
	}
	find := &finder{fit: fit, unchanged: f.unchanged}
	hash := sha256.New()
	if find.outer, err = surveyOf(f.disk, hash); err != nil {
		return err
	}
	f.sha256 = hex.EncodeToString(hash.Sum(nil))
	if err := find.in(f.disk, "", 0); err != nil {
		return err
	}
	f.parts, f.skipped, err = find.result(f.disk.path)
	return err
}

// surveyed are buffers to look through contents: an archive may have thousands
// of small ones.
var surveyed = sync.Pool{New: func() any { b := make([]byte, 1<<20); return &b }}

// surveyOf looks at every byte of a content. A hash is fed on the way; where
// there is none, what the first bytes show to be no text is not read on.
func surveyOf(c content, hash io.Writer) (*survey, error) {
	r, err := c.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	s := newSurvey()
	held := surveyed.Get().(*[]byte)
	defer surveyed.Put(held)
	buf := *held
	for text := true; ; {
		n, err := r.Read(buf)
		if text {
			s.see(buf[:n])
			text = !s.nul || s.wide()
		}
		if hash != nil {
			hash.Write(buf[:n])
		} else if !text {
			return s, nil
		}
		if err == io.EOF {
			return s, nil
		}
		if err != nil {
			return nil, unreadable(c.Name(), err)
		}
	}
}

func emptyFile(where string) error {
	return refusal(where, "是空文件", "is empty", "请重新导出", "export it again", nil)
}

// unreadable refuses what the disk does not give. A refusal from below, such
// as that of a damaged archive, stays what it is.
func unreadable(where string, err error) error {
	var no *refuse.Error
	if errors.As(err, &no) {
		return err
	}
	return refusal(where, "读不完："+bare(err), "cannot be read to its end: "+bare(err), "检查磁盘或重新复制文件", "check the disk or copy the file again", err)
}

// unchanged refuses a file that was written to while it was read: its rows and
// its hash would not belong together.
func (f *File) unchanged() error {
	now, err := os.Stat(f.disk.path)
	if err == nil && now.Size() == f.info.Size() && now.ModTime().Equal(f.info.ModTime()) {
		return nil
	}
	return refusal(f.disk.path, "读取过程中文件被改动", "changed while it was read", "等文件写完后再装载", "wait until it is written, then load again", err)
}

func refusal(where, zh, en, doZH, doEN string, cause error) error {
	return &refuse.Error{What: say(zh, en), Where: where, Do: say(doZH, doEN), Err: cause}
}

// bare is the reason of a file error without the path it repeats.
func bare(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}
