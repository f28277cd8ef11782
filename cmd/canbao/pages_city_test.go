package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPages tries the pages one works in over a city that was made, loaded and
// built. One city does for all: making it takes longer than everything else.
func TestPages(t *testing.T) {
	if testing.Short() {
		t.Skip("makes, loads and builds a city of 4,000 people")
	}
	home := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "config"))
	t.Setenv("CANBAO_USER", "李会计")
	city := filepath.Join(home, "city")
	canbao(t, "demo", "--people", "4000", "--workspace", city)
	for _, c := range []struct {
		name string
		try  func(*testing.T, *pages)
	}{
		{"Query", tryQuery}, {"Faults", tryFaults}, {"Files", tryFiles}, {"Roles", tryRoles}, {"Kept", tryKept}, {"Stop", tryStop}, {"Queue", tryQueue},
		{"Escapes", tryEscapes}, {"Lists", tryLists}, {"Reveal", tryReveal}, {"Busy", tryBusy}, {"Quality", tryQuality},
		{"Browser", tryBrowser}, {"Visits", tryVisits}, {"Record", tryRecord},
	} {
		t.Run(c.name, func(t *testing.T) { c.try(t, pagesOver(t, city, nil)) })
	}
}

// canbao runs the program and wants it to be done.
func canbao(t *testing.T, args ...string) string {
	t.Helper()
	var out strings.Builder
	if code := Run(args, strings.NewReader(""), &out, io.Discard); code != exitDone {
		t.Fatalf("canbao %s: exit %d\n%s", strings.Join(args, " "), code, out.String())
	}
	return out.String()
}

// everywhere is the text of all files of a folder.
func everywhere(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		all.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}
