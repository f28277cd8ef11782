package answer

import (
	"strings"
	"time"
	"unicode"

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
}

// Preview reads the first rows and counts the others for a while.
func Preview(rows array.RecordReader, most int, counting time.Duration) (First, error) {
	fields := rows.Schema().Fields()
	f := First{Right: make([]bool, len(fields))}
	for _, field := range fields {
		f.Columns = append(f.Columns, Visible(field.Name))
		f.Types = append(f.Types, TypeName(field.Type))
	}
	until := time.Now().Add(counting)
	for rows.Next() {
		batch := rows.RecordBatch()
		room := min(int(batch.NumRows()), most-len(f.Rows))
		first := len(f.Rows)
		for range room {
			f.Rows = append(f.Rows, make([]Cell, len(fields)))
		}
		for i, a := range batch.Columns() {
			value, shape := Column(a)
			_, truth := a.(*array.Boolean)
			f.Right[i] = shape == Bare && !truth
			for row := range room {
				cell := Cell{Null: a.IsNull(row), Bool: truth}
				if !cell.Null {
					cell.Text = Visible(string(value(nil, row)))
				}
				f.Rows[first+row][i] = cell
			}
		}
		f.More += batch.NumRows() - int64(room)
		if f.More > 0 && time.Now().After(until) {
			f.Cut = rows.Next()
			break
		}
	}
	return f, rows.Err()
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
