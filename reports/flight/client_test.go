//go:build duckdb_arrow

package flight

import (
	"context"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"
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
