package etl

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// heldRow is a row held back, its text already sealed.
type heldRow struct {
	line    int64
	reasons reasonSet
	number  int64  // 暂存号 that a corrected sheet gives, 0 for none
	town    string // code of the town its own town cell names, "" where it names none
	sealed  []byte
}

// heldBytes is how much of the rows held back is kept in memory.
const heldBytes = 64 << 20

// heldRows are the rows of a file that were held back, in file order. A file of
// any size may be wrong throughout, so past some size they wait in a temporary
// file: sealed, as everything of them is.
type heldRows struct {
	rows   []heldRow
	bytes  int
	count  int64
	counts map[reasonSet]int64
	file   *os.File
	w      *bufio.Writer
}

func (h *heldRows) add(rows []heldRow) error {
	if h.counts == nil {
		h.counts = map[reasonSet]int64{}
	}
	for _, r := range rows {
		h.count++
		h.counts[r.reasons]++
		h.bytes += len(r.sealed) + 64
	}
	h.rows = append(h.rows, rows...)
	if h.bytes < heldBytes {
		return nil
	}
	return h.spill()
}

// spill moves what is in memory to the temporary file.
func (h *heldRows) spill() error {
	if h.file == nil {
		f, err := os.CreateTemp("", "canbao-held-*")
		if err != nil {
			return fmt.Errorf("put rows held back aside: %w", err)
		}
		// Without a name nothing is left of it, however the program ends. Where an
		// open file keeps its name, close removes it.
		os.Remove(f.Name())
		h.file, h.w = f, bufio.NewWriterSize(f, 1<<20)
	}
	var head [40]byte
	for _, r := range h.rows {
		for i, n := range []uint64{uint64(r.line), uint64(r.reasons), uint64(r.number), uint64(len(r.town)), uint64(len(r.sealed))} {
			binary.LittleEndian.PutUint64(head[i*8:], n)
		}
		h.w.Write(head[:])
		h.w.WriteString(r.town)
		if _, err := h.w.Write(r.sealed); err != nil {
			return fmt.Errorf("put rows held back aside: %w", err)
		}
	}
	h.rows, h.bytes = nil, 0
	return nil
}

// close lets the temporary file go.
func (h *heldRows) close() {
	if h.file != nil {
		h.file.Close()
		os.Remove(h.file.Name())
	}
}

// reader gives the rows as batches, once.
func (h *heldRows) reader(list *reasonList) (*heldReader, error) {
	r := &heldReader{list: list, rows: h.rows, texts: map[reasonSet]string{}}
	if h.file == nil {
		return r, nil
	}
	if err := h.spill(); err != nil {
		return nil, err
	}
	r.rows = nil
	if err := h.w.Flush(); err != nil {
		return nil, fmt.Errorf("put rows held back aside: %w", err)
	}
	if _, err := h.file.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("read rows put aside: %w", err)
	}
	r.file = bufio.NewReaderSize(h.file, 1<<20)
	return r, nil
}

var heldSchema = arrow.NewSchema([]arrow.Field{
	{Name: "line", Type: arrow.PrimitiveTypes.Int64},
	{Name: "reasons", Type: arrow.BinaryTypes.String},
	{Name: "number", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	{Name: "town", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "sealed", Type: arrow.BinaryTypes.Binary},
}, nil)

// heldReader is an array.RecordReader of rows held back.
type heldReader struct {
	list    *reasonList
	rows    []heldRow
	file    *bufio.Reader // the rows, where they were put aside
	texts   map[reasonSet]string
	current arrow.RecordBatch
	err     error
}

var _ array.RecordReader = (*heldReader)(nil)

// heldAtOnce is how many rows make a batch.
const heldAtOnce = 8192

func (r *heldReader) Next() bool {
	b := array.NewRecordBuilder(memory.DefaultAllocator, heldSchema)
	defer b.Release()
	n := 0
	for ; n < heldAtOnce; n++ {
		row, ok := r.next()
		if !ok {
			break
		}
		r.build(b, row)
	}
	if r.current != nil {
		r.current.Release()
	}
	r.current = b.NewRecordBatch()
	return n > 0 && r.err == nil
}

func (r *heldReader) next() (row heldRow, ok bool) {
	if r.file == nil {
		if len(r.rows) == 0 {
			return row, false
		}
		row, r.rows = r.rows[0], r.rows[1:]
		return row, true
	}
	var head [40]byte
	if _, err := io.ReadFull(r.file, head[:]); err != nil {
		if !errors.Is(err, io.EOF) {
			r.err = fmt.Errorf("read rows put aside: %w", err)
		}
		return row, false
	}
	field := func(i int) uint64 { return binary.LittleEndian.Uint64(head[i*8:]) }
	rest := make([]byte, field(3)+field(4))
	if _, err := io.ReadFull(r.file, rest); err != nil {
		r.err = fmt.Errorf("read rows put aside: %w", err)
		return row, false
	}
	return heldRow{line: int64(field(0)), reasons: reasonSet(field(1)), number: int64(field(2)),
		town: string(rest[:field(3)]), sealed: rest[field(3):]}, true
}

func (r *heldReader) build(b *array.RecordBuilder, row heldRow) {
	text, ok := r.texts[row.reasons]
	if !ok {
		text = r.list.text(row.reasons)
		r.texts[row.reasons] = text
	}
	b.Field(0).(*array.Int64Builder).Append(row.line)
	b.Field(1).(*array.StringBuilder).Append(text)
	if number := b.Field(2).(*array.Int64Builder); row.number > 0 {
		number.Append(row.number)
	} else {
		number.AppendNull()
	}
	if town := b.Field(3).(*array.StringBuilder); row.town != "" {
		town.Append(row.town)
	} else {
		town.AppendNull()
	}
	b.Field(4).(*array.BinaryBuilder).Append(row.sealed)
}

func (r *heldReader) Schema() *arrow.Schema          { return heldSchema }
func (r *heldReader) RecordBatch() arrow.RecordBatch { return r.current }
func (r *heldReader) Record() arrow.RecordBatch      { return r.current }
func (r *heldReader) Err() error                     { return r.err }
func (r *heldReader) Retain()                        {}
func (r *heldReader) Release()                       {}
