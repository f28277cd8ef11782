package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const cardCampaign = `id: cards
title: マイナンバーカード交付
title_en: Identity cards issued
opening: 2017-03-01
stages: [{id: full, title: 全面, due: 2021-03-31}]
indicators:
  - {id: card_uptake, title: 交付率, title_en: Cards per resident, source: tally, stages: [{stage: full, target: 15%}]}
`

// TestAnotherProgramme takes another country's programme of reported counts
// the whole road with the same verbs: configuration, load, build, ranking,
// bulletin. CANBAO_MYNUMBER names the folder of the published figures.
func TestAnotherProgramme(t *testing.T) {
	figures := os.Getenv("CANBAO_MYNUMBER")
	if figures == "" {
		figures = filepath.Join("..", "..", "..", "shared", "data", "mynumber")
	}
	areas, err := os.ReadFile(filepath.Join(figures, "areas.csv"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("skipped: no published figures in %s (CANBAO_MYNUMBER names another place)", figures)
	}
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "config"))
	city := filepath.Join(home, "cards")
	run := func(args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if code := Run(append(args, "--quiet"), strings.NewReader(""), &out, &errs); code != exitDone {
			t.Fatalf("canbao %v exits with %d: %s", args, code, &errs)
		}
		return out.String()
	}
	run("init", city)
	for name, text := range map[string][]byte{campaignFile: []byte(cardCampaign), areasFile: areas} {
		if err := os.WriteFile(filepath.Join(city, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run("load", filepath.Join(figures, "tally.csv"), "--workspace", city)
	run("build", "--workspace", city)
	ranking, err := csv.NewReader(strings.NewReader(run("ranking", "--as-of", "2021-01-01", "--workspace", city, "--format", "csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(ranking) != 48 {
		t.Errorf("%d areas ranked, want 47", len(ranking)-1)
	}
	path, _, _ := strings.Cut(run("bulletin", "--as-of", "2021-01-01", "--workspace", city), "\n")
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range ranking[1:] {
		if !strings.Contains(string(page), row[2]) {
			t.Errorf("the bulletin does not tell of %s", row[2])
		}
	}
}
