package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"canbao/sql"
	"canbao/sql/duck"
)

// portableRooms are the folders of sql/ that other engines (Trino, ClickHouse,
// Spark) must run with the same result.
var portableRooms = []string{"core", "indicators", "mart", "check"}

// portableFunctions are the functions and operators that all of those engines
// have under this name and with this meaning. date_part, to_days
// and trunc are what DuckDB's parser makes of the standard's extract(... from
// ...) and interval '1' day; spelled out they are listed.
var portableFunctions = strings.Fields(`
	count count_star sum min max avg coalesce nullif abs floor ceil round greatest least
	row_number rank dense_rank lag lead first_value last_value
	concat lower upper trim length replace substring substr
	date_trunc date_diff date_part to_days trunc
	+ - * / % ||`)

// badTokens are spellings that no engine but DuckDB reads.
var badTokens = []struct {
	form *regexp.Regexp
	why  string
}{
	{regexp.MustCompile(`::`), "cast with ::, write cast(... as ...)"},
	{regexp.MustCompile(`//`), "integer division with //"},
	{regexp.MustCompile(`==`), "equality with =="},
	{regexp.MustCompile(`(?i)\b(date_part|to_days|trunc)\s*\(`), "date_part, to_days or trunc, write extract(... from ...) or interval '1' day"},
	{regexp.MustCompile(`(?i)\binterval\s+\(?[0-9a-z_]`), "interval without a quoted number"},
	{regexp.MustCompile(`(?i)\bgroup\s+by\s+all\b`), "GROUP BY ALL"},
	{regexp.MustCompile(`(?i)\border\s+by\s+all\b`), "ORDER BY ALL"},
	{regexp.MustCompile(`(?i)\b(semi|anti|asof|positional)\s+join\b`), "SEMI, ANTI, ASOF or POSITIONAL JOIN"},
	{regexp.MustCompile(`(?i)\bunion\s+(all\s+)?by\s+name\b`), "UNION BY NAME"},
	{regexp.MustCompile(`(?i),\s*((from|where|group|order)\b|\))`), "trailing comma"},
	{regexp.MustCompile(`(?i)\b(glob|ilike|similar\s+to)\b`), "GLOB, ILIKE or SIMILAR TO"},
	{regexp.MustCompile(`(?i)^\s*from\b`), "FROM before SELECT"},
	{regexp.MustCompile(`(?i)\btry_cast\b`), "TRY_CAST"},
	{regexp.MustCompile(`(?i)\bas\s+(hugeint|uhugeint|utinyint|usmallint|uinteger|ubigint)\b`), "a type only DuckDB has"},
}

// nodeOffence says what is not portable about one node of DuckDB's own parse
// tree, or nothing.
func nodeOffence(n map[string]any) string {
	is := func(key string, values ...string) bool {
		s, ok := n[key].(string)
		return ok && slices.Contains(values, s)
	}
	filled := func(key string) bool {
		list, ok := n[key].([]any)
		return ok && len(list) > 0
	}
	switch {
	case n["qualify"] != nil:
		return "QUALIFY"
	case is("aggregate_handling", "FORCE_AGGREGATES"):
		return "GROUP BY ALL"
	case n["sample"] != nil:
		return "SAMPLE"
	case is("type", "TABLE_FUNCTION"):
		return "a table function"
	case is("type", "PIVOT", "SHOW_REF"):
		return "PIVOT or SHOW"
	case is("class", "LAMBDA", "POSITIONAL_REFERENCE"):
		return "a lambda or a positional reference"
	case is("type", "STAR") && (filled("exclude_list") || filled("replace_list") || filled("rename_list") || n["columns"] == true):
		return "* with EXCLUDE, REPLACE or COLUMNS"
	case is("type", "DISTINCT_MODIFIER") && filled("distinct_on_targets"):
		return "DISTINCT ON"
	case is("type", "ARRAY_CONSTRUCTOR", "ARRAY_EXTRACT", "ARRAY_SLICE", "STRUCT_EXTRACT"):
		return "a list or a struct"
	case is("class", "FUNCTION", "WINDOW"):
		return functionOffence(n)
	}
	if cast, ok := n["cast_type"].(map[string]any); ok {
		if id := fmt.Sprint(cast["id"]); slices.Contains([]string{"LIST", "STRUCT", "MAP", "ARRAY", "UNION"}, id) {
			return "a list or a struct"
		}
	}
	return ""
}

func functionOffence(n map[string]any) string {
	name := fmt.Sprint(n["function_name"])
	if !slices.Contains(portableFunctions, name) {
		return "function " + name
	}
	if name != "/" {
		return ""
	}
	// Integers divided are an integer in Trino and a fraction in DuckDB.
	children, _ := n["children"].([]any)
	for _, c := range children {
		child, _ := c.(map[string]any)
		cast, _ := child["cast_type"].(map[string]any)
		if cast["id"] == "DOUBLE" {
			return ""
		}
	}
	return "division without a cast to double"
}

