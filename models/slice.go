package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"canbao/sql/duck"
)

// peopleTables tell of single people. A build elsewhere leaves them with the
// engine; mart.person, which tells where people belong, is the first.
var peopleTables = []string{personTable, stretchTable, "mart.obstacle", "mart.answer"}

var peopleForm = regexp.MustCompile(`(?i)\b(` + strings.ReplaceAll(strings.Join(peopleTables, "|"), ".", `\s*\.\s*`) + `)\b`)

// AsksPeople tells whether SQL names a table that tells of single people.
func AsksPeople(text string) bool { return peopleForm.MatchString(text) }

// Asker is an engine that has kept what a build left with it: Ask brings the
// answer of a query on the tables of a snapshot into a new table.
type Asker interface {
	Ask(ctx context.Context, snapshot int, query string, args []any, conn *sql.Conn, table string) (int64, error)
}

// Slice writes what is known of the people of one area, of the level city, town
// or village, as a database at path: ref of the snapshot, and the tables of
// people as the engine has them. What lists people reads it like a snapshot.
func (s Snapshot) Slice(ctx context.Context, engine Asker, level, code, path string) (err error) {
	db, err := duck.Open(ctx, path, duck.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("slice the snapshot: %w", err)
	}
	defer conn.Close()
	if err := s.copyRef(ctx, conn); err != nil {
		return fmt.Errorf("slice the snapshot: %w", err)
	}
	inside := map[string]string{"village": "p.area_code = ?", "town": "p.town = ?", "city": "? <> ''"}[level]
	for _, table := range peopleTables {
		query := "select t.* from " + table + " as t join mart.person as p on p.campaign = t.campaign and p.person_no = t.person_no where " + inside
		if table == personTable {
			query = "select p.* from mart.person as p where " + inside
		}
		if _, err := engine.Ask(ctx, s.Number, query, []any{code}, conn, table); err != nil {
			return err
		}
	}
	// An engine that knows no keys of 128 bits has them as text.
	if _, err := conn.ExecContext(ctx, "alter table mart.person alter person type uuid"); err != nil {
		return fmt.Errorf("slice the snapshot: %w", err)
	}
	return nil
}

// copyRef copies ref of the snapshot and makes room for mart.
func (s Snapshot) copyRef(ctx context.Context, conn *sql.Conn) error {
	exec := func(statement string) error {
		_, err := conn.ExecContext(ctx, statement)
		return err
	}
	if err := exec("attach '" + strings.ReplaceAll(s.Path, "'", "''") + "' as snapshot (read_only)"); err != nil {
		return err
	}
	var tables string
	err := conn.QueryRowContext(ctx, `
select string_agg(table_name, ' ') from duckdb_tables() where database_name = 'snapshot' and schema_name = 'ref'`).Scan(&tables)
	if err == nil {
		err = exec("create schema ref; create schema mart")
	}
	for _, table := range strings.Fields(tables) {
		if err == nil {
			err = exec(fmt.Sprintf("create table ref.%[1]s as select * from snapshot.ref.%[1]s", table))
		}
	}
	if err != nil {
		return err
	}
	return exec("detach snapshot")
}
