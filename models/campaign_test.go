package models

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"canbao/etl/refuse"
)

var badCampaigns = map[string]string{
	"unknown_key":           "unknown_key.bad.yaml:3: unknown key colour; known here are: id, title, ",
	"unknown_key_inside":    "unknown_key_inside.bad.yaml:10: unknown key indicators[1].weigth; known here",
	"target_above":          `target_above.bad.yaml:10: indicators[1].stages[1].target: "101%" is above 100%; `,
	"target_zero":           `target_zero.bad.yaml:10: indicators[1].stages[1].target: "0%" is no number above 0; write it as`,
	"target_negative":       `target_negative.bad.yaml:10: indicators[1].stages[1].target: "-5%" is no number above 0`,
	"due_before_opening":    "due_before_opening.bad.yaml:5: stages[1].due: 2020-10-31 is before the opening 2020-11-01; ",
	"due_too_far":           "due_too_far.bad.yaml:5: stages[1].due: 2099-12-15 is too far from the opening; ",
	"bad_day":               `bad_day.bad.yaml:3: opening: "2020-11-31" is no day; write it as 2020-11-30`,
	"unknown_stage":         "unknown_stage.bad.yaml:10: indicators[1].stages[1].stage: there is no stage half; ",
	"no_model":              "no_model.bad.yaml:7: indicator a has no model; correct the id or add indicators/a.sql; ",
	"unknown_source":        `unknown_source.bad.yaml:9: indicators[1].source: unknown word "guess"; known are: people, headcount, tally`,
	"measure_of_tally":      "measure_of_tally.bad.yaml:10: indicators[1].measure: only an indicator with source: headcount",
	"headcount_no_measure":  "headcount_no_measure.bad.yaml:7: missing indicators[1].measure; ",
	"duplicate_indicator":   "duplicate_indicator.bad.yaml:11: indicators[2].id: a stands twice; ",
	"reserved_item":         "reserved_item.bad.yaml:11: item id data_quality is taken",
	"unknown_rule":          `unknown_rule.bad.yaml:11: indicators[1].score.rule: unknown word "magic"; known are: proportional, below,`,
	"rule_without_step":     "rule_without_step.bad.yaml:11: missing indicators[1].score.step; ",
	"rule_with_foreign_key": "rule_with_foreign_key.bad.yaml:11: unknown key indicators[1].score.off; known here are: rule, weight, rate, bonus",
	"weight_zero":           `weight_zero.bad.yaml:11: indicators[1].score.weight: "0" is no number above 0; `,
	"staircase_down":        "staircase_down.bad.yaml:11: indicators[1].score.bands: a higher rate gives fewer points; ",
	"goal_scored":           "goal_scored.bad.yaml:12: indicators[1].score: an indicator with goal: true is not scored; ",
	"unknown_tie_break":     "unknown_tie_break.bad.yaml:11: tie_break: there is no item b; known are: [a]",
	"unknown_scheme":        "unknown_scheme.bad.yaml:11: indicators[1].scheme: the campaign has no scheme pension; ",
	"key_twice":             "key_twice.bad.yaml:11: key title stands twice; ",
	"no_opening":            "no_opening.bad.yaml:1: missing opening; ",
	"bad_id":                `bad_id.bad.yaml:5: stages[1].id: "Full Stage" cannot be an id; `,
	"not_yaml":              "not_yaml.bad.yaml:2: not YAML (mapping values are not allowed",
	"empty":                 "empty.bad.yaml:1: the file is empty; ",
	"two_documents":         "two_documents.bad.yaml:11: a file holds one YAML document; ",
	"not_utf8":              "not_utf8.bad.yaml:1: not YAML (",
}

func TestBadCampaigns(t *testing.T) {
	files, _ := filepath.Glob("testdata/campaign/*.bad.yaml")
	if len(files) != len(badCampaigns) {
		t.Errorf("%d files, %d expected messages", len(files), len(badCampaigns))
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".bad.yaml")
		t.Run(name, func(t *testing.T) {
			_, err := ReadCampaign(file)
			var refused *refuse.Error
			if !errors.As(err, &refused) {
				t.Fatalf("error = %v, want a refusal", err)
			}
			want := "testdata/campaign/" + badCampaigns[name]
			if badCampaigns[name] == "" || !strings.HasPrefix(refused.Error(), want) {
				t.Errorf("refusal = %s\n     want   %s...", refused, want)
			}
			if refused.What.ZH == "" || refused.What.ZH == refused.What.EN || (refused.Do.EN != "" && refused.Do.ZH == "") {
				t.Errorf("no Chinese in %q", refused.In("zh"))
			}
		})
	}
}

