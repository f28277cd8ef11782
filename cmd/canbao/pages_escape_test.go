package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"canbao/sql/duck"
)

// tryEscapes tries the ways out that the desk knows (reports/desk/testdata)
// through the page.
func tryEscapes(t *testing.T, p *pages) {
	const secret = "the-secret-of-the-outside"
	dir := t.TempDir()
	t.Setenv("CANBAO_ESCAPE", secret)
	file, parquet, database, out := filepath.Join(dir, "x.csv"), filepath.Join(dir, "x.parquet"), filepath.Join(dir, "x.duckdb"), filepath.Join(dir, "out")
	if err := os.WriteFile(file, []byte(secret+","+secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := duck.Open(context.Background(), database, duck.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"create table secret as select '" + secret + "' as x", "copy secret to '" + parquet + "'"} {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadFile(filepath.Join("..", "..", "reports", "desk", "testdata", "escapes.txt"))
	if err != nil {
		t.Fatal(err)
	}
	fill := strings.NewReplacer("{file}", file, "{parquet}", parquet, "{database}", database, "{dir}", dir, "{out}", out)
	snapshot := filepath.Join(p.dir, "published", "1.duckdb")
	before, err := os.ReadFile(snapshot)
	if err != nil {
		t.Fatal(err)
	}
	b := p.as("zhang")
	ways := strings.Split("\n"+string(list), "\n== ")[1:]
	if len(ways) < 60 {
		t.Fatalf("%d ways out", len(ways))
	}
	for _, way := range ways {
		name, text, _ := strings.Cut(way, "\n")
		text = fill.Replace(text)
		got := b.ask(text, nil)
		// What stands in the text itself may be repeated.
		said := unescape(got.HTML)
		if strings.Contains(said, `class="no"`) {
			for _, line := range strings.Split(text, "\n") {
				said = strings.ReplaceAll(said, line, "")
			}
			said = strings.ReplaceAll(said, dir, "")
		}
		for what, leaked := range map[string]bool{
			"the content": strings.Contains(said, secret), "the folder": strings.Contains(said, dir), "the workspace": strings.Contains(said, p.dir),
			"a failure": strings.Contains(said, "系统出错"),
		} {
			if leaked {
				t.Errorf("%s: the page shows %s", name, what)
			}
		}
		if _, err := os.Lstat(out); err == nil {
			t.Errorf("%s: something was written", name)
			os.RemoveAll(out)
		}
	}
	after, err := os.ReadFile(snapshot)
	if err != nil || string(before) != string(after) {
		t.Errorf("the snapshot is another one now: %v", err)
	}
	if got := cells(b.ask("select count(*) > 0 from mart.person", nil).HTML); len(got) != 1 || got[0] != "true" {
		t.Errorf("after all of it: %v", got)
	}
}
