package duck

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"fmt"

	duckdb "github.com/duckdb/duckdb-go/v2"
)

// Kind is the type of an argument or a result of a Function.
type Kind int

const (
	UUID Kind = iota // 16 bytes
	Blob
	Bool // as a result: one byte, 0 or 1
	Int  // as a result: four bytes, the lowest first
)

// Function is a function of Go that a statement can call on whole columns: the
// database hands it a chunk of some thousand rows at a time, on all its threads.
type Function struct {
	Args   []Kind
	Result Kind
	// New makes what computes one row, for the rows of one chunk and thread. A
	// row with a NULL argument is NULL and never comes here; arguments hold for
	// the call only.
	New func() func(args [][]byte) ([]byte, error)
}

// Register makes the function callable by name until the database is closed.
func (f Function) Register(conn *sql.Conn, name string) error {
	if err := duckdb.RegisterScalarUDF(conn, name, &scalar{f}); err != nil {
		return fmt.Errorf("register %s: %w", name, err)
	}
	return nil
}

// scalar is a Function as the driver wants it.
type scalar struct{ f Function }

func (s *scalar) Config() duckdb.ScalarFuncConfig {
	var c duckdb.ScalarFuncConfig
	for _, k := range s.f.Args {
		c.InputTypeInfos = append(c.InputTypeInfos, k.info())
	}
	c.ResultTypeInfo = s.f.Result.info()
	return c
}

func (k Kind) info() duckdb.TypeInfo {
	t := map[Kind]duckdb.Type{UUID: duckdb.TYPE_UUID, Blob: duckdb.TYPE_BLOB, Bool: duckdb.TYPE_BOOLEAN, Int: duckdb.TYPE_INTEGER}[k]
	info, err := duckdb.NewTypeInfo(t)
	if err != nil {
		panic(err) // only types that need more than their name are refused
	}
	return info
}

func (s *scalar) Executor() duckdb.ScalarFuncExecutor {
	return duckdb.ScalarFuncExecutor{ChunkContextExecutor: s.chunk}
}

func (s *scalar) chunk(ctx context.Context, chunk *duckdb.ChunkIteratorState) error {
	compute := s.f.New()
	args := make([][]byte, len(s.f.Args))
	for row, err := range chunk.Rows() {
		if err != nil {
			return err
		}
		for i := range args {
			args[i] = bytesOf(*row.GetValuePtr(i))
		}
		result, err := compute(args)
		if err != nil {
			return err
		}
		if err := row.SetResult(s.f.Result.value(result)); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func bytesOf(v driver.Value) []byte {
	b, _ := v.([]byte) // the driver gives UUID and BLOB as bytes
	return b
}

func (k Kind) value(result []byte) any {
	switch k {
	case Bool:
		return result[0] != 0
	case UUID:
		return duckdb.UUID(result)
	case Int:
		return int32(binary.LittleEndian.Uint32(result))
	}
	return result
}
