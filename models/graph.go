package models

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// Tables the engine makes itself. Models may read the first.
const (
	membership   = "indicators.membership" // all indicators' memberships in one view
	stretchTable = "mart.stretch"
	personTable  = "mart.person"
	scoreTable   = "mart.score"
	checkTable   = "mart.check"
	spanTable    = "staging.span" // of which ref.campaign is finished

	personColumn = "person_no" // what has it tells of single people
	found        = "found"     // the schema of what the checks find
)

// model is one SQL file, or a table the engine makes (then without text).
type model struct {
	schema, name string
	file, text   string
	head         head
	refs         []reference
}

func (m *model) table() string { return m.schema + "." + m.name }

// where is the file and line of a place in the model, for messages.
func (m *model) where(line int) string { return fmt.Sprintf("%s:%d", m.file, line) }

// modelFolders are the folders of models, each a schema; what is in check is
// run and counted, not kept.
var modelFolders = []string{"staging", "core", "indicators", "mart", "check"}

// graph is all models and the order to build them in.
type graph struct {
	models map[string]*model
	order  []*model
}

// readGraph reads the models of fsys and orders them. given are the tables
// that are there already; indicators those the campaigns use. What neither a
// mart nor a check needs, directly or not, is not built. Models of the same name
// in own take the place of those of fsys; own may be nil.
func readGraph(ctx context.Context, conn *sql.Conn, fsys, own fs.FS, given map[string]bool, indicators []string) (*graph, error) {
	g := &graph{models: map[string]*model{}}
	for _, folder := range modelFolders {
		files, err := fs.Glob(fsys, folder+"/*.sql")
		if err != nil {
			return nil, fmt.Errorf("list models: %w", err)
		}
		for _, file := range files {
			from := fsys
			if own != nil {
				if _, err := fs.Stat(own, file); err == nil {
					from = own
				}
			}
			m, err := readModel(ctx, conn, from, file)
			if err != nil {
				return nil, err
			}
			g.models[m.table()] = m
		}
	}
	for _, own := range []string{membership, stretchTable, personTable, scoreTable, checkTable} {
		if m, taken := g.models[own]; taken {
			return nil, fmt.Errorf("read %s: the engine makes %s itself", m.file, own)
		}
	}
	g.addOwn(indicators)
	return g, g.sort(given)
}

func readModel(ctx context.Context, conn *sql.Conn, fsys fs.FS, file string) (*model, error) {
	text, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, fmt.Errorf("read model: %w", err)
	}
	m := &model{
		schema: path.Dir(file), name: strings.TrimSuffix(path.Base(file), ".sql"), file: file,
		text: strings.TrimSuffix(strings.TrimRight(string(text), " \n\t"), ";"),
	}
	if !column.MatchString(m.name) {
		return nil, fmt.Errorf("read %s: %q cannot name a table", file, m.name)
	}
	if m.head, err = parseHead(file, m.text); err != nil {
		return nil, err
	}
	switch {
	case m.schema == "mart" && m.head.view:
		return nil, fmt.Errorf("read %s: a mart is published and cannot be a view", file)
	case m.schema == "check" && (m.head.severity == "" || m.head.title.EN == "" || m.head.why.EN == "" || m.head.do.EN == ""):
		return nil, fmt.Errorf("read %s: a check needs severity, title, why and do in its head comment", file)
	}
	m.refs, err = references(ctx, conn, file, m.text)
	return m, err
}

// addOwn adds the tables the engine makes.
func (g *graph) addOwn(indicators []string) {
	view := &model{schema: "indicators", name: "membership", file: membership, head: head{view: true}}
	for _, id := range indicators {
		view.refs = append(view.refs, reference{table: "indicators." + id, line: 1})
	}
	g.models[membership] = view
	if _, ok := g.models["core.profile"]; ok {
		g.models[stretchTable] = &model{schema: "mart", name: "stretch", file: stretchTable, refs: []reference{
			{table: membership, line: 1}, {table: "core.stretch", line: 1}}}
		g.models[personTable] = &model{schema: "mart", name: "person", file: personTable, refs: []reference{
			{table: stretchTable, line: 1}, {table: "core.profile", line: 1}, {table: "staging.span", line: 1}}}
	}
	if _, ok := g.models["mart.standing"]; ok {
		score := &model{schema: "mart", name: "score", file: scoreTable}
		for _, table := range []string{"mart.standing", "mart.area_quality"} {
			if _, ok := g.models[table]; ok {
				score.refs = append(score.refs, reference{table: table, line: 1})
			}
		}
		g.models[scoreTable] = score
	}
}

// sort orders the models so that each comes after what it reads. Walking depth
// first from the checks and marts keeps few tables alive at a time and puts
// the checks, which may stop the build, early.
func (g *graph) sort(given map[string]bool) error {
	state := map[string]int{} // 1 being walked, 2 done
	var trail []string
	var visit func(m *model) error
	visit = func(m *model) error {
		name := m.table()
		if state[name] == 2 {
			return nil
		}
		state[name] = 1
		trail = append(trail, name)
		for _, ref := range m.refs {
			next, ok := g.models[ref.table]
			switch {
			case ok && next.schema == "check", !ok && !given[ref.table]:
				return fmt.Errorf("order models: %s: unknown table %s", m.where(ref.line), ref.table)
			case !ok:
				continue
			case state[ref.table] == 1:
				at := slices.Index(trail, ref.table)
				cycle := append(slices.Clone(trail[at:]), ref.table)
				return fmt.Errorf("order models: %s: cycle %s", m.where(ref.line), strings.Join(cycle, " -> "))
			}
			if err := visit(next); err != nil {
				return err
			}
		}
		trail = trail[:len(trail)-1]
		state[name] = 2
		g.order = append(g.order, m)
		return nil
	}
	names := slices.Sorted(maps.Keys(g.models))
	for _, name := range names {
		if schema := g.models[name].schema; schema == "mart" || schema == "check" {
			if err := visit(g.models[name]); err != nil {
				return err
			}
		}
	}
	needed := g.order
	// The rest is not built, but a fault in it is told all the same.
	for _, name := range names {
		if err := visit(g.models[name]); err != nil {
			return err
		}
	}
	g.order = needed
	return nil
}

// below lists the tables that making m reads: a view is made where it is read.
func (g *graph) below(m *model) []string {
	var tables []string
	seen := map[string]bool{}
	var walk func(m *model)
	walk = func(m *model) {
		for _, ref := range m.refs {
			next, ours := g.models[ref.table]
			switch {
			case !ours || seen[ref.table]:
			case next.head.view:
				seen[ref.table] = true
				walk(next)
			default:
				seen[ref.table] = true
				tables = append(tables, ref.table)
			}
		}
	}
	walk(m)
	return tables
}

// readers counts the models that read each table of staging and core. What only
// is made while it is published reads until the end.
func (g *graph) readers() map[string]int {
	readers := map[string]int{}
	for _, m := range g.order {
		if m.head.view {
			continue
		}
		for _, table := range g.below(m) {
			if schema := g.models[table].schema; table != spanTable && (schema == "staging" || schema == "core") {
				readers[table]++
			}
		}
	}
	return readers
}

// read lists those of the given tables that models in the order read.
func (g *graph) read(given map[string]bool) []string {
	read := map[string]bool{}
	for _, m := range g.order {
		for _, ref := range m.refs {
			if given[ref.table] {
				read[ref.table] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(read))
}
