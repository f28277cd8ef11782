package models

import (
	"strings"
	"testing"
)

// TestHeadDescribes: what a head says of a table and its columns is read, and
// what cannot be read is told with its line.
func TestHeadDescribes(t *testing.T) {
	h, err := parseHead("mart/x.sql", `-- Free text.
-- meaning: 含义 | meaning
-- grain: 一行 | a row
-- column: n [人 | people]: 人数 | people, with: a colon
-- column: name: 名称 | name
-- ask: 多少？ | how many?
-- example: select n
-- example:   from mart.x
select 1`)
	if err != nil {
		t.Fatal(err)
	}
	if h.meaning.ZH != "含义" || h.grain.EN != "a row" || h.ask.EN != "how many?" || strings.Join(h.example, "\n") != "select n\n  from mart.x" {
		t.Errorf("head %+v", h)
	}
	if len(h.columns) != 2 || h.columns[0].unit.EN != "people" || h.columns[0].meaning.EN != "people, with: a colon" || h.columns[1].unit.ZH != "" {
		t.Errorf("columns %+v", h.columns)
	}
	for text, want := range map[string]string{
		"-- column: n 人数 | people":                 "mart/x.sql:1: column",
		"-- column: n [人]: 人数 | people":            "is not Chinese | English",
		"-- column: n: 人数":                         "is not Chinese | English",
		"-- column: n: 甲 | a\n-- column: n: 乙 | b": "mart/x.sql:2: column: column n stands twice",
		"-- meaning: only English":                 "mart/x.sql:1: meaning",
		"-- grain: | no Chinese":                   "is not Chinese | English",
	} {
		if _, err := parseHead("mart/x.sql", text+"\nselect 1"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
