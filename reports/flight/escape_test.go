//go:build duckdb_arrow

package flight

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"canbao/reports/access"
	"canbao/reports/desk"
	"canbao/sql/duck"
)

// script is a named query of the lists the desk keeps for everything that takes
// SQL.
type script struct{ name, text string }

func scripts(t *testing.T, name string) (all []script) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "desk", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range strings.Split("\n"+string(text), "\n== ")[1:] {
		name, body, _ := strings.Cut(block, "\n")
		all = append(all, script{name, strings.TrimRight(body, "\n")})
	}
	return all
}

// TestEscapes tries every way out through the wire, as a statement and as a
// prepared one.
func TestEscapes(t *testing.T) {
	dir, published := t.TempDir(), t.TempDir()
	const secret = "the-secret-of-the-outside"
	t.Setenv("CANBAO_ESCAPE", secret)
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(at("x.csv"), []byte(secret+","+secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := duck.Open(context.Background(), at("x.duckdb"), duck.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"create table secret as select '" + secret + "' as x", "copy secret to '" + at("x.parquet") + "'"} {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	db.Close()
	fill := strings.NewReplacer("{file}", at("x.csv"), "{parquet}", at("x.parquet"), "{database}", at("x.duckdb"), "{dir}", dir, "{out}", at("out"))
	publish(t, published, 1, "create table mart.a as select range as n, '村' || range as name from range(3000)")
	before, err := os.ReadFile(filepath.Join(published, "1.duckdb"))
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, published, func(o *desk.Options, _ *Options) {
		o.Limits = func(access.Role) access.Limits {
			return access.Limits{Time: 20 * time.Second, Memory: "200MB", Threads: 1, ExportRows: 5000, Bytes: 1 << 20, Concurrent: 2}
		}
	})
	c, ctx := s.as("zhang")
	all, answered := scripts(t, "escapes.txt"), 0
	if len(all) < 60 {
		t.Fatalf("%d ways out", len(all))
	}
	for _, one := range all {
		text := fill.Replace(one.text)
		said := ""
		lines, _, err := query(ctx, c, text)
		if err == nil {
			answered++
		}
		said += strings.Join(lines, "\n")
		p, failed := c.Prepare(ctx, text)
		if failed == nil {
			if failed = p.Close(ctx); failed != nil {
				t.Errorf("%s: close: %v", one.name, failed)
			}
		} else if err == nil || status.Code(failed) == codes.Internal {
			t.Errorf("%s: prepared: %v", one.name, failed)
		}
		if err != nil {
			switch status.Code(err) {
			case codes.InvalidArgument, codes.ResourceExhausted, codes.PermissionDenied:
			default:
				t.Errorf("%s: %v", one.name, err)
			}
			// What stands in the text itself it may repeat.
			said += strings.ReplaceAll(status.Convert(err).Message(), text, "")
		}
		for what, leaked := range map[string]bool{
			"the content":       strings.Contains(said, secret),
			"the folder":        strings.Contains(said, published) || err == nil && strings.Contains(said, dir),
			"the home":          strings.Contains(said, os.Getenv("HOME")+"/"),
			"the password file": strings.Contains(said, "root:"),
			"a variable":        strings.Contains(said, "PATH="),
		} {
			if leaked {
				t.Errorf("%s: %s comes out: %s", one.name, what, said)
			}
		}
		if _, err := os.Stat(at("out")); err == nil {
			t.Errorf("%s: something was written", one.name)
			os.RemoveAll(at("out"))
		}
	}
	if after, err := os.ReadFile(filepath.Join(published, "1.duckdb")); err != nil || string(after) != string(before) {
		t.Error("the snapshot has changed")
	}
	if answered > 15 {
		t.Errorf("%d of %d ways out were answered", answered, len(all))
	}
	if lines, _, err := query(ctx, c, "select count(*) from mart.a"); err != nil || lines[0] != "3000" {
		t.Errorf("after all of them: %v, %v", lines, err)
	}
}

// TestBombs: what asks for more than it may have is refused as that, and whoever
// asks beside it is answered.
func TestBombs(t *testing.T) {
	published := t.TempDir()
	publish(t, published, 1, "create table mart.a as select range as n, '村' || range as name from range(3000)")
	s := serve(t, published, func(o *desk.Options, _ *Options) {
		o.Limits = func(access.Role) access.Limits {
			return access.Limits{Time: time.Second, Memory: "200MB", Threads: 1, ExportRows: 5000, Bytes: 8 << 20, Concurrent: 2}
		}
	})
	c, ctx := s.as("zhang")
	neighbour, theirs := s.as("li")
	for _, one := range scripts(t, "bombs.txt") {
		done := make(chan error, 1)
		start := time.Now()
		go func() {
			_, _, err := query(ctx, c, one.text)
			done <- err
		}()
		if lines, _, err := query(theirs, neighbour, "select count(*) from mart.a"); err != nil || lines[0] != "3000" {
			t.Errorf("beside %s: %v, %v", one.name, lines, err)
		}
		switch err := <-done; status.Code(err) {
		case codes.OK, codes.InvalidArgument, codes.ResourceExhausted:
		default:
			t.Errorf("%s: %v", one.name, err)
		}
		if took := time.Since(start); took > 15*time.Second {
			t.Errorf("%s took %v", one.name, took)
		}
	}
}
