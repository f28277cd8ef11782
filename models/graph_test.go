package models

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"canbao/sql/duck"
)

// files makes a file system of models.
func files(pairs ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		fsys[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return fsys
}

func memory(t testing.TB) *sql.Conn {
	t.Helper()
	db, err := duck.Open(context.Background(), "", duck.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	conn, err := db.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func TestReferences(t *testing.T) {
	conn := memory(t)
	for name, test := range map[string]struct{ text, want string }{
		"joins":      {"select *\nfrom core.a\njoin raw.b using (k)\nleft join Core.C on true", "core.a:2 raw.b:3 core.c:4"},
		"after 中文":   {"-- 中文注释：一行一人\nselect '人', x\nfrom core.a", "core.a:3"},
		"subqueries": {"select (select max(x) from core.a),\n x in (select x from core.b)\nfrom (select 1 as x) s\nwhere exists (select 1 from core.c)", "core.a:1 core.b:2 core.c:4"},
		"union":      {"select * from core.a\nunion all\nselect * from core.b\nexcept select * from core.c", "core.a:1 core.b:3 core.c:4"},
		"ctes":       {"with a as (select * from core.a),\nb as (select * from a join core.b using (k))\nselect * from b join A using (k)", "core.a:1 core.b:2"},
		"cte named as its table": {
			"with person as (select * from core.person)\nselect * from person join core.person using (k)", "core.person:1 core.person:2"},
		"cte out of scope":  {"select * from (with a as (select 1 as x) select * from a) s\njoin a using (x)", "a:2"},
		"cte in a subquery": {"with a as (select 1 as x)\nselect (with b as (select * from a) select max(x) from b) from a, b", "b:2"},
		"later cte":         {"with a as (select * from b),\nb as (select 1)\nselect * from a, b", "b:1"},
		"recursive":         {"with recursive d as (select 1 as n union all select n + 1 from d, core.m where n < 3)\nselect * from d", "core.m:1"},
		"table functions":   {"select * from range(3) r(i), (values (1)) v(x), unnest([1]) u(y)", ""},
		"window, filter":    {"select count(*) filter (where x in (select x from core.a)),\nsum(x) over (order by (select y from core.b)) from core.c", "core.a:1 core.b:2 core.c:2"},
		"three parts":       {"select * from w.core.a", "w.core.a:1"},
		"a file":            {"select * from 'people.csv'", "people.csv:1"},
	} {
		t.Run(name, func(t *testing.T) {
			refs, err := references(context.Background(), conn, "core/x.sql", test.text)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range refs {
				got = append(got, fmt.Sprintf("%s:%d", r.table, r.line))
			}
			if diff := cmp.Diff(test.want, strings.Join(got, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestGraphOrder(t *testing.T) {
	fsys := files(
		"staging/a.sql", "select * from raw.a",
		"core/b.sql", "select * from staging.a",
		"core/unused.sql", "select * from staging.a",
		"indicators/i.sql", "select * from core.b",
		"indicators/j.sql", "select * from core.b",
		"core/delta.sql", "select * from indicators.membership",
		"mart/standing.sql", "select * from core.delta join ref.item using (item)",
		"mart/area_quality.sql", "select * from raw.a",
		"check/c.sql", "-- severity: warning\n-- title: 甲 | c\n-- why: 因 | why\n-- do: 做 | do\nselect * from core.b",
	)
	g, err := readGraph(context.Background(), memory(t), fsys, nil, map[string]bool{"raw.a": true, "ref.item": true}, []string{"j"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range g.order {
		got = append(got, m.table())
	}
	want := "staging.a core.b check.c mart.area_quality indicators.j indicators.membership core.delta mart.standing mart.score"
	if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
		t.Error(diff)
	}
}

func TestBadGraphs(t *testing.T) {
	conn := memory(t)
	for name, test := range map[string]struct {
		files []string
		want  string
	}{
		"cycle": {[]string{"core/a.sql", "select *\nfrom core.b", "core/b.sql", "select 1 as x\nunion all\nselect * from core.c", "core/c.sql", "select * from core.a"},
			"core/c.sql:1: cycle core.a -> core.b -> core.c -> core.a"},
		"self":             {[]string{"mart/a.sql", "select 1\nunion all\nselect * from mart.a"}, "mart/a.sql:3: cycle mart.a -> mart.a"},
		"unknown table":    {[]string{"mart/a.sql", "select *\nfrom core.nope"}, "mart/a.sql:2: unknown table core.nope"},
		"unknown raw":      {[]string{"staging/a.sql", "\n-- 说明\nselect *\nfrom\n  raw.nope"}, "staging/a.sql:5: unknown table raw.nope"},
		"without a schema": {[]string{"core/a.sql", "select * from person"}, "core/a.sql:1: unknown table person"},
		"a check read":     {[]string{"mart/a.sql", "select * from \"check\".c"}, "mart/a.sql:1: unknown table check.c"},
		"syntax":           {[]string{"mart/a.sql", "select 1,\n 2\nfro m x"}, `mart/a.sql:3: syntax error at or near "m"`},
		"two statements":   {[]string{"mart/a.sql", "select 1; select 2"}, "mart/a.sql: a model is one SELECT, found 2"},
		"no select":        {[]string{"mart/a.sql", "create table x (y integer)"}, "mart/a.sql:1: Only SELECT statements"},
		"own table":        {[]string{"mart/score.sql", "select 1"}, "mart/score.sql: the engine makes mart.score itself"},
		"mart as view":     {[]string{"mart/a.sql", "-- materialize: view\nselect 1"}, "mart/a.sql: a mart is published"},
		"bad head":         {[]string{"core/a.sql", "-- one row\n-- check: unique a,\nselect 1"}, `core/a.sql:2: check: "" is no column`},
		"bad check kind":   {[]string{"core/a.sql", "-- check: positive a\nselect 1"}, `core/a.sql:1: check: "positive a" is neither`},
		"half a check":     {[]string{"check/a.sql", "-- severity: error\nselect 1"}, "check/a.sql: a check needs severity, title, why and do"},
		"one language":     {[]string{"check/a.sql", "-- title: 甲\nselect 1"}, `check/a.sql:1: title: "甲" is not Chinese | English`},
		"missing indicator": {[]string{"core/a.sql", "select * from indicators.membership"},
			"indicators.membership:1: unknown table indicators.i"},
	} {
		t.Run(name, func(t *testing.T) {
			indicators := []string{}
			if name == "missing indicator" {
				indicators = []string{"i"}
			}
			_, err := readGraph(context.Background(), conn, files(test.files...), nil, nil, indicators)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error = %v\n want ... %s", err, test.want)
			}
		})
	}
}
