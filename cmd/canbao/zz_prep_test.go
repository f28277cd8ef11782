package main
import ("testing";"os";"path/filepath";"context";"canbao/etl/synth";"time";"fmt")
func BenchmarkZPrep(b *testing.B) {
	dir := "/tmp/perf"
	os.MkdirAll(dir, 0o755)
	r := &road{b: b, dir: dir, program: filepath.Join(dir, "canbao"), city: filepath.Join(dir, "city")}
	b.Setenv("XDG_CONFIG_HOME", filepath.Join(dir, "config"))
	r.run("go", "build", "-tags", "duckdb_arrow", "-o", r.program, ".")
	if os.Getenv("PREP") != "" {
	r.run(r.program, "init", r.city)
	made, err := synth.Make(context.Background(), synth.Options{Dir: r.city, Seed: 1})
	if err != nil { b.Fatal(err) }
	r.convert(made.Extracts, filepath.Join(dir, "plain"))
	r.inGB18030(filepath.Join(dir, "plain"), filepath.Join(dir, "gb"))
	r.workbook(filepath.Join(dir, "plain", "01-roster"))
	r.parquet(filepath.Join(dir, "plain", "05-payment"))
	}
	for i := 0; i < 2; i++ {
	t := r.baseline(filepath.Join(dir, "plain"))
	fmt.Println("baseline", t, r.cpu)
	t = r.load(filepath.Join(dir, "plain"))
	fmt.Println("load", t, r.cpu)
	s := time.Now(); t = r.readParquet(filepath.Join(dir, "payment.parquet"))
	fmt.Println("bareparquet", t, time.Since(s))
	t = r.load(filepath.Join(dir, "payment.parquet"))
	fmt.Println("parquet", t, r.cpu)
	}
}
