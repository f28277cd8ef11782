package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"canbao/etl"
	"canbao/etl/synth"
)

// provinceMemory is what the database may use in BenchmarkProvince: with what
// the program holds beside it a process must stay below 8 GB.
const provinceMemory = "5GB"

// BenchmarkProvince takes a province the whole road on one machine: made straight
// to Parquet, loaded, built, ranked and reported on by processes of two threads,
// and compared with what the generator counted person by person: rows per
// dataset, and every figure of the province and its towns. It tells of every
// step how long it took, the most memory the process held, and what was on disk.
//
//   - CANBAO_BENCH_PROVINCE: number of people (make bench-province: PEOPLE)
//   - CANBAO_BENCH_COUNTED: counties whose people are counted one by one (all)
//   - CANBAO_BENCH_DIR: where it works; what a former run has made or loaded there
//     it goes on with (a folder of its own, removed at the end)
//   - CANBAO_BENCH_MEMORY: memory the database may use (5GB)
//   - CANBAO_BENCH_THIN=1: the extracts are removed once they are loaded
func BenchmarkProvince(b *testing.B) {
	people, err := strconv.Atoi(os.Getenv("CANBAO_BENCH_PROVINCE"))
	if err != nil || people == 0 {
		b.Skip("CANBAO_BENCH_PROVINCE is how many people: make bench-province")
	}
	dir := os.Getenv("CANBAO_BENCH_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	b.Setenv("XDG_CONFIG_HOME", filepath.Join(dir, "config"))
	p := &provinceRoad{road: road{b: b, dir: dir, program: filepath.Join(dir, "canbao"), city: filepath.Join(dir, "province")}}
	p.memory = os.Getenv("CANBAO_BENCH_MEMORY")
	if p.memory == "" {
		p.memory = provinceMemory
	}
	p.run("go", "build", "-tags", "duckdb_arrow", "-o", p.program, ".")
	for b.Loop() {
		p.make(people)
		p.whole()
		if os.Getenv("CANBAO_BENCH_DIR") == "" {
			os.RemoveAll(p.city)
		}
	}
}

type provinceRoad struct {
	road
	memory string
	made   *synth.Province
}

// make makes the extracts, or goes on with those a former run has made whole.
func (p *provinceRoad) make(people int) {
	done := filepath.Join(p.dir, "made.json")
	if text, err := os.ReadFile(done); err == nil {
		if err := json.Unmarshal(text, &p.made); err != nil {
			p.b.Fatal(err)
		}
		return
	}
	counted := 60
	if n, err := strconv.Atoi(os.Getenv("CANBAO_BENCH_COUNTED")); err == nil {
		counted = n
	}
	p.run(p.program, "init", p.city)
	start := time.Now()
	made, err := synth.MakeProvince(context.Background(), synth.Options{Dir: p.city, People: people, Seed: 1, Workers: 2}, counted)
	if err != nil {
		p.b.Fatal(err)
	}
	p.told("make", start, fmt.Sprintf("%d people, %d files, %d rows, %.0f MB", made.People, made.Files, made.Rows, float64(made.Bytes)/1e6))
	text, err := json.Marshal(made)
	if err == nil {
		err = os.WriteFile(done, text, 0o600)
	}
	if err != nil {
		p.b.Fatal(err)
	}
	p.made = made
}

// load loads the extracts, or goes on with what a former run has loaded.
func (p *provinceRoad) load() {
	done := filepath.Join(p.dir, "loaded.json")
	report, err := os.ReadFile(done)
	if err != nil {
		load := p.step("load", p.made.Extracts, "--format", "json")
		report = []byte(load.out)
		if err := os.WriteFile(done, report, 0o600); err != nil {
			p.b.Fatal(err)
		}
		p.b.ReportMetric(float64(p.made.Rows)/load.took.Seconds(), "load-rows/s")
		p.b.ReportMetric(load.took.Seconds(), "load-s")
		p.b.ReportMetric(float64(load.peak)/1e6, "load-peak-MB")
	}
	p.compareLoad(string(report))
}

func (p *provinceRoad) whole() {
	b, m := p.b, p.made
	for _, name := range datasetsOf(m) {
		d := m.Datasets[name]
		b.Logf("  %-12s %11d rows = %d accepted + %d quarantined + %d repeated", name, d.Rows, d.Accepted, d.Quarantined, d.Repeated)
	}
	p.load()
	if os.Getenv("CANBAO_BENCH_THIN") != "" {
		if err := os.RemoveAll(m.Extracts); err != nil {
			b.Fatal(err)
		}
	}
	build := p.step("build", "--times")
	b.Logf("models:\n%s", build.errors)
	ranking := p.step("ranking", "--as-of", synth.LastDay.String(), "--format", "csv")
	p.compareRanking(ranking.out)
	city := p.step("ranking", "--as-of", synth.LastDay.String(), "--level", "city", "--format", "csv")
	p.compareRanking(city.out)
	bulletin := p.step("bulletin", "--as-of", synth.LastDay.String())
	b.ReportMetric(build.took.Seconds(), "build-s")
	b.ReportMetric(ranking.took.Seconds(), "ranking-s")
	b.ReportMetric(bulletin.took.Seconds(), "bulletin-s")
	b.ReportMetric(float64(build.peak)/1e6, "build-peak-MB")
	b.ReportMetric(float64(build.spilt)/1e6, "spilt-MB")
}

// stepped is what a verb printed and took.
type stepped struct {
	out, errors string
	took        time.Duration
	peak, spilt int64 // bytes: of memory, and spilt, at most
}

// step runs a verb on the province.
func (p *provinceRoad) step(verb string, args ...string) stepped {
	p.b.Helper()
	args = append([]string{verb}, args...)
	args = append(args, "--workspace", p.city, "--threads", "2", "--memory-limit", p.memory, "--lang", "en")
	if verb != "build" && verb != "load" {
		args = append(args, "--quiet")
	}
	var out, errs strings.Builder
	cmd := exec.Command(p.program, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	start := time.Now()
	if err := cmd.Start(); err != nil {
		p.b.Fatal(err)
	}
	var most, peak atomic.Int64
	done := make(chan struct{})
	go func() {
		for tick := time.NewTicker(time.Second); ; {
			select {
			case <-done:
				return
			case <-tick.C:
				peak.Store(max(peak.Load(), highWater(cmd.Process.Pid)))
				most.Store(max(most.Load(), weight(filepath.Join(p.city, "warehouse", "warehouse.duckdb.tmp"))))
			}
		}
	}()
	err := cmd.Wait()
	close(done)
	if err != nil {
		p.b.Fatalf("%v: %v\n%s\n%s", args, err, out.String(), errs.String())
	}
	s := stepped{out: out.String(), errors: errs.String(), took: time.Since(start), peak: peak.Load(), spilt: most.Load()}
	p.told(verb, start, fmt.Sprintf("%.0f s of processor, %.0f MB at most, %.0f MB spilt at most, warehouse %.0f MB, snapshots %.0f MB",
		(cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()).Seconds(), float64(s.peak)/1e6, float64(s.spilt)/1e6,
		float64(weight(filepath.Join(p.city, "warehouse")))/1e6, float64(weight(filepath.Join(p.city, "published")))/1e6))
	return s
}

// highWater is the most memory a process has held so far, in bytes. What the
// system tells when it ends will not do: it counts in the process that started it.
func highWater(pid int) (bytes int64) {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if _, after, found := strings.Cut(string(status), "VmHWM:"); found {
		fmt.Sscan(after, &bytes)
	}
	return bytes << 10
}

// told says how a step went, with how busy the machine was.
func (p *provinceRoad) told(step string, start time.Time, what string) {
	busy, _ := os.ReadFile("/proc/loadavg")
	p.b.Logf("%-9s %8.1f s  %s; load average %s", step, time.Since(start).Seconds(), what, strings.TrimSpace(string(busy)))
	fmt.Fprintf(os.Stderr, "%s %-9s %8.1f s  %s\n", time.Now().Format(time.TimeOnly), step, time.Since(start).Seconds(), what)
}

// weight is the bytes of all files below a folder.
func weight(dir string) (n int64) {
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if info, err := d.Info(); err == nil {
				n += info.Size()
			}
		}
		return nil // files come and go
	})
	return n
}

