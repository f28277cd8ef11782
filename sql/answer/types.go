package answer

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
)

var typeNames = map[arrow.Type]string{
	arrow.BOOL: "BOOLEAN", arrow.INT8: "TINYINT", arrow.INT16: "SMALLINT", arrow.INT32: "INTEGER", arrow.INT64: "BIGINT",
	arrow.UINT8: "UTINYINT", arrow.UINT16: "USMALLINT", arrow.UINT32: "UINTEGER", arrow.UINT64: "UBIGINT",
	arrow.FLOAT32: "FLOAT", arrow.FLOAT64: "DOUBLE", arrow.STRING: "VARCHAR", arrow.LARGE_STRING: "VARCHAR", arrow.STRING_VIEW: "VARCHAR",
	arrow.BINARY: "BLOB", arrow.DATE32: "DATE", arrow.TIME64: "TIME", arrow.INTERVAL_MONTH_DAY_NANO: "INTERVAL",
	arrow.STRUCT: "STRUCT", arrow.MAP: "MAP", arrow.NULL: "NULL",
}

// TypeName is a type as DuckDB names it. What comes as text is a VARCHAR, be it
// a UUID or an ENUM in the database.
func TypeName(t arrow.DataType) string {
	switch t := t.(type) {
	case *arrow.Decimal128Type:
		return fmt.Sprintf("DECIMAL(%d,%d)", t.Precision, t.Scale)
	case *arrow.TimestampType:
		if t.TimeZone != "" {
			return "TIMESTAMP WITH TIME ZONE"
		}
		return "TIMESTAMP"
	case *arrow.DictionaryType:
		return TypeName(t.ValueType)
	case arrow.ListLikeType:
		if _, isMap := t.(*arrow.MapType); !isMap {
			return TypeName(t.Elem()) + "[]"
		}
	case arrow.ExtensionType:
		return TypeName(t.StorageType())
	}
	if name, known := typeNames[t.ID()]; known {
		return name
	}
	return t.String()
}
