package reports

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"canbao/models/measure"
	"canbao/sql/duck"
)

// open makes a snapshot of SQL files that models/measure keeps for its own
// tests, and of further statements.
func open(t testing.TB, files []string, more ...string) *measure.Reader {
	t.Helper()
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "1.duckdb")
	db, err := duck.Open(ctx, path, duck.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append([]string{"schema.sql"}, files...) {
		text, err := os.ReadFile(filepath.Join("..", "models", "measure", "testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(ctx, string(text)); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
	}
	for _, text := range more {
		if _, err := db.ExecContext(ctx, text); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := measure.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// figures reads the bulletin that is asked for.
func figures(t testing.TB, r *measure.Reader, ask measure.Ask) *measure.Bulletin {
	t.Helper()
	b, err := r.Bulletin(context.Background(), ask)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func day(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}
