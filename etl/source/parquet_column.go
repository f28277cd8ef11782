package source

import (
	"errors"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"
)

// parquetColumn is what a column holds and how it is shown as text.
type parquetColumn struct {
	kind     parquetKind
	optional bool  // cells may be empty
	scale    int   // decimals
	unit     int64 // of a time, in a second
	utc      bool  // a moment, not a local time
	unsigned bool
}

// parquetKind is how the values of a column are shown.
type parquetKind uint8

const (
	parquetText parquetKind = iota
	parquetInt
	parquetDecimal
	parquetFloat
	parquetBool
	parquetDate
	parquetTime
	parquetStamp
	parquetUUID
	parquetNull
)

// parquetColumnOf reads what a column holds; false where no cell could show it.
func parquetColumnOf(c *schema.Column) (col parquetColumn, ok bool) {
	col.optional = c.MaxDefinitionLevel() == 1
	if c.MaxRepetitionLevel() != 0 || c.MaxDefinitionLevel() > 1 {
		return col, false
	}
	physical := c.PhysicalType()
	bytes := physical == parquet.Types.ByteArray || physical == parquet.Types.FixedLenByteArray
	switch t := c.LogicalType().(type) {
	case schema.DecimalLogicalType:
		col.kind, col.scale = parquetDecimal, int(t.Scale())
		return col, col.scale >= 0 && col.scale <= 76 && (bytes || physical == parquet.Types.Int32 || physical == parquet.Types.Int64)
	case schema.DateLogicalType:
		col.kind = parquetDate
		return col, physical == parquet.Types.Int32
	case schema.TimeLogicalType:
		col.kind, col.unit = parquetTime, parquetUnit(t.TimeUnit())
		return col, col.unit > 0 && (physical == parquet.Types.Int32 || physical == parquet.Types.Int64)
	case schema.TimestampLogicalType:
		col.kind, col.unit, col.utc = parquetStamp, parquetUnit(t.TimeUnit()), t.IsAdjustedToUTC()
		return col, col.unit > 0 && physical == parquet.Types.Int64
	case schema.IntLogicalType:
		col.unsigned = !t.IsSigned()
	case *schema.IntLogicalType:
		col.unsigned = !t.IsSigned()
	case schema.UUIDLogicalType:
		col.kind = parquetUUID
		return col, physical == parquet.Types.FixedLenByteArray && c.TypeLength() == 16
	case schema.NullLogicalType:
		col.kind = parquetNull
	case schema.StringLogicalType, schema.EnumLogicalType, schema.JSONLogicalType, schema.NoLogicalType, schema.UnknownLogicalType, nil:
	default:
		return col, false
	}
	return col.plain(physical)
}

// plain is a column of which only the physical type matters.
func (col parquetColumn) plain(physical parquet.Type) (parquetColumn, bool) {
	if col.kind == parquetNull {
		return col, true
	}
	switch physical {
	case parquet.Types.Boolean:
		col.kind = parquetBool
	case parquet.Types.Int32, parquet.Types.Int64:
		col.kind = parquetInt
	case parquet.Types.Float, parquet.Types.Double:
		col.kind = parquetFloat
	case parquet.Types.Int96: // a moment in nanoseconds, as Spark and Hive write it
		col.kind, col.unit, col.utc = parquetStamp, 1, true
	}
	return col, true
}

func parquetUnit(u schema.TimeUnitType) int64 {
	switch u {
	case schema.TimeUnitMillis:
		return 1e3
	case schema.TimeUnitMicros:
		return 1e6
	case schema.TimeUnitNanos:
		return 1e9
	}
	return 0
}

// parquetValues are the cells of a column in a run of rows. Values are stored
// for cells that are not empty only.
type parquetValues struct {
	levels []int16 // 1 for a cell that has a value; nil where all have
	ints   []int64
	small  []int32
	floats []float64
	halves []float32
	truths []bool
	text   []byte // of texts, one behind the other
	ends   []int  // of each text
	bytes  []parquet.ByteArray
	fixed  []parquet.FixedLenByteArray
	days   []parquet.Int96
	count  int // values
}

var errParquetCount = errors.New("a column has fewer rows than the others")

// read reads so many rows of a column.
func (v *parquetValues) read(from file.ColumnChunkReader, rows int, optional bool) error {
	v.levels = v.levels[:0]
	if optional {
		v.levels = room16(v.levels, rows)
	}
	v.count, v.text, v.ends = 0, v.text[:0], v.ends[:0]
	for done := 0; done < rows; {
		var levels []int16
		if optional {
			levels = v.levels[done:rows]
		}
		total, values, err := v.page(from, int64(rows-done), levels)
		if err != nil {
			return err
		}
		if total <= 0 || int(total) > rows-done || values < 0 || values > int(total) {
			return errParquetCount
		}
		v.count += values
		done += int(total)
	}
	return nil
}

func room16(s []int16, n int) []int16 {
	if cap(s) < n {
		return make([]int16, n)
	}
	return s[:n]
}

// grown is s with room for n values behind its first ones.
func grown[T any](s []T, n int) []T {
	for cap(s) < n {
		s = append(s[:cap(s)], make([]T, n-cap(s))...)
	}
	return s[:n]
}

// page reads rows that lie in one page. Texts lie in the page's memory and are
// copied out of it before the next page takes their place.
func (v *parquetValues) page(from file.ColumnChunkReader, rows int64, levels []int16) (total int64, values int, err error) {
	n := int(rows)
	switch r := from.(type) {
	case *file.ByteArrayColumnChunkReader:
		v.bytes = grown(v.bytes, n)
		total, values, err = r.ReadBatchInPage(rows, v.bytes, levels, nil)
		for _, b := range v.bytes[:max(0, min(values, n))] {
			v.text = append(v.text, b...)
			v.ends = append(v.ends, len(v.text))
		}
	case *file.FixedLenByteArrayColumnChunkReader:
		v.fixed = grown(v.fixed, n)
		total, values, err = r.ReadBatchInPage(rows, v.fixed, levels, nil)
		for _, b := range v.fixed[:max(0, min(values, n))] {
			v.text = append(v.text, b...)
			v.ends = append(v.ends, len(v.text))
		}
	case *file.Int64ColumnChunkReader:
		v.ints = grown(v.ints, v.count+n)
		total, values, err = r.ReadBatchInPage(rows, v.ints[v.count:], levels, nil)
	case *file.Int32ColumnChunkReader:
		v.small = grown(v.small, v.count+n)
		total, values, err = r.ReadBatchInPage(rows, v.small[v.count:], levels, nil)
	case *file.Float64ColumnChunkReader:
		v.floats = grown(v.floats, v.count+n)
		total, values, err = r.ReadBatchInPage(rows, v.floats[v.count:], levels, nil)
	case *file.Float32ColumnChunkReader:
		v.halves = grown(v.halves, v.count+n)
		total, values, err = r.ReadBatchInPage(rows, v.halves[v.count:], levels, nil)
	case *file.BooleanColumnChunkReader:
		v.truths = grown(v.truths, v.count+n)
		total, values, err = r.ReadBatchInPage(rows, v.truths[v.count:], levels, nil)
	case *file.Int96ColumnChunkReader:
		v.days = grown(v.days, v.count+n)
		total, values, err = r.ReadBatchInPage(rows, v.days[v.count:], levels, nil)
	default:
		err = errParquetCount
	}
	return total, values, err
}
