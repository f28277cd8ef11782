package source

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"canbao/etl/refuse"
)

// Recogniser tells how well a row of cells serves as a header: higher is
// better, 0 is not at all.
type Recogniser func(cells []string) int

// Table is one table of a file, read once.
type Table interface {
	// Headers are the cells of the header row, of two rows joined into one.
	Headers() []string
	// Read parses the rows under the header and calls fn with blocks of them,
	// from up to workers goroutines at once. A block and its cells are valid
	// until fn returns. The first error ends the reading and is returned.
	Read(ctx context.Context, workers int, fn func(*Block) error) error
	// Furniture is the number of rows that are no data, once Read has ended.
	Furniture() int64
}

// Block is a run of consecutive rows.
type Block struct {
	Seq    int      // blocks are numbered from 0 without gaps, in file order
	Width  int      // cells per row: as many as the header has
	Lines  []int64  // per row, the row a spreadsheet would show, from 1
	Cells  [][]byte // row-major; missing cells are empty
	Ragged []bool   // per row: fewer cells than the header, or filled ones beyond
	raw    func(row int) []string
}

// Raw is the whole row as it stood in the file, with all its cells.
func (b *Block) Raw(row int) []string { return b.raw(row) }

// File is an open extract.
type File struct {
	f      *os.File
	path   string
	info   fs.FileInfo
	sha256 string
	table  *textTable
}

// Open reads the file once to know its bytes and its encoding, and finds its
// header with the help of fit. It refuses what is no readable table of text.
func Open(path string, fit Recogniser) (*File, error) {
	// Asked before it is opened: opening a pipe would wait for its other end.
	if info, err := os.Stat(path); err == nil && !info.IsDir() && !info.Mode().IsRegular() {
		return nil, refusal(path, "不是普通文件", "is not a regular file", "请复制成普通文件再装载", "copy it into a regular file first", nil)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, refusal(path, "打不开："+bare(err), "cannot be opened: "+bare(err), "检查路径和权限", "check the path and its permissions", err)
	}
	file := &File{f: f, path: path}
	if err := file.look(fit); err != nil {
		f.Close()
		return nil, err
	}
	return file, nil
}

// Close closes the file.
func (f *File) Close() error { return f.f.Close() }

// SHA256 is the hash of the file's bytes, in hex.
func (f *File) SHA256() string { return f.sha256 }

// Size is the number of the file's bytes.
func (f *File) Size() int64 { return f.info.Size() }

// Table is the file's table.
func (f *File) Table() Table { return f.table }

func (f *File) look(fit Recogniser) error {
	info, err := f.f.Stat()
	if err != nil {
		return fmt.Errorf("read %s: %w", f.path, err)
	}
	f.info = info
	switch {
	case info.IsDir():
		return refusal(f.path, "是文件夹，不是文件", "is a folder, not a file", "指定文件，或指定上一级文件夹", "name a file, or load the folder", nil)
	case info.Size() == 0:
		return refusal(f.path, "是空文件", "is empty", "请重新导出", "export it again", nil)
	}
	s := newSurvey()
	hash := sha256.New()
	buf := make([]byte, 1<<20)
	for {
		n, err := f.f.Read(buf)
		hash.Write(buf[:n])
		s.see(buf[:n])
		if err == io.EOF {
			break
		}
		if err != nil {
			return refusal(f.path, "读不完："+bare(err), "cannot be read to its end: "+bare(err), "检查磁盘或重新复制文件", "check the disk or copy the file again", err)
		}
	}
	f.sha256 = hex.EncodeToString(hash.Sum(nil))
	enc, err := s.encoding(f.path)
	if err != nil {
		return err
	}
	f.table, err = newTextTable(f, enc, s, fit)
	return err
}

// unchanged refuses a file that was written to while it was read: its rows and
// its hash would not belong together.
func (f *File) unchanged() error {
	now, err := os.Stat(f.path)
	if err == nil && now.Size() == f.info.Size() && now.ModTime().Equal(f.info.ModTime()) {
		return nil
	}
	return refusal(f.path, "读取过程中文件被改动", "changed while it was read", "等文件写完后再装载", "wait until it is written, then load again", err)
}

// kinds are the formats known by their first bytes that are no plain text.
var kinds = []struct{ magic, zh, en string }{
	{"PK\x03\x04", "ZIP 压缩包或 XLSX 工作簿", "a ZIP archive or XLSX workbook"},
	{"\xd0\xcf\x11\xe0", "旧版 XLS 工作簿", "a legacy XLS workbook"},
	{"\x1f\x8b", "GZIP 压缩文件", "a GZIP archive"},
	{"PAR1", "Parquet 文件", "a Parquet file"},
	{"%PDF", "PDF 文件", "a PDF document"},
	{"<?xml", "XML 文件", "an XML document"},
	{"<html", "网页文件", "an HTML page"},
	{"<table", "网页文件", "an HTML page"},
	{"<!DOCTYPE", "网页文件", "an HTML page"},
}

// otherKind refuses by name what is known and cannot be read.
func otherKind(path string, head []byte) error {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	for _, k := range kinds {
		if len(head) >= len(k.magic) && bytes.EqualFold(head[:len(k.magic)], []byte(k.magic)) {
			return refusal(path, "是"+k.zh+"，不能直接装载", "is "+k.en+", which cannot be loaded as it is",
				"打开后另存为 CSV（UTF-8）再装载", "open it and save it as CSV (UTF-8) first", nil)
		}
	}
	return nil
}

func refusal(where, zh, en, doZH, doEN string, cause error) error {
	return &refuse.Error{
		What: refuse.Text{ZH: zh, EN: en}, Where: where, Do: refuse.Text{ZH: doZH, EN: doEN}, Err: cause,
	}
}

// bare is the reason of a file error without the path it repeats.
func bare(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}
