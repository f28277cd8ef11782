//go:build duckdb_arrow

package flight

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"canbao/reports/access"
	"canbao/reports/desk"
)

// read fetches what an info tells of, as lines of values, with the schema.
func read(ctx context.Context, c *flightsql.Client, info *flight.FlightInfo) (lines []string, schema *arrow.Schema, err error) {
	for _, e := range info.Endpoint {
		rows, err := c.DoGet(ctx, e.Ticket)
		if err != nil {
			return nil, nil, err
		}
		schema = rows.Schema()
		for rows.Next() {
			batch := rows.RecordBatch()
			for i := range int(batch.NumRows()) {
				var values []string
				for _, col := range batch.Columns() {
					values = append(values, col.ValueStr(i))
				}
				lines = append(lines, strings.Join(values, "|"))
			}
		}
		err = rows.Err()
		rows.Release()
		if err != nil {
			return lines, schema, err
		}
	}
	return lines, schema, nil
}

func query(ctx context.Context, c *flightsql.Client, text string) ([]string, *arrow.Schema, error) {
	info, err := c.Execute(ctx, text)
	if err != nil {
		return nil, nil, err
	}
	return read(ctx, c, info)
}

func TestQuery(t *testing.T) {
	s := serve(t, city(t), nil)
	c, ctx := s.as("zhang")
	lines, schema, err := query(ctx, c, "select 42 as n, '义乌' as place, date '2020-12-25' as day, cast(1.50 as decimal(10, 2)) as amount, null as nothing")
	if err != nil || strings.Join(lines, "\n") != "42|义乌|2020-12-25|1.5|(null)" {
		t.Errorf("%v, %v", lines, err)
	}
	if n, _ := schema.Metadata().GetValue(SnapshotKey); n != "1" {
		t.Errorf("the answer names snapshot %q", n)
	}
	if lines, _, err = query(ctx, c, "select count(*) > 0 from mart.person"); err != nil || lines[0] != "true" {
		t.Errorf("the city's people: %v, %v", lines, err)
	}
}

// prepare prepares a statement and binds a row of parameters, none for "".
func prepare(t *testing.T, ctx context.Context, c *flightsql.Client, text, json string, fields ...arrow.Field) *flightsql.PreparedStatement {
	t.Helper()
	p, err := c.Prepare(ctx, text)
	if err != nil {
		t.Fatal(err)
	}
	if json != "" {
		row, _, err := array.RecordFromJSON(memory.DefaultAllocator, arrow.NewSchema(fields, nil), strings.NewReader(json))
		if err != nil {
			t.Fatal(err)
		}
		p.SetParameters(row)
	}
	return p
}

