//go:build unix && !solaris && !aix

package main

import (
	"os/signal"
	"path/filepath"
	"syscall"
)

func init() {
	// A file that may not grow is told in words, like a full disk, and does not
	// end the process.
	signal.Ignore(syscall.SIGXFSZ)
}

// freeBytes is the room left for the user on the disk of a folder, or of the
// nearest folder above that exists.
func freeBytes(dir string) (int64, bool) {
	for {
		var s syscall.Statfs_t
		err := syscall.Statfs(dir, &s)
		if err == nil {
			return int64(s.Bavail) * int64(s.Bsize), true
		}
		up := filepath.Dir(dir)
		if err != syscall.ENOENT || up == dir {
			return 0, false
		}
		dir = up
	}
}