func TestGoodCampaigns(t *testing.T) {
	files, _ := filepath.Glob("testdata/campaign/*.good.yaml")
	if len(files) == 0 {
		t.Fatal("no good campaigns")
	}
	for _, file := range files {
		if _, err := ReadCampaign(file); err != nil {
			t.Error(err)
		}
	}
}

func TestMissingCampaign(t *testing.T) {
	_, err := ReadCampaign("testdata/none.yaml")
	var refused *refuse.Error
	if !errors.As(err, &refused) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error = %v, want a refusal", err)
	}
}

// The contract's table of indicators and its scoring defaults, word for word.
func TestYiwu2021(t *testing.T) {
	c, err := parseCampaign("yiwu-2021.yaml", Yiwu2021())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, i := range c.items {
		line := fmt.Sprint(i.Ordinal, " ", i.ID, " ", i.Indicator.Source, " ", i.Target, " ", i.Due)
		if s := i.Score; s != nil {
			line += fmt.Sprint(" ", s.Rule, " ", s.Weight, " ", s.Basis)
			if s.Rule == Below {
				line += fmt.Sprint(" ", s.Off, " per ", s.Step)
			}
		}
		got = append(got, line)
		if i.Note == "" && i.ID != "pension_collection_full" && i.ID != "medical_collection_full" {
			t.Errorf("%s has no note", i.ID)
		}
	}
	want := []string{
		"1 pension_coverage people 49/50 2020-12-15 below 20 rate 1 per 1/100",
		"2 pension_hardship people 1 2020-12-15 below 10 rate 1 per 1/100",
		"3 medical_hukou people 9991/10000 2020-12-15 below 25 rate 1/2 per 1/1000",
		"4 medical_resident headcount 19/20 2020-12-15",
		"5 critical_uptake people 17/20 2020-12-15 below 15 rate 1 per 1/100",
		"6 critical_uptake_all people 17/20 2020-12-15",
		"7 medical_hardship people 1 2020-12-15 below 10 rate 1 per 1/100",
		"8 medical_assistance people 1 2020-12-15 below 5 rate 1 per 1/100",
		"9 pension_collection_main people 9/10 2020-11-30 proportional 5/2 rate_on_time",
		"10 pension_collection_full people 1 2020-12-15 proportional 5/2 rate_on_time",
		"11 medical_collection_main people 9/10 2020-11-30 proportional 5/2 rate_on_time",
		"12 medical_collection_full people 1 2020-12-15 proportional 5/2 rate_on_time",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if m := c.MaxScore(); m != (Fraction{100, 1}) {
		t.Errorf("weights sum to %s, want 100", m)
	}
	if c.TieBreak != "medical_hukou" || c.DataQuality != (Fraction{5, 1}) || c.AgeOn.String() != "2020-12-31" {
		t.Errorf("tie break %s, data quality %s, ages on %s", c.TieBreak, c.DataQuality, c.AgeOn)
	}
	if lines := strings.Count(string(YiwuAreas()), "\n"); lines != 1+1+14 {
		t.Errorf("%d lines of areas, want a header, a city and 14 towns", lines)
	}
}

func TestCheckModels(t *testing.T) {
	c, err := parseCampaign("yiwu-2021.yaml", Yiwu2021())
	if err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{}
	for _, i := range c.Indicators[1:] {
		fsys["indicators/"+i.ID+".sql"] = &fstest.MapFile{Data: []byte("select 1")}
	}
	err = c.CheckModels(fsys)
	if err == nil || !strings.Contains(err.Error(), "yiwu-2021.yaml:23: indicator pension_coverage has no model") {
		t.Errorf("error = %v", err)
	}
}

func TestAgeOnDefault(t *testing.T) {
	text := strings.Replace(string(Yiwu2021()), "age_on: 2020-12-31", "", 1)
	c, err := parseCampaign("c.yaml", []byte(text))
	if err != nil || c.AgeOn.String() != "2020-12-31" {
		t.Errorf("ages on %v, %v", c, err)
	}
}

func TestParseFraction(t *testing.T) {
	for text, want := range map[string]string{
		"99.91%": "9991/10000", "0.9991": "9991/10000", "9991/10000": "9991/10000", "98%": "49/50", "1": "1",
		"2.5": "5/2", "0.1%": "1/1000", "100 %": "1", "1/3": "1/3", "0": "0", "020": "20",
		"": "", "%": "", ".5": "", "5.": "", "-1": "", "1e3": "", "1/0": "", "50/100%": "", "０.９": "",
		"0.9999999999": "", "1,000": "", "1/2/3": "", "0x1": "",
	} {
		f, ok := ParseFraction(text)
		if got := f.String(); ok != (want != "") || (ok && got != want) {
			t.Errorf("ParseFraction(%q) = %s, %v, want %q", text, got, ok, want)
		}
	}
}
