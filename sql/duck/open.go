package duck

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	duckdb "github.com/duckdb/duckdb-go/v2"
)

// Options say how a database is opened; the zero value takes DuckDB's defaults.
type Options struct {
	Threads     int    // number of threads, 0 = one per processor
	MemoryLimit string // such as "1200MB", "" = DuckDB's own limit
	ReadOnly    bool   // locked: no write, no file, no network, no setting
	TempDir     string // where spilled data goes, made in a folder that exists, "" = beside the database
	MaxTemp     string // the most a session may spill, such as "2GB", "" = DuckDB's own limit
	Lake        string // a folder whose files a read-only database may read, "" for none

	// Holder signs the lock of a database that processes share. Where it names
	// no verb no lock is taken: a published snapshot never changes, and one in
	// memory has no other reader.
	Holder  Holder
	Wait    time.Duration // how long to wait for another holder
	Waiting func(Holder)  // told once for whom; may be nil
}

// DB is an open database. Its methods are those of database/sql plus bulk
// appending and migrations.
type DB struct {
	*sql.DB
	connector *duckdb.Connector
	path      string
	limit     string // of memory, as it was opened with
	lock      *Lock  // nil for none
	made      string // a folder for what is spilt that DuckDB did not make itself, "" for none
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
	var lock *Lock
	until := time.Now().Add(o.Wait)
	if o.Holder.Verb != "" {
		var err error
		if lock, err = Acquire(ctx, path, o); err != nil {
			return nil, err
		}
		if !o.ReadOnly {
			if err := settle(ctx, path, o); err != nil {
				lock.Release()
				return nil, err
			}
		}
	}
	for told := false; ; told = true {
		db, err := open(ctx, path, o)
		if err == nil {
			db.lock = lock
			return db, nil
		}
		if !heldOutside(err) {
			lock.Release()
			return nil, fmt.Errorf("open database %s: %w", path, orGone(path, o, err))
		}
		if err := o.pause(ctx, until, outsider(err), told); err != nil {
			lock.Release()
			return nil, err
		}
	}
}

// orGone is the error of a snapshot that was removed while it was being opened,
// which DuckDB tells like any other.
func orGone(path string, o Options, err error) error {
	if !o.ReadOnly {
		return err
	}
	if _, gone := os.Stat(path); gone != nil {
		return gone
	}
	return err
}

// settle clears away what a writer that was killed has left spilled, and makes
// a database that does not exist yet. It is made under another name: killed
// while it writes its first pages, DuckDB leaves a file that is no database and
// that it would never open again. The caller has the lock.
func settle(ctx context.Context, path string, o Options) error {
	if err := clearFolder(path + ".tmp"); err != nil {
		return fmt.Errorf("clear the temporary folder: %w", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	born := path + ".new"
	for _, left := range []string{born, born + ".wal"} {
		if err := os.Remove(left); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("make database %s: %w", path, err)
		}
	}
	db, err := open(ctx, born, o)
	if err == nil {
		err = db.Close()
	}
	if err == nil {
		err = os.Rename(born, path)
	}
	if err == nil {
		err = SyncFolder(filepath.Dir(path))
	}
	if err != nil {
		return fmt.Errorf("make database %s: %w", path, err)
	}
	return nil
}

// clearFolder empties a folder where there is one. The folder stays: it may be
// a disk of its own.
func clearFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
	}
	return err
}

func open(ctx context.Context, path string, o Options) (*DB, error) {
	connector, err := duckdb.NewConnector(dsn(path, o), nil)
	if err != nil {
		return nil, err
	}
	db := &DB{DB: sql.OpenDB(connector), connector: connector, path: path, limit: o.MemoryLimit}
	err = db.PingContext(ctx)
	if err == nil && o.lakeOnly() {
		err = db.lockToLake(ctx, o.Lake)
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// lakeOnly tells that a database is read-only but for a lake it reads.
func (o Options) lakeOnly() bool { return o.ReadOnly && o.Lake != "" }

// lockToLake locks a database that reads the files of a lake besides its own.
// The driver knows no such folder in a DSN: it is named before any second
// connection is there, and for all of them.
func (db *DB) lockToLake(ctx context.Context, lake string) error {
	for _, q := range []string{
		"set allowed_directories = ['" + strings.ReplaceAll(lake, "'", "''") + "']",
		"set enable_external_access = false",
		"set lock_configuration = true",
	} {
		if _, err := db.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// Close closes the database and lets the next one in.
func (db *DB) Close() error {
	err := db.DB.Close()
	if db.made != "" {
		os.Remove(db.made) // unless something lies there
	}
	lock := db.lock
	db.lock = nil
	return errors.Join(err, lock.Release())
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
	if o.ReadOnly {
		o.TempDir = "" // which the lock would refuse, whatever comes first
	}
	for name, value := range o.configuration() {
		set.Set(name, value)
	}
	return path + "?" + set.Encode()
}

// configuration are the settings a database is opened with.
func (o Options) configuration() map[string]string {
	set := map[string]string{}
	if o.Threads > 0 {
		set["threads"] = strconv.Itoa(o.Threads)
	}
	if o.MemoryLimit != "" {
		set["memory_limit"] = o.MemoryLimit
	}
	if o.ReadOnly {
		set["access_mode"] = "READ_ONLY"
	}
	if o.ReadOnly && !o.lakeOnly() {
		set["enable_external_access"] = "false"
		set["lock_configuration"] = "true"
	}
	if o.TempDir != "" {
		// What is spilled needs no encryption of its own (which would ask for an
		// extension): identity is sealed before it comes here.
		set["temp_directory"] = o.TempDir
	}
	return set
}

// heldOutside tells that another program, such as a database shell, has the
// file open.
func heldOutside(err error) bool {
	return strings.Contains(err.Error(), "Could not set lock") || strings.Contains(err.Error(), "Conflicting lock")
}

var outsiderForm = regexp.MustCompile(`held in (.+?) \(PID (\d+)\)(?: by user (\w+))?`)

// outsider is who DuckDB says has the file open.
func outsider(err error) Holder {
	m := outsiderForm.FindStringSubmatch(err.Error())
	if m == nil {
		return Holder{}
	}
	pid, _ := strconv.Atoi(m[2])
	return Holder{Program: filepath.Base(m[1]), PID: pid, User: m[3]}
}