func TestPrepared(t *testing.T) {
	s := serve(t, city(t), nil)
	c, ctx := s.as("zhang")
	number, day := arrow.PrimitiveTypes.Int64, arrow.FixedWidthTypes.Date32
	p := prepare(t, ctx, c, "select count(*) as n, min(?) as d from range(100) as r (n) where n >= ?", `[{"d":"2020-12-25","n":90}]`,
		arrow.Field{Name: "d", Type: day}, arrow.Field{Name: "n", Type: number})
	if got := p.ParameterSchema(); got.NumFields() != 2 || !arrow.TypeEqual(got.Field(1).Type, number) {
		t.Errorf("parameters: %v", got)
	}
	if got := p.DatasetSchema(); got.NumFields() != 2 || got.Field(0).Name != "n" || !arrow.TypeEqual(got.Field(0).Type, number) {
		t.Errorf("columns before they are asked for: %v", got)
	}
	info, err := p.Execute(ctx)
	if err != nil {
		t.Fatal(err)
	}
	told, err := flight.DeserializeSchema(info.Schema, memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	lines, schema, err := read(ctx, c, info)
	if err != nil || lines[0] != "10|2020-12-25" || !told.Equal(schema) {
		t.Errorf("%v of %v, told %v: %v", lines, schema, told, err)
	}
	if err := p.Close(ctx); err != nil {
		t.Error(err)
	}
	if _, err := p.Execute(ctx); err == nil {
		t.Error("a closed statement was run")
	}

	unbound := prepare(t, ctx, c, "select $x + 1", "")
	if _, err := unbound.Execute(ctx); status.Code(err) != codes.InvalidArgument || !strings.Contains(err.Error(), "$x") {
		t.Errorf("without parameters: %v", err)
	}
	two := prepare(t, ctx, c, "select $x + 1", `[{"x":1},{"x":2}]`, arrow.Field{Name: "x", Type: number})
	if _, err := two.Execute(ctx); status.Code(err) != codes.InvalidArgument {
		t.Errorf("with two rows of parameters: %v", err)
	}
	list := prepare(t, ctx, c, "select $x", `[{"x":[1]}]`, arrow.Field{Name: "x", Type: arrow.ListOf(number)})
	if _, err := list.Execute(ctx); status.Code(err) != codes.InvalidArgument {
		t.Errorf("with a list: %v", err)
	}
	other, theirs := s.as("li")
	foreign := prepare(t, ctx, c, "select 1", "")
	if _, err := other.GetExecuteSchema(theirs, "select 1"); err != nil {
		t.Error(err)
	}
	if _, err := flightsql.NewPreparedStatement(other, foreign.Handle()).Execute(theirs); status.Code(err) != codes.NotFound {
		t.Errorf("somebody else's statement: %v", err)
	}
	bad, err := c.Prepare(ctx, "select nonesuch from mart.person")
	if status.Code(err) != codes.InvalidArgument {
		t.Errorf("%v, %v", bad, err)
	}
}

// TestTickets: a ticket is good once, for its own session, and tells nothing.
func TestTickets(t *testing.T) {
	s := serve(t, city(t), nil)
	c, ctx := s.as("zhang")
	info, err := c.Execute(ctx, "select 'a secret of mine'")
	if err != nil {
		t.Fatal(err)
	}
	ticket := info.Endpoint[0].Ticket
	if strings.Contains(string(ticket.Ticket), "secret") {
		t.Error("the ticket tells the query")
	}
	other, theirs := s.as("li")
	again, mine := s.as("zhang")
	for whose, got := range map[string]error{"somebody else's": second(other.DoGet(theirs, ticket)), "that of another session": second(again.DoGet(mine, ticket))} {
		if status.Code(got) != codes.NotFound {
			t.Errorf("%s: %v", whose, got)
		}
	}
	if lines, _, err := read(ctx, c, info); err != nil || lines[0] != "a secret of mine" {
		t.Errorf("%v, %v", lines, err)
	}
	if _, _, err := read(ctx, c, info); status.Code(err) != codes.NotFound {
		t.Errorf("a second time: %v", err)
	}
	forged, err := flightsql.CreateStatementQueryTicket([]byte("select 1"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.DoGet(ctx, &flight.Ticket{Ticket: forged}); status.Code(err) != codes.NotFound {
		t.Errorf("made up: %v", err)
	}
	for _, garbage := range []string{"", "select 1", "\x0a\xff\xff\xff\xff\x0f"} {
		if _, err := c.DoGet(ctx, &flight.Ticket{Ticket: []byte(garbage)}); err == nil {
			t.Errorf("%q was a ticket", garbage)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// TestRefused: each refusal has the code that tools know, and words.
func TestRefused(t *testing.T) {
	s := serve(t, city(t), func(o *desk.Options, _ *Options) {
		o.Limits = func(r access.Role) access.Limits {
			l := r.Limits()
			l.ExportRows, l.Time, l.Memory = 100_000, 2*time.Second, "200MB"
			return l
		}
	})
	c, ctx := s.as("zhang")
	ask := func(text string) error { _, _, err := query(ctx, c, text); return err }
	as := func(name string) error { c, ctx := s.as(name); _, _, err := query(ctx, c, "select 1"); return err }
	soon := func(text string) error {
		info, err := c.Execute(ctx, text)
		if err != nil {
			return err
		}
		short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
		defer cancel()
		_, _, err = read(short, c, info)
		return err
	}
	const endless = "select count(*) from range(10000000) as a (x), range(1000000) as b (y) where x % 7 = y % 11"
	for what, c := range map[string]struct {
		err   error
		code  codes.Code
		words string
	}{
		"no column":      {ask("select 1,\n  nonesuch from mart.person"), codes.InvalidArgument, "line 2, column 3: there is no column nonesuch"},
		"no SQL":         {ask("selct 1"), codes.InvalidArgument, "line 1, column 1"},
		"while it runs":  {ask("select cast('x' || n as int) from range(10) as r (n)"), codes.InvalidArgument, "a value is none of the type wanted"},
		"writing":        {ask("delete from mart.person"), codes.InvalidArgument, "a query reads"},
		"two":            {ask("select 1; select 2"), codes.InvalidArgument, "one statement"},
		"a file":         {ask("select * from read_csv('/etc/passwd')"), codes.InvalidArgument, ""},
		"rows":           {ask("select * from range(1000000)"), codes.ResourceExhausted, "100000 rows"},
		"time":           {ask(endless), codes.ResourceExhausted, "the limit of 2s"},
		"memory":         {ask("select list(n) from range(100000000) as r (n)"), codes.ResourceExhausted, "memory limit"},
		"client's time":  {soon(endless), codes.DeadlineExceeded, ""},
		"the auditor":    {as("shen"), codes.PermissionDenied, "role auditor may not"},
		"the leader":     {as("chen"), codes.PermissionDenied, "role leader may not"},
		"update":         {second(c.ExecuteUpdate(ctx, "create table t (x int)")), codes.InvalidArgument, "read-only"},
		"update, select": {second(c.ExecuteUpdate(ctx, "select 1")), codes.InvalidArgument, "read-only"},
		"transaction":    {second(c.BeginTransaction(ctx)), codes.Unimplemented, "no transactions"},
		"plan":           {second(c.ExecuteSubstrait(ctx, flightsql.SubstraitPlan{})), codes.Unimplemented, "Substrait"},
	} {
		if status.Code(c.err) != c.code || !strings.Contains(status.Convert(c.err).Message(), c.words) {
			t.Errorf("%s: %v, want %s and %q", what, c.err, c.code, c.words)
		}
	}
	if lines, _, err := query(ctx, c, "select 42"); err != nil || lines[0] != "42" {
		t.Errorf("after all that: %v, %v", lines, err)
	}
}

// TestWideRows: rows of many bytes come in messages that clients take without
// being told of it, which is up to 4 MB.
func TestWideRows(t *testing.T) {
	s := serve(t, city(t), nil)
	c, ctx := s.as("zhang")
	lines, _, err := query(ctx, c, "select n, repeat('村', 3000) as t from range(5000) as r (n)") // 18 MB a batch
	if err != nil || len(lines) != 5000 {
		t.Fatalf("%d rows, %v", len(lines), err)
	}
	for i, line := range lines {
		if want := strconv.Itoa(i) + "|" + strings.Repeat("村", 3000); line != want {
			t.Fatalf("row %d is %.40s, %d bytes", i, line, len(line))
		}
	}
}
