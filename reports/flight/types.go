package flight

import (
	"context"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql/schema_ref"
)

// dataType is a type of DuckDB in the words of ODBC and JDBC.
type dataType struct {
	name     string
	code     int32 // SQL data type
	size     int32 // digits, characters or bytes at most
	kind     kind
	maxScale int32
}

type kind int

const (
	number kind = iota
	approximate
	exact // a number with places after the point
	text
	binary
	moment
	other
)

// Codes of data types, as the protocol has them from ODBC.
const (
	codeBit       = -7
	codeTinyInt   = -6
	codeBigInt    = -5
	codeBinary    = -3 // of any length
	codeDecimal   = 3
	codeInteger   = 4
	codeSmallInt  = 5
	codeReal      = 7
	codeDouble    = 8
	codeDateTime  = 9 // what the three moments are kinds of
	codeVarchar   = 12
	codeDate      = 91
	codeTime      = 92
	codeTimestamp = 93
)

// dataTypes are those that queries may come to, in the order of their codes.
var dataTypes = []dataType{
	{name: "BOOLEAN", code: codeBit, size: 1, kind: other},
	{name: "TINYINT", code: codeTinyInt, size: 3, kind: number},
	{name: "BIGINT", code: codeBigInt, size: 19, kind: number},
	{name: "BLOB", code: codeBinary, size: 1 << 30, kind: binary},
	{name: "DECIMAL", code: codeDecimal, size: 38, kind: exact, maxScale: 38},
	{name: "INTEGER", code: codeInteger, size: 10, kind: number},
	{name: "SMALLINT", code: codeSmallInt, size: 5, kind: number},
	{name: "FLOAT", code: codeReal, size: 7, kind: approximate},
	{name: "DOUBLE", code: codeDouble, size: 15, kind: approximate},
	{name: "VARCHAR", code: codeVarchar, size: 1 << 30, kind: text},
	{name: "DATE", code: codeDate, size: 10, kind: moment},
	{name: "TIME", code: codeTime, size: 15, kind: moment},
	{name: "TIMESTAMP", code: codeTimestamp, size: 26, kind: moment},
}

func (*Server) GetFlightInfoXdbcTypeInfo(_ context.Context, _ flightsql.GetXdbcTypeInfo, desc *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return ofCommand(desc, schema_ref.XdbcTypeInfo)
}

// DoGetXdbcTypeInfo lists the types, or the one asked for.
func (*Server) DoGetXdbcTypeInfo(_ context.Context, cmd flightsql.GetXdbcTypeInfo) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	return one(schema_ref.XdbcTypeInfo, func(b *array.RecordBuilder) {
		for _, t := range dataTypes {
			if cmd.GetDataType() == nil || *cmd.GetDataType() == t.code {
				t.append(b)
			}
		}
	})
}

// append adds the type as a row of schema_ref.XdbcTypeInfo.
func (t dataType) append(b *array.RecordBuilder) {
	const nullable, searchable = 1, 3 // of any value, in any condition
	quote := ""
	if t.kind == text || t.kind == binary || t.kind == moment {
		quote = "'"
	}
	appendText(b, 0, t.name)
	appendInt(b, 1, t.code, true)
	appendInt(b, 2, t.size, true)
	for _, column := range []int{3, 4} {
		if quote == "" {
			b.Field(column).AppendNull()
		} else {
			appendText(b, column, quote)
		}
	}
	params := b.Field(5).(*array.ListBuilder)
	params.Append(true)
	if t.kind == exact {
		params.ValueBuilder().(*array.StringBuilder).AppendValues([]string{"precision", "scale"}, nil)
	}
	numeric := t.kind == number || t.kind == exact || t.kind == approximate
	appendInt(b, 6, nullable, true)
	appendBool(b, 7, t.kind == text, true)
	appendInt(b, 8, searchable, true)
	appendBool(b, 9, false, numeric)
	appendBool(b, 10, t.kind == number, true)
	appendBool(b, 11, false, numeric)
	appendText(b, 12, t.name)
	appendInt(b, 13, 0, t.kind == number || t.kind == exact)
	appendInt(b, 14, t.maxScale, t.kind == number || t.kind == exact)
	sqlType, subcode := t.code, int32(0)
	if t.kind == moment {
		sqlType, subcode = codeDateTime, t.code-90 // 1 day, 2 time, 3 both
	}
	appendInt(b, 15, sqlType, true)
	appendInt(b, 16, subcode, t.kind == moment)
	appendInt(b, 17, 10, numeric)
	appendInt(b, 18, 0, false)
}

func appendInt(b *array.RecordBuilder, column int, n int32, valid bool) {
	if valid {
		b.Field(column).(*array.Int32Builder).Append(n)
	} else {
		b.Field(column).AppendNull()
	}
}

func appendBool(b *array.RecordBuilder, column int, v, valid bool) {
	if valid {
		b.Field(column).(*array.BooleanBuilder).Append(v)
	} else {
		b.Field(column).AppendNull()
	}
}
