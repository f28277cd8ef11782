package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"canbao/etl/lake"
	"canbao/sql/duck"
)

var clockForm = regexp.MustCompile(`20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}(:[0-9]{2})?`)

// TestLakeAnswersAsAWarehouse runs the verbs that read and write rows over the
// city of six people, once with its rows in the warehouse and once in a lake:
// every word is the same, but for the clock's.
func TestLakeAnswersAsAWarehouse(t *testing.T) {
	if testing.Short() {
		t.Skip("runs many commands")
	}
	plain := newRotated(t)
	lain := newRotated(t, "CANBAO_ENGINE=trino")
	for _, path := range []string{"warehouse/warehouse.duckdb", "warehouse/warehouse.duckdb.lock", "warehouse/lake"} {
		if err := os.RemoveAll(filepath.Join(lain.dir, "city", path)); err != nil {
			t.Fatal(err)
		}
	}
	if err := copyFile(plain.key, lain.key); err != nil { // person codes follow from it
		t.Fatal(err)
	}
	extracts, err := filepath.Abs(filepath.Join("testdata", "city", "extracts"))
	if err != nil {
		t.Fatal(err)
	}
	lain.do("load", "--workspace", "city", extracts)
	lain.do("load", "--workspace", "city", "few.csv")
	const held = "证件号码,姓名,本市户籍,常住,镇街,村社\n330782198001010013,张一,是,是,义亭镇,铜山村\n330782198001010012,张一,是,否,义亭镇,铜山村\n"
	for _, args := range []string{
		"status", "loads", "load --strict held.csv", "load --dry-run few.csv", "quarantine", "quarantine export --out held.xlsx", "quarantine dismiss 1 --reason 重复",
		"quarantine history", "load --dry-run held.csv", "build", "ranking --as-of latest", "reconcile",
		"worklist --item medical_hukou --as-of latest", "worklist --item medical_hukou --as-of latest --reveal --reason 走访",
		"worklist history", "key check", "unload 1", "loads --all", "load --number 1 " + filepath.Join(extracts, "1-roster.csv"),
		"build", "ranking --as-of latest", "status",
	} {
		var said [2]string
		for i, r := range []*rotated{plain, lain} {
			if err := os.WriteFile(filepath.Join(r.dir, "held.csv"), []byte(held), 0o600); err != nil {
				t.Fatal(err)
			}
			cmd, out, errs := r.command(append(strings.Fields(args), "--workspace", "city", "--quiet"))
			cmd.Run()
			text := fmt.Sprint("exit ", cmd.ProcessState.ExitCode(), "\n", out, errs)
			said[i] = strings.ReplaceAll(clockForm.ReplaceAllString(text, "(clock)"), r.dir, "DIR")
			if cmd.ProcessState.ExitCode() == exitFailed {
				t.Errorf("canbao %s:\n%s", args, text)
			}
		}
		if diff := cmp.Diff(said[0], said[1]); diff != "" {
			t.Errorf("canbao %s (-warehouse +lake):\n%s", args, diff)
		}
	}
	if n := parquetFiles(t, filepath.Join(lain.dir, "city")); n == 0 {
		t.Error("the lake has no files")
	}
	if n := parquetFiles(t, filepath.Join(plain.dir, "city")); n != 0 {
		t.Errorf("a warehouse without a lake has %d files", n)
	}
	// The settings name another engine than the rows were loaded for.
	for _, c := range []struct {
		r      *rotated
		engine string
	}{{plain, "trino"}, {lain, "duckdb"}} {
		for _, verb := range []string{"status", "build", "unload 2"} {
			cmd, _, errs := c.r.command(append(strings.Fields(verb), "--workspace", "city", "--engine", c.engine))
			cmd.Run()
			if cmd.ProcessState.ExitCode() != exitRefuse || !strings.Contains(errs.String(), "engine: ") {
				t.Errorf("%s with --engine %s exits with %d: %s", verb, c.engine, cmd.ProcessState.ExitCode(), errs)
			}
		}
	}
}

