//go:build duckdb_arrow

package duck

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	bindings "github.com/duckdb/duckdb-go-bindings"
)

// StreamBound runs the query with the parameters of one row, which keep their
// types: by name where the row names all of them, else in their order. The
// caller releases the stream.
func (p *Prepared) StreamBound(ctx context.Context, row arrow.RecordBatch) (*Stream, error) {
	return p.run(ctx, func() error { return p.bindRow(row) })
}

func (p *Prepared) bindRow(row arrow.RecordBatch) error {
	if row.NumRows() != 1 {
		return &QueryError{Kind: BadParameter, Message: fmt.Sprintf("%d rows of parameters, not one", row.NumRows()), At: -1}
	}
	byName := true
	for _, name := range p.params {
		byName = byName && row.Schema().HasField(name)
	}
	if !byName && int(row.NumCols()) < len(p.params) {
		return &QueryError{Kind: NoParameter, Message: p.params[row.NumCols()], At: -1}
	}
	for i, name := range p.params {
		at := i
		if byName {
			at = row.Schema().FieldIndices(name)[0]
		}
		if err := p.bindValue(bindings.IdxT(i+1), row.Column(at), 0); err != nil {
			return err
		}
	}
	return nil
}

// bindValue binds element i of an array.
func (p *Prepared) bindValue(at bindings.IdxT, a arrow.Array, i int) error {
	switch a := a.(type) {
	case *array.DenseUnion:
		return p.bindValue(at, a.Field(a.ChildID(i)), int(a.ValueOffset(i)))
	case *array.SparseUnion:
		return p.bindValue(at, a.Field(a.ChildID(i)), i)
	case *array.Dictionary:
		if a.IsValid(i) {
			return p.bindValue(at, a.Dictionary(), a.GetValueIndex(i))
		}
	}
	state, known := bindings.StateError, true
	if a.IsNull(i) || a.DataType().ID() == arrow.NULL {
		state = bindings.BindNull(p.statement, at)
	} else if state, known = p.bindScalar(at, a, i); !known {
		state, known = p.bindMoment(at, a, i)
	}
	if !known {
		return &QueryError{Kind: BadParameter, Message: "a value of type " + a.DataType().String(), At: -1}
	}
	if state == bindings.StateError {
		return queryError(bindings.PrepareError(p.statement))
	}
	return nil
}

func (p *Prepared) bindScalar(at bindings.IdxT, a arrow.Array, i int) (state bindings.State, known bool) {
	s := p.statement
	switch a := a.(type) {
	case *array.Boolean:
		return bindings.BindBoolean(s, at, a.Value(i)), true
	case *array.Int8:
		return bindings.BindInt8(s, at, a.Value(i)), true
	case *array.Int16:
		return bindings.BindInt16(s, at, a.Value(i)), true
	case *array.Int32:
		return bindings.BindInt32(s, at, a.Value(i)), true
	case *array.Int64:
		return bindings.BindInt64(s, at, a.Value(i)), true
	case *array.Uint8:
		return bindings.BindUInt8(s, at, a.Value(i)), true
	case *array.Uint16:
		return bindings.BindUInt16(s, at, a.Value(i)), true
	case *array.Uint32:
		return bindings.BindUInt32(s, at, a.Value(i)), true
	case *array.Uint64:
		return bindings.BindUInt64(s, at, a.Value(i)), true
	case *array.Float32:
		return bindings.BindFloat(s, at, a.Value(i)), true
	case *array.Float64:
		return bindings.BindDouble(s, at, a.Value(i)), true
	case *array.Decimal128:
		return p.bindDecimal(at, a.Value(i), a.DataType().(arrow.DecimalType)), true
	case interface{ Value(int) string }: // every kind of text
		return bindings.BindVarchar(s, at, strings.Clone(a.Value(i))), true
	case interface{ Value(int) []byte }: // and of bytes
		return bindings.BindBlob(s, at, a.Value(i)), true
	}
	return bindings.StateError, false
}

func (p *Prepared) bindDecimal(at bindings.IdxT, n decimal128.Num, t arrow.DecimalType) bindings.State {
	d := bindings.NewDecimal(uint8(t.GetPrecision()), uint8(t.GetScale()), bindings.NewHugeInt(n.LowBits(), n.HighBits()))
	return bindings.BindDecimal(p.statement, at, d)
}

func (p *Prepared) bindMoment(at bindings.IdxT, a arrow.Array, i int) (state bindings.State, known bool) {
	const day = 24 * 60 * 60 * 1000 // of milliseconds
	s := p.statement
	switch a := a.(type) {
	case *array.Date32:
		return bindings.BindDate(s, at, bindings.NewDate(int32(a.Value(i)))), true
	case *array.Date64:
		return bindings.BindDate(s, at, bindings.NewDate(int32(a.Value(i)/day))), true
	case *array.Time32:
		return bindings.BindTime(s, at, bindings.NewTime(micros(int64(a.Value(i)), a.DataType()))), true
	case *array.Time64:
		return bindings.BindTime(s, at, bindings.NewTime(micros(int64(a.Value(i)), a.DataType()))), true
	case *array.Timestamp:
		moment := bindings.NewTimestamp(micros(int64(a.Value(i)), a.DataType()))
		if a.DataType().(*arrow.TimestampType).TimeZone != "" {
			return bindings.BindTimestampTZ(s, at, moment), true
		}
		return bindings.BindTimestamp(s, at, moment), true
	}
	return bindings.StateError, false
}

// micros is n of the type's unit in microseconds, the finest there is.
func micros(n int64, t arrow.DataType) int64 {
	switch t.(arrow.TemporalWithUnit).TimeUnit() {
	case arrow.Second:
		return n * 1_000_000
	case arrow.Millisecond:
		return n * 1_000
	case arrow.Nanosecond:
		return n / 1_000
	}
	return n
}

// run begins a query whose parameters bind gives.
func (p *Prepared) run(ctx context.Context, bind func() error) (*Stream, error) {
	s := p.session
	s.mu.Lock()
	stream, err := p.bound(ctx, bind)
	if err != nil {
		s.mu.Unlock()
	}
	return stream, err
}

func (p *Prepared) bound(ctx context.Context, bind func() error) (*Stream, error) {
	if err := errors.Join(ctx.Err(), bind()); err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, p.session.Interrupt)
	stream, err := p.begin(ctx)
	if err != nil {
		stop()
		return nil, err
	}
	stream.done = func() { stop(); p.session.mu.Unlock() }
	return stream, nil
}
