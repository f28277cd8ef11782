//go:build !duckdb_arrow

package duck

import (
	"context"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"canbao/etl/refuse"
)

// Session needs Arrow, which this build lacks.
type Session struct{}

// Prepared is a query understood.
type Prepared struct{}

// Stream is an answer on its way.
type Stream struct{ array.RecordReader }

// OpenSession says that this build cannot answer queries.
func OpenSession(string, string, Options) (*Session, error) {
	return nil, &refuse.Error{
		What: refuse.Text{ZH: "本程序编译时缺少 Arrow 支持，不能执行查询", EN: "this build lacks Arrow and cannot answer queries"},
		Do:   refuse.Text{ZH: "请用 go build -tags duckdb_arrow 重新编译", EN: "build it again with go build -tags duckdb_arrow"},
	}
}

func (s *Session) Close()                                                             {}
func (s *Session) Interrupt()                                                         {}
func (s *Session) Prepare(context.Context, string) (*Prepared, error)                 { return nil, nil }
func (p *Prepared) Parquet(context.Context, map[string]string, string) (int64, error) { return 0, nil }
func (p *Prepared) Schema(context.Context) (*arrow.Schema, error)                     { return nil, nil }
func (p *Prepared) SchemaBound(context.Context, arrow.RecordBatch) (*arrow.Schema, error) {
	return nil, nil
}
func (p *Prepared) ParamSchema() (*arrow.Schema, error)                             { return nil, nil }
func (p *Prepared) StreamBound(context.Context, arrow.RecordBatch) (*Stream, error) { return nil, nil }
func (p *Prepared) Params() []string                                                { return nil }
func (p *Prepared) Close()                                                          {}
func (p *Prepared) Stream(context.Context, map[string]string) (*Stream, error)      { return nil, nil }
func (s *Session) Tame(string) (bool, error)                                        { return false, nil }
