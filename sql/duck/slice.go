package duck

import (
	"context"
	"fmt"
	"regexp"
)

// sliced is what the head of a model says where what it tells of some people
// follows from what it reads of these alone: the column that numbers them, and
// the table that has a row for each.
var sliced = regexp.MustCompile(`(?m)^-- sliced: ([a-z_]+) of ([a-z_]+\.[a-z_]+)$`)

// sliceBytes is about twice what grouping and sorting all that happened to a
// person takes of memory, in bytes.
const sliceBytes = 2048

// Slices are conditions on the numbers that column has in a table: all rows meet
// exactly one. There are so many that what DuckDB has to hold for those who meet
// one fits into its memory. What spills is slow, and where much of it has to be
// spilt DuckDB gives up.
//
// Neighbours stay together: rows made in slices are found again by their numbers.
func (w *Workshop) Slices(ctx context.Context, column, table string) ([]string, error) {
	var rows, first, last int64
	var setting string
	ask := fmt.Sprintf(
		"select count(*), coalesce(min(%[1]s), 0), coalesce(max(%[1]s), 0), current_setting('memory_limit') from %[2]s", column, table)
	if err := w.conn.QueryRowContext(ctx, ask).Scan(&rows, &first, &last, &setting); err != nil {
		return nil, fmt.Errorf("slice %s: %w", table, err)
	}
	n := int64(1)
	if limit, known := SizeIn(setting); known && limit > 0 {
		each := w.SliceBytes
		if each == 0 {
			each = sliceBytes
		}
		n = min(1+rows*each/limit, max(1, last-first+1))
	}
	conditions := make([]string, n)
	from := first
	for i := range n {
		to := first + (last-first+1)*(i+1)/n
		switch {
		case n == 1:
			conditions[i] = "true"
		case i == 0:
			conditions[i] = fmt.Sprintf("%s < %d", column, to)
		case i == n-1:
			conditions[i] = fmt.Sprintf("%s >= %d", column, from)
		default:
			conditions[i] = fmt.Sprintf("%[1]s >= %[2]d and %[1]s < %[3]d", column, from, to)
		}
		from = to
	}
	return conditions, nil
}

// tableInSlices makes a table of a query, some people after the others.
func (w *Workshop) tableInSlices(ctx context.Context, name, query, column, of string) error {
	slices, err := w.Slices(ctx, column, of)
	if err != nil {
		return err
	}
	if len(slices) == 1 {
		return w.exec(ctx, "create table "+name+" as\n"+query)
	}
	into := "create table " + name + " as\n"
	for _, slice := range slices {
		if err := w.exec(ctx, fmt.Sprintf("%sselect * from (\n%s\n) where %s", into, query, slice)); err != nil {
			return err
		}
		into = "insert into " + name + "\n"
	}
	return nil
}
