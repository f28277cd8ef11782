package main

import (
	"regexp"
	"strings"
	"testing"

	"canbao/models/measure"
)

// TestWorklistPageIsWhole wants every reason and every flag in both pages, and
// every flag of the pages to be one.
func TestWorklistPageIsWhole(t *testing.T) {
	cmd, _, err := (&app{}).root().Find([]string{"worklist"})
	if err != nil {
		t.Fatal(err)
	}
	for page, lang := range map[string]string{"docs/worklist.md": "en", "docs/worklist.zh-CN.md": "zh"} {
		text := readRepoFile(t, page)
		_, reasons, _ := strings.Cut(text, "\n## ")
		told := map[string]bool{}
		for line := range strings.Lines(reasons) {
			if cells := strings.Split(line, "|"); len(cells) == 4 {
				for _, reason := range strings.Split(cells[2], " · ") {
					told[strings.TrimSpace(reason)] = true
				}
			}
		}
		for _, r := range measure.Reasons() {
			if !told[r.Text().In(lang)] {
				t.Errorf("%s does not tell of %s", page, r.Text().In(lang))
			}
		}
		for _, name := range []string{"item", "area", "as-of", "reveal", "reason", "out", "force", "format", "campaign"} {
			if !strings.Contains(text, "--"+name) {
				t.Errorf("%s does not tell of --%s", page, name)
			}
		}
		for _, name := range regexp.MustCompile(`--[a-z][a-z-]*`).FindAllString(text, -1) {
			if cmd.Flags().Lookup(name[2:]) == nil {
				t.Errorf("%s: canbao worklist has no flag %s", page, name)
			}
		}
	}
}