// offendersIn lists what in the text is outside the portable subset, as
// "line: what".
func offendersIn(t *testing.T, db *duck.DB, text string) []string {
	t.Helper()
	bare := withoutCommentsAndStrings(text)
	found := map[string]bool{}
	for _, bad := range badTokens {
		for _, at := range bad.form.FindAllStringIndex(bare, -1) {
			found[fmt.Sprintf("%d: %s", lineAt(bare, at[0]), bad.why)] = true
		}
	}
	var answer string
	const ask = "select cast(json_serialize_sql(cast(? as varchar)) as varchar)"
	if err := db.QueryRowContext(context.Background(), ask, text).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := json.Unmarshal([]byte(answer), &tree); err != nil {
		t.Fatal(err)
	}
	if tree["error"] != false {
		found[fmt.Sprintf("0: DuckDB does not parse it: %v", tree["error_message"])] = true
	}
	walkTree(tree["statements"], 0, func(n map[string]any, at int) {
		if why := nodeOffence(n); why != "" {
			found[fmt.Sprintf("%d: %s", lineAt(text, at), why)] = true
		}
	})
	var all []string
	for f := range found {
		all = append(all, f)
	}
	slices.Sort(all)
	return all
}

// walkTree visits every object; at is the nearest place in the text known.
func walkTree(node any, at int, visit func(n map[string]any, at int)) {
	switch v := node.(type) {
	case []any:
		for _, child := range v {
			walkTree(child, at, visit)
		}
	case map[string]any:
		if where, ok := v["query_location"].(float64); ok && where < 1e9 {
			at = int(where)
		}
		visit(v, at)
		for _, child := range v {
			walkTree(child, at, visit)
		}
	}
}

func lineAt(text string, at int) int { return 1 + strings.Count(text[:min(at, len(text))], "\n") }

var commentOrString = regexp.MustCompile(`(?s)--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"[^"]*"`)

// withoutCommentsAndStrings blanks them out, keeping every line where it is. A
// string keeps its quotes, a comment nothing.
func withoutCommentsAndStrings(text string) string {
	return commentOrString.ReplaceAllStringFunc(text, func(s string) string {
		if s[0] == '\'' || s[0] == '"' {
			return s[:1] + strings.Repeat("\n", strings.Count(s, "\n")) + s[:1]
		}
		return strings.Repeat("\n", strings.Count(s, "\n"))
	})
}

func openMemory(t *testing.T) *duck.DB {
	t.Helper()
	db, err := duck.Open(context.Background(), "", duck.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestCoreIsPortable(t *testing.T) {
	db := openMemory(t)
	for _, room := range portableRooms {
		files, err := fs.Glob(sql.Files, room+"/*.sql")
		if err != nil {
			t.Fatal(err)
		}
		if len(files) == 0 {
			t.Errorf("sql/%s holds no file", room)
		}
		for _, name := range files {
			text, err := fs.ReadFile(sql.Files, name)
			if err != nil {
				t.Fatal(err)
			}
			for _, offender := range offendersIn(t, db, string(text)) {
				t.Errorf("sql/%s:%s", name, offender)
			}
		}
	}
}

func TestOffendersAreSeen(t *testing.T) {
	db := openMemory(t)
	for text, want := range map[string]string{
		"select x\nfrom a qualify row_number() over (order by x) = 1": "QUALIFY",
		"select x, count(*) from a group by all":                      "GROUP BY ALL",
		"select\n  x // 2 from a":                                     "2: integer division",
		"select x::bigint from a":                                     "cast with ::",
		"select [x, 2] from a":                                        "list",
		"select {'k': x} from a":                                      "struct",
		"select list_sort(x) from a":                                  "function list_sort",
		"select list(x) from a":                                       "function list",
		"select x / y from a":                                         "division without",
		"select * exclude (x) from a":                                 "EXCLUDE",
		"select distinct on (x) x, y from a":                          "DISTINCT ON",
		"select x from range(3) as r (x)":                             "table function",
		"from a":                                                      "FROM before SELECT",
		"select x, from a":                                            "trailing comma",
		"select d + interval 1 day from a":                            "interval",
		"select x from a semi join b using (x)":                       "SEMI",
		"select cast(x as hugeint) from a":                            "type only DuckDB",
		"select try_cast(x as bigint) from a":                         "TRY_CAST",
		"select sum(x order by y) from a; select 1 from a ==":         "does not parse",
	} {
		got := strings.Join(offendersIn(t, db, text), "\n")
		if !strings.Contains(got, want) {
			t.Errorf("%s: listed %q, want %q", text, got, want)
		}
	}
	clean := `-- x // 2, list(x)::int qualify
with a as (select cast(1 as bigint) as x, '::' as y)
select x, count(*) filter (where y = '//') as n, cast(x as double) / nullif(x, 0) as rate,
  extract(year from date '2020-01-01') as y, from_day, order_no, date '2020-01-01' + interval '1' day as d,
  sum(x) over (partition by y order by x rows unbounded preceding) as running
from a group by x, y order by x nulls last`
	if got := offendersIn(t, db, clean); len(got) > 0 {
		t.Errorf("portable SQL is listed: %q", got)
	}
}
