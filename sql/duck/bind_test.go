//go:build duckdb_arrow

package duck

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// parameters is one row of the JSON given.
func parameters(t *testing.T, json string, fields ...arrow.Field) arrow.RecordBatch {
	t.Helper()
	row, _, err := array.RecordFromJSON(memory.DefaultAllocator, arrow.NewSchema(fields, nil), strings.NewReader(json))
	if err != nil {
		t.Fatal(err)
	}
	return row
}

// TestBoundParametersKeepTheirTypes: what goes in as a value of a type comes out
// as that value, of that type as far as DuckDB has it.
func TestBoundParametersKeepTheirTypes(t *testing.T) {
	s := openSession(t, "")
	for json, c := range map[string]struct {
		arrow.DataType
		comes string // "" where it is that type
		text  string
	}{
		`[{"x":true}]`:                         {arrow.FixedWidthTypes.Boolean, "", "true"},
		`[{"x":-128}]`:                         {arrow.PrimitiveTypes.Int8, "", "-128"},
		`[{"x":9007199254740993}]`:             {arrow.PrimitiveTypes.Int64, "", "9007199254740993"},
		`[{"x":4294967295}]`:                   {arrow.PrimitiveTypes.Uint32, "", "4294967295"},
		`[{"x":0.1}]`:                          {arrow.PrimitiveTypes.Float64, "", "0.1"},
		`[{"x":"义乌"}]`:                         {arrow.BinaryTypes.String, "", "义乌"},
		`[{"x":"大"}]`:                          {arrow.BinaryTypes.LargeString, "utf8", "大"},
		`[{"x":"AQI="}]`:                       {arrow.BinaryTypes.Binary, "", "AQI="},
		`[{"x":"-12345678901234567890.12"}]`:   {&arrow.Decimal128Type{Precision: 38, Scale: 2}, "", "-12345678901234567890.12"},
		`[{"x":"2020-12-25"}]`:                 {arrow.FixedWidthTypes.Date32, "", "2020-12-25"},
		`[{"x":"1969-12-31"}]`:                 {arrow.FixedWidthTypes.Date64, "date32", "1969-12-31"},
		`[{"x":"23:59:59.999"}]`:               {arrow.FixedWidthTypes.Time32ms, "time64[us]", "23:59:59.999000"},
		`[{"x":"2020-12-25 23:59:59.000001"}]`: {&arrow.TimestampType{Unit: arrow.Nanosecond}, "timestamp[us]", "2020-12-25T23:59:59.000001"},
		`[{"x":"2020-12-25 16:00:00Z"}]`:       {&arrow.TimestampType{Unit: arrow.Second, TimeZone: "UTC"}, "timestamp[us, tz=Asia/Shanghai]", "2020-12-26T00:00:00+08:00"},
	} {
		row := parameters(t, json, arrow.Field{Name: "x", Type: c.DataType, Nullable: true})
		p, err := s.Prepare(context.Background(), "select $x as x")
		if err != nil {
			t.Fatal(err)
		}
		rows, err := p.StreamBound(context.Background(), row)
		if err != nil || !rows.Next() {
			t.Fatalf("%s: %v", json, err)
		}
		got := rows.RecordBatch().Column(0)
		want := c.comes
		if want == "" {
			want = c.DataType.String()
		}
		if text := got.ValueStr(0); text != c.text || got.DataType().String() != want {
			t.Errorf("%s: %s of %s, want %s of %s", json, text, got.DataType(), c.text, want)
		}
		rows.Release()
		p.Close()
	}
	p, err := s.Prepare(context.Background(), "select count(*) from a where $x is null")
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	rows, err := p.StreamBound(context.Background(), parameters(t, `[{"x":null}]`, arrow.Field{Name: "x", Type: arrow.PrimitiveTypes.Int64, Nullable: true}))
	if err != nil || !rows.Next() || rows.RecordBatch().Column(0).ValueStr(0) != "5000" {
		t.Errorf("null: %v, %v", rows, err)
	}
	rows.Release()
}

