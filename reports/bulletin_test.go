package reports

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"canbao/etl/refuse"
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

func day(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}

// bulletin writes one and returns its path and text.
func bulletin(t testing.TB, r *measure.Reader, o Options) (string, string) {
	t.Helper()
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	path, err := Bulletin(context.Background(), r, o)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, string(text)
}

func TestLook(t *testing.T) {
	dir := os.Getenv("LOOK")
	if dir == "" {
		t.Skip()
	}
	r := open(t, []string{"city.sql"})
	for _, d := range []string{"2020-11-01", "2020-11-20", "2020-12-10", "2020-12-18"} {
		bulletin(t, r, Options{AsOf: day(d), Dir: dir})
		bulletin(t, r, Options{AsOf: day(d), Dir: dir, Lang: "en"})
	}
}

var _ = errors.As
var _ refuse.Error
var _ = strings.Contains
