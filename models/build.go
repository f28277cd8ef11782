package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

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
	// Progress is called before each table and each cut is made, and again before
	// a table is published; may be nil.
	Progress func(done, total int, what string)
	// Elsewhere opens the engine that runs the models of the build with the number
	// given, where it may forget all builds but those kept; nil: they run in the
	// workshop at home.
	Elsewhere func(ctx context.Context, home *duck.Workshop, number int, kept []int) (Engine, error)

	models     fs.FS // for tests; nil: those of the program
	sliceBytes int64 // for tests; 0: as much as a person takes
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

// run is a build under way. conn is that of the workshop at home, from which is
// published; the models run in the engine.
type run struct {
	Build
	home   *duck.Workshop
	conn   *sql.Conn
	engine Engine
	number int // of the snapshot to be
	graph  *graph

	mu      sync.Mutex
	checks  []CheckResult
	readers map[string]int // of a table, that are not made yet
}

// Run builds all models, runs the checks and publishes a snapshot.
func (b Build) Run(ctx context.Context) (built Built, err error) {
	r := &run{Build: b}
	if r.models == nil {
		r.models = queries.Files
	}
	if r.Now.IsZero() {
		r.Now = time.Now()
	}
	if err := os.MkdirAll(r.Dir, 0o755); err != nil {
		return Built{}, fmt.Errorf("make %s: %w", r.Dir, err)
	}
	if r.number, err = nextNumber(r.Dir); err != nil {
		return Built{}, err
	}
	home, err := b.DB.Workshop(ctx, "staging", "core", "indicators", "mart", found)
	if err != nil {
		return Built{}, err
	}
	home.SliceBytes = r.sliceBytes
	r.home, r.conn, r.engine = home, home.Conn(), home
	if err := r.begin(ctx, home); err != nil {
		return Built{}, errors.Join(err, home.Close(ctx))
	}
	built, err = r.all(ctx)
	// The cuts want the memory that the tables of the build took.
	err = errors.Join(err, home.Close(ctx))
	published := err == nil && built.Snapshot.Number > 0
	if published {
		err = r.lead(ctx, built.Snapshot)
		published = err == nil
	}
	if !published {
		built = Built{Checks: built.Checks}
	}
	return built, errors.Join(err, r.engine.End(context.WithoutCancel(ctx), published))
}

// begin hands over what the models are told besides raw, and opens the engine.
func (r *run) begin(ctx context.Context, home *duck.Workshop) error {
	if err := writeRef(ctx, r.conn, r.Campaigns); err != nil {
		return err
	}
	if r.Elsewhere == nil {
		return nil
	}
	kept, err := snapshotNumbers(r.Dir)
	if err != nil {
		return err
	}
	r.engine, err = r.Elsewhere(ctx, home, r.number, kept)
	return err
}

// lead leads everybody to a snapshot once the cuts of it are there.
func (r *run) lead(ctx context.Context, s Snapshot) error {
	if err := r.cut(ctx, s); err != nil {
		return errors.Join(err, r.discard(s))
	}
	return point(r.Dir, s)
}

func (r *run) all(ctx context.Context) (Built, error) {
	given, err := r.given(ctx)
	if err != nil {
		return Built{}, err
	}
	r.graph, err = readGraph(ctx, r.conn, r.models, r.engine.Own(), given, r.indicators())
	if err != nil {
		return Built{}, err
	}
	if err := r.engine.Given(ctx, r.graph.read(given)); err != nil {
		return Built{}, fmt.Errorf("hand over what is loaded: %w", err)
	}
	// A sample of the rows the checks find is published beside their number, and
	// all of them counted by area; rows that belong to no area are in neither sum.
	if err := errors.Join(r.makeOwn(ctx, "check_row"), r.makeOwn(ctx, "check_area")); err != nil {
		return Built{}, err
	}
	if err := r.makeAll(ctx); err != nil {
		return Built{}, err
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

// makeAll makes the models in the order of the graph: one after another, or each
// as soon as what it reads is there and the engine takes another.
func (r *run) makeAll(ctx context.Context) error {
	done := 0
	progress := func(m *model, finished int) {
		r.mu.Lock()
		defer r.mu.Unlock()
		done += finished
		if finished == 0 {
			r.progress(done, m.table())
		}
	}
	r.readers = r.graph.readers()
	one := func(ctx context.Context, m *model) error {
		progress(m, 0)
		defer progress(m, 1)
		if err := r.make(ctx, m); err != nil {
			return err
		}
		return r.dropRead(ctx, m)
	}
	if r.engine.AtOnce() == 1 {
		for _, m := range r.graph.order {
			if err := one(ctx, m); err != nil {
				return err
			}
		}
		return nil
	}
	made := map[string]chan struct{}{}
	for _, m := range r.graph.order {
		made[m.table()] = make(chan struct{})
	}
	places := make(chan struct{}, r.engine.AtOnce())
	group, ctx := errgroup.WithContext(ctx)
	for _, m := range r.graph.order {
		group.Go(func() error {
			for _, ref := range m.refs {
				if ready, ok := made[ref.table]; ok {
					if err := wait(ctx, ready); err != nil {
						return err
					}
				}
			}
			select {
			case places <- struct{}{}:
			case <-ctx.Done():
				return ctx.Err()
			}
			defer func() { <-places }()
			if err := one(ctx, m); err != nil {
				return err
			}
			close(made[m.table()])
			return nil
		})
	}
	return group.Wait()
}

// dropRead drops what nobody reads any more now that m is made: a build of many
// people wants the room.
func (r *run) dropRead(ctx context.Context, m *model) error {
	if m.head.view || m.file == stretchTable || m.file == personTable {
		return nil // made while it is read
	}
	var read []string
	r.mu.Lock()
	for _, table := range r.graph.below(m) {
		if r.readers[table]--; r.readers[table] == 0 {
			read = append(read, table)
		}
	}
	r.mu.Unlock()
	for _, table := range read {
		if err := r.engine.Drop(ctx, table); err != nil {
			return fmt.Errorf("drop %s: %w", table, err)
		}
	}
	return nil
}

func wait(ctx context.Context, ready <-chan struct{}) error {
	select {
	case <-ready:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
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
	build := r.engine.Table
	if m.head.view {
		build = r.engine.View
	}
	if err := build(ctx, m.table(), m.text); err != nil {
		return fmt.Errorf("build %s: %w", m.file, err)
	}
	if err := r.checkColumns(ctx, m); err != nil {
		return err
	}
	return r.bringHome(ctx, m)
}

// bringHome brings what is published, or needed for it, from the engine. What
// tells of single people stays there.
func (r *run) bringHome(ctx context.Context, m *model) error {
	if m.schema != "mart" && m.table() != spanTable {
		return nil
	}
	if err := r.engine.Home(ctx, m.table(), personColumn); err != nil {
		return fmt.Errorf("bring %s home: %w", m.table(), err)
	}
	return nil
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
