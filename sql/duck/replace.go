package duck

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// Replace closes the database and puts the one at path, which must be closed
// and whole, in its place, by one rename. The lock is kept until it is done:
// nobody writes to what is about to go.
func (db *DB) Replace(path string) error {
	err := errors.Join(Sync(path), db.DB.Close())
	if err == nil {
		err = db.takePlace(path)
	}
	return errors.Join(err, db.Close())
}

func (db *DB) takePlace(path string) error {
	// A log left beside it would be played into the new one.
	if _, err := os.Lstat(db.path + ".wal"); err == nil {
		return fmt.Errorf("replace %s: its write-ahead log is still there", db.path)
	}
	if err := os.Rename(path, db.path); err != nil {
		return fmt.Errorf("replace %s: %w", db.path, err)
	}
	return SyncFolder(filepath.Dir(db.path))
}

// SyncFolder puts the names in a folder on the disk.
func SyncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // knows no such thing of folders
	}
	return Sync(dir)
}

// Sync puts a file, or the names in a folder, on the disk.
func Sync(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("put %s on the disk: %w", path, err)
	}
	return errors.Join(f.Sync(), f.Close())
}
