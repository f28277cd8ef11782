package main

import (
	"strings"
	"testing"

	"canbao/sql/trino/cluster"
)

// TestClusterAnswers asks about single people on a cluster, which keeps them, and
// again once the same lake was built on this machine: the answers are the same.
func TestClusterAnswers(t *testing.T) {
	c := newClustered(t, cluster.Options{Workers: 1})
	questions := map[string][]string{
		"people":    {"query", "select area_code, age_band, sex, hukou, medical, pension, count(*) as people from mart.person group by area_code, age_band, sex, hukou, medical, pension order by 1, 2, 3, 4, 5, 6"},
		"keys":      {"query", "select person, category, village from mart.person order by person", "--format", "csv"},
		"a day":     {"query", "select count(*) as people from mart.stretch where from_day <= $as_of and (until_day is null or until_day > $as_of)", "--as-of", "2020-12-10"},
		"listed":    {"worklist", "--as-of", "latest", "--item", "medical_hukou", "--area", "330782", "--format", "csv"},
		"revealed":  {"worklist", "--as-of", "latest", "--item", "medical_hukou", "--area", "330782", "--reveal", "--reason", "visits", "--format", "csv"},
		"tables":    {"tables"},
		"aggregate": {"query", "select item, sum(expected) as expected from mart.standing group by item order by item"},
	}
	ask := func() map[string]string {
		c.do("build", "--workspace", "city", "--quiet")
		answers := map[string]string{}
		for name, args := range questions {
			answers[name] = c.do(append(args, "--workspace", "city")...)
		}
		return answers
	}
	far := ask()
	shell, out, errs := c.command([]string{"shell", "--workspace", "city"})
	shell.Stdin = strings.NewReader("select count(*) from mart.person;\n")
	_ = shell.Run()
	if !strings.Contains(errs.String(), "canbao query") {
		t.Errorf("the shell does not say who can answer: %s%s", out, errs)
	}
	if out := c.do("describe", "--workspace", "city", "mart.person"); !strings.Contains(out, "age_band") {
		t.Errorf("mart.person is described as\n%s", out)
	}
	c.env = append(c.env, "CANBAO_ENGINE_URL=")
	for name, near := range ask() {
		if near != far[name] || strings.Count(near, "\n") < 2 {
			t.Errorf("%s: on this machine\n%s\non a cluster\n%s", name, near, far[name])
		}
	}
}
