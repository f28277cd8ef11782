package issue

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// readOnly is how a file is kept that must not change any more.
const readOnly = 0o444

// keep makes a file durable and read-only.
func keep(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Chmod(readOnly), f.Close())
}

func writeDurably(path string, text []byte) error {
	if err := os.WriteFile(path, text, 0o644); err != nil {
		return err
	}
	return keep(path)
}

// syncTree makes the names in a folder, and in those below it, durable.
func syncTree(dir string) error {
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.IsDir() {
			return err
		}
		d, err := os.Open(path)
		if err != nil {
			return err
		}
		return errors.Join(d.Sync(), d.Close())
	})
}
