package models

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	queries "canbao/sql"
)

// cutRule is what of a published table stands in a cut (-- cut: of its head).
type cutRule struct {
	kind    string   // one of the words of cutKinds, empty: the table is not in a cut at all
	columns []string // that tell whose a row is
}

// cutKinds are the rules there are, with the number of columns they take.
var cutKinds = map[string]int{
	"whole":  0, // all rows: nothing in it speaks of few people or of one area
	"none":   0, // the table without a row
	"own":    1, // the rows of the user's areas, by the column of the area code
	"people": 2, // the rows of their people, by the columns of the campaign and the person's number
	"query":  0, // what the query cut/<table>.sql makes of it
}

func readCutRule(value string) (cutRule, error) {
	kind, list, _ := strings.Cut(value, " ")
	r := cutRule{kind: kind}
	n, known := cutKinds[kind]
	if !known {
		return r, fmt.Errorf("%q is none of whole, none, own, people and query", kind)
	}
	if n > 0 {
		var err error
		if r.columns, err = columns(list); err != nil {
			return r, err
		}
	}
	if len(r.columns) != n || n == 0 && list != "" {
		return r, fmt.Errorf("%s takes %d columns", kind, n)
	}
	return r, nil
}

// text is the query of the rows that stand in a cut: of the tables of the
// attached database whole, for the areas of the table own.
func (r cutRule) text(table string) (string, error) {
	switch r.kind {
	case "whole":
		return "select * from whole." + table, nil
	case "none":
		return "select * from whole." + table + " where false", nil
	case "own":
		return fmt.Sprintf("select * from whole.%s where %s in (select area_code from own)", table, r.columns[0]), nil
	case "people":
		return fmt.Sprintf("select t.* from whole.%s as t semi join %s as p on p.campaign = t.%s and p.person_no = t.%s",
			table, personTable, r.columns[0], r.columns[1]), nil
	case "query":
		_, name, _ := strings.Cut(table, ".")
		text, err := fs.ReadFile(queries.Files, "cut/"+name+".sql")
		if err != nil {
			return "", fmt.Errorf("cut %s: %w", table, err)
		}
		return string(text), nil
	}
	return "", nil
}

// cutOrder puts the tables others are cut by first.
func cutOrder(tables []string) []string {
	first := []string{"ref.area", personTable, "mart.standing"}
	slices.SortStableFunc(tables, func(a, b string) int {
		at := func(t string) int {
			if i := slices.Index(first, t); i >= 0 {
				return i
			}
			return len(first)
		}
		return at(a) - at(b)
	})
	return tables
}
