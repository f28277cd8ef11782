//go:build duckdb_arrow

package duck

import (
	"context"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	bindings "github.com/duckdb/duckdb-go-bindings"
)

// Schema describes the columns of the answer, without running the query. A
// column whose type hangs on a parameter that nothing else gives a type is what
// DuckDB makes of a null, or text.
func (p *Prepared) Schema(ctx context.Context) (*arrow.Schema, error) {
	return p.describe(ctx, func(c *Prepared) error {
		for i := range p.params {
			bindings.BindNull(c.statement, bindings.IdxT(i+1))
		}
		return nil
	})
}

// SchemaBound describes the columns that StreamBound comes to for a row.
func (p *Prepared) SchemaBound(ctx context.Context, row arrow.RecordBatch) (*arrow.Schema, error) {
	return p.describe(ctx, func(c *Prepared) error { return c.bindRow(row) })
}

// describe asks for no row of the query, which bind gives its parameters: types
// that hang on them are settled then and not before.
func (p *Prepared) describe(ctx context.Context, bind func(*Prepared) error) (*arrow.Schema, error) {
	p.session.mu.Lock()
	defer p.session.mu.Unlock()
	if len(p.params) == 0 {
		return p.columns()
	}
	rows, err := p.within(ctx, "select * from (\n", "\n) limit 0", bind)
	if err != nil {
		return nil, err
	}
	defer rows.Release()
	fields := rows.Schema().Fields()
	meta := rows.Schema().Metadata()
	// Two columns of one name have two in a query within a query.
	names, err := p.within(ctx, "describe\n", "", bind)
	if err != nil {
		return nil, err
	}
	defer names.Release()
	for at := 0; names.Next(); {
		column := names.RecordBatch().Column(0)
		for i := 0; i < column.Len() && at < len(fields); i, at = i+1, at+1 {
			fields[at].Name = strings.Clone(column.ValueStr(i))
		}
	}
	for i := range fields {
		if fields[i].Type.ID() == arrow.NULL {
			fields[i].Type = arrow.BinaryTypes.String
		}
	}
	return arrow.NewSchema(fields, &meta), names.Err()
}

// within runs the query between two texts.
func (p *Prepared) within(ctx context.Context, before, after string, bind func(*Prepared) error) (*Stream, error) {
	c := &Prepared{session: p.session, params: p.params}
	if err := c.prepare(before + bare(p.text) + after); err != nil {
		return nil, moved(err, len(before))
	}
	defer c.Close()
	if err := bind(c); err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, p.session.Interrupt)
	defer stop()
	rows, err := c.begin(ctx)
	return rows, moved(err, len(before))
}

// columns are those the statement itself tells.
func (p *Prepared) columns() (*arrow.Schema, error) {
	n := bindings.PreparedStatementColumnCount(p.statement)
	names := make([]string, n)
	types := make([]bindings.LogicalType, n)
	for i := range n {
		names[i] = bindings.PreparedStatementColumnName(p.statement, i)
		types[i] = bindings.PreparedStatementColumnLogicalType(p.statement, i)
	}
	schema, err := p.session.arrowSchema(types, names)
	if err != nil {
		return nil, fmt.Errorf("describe the answer: %w", err)
	}
	return schema, nil
}

// ParamSchema describes the parameters: a field for each, named as Params names
// it, of the type its place in the query wants; text where any will do.
func (p *Prepared) ParamSchema() (*arrow.Schema, error) {
	p.session.mu.Lock()
	defer p.session.mu.Unlock()
	types := make([]bindings.LogicalType, len(p.params))
	for i := range types {
		types[i] = bindings.ParamLogicalType(p.statement, bindings.IdxT(i+1))
		switch bindings.ParamType(p.statement, bindings.IdxT(i+1)) {
		case bindings.TypeInvalid, bindings.TypeAny, bindings.TypeSQLNull:
			bindings.DestroyLogicalType(&types[i])
			types[i] = bindings.CreateLogicalType(bindings.TypeVarchar)
		}
	}
	schema, err := p.session.arrowSchema(types, p.params)
	if err != nil {
		return nil, fmt.Errorf("describe the parameters: %w", err)
	}
	return schema, nil
}

// arrowSchema is the schema of columns of these types, which it lets go of.
func (s *Session) arrowSchema(types []bindings.LogicalType, names []string) (*arrow.Schema, error) {
	defer func() {
		for i := range types {
			bindings.DestroyLogicalType(&types[i])
		}
	}()
	var options bindings.ArrowOptions
	bindings.ConnectionGetArrowOptions(s.conn, &options)
	defer bindings.DestroyArrowOptions(&options)
	schema, failed := bindings.NewArrowSchema(options, types, names)
	return schema, errorData(failed)
}
