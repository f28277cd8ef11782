package models

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// reference is a table a model reads, "core.person", and the line it does.
type reference struct {
	table string
	line  int
	at    int // where in the text, 0 where the parser does not tell
}

// references are the tables text reads, in the order they stand, as DuckDB's
// own parser finds them. Names of common table expressions in scope are none.
func references(ctx context.Context, conn *sql.Conn, file, text string) ([]reference, error) {
	var reply []byte
	row := conn.QueryRowContext(ctx, "select cast(json_serialize_sql(cast(? as varchar)) as varchar)", text)
	if err := row.Scan(&reply); err != nil {
		return nil, fmt.Errorf("parse %s: %w", file, err)
	}
	var parsed struct {
		Error    bool   `json:"error"`
		Message  string `json:"error_message"`
		Position string `json:"position"`
		Nodes    []any  `json:"statements"`
	}
	decoder := json.NewDecoder(bytes.NewReader(reply))
	decoder.UseNumber() // locations are unsigned 64-bit
	if err := decoder.Decode(&parsed); err != nil {
		return nil, fmt.Errorf("parse %s: %w", file, err)
	}
	if parsed.Error {
		return nil, fmt.Errorf("parse %s:%d: %s", file, lineAt(text, parsed.Position), parsed.Message)
	}
	if len(parsed.Nodes) != 1 {
		return nil, fmt.Errorf("parse %s: a model is one SELECT, found %d statements", file, len(parsed.Nodes))
	}
	w := &walker{text: text}
	w.walk(parsed.Nodes[0], nil)
	slices.SortStableFunc(w.found, func(a, b reference) int { return a.at - b.at })
	return w.found, nil
}

// lineAt is the line of a byte position, 1 where the parser gave none.
func lineAt(text, position string) int {
	at, err := strconv.Atoi(position)
	if err != nil || at < 0 || at > len(text) {
		return 1
	}
	return 1 + strings.Count(text[:at], "\n")
}

type walker struct {
	text  string
	found []reference
}

// walk collects base tables below node; scope holds the common table
// expressions that can be named there.
func (w *walker) walk(node any, scope []string) {
	switch node := node.(type) {
	case []any:
		for _, child := range node {
			w.walk(child, scope)
		}
	case map[string]any:
		if name, ok := node["cte_name"].(string); ok { // a recursive one sees itself
			scope = append(slices.Clip(scope), name)
		}
		scope = w.walkCTEs(node, scope)
		if node["type"] == "BASE_TABLE" {
			w.add(node, scope)
		}
		for key, child := range node {
			if key != "cte_map" {
				w.walk(child, scope)
			}
		}
	}
}

// walkCTEs walks the common table expressions of a query, each of which sees
// those before it, and returns the scope of its body.
func (w *walker) walkCTEs(node map[string]any, scope []string) []string {
	ctes, ok := node["cte_map"].(map[string]any)
	if !ok {
		return scope
	}
	entries, _ := ctes["map"].([]any)
	for _, entry := range entries {
		entry, _ := entry.(map[string]any)
		w.walk(entry["value"], scope)
		name, _ := entry["key"].(string)
		scope = append(slices.Clip(scope), name)
	}
	return scope
}

func (w *walker) add(node map[string]any, scope []string) {
	schema, _ := node["schema_name"].(string)
	catalog, _ := node["catalog_name"].(string)
	name, _ := node["table_name"].(string)
	if schema == "" && slices.ContainsFunc(scope, func(cte string) bool { return strings.EqualFold(cte, name) }) {
		return
	}
	location, _ := node["query_location"].(json.Number)
	at, _ := strconv.Atoi(location.String()) // unknown places are too large to be ints
	for _, part := range []string{schema, catalog} {
		if part != "" {
			name = part + "." + name
		}
	}
	w.found = append(w.found, reference{table: strings.ToLower(name), line: lineAt(w.text, location.String()), at: at})
}
