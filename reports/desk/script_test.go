//go:build duckdb_arrow

package desk

import (
	"os"
	"strings"
	"testing"
)

// script is a named query of testdata.
type script struct{ name, text string }

// scripts reads a file of queries: a line "== name" begins one, lines with # before
// the first are comments.
func scripts(t testing.TB, file string) []script {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []script
	for _, block := range strings.Split("\n"+string(text), "\n== ")[1:] {
		name, body, _ := strings.Cut(block, "\n")
		all = append(all, script{name, strings.TrimRight(body, "\n")})
	}
	return all
}
