package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// inMemory is a path under which a file lies that was sent: in memory, with its
// name in a folder that holds nothing but that name.
func inMemory(name string, text io.Reader) (path string, gone func(), err error) {
	fd, err := unix.MemfdCreate("sheet", unix.MFD_CLOEXEC)
	if err != nil {
		return "", nil, fmt.Errorf("take a file in: %w", err)
	}
	f := os.NewFile(uintptr(fd), "sheet")
	if _, err := io.Copy(f, text); err != nil {
		return "", nil, errors.Join(fmt.Errorf("take a file in: %w", err), f.Close())
	}
	dir, err := os.MkdirTemp("", "canbao-")
	if err != nil {
		return "", nil, errors.Join(fmt.Errorf("take a file in: %w", err), f.Close())
	}
	gone = func() {
		// The folder holds a link and nothing of anybody.
		_, _ = os.RemoveAll(dir), f.Close()
	}
	path = filepath.Join(dir, plainName(name))
	if err := os.Symlink(fmt.Sprintf("/proc/self/fd/%d", fd), path); err != nil {
		gone()
		return "", nil, fmt.Errorf("take a file in: %w", err)
	}
	return path, gone, nil
}

// plainName is a name that can be that of a file, its extension kept.
func plainName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\`, r) {
			return '_'
		}
		return r
	}, name)
	if runes := []rune(name); len(runes) > 60 {
		name = string(runes[len(runes)-60:])
	}
	if strings.Trim(name, ". ") == "" {
		return "sheet"
	}
	return name
}
