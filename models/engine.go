package models

import (
	"context"
	"io/fs"
)

// Engine is where the models run: DuckDB in this process (duck.Workshop), or
// others' machines. Tables go by the names the models have for them
// (core.person); the build's own raw and ref stand there from the start, found
// holds what the checks of the data find.
//
// Whatever an engine computes, the published snapshot is written by DuckDB from
// the workshop at home, so that readers need to know of no engine.
type Engine interface {
	// Own are models in the engine's own words, staging/levy.sql for one, that
	// take the place of those of the program; nil for none.
	Own() fs.FS
	// AtOnce is how many statements the engine is glad to be given side by side.
	AtOnce() int

	// Given gets the tables of raw and ref ready that the models read.
	Given(ctx context.Context, tables []string) error
	Table(ctx context.Context, name, query string) error
	View(ctx context.Context, name, query string) error
	// Published makes what no model reads and everybody asks for later: where the
	// snapshot takes it whole a view will do.
	Published(ctx context.Context, name, query string) error
	Drop(ctx context.Context, name string) error

	// Home makes sure that a table stands in the workshop at home as well, unless
	// it has the column without: what tells of single people stays where it is.
	Home(ctx context.Context, name, without string) error
	// Columns are the names and types of the columns a query returns.
	Columns(ctx context.Context, query string) (names, types []string, err error)
	// Number is the one whole number a query returns.
	Number(ctx context.Context, query string) (int64, error)

	// End clears away what the build no longer needs: all of it where nothing was
	// published.
	End(ctx context.Context, published bool) error
}
