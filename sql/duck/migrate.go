package duck

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strconv"
	"strings"

	"canbao/etl/refuse"
)

// Migrate brings the database to the newest version of the numbered files
// ("0001_raw.sql") in dir of fsys: one transaction a file, one row that tells
// the version. A database newer than the files is refused.
func (db *DB) Migrate(ctx context.Context, fsys fs.FS, dir string) error {
	names, err := fs.Glob(fsys, path.Join(dir, "*.sql"))
	if err != nil {
		return fmt.Errorf("list migrations: %w", err)
	}
	sort.Strings(names)
	have, err := db.schemaVersion(ctx)
	if err != nil {
		return err
	}
	newest := 0
	for _, name := range names {
		number, err := migrationNumber(name)
		if err != nil {
			return err
		}
		newest = number
		if number <= have {
			continue
		}
		if err := db.migrateOne(ctx, fsys, name, number); err != nil {
			return err
		}
	}
	if have > newest {
		return &refuse.Error{
			What: refuse.Text{
				ZH: fmt.Sprintf("数据仓库是较新版本程序建的（结构 %d，本程序 %d）", have, newest),
				EN: fmt.Sprintf("the warehouse was made by a newer program (schema %d, this one knows %d)", have, newest),
			},
			Where: db.path,
			Do:    refuse.Text{ZH: "请换用较新的 canbao", EN: "use the newer canbao"},
		}
	}
	return nil
}

// Behind tells whether files of dir in fsys are still to be run by Migrate, as
// in a database that an earlier program has left or one whose maker was killed.
// It only reads.
func (db *DB) Behind(ctx context.Context, fsys fs.FS, dir string) (bool, error) {
	names, err := fs.Glob(fsys, path.Join(dir, "*.sql"))
	if err != nil {
		return false, fmt.Errorf("list migrations: %w", err)
	}
	var kept bool
	if err := db.QueryRowContext(ctx,
		"select count(*) > 0 from duckdb_tables() where schema_name = 'main' and table_name = 'schema_version'").Scan(&kept); err != nil {
		return false, fmt.Errorf("read schema version: %w", err)
	}
	have := 0
	if kept {
		if err := db.QueryRowContext(ctx, "select coalesce(max(version), 0) from main.schema_version").Scan(&have); err != nil {
			return false, fmt.Errorf("read schema version: %w", err)
		}
	}
	for _, name := range names {
		number, err := migrationNumber(name)
		if err != nil {
			return false, err
		}
		if number > have {
			return true, nil
		}
	}
	return false, nil
}

func (db *DB) schemaVersion(ctx context.Context) (int, error) {
	var version int
	_, err := db.ExecContext(ctx, "create table if not exists main.schema_version (version integer not null)")
	if err == nil {
		err = db.QueryRowContext(ctx, "select coalesce(max(version), 0) from main.schema_version").Scan(&version)
	}
	if err != nil {
		return 0, fmt.Errorf("read schema version: %w", err)
	}
	return version, nil
}

func (db *DB) migrateOne(ctx context.Context, fsys fs.FS, name string, number int) error {
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return fmt.Errorf("read migration %s: %w", name, err)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin migration %s: %w", name, err)
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, string(text)); err != nil {
		return fmt.Errorf("run migration %s: %w", name, err)
	}
	if _, err := tx.ExecContext(ctx, "insert into main.schema_version values (?)", number); err != nil {
		return fmt.Errorf("note migration %s: %w", name, err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit migration %s: %w", name, err)
	}
	return nil
}

func migrationNumber(name string) (int, error) {
	digits, _, found := strings.Cut(path.Base(name), "_")
	number, err := strconv.Atoi(digits)
	if !found || err != nil || number < 1 {
		return 0, fmt.Errorf("name migration %s: want NNNN_subject.sql", name)
	}
	return number, nil
}