func TestBoundByNameOrPlace(t *testing.T) {
	s := openSession(t, "")
	number := arrow.PrimitiveTypes.Int64
	a, b := arrow.Field{Name: "a", Type: number}, arrow.Field{Name: "b", Type: number}
	for _, c := range []struct {
		query, json, want string
		fields            []arrow.Field
	}{
		{"select ? * 10 + ?", `[{"a":1,"b":2}]`, "12", []arrow.Field{a, b}},
		{"select $a * 10 + $b", `[{"b":2,"a":1}]`, "12", []arrow.Field{b, a}},
		{"select $x * 10 + $y", `[{"b":2,"a":1}]`, "21", []arrow.Field{b, a}},
		{"select $2 * 10 + $1", `[{"a":1,"b":2}]`, "21", []arrow.Field{a, b}},
		{"select $a * 10 + $a", `[{"a":1,"b":2}]`, "11", []arrow.Field{a, b}},
	} {
		p, err := s.Prepare(context.Background(), c.query)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := p.StreamBound(context.Background(), parameters(t, c.json, c.fields...))
		if err != nil || !rows.Next() || rows.RecordBatch().Column(0).ValueStr(0) != c.want {
			t.Errorf("%s with %s: %v, want %s (%v)", c.query, c.json, rows, c.want, err)
		}
		if err == nil {
			rows.Release()
		}
		p.Close()
	}
	p, err := s.Prepare(context.Background(), "select ? + ?")
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for kind, row := range map[string]arrow.RecordBatch{
		NoParameter:  parameters(t, `[{"a":1}]`, a),
		BadParameter: parameters(t, `[{"a":1,"b":[1]}]`, a, arrow.Field{Name: "b", Type: arrow.ListOf(number)}),
	} {
		var wrong *QueryError
		if _, err := p.StreamBound(context.Background(), row); !errors.As(err, &wrong) || wrong.Kind != kind {
			t.Errorf("want %q: %v", kind, err)
		}
	}
	if _, err := p.StreamBound(context.Background(), parameters(t, `[{"a":1,"b":2},{"a":3,"b":4}]`, a, b)); err == nil {
		t.Error("two rows were taken for one")
	}
}

func TestParamSchema(t *testing.T) {
	s := openSession(t, "")
	p, err := s.Prepare(context.Background(), "select ? from a where n >= ? and name = ? and cast(? as date) < current_date")
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	schema, err := p.ParamSchema()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []arrow.DataType{arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64, arrow.BinaryTypes.String, arrow.FixedWidthTypes.Date32} {
		if f := schema.Field(i); !arrow.TypeEqual(f.Type, want) || f.Name != p.Params()[i] {
			t.Errorf("parameter %d is %s, want %s", i+1, f, want)
		}
	}
}

// TestSchemaIsThatOfTheAnswer: what is told before is what comes, duplicate
// names and types that hang on parameters among them.
func TestSchemaIsThatOfTheAnswer(t *testing.T) {
	s := openSession(t, "")
	row := parameters(t, `[{"x":"2020-12-25","y":0.5}]`, arrow.Field{Name: "x", Type: arrow.FixedWidthTypes.Date32}, arrow.Field{Name: "y", Type: arrow.PrimitiveTypes.Float64})
	for _, query := range []string{
		"select n, n, name as n, 1 + 1, null as nothing, n as \"N\" from a", "from a", "values (1, '村')", "describe a",
		"with b as (select * from a) select sum(n) as n from b -- end\n;",
		"select $x as a, $y as a, n + $y from a", "select ? as x, ? as x",
	} {
		p, err := s.Prepare(context.Background(), query)
		if err != nil {
			t.Fatal(err)
		}
		told, err := p.SchemaBound(context.Background(), row)
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		rows, err := p.StreamBound(context.Background(), row)
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		if !told.Equal(rows.Schema()) {
			t.Errorf("%s: told %s, came %s", query, told, rows.Schema())
		}
		rows.Release()
		p.Close()
	}
}
