package trino

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"canbao/sql/duck"
)

// fetched is how many rows travel together.
const fetched = 10_000

// Ask brings the answer of a query on the tables of snapshot number into a new
// table of the database that conn is a connection to, in the order the engine
// gives it. The query is in the engine's words.
func (db *DB) Ask(ctx context.Context, number int, query string, args []any, conn *sql.Conn, table string) (int64, error) {
	rows, err := db.QueryContext(ctx, placed(query, number), args...)
	if err != nil {
		return 0, db.fault(err)
	}
	defer rows.Close()
	columns, err := answered(rows)
	if err != nil {
		return 0, db.fault(err)
	}
	var names, values []string
	for i, c := range columns {
		names = append(names, quote(c.name)+" "+c.kind)
		values = append(values, fmt.Sprintf("cast(c%d as %s)", i, c.kind))
	}
	if _, err := conn.ExecContext(ctx, fmt.Sprintf("create table %s (%s)", table, strings.Join(names, ", "))); err != nil {
		return 0, fmt.Errorf("keep the answer: %w", err)
	}
	reader := &batches{db: db, rows: rows, columns: columns, schema: schemaOf(columns)}
	n, err := duck.Append(ctx, conn, fmt.Sprintf("insert into %s select %s from incoming", table, strings.Join(values, ", ")), reader)
	if err != nil {
		return 0, err
	}
	return n, nil
}

// answered are the columns of an answer as DuckDB keeps them.
func answered(rows *sql.Rows) ([]column, error) {
	kinds, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	var columns []column
	for _, k := range kinds {
		c := column{name: k.Name(), kind: "varchar"}
		name := strings.ToLower(k.DatabaseTypeName())
		switch head, _, _ := strings.Cut(name, "("); strings.TrimSpace(head) {
		case "boolean", "tinyint", "smallint", "integer", "bigint", "real", "double", "date":
			c.kind = strings.TrimSpace(head)
		case "timestamp":
			c.kind = "timestamp"
		case "decimal":
			c.kind = "decimal(38, 10)"
			if precision, scale, ok := k.DecimalSize(); ok {
				c.kind = fmt.Sprintf("decimal(%d, %d)", precision, scale)
			} else if strings.Contains(name, "(") {
				c.kind = name
			}
		}
		columns = append(columns, c)
	}
	return columns, nil
}

// schemaOf is that of the batches: numbers and truth as they are, all else as
// text, which DuckDB casts.
func schemaOf(columns []column) *arrow.Schema {
	var fields []arrow.Field
	for i, c := range columns {
		var kind arrow.DataType = arrow.BinaryTypes.String
		switch c.kind {
		case "boolean":
			kind = arrow.FixedWidthTypes.Boolean
		case "tinyint", "smallint", "integer", "bigint":
			kind = arrow.PrimitiveTypes.Int64
		case "real", "double":
			kind = arrow.PrimitiveTypes.Float64
		}
		fields = append(fields, arrow.Field{Name: fmt.Sprintf("c%d", i), Type: kind, Nullable: true})
	}
	return arrow.NewSchema(fields, nil)
}

// batches reads an answer as Arrow batches: array.RecordReader.
type batches struct {
	db      *DB
	rows    *sql.Rows
	columns []column
	schema  *arrow.Schema
	batch   arrow.RecordBatch
	err     error
}

func (b *batches) Retain()                        {}
func (b *batches) Schema() *arrow.Schema          { return b.schema }
func (b *batches) RecordBatch() arrow.RecordBatch { return b.batch }
func (b *batches) Record() arrow.RecordBatch      { return b.batch }
func (b *batches) Err() error                     { return b.err }

func (b *batches) Release() {
	if b.batch != nil {
		b.batch.Release()
		b.batch = nil
	}
}

// Next reads the next batch.
func (b *batches) Next() bool {
	b.Release()
	builder := array.NewRecordBuilder(memory.DefaultAllocator, b.schema)
	defer builder.Release()
	values, into := make([]any, len(b.columns)), make([]any, len(b.columns))
	for i := range values {
		into[i] = &values[i]
	}
	n := 0
	for n < fetched && b.rows.Next() {
		if b.err = b.rows.Scan(into...); b.err != nil {
			return false
		}
		for i, v := range values {
			if b.err = add(builder.Field(i), v); b.err != nil {
				b.err = fmt.Errorf("read column %s of the answer: %w", b.columns[i].name, b.err)
				return false
			}
		}
		n++
	}
	if err := b.rows.Err(); err != nil {
		b.err = b.db.fault(err)
		return false
	}
	if n == 0 {
		return false
	}
	b.batch = builder.NewRecordBatch()
	return true
}

var errKind = errors.New("a value of another kind than its column")

// add adds one value as the driver gives it.
func add(to array.Builder, value any) error {
	if value == nil {
		to.AppendNull()
		return nil
	}
	switch to := to.(type) {
	case *array.BooleanBuilder:
		v, ok := value.(bool)
		if !ok {
			return errKind
		}
		to.Append(v)
	case *array.Int64Builder:
		switch v := value.(type) {
		case int64:
			to.Append(v)
		case json.Number:
			n, err := v.Int64()
			if err != nil {
				return err
			}
			to.Append(n)
		default:
			return errKind
		}
	case *array.Float64Builder:
		v, ok := value.(float64)
		if !ok {
			return errKind
		}
		to.Append(v)
	case *array.StringBuilder:
		to.Append(text(value))
	}
	return nil
}

func text(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case time.Time:
		if v.Equal(v.Truncate(24*time.Hour)) && v.Hour() == 0 {
			return v.Format(time.DateOnly)
		}
		return v.Format("2006-01-02 15:04:05.999999")
	}
	return fmt.Sprint(value)
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
