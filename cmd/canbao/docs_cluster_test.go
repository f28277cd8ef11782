package main

import (
	"regexp"
	"strings"
	"testing"
)

// TestPagesOfAClusterAreTrue wants the same commands in both pages, every canbao
// command to be one, with its flags, and every setting of the engine to be told.
func TestPagesOfAClusterAreTrue(t *testing.T) {
	english, chinese := readRepoFile(t, "docs/cluster.md"), readRepoFile(t, "docs/cluster.zh-CN.md")
	block := regexp.MustCompile("(?s)<!-- ([a-z]+) -->\n```sh\n(.*?)\n```")
	found := block.FindAllStringSubmatch(english, -1)
	if len(found) < 6 {
		t.Fatalf("docs/cluster.md has %d blocks of commands", len(found))
	}
	for _, b := range found {
		if !strings.Contains(chinese, b[0]) {
			t.Errorf("docs/cluster.zh-CN.md lacks the block %s as docs/cluster.md has it", b[1])
		}
		for line := range strings.Lines(b[2]) {
			words := shellWords(line)
			if len(words) < 2 || words[0] != "canbao" {
				continue
			}
			cmd, _, err := (&app{}).root().Find(words[1:])
			if err != nil {
				t.Errorf("block %s: %v", b[1], err)
				continue
			}
			for _, word := range words[2:] {
				name, isFlag := strings.CutPrefix(word, "--")
				if isFlag && cmd.Flags().Lookup(name) == nil && cmd.InheritedFlags().Lookup(name) == nil {
					t.Errorf("block %s: canbao %s has no flag --%s", b[1], words[1], name)
				}
			}
		}
	}
	settings := map[string]bool{}
	for _, s := range settingTable {
		settings[s.name] = true
		if !strings.HasPrefix(s.name, "engine") {
			continue
		}
		for page, text := range map[string]string{"docs/cluster.md": english, "docs/cluster.zh-CN.md": chinese} {
			if !strings.Contains(text, s.name) {
				t.Errorf("%s does not tell of %s", page, s.name)
			}
		}
	}
	for _, name := range regexp.MustCompile(`\b(?:engine|lake)_[a-z_]+\b`).FindAllString(english+chinese, -1) {
		if !settings[name] {
			t.Errorf("the pages tell of %s, which is no setting", name)
		}
	}
}
