package main

import (
	"bytes"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// queryPages are the page on asking and its twin.
var queryPages = []string{"docs/query.md", "docs/query.zh-CN.md"}

var (
	askForm  = regexp.MustCompile("(?s)<!-- asks ?([^>]*?)-->\n```sql\n(.*?)```")
	flagForm = regexp.MustCompile("(?m)^\\| (`--.*?) \\|")
)

// TestQueryPageIsTrue runs every question of both pages on a city, wants an
// answer of each, and every flag of the pages to be one of the verb.
func TestQueryPageIsTrue(t *testing.T) {
	if testing.Short() {
		t.Skip("makes, loads and builds a city of 5,000 people")
	}
	pages := map[string]string{}
	for _, page := range queryPages {
		pages[page] = readRepoFile(t, page)
	}
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(dir, "config"))
	t.Chdir(dir)
	runLine(t, "canbao demo --people 5000 --workspace city --quiet")
	asked := map[string][]string{}
	for page, text := range pages {
		for _, m := range askForm.FindAllStringSubmatch(text, -1) {
			asked[page] = append(asked[page], m[1]+m[2])
			args := []string{"query", "--workspace", "city", "--format", "csv", m[2]}
			for _, given := range strings.Fields(m[1]) {
				if day, ok := strings.CutPrefix(given, "as-of="); ok {
					args = append(args, "--as-of", day)
				} else {
					args = append(args, "--param", given)
				}
			}
			var out, errs bytes.Buffer
			if code := Run(args, nil, &out, &errs); code != exitDone || strings.Count(out.String(), "\n") < 2 {
				t.Errorf("%s: exit %d, answer %q\n%s%s", page, code, out.String(), m[2], errs.String())
			}
		}
	}
	if len(asked[queryPages[0]]) < 8 || !slices.Equal(asked[queryPages[0]], asked[queryPages[1]]) {
		t.Errorf("the pages ask %d and %d questions, not the same", len(asked[queryPages[0]]), len(asked[queryPages[1]]))
	}
}

// TestQueryPageIsWhole wants a row for every flag and format of the verb, in both pages,
// and every command of the shell.
func TestQueryPageIsWhole(t *testing.T) {
	root := (&app{}).root()
	cmd, _, err := root.Find([]string{"query"})
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range queryPages {
		text := readRepoFile(t, page)
		rows := flagForm.FindAllString(text, -1)
		for _, m := range rows {
			for _, name := range regexp.MustCompile(`--[a-z-]+`).FindAllString(m, -1) {
				if cmd.Flags().Lookup(name[2:]) == nil {
					t.Errorf("%s: canbao query has no flag %s", page, name)
				}
			}
		}
		all := strings.Join(rows, "\n")
		for _, name := range []string{"out", "force", "bom", "param", "as-of", "campaign"} {
			if !strings.Contains(all, "--"+name) {
				t.Errorf("%s does not tell of --%s", page, name)
			}
		}
		for _, f := range queryFormats {
			if !strings.Contains(all, "--format "+f) {
				t.Errorf("%s does not tell of --format %s", page, f)
			}
		}
		for _, c := range shellCommands {
			if !strings.Contains(text, "`"+c.form+"`") {
				t.Errorf("%s does not tell of %s", page, c.form)
			}
		}
	}
}
