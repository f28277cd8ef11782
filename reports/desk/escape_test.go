//go:build duckdb_arrow

package desk

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"canbao/etl/refuse"
	"canbao/sql/duck"
)

// outside is what no query may see: files, and a variable of the environment.
type outside struct {
	dir, secret string
	replace     *strings.Replacer
	out         string
}

func makeOutside(t *testing.T) outside {
	t.Helper()
	dir := t.TempDir()
	o := outside{dir: dir, secret: "the-secret-of-the-outside", out: filepath.Join(dir, "out")}
	t.Setenv("CANBAO_ESCAPE", o.secret)
	file, parquet, database := filepath.Join(dir, "x.csv"), filepath.Join(dir, "x.parquet"), filepath.Join(dir, "x.duckdb")
	if err := os.WriteFile(file, []byte(o.secret+","+o.secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := duck.Open(context.Background(), database, duck.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range []string{"create table secret as select '" + o.secret + "' as x", "copy secret to '" + parquet + "'"} {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	o.replace = strings.NewReplacer("{file}", file, "{parquet}", parquet, "{database}", database, "{dir}", dir, "{out}", o.out)
	return o
}

// TestEscapes tries every way out of testdata/escapes.txt. The web and the wire
// try the same ones.
func TestEscapes(t *testing.T) {
	o := makeOutside(t)
	d, dir := open(t, nil)
	all := scripts(t, "testdata/escapes.txt")
	if len(all) < 60 {
		t.Fatalf("%d ways out", len(all))
	}
	before, err := os.ReadFile(filepath.Join(dir, "1.duckdb"))
	if err != nil {
		t.Fatal(err)
	}
	answered := 0
	for _, c := range all {
		text := o.replace.Replace(c.text)
		lines, _, err := ask(d, Question{Text: text})
		said := strings.Join(lines, "\n")
		if err != nil {
			var wrong *duck.QueryError
			var no *refuse.Error
			if !errors.As(err, &no) && (!errors.As(err, &wrong) || wrong.Broken()) {
				t.Errorf("%s: %v", c.name, err)
			}
			// What stands in the text itself it may repeat.
			said += "\n" + strings.ReplaceAll(err.Error(), text, "")
		} else {
			answered++
			t.Logf("%s: answered", c.name)
		}
		for what, leaked := range map[string]bool{
			"the content":           strings.Contains(said, o.secret),
			"the folder":            strings.Contains(said, dir) || err == nil && strings.Contains(said, o.dir),
			"the folder of spills":  strings.Contains(said, d.spill.dir),
			"the home":              strings.Contains(said, os.Getenv("HOME")+"/"),
			"the password file":     strings.Contains(said, "root:"),
			"a variable":            strings.Contains(said, "PATH="),
			"the service's program": strings.Contains(said, filepath.Dir(os.Args[0])),
		} {
			if leaked {
				t.Errorf("%s: %s comes out: %s", c.name, what, said)
			}
		}
		if _, err := os.Stat(o.out); err == nil {
			t.Errorf("%s: something was written", c.name)
			os.RemoveAll(o.out)
		}
	}
	after, err := os.ReadFile(filepath.Join(dir, "1.duckdb"))
	if err != nil || string(after) != string(before) {
		t.Error("the snapshot has changed")
	}
	if answered > 15 {
		t.Errorf("%d of %d ways out were answered", answered, len(all))
	}
}
