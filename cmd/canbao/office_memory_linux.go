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

// inMemory takes a file in that was sent: in memory, with its name in a folder that
// holds nothing but that name. Path is where it lies for a process that is given it
// as sheetFD.
func inMemory(name string, text io.Reader) (f *os.File, path string, gone func(), err error) {
	fd, err := unix.MemfdCreate("sheet", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, "", nil, fmt.Errorf("take a file in: %w", err)
	}
	f = os.NewFile(uintptr(fd), "sheet")
	if _, err := io.Copy(f, text); err != nil {
		return nil, "", nil, errors.Join(fmt.Errorf("take a file in: %w", err), f.Close())
	}
	dir, err := os.MkdirTemp("", "canbao-")
	if err != nil {
		return nil, "", nil, errors.Join(fmt.Errorf("take a file in: %w", err), f.Close())
	}
	gone = func() {
		// The folder holds a link and nothing of anybody.
		_, _ = os.RemoveAll(dir), f.Close()
	}
	path = filepath.Join(dir, plainName(name))
	if err := os.Symlink(fmt.Sprintf("/proc/self/fd/%d", sheetFD), path); err != nil {
		gone()
		return nil, "", nil, fmt.Errorf("take a file in: %w", err)
	}
	return f, path, gone, nil
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
