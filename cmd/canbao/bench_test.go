package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"canbao/etl/synth"
	"canbao/sql/duck"
)

// BenchmarkRoad times the whole road on a full-size city and prints every
// figure as a ratio to a baseline run in the same minute on the same files:
//
//   - load: bare DuckDB reading the same text, converted to UTF-8 beforehand,
//     with read_csv(..., all_varchar = true) into tables of a database file,
//     and a checkpoint; two threads both.
//   - build: the load.
//   - ranking, bulletin: seconds.
//
// CANBAO_BENCH_PEOPLE makes the city smaller.
func BenchmarkRoad(b *testing.B) {
	people, _ := strconv.Atoi(os.Getenv("CANBAO_BENCH_PEOPLE"))
	dir := b.TempDir()
	r := &road{b: b, dir: dir, program: filepath.Join(dir, "canbao"), city: filepath.Join(dir, "city")}
	b.Setenv("XDG_CONFIG_HOME", filepath.Join(dir, "config"))
	r.run("go", "build", "-tags", "duckdb_arrow", "-o", r.program, ".")
	r.run(r.program, "init", r.city)
	made, err := synth.Make(context.Background(), synth.Options{Dir: r.city, People: people, Seed: 1})
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("%d people, %d files, %d rows, %.0f MB", made.People, made.Files, made.Rows, float64(made.Bytes)/1e6)
	plain := filepath.Join(dir, "plain")
	r.convert(made.Extracts, plain)
	for b.Loop() {
		baseline := r.baseline(plain)
		if err := os.RemoveAll(filepath.Join(r.city, "warehouse")); err != nil {
			b.Fatal(err)
		}
		load, loadMemory := r.run(r.program, "load", made.Extracts, "--workspace", r.city, "--quiet", "--format", "csv", "--threads", "2")
		build, buildMemory := r.run(r.program, "build", "--workspace", r.city, "--quiet", "--threads", "2")
		ranking, _ := r.run(r.program, "ranking", "--as-of", "latest", "--workspace", r.city, "--quiet")
		bulletin, _ := r.run(r.program, "bulletin", "--as-of", "latest", "--workspace", r.city, "--quiet")
		b.Logf("baseline %.1f s, load %.1f s, build %.1f s, ranking %.2f s, bulletin %.2f s",
			baseline.Seconds(), load.Seconds(), build.Seconds(), ranking.Seconds(), bulletin.Seconds())
		b.ReportMetric(load.Seconds()/baseline.Seconds(), "load/baseline")
		b.ReportMetric(build.Seconds()/load.Seconds(), "build/load")
		b.ReportMetric(ranking.Seconds(), "ranking-s")
		b.ReportMetric(bulletin.Seconds(), "bulletin-s")
		b.ReportMetric(float64(loadMemory)/1e6, "load-peak-MB")
		b.ReportMetric(float64(buildMemory)/1e6, "build-peak-MB")
	}
}

// BenchmarkBulletin times the full internal set without PDF (page with the pages
// of all towns, workbook, document) of a city with 714 villages, beside a query
// that opens the same snapshot, and weighs the page. How many people there are
// hardly matters: a bulletin is drawn from sums.
func BenchmarkBulletin(b *testing.B) {
	dir := b.TempDir()
	r := &road{b: b, dir: dir, program: filepath.Join(dir, "canbao"), city: filepath.Join(dir, "city")}
	b.Setenv("XDG_CONFIG_HOME", filepath.Join(dir, "config"))
	r.run("go", "build", "-tags", "duckdb_arrow", "-o", r.program, ".")
	r.run(r.program, "demo", "--people", "100000", "--workspace", r.city, "--quiet")
	for b.Loop() {
		baseline, _ := r.run(r.program, "query", "select count(*) from mart.standing", "--workspace", r.city, "--quiet")
		set, memory := r.run(r.program, "bulletin", "--as-of", "2020-12-10", "--workspace", r.city, "--quiet")
		page, err := os.Stat(filepath.Join(r.city, "reports", "yiwu-2021-2020-12-10.html"))
		if err != nil {
			b.Fatal(err)
		}
		b.Logf("query %.2f s, bulletin %.2f s, page %.2f MB", baseline.Seconds(), set.Seconds(), float64(page.Size())/1e6)
		b.ReportMetric(set.Seconds(), "bulletin-s")
		b.ReportMetric(set.Seconds()/baseline.Seconds(), "bulletin/query")
		b.ReportMetric(float64(page.Size())/1e6, "page-MB")
		b.ReportMetric(float64(memory)/1e6, "peak-MB")
	}
}

