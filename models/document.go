package models

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	queries "canbao/sql"
)

// documents reads what the head comments say of the published tables: those of
// mart and own under mart, those of ref.
func documents() (map[string]head, error) {
	docs := map[string]head{}
	for folder, schema := range map[string]string{"mart": "mart", "own": "mart", "ref": "ref"} {
		files, err := fs.Glob(queries.Files, folder+"/*.sql")
		if err != nil {
			return nil, fmt.Errorf("list tables: %w", err)
		}
		for _, file := range files {
			text, err := fs.ReadFile(queries.Files, file)
			if err != nil {
				return nil, fmt.Errorf("read table: %w", err)
			}
			h, err := parseHead(file, string(text))
			if err != nil {
				return nil, err
			}
			docs[schema+"."+strings.TrimSuffix(path.Base(file), ".sql")] = h
		}
	}
	return docs, nil
}

// describeAll fills ref.table_doc and ref.column_doc of the snapshot, so that
// whoever reads it learns there what it holds.
func (r *run) describeAll(ctx context.Context) error {
	docs, err := documents()
	if err != nil {
		return err
	}
	for _, table := range []string{"ref.column_doc", "ref.table_doc"} {
		if err := r.exec(ctx, "create table publication."+table+" as select * from "+table); err != nil {
			return fmt.Errorf("publish %s: %w", table, err)
		}
	}
	tables, err := r.names(ctx, `
select concat(schema_name, '.', table_name) from duckdb_tables()
where database_name = 'publication'`)
	if err != nil {
		return err
	}
	here := len(tables)
	for _, table := range peopleTables { // asked where they were left
		if _, made := r.graph.models[table]; made && !slices.Contains(tables, table) {
			tables = append(tables, table)
		}
	}
	elsewhere := slices.Clone(tables[here:])
	slices.Sort(tables)
	var about, columns []map[string]any
	for i, table := range tables {
		h := docs[table]
		about = append(about, map[string]any{
			"table_name": table, "ordinal": i + 1, "meaning": orNil(h.meaning.ZH), "meaning_en": orNil(h.meaning.EN),
			"grain": orNil(h.grain.ZH), "grain_en": orNil(h.grain.EN), "question": orNil(h.ask.ZH), "question_en": orNil(h.ask.EN),
			"example": orNil(strings.Join(h.example, "\n")),
		})
		var names, types []string
		if slices.Contains(elsewhere, table) {
			names, types, err = r.engine.Columns(ctx, "select * from "+table)
		} else {
			names, types, err = describe(ctx, r.conn, "select * from publication."+table)
		}
		if err != nil {
			return err
		}
		for j, name := range names {
			c := r.columnDoc(table, name, h)
			columns = append(columns, map[string]any{
				"table_name": table, "column_name": name, "ordinal": j + 1, "type": types[j], "unit": orNil(c.unit.ZH),
				"unit_en": orNil(c.unit.EN), "meaning": orNil(c.meaning.ZH), "meaning_en": orNil(c.meaning.EN),
			})
		}
	}
	if err := insertRows(ctx, r.conn, "publication.ref.table_doc", about); err != nil {
		return err
	}
	return insertRows(ctx, r.conn, "publication.ref.column_doc", columns)
}

// columnDoc is what is known of a column. The columns of the indicators are
// known from the campaigns.
func (r *run) columnDoc(table, name string, h head) columnDoc {
	if i := slices.IndexFunc(h.columns, func(c columnDoc) bool { return c.name == name }); i >= 0 {
		return h.columns[i]
	}
	if table != personTable && table != stretchTable {
		return columnDoc{}
	}
	for _, c := range r.Campaigns {
		for _, ind := range c.Indicators {
			if ind.ID == name {
				return columnDoc{meaning: t(ind.Title+"：true 已计入，false 应计未计，空为不在应计范围",
					ind.TitleEN+": true counted, false expected and missing, null not expected")}
			}
		}
	}
	return columnDoc{}
}
