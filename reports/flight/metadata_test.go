//go:build duckdb_arrow

package flight

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestMetadata(t *testing.T) {
	s := serve(t, city(t), nil)
	c, ctx := s.as("zhang")
	listed := func(info *flight.FlightInfo, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		told, err := flight.DeserializeSchema(info.Schema, memory.DefaultAllocator)
		if err != nil {
			t.Fatal(err)
		}
		lines, schema, err := read(ctx, c, info)
		if err != nil || !told.Equal(schema) {
			t.Fatalf("told %v, came %v, %v", told, schema, err)
		}
		return strings.Join(lines, " ")
	}
	text := func(s string) *string { return &s }
	person := flightsql.TableRef{DBSchema: text("mart"), Table: "person"}
	for what, got := range map[string]struct{ is, want string }{
		"catalogs":           {listed(c.GetCatalogs(ctx)), ""},
		"schemas":            {listed(c.GetDBSchemas(ctx, &flightsql.GetDBSchemasOpts{})), "(null)|mart (null)|ref"},
		"schemas of a name":  {listed(c.GetDBSchemas(ctx, &flightsql.GetDBSchemasOpts{DbSchemaFilterPattern: text("r%")})), "(null)|ref"},
		"schemas elsewhere":  {listed(c.GetDBSchemas(ctx, &flightsql.GetDBSchemasOpts{Catalog: text("x")})), ""},
		"table types":        {listed(c.GetTableTypes(ctx)), "TABLE"},
		"tables of a name":   {listed(c.GetTables(ctx, &flightsql.GetTablesOpts{TableNameFilterPattern: text("pers_n")})), "(null)|mart|person|TABLE"},
		"tables of a schema": {listed(c.GetTables(ctx, &flightsql.GetTablesOpts{DbSchemaFilterPattern: text("none"), TableNameFilterPattern: text("%")})), ""},
		"tables of a type":   {listed(c.GetTables(ctx, &flightsql.GetTablesOpts{TableTypes: []string{"VIEW"}})), ""},
		"primary keys":       {listed(c.GetPrimaryKeys(ctx, person)), ""},
		"exported keys":      {listed(c.GetExportedKeys(ctx, person)), ""},
		"imported keys":      {listed(c.GetImportedKeys(ctx, person)), ""},
		"crossed keys":       {listed(c.GetCrossReference(ctx, person, person)), ""},
	} {
		if got.is != got.want {
			t.Errorf("%s: %q, want %q", what, got.is, got.want)
		}
	}
	info, err := c.GetSqlInfo(ctx, []flightsql.SqlInfo{flightsql.SqlInfoFlightSqlServerName, flightsql.SqlInfoFlightSqlServerReadOnly})
	if err != nil {
		t.Fatal(err)
	}
	if lines, _, err := read(ctx, c, info); err != nil || len(lines) != 2 || !strings.Contains(lines[0], "canbao") || !strings.Contains(lines[1], "true") {
		t.Errorf("the server: %v, %v", lines, err)
	}
	date := int32(codeDate)
	if got := listed(c.GetXdbcTypeInfo(ctx, &date)); !strings.HasPrefix(got, "DATE|91|10|'|'") {
		t.Errorf("the type of days: %s", got)
	}
	if got := listed(c.GetXdbcTypeInfo(ctx, nil)); strings.Count(got, "|3|") < len(dataTypes) {
		t.Errorf("types: %s", got)
	}
	auditor, theirs := s.as("shen")
	info, err = auditor.GetTables(theirs, &flightsql.GetTablesOpts{})
	if err == nil {
		_, _, err = read(theirs, auditor, info)
	}
	if status.Code(err) != codes.PermissionDenied {
		t.Errorf("tables for an auditor: %v", err)
	}
}

// TestTableSchemas: the columns told of every table are those it answers with,
// and each says what it means.
func TestTableSchemas(t *testing.T) {
	s := serve(t, city(t), nil)
	c, ctx := s.as("zhang")
	info, err := c.GetTables(ctx, &flightsql.GetTablesOpts{IncludeSchema: true})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := c.DoGet(ctx, info.Endpoint[0].Ticket)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Release()
	tables := 0
	for rows.Next() {
		batch := rows.RecordBatch()
		for i := range int(batch.NumRows()) {
			tables++
			name := batch.Column(1).ValueStr(i) + "." + batch.Column(2).ValueStr(i)
			told, err := flight.DeserializeSchema(batch.Column(4).(*array.Binary).Value(i), memory.DefaultAllocator)
			if err != nil {
				t.Fatal(err)
			}
			sameColumns(t, ctx, c, name, told)
		}
	}
	if tables < 20 || rows.Err() != nil {
		t.Errorf("%d tables, %v", tables, rows.Err())
	}
}

func sameColumns(t *testing.T, ctx context.Context, c *flightsql.Client, name string, told *arrow.Schema) {
	t.Helper()
	result, err := c.GetExecuteSchema(ctx, "select * from "+name)
	if err != nil {
		t.Fatal(err)
	}
	comes, err := flight.DeserializeSchema(result.Schema, memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	if told.NumFields() != comes.NumFields() {
		t.Fatalf("%s: told %v, comes %v", name, told, comes)
	}
	for i, f := range told.Fields() {
		if g := comes.Field(i); f.Name != g.Name || !arrow.TypeEqual(f.Type, g.Type) {
			t.Errorf("%s: told %v, comes %v", name, f, g)
		}
		if remark, _ := f.Metadata.GetValue(flightsql.RemarksKey); remark == "" {
			t.Errorf("%s.%s says nothing of itself", name, f.Name)
		}
	}
}

func TestLike(t *testing.T) {
	for _, c := range []struct {
		pattern string
		fits    []string
	}{
		{"%", []string{"", "person", "person_day", "personXday", "村"}},
		{"person", []string{"person"}},
		{"PERSON", []string{"person"}},
		{"person%", []string{"person", "person_day", "personXday"}},
		{"%day", []string{"person_day", "personXday"}},
		{"person_day", []string{"person_day", "personXday"}},
		{`person\_day`, []string{"person_day"}},
		{"_", []string{"村"}},
		{"%%o%n%", []string{"person", "person_day", "personXday"}},
		{"", []string{""}},
	} {
		for _, name := range []string{"", "person", "person_day", "personXday", "村"} {
			if got, want := matches(&c.pattern, name), slices.Contains(c.fits, name); got != want {
				t.Errorf("%q fits %q: %v", name, c.pattern, got)
			}
		}
	}
}
