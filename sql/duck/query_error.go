package duck

import (
	"slices"
	"strings"
)

// Kinds of a QueryError beside DuckDB's own ("Parser", "Binder", "Catalog",
// "Conversion" ...).
const (
	NotReading  = "not reading"  // it would write, set or do something else
	NotOne      = "not one"      // none or several statements; Message is their number
	NoParameter = "no parameter" // Message is the one without a value

	BadParameter = "bad parameter" // Message is what was given and cannot be taken
)

// QueryError is what is wrong with a query, and where.
type QueryError struct {
	Kind       string   // of DuckDB, or one of those above
	Subtype    string   // such as COLUMN_NOT_FOUND, "" for none
	Message    string   // as DuckDB says it, in English
	Name, Type string   // what was not found, and what it should be: Table, Scalar Function ...
	Candidates []string // names like it
	At         int      // byte of the text, -1 where DuckDB does not tell
}

func (e *QueryError) Error() string {
	if e.Kind == "" {
		return e.Message
	}
	return e.Kind + " Error: " + e.Message
}

// Broken tells that the engine failed, and not the query.
func (e *QueryError) Broken() bool {
	return slices.Contains([]string{"IO", "Out of Memory", "INTERNAL", "FATAL", "TransactionContext"}, e.Kind)
}

// FirstLine is the message without the list of what might have been meant.
func (e *QueryError) FirstLine() string {
	line, _, _ := strings.Cut(e.Message, "\n")
	return line
}
