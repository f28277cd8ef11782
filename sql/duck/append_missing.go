//go:build !duckdb_arrow

package duck

import (
	"context"
	"database/sql"

	"github.com/apache/arrow-go/v18/arrow/array"

	"canbao/etl/refuse"
)

// Arrow tells whether this build can take and give Arrow batches.
const Arrow = false

// Append says that this build cannot take rows in bulk.
func Append(context.Context, *sql.Conn, string, array.RecordReader) (int64, error) {
	return 0, &refuse.Error{
		What: refuse.Text{ZH: "本程序编译时缺少 Arrow 支持，不能装载数据", EN: "this build lacks Arrow and cannot load data"},
		Do:   refuse.Text{ZH: "请用 go build -tags duckdb_arrow 重新编译", EN: "build it again with go build -tags duckdb_arrow"},
	}
}
