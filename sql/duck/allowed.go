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

// reading is what a query names, as DuckDB's parser sees it.
type reading struct {
	closed    *QueryError     // the first name that is closed, nil for none
	functions map[string]bool // called, in lower case
	recursive bool            // it calls itself
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
