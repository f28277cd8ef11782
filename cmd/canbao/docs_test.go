package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"canbao/etl"
)

func readRepoFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestSettingsAreDocumented wants the row of every setting in both READMEs,
// as the table of settings tells it.
func TestSettingsAreDocumented(t *testing.T) {
	for file, lang := range map[string]string{"README.md": "en", "README.zh-CN.md": "zh"} {
		text := readRepoFile(t, file)
		for _, s := range settingTable {
			def := fmt.Sprintf(" `%s` ", strings.Trim(fmt.Sprint(s.def), "[]"))
			if s.def == "" {
				def = " "
			}
			row := fmt.Sprintf("| `%s` | `--%s` | `%s` |%s| %s |", s.name, s.flag(), s.variable(), def, s.help.In(lang))
			if !strings.Contains(text, row) {
				t.Errorf("%s lacks the row %s", file, row)
			}
		}
	}
}

// TestVerbsAreDocumented wants every verb in both READMEs.
func TestVerbsAreDocumented(t *testing.T) {
	a := &app{}
	for _, file := range []string{"README.md", "README.zh-CN.md"} {
		text := readRepoFile(t, file)
		for _, v := range a.verbs() {
			if !strings.Contains(text, "`canbao "+v.Name()) {
				t.Errorf("%s does not tell of canbao %s", file, v.Name())
			}
		}
	}
}

// TestDatasetsAreDocumented wants every dataset in docs/extracts.md, and a
// title for it in the program.
func TestDatasetsAreDocumented(t *testing.T) {
	text := readRepoFile(t, "docs/extracts.md")
	for _, d := range etl.Datasets() {
		title, ok := datasetTitles[d]
		if row := fmt.Sprintf("| `%s` %s |", d, title.ZH); !ok || !strings.Contains(text, row) {
			t.Errorf("docs/extracts.md lacks the row %s", row)
		}
	}
}

// readmeCommands are the canbao commands of the block under a marker.
func readmeCommands(t *testing.T, file, marker string) []string {
	t.Helper()
	_, rest, found := strings.Cut(readRepoFile(t, file), "<!-- "+marker+" -->\n```sh\n")
	block, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatalf("%s has no block %s", file, marker)
	}
	return strings.Split(strings.TrimSpace(block), "\n")
}
