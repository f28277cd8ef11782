package models

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"canbao/etl/refuse"
	"canbao/sql/duck"
)

// Cut is a published snapshot as users of some towns may see it: a file of its
// own, which holds nothing else. No query, however clever, gets out of it what is
// not in it.
type Cut struct {
	Snapshot Snapshot
	Towns    []string // codes of towns; their villages are theirs
	Memory   string   // that making it may take, "" = DuckDB's own limit
	Threads  int      // 0 = one per processor
}

// Path is where the file of the cut is, made or not. Other towns, and other rules
// of a newer program, make another file.
func (c Cut) Path() (string, error) {
	towns := slices.Compact(slices.Sorted(slices.Values(c.Towns)))
	sum := sha256.New()
	for _, town := range towns {
		fmt.Fprintf(sum, "%s\n", town)
	}
	docs, err := documents()
	if err != nil {
		return "", err
	}
	for _, table := range slices.Sorted(maps.Keys(docs)) {
		text, err := docs[table].cut.text(table)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%s: %s\n", table, text)
	}
	return cutPath(c.Snapshot, fmt.Sprintf("%x", sum.Sum(nil)[:8])), nil
}

func cutPath(s Snapshot, key string) string {
	return strings.TrimSuffix(s.Path, ".duckdb") + ".cut." + key + ".duckdb"
}

// Make makes the file of the cut where it is not there yet, and returns its path.
// It is written beside and put in place whole, so that a killed process leaves
// nothing that could be taken for a cut.
func (c Cut) Make(ctx context.Context) (string, error) {
	path, err := c.Path()
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return path, err
	}
	// Two processes may make the same one: each under its own name, and the last
	// to be done puts the same rows in place of the same rows.
	part := path + "." + strconv.Itoa(os.Getpid()) + ".part"
	if err := clearPart(part); err != nil {
		return "", err
	}
	if err := c.write(ctx, part); err != nil {
		return "", errors.Join(err, clearPart(part))
	}
	return path, settleFile(part, path)
}

func (c Cut) write(ctx context.Context, part string) error {
	if _, err := os.Stat(c.Snapshot.Path); err != nil {
		return fmt.Errorf("cut snapshot %d: %w", c.Snapshot.Number, err)
	}
	db, err := duck.Open(ctx, part, duck.Options{MemoryLimit: c.Memory, Threads: c.Threads})
	if err != nil {
		return fmt.Errorf("cut snapshot %d: %w", c.Snapshot.Number, err)
	}
	err = c.fill(ctx, db)
	if err == nil {
		err = db.Checkpoint(ctx)
	}
	return errors.Join(err, db.Close())
}

func (c Cut) fill(ctx context.Context, db *duck.DB) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("cut snapshot %d: %w", c.Snapshot.Number, err)
	}
	defer conn.Close()
	whole := "'" + strings.ReplaceAll(c.Snapshot.Path, "'", "''") + "'"
	for _, s := range []string{"attach " + whole + " as whole (read_only)", "create schema mart; create schema ref",
		"create temp table own (area_code varchar)"} {
		if _, err := conn.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("cut snapshot %d: %w", c.Snapshot.Number, err)
		}
	}
	if err := c.own(ctx, conn); err != nil {
		return err
	}
	docs, err := documents()
	if err != nil {
		return err
	}
	tables, err := wholeTables(ctx, conn)
	if err != nil {
		return err
	}
	for _, table := range cutOrder(tables) {
		text, err := docs[table].cut.text(table)
		if err != nil {
			return err
		}
		if text == "" {
			continue // nothing says that it may be seen
		}
		if list := docs[table].order; len(list) > 0 {
			text = "select * from (\n" + text + "\n) order by " + strings.Join(list, ", ")
		}
		if _, err := conn.ExecContext(ctx, "create table "+table+" as "+text); err != nil {
			return fmt.Errorf("cut %s: %w", table, err)
		}
	}
	_, err = conn.ExecContext(ctx, "detach whole")
	return err
}

// own fills the table of the areas that are the user's: the towns and what lies
// below them.
func (c Cut) own(ctx context.Context, conn *sql.Conn) error {
	for _, town := range c.Towns {
		added, err := conn.ExecContext(ctx, `
insert into own
with recursive below as (
    select area_code from whole.ref.area where area_code = $1 and level = 'town'
    union
    select a.area_code from whole.ref.area as a join below as b on a.parent = b.area_code
)
select area_code from below`, town)
		if err != nil {
			return fmt.Errorf("cut snapshot %d: %w", c.Snapshot.Number, err)
		}
		if n, err := added.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, noTown(town))
		}
	}
	return nil
}

func noTown(code string) error {
	return &refuse.Error{
		What: t("区划代码 "+code+" 不是镇街", "the area code "+code+" is that of no town"),
		Do:   t("请系统管理员核对该用户的镇街代码，代码见 areas.csv", "the operator checks the towns of the user; the codes are in areas.csv"),
	}
}

// wholeTables are the tables of the snapshot that is cut.
func wholeTables(ctx context.Context, conn *sql.Conn) ([]string, error) {
	r := &run{conn: conn}
	return r.names(ctx, `
select concat(schema_name, '.', table_name) from duckdb_tables()
where database_name = 'whole' and schema_name in ('mart', 'ref') order by schema_name, table_name`)
}

// cutFiles lists the cuts of a snapshot that dir has, and what making them has
// left: those of all snapshots where number is 0.
func cutFiles(dir string, number int) (map[string]int, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("list snapshots: %w", err)
	}
	found := map[string]int{}
	for _, e := range entries {
		stem, _, ok := strings.Cut(e.Name(), ".cut.")
		if n, err := strconv.Atoi(stem); ok && err == nil && (number == 0 || n == number) {
			found[filepath.Join(dir, e.Name())] = n
		}
	}
	return found, nil
}
