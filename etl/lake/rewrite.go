package lake

import (
	"context"
	"fmt"
	"strings"
)

// Rewrite writes the rows of a dataset anew, columns being what becomes of them
// in the order of raw, into folders that the ledger of another database lists,
// which is attached and has the same tables. It tells how many rows they are.
// Rewritten ends it, once for all datasets.
func (l *Lake) Rewrite(ctx context.Context, database, dataset string, columns []string) (int64, error) {
	at, err := readLayout(ctx, l.conn)
	if err != nil {
		return 0, err
	}
	batches, folders, err := l.entered(ctx, dataset)
	if err != nil {
		return 0, err
	}
	d := l.dataset(dataset)
	var all int64
	for i, b := range batches {
		from := fmt.Sprintf("from (select %s from (%s))", strings.Join(columns, ", "), l.read(d, folders[i]))
		if err := l.enter(ctx, database+".", dataset, b.load, b.folder(at.generation+1), from, b.rows); err != nil {
			return 0, err
		}
		all += b.rows
	}
	return all, l.view(ctx, database+".", d)
}

// Rewritten notes in the other database that its folders are a generation of
// their own.
func (l *Lake) Rewritten(ctx context.Context, database string) error {
	if l == nil {
		return nil
	}
	_, err := l.conn.ExecContext(ctx, "update "+database+".raw.lake_layout set generation = generation + 1")
	if err != nil {
		return fmt.Errorf("number the folders of the lake: %w", err)
	}
	return nil
}

// Lists tells whether a table lists the folders of the lake: a rewriting fills it.
func (l *Lake) Lists(table string) bool {
	return l != nil && (table == "raw.lake" || table == "raw.lake_file")
}

// entered are the loads of a dataset that have a folder, and their folders.
func (l *Lake) entered(ctx context.Context, dataset string) (all []batch, folders []string, err error) {
	rows, err := l.conn.QueryContext(ctx, "select load, rows, folder from raw.lake where dataset = ? order by load", dataset)
	if err != nil {
		return nil, nil, fmt.Errorf("read the ledger of the lake: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		b := batch{dataset: dataset}
		var folder string
		if err := rows.Scan(&b.load, &b.rows, &folder); err != nil {
			return nil, nil, fmt.Errorf("read the ledger of the lake: %w", err)
		}
		all, folders = append(all, b), append(folders, folder)
	}
	return all, folders, rows.Err()
}
