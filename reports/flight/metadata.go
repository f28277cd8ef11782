package flight

import (
	"context"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql/schema_ref"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// What tools browse. A request for metadata is its own ticket: it says nothing
// that the client does not know.

// tableType is the kind of all there is: what is published is tables.
const tableType = "TABLE"

// ofCommand is the info of a request for metadata.
func ofCommand(desc *flight.FlightDescriptor, schema *arrow.Schema) (*flight.FlightInfo, error) {
	return &flight.FlightInfo{
		Schema:           serialized(schema),
		FlightDescriptor: desc,
		Endpoint:         []*flight.FlightEndpoint{{Ticket: &flight.Ticket{Ticket: desc.Cmd}}},
		TotalRecords:     -1,
		TotalBytes:       -1,
	}, nil
}

// one is an answer of a single batch, which fill builds.
func one(schema *arrow.Schema, fill func(*array.RecordBuilder)) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	fill(b)
	chunks := make(chan flight.StreamChunk, 1)
	chunks <- flight.StreamChunk{Data: b.NewRecordBatch()}
	close(chunks)
	return schema, chunks, nil
}

func nothing(*array.RecordBuilder) {}

func appendText(b *array.RecordBuilder, column int, text string) {
	b.Field(column).(*array.StringBuilder).Append(text)
}

func (*Server) GetFlightInfoCatalogs(_ context.Context, desc *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return ofCommand(desc, schema_ref.Catalogs)
}

// DoGetCatalogs lists none: a table is named by schema and name, as the database
// of a snapshot has another name with each.
func (*Server) DoGetCatalogs(context.Context) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	return one(schema_ref.Catalogs, nothing)
}

func (*Server) GetFlightInfoSchemas(_ context.Context, _ flightsql.GetDBSchemas, desc *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return ofCommand(desc, schema_ref.DBSchemas)
}

func (s *Server) DoGetDBSchemas(ctx context.Context, cmd flightsql.GetDBSchemas) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	c, err := s.catalogOf(ctx, sessionOf(ctx).user)
	if err != nil {
		return nil, nil, err
	}
	return one(named(schema_ref.DBSchemas, c.snapshot), func(b *array.RecordBuilder) {
		last := ""
		for _, t := range c.tables {
			if t.schema != last && noCatalog(cmd.GetCatalog()) && matches(cmd.GetDBSchemaFilterPattern(), t.schema) {
				b.Field(0).AppendNull()
				appendText(b, 1, t.schema)
			}
			last = t.schema
		}
	})
}

func (*Server) GetFlightInfoTables(_ context.Context, cmd flightsql.GetTables, desc *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return ofCommand(desc, tablesSchema(cmd))
}

func tablesSchema(cmd flightsql.GetTables) *arrow.Schema {
	if cmd.GetIncludeSchema() {
		return schema_ref.TablesWithIncludedSchema
	}
	return schema_ref.Tables
}

func (s *Server) DoGetTables(ctx context.Context, cmd flightsql.GetTables) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	c, err := s.catalogOf(ctx, sessionOf(ctx).user)
	if err != nil {
		return nil, nil, err
	}
	wanted := len(cmd.GetTableTypes()) == 0 || slices.Contains(cmd.GetTableTypes(), tableType)
	return one(named(tablesSchema(cmd), c.snapshot), func(b *array.RecordBuilder) {
		for _, t := range c.tables {
			if !wanted || !noCatalog(cmd.GetCatalog()) ||
				!matches(cmd.GetDBSchemaFilterPattern(), t.schema) || !matches(cmd.GetTableNameFilterPattern(), t.name) {
				continue
			}
			b.Field(0).AppendNull()
			appendText(b, 1, t.schema)
			appendText(b, 2, t.name)
			appendText(b, 3, tableType)
			if cmd.GetIncludeSchema() {
				b.Field(4).(*array.BinaryBuilder).Append(serialized(t.columns))
			}
		}
	})
}

// noCatalog tells whether a filter lets through what is in no catalog.
func noCatalog(filter *string) bool { return filter == nil || *filter == "" }

// matches tells whether a name fits a pattern of LIKE: % is any text, _ any
// character, \ takes the next one as it is. No pattern fits all.
func matches(pattern *string, name string) bool {
	return pattern == nil || like([]rune(*pattern), []rune(name))
}

func like(pattern, name []rune) bool {
	if len(pattern) == 0 {
		return len(name) == 0
	}
	switch c := pattern[0]; {
	case c == '%':
		rest := pattern[1:]
		for len(rest) > 0 && rest[0] == '%' {
			rest = rest[1:]
		}
		for i := range len(name) + 1 {
			if like(rest, name[i:]) {
				return true
			}
		}
		return false
	case len(name) == 0:
		return false
	case c == '_':
		return like(pattern[1:], name[1:])
	case c == '\\' && len(pattern) > 1:
		return pattern[1] == name[0] && like(pattern[2:], name[1:])
	default:
		return strings.EqualFold(string(c), string(name[0])) && like(pattern[1:], name[1:])
	}
}

func (*Server) GetFlightInfoTableTypes(_ context.Context, desc *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return ofCommand(desc, schema_ref.TableTypes)
}

func (*Server) DoGetTableTypes(context.Context) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	return one(schema_ref.TableTypes, func(b *array.RecordBuilder) { appendText(b, 0, tableType) })
}

// Keys are none: published tables are results, and nothing refers to anything.

func (*Server) GetFlightInfoPrimaryKeys(_ context.Context, _ flightsql.TableRef, desc *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return ofCommand(desc, schema_ref.PrimaryKeys)
}

func (*Server) DoGetPrimaryKeys(context.Context, flightsql.TableRef) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	return one(schema_ref.PrimaryKeys, nothing)
}

func (*Server) GetFlightInfoExportedKeys(_ context.Context, _ flightsql.TableRef, desc *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return ofCommand(desc, schema_ref.ExportedKeys)
}

func (*Server) DoGetExportedKeys(context.Context, flightsql.TableRef) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	return one(schema_ref.ExportedKeys, nothing)
}

func (*Server) GetFlightInfoImportedKeys(_ context.Context, _ flightsql.TableRef, desc *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return ofCommand(desc, schema_ref.ImportedKeys)
}

func (*Server) DoGetImportedKeys(context.Context, flightsql.TableRef) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	return one(schema_ref.ImportedKeys, nothing)
}

func (*Server) GetFlightInfoCrossReference(_ context.Context, _ flightsql.CrossTableRef, desc *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return ofCommand(desc, schema_ref.CrossReference)
}

func (*Server) DoGetCrossReference(context.Context, flightsql.CrossTableRef) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	return one(schema_ref.CrossReference, nothing)
}