func datasetsOf(m *synth.Province) []string {
	var names []string
	for name := range m.Datasets {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// compareLoad holds the load report against what was written.
func (p *provinceRoad) compareLoad(report string) {
	p.b.Helper()
	var files []etl.FileReport
	if err := json.Unmarshal([]byte(report), &files); err != nil {
		p.b.Fatal(err)
	}
	got := map[string]synth.FileTruth{}
	for _, f := range files {
		sum := got[f.Dataset]
		sum.Rows += f.Rows
		sum.Accepted += f.Accepted
		sum.Quarantined += f.Quarantined
		sum.Repeated += f.Repeated
		got[f.Dataset] = sum
	}
	for _, name := range datasetsOf(p.made) {
		want, have := p.made.Datasets[name], got[name]
		if want.Rows != have.Rows || want.Accepted != have.Accepted || want.Quarantined != have.Quarantined || want.Repeated != have.Repeated {
			p.b.Errorf("%s: %d rows = %d accepted + %d quarantined + %d repeated, want %d = %d + %d + %d", name,
				have.Rows, have.Accepted, have.Quarantined, have.Repeated, want.Rows, want.Accepted, want.Quarantined, want.Repeated)
		}
	}
	if len(files) != p.made.Files {
		p.b.Errorf("%d files loaded, want %d", len(files), p.made.Files)
	}
}

// compareRanking holds expected and actual of every area listed against the
// people counted one by one.
func (p *provinceRoad) compareRanking(text string) {
	p.b.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) < 2 {
		p.b.Fatalf("%d rows of the ranking: %v", len(rows), err)
	}
	compared, wrong := 0, 0
	for _, row := range rows[1:] {
		indicator := strings.TrimSuffix(strings.TrimSuffix(row[0], "_main"), "_full")
		want, known := p.made.Indicators[synth.Key{Indicator: indicator, AreaCode: row[1]}]
		if known {
			compared++
		}
		if got := row[3] + " " + row[4]; known && got != fmt.Sprintf("%d %d", want.Expected, want.Actual) {
			if wrong++; wrong <= 10 {
				p.b.Errorf("%s of %s: expected and actual are %s, want %d %d", row[0], row[1], got, want.Expected, want.Actual)
			}
		}
	}
	p.b.Logf("  %d of %d rows of the ranking compared, %d wrong", compared, len(rows)-1, wrong)
}
