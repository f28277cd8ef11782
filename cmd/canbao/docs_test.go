package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
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

// TestReadmeIsTrue runs the commands of both READMEs as they are written: the
// tour of a synthetic city, then the road of one's own, on that city's files.
func TestReadmeIsTrue(t *testing.T) {
	if testing.Short() {
		t.Skip("makes, loads and builds a city of 20,000 people")
	}
	tour := readmeCommands(t, "README.md", "tour")
	own := readmeCommands(t, "README.md", "own")
	for _, line := range readmeCommands(t, "README.zh-CN.md", "tour") {
		if !slices.Contains(tour, line) {
			tour = append(tour, line)
		}
	}
	if chinese := readmeCommands(t, "README.zh-CN.md", "own"); !slices.Equal(own, chinese) {
		t.Errorf("the READMEs differ: %q, %q", own, chinese)
	}
	figures := readRepoFile(t, "docs/figures.md")
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(dir, "config"))
	t.Chdir(dir)
	for _, line := range tour {
		runLine(t, line)
	}
	for _, table := range tablesOf(t, "city") {
		if !strings.Contains(figures, "`"+table+"`") {
			t.Errorf("docs/figures.md does not tell of %s", table)
		}
	}
	if err := os.CopyFS("extracts", os.DirFS(filepath.Join("city", "extracts"))); err != nil {
		t.Fatal(err)
	}
	for _, line := range own {
		runLine(t, line)
	}
}

// tablesOf are the tables of the published snapshot of a workspace.
func tablesOf(t *testing.T, dir string) []string {
	t.Helper()
	var out, errs bytes.Buffer
	const ask = "select schema_name || '.' || table_name as t from duckdb_tables() order by t"
	if code := Run([]string{"query", "--workspace", dir, "--format", "csv", ask}, nil, &out, &errs); code != exitDone {
		t.Fatalf("list tables: %s", errs.String())
	}
	return strings.Fields(out.String())[1:]
}

// runLine runs a command line as a shell would, and wants an answer of it.
func runLine(t *testing.T, line string) {
	t.Helper()
	var out, errs bytes.Buffer
	if code := Run(shellWords(line)[1:], strings.NewReader(""), &out, &errs); code != exitDone {
		t.Fatalf("%s exits with %d\n%s", line, code, errs.String())
	}
	if out.Len() == 0 && !strings.Contains(line, " quarantine ") {
		t.Errorf("%s prints nothing", line)
	}
}

// shellWords splits at blanks, except between double quotes.
func shellWords(line string) []string {
	var words []string
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 1 {
			words = append(words, part)
			continue
		}
		words = append(words, strings.Fields(part)...)
	}
	return words
}

// TestFlagsInReadmes wants every flag that a README gives a verb to be one.
func TestFlagsInReadmes(t *testing.T) {
	root := (&app{}).root()
	row := regexp.MustCompile("(?m)^\\| `canbao ([a-z]+)([^`]*)`")
	flag := regexp.MustCompile(`--[a-z-]+`)
	for _, file := range []string{"README.md", "README.zh-CN.md"} {
		rows := row.FindAllStringSubmatch(readRepoFile(t, file), -1)
		if len(rows) == 0 {
			t.Errorf("%s lists no verb", file)
		}
		for _, m := range rows {
			cmd, _, err := root.Find(m[1:2])
			if err != nil {
				t.Errorf("%s: %v", file, err)
				continue
			}
			for _, name := range flag.FindAllString(m[2], -1) {
				if name = name[2:]; cmd.Flags().Lookup(name) == nil && cmd.InheritedFlags().Lookup(name) == nil {
					t.Errorf("%s: canbao %s has no flag --%s", file, m[1], name)
				}
			}
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
	var lines []string
	for line := range strings.Lines(block) {
		line, _, _ = strings.Cut(line, " #")
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "canbao ") {
			lines = append(lines, line)
		}
	}
	return lines
}