type road struct {
	b                  *testing.B
	dir, program, city string
	cpu                time.Duration // of the last command: what it took of the processors, whoever else was at work
}

// run runs a command and tells how long it took and the most memory it held,
// in bytes.
func (r *road) run(name string, args ...string) (time.Duration, int64) {
	r.b.Helper()
	cmd := exec.Command(name, args...)
	start := time.Now()
	text, err := cmd.CombinedOutput()
	took := time.Since(start)
	if err != nil {
		r.b.Fatalf("%s %v: %v\n%s", name, args, err, text)
	}
	r.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return took, 0
	}
	return took, usage.Maxrss << 10
}

// convert writes the files of a folder again, as UTF-8 without a mark.
func (r *road) convert(from, to string) {
	r.b.Helper()
	err := filepath.WalkDir(from, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var enc encoding.Encoding
		switch {
		case bytes.HasPrefix(text, []byte("\xff\xfe")), bytes.HasPrefix(text, []byte("\xfe\xff")):
			enc = unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
		case !utf8.Valid(text):
			enc = simplifiedchinese.GB18030
		}
		if enc != nil {
			if text, err = enc.NewDecoder().Bytes(text); err != nil {
				return fmt.Errorf("convert %s: %w", path, err)
			}
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		name := filepath.Join(to, rel)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		return os.WriteFile(name, bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), 0o600)
	})
	if err != nil {
		r.b.Fatal(err)
	}
}

// baseline reads every folder into a table of text columns, durably.
func (r *road) baseline(dir string) time.Duration {
	r.b.Helper()
	ctx := context.Background()
	path := filepath.Join(r.dir, "baseline.duckdb")
	for _, old := range []string{path, path + ".wal"} {
		os.Remove(old)
	}
	db, err := duck.Open(ctx, path, duck.Options{Threads: 2})
	if err != nil {
		r.b.Fatal(err)
	}
	defer db.Close()
	folders, err := os.ReadDir(dir)
	if err != nil {
		r.b.Fatal(err)
	}
	start, before := time.Now(), ownCPU(r.b)
	for i, folder := range folders {
		query := fmt.Sprintf(`create table t%d as select * from read_csv('%s', all_varchar = true, header = false, auto_detect = false,
delim = '%s', quote = '"', null_padding = true, strict_mode = false, ignore_errors = true, columns = {%s})`,
			i, filepath.Join(dir, folder.Name(), "*"), comma(r.b, filepath.Join(dir, folder.Name())), textColumns(16))
		if _, err := db.Exec(query); err != nil {
			r.b.Fatal(err)
		}
	}
	if err := db.Checkpoint(ctx); err != nil {
		r.b.Fatal(err)
	}
	r.cpu = ownCPU(r.b) - before
	return time.Since(start)
}

// ownCPU is what this process has taken of the processors so far.
func ownCPU(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// comma is what parts the cells of the files of a folder.
func comma(b *testing.B, dir string) string {
	b.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		b.Fatalf("no files in %s: %v", dir, err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		b.Fatal(err)
	}
	head := string(text[:min(len(text), 4096)])
	best := ","
	for _, c := range []string{"\t", ";", "|"} {
		if strings.Count(head, c) > strings.Count(head, best) {
			best = c
		}
	}
	return best
}

func textColumns(n int) string {
	var columns []string
	for i := range n {
		columns = append(columns, fmt.Sprintf("'c%d': 'varchar'", i))
	}
	return strings.Join(columns, ", ")
}