func parquetFiles(t *testing.T, dir string) (n int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".parquet") {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestLakeRotationKilled kills rotations of the key of a lake.
func TestLakeRotationKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes")
	}
	killRotations(newRotated(t, "CANBAO_ENGINE=trino"), 4)
}

// TestLakeKilled kills loads and takings back at moments spread over all their
// time: every file is in the lake whole or not at all, and the next command
// leaves no folder there that does not count.
func TestLakeKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes")
	}
	r := newRotated(t, "CANBAO_ENGINE=trino")
	in := filepath.Join(r.dir, "in")
	if err := os.Mkdir(in, 0o700); err != nil {
		t.Fatal(err)
	}
	const files, each = 8, 400
	for i := range files {
		text := "证件号码,姓名,镇街,村社,本市户籍,常住,在校学生\n"
		for n := range each {
			text += rosterLine(i*each/2 + n) // half of them stand in the file before
		}
		path := filepath.Join(in, fmt.Sprintf("%02d.csv", i))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	began := time.Now()
	r.do("load", "--workspace", "city", in)
	took := time.Since(began)
	r.isLakeWhole(files + 8)
	const kills = 4
	killed := 0
	for i := range kills {
		after := took * time.Duration(i+1) / kills
		var last int
		r.inWarehouse("select max(load) from raw.load", &last)
		if r.kill(after, "unload", "--workspace", "city", fmt.Sprint(last)) {
			killed++
		}
		r.isLakeWhole(0)
		path := filepath.Join(in, fmt.Sprintf("more%02d.csv", i))
		text := "证件号码,姓名,镇街,村社,本市户籍,常住,在校学生\n"
		for n := range each {
			text += rosterLine(i*31 + n)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if r.kill(after, "load", "--workspace", "city", in) {
			killed++
		}
		r.isLakeWhole(0)
	}
	r.do("load", "--workspace", "city", in)
	r.isLakeWhole(0)
	t.Logf("%d of %d were killed", killed, 2*kills)
	if killed == 0 {
		t.Error("nothing was killed")
	}
}

// inWarehouse asks the warehouse for one value, as a reader.
func (r *rotated) inWarehouse(query string, value any) {
	r.Helper()
	place := filepath.Join(r.dir, "city", "warehouse", "lake")
	db, err := duck.Open(context.Background(), filepath.Join(r.dir, "city", "warehouse", "warehouse.duckdb"), duck.Options{ReadOnly: true, Lake: place})
	if err != nil {
		r.Fatal(err)
	}
	defer db.Close()
	if _, err := lake.Ready(context.Background(), db, &lake.Place{Folder: place}); err != nil {
		r.Fatal(err)
	}
	if err := db.QueryRow(query).Scan(value); err != nil {
		r.Fatal(err)
	}
}

// isLakeWhole wants every load whole, the rows and files of the lake to be those
// of the ledger, and, after a writer was let in, no folder beside them. loads is
// how many there must be, 0 for any number.
func (r *rotated) isLakeWhole(loads int) {
	r.Helper()
	var torn, have, files int
	r.inWarehouse(`
with stored as (select load, count(*) filter (where not repeated) as fresh, count(*) as n from raw.roster group by load)
select count(*) from raw.load as l
left join stored as s using (load)
left join (select load, sum(rows) as rows from raw.lake where dataset = 'roster' group by load) as f using (load)
where dataset = 'roster' and same_as is null
  and (coalesce(fresh, 0) <> accepted or coalesce(n, 0) <> accepted + repeated or coalesce(f.rows, 0) <> coalesce(n, 0))`, &torn)
	if torn > 0 {
		r.Errorf("%d loads are torn", torn)
	}
	r.inWarehouse("select count(*) from raw.load", &have)
	if loads > 0 && have != loads {
		r.Errorf("%d loads, want %d", have, loads)
	}
	// Any command that writes lets the writer in.
	r.do("key", "check", "--workspace", "city")
	r.run([]int{exitDone, exitRefuse}, "unload", "--workspace", "city", "9999")
	r.inWarehouse("select count(*) from raw.lake_file", &files)
	if n := parquetFiles(r.T, filepath.Join(r.dir, "city")); n != files {
		r.Errorf("%d files are in the lake, the ledger lists %d", n, files)
	}
}
