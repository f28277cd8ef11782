package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// rooms says which rooms of the module each room may import. Data travels one
// way, extracts to reports: nothing downstream is read by anything upstream.
// cmd/canbao ties them together and may import all.
var rooms = map[string][]string{
	"etl":            {"etl/clean", "etl/lake", "etl/refuse", "etl/seal", "etl/source", "sql", "sql/duck"},
	"etl/clean":      {"etl/refuse"},
	"etl/lake":       {"etl/refuse", "sql/duck"},
	"etl/refuse":     {},
	"etl/seal":       {"etl/refuse"},
	"etl/source":     {"etl/clean", "etl/refuse"}, // what a blank cell is, is told in one place
	"etl/synth":      {"etl/clean", "etl/refuse"},
	"models":         {"etl/refuse", "sql", "sql/duck"},
	"models/measure": {"etl/refuse", "sql/duck"},
	"reports":        {"etl/refuse", "models/measure", "reports/draw"},
	"reports/access": {"etl/refuse"},
	"reports/audit":  {"etl/refuse"},
	"reports/desk":   {"etl/refuse", "models", "models/measure", "reports/access", "reports/audit", "sql/duck"},
	"reports/draw":   {},
	"reports/flight": {"etl/refuse", "models/measure", "reports/access", "reports/audit", "reports/desk", "sql/answer", "sql/duck"},
	"reports/export": {"etl/refuse", "models/measure", "reports", "reports/draw", "sql/answer"},
	"reports/issue":  {"etl/refuse"},
	"reports/web":    {"etl/refuse", "models/measure", "reports", "reports/access", "reports/audit", "reports/desk", "reports/draw", "reports/export", "reports/issue", "sql/answer", "sql/duck"},
	"sql":            {},
	"sql/answer":     {"etl/refuse", "sql/duck"},
	"sql/duck":       {"etl/refuse"},
	"sql/trino":      {"etl/refuse", "sql/duck"},

	// Runs what the tests of sql/trino need; nothing else imports it.
	"sql/trino/cluster": {},
}

// outside says which rooms alone may import what begins with this path.
var outside = map[string][]string{
	"github.com/duckdb/":          {"sql/duck"},
	"github.com/emmansun/":        {"etl/seal"},
	"github.com/apache/arrow-go/": {"etl", "etl/source", "etl/synth", "reports/desk", "reports/flight", "sql/answer", "sql/duck", "sql/trino"},
	"github.com/trinodb/":         {"sql/trino"},
	"github.com/spf13/":           {"cmd/canbao"},
	"github.com/schollz/":         {"cmd/canbao"},
	"github.com/jedib0t/":         {"cmd/canbao"},
	"github.com/peterh/":          {"cmd/canbao"},
	"github.com/creack/":          nil, // tests only
	"github.com/go-echarts/":      {"reports"},
	"github.com/richardlehane/":   {"etl/source"},
	"golang.org/x/crypto/":        {"reports/access", "sql/trino/cluster"}, // bcrypt
	"golang.org/x/net/":           {"etl/source", "reports/flight", "reports/web"},
	"golang.org/x/time/":          {"reports/access"},
	"google.golang.org/":          {"reports/flight"},
	"golang.org/x/text/":          {"etl/clean", "etl/source", "etl/synth"},
	"github.com/klauspost/":       {"etl/source"},
	"github.com/minio/":           {"etl/lake"},
	"github.com/johannesboyne/":   nil,
	"github.com/rogpeppe/":        {"reports/access", "reports/audit"}, // lockedfile: Go's own, of every system; else tests only
	"github.com/google/go-cmp/":   nil,
	"github.com/chromedp/":        {"reports/export"},
	"github.com/alexedwards/":     {"reports/web"},
	"github.com/prometheus/":      {"cmd/canbao", "reports/flight", "reports/web"},
}

type goPackage struct {
	ImportPath, Dir string
	GoFiles         []string
	Imports         []string
}

func listPackages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-tags", "duckdb_arrow", "-json=ImportPath,Dir,GoFiles,Imports", "canbao/...")
	cmd.Stderr = os.Stderr
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("list packages: %v", err)
	}
	var all []goPackage
	for d := json.NewDecoder(bytes.NewReader(text)); ; {
		var p goPackage
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func TestWhoImportsWhom(t *testing.T) {
	for _, p := range listPackages(t) {
		room := strings.TrimPrefix(p.ImportPath, "canbao/")
		for _, offence := range offences(room, p.Imports) {
			t.Error(offence)
		}
		if !slices.Contains(p.GoFiles, "doc.go") && len(p.GoFiles) > 1 {
			t.Errorf("%s has no doc.go", room)
		}
	}
}

// offences lists the imports a room may not have.
func offences(room string, imports []string) []string {
	allowed, known := rooms[room]
	if !known && room != "cmd/canbao" {
		return []string{room + " is a room this test does not know"}
	}
	var found []string
	for _, path := range imports {
		if other, ours := strings.CutPrefix(path, "canbao/"); ours {
			if known && !slices.Contains(allowed, other) {
				found = append(found, room+" imports "+other)
			}
			continue
		}
		for prefix, who := range outside {
			if strings.HasPrefix(path, prefix) && !slices.Contains(who, room) {
				found = append(found, room+" imports "+path)
			}
		}
	}
	return found
}

func TestOffencesAreSeen(t *testing.T) {
	for _, c := range []struct {
		room, path string
		bad        bool
	}{
		{"etl/clean", "canbao/etl", true},
		{"models", "canbao/reports", true},
		{"reports", "canbao/sql/duck", true},
		{"reports", "github.com/duckdb/duckdb-go/v2", true},
		{"util", "fmt", true},
		{"reports", "canbao/models/measure", false},
		{"cmd/canbao", "canbao/reports", false},
		{"sql/duck", "github.com/duckdb/duckdb-go/v2", false},
	} {
		if got := len(offences(c.room, []string{c.path})) > 0; got != c.bad {
			t.Errorf("%s importing %s: offence %v, want %v", c.room, c.path, got, c.bad)
		}
	}
}

// TestTopLevel holds the list of rooms: nothing else lies at the top.
func TestTopLevel(t *testing.T) {
	allowed := strings.Fields(`cmd docs etl models reports sql go.mod go.sum README.md README.zh-CN.md
		LICENSE Makefile package.json package-lock.json .ci .git .gitignore .golangci.yml
		bin node_modules canbao-demo`)
	entries, err := os.ReadDir(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains(allowed, e.Name()) {
			t.Errorf("%s lies at the top level, beside the rooms", e.Name())
		}
	}
}
