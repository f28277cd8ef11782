package synth

import (
	"io"
	"path"
	"strings"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"
)

// form is how extracts are written.
type form uint8

const (
	asText    form = iota // as each office does
	asParquet             // columns of text in Parquet
)

// named is the name of a file in the form.
func (f form) named(name string) string {
	if f == asText {
		return name
	}
	return strings.TrimSuffix(name, path.Ext(name)) + ".parquet"
}

// named is the name of a file of the city: in a province each has folders of
// its own.
func (c *city) named(name string) string {
	if c.number > 0 {
		dir, base := path.Split(name)
		name = dir + c.code + "/" + base
	}
	return c.form.named(name)
}

// groupRows is how many rows go into one group of a Parquet file: what is held
// of a file while it is written.
const groupRows = 64 << 10

// rowGroup gathers rows until there are enough for a group.
type rowGroup struct {
	out   *file.Writer
	count *counter
	rows  int
	cols  []cellColumn
	size  int64 // bytes written, once closed
}

// cellColumn is the cells of one column, one behind the other.
type cellColumn struct {
	text   []byte
	ends   []int
	filled []int16 // 1 where the cell is not empty
	values []parquet.ByteArray
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}

// newRowGroup begins a Parquet file of text columns; empty cells are null.
func newRowGroup(w io.Writer, cols []column) (*rowGroup, error) {
	var fields schema.FieldList
	props := []parquet.WriterProperty{parquet.WithCompression(compress.Codecs.Zstd), parquet.WithCompressionLevel(1), parquet.WithStats(false)}
	for _, c := range cols {
		node, err := schema.NewPrimitiveNodeLogical(c.header, parquet.Repetitions.Optional, schema.StringLogicalType{}, parquet.Types.ByteArray, -1, -1)
		if err != nil {
			return nil, err
		}
		fields = append(fields, node)
		switch c.field {
		case fSerial, fID, fName, fReceipt, fRefunds, fPaidAt:
			props = append(props, parquet.WithDictionaryFor(c.header, false)) // hardly a cell comes twice
		}
	}
	root, err := schema.NewGroupNode("schema", parquet.Repetitions.Required, fields, -1)
	if err != nil {
		return nil, err
	}
	count := &counter{w: w}
	return &rowGroup{count: count, cols: make([]cellColumn, len(cols)),
		out: file.NewParquetWriter(count, root, file.WithWriterProps(parquet.NewWriterProperties(props...)))}, nil
}

// add takes in the row of the table.
func (g *rowGroup) add(t *table) error {
	for i := range g.cols {
		c, cell := &g.cols[i], t.buf[t.at[i]:t.at[i+1]-1]
		c.text = append(c.text, cell...)
		c.ends = append(c.ends, len(c.text))
		c.filled = append(c.filled, int16(flagged(len(cell) > 0, 1)))
	}
	if g.rows++; g.rows == groupRows {
		return g.flush()
	}
	return nil
}

func (g *rowGroup) flush() error {
	if g.rows == 0 {
		return nil
	}
	group, err := g.out.AppendRowGroupChecked()
	if err != nil {
		return err
	}
	for i := range g.cols {
		c := &g.cols[i]
		writer, err := group.NextColumn()
		if err != nil {
			return err
		}
		from := 0
		for k, end := range c.ends {
			if c.filled[k] == 1 {
				c.values = append(c.values, c.text[from:end])
			}
			from = end
		}
		if _, err := writer.(*file.ByteArrayColumnChunkWriter).WriteBatch(c.values, c.filled, nil); err != nil {
			return err
		}
		if err := writer.Close(); err != nil {
			return err
		}
		c.text, c.ends, c.filled, c.values = c.text[:0], c.ends[:0], c.filled[:0], c.values[:0]
	}
	g.rows = 0
	return group.Close()
}

func (g *rowGroup) close() error {
	if err := g.flush(); err != nil {
		return err
	}
	g.cols = nil
	err := g.out.Close()
	g.size = g.count.n
	return err
}
