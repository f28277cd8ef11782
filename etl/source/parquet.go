package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/metadata"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"canbao/etl/refuse"
)

// isParquet tells a Parquet file, also one whose list of columns is encrypted.
func isParquet(head []byte) bool {
	return len(head) >= 12 && (string(head[:4]) == "PAR1" || string(head[:4]) == "PARE")
}

// What a Parquet file may ask of the reader. Files of this trade have pages of
// some megabytes and some hundred groups of rows.
const (
	parquetFooter = 16 << 20  // what tells of the columns and where they lie
	parquetPage   = 128 << 20 // a page, unpacked
	parquetBuffer = 256 << 10 // read at once of each column
	parquetRows   = 4096      // rows of a block
)

// parquetFile is an open Parquet file.
type parquetFile struct {
	c       content
	r       io.ReaderAt
	size    int64
	meta    *metadata.FileMetaData
	columns []parquetColumn
}

// parquetSheets is the table of a Parquet file. Its list of columns is row 1.
func parquetSheets(c content) (sheets []sheet, err error) {
	p := &parquetFile{c: c}
	defer p.rescue(&err)
	if p.r, p.size, err = c.ReaderAt(); err != nil {
		return nil, err
	}
	if err := p.checkEnds(); err != nil {
		return nil, err
	}
	reader, err := file.NewParquetReader(io.NewSectionReader(p.r, 0, p.size), file.WithReadProps(p.properties()))
	if err != nil {
		return nil, p.damaged(0, err)
	}
	p.meta = reader.MetaData()
	if p.meta.Schema.NumColumns() > maxColumns {
		return nil, tooManyColumns(c.Name(), 1)
	}
	headers, err := p.list()
	if err != nil {
		return nil, err
	}
	return []sheet{{
		headers: headers,
		open:    func() (rowReader, error) { return p.rows(), nil },
		blocks: func(ctx context.Context, workers int, fn func(*rowRun) error) error {
			return p.read(ctx, workers, fn)
		},
	}}, nil
}

// list reads the columns' names and kinds.
func (p *parquetFile) list() (headers []string, err error) {
	root := p.meta.Schema.Root()
	var nested []string
	for i := range root.NumFields() {
		f := root.Field(i)
		if f.Type() == schema.Group || f.RepetitionType() == parquet.Repetitions.Repeated {
			nested = append(nested, strings.ToValidUTF8(f.Name(), "?"))
		}
	}
	if len(nested) > 0 {
		return nil, p.unsupported(nested, "是嵌套的列", "nested")
	}
	for i := range p.meta.Schema.NumColumns() {
		c, ok := parquetColumnOf(p.meta.Schema.Column(i))
		if !ok {
			nested = append(nested, strings.ToValidUTF8(p.meta.Schema.Column(i).Name(), "?"))
		}
		p.columns = append(p.columns, c)
		headers = append(headers, strings.ToValidUTF8(p.meta.Schema.Column(i).Name(), "?"))
	}
	if len(nested) > 0 {
		return nil, p.unsupported(nested, "的类型读不出来", "of a type that cannot be read")
	}
	if len(headers) == 0 {
		return nil, p.damaged(0, errors.New("no columns"))
	}
	return headers, nil
}

// unsupported names columns that no cell of a table can hold.
func (p *parquetFile) unsupported(columns []string, zh, en string) error {
	more, moreZH := "", ""
	if len(columns) > 8 {
		more, moreZH = fmt.Sprintf(" and %d more", len(columns)-8), fmt.Sprintf("等 %d 列", len(columns))
		columns = columns[:8]
	}
	return refusal(p.c.Name(), "列 "+strings.Join(columns, "、")+moreZH+zh, "has columns that are "+en+": "+strings.Join(columns, ", ")+more,
		"导出时去掉这些列，或改成普通的列再装载", "export it without these columns, or as plain ones", nil)
}

// properties bound what reading a page may take.
func (p *parquetFile) properties() *parquet.ReaderProperties {
	props := parquet.NewReaderProperties(&boundAllocator{Allocator: memory.NewGoAllocator(), left: heldBytes})
	props.BufferedStreamEnabled = true
	props.BufferSize = parquetBuffer
	if n := int64(len(p.columns)); n > 0 {
		props.BufferSize = min(parquetBuffer, max(4<<10, freeBytes/n))
	}
	props.MaxCompressedPageSize, props.MaxUncompressedPageSize = parquetPage, parquetPage
	return props
}

// boundAllocator refuses to give more than it has left. It panics: there is no
// other way out of the reader's decoders.
type boundAllocator struct {
	memory.Allocator
	left int64
}

var errParquetMemory = errors.New("pages too large")

func (b *boundAllocator) Allocate(size int) []byte {
	b.take(int64(size))
	return b.Allocator.Allocate(size)
}

func (b *boundAllocator) Reallocate(size int, old []byte) []byte {
	b.take(int64(size) - int64(len(old)))
	return b.Allocator.Reallocate(size, old)
}

func (b *boundAllocator) Free(old []byte) {
	b.left += int64(len(old))
	b.Allocator.Free(old)
}

func (b *boundAllocator) take(n int64) {
	if b.left -= n; b.left < 0 {
		panic(errParquetMemory)
	}
}

// rescue turns a panic of the decoders, which trust the file in places, into a
// refusal.
func (p *parquetFile) rescue(err *error) {
	switch cause := recover().(type) {
	case nil:
	case error:
		*err = p.damaged(0, cause)
	default:
		*err = p.damaged(0, fmt.Errorf("%v", cause))
	}
}

func (p *parquetFile) damaged(line int64, cause error) error {
	var no *refuse.Error
	if errors.As(cause, &no) {
		return cause
	}
	if errors.Is(cause, errParquetMemory) {
		return refusal(at(p.c.Name(), line), "Parquet 文件的数据页太大", "is a Parquet file with pages too large to read",
			"用较小的行组和数据页重新导出", "export it again with smaller row groups and pages", cause)
	}
	return refusal(at(p.c.Name(), line), "Parquet 文件已损坏、没有传完，或用了读不了的编码", "is a Parquet file that is damaged, incomplete or encoded in a way that cannot be read",
		"请重新导出（SNAPPY 或 ZSTD 压缩）或重新传输该文件", "export it again (compressed with SNAPPY or ZSTD) or transfer it again", cause)
}
