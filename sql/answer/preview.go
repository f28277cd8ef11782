package answer

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow/array"
)

// Cell is a value as people read it; a null has none.
type Cell struct {
	Text string
	Null bool
	Bool bool // Text is true or false
}

// First is the first rows of an answer, for people.
type First struct {
	Columns []string
	Types   []string // as DuckDB names them
	Right   []bool   // columns of numbers
	Rows    [][]Cell
	More    int64 // rows beyond these
	Cut     bool  // there are even more: counting them was given up
	Short   bool  // a value is longer than what is shown of it
}

// Preview reads the first rows and counts the others for a while.
func Preview(rows array.RecordReader, most int, counting time.Duration) (First, error) {
	return Look{Rows: most, Counting: counting}.Read(rows)
}

// Look says how much of an answer is shown.
type Look struct {
	Rows     int
	Cell     int           // bytes of a value, a longer one is cut; 0: any
	Bytes    int           // of all values together, where they end the rows; 0: any
	Counting time.Duration // how long the other rows are counted
}

// Read reads the first rows and counts the others.
func (l Look) Read(rows array.RecordReader) (First, error) {
	fields := rows.Schema().Fields()
	f := First{Right: make([]bool, len(fields))}
	for _, field := range fields {
		f.Columns = append(f.Columns, Visible(field.Name))
		f.Types = append(f.Types, TypeName(field.Type))
	}
	until, bytes := time.Now().Add(l.Counting), 0
	for rows.Next() {
		batch := rows.RecordBatch()
		columns := make([]func(row int) Cell, len(fields))
		for i, a := range batch.Columns() {
			value, shape := Column(a)
			_, truth := a.(*array.Boolean)
			f.Right[i] = shape == Bare && !truth
			columns[i] = func(row int) Cell {
				if a.IsNull(row) {
					return Cell{Null: true, Bool: truth}
				}
				text, cut := shortened(value(nil, row), l.Cell)
				f.Short = f.Short || cut
				return Cell{Text: Visible(text), Bool: truth}
			}
		}
		shown := 0
		for ; shown < int(batch.NumRows()) && len(f.Rows) < l.Rows && f.More == 0 && (l.Bytes == 0 || bytes < l.Bytes); shown++ {
			cells := make([]Cell, len(fields))
			for i, cell := range columns {
				cells[i] = cell(shown)
				bytes += len(cells[i].Text)
			}
			f.Rows = append(f.Rows, cells)
		}
		f.More += batch.NumRows() - int64(shown)
		if f.More > 0 && time.Now().After(until) {
			f.Cut = rows.Next()
			break
		}
	}
	return f, rows.Err()
}

// shortened is a value of so many bytes at most, and whether that is not all.
func shortened(value []byte, most int) (string, bool) {
	if most == 0 || len(value) <= most {
		return string(value), false
	}
	for most > 0 && !utf8.RuneStart(value[most]) {
		most--
	}
	return string(value[:most]) + "…", true
}

// Visible is a text as a terminal may show it: nothing in it moves the cursor
// or ends the line.
func Visible(text string) string {
	if strings.IndexFunc(text, unicode.IsControl) < 0 {
		return text
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case unicode.IsControl(r):
			return '\ufffd'
		}
		return r
	}, text)
}
