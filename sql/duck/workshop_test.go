package duck

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

// Tables that memory is not likely to hold lie in a file, of which nothing is
// left when the build is over, nor by a build that was killed once the next
// process writes.
func TestLargeBuildsLieInAFile(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "w.duckdb")
	temp := path + ".tmp"
	writer := Options{MemoryLimit: "100MB", Holder: Holder{Verb: "build"}}
	db, err := Open(ctx, path, writer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(ctx, "create schema raw; create table raw.load as select 2000000 as rows"); err != nil {
		t.Fatal(err)
	}
	w, err := db.Workshop(ctx, "core")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Table(ctx, "core.person", "select range as n from range(3000000)"); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(temp, "workshop.duckdb")
	if _, err := os.Stat(file); err != nil {
		t.Errorf("the tables are in no file: %v", err)
	}
	if err := w.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("the file stayed when the build was over")
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(temp); err == nil {
		t.Error("the folder stayed")
	}

	if err := os.Mkdir(temp, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, left := range []string{file, file + ".wal"} {
		if err := os.WriteFile(left, []byte("left by a kill"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if db, err = Open(ctx, path, writer); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(temp, "*")); len(left) > 0 {
		t.Errorf("left lying: %q", left)
	}
	if w, err = db.Workshop(ctx, "core"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(temp); err != nil {
		t.Error("a folder that the build did not make is gone")
	}
}
