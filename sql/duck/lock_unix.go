//go:build unix && !solaris && !aix

package duck

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

var (
	errHeld    = errors.New("held by another process")
	errNoLocks = errors.New("the file system cannot lock")
)

// lockFile locks f for this process until it closes it or ends.
func lockFile(f *os.File, exclusive bool) error {
	how := syscall.LOCK_SH
	if exclusive {
		how = syscall.LOCK_EX
	}
	for {
		err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
		switch err {
		case nil:
			return nil
		case syscall.EINTR:
			continue
		case syscall.EWOULDBLOCK:
			return errHeld
		case syscall.ENOLCK, syscall.ENOTSUP, syscall.ENOSYS, syscall.EINVAL:
			return fmt.Errorf("%w: %w", errNoLocks, err)
		}
		return err
	}
}
