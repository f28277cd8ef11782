package source

import (
	"bytes"
	"testing"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"
)

// parquetCells is a column to be written: its node and the values of each row
// group, nil for an empty cell.
type parquetCells struct {
	node   schema.Node
	groups [][]any
}

// leaf is a column that may have empty cells.
func leaf(t testing.TB, name string, logical schema.LogicalType, physical parquet.Type, size int) schema.Node {
	t.Helper()
	if logical == nil {
		logical = schema.NoLogicalType{}
	}
	n, err := schema.NewPrimitiveNodeLogical(name, parquet.Repetitions.Optional, logical, physical, size, -1)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// parquetBytes writes a file.
func parquetBytes(t testing.TB, props *parquet.WriterProperties, columns ...parquetCells) []byte {
	t.Helper()
	var fields schema.FieldList
	for _, c := range columns {
		fields = append(fields, c.node)
	}
	root, err := schema.NewGroupNode("schema", parquet.Repetitions.Required, fields, -1)
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	w := file.NewParquetWriter(&buf, root, file.WithWriterProps(props))
	for g := range columns[0].groups {
		group, err := w.AppendRowGroupChecked()
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range columns {
			column, err := group.NextColumn()
			if err != nil {
				t.Fatal(err)
			}
			writeColumn(t, column, c.groups[g])
			if err := column.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if err := group.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func writeColumn(t testing.TB, w file.ColumnChunkWriter, cells []any) {
	t.Helper()
	var levels []int16
	for _, c := range cells {
		level := int16(1)
		if c == nil {
			level = 0
		}
		levels = append(levels, level)
	}
	var err error
	switch w := w.(type) {
	case *file.ByteArrayColumnChunkWriter:
		var v []parquet.ByteArray
		for _, text := range filled[string](cells) {
			v = append(v, parquet.ByteArray(text))
		}
		_, err = w.WriteBatch(v, levels, nil)
	case *file.FixedLenByteArrayColumnChunkWriter:
		var v []parquet.FixedLenByteArray
		for _, text := range filled[string](cells) {
			v = append(v, parquet.FixedLenByteArray(text))
		}
		_, err = w.WriteBatch(v, levels, nil)
	case *file.Int32ColumnChunkWriter:
		_, err = w.WriteBatch(filled[int32](cells), levels, nil)
	case *file.Int64ColumnChunkWriter:
		_, err = w.WriteBatch(filled[int64](cells), levels, nil)
	case *file.Int96ColumnChunkWriter:
		_, err = w.WriteBatch(filled[parquet.Int96](cells), levels, nil)
	case *file.Float32ColumnChunkWriter:
		_, err = w.WriteBatch(filled[float32](cells), levels, nil)
	case *file.Float64ColumnChunkWriter:
		_, err = w.WriteBatch(filled[float64](cells), levels, nil)
	case *file.BooleanColumnChunkWriter:
		_, err = w.WriteBatch(filled[bool](cells), levels, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func filled[T any](cells []any) (values []T) {
	for _, c := range cells {
		if c != nil {
			values = append(values, c.(T))
		}
	}
	return values
}

// dirtyParquet has columns of every type, rows in two groups, a total and a
// blank row.
func dirtyParquet(t testing.TB, props *parquet.WriterProperties) []byte {
	types := parquet.Types
	text := schema.StringLogicalType{}
	rows := func(node schema.Node, cells ...any) parquetCells {
		return parquetCells{node, [][]any{cells[:2], cells[2:]}}
	}
	spark := parquet.Int96{}
	copy(spark[:], append(leFloat(0), le32(2459157)...)) // midnight of UTC
	return parquetBytes(t, props,
		rows(leaf(t, "证件号码", text, types.ByteArray, -1), "330782199001010013", "3.30782E+17", "合计", nil),
		rows(leaf(t, "姓名", text, types.ByteArray, -1), "王小明", "李梅", nil, nil),
		rows(leaf(t, "number", nil, types.Int64, -1), int64(330782199001010013), int64(-5), nil, nil),
		rows(leaf(t, "small", schema.NewIntLogicalType(8, false), types.Int32, -1), int32(255), int32(0), nil, nil),
		rows(leaf(t, "unsigned", schema.NewIntLogicalType(64, false), types.Int64, -1), int64(-1), int64(1), nil, nil),
		rows(leaf(t, "实缴金额", schema.NewDecimalLogicalType(12, 2), types.Int64, -1), int64(28050), int64(-5), int64(28045), nil),
		rows(leaf(t, "bytes", schema.NewDecimalLogicalType(38, 3), types.FixedLenByteArray, 16),
			"\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", nil, nil),
		rows(leaf(t, "short", schema.NewDecimalLogicalType(4, 1), types.ByteArray, -1), "\xff\x38", "\x00", nil, nil),
		rows(leaf(t, "float", nil, types.Double, -1), 330782199001010013.0, 280.0, nil, nil),
		rows(leaf(t, "single", nil, types.Float, -1), float32(0.1), float32(280.5), nil, nil),
		rows(leaf(t, "缴费日期", schema.DateLogicalType{}, types.Int32, -1), int32(18569), int32(-25567), nil, nil),
		rows(leaf(t, "local", schema.NewTimestampLogicalType(false, schema.TimeUnitMicros), types.Int64, -1), int64(1604415845000000), int64(-500000), nil, nil),
		rows(leaf(t, "moment", schema.NewTimestampLogicalType(true, schema.TimeUnitMillis), types.Int64, -1), int64(1604419200000), int64(583686000000), nil, nil),
		rows(leaf(t, "spark", nil, types.Int96, -1), spark, spark, nil, nil),
		rows(leaf(t, "time", schema.NewTimeLogicalType(false, schema.TimeUnitNanos), types.Int64, -1), int64(30600e9), int64(-1e9), nil, nil),
		rows(leaf(t, "yes", nil, types.Boolean, -1), true, false, nil, nil),
		rows(leaf(t, "binary", nil, types.ByteArray, -1), "中", "", nil, nil),
	)
}

var dirtyParquetPart = part{
	Headers: "证件号码|姓名|number|small|unsigned|实缴金额|bytes|short|float|single|缴费日期|local|moment|spark|time|yes|binary",
	Rows: []string{
		"2 330782199001010013|王小明|330782199001010013|255|18446744073709551615|280.5|18446744073709551.616|-20|3.3078219900101E+17|0.1|" +
			"2020-11-03|2020-11-03 15:04:05|2020-11-04 00:00:00|2020-11-03 08:00:00|08:30:00|TRUE|中",
		"3 3.30782E+17|李梅|-5|0|1|-0.05|-0.001|0|280|280.5|1900-01-01|1969-12-31 23:59:59|1988-07-01 00:00:00|2020-11-03 08:00:00|-1|FALSE|",
	},
	Furniture: 2,
}

// parquetForms are ways of writing the same file.
func parquetForms() map[string]*parquet.WriterProperties {
	return map[string]*parquet.WriterProperties{
		"plain":      parquet.NewWriterProperties(parquet.WithDictionaryDefault(false)),
		"dictionary": parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Snappy)),
		"new pages":  parquet.NewWriterProperties(parquet.WithDataPageVersion(parquet.DataPageV2), parquet.WithCompression(compress.Codecs.Zstd)),
		"gzip":       parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Gzip), parquet.WithDataPageSize(1)),
		"brotli":     parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Brotli)),
	}
}
