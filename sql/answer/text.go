package answer

import (
	"bytes"
	"context"
	"io"
	"runtime"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// encoder appends a batch as text.
type encoder func(b []byte, batch arrow.RecordBatch) []byte

// stream encodes the batches, several at a time, and writes them in their order.
func stream(ctx context.Context, w io.Writer, rows array.RecordReader, encode func() encoder) (int64, error) {
	type piece struct{ text chan []byte }
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := min(runtime.GOMAXPROCS(0), 4)
	pieces := make(chan piece, 4*workers)
	type job struct {
		batch arrow.RecordBatch
		out   chan []byte
	}
	jobs := make(chan job)
	spare := make(chan []byte, 8*workers)
	for range workers {
		go func() {
			write := encode()
			for j := range jobs {
				var b []byte
				select {
				case b = <-spare:
				default:
				}
				b = write(b[:0], j.batch)
				j.batch.Release()
				j.out <- b
			}
		}()
	}
	n := int64(0)
	go func() {
		defer close(pieces)
		defer close(jobs)
		for rows.Next() {
			batch := rows.RecordBatch()
			batch.Retain()
			n += batch.NumRows()
			out := make(chan []byte, 1)
			select {
			case pieces <- piece{out}:
			case <-ctx.Done():
				batch.Release()
				return
			}
			jobs <- job{batch, out}
		}
	}()
	var failed error
	for p := range pieces {
		b := <-p.text
		if failed == nil {
			if _, failed = w.Write(b); failed != nil {
				cancel()
			}
		}
		select {
		case spare <- b:
		default:
		}
	}
	if failed == nil {
		failed = rows.Err()
	}
	return n, failed
}

// CSV writes the rows with a header. A text that a spreadsheet would take for a
// formula is made harmless; null is empty.
func CSV(ctx context.Context, w io.Writer, rows array.RecordReader, mark bool) (int64, error) {
	var head []byte
	if mark {
		head = append(head, "\ufeff"...)
	}
	for i, f := range rows.Schema().Fields() {
		if i > 0 {
			head = append(head, ',')
		}
		head = appendCSVText(head, []byte(f.Name))
	}
	if _, err := w.Write(append(head, '\n')); err != nil {
		return 0, err
	}
	return stream(ctx, w, rows, func() encoder { return csvBatch })
}

func csvBatch(b []byte, batch arrow.RecordBatch) []byte {
	columns := batch.Columns()
	writes := make([]Value, len(columns))
	for i, a := range columns {
		writes[i] = csvColumn(a)
	}
	alone := len(columns) == 1
	for row := range int(batch.NumRows()) {
		start := len(b)
		for i, write := range writes {
			if i > 0 {
				b = append(b, ',')
			}
			b = write(b, row)
		}
		if alone && len(b) == start { // a blank line would be no row to many readers
			b = append(b, `""`...)
		}
		b = append(b, '\n')
	}
	return b
}

func csvColumn(a arrow.Array) Value {
	value, shape := Column(a)
	write := value
	switch s := a.(type) {
	case *array.String:
		write = func(b []byte, row int) []byte { return appendCSVText(b, s.Value(row)) }
	default:
		if shape == Text || shape == Nested {
			var scratch []byte
			write = func(b []byte, row int) []byte {
				scratch = value(scratch[:0], row)
				return appendCSVText(b, scratch)
			}
		}
	}
	if a.NullN() == 0 {
		return write
	}
	return func(b []byte, row int) []byte {
		if a.IsNull(row) {
			return b
		}
		return write(b, row)
	}
}

// special are the bytes for which a cell is quoted.
var special = func() (s [256]bool) {
	for _, c := range []byte(",\"\n\r") {
		s[c] = true
	}
	return s
}()

func appendCSVText[T string | []byte](b []byte, text T) []byte {
	if len(text) == 0 {
		return append(b, `""`...) // an empty text is no null
	}
	if suspect[text[0]] {
		if harmless := Harmless(string(text)); len(harmless) != len(text) {
			return quoteIfNeeded(b, harmless)
		}
	}
	return quoteIfNeeded(b, text)
}

func quoteIfNeeded[T string | []byte](b []byte, text T) []byte {
	quote := text[0] == ' '
	for i := 0; i < len(text) && !quote; i++ {
		quote = special[text[i]]
	}
	if !quote {
		return append(b, text...)
	}
	b = append(b, '"')
	for i := 0; i < len(text); i++ {
		if text[i] == '"' {
			b = append(b, '"')
		}
		b = append(b, text[i])
	}
	return append(b, '"')
}

// NDJSON writes one JSON object a line.
func NDJSON(ctx context.Context, w io.Writer, rows array.RecordReader) (int64, error) {
	names := jsonNames(rows.Schema(), ":")
	return stream(ctx, w, rows, func() encoder {
		return func(b []byte, batch arrow.RecordBatch) []byte {
			values := jsonValues(batch)
			for row := range int(batch.NumRows()) {
				b = append(b, '{')
				for i, value := range values {
					if i > 0 {
						b = append(b, ',')
					}
					b = value(append(b, names[i]...), row)
				}
				b = append(b, "}\n"...)
			}
			return b
		}
	})
}

// JSONArray writes one array of objects, an object a line.
func JSONArray(ctx context.Context, w io.Writer, rows array.RecordReader) (int64, error) {
	if _, err := io.WriteString(w, "["); err != nil {
		return 0, err
	}
	names := jsonNames(rows.Schema(), ": ")
	n, err := stream(ctx, &trimmed{w: w}, rows, func() encoder {
		return func(b []byte, batch arrow.RecordBatch) []byte {
			values := jsonValues(batch)
			for row := range int(batch.NumRows()) {
				b = append(b, ",\n  {"...)
				for i, value := range values {
					if i > 0 {
						b = append(b, ", "...)
					}
					b = value(append(b, names[i]...), row)
				}
				b = append(b, '}')
			}
			return b
		}
	})
	if err != nil {
		return n, err
	}
	end := "]\n"
	if n > 0 {
		end = "\n]\n"
	}
	_, err = io.WriteString(w, end)
	return n, err
}

// trimmed leaves out the comma before the first object.
type trimmed struct {
	w     io.Writer
	begun bool
}

func (t *trimmed) Write(b []byte) (int, error) {
	if t.begun || len(b) == 0 {
		return t.w.Write(b)
	}
	t.begun = true
	n, err := t.w.Write(bytes.TrimPrefix(b, []byte(",")))
	return n + 1, err
}

func jsonNames(schema *arrow.Schema, colon string) [][]byte {
	var names [][]byte
	for _, f := range schema.Fields() {
		names = append(names, append(appendJSONText(nil, f.Name), colon...))
	}
	return names
}

func jsonValues(batch arrow.RecordBatch) []Value {
	var values []Value
	for _, a := range batch.Columns() {
		values = append(values, JSON(a))
	}
	return values
}
