package lake

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// view makes raw.<dataset> the rows of the folders of the ledger and those that
// wait in fresh, in the database of that name.
func (l *Lake) view(ctx context.Context, database string, d dataset) error {
	folders, err := texts(ctx, l.conn, fmt.Sprintf("select folder from %sraw.lake where dataset = '%s' order by load, folder", database, d.name))
	if err != nil {
		return err
	}
	text := fmt.Sprintf("create or replace view %[1]sraw.%[2]s as\nselect * from fresh.%[2]s", database, d.name)
	if len(folders) > 0 {
		text += "\nunion all\n" + l.read(d, folders...)
	}
	if _, err := l.conn.ExecContext(ctx, text); err != nil {
		return fmt.Errorf("show the lake as raw.%s: %w", d.name, err)
	}
	return nil
}

// read is the query for the rows of folders, with the columns of raw.
func (l *Lake) read(d dataset, folders ...string) string {
	columns := make([]string, len(d.columns))
	for i, c := range d.columns {
		if columns[i] = quote(c); c == "person" {
			columns[i] = "cast(person as uuid) as person"
		}
	}
	files := make([]string, len(folders))
	for i, folder := range folders {
		files[i] = literal(l.dir + "/" + folder + "/*.parquet")
	}
	return fmt.Sprintf("select %s from read_parquet([%s], hive_partitioning = false)",
		strings.Join(columns, ", "), strings.Join(files, ", "))
}

// ofPeople tells whether the dataset speaks of persons.
func (d dataset) ofPeople() bool { return slices.Contains(d.columns, "person") }

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
