package duck

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"canbao/etl/refuse"
)

// Options say how a database is opened; the zero value takes DuckDB's defaults.
type Options struct {
	Threads     int    // number of threads, 0 = one per processor
	MemoryLimit string // such as "1200MB", "" = DuckDB's own limit
	ReadOnly    bool   // locked: no write, no file, no network, no setting
	TempDir     string // where spilled data goes, "" = beside the database
}

// DB is an open database. Its methods are those of database/sql plus bulk
// appending and migrations.
type DB struct {
	*sql.DB
	connector *duckdb.Connector
	path      string
}

// Open opens the database file at path, or one in memory where path is empty.
//
// A read-only database must exist and is locked down in the DSN itself: as
// statements run at connect the settings would fail from the second pooled
// connection on, because the first has locked the configuration for all.
func Open(ctx context.Context, path string, o Options) (*DB, error) {
	if o.ReadOnly {
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("open database %s: %w", path, err)
		}
	}
	connector, err := duckdb.NewConnector(dsn(path, o), nil)
	if err != nil {
		return nil, openError(path, err)
	}
	db := &DB{DB: sql.OpenDB(connector), connector: connector, path: path}
	if err := db.PingContext(ctx); err != nil {
		db.Close()
		return nil, openError(path, err)
	}
	return db, nil
}

// Path is the file the database lives in, empty for one in memory.
func (db *DB) Path() string { return db.path }

// Checkpoint folds the write-ahead log into the database file.
func (db *DB) Checkpoint(ctx context.Context) error {
	if _, err := db.ExecContext(ctx, "checkpoint"); err != nil {
		return fmt.Errorf("checkpoint %s: %w", db.path, err)
	}
	return nil
}

// Version is DuckDB's own version, such as "v1.5.6".
func (db *DB) Version(ctx context.Context) (string, error) {
	var v string
	err := db.QueryRowContext(ctx, "select version()").Scan(&v)
	return v, err
}

func dsn(path string, o Options) string {
	set := url.Values{}
	if o.Threads > 0 {
		set.Set("threads", strconv.Itoa(o.Threads))
	}
	if o.MemoryLimit != "" {
		set.Set("memory_limit", o.MemoryLimit)
	}
	if o.ReadOnly {
		set.Set("access_mode", "READ_ONLY")
		set.Set("enable_external_access", "false")
		set.Set("lock_configuration", "true")
	} else if o.TempDir != "" {
		// What is spilled needs no encryption of its own (which would ask for an
		// extension): identity is sealed before it comes here.
		set.Set("temp_directory", o.TempDir)
	}
	return path + "?" + set.Encode()
}

// openError tells a lock held by another process from a broken file.
func openError(path string, err error) error {
	if strings.Contains(err.Error(), "Could not set lock") || strings.Contains(err.Error(), "Conflicting lock") {
		return &refuse.Error{
			What:  refuse.Text{ZH: "数据仓库正被另一个程序使用", EN: "the warehouse is in use by another process"},
			Where: path,
			Do:    refuse.Text{ZH: "等它结束后再试", EN: "wait for it to end and try again"},
			Err:   err,
		}
	}
	return fmt.Errorf("open database %s: %w", path, err)
}
