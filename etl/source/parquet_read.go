package source

import (
	"context"
	"io"

	"golang.org/x/sync/errgroup"

	"github.com/apache/arrow-go/v18/parquet/file"
)

// parquetBatch is a run of rows, column by column.
type parquetBatch struct {
	seq    int
	line   int64
	rows   int
	values []parquetValues
}

// parquetCursor reads a file in runs of rows, one row group after another.
type parquetCursor struct {
	p      *parquetFile
	reader *file.Reader
	group  int
	chunks []file.ColumnChunkReader // of the group
	left   int64                    // rows of the group
	line   int64                    // of the last row read; the columns' names are row 1
	seq    int
	spare  int64 // bytes of text that may still come out of the file
}

func (p *parquetFile) start() (*parquetCursor, error) {
	reader, err := file.NewParquetReader(io.NewSectionReader(p.r, 0, p.size), file.WithReadProps(p.properties()), file.WithMetadata(p.meta))
	if err != nil {
		return nil, p.damaged(0, err)
	}
	return &parquetCursor{p: p, reader: reader, group: -1, line: 1, spare: max(freeBytes, maxRatio*p.size)}, nil
}

func (c *parquetCursor) close() {
	for _, chunk := range c.chunks {
		if chunk != nil {
			chunk.Close()
		}
	}
	c.chunks = nil
}

// next reads the next rows into b; io.EOF after the last.
func (c *parquetCursor) next(b *parquetBatch) (err error) {
	defer c.p.rescue(&err)
	for c.left == 0 {
		if err := c.turn(); err != nil {
			return err
		}
	}
	b.seq, b.line, b.rows = c.seq, c.line+1, int(min(c.left, parquetRows))
	b.values = grown(b.values, len(c.chunks))
	for i, chunk := range c.chunks {
		v := &b.values[i]
		if err := v.read(chunk, b.rows, c.p.columns[i].optional); err != nil {
			return c.p.damaged(c.line+1, err)
		}
		c.spare -= int64(len(v.text) + b.rows)
	}
	if c.spare < 0 {
		return bomb(c.p.c.Name())
	}
	c.seq++
	c.left -= int64(b.rows)
	c.line += int64(b.rows)
	return nil
}

// turn goes on to the next row group.
func (c *parquetCursor) turn() error {
	c.close()
	if c.group++; c.group >= c.p.meta.NumRowGroups() {
		return io.EOF
	}
	group := c.reader.RowGroup(c.group)
	if c.left = group.NumRows(); c.left < 0 || group.NumColumns() != len(c.p.columns) {
		c.left = 0
		return c.p.damaged(c.line+1, errParquetCount)
	}
	if c.left == 0 {
		return nil
	}
	for i := range c.p.columns {
		chunk, err := group.Column(i)
		if err != nil {
			return c.p.damaged(c.line+1, err)
		}
		c.chunks = append(c.chunks, chunk)
	}
	return nil
}

// read reads the file in blocks: one goroutine unpacks and takes the pages
// apart, workers make text of what is in them.
func (p *parquetFile) read(ctx context.Context, workers int, fn func(*rowRun) error) error {
	c, err := p.start()
	if err != nil {
		return err
	}
	defer c.close()
	work, ctx := errgroup.WithContext(ctx)
	batches := make(chan *parquetBatch)
	spare := make(chan *parquetBatch, workers+2)
	work.Go(func() error {
		defer close(batches)
		for {
			var b *parquetBatch
			select {
			case b = <-spare:
			default:
				b = &parquetBatch{}
			}
			err := c.next(b)
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			select {
			case batches <- b:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	})
	for range max(1, workers) {
		work.Go(func() error {
			var w parquetWriter
			for b := range batches {
				run, err := w.run(p, b)
				if err == nil {
					err = fn(run)
				}
				if err != nil {
					return err
				}
				select {
				case spare <- b:
				default:
				}
			}
			return nil
		})
	}
	return work.Wait()
}

// parquetLines gives the rows one by one, for who looks at the first of them.
type parquetLines struct {
	p      *parquetFile
	cursor *parquetCursor
	batch  parquetBatch
	writer parquetWriter
	run    *rowRun
	at     int
}

func (p *parquetFile) rows() rowReader { return &parquetLines{p: p} }

func (r *parquetLines) close() error {
	if r.cursor != nil {
		r.cursor.close()
	}
	return nil
}

func (r *parquetLines) next() (line int64, cells [][]byte, err error) {
	if r.cursor == nil {
		if r.cursor, err = r.p.start(); err != nil {
			return 0, nil, err
		}
	}
	for r.run == nil || r.at == r.run.rows {
		if err := r.cursor.next(&r.batch); err != nil {
			return 0, nil, err
		}
		if r.run, err = r.writer.run(r.p, &r.batch); err != nil {
			return 0, nil, err
		}
		r.at = 0
	}
	width := len(r.p.columns)
	r.at++
	return r.run.line + int64(r.at) - 1, r.run.cells[(r.at-1)*width : r.at*width], nil
}
