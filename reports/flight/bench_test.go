//go:build duckdb_arrow

package flight

import (
	"context"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"testing"
	"time"

	duckdb "github.com/duckdb/duckdb-go/v2"
	"google.golang.org/grpc"

	"canbao/reports/access"
	"canbao/reports/desk"
)

// BenchmarkWire reads an answer of ten million rows of eight columns, of the kinds
// of values that marts hold, over TLS on this machine, from the query to the last
// row, by arrow-go's own client.
//
//   - driver/wire: the driver's own Arrow stream of the same query, in this process
//     with nothing between, in the time of the wire: the middle of three rounds, in
//     which both take turns. Wanted: at least 0.5.
//   - wire-s, driver-s: seconds.
//   - MB/s: of the wire.
//
// CANBAO_BENCH_ROWS makes it smaller.
func BenchmarkWire(b *testing.B) {
	rows, _ := strconv.Atoi(os.Getenv("CANBAO_BENCH_ROWS"))
	if rows == 0 {
		rows = 10_000_000
	}
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // as canbao serve has it
	dir := b.TempDir()
	publish(b, dir, 1, `create table mart.t as
select r as n, cast(330782001000 + r % 744 as varchar) as area_code, concat('村', r % 744) as area, date '2020-11-01' + cast(r % 45 as integer) as day,
    cast(r * 7919 % 100000 * 0.01 as decimal(18, 2)) as amount, r % 1000 / 999.0 as rate, r % 3 = 0 as met,
    case r % 4 when 0 then null when 1 then '微信' when 2 then '支付宝' else '银行批扣' end as channel
from range(`+strconv.Itoa(rows)+`) as x (r)`)
	// Under a name of its own: one process opens a file with one configuration.
	alone := filepath.Join(dir, "alone.duckdb")
	if err := os.Link(filepath.Join(dir, "1.duckdb"), alone); err != nil {
		b.Fatal(err)
	}
	const ask = "select * from mart.t"
	s := serve(b, dir, func(o *desk.Options, _ *Options) {
		o.Limits = func(access.Role) access.Limits {
			return access.Limits{Time: time.Hour, Memory: "1GB", Threads: 2, ExportRows: 1 << 40, Bytes: 1 << 50, Concurrent: 1}
		}
	})
	for b.Loop() {
		var ratios, wires, drivers []float64
		var size int64
		for range 3 {
			bare := byDriver(b, alone, ask, int64(rows))
			var wire time.Duration
			wire, size = s.byWire(ask, int64(rows))
			ratios = append(ratios, bare.Seconds()/wire.Seconds())
			wires, drivers = append(wires, wire.Seconds()), append(drivers, bare.Seconds())
		}
		middle := func(all []float64) float64 { slices.Sort(all); return all[len(all)/2] }
		b.Logf("ratios %.2f", ratios)
		b.ReportMetric(middle(ratios), "driver/wire")
		b.ReportMetric(middle(wires), "wire-s")
		b.ReportMetric(middle(drivers), "driver-s")
		b.ReportMetric(float64(size)/1e6/middle(wires), "MB/s")
	}
}

// byDriver is how long the driver's own stream takes.
func byDriver(b *testing.B, path, ask string, want int64) time.Duration {
	b.Helper()
	start := time.Now()
	connector, err := duckdb.NewConnector(path+"?access_mode=READ_ONLY&threads=2&memory_limit=1GB", nil)
	if err != nil {
		b.Fatal(err)
	}
	defer connector.Close()
	conn, err := connector.Connect(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	stream, err := duckdb.NewArrowFromConn(conn)
	if err != nil {
		b.Fatal(err)
	}
	rows, err := stream.QueryContext(context.Background(), ask)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Release()
	got := int64(0)
	for rows.Next() {
		got += rows.RecordBatch().NumRows()
	}
	if rows.Err() != nil || got != want {
		b.Fatalf("the driver gave %d rows, %v", got, rows.Err())
	}
	return time.Since(start)
}

// byWire is how long a client takes that has signed in, and how many bytes it was
// given.
func (s *service) byWire(ask string, want int64) (took time.Duration, size int64) {
	s.t.Helper()
	// The window that gRPC has in Java; Go's begins at 64 kB and stays small where
	// answers take no time on the way.
	const window = 1 << 20
	c, ctx := s.as("zhang", grpc.WithInitialWindowSize(window), grpc.WithInitialConnWindowSize(window))
	defer c.Close()
	start := time.Now()
	info, err := c.Execute(ctx, ask)
	if err != nil {
		s.t.Fatal(err)
	}
	rows, err := c.DoGet(ctx, info.Endpoint[0].Ticket)
	if err != nil {
		s.t.Fatal(err)
	}
	defer rows.Release()
	got := int64(0)
	for rows.Next() {
		got += rows.RecordBatch().NumRows()
		for _, column := range rows.RecordBatch().Columns() {
			size += int64(column.Data().SizeInBytes())
		}
	}
	if rows.Err() != nil || got != want {
		s.t.Fatalf("the wire gave %d rows, %v", got, rows.Err())
	}
	return time.Since(start), size
}
