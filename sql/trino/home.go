package trino

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"canbao/etl/refuse"
)

// Home brings a table to the workshop at home, unless it has the column without:
// from its files, typed as they are, many times quicker than row by row through
// the coordinator.
func (w *Workshop) Home(ctx context.Context, name, without string) error {
	columns, _, err := w.Columns(ctx, "select * from "+name)
	if err != nil || slices.Contains(columns, without) {
		return err
	}
	files, err := w.files(ctx, name)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return w.empty(ctx, name)
	}
	if w.db.Bucket != nil {
		for _, file := range files {
			if err := w.db.Bucket.Fetch(ctx, file); err != nil {
				return err
			}
			defer os.Remove(w.db.here(file)) // only for the table to be made of
		}
	}
	for i, file := range files {
		files[i] = "'" + strings.ReplaceAll(w.db.here(file), "'", "''") + "'"
	}
	if _, err := w.home.Conn().ExecContext(ctx, fmt.Sprintf("create table %s as select * from read_parquet([%s])",
		name, strings.Join(files, ", "))); err != nil {
		return fmt.Errorf("bring %s home: %w", name, err)
	}
	return nil
}

// files are those of a table, as named below the lake.
func (w *Workshop) files(ctx context.Context, name string) ([]string, error) {
	rows, err := w.db.QueryContext(ctx, `select distinct "$path" from `+place(name, w.number))
	if err != nil {
		return nil, w.db.fault(err)
	}
	defer rows.Close()
	var files []string
	for rows.Next() {
		var path string
		if err := rows.Scan(&path); err != nil {
			return nil, w.db.fault(err)
		}
		below, ok := strings.CutPrefix(path, w.db.location(""))
		if !ok {
			return nil, &refuse.Error{
				What: refuse.Text{
					ZH: "计算引擎把结果写到了数据湖以外，本机读不到",
					EN: "the engine keeps its results outside the lake, where this machine cannot read them",
				},
				Where: path,
				Do: refuse.Text{
					ZH: "请把目录（catalog）的元数据仓库目录设在数据湖 " + w.db.location("") + " 之内",
					EN: "let the warehouse directory of the catalog's metastore lie in the lake, below " + w.db.location(""),
				},
			}
		}
		files = append(files, below)
	}
	if err := rows.Err(); err != nil {
		return nil, w.db.fault(err)
	}
	return files, nil
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
