package models

import (
	"context"
	"io/fs"
	"slices"
	"strings"
	"testing"

	queries "canbao/sql"
	"canbao/sql/duck"
)

// watched is the workshop at home with every call written down.
type watched struct {
	*duck.Workshop
	calls   map[string]string // table: what it was made of
	dropped []string
}

func (w *watched) note(ctx context.Context, name, query string, do func(context.Context, string, string) error) error {
	w.calls[name] = query
	return do(ctx, name, query)
}

func (w *watched) Table(ctx context.Context, name, query string) error {
	return w.note(ctx, name, query, w.Workshop.Table)
}

func (w *watched) View(ctx context.Context, name, query string) error {
	return w.note(ctx, name, query, w.Workshop.View)
}

func (w *watched) Published(ctx context.Context, name, query string) error {
	return w.note(ctx, name, query, w.Workshop.Published)
}

func (w *watched) Drop(ctx context.Context, name string) error {
	w.dropped = append(w.dropped, name)
	return w.Workshop.Drop(ctx, name)
}

// watchedCity is a city of one person whose builds are watched.
func watchedCity(t *testing.T) (*city, *watched) {
	t.Helper()
	c := newCity(t, tinyAreas)
	c.load("证件号码,姓名,本市户籍,常住,镇街,村社\n" + person("19800101", 1) + ",张一,是,是,稠城街道,向阳社区\n")
	w := &watched{calls: map[string]string{}}
	c.elsewhere = func(_ context.Context, home *duck.Workshop, _ int, _ []int) (Engine, error) {
		w.Workshop = home
		return w, nil
	}
	return c, w
}

// TestDropsWhatWasRead: a table that nothing reads any more is dropped, not one
// that is read while the snapshot is published.
func TestDropsWhatWasRead(t *testing.T) {
	c, w := watchedCity(t)
	c.build()
	for _, table := range []string{"core.change", "core.delta", "core.daily"} {
		if !slices.Contains(w.dropped, table) {
			t.Errorf("%s is not dropped", table)
		}
	}
	for _, table := range []string{"core.person", "core.state", "staging.span", "staging.category", "mart.standing"} {
		if slices.Contains(w.dropped, table) {
			t.Errorf("%s is dropped", table)
		}
	}
}

// TestHereNothingIsPaid: a build on this machine pays nothing for there being
// other engines. DuckDB is given every model once and as it stands in its file,
// nothing is handed over, fetched or written beside the snapshot, and no
// statement comes to it but those that the models are made of.
func TestHereNothingIsPaid(t *testing.T) {
	ctx := t.Context()
	c, w := watchedCity(t)
	if _, err := c.loader.DB.ExecContext(ctx, "call enable_logging('QueryLog')"); err != nil {
		t.Fatal(err)
	}
	c.build()
	rows, err := c.loader.DB.QueryContext(ctx, "select message from duckdb_logs where type = 'QueryLog'")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	given := map[string]int{}
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		given[text]++
		lower := strings.ToLower(text)
		for _, word := range []string{"copy ", "read_parquet", "export database", "install ", "load "} {
			if strings.HasPrefix(lower, word) || word == "read_parquet" && strings.Contains(lower, word) {
				t.Errorf("a build here says %q", text)
			}
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	models := 0
	for name, query := range w.calls {
		file := strings.Replace(strings.Replace(name, found+".", "check.", 1), ".", "/", 1) + ".sql"
		text, err := fs.ReadFile(queries.Files, file)
		if err != nil {
			continue // made by the program
		}
		want := strings.TrimSuffix(strings.TrimRight(string(text), " \n\t"), ";")
		if query != want {
			t.Errorf("%s: DuckDB was given %q instead of what stands in the file", file, query)
		}
		if n := given["create table "+name+" as\n"+want] + given["create view "+name+" as\n"+want]; n != 1 {
			t.Errorf("%s was given to DuckDB %d times", file, n)
		}
		models++
	}
	if models < 40 {
		t.Errorf("%d models were looked at", models)
	}
}
