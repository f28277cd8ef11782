//go:build duckdb_arrow

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEscapesOfShellAndQuery tries the ways out that the desk is tried with
// (reports/desk/testdata/escapes.txt) on `canbao query` and `canbao shell`: none
// shows what is in a file or in the environment, and none writes.
func TestEscapesOfShellAndQuery(t *testing.T) {
	if testing.Short() {
		t.Skip("makes, loads and builds a city")
	}
	script := readRepoFile(t, "reports/desk/testdata/escapes.txt")
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(dir, "config"))
	t.Chdir(dir)
	runLine(t, "canbao demo --people 800 --workspace city --quiet")
	const secret = "the-secret-of-the-outside"
	t.Setenv("CANBAO_ESCAPE", secret)
	file, out := filepath.Join(dir, "x.csv"), filepath.Join(dir, "out")
	if err := os.WriteFile(file, []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	snapshot := filepath.Join("city", "published", "1.duckdb")
	before, err := os.ReadFile(snapshot)
	if err != nil {
		t.Fatal(err)
	}
	// The warehouse itself is another database, and the snapshot's neighbour.
	replace := strings.NewReplacer("{file}", file, "{parquet}", file, "{database}", filepath.Join(dir, "city", "warehouse.duckdb"), "{dir}", dir, "{out}", out)
	blocks := strings.Split("\n"+script, "\n== ")[1:]
	for _, block := range blocks {
		name, text, _ := strings.Cut(block, "\n")
		text = replace.Replace(strings.TrimRight(text, "\n"))
		for verb, run := range map[string]func(out, errs *bytes.Buffer) int{
			"query": func(out, errs *bytes.Buffer) int {
				return Run([]string{"query", "--workspace", "city", "--format", "csv", "--", text}, strings.NewReader(""), out, errs)
			},
			"shell": func(out, errs *bytes.Buffer) int {
				return Run([]string{"shell", "--workspace", "city", "--format", "csv"}, strings.NewReader(text+"\n;\n"), out, errs)
			},
		} {
			var answer, errs bytes.Buffer
			code := run(&answer, &errs)
			if code != exitDone && code != exitRefuse {
				t.Errorf("%s: %s: exit %d: %s", verb, name, code, errs.String())
			}
			said := answer.String() + strings.ReplaceAll(errs.String(), text, "")
			for _, inside := range []string{secret, "root:", "PATH=", filepath.Join(dir, "city")} {
				if strings.Contains(answer.String(), inside) || inside == secret && strings.Contains(said, inside) {
					t.Errorf("%s: %s: %q comes out: %s", verb, name, inside, said)
				}
			}
			if _, err := os.Stat(out); err == nil {
				t.Errorf("%s: %s: something was written", verb, name)
				os.RemoveAll(out)
			}
		}
	}
	after, err := os.ReadFile(snapshot)
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the snapshot has changed (%v)", err)
	}
}
