package lake

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"canbao/sql/duck"
)

// here is the database of the connection.
const here = ""

// enter writes a folder and enters it in the ledger of a database. from are the
// rows, as the clauses of a query for them.
func (l *Lake) enter(ctx context.Context, database, dataset string, load int, folder, from string, rows int64) error {
	files, err := l.write(ctx, l.dataset(dataset), folder, from, rows)
	if err != nil {
		return fmt.Errorf("write %s: %w", filepath.Join(l.dir, folder), err)
	}
	var bytes int64
	var values []string
	args := []any{}
	for _, f := range files {
		bytes += f.bytes
		values = append(values, "(?, ?, ?)")
		args = append(args, folder, f.name, f.bytes)
	}
	if _, err := l.conn.ExecContext(ctx, "insert into "+database+"raw.lake values (?, ?, ?, ?, ?, ?)", dataset, load, folder, len(files), rows, bytes); err != nil {
		return fmt.Errorf("enter %s: %w", folder, err)
	}
	if _, err := l.conn.ExecContext(ctx, "insert into "+database+"raw.lake_file values "+strings.Join(values, ", "), args...); err != nil {
		return fmt.Errorf("enter %s: %w", folder, err)
	}
	return nil
}

// file is one of a folder.
type file struct {
	name  string
	bytes int64
}

// write writes the rows into a folder, which is there whole or not at all: under
// another name until all of it is on the disk.
func (l *Lake) write(ctx context.Context, d dataset, folder, from string, rows int64) ([]file, error) {
	whole := filepath.Join(l.dir, folder)
	part := whole + ".part"
	// What a transaction of this process wrote that was rolled back, and could not
	// remove: of another one, and of a folder that counts, the name is another.
	if err := errors.Join(os.RemoveAll(whole), os.RemoveAll(part), os.MkdirAll(part, 0o700)); err != nil {
		return nil, err
	}
	l.made = append(l.made, folder, folder+".part")
	written, err := l.copyOut(ctx, d, part, from)
	if err != nil {
		return nil, err
	}
	if written != rows {
		return nil, fmt.Errorf("%d rows of %d were written", written, rows)
	}
	files, err := collect(part)
	if err != nil {
		return nil, err
	}
	if err := syncAll(part, files); err != nil {
		return nil, err
	}
	if err := os.Rename(part, whole); err != nil {
		return nil, err
	}
	if err := duck.SyncFolder(filepath.Dir(whole)); err != nil {
		return nil, err
	}
	return files, l.store.put(ctx, folder, whole, files)
}

// copyOut has the database write the files, each bucket into a folder of its own.
func (l *Lake) copyOut(ctx context.Context, d dataset, dir, from string) (int64, error) {
	columns := make([]string, len(d.columns))
	for i, c := range d.columns {
		if columns[i] = quote(c); c == "person" {
			columns[i] = "cast(person as varchar) as person"
		}
	}
	bucket := "0"
	if d.ofPeople() {
		bucket = bucketFunction(l.buckets) + "(person)"
	}
	result, err := l.conn.ExecContext(ctx, fmt.Sprintf(
		"copy (select %s, %s as bucket %s) to %s (format parquet, compression zstd, partition_by (bucket))",
		strings.Join(columns, ", "), bucket, from, literal(dir)))
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// collect brings the files that the database has written (bucket=3/data_0.parquet)
// up into their folder, under names that begin with their bucket.
func collect(dir string) ([]file, error) {
	buckets, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []file
	for _, b := range buckets {
		number, err := strconv.Atoi(strings.TrimPrefix(b.Name(), "bucket="))
		if err != nil {
			return nil, fmt.Errorf("%s is no bucket", b.Name())
		}
		inside := filepath.Join(dir, b.Name())
		entries, err := os.ReadDir(inside)
		if err != nil {
			return nil, err
		}
		for k, e := range entries {
			info, err := e.Info()
			if err != nil {
				return nil, err
			}
			f := file{fmt.Sprintf("%06d_%d.parquet", number, k), info.Size()}
			if err := os.Rename(filepath.Join(inside, e.Name()), filepath.Join(dir, f.name)); err != nil {
				return nil, err
			}
			files = append(files, f)
		}
		if err := os.Remove(inside); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// syncAll puts the files and their names on the disk, some at a time: the disk
// waits for many as long as for one.
func syncAll(dir string, files []file) error {
	var work errgroup.Group
	work.SetLimit(8)
	for _, f := range files {
		work.Go(func() error { return duck.Sync(filepath.Join(dir, f.name)) })
	}
	if err := work.Wait(); err != nil {
		return err
	}
	return duck.SyncFolder(dir)
}
