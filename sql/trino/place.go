package trino

import (
	"fmt"
	"regexp"
	"strings"
)

// schemas are those of a build; lasting are those that stay while its snapshot does.
var (
	schemas = []string{"raw", "ref", "staging", "core", "indicators", "mart", "found"}
	lasting = []string{"ref", "mart"}
)

// schema is where the tables of one schema of build number stand.
func schema(name string, number int) string { return fmt.Sprintf("%s_%d", name, number) }

// place is what a table is called in build number: core.person is
// core_12.person there.
func place(table string, number int) string {
	name, rest, _ := strings.Cut(table, ".")
	return schema(name, number) + "." + rest
}

// word is a string, a comment, a number, a name with dots, or one character.
var word = regexp.MustCompile(`(?s)'(?:[^']|'')*'|--[^\n]*|"(?:[^"]|"")*"|[a-zA-Z_][a-zA-Z0-9_]*(?:\.[a-zA-Z_][a-zA-Z0-9_]*)*|.`)

var name = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)

// placed is a query with the tables of build number in the place of the
// models'. Aliases are never called like a schema (a test sees to it), so a name
// that begins with one is a table, or a column of a table given its whole name.
func placed(query string, number int) string {
	return word.ReplaceAllStringFunc(query, func(found string) string {
		for _, name := range schemas {
			if rest, ok := strings.CutPrefix(found, name+"."); ok {
				return schema(name, number) + "." + rest
			}
		}
		return found
	})
}
