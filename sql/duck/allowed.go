//go:build duckdb_arrow

package duck

import (
	"encoding/json"
	"slices"
	"strings"
)

// A session is locked by the engine itself: read-only, no file, no network, no
// setting. What is closed here beside that are names which the lock leaves open
// and which tell of the machine (where the file lies, what the settings are),
// run a text as a query, which would be read by nobody before, write a log, or
// take bytes that no query should hand to the engine.
//
// Functions that give rows are closed unless they are listed: new ones of a later
// DuckDB begin closed. Functions of values are open unless they are listed; a
// test tells which ones a later DuckDB brings.
var (
	openTables = strings.Fields(`range generate_series generate_subscripts unnest repeat repeat_row json_each json_tree
		duckdb_tables duckdb_columns duckdb_views duckdb_schemas duckdb_types duckdb_functions duckdb_constraints
		duckdb_indexes duckdb_keywords duckdb_sequences pragma_table_info pragma_version pragma_collations
		pg_timezone_names icu_calendar_names regexp_split_to_table summary`)

	closedFunctions = strings.Fields(`query query_table json_execute_serialized_sql json_serialize_plan json_deserialize_sql
		current_setting getenv write_log parse_duckdb_log_message sleep_ms pg_sleep setseed nextval currval
		variant_bytes_to_variant variant_to_parquet_variant sql_auto_complete arrow_scan arrow_scan_dumb
		pg_postmaster_start_time pg_conf_load_time inet_client_addr inet_client_port inet_server_addr inet_server_port`)

	// Views of the engine, by their first letters: all but those whose function is open.
	closedViews = []string{"pragma_", "duckdb_", "pg_settings"}
)

// tameFunctions return no more than a few bytes a row, or no more than they are
// given.
var tameFunctions = func() map[string]bool {
	tame := map[string]bool{}
	for _, name := range strings.Fields(`+ - * / // % = <> < > <= >= ~~ !~~ ~~* !~~* ~ !~
		abs ceil ceiling floor round trunc sign sqrt power pow exp ln log log10 greatest least mod nullif ifnull coalesce if
		count count_star sum min max avg mean median mode any_value first last arg_min arg_max min_by max_by bool_and bool_or
		approx_count_distinct stddev stddev_samp stddev_pop variance var_samp var_pop corr quantile quantile_cont quantile_disc
		row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value
		date_trunc date_diff datediff date_part datepart date_add date_sub extract year month day week weekday isodow dayofweek
		dayofyear quarter hour minute second epoch last_day make_date today current_date now dayname monthname age strftime
		length len strlen lower upper trim ltrim rtrim substr substring left right starts_with ends_with prefix suffix contains
		strpos instr position like_escape not_like_escape ilike_escape not_ilike_escape regexp_matches regexp_full_match
		isnan isinf isfinite try_cast typeof hash range generate_series`) {
		tame[name] = true
	}
	return tame
}()

// tame tells whether nothing in it grows beyond what the engine counts.
func (r reading) tame() bool {
	for name := range r.functions {
		if !tameFunctions[name] {
			return false
		}
	}
	return !r.recursive && !r.lists
}

// reading is what a query names, as DuckDB's parser sees it.
type reading struct {
	closed    *QueryError     // the first name that is closed, nil for none
	functions map[string]bool // called, in lower case
	recursive bool            // it calls itself
	lists     bool            // it makes lists of numbers, by range as a value
}

// read looks through a parsed statement.
func read(statement json.RawMessage) (reading, error) {
	r := reading{functions: map[string]bool{}}
	var tree any
	if err := json.Unmarshal(statement, &tree); err != nil {
		return r, err
	}
	r.walk(tree, false)
	return r, nil
}

// walk visits every node. rows tells that a function is called for rows.
func (r *reading) walk(node any, rows bool) {
	switch node := node.(type) {
	case []any:
		for _, child := range node {
			r.walk(child, false)
		}
	case map[string]any:
		kind, _ := node["type"].(string)
		r.recursive = r.recursive || kind == "RECURSIVE_CTE_NODE"
		if name, ok := node["function_name"].(string); ok {
			r.call(strings.ToLower(name), rows, node)
		}
		if name, ok := node["table_name"].(string); ok {
			r.table(strings.ToLower(name), node)
		}
		for key, child := range node {
			r.walk(child, kind == "TABLE_FUNCTION" && key == "function")
		}
	}
}

func (r *reading) call(name string, rows bool, node map[string]any) {
	r.functions[name] = true
	r.lists = r.lists || !rows && (name == "range" || name == "generate_series")
	if slices.Contains(closedFunctions, name) || strings.HasPrefix(name, "__internal") || rows && !slices.Contains(openTables, name) {
		r.close("function "+name, node)
	}
}

func (r *reading) table(name string, node map[string]any) {
	for _, begin := range closedViews {
		if strings.HasPrefix(name, begin) && !slices.Contains(openTables, name) {
			r.close("table "+name, node)
		}
	}
}

func (r *reading) close(what string, node map[string]any) {
	at := -1
	// What the parser has made up stands nowhere in the text.
	if n, ok := node["query_location"].(float64); ok && n < 1<<31 {
		at = int(n)
	}
	if r.closed == nil || at >= 0 && at < r.closed.At {
		r.closed = &QueryError{Kind: "Permission", Message: what + " is closed to queries", At: at}
	}
}
