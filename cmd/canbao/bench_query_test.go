package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"canbao/sql/duck"
)

// BenchmarkQuery writes an answer of ten million rows of eight columns in every
// format that streams, as a ratio to DuckDB's own COPY of the same question in
// the same minute, two threads both:
//
//   - csv/copy, parquet/copy: wanted at most 1.3.
//   - json/copy, ndjson/copy: to COPY (format json).
//   - arrow-s: seconds.
//   - peak-MB: of csv, the process whole.
//   - memory: the peak of csv for fifty million rows to that for five million.
//     Wanted: 1.2.
//
// CANBAO_BENCH_ROWS makes it smaller.
func BenchmarkQuery(b *testing.B) {
	rows, _ := strconv.Atoi(os.Getenv("CANBAO_BENCH_ROWS"))
	if rows == 0 {
		rows = 10_000_000
	}
	dir := b.TempDir()
	r := &road{b: b, dir: dir, program: filepath.Join(dir, "canbao"), city: filepath.Join(dir, "city")}
	b.Setenv("XDG_CONFIG_HOME", filepath.Join(dir, "config"))
	r.run("go", "build", "-tags", "duckdb_arrow", "-o", r.program, ".")
	r.run(r.program, "init", r.city)
	snapshot := r.snapshot(rows)
	const ask = "select * from mart.t"
	for b.Loop() {
		took := map[string]time.Duration{}
		for _, format := range []string{"csv", "parquet", "json"} {
			took["copy "+format] = r.copy(snapshot, ask, format)
		}
		for _, format := range []string{"csv", "parquet", "json", "ndjson", "arrow"} {
			var peak int64
			took[format], peak = r.ask(ask, format)
			if format == "csv" {
				b.ReportMetric(float64(peak)/1e6, "peak-MB")
			}
		}
		b.Logf("%d rows: %v", rows, took)
		for format, base := range map[string]string{"csv": "csv", "parquet": "parquet", "json": "json", "ndjson": "json"} {
			b.ReportMetric(took[format].Seconds()/took["copy "+base].Seconds(), format+"/copy")
		}
		b.ReportMetric(took["arrow"].Seconds(), "arrow-s")
		many := "select t.* from mart.t as t, range(%d) as n (i) where t.n < %d"
		_, small := r.ask(fmt.Sprintf(many, 1, 5_000_000), "csv")
		_, large := r.ask(fmt.Sprintf(many, max(1, 50_000_000/rows), rows), "csv")
		b.ReportMetric(float64(large)/float64(small), "memory/memory")
	}
}

// snapshot publishes a table of so many rows, of the kinds of values that marts
// hold.
func (r *road) snapshot(rows int) string {
	r.b.Helper()
	ctx := context.Background()
	published := filepath.Join(r.city, "published")
	if err := os.MkdirAll(published, 0o755); err != nil {
		r.b.Fatal(err)
	}
	path := filepath.Join(published, "1.duckdb")
	db, err := duck.Open(ctx, path, duck.Options{Threads: 2})
	if err != nil {
		r.b.Fatal(err)
	}
	defer db.Close()
	_, err = db.Exec(fmt.Sprintf(`
create schema mart;
create table mart.t as
select r as n, cast(330782001000 + r %% 744 as varchar) as area_code, concat('村', r %% 744) as area, date '2020-11-01' + cast(r %% 45 as integer) as day,
    cast(r * 7919 %% 100000 * 0.01 as decimal(18, 2)) as amount, r %% 1000 / 999.0 as rate, r %% 3 = 0 as met,
    case r %% 4 when 0 then null when 1 then '微信' when 2 then '支付宝' else '银行批扣' end as channel
from range(%d) as x (r)`, rows))
	if err == nil {
		err = db.Checkpoint(ctx)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(published, "CURRENT"), []byte("1\n"), 0o600)
	}
	if err != nil {
		r.b.Fatal(err)
	}
	return path
}

// copy lets DuckDB write the answer, in this process, opened anew as ours is.
func (r *road) copy(snapshot, ask, format string) time.Duration {
	r.b.Helper()
	start := time.Now()
	db, err := duck.Open(context.Background(), snapshot, duck.Options{Threads: 2, MemoryLimit: "1200MB"})
	if err != nil {
		r.b.Fatal(err)
	}
	defer db.Close()
	file := filepath.Join(r.dir, "copy."+format)
	if _, err := db.Exec(fmt.Sprintf("copy (%s) to '%s' (format %s)", ask, file, format)); err != nil {
		r.b.Fatal(err)
	}
	took := time.Since(start)
	os.Remove(file)
	return took
}

// ask lets the program write the answer.
func (r *road) ask(ask, format string) (time.Duration, int64) {
	r.b.Helper()
	file := filepath.Join(r.dir, "answer."+format)
	took, peak := r.run(r.program, "query", "--workspace", r.city, "--threads", "2", "--quiet", "--format", format, "--out", file, ask)
	os.Remove(file)
	return took, peak
}
