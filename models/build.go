package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"canbao/etl/refuse"
	queries "canbao/sql"
	"canbao/sql/duck"
)

// Build is one run of the models over the warehouse. DB, Campaigns and Dir must
// be set; the areas are those of raw.area.
type Build struct {
	DB        *duck.DB
	Campaigns []*Campaign
	Dir       string     // where snapshots are published
	Cuts      [][]string // codes of towns that a cut is published for, each beside the snapshot; may be nil
	Program   string     // version of the program, for provenance
	Now       time.Time  // local
	// Progress is called before each table and each cut is made; may be nil.
	Progress func(done, total int, what string)

	models fs.FS // for tests; nil: those of the program
}

// Built is what a run came to. Snapshot is zero where a check of severity error
// failed: then nothing was published.
type Built struct {
	Snapshot Snapshot
	Checks   []CheckResult
}

// CheckResult is what a check of the data found.
type CheckResult struct {
	ID, Severity   string
	Title, Why, Do refuse.Text
	Rows           int64
}

// Failed tells whether the check forbids publishing.
func (c CheckResult) Failed() bool { return c.Severity == "error" && c.Rows > 0 }

// run is a build under way: one connection whose default database is a private
// one in memory, in which raw stands as views of the warehouse's. Nothing is
// written to the warehouse, so a killed build leaves it as it was.
type run struct {
	Build
	conn   *sql.Conn
	graph  *graph
	checks []CheckResult
}

// Run builds all models, runs the checks and publishes a snapshot.
func (b Build) Run(ctx context.Context) (Built, error) {
	r := &run{Build: b}
	if r.models == nil {
		r.models = queries.Files
	}
	if r.Now.IsZero() {
		r.Now = time.Now()
	}
	conn, err := b.DB.Conn(ctx)
	if err != nil {
		return Built{}, fmt.Errorf("connect to the warehouse: %w", err)
	}
	defer conn.Close()
	r.conn = conn
	home, err := r.open(ctx)
	if err != nil {
		return Built{}, err
	}
	built, err := r.all(ctx)
	_, undo := conn.ExecContext(context.WithoutCancel(ctx), "use "+home+"; detach workshop")
	if err := errors.Join(err, undo); err != nil || built.Snapshot.Number == 0 {
		return Built{Checks: built.Checks}, err
	}
	if err := r.cut(ctx, built.Snapshot); err != nil {
		return Built{Checks: built.Checks}, errors.Join(err, b.discard(built.Snapshot))
	}
	return built, point(b.Dir, built.Snapshot)
}

func (r *run) all(ctx context.Context) (Built, error) {
	given, err := r.given(ctx)
	if err != nil {
		return Built{}, err
	}
	r.graph, err = readGraph(ctx, r.conn, r.models, given, r.indicators())
	if err != nil {
		return Built{}, err
	}
	// A sample of the rows the checks find is published beside their number, and
	// all of them counted by area; rows that belong to no area are in neither sum.
	if err := errors.Join(r.makeOwn(ctx, "check_row"), r.makeOwn(ctx, "check_area")); err != nil {
		return Built{}, err
	}
	for i, m := range r.graph.order {
		r.progress(i, m.table())
		if err := r.make(ctx, m); err != nil {
			return Built{}, err
		}
	}
	if err := r.writeChecks(ctx); err != nil {
		return Built{}, err
	}
	built := Built{Checks: r.checks}
	if slices.ContainsFunc(r.checks, CheckResult.Failed) {
		return built, nil
	}
	built.Snapshot, err = r.write(ctx)
	return built, err
}

func (r *run) progress(done int, what string) {
	if r.Progress != nil {
		r.Progress(done, len(r.graph.order)+len(r.Cuts), what)
	}
}

// open makes the private database and returns the name of the warehouse's.
func (r *run) open(ctx context.Context) (string, error) {
	var home string
	if err := r.conn.QueryRowContext(ctx, "select current_database()").Scan(&home); err != nil {
		return "", fmt.Errorf("open the build: %w", err)
	}
	home = `"` + strings.ReplaceAll(home, `"`, `""`) + `"`
	tables, err := r.names(ctx, "select table_name from duckdb_tables() where database_name = current_database() and schema_name = 'raw'")
	if err != nil {
		return "", err
	}
	statements := []string{"set preserve_insertion_order = false", "attach ':memory:' as workshop", "use workshop", "create schema raw"}
	for _, table := range tables {
		statements = append(statements, fmt.Sprintf("create view raw.%[1]s as select * from %[2]s.raw.%[1]s", table, home))
	}
	for _, schema := range modelFolders {
		statements = append(statements, fmt.Sprintf("create schema %q", schema))
	}
	for _, s := range statements {
		if err := r.exec(ctx, s); err != nil {
			return "", fmt.Errorf("open the build: %w", err)
		}
	}
	return home, writeRef(ctx, r.conn, r.Campaigns)
}

// given are the tables that stand before the first model.
func (r *run) given(ctx context.Context) (map[string]bool, error) {
	names, err := r.names(ctx, `
select concat(table_schema, '.', table_name) from information_schema.tables
where table_catalog = current_database() and table_schema in ('raw', 'ref')`)
	given := map[string]bool{}
	for _, name := range names {
		given[name] = true
	}
	return given, err
}

// indicators are those of people, over all campaigns.
func (r *run) indicators() []string {
	var ids []string
	for _, c := range r.Campaigns {
		for _, ind := range c.Indicators {
			if ind.Source != Tally && !slices.Contains(ids, ind.ID) {
				ids = append(ids, ind.ID)
			}
		}
	}
	return ids
}

// make makes the table or view of one model, or runs it if it is a check.
func (r *run) make(ctx context.Context, m *model) error {
	switch {
	case m.file == membership:
		return r.makeMembership(ctx)
	case m.file == stretchTable:
		return r.makeStretch(ctx)
	case m.file == personTable:
		return r.makePerson(ctx)
	case m.file == scoreTable:
		return r.makeScore(ctx)
	case m.schema == "check":
		return r.check(ctx, m)
	}
	kind := "table"
	if m.head.view {
		kind = "view"
	}
	if err := r.exec(ctx, fmt.Sprintf("create %s %s as\n%s", kind, m.table(), m.text)); err != nil {
		return fmt.Errorf("build %s: %w", m.file, err)
	}
	return r.checkColumns(ctx, m)
}

// makeOwn makes a table of mart that the program itself fills, own/<name>.sql.
func (r *run) makeOwn(ctx context.Context, name string) error {
	text, err := ownText(name)
	if err == nil {
		err = r.exec(ctx, text)
	}
	if err != nil {
		return fmt.Errorf("build mart.%s: %w", name, err)
	}
	return nil
}

// ownText is the text of own/<name>.sql.
func ownText(name string) (string, error) {
	text, err := fs.ReadFile(queries.Files, "own/"+name+".sql")
	return string(text), err
}

func (r *run) exec(ctx context.Context, statement string) error {
	_, err := r.conn.ExecContext(ctx, statement)
	return err
}

func (r *run) names(ctx context.Context, query string) ([]string, error) {
	rows, err := r.conn.QueryContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fmt.Errorf("list tables: %w", err)
		}
		names = append(names, name)
	}
	return names, rows.Err()
}
