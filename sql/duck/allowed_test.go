//go:build duckdb_arrow

package duck

import (
	"context"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestNewFunctionsAreJudged fails where DuckDB brings a function of values that
// nobody has looked at: one that reads files, tells of the machine or runs a text
// belongs among closedFunctions. With -update the list is written as it is now.
func TestNewFunctionsAreJudged(t *testing.T) {
	const golden = "testdata/functions.txt"
	db, err := Open(context.Background(), "", Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("select distinct function_name from duckdb_functions() where function_type in ('scalar', 'aggregate', 'macro') order by 1")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		all = append(all, name)
	}
	if *update {
		if err := os.WriteFile(golden, []byte(strings.Join(all, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	judged := strings.Fields(string(text))
	for _, name := range all {
		if !slices.Contains(judged, name) {
			t.Errorf("function %s is new: look at it, close it or not, and run the test with -update", name)
		}
	}
	for name := range tameFunctions {
		if !slices.Contains(all, name) && !slices.Contains([]string{"=", "<>", "<", ">", "<=", ">=", "~", "!~", "coalesce", "if", "ifnull", "try_cast", "extract", "count_star"}, name) {
			t.Errorf("%s, which is tame, is no function", name)
		}
	}
}

func TestClosed(t *testing.T) {
	s := openSession(t, "")
	for text, at := range map[string]int{
		"select * from query('select 1')":                                 14,
		"select 1, current_setting('threads')":                            10,
		"select (select max(path) from duckdb_databases())":               30,
		"select * from a, lateral (select * from Glob(name))":             40,
		"from pragma_database_list":                                       5,
		"select n from a order by (select count(*) from duckdb_logs)":     47,
		"select list_transform([1], x -> getenv('x'))":                    32,
		"select sum(n) over (order by write_log(name)) from a":            29,
		"summarize duckdb_settings":                                       -1,
		"select * from (values (1)) where exists (from duckdb_secrets())": 46,
	} {
		_, err := s.Prepare(context.Background(), text)
		e, ok := err.(*QueryError)
		if !ok || e.Kind != "Permission" || at >= 0 && e.At != at {
			t.Errorf("%s: %v (%+v), want it closed at %d", text, err, e, at)
		}
	}
	for _, text := range []string{
		"select table_name, column_name from duckdb_columns()", "from duckdb_tables", "select 'query(1)', n as query from a",
		"with duckdb as (select 1 as current_setting) from duckdb", "select * from information_schema.columns",
		"select * from range(3), unnest([1, 2])", "describe a", "summarize a",
	} {
		if _, err := count(context.Background(), s, text, nil); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestTame(t *testing.T) {
	s := openSession(t, "")
	for text, want := range map[string]bool{
		"select count(*), max(n) from a where name like '村1%' and n between 1 and 3":           true,
		"select n / 2.0, upper(name), case when n > 3 then 1 end from a order by 1":            true,
		"select * from a join a as b using (n)":                                                true,
		"select n, row_number() over (partition by n % 3) from a":                              true,
		"select count(*) from range(10)":                                                       true,
		"select name || name from a":                                                           false,
		"select repeat(name, 3) from a":                                                        false,
		"select range(n) from a":                                                               false,
		"with recursive t as (select 1 as n union all select n + 1 from t where n < 3) from t": false,
		"select [n] from a":                                                                    false,
		"select string_agg(name) from a":                                                       false,
	} {
		if tame, err := s.Tame(text); err != nil || tame != want {
			t.Errorf("%s: tame %v, %v", text, tame, err)
		}
	}
	if _, err := s.Tame("select 1\x00; drop table a"); err == nil {
		t.Error("a zero byte passed")
	}
}
