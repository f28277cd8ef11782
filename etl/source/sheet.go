package source

import (
	"context"
	"io"
)

// rowReader gives the stored rows of a sheet one after another.
type rowReader interface {
	// next is the next row: the number a spreadsheet would show for it, from 1,
	// and its cells as text, valid until the next call. io.EOF after the last.
	next() (line int64, cells [][]byte, err error)
	close() error
}

// sheet is one table of a workbook or database file.
type sheet struct {
	name    string
	hidden  bool     // named and skipped, never read
	headers []string // the field list where the format has one: then no header row is looked for
	// open reads from the first row. It is called more than once.
	open func() (rowReader, error)
	// blocks reads all rows in runs, in a faster way than one after another, for
	// a format that knows one: fn is called from up to workers goroutines at
	// once. nil for none.
	blocks func(ctx context.Context, workers int, fn func(*rowRun) error) error
	// merged are the ranges of merged cells, asked for once; nil for none.
	merged func() ([]span, error)
	// skipped is the number of records that are stored and are no rows (those
	// deleted in a DBF file), known after reading; nil for none.
	skipped func() int64
}

// rowRun is a run of rows without gaps. It is valid until fn returns.
type rowRun struct {
	seq   int   // from 0 without gaps, in the order of the rows
	line  int64 // of the first
	rows  int
	cells [][]byte // row-major, as many in each row as there are headers
}

// span is a range of merged cells: rows as shown, from 1; columns from 0. All
// four are within it.
type span struct {
	top, bottom int64
	left, right int
}

// firstRows reads the rows of a sheet that a header may stand in.
func firstRows(where string, s sheet) (rows [][]string, err error) {
	r, err := s.open()
	if err != nil {
		return nil, err
	}
	defer r.close()
	size, filled := 0, 0
	for filled <= headerWithin && len(rows) < headerRows && size < headerBytes {
		line, cells, err := r.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		if len(cells) > maxColumns {
			return nil, tooManyColumns(where, line)
		}
		row := texts(cells)
		if anyFilled(cells) {
			filled++
		} else {
			row = nil
		}
		for _, cell := range row {
			size += len(cell)
		}
		rows = append(rows, row)
	}
	return rows, nil
}
