package trino

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
)

// Home brings a table to the workshop at home: from its files, typed as they
// are, many times quicker than row by row through the coordinator.
func (w *Workshop) Home(ctx context.Context, name string) error {
	parts := strings.Split(name, ".")
	files, err := filepath.Glob(filepath.Join(w.folder(), parts[0], parts[1], "[!._]*"))
	if err != nil {
		return fmt.Errorf("bring %s home: %w", name, err)
	}
	if len(files) == 0 {
		return w.empty(ctx, name)
	}
	for i, file := range files {
		files[i] = "'" + strings.ReplaceAll(file, "'", "''") + "'"
	}
	if _, err := w.home.Conn().ExecContext(ctx, fmt.Sprintf("create table %s as select * from read_parquet([%s])",
		name, strings.Join(files, ", "))); err != nil {
		return fmt.Errorf("bring %s home: %w", name, err)
	}
	return nil
}

// empty makes the table of a result without rows, of which there is no file.
func (w *Workshop) empty(ctx context.Context, name string) error {
	parts := strings.Split(place(name, w.number), ".")
	rows, err := w.db.QueryContext(ctx, fmt.Sprintf(
		"select column_name, data_type from information_schema.columns where table_schema = '%s' and table_name = '%s' order by ordinal_position",
		parts[0], parts[1]))
	if err != nil {
		return w.db.fault(err)
	}
	defer rows.Close()
	var columns []string
	for rows.Next() {
		var column, kind string
		if err := rows.Scan(&column, &kind); err != nil {
			return w.db.fault(err)
		}
		if strings.HasPrefix(kind, "timestamp") {
			kind = "timestamp"
		}
		columns = append(columns, column+" "+kind)
	}
	if err := rows.Err(); err != nil {
		return w.db.fault(err)
	}
	if _, err := w.home.Conn().ExecContext(ctx, fmt.Sprintf("create table %s (%s)", name, strings.Join(columns, ", "))); err != nil {
		return fmt.Errorf("bring %s home: %w", name, err)
	}
	return nil
}
