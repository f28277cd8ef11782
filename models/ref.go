package models

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"

	queries "canbao/sql"
)

const fillArea = `
insert into ref.area
select area_code, area, parent, level, town, row_number() over (order by area_code) from raw.area`

// writeRef makes the ref tables on conn, whose default database is the build's:
// what is assessed and where, as rows, so that no value is ever pasted into a
// model. ref.campaign and what describes the snapshot are finished on publishing.
func writeRef(ctx context.Context, conn *sql.Conn, campaigns []*Campaign) error {
	files, err := fs.Glob(queries.Files, "ref/*.sql")
	if err != nil {
		return fmt.Errorf("list ref tables: %w", err)
	}
	statements := []string{"create schema ref"}
	for _, file := range files {
		text, err := fs.ReadFile(queries.Files, file)
		if err != nil {
			return fmt.Errorf("read ref table: %w", err)
		}
		statements = append(statements, string(text))
	}
	for _, s := range append(statements, fillArea) {
		if _, err := conn.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("make ref tables: %w", err)
		}
	}
	rows := map[string][]map[string]any{}
	for n, c := range campaigns {
		c.refRows(n+1, func(table string, row map[string]any) { rows[table] = append(rows[table], row) })
	}
	for table, list := range rows {
		if err := insertRows(ctx, conn, table, list); err != nil {
			return err
		}
	}
	return nil
}

func (c *Campaign) refRows(ordinal int, add func(table string, row map[string]any)) {
	points := c.MaxScore()
	add("ref.campaign", map[string]any{
		"campaign": c.ID, "ordinal": ordinal, "title": c.Title, "title_en": c.TitleEN, "opening": c.Opening.String(),
		"age_on": c.AgeOn.String(), "last_due": c.LastDue().String(), "tie_break": orNil(c.TieBreak),
		"max_points": points.float(), "file_sha256": orNil(c.hash),
	})
	for _, s := range c.Schemes {
		add("ref.scheme", map[string]any{"campaign": c.ID, "scheme": s.ID, "year": s.Year})
	}
	for i, s := range c.Stages {
		add("ref.stage", map[string]any{"campaign": c.ID, "stage": s.ID, "ordinal": i + 1,
			"title": s.Title, "title_en": s.TitleEN, "due": s.Due.String()})
	}
	for i, ind := range c.Indicators {
		add("ref.indicator", map[string]any{"campaign": c.ID, "indicator": ind.ID, "ordinal": i + 1, "title": ind.Title,
			"title_en": ind.TitleEN, "source": string(ind.Source), "measure": orNil(ind.Measure), "scheme": orNil(ind.Scheme)})
	}
	for _, item := range c.items {
		row := map[string]any{
			"campaign": c.ID, "item": item.ID, "ordinal": item.Ordinal, "indicator": item.Indicator.ID, "stage": item.stage,
			"title": item.Title, "title_en": item.TitleEN, "note": item.Note, "note_en": item.NoteEN,
			"source": string(item.Indicator.Source), "measure": orNil(item.Indicator.Measure),
			"scheme": orNil(item.Indicator.Scheme), "goal": item.Indicator.Goal, "due": item.Due.String(),
			"target_num": item.Target.Num, "target_den": item.Target.Den, "scored": item.Score != nil,
		}
		if item.Score != nil {
			row["rule"], row["basis"], row["weight"] = string(item.Score.Rule), string(item.Score.Basis), item.Score.Weight.float()
		}
		add("ref.item", row)
	}
}

func orNil(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func (f Fraction) float() float64 {
	v, _ := f.Rat().Float64()
	return v
}

// insertRows inserts rows by the names of their columns, in one statement:
// they travel as one JSON value, of which no part is ever read as SQL.
func insertRows(ctx context.Context, conn *sql.Conn, table string, rows []map[string]any) error {
	if len(rows) == 0 {
		return nil
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("write rows of %s: %w", table, err)
	}
	columns, shape, err := shapeOf(ctx, conn, table)
	if err != nil {
		return err
	}
	insert := fmt.Sprintf("insert into %s (%s) select %s from (select unnest(from_json(cast(? as json), '[%s]')) as r)",
		table, strings.Join(columns, ", "), "r."+strings.Join(columns, ", r."), shape)
	if _, err := conn.ExecContext(ctx, insert, string(text)); err != nil {
		return fmt.Errorf("write rows of %s: %w", table, err)
	}
	return nil
}

// shapeOf describes the columns of a table to from_json.
func shapeOf(ctx context.Context, conn *sql.Conn, table string) (columns []string, shape string, err error) {
	names, types, err := describe(ctx, conn, "select * from "+table)
	if err != nil {
		return nil, "", err
	}
	shapes := map[string]string{}
	for i, name := range names {
		shapes[name] = types[i]
	}
	text, err := json.Marshal(shapes)
	return names, string(text), err
}

// describe lists the columns of a query and their types.
func describe(ctx context.Context, conn *sql.Conn, query string) (names, types []string, err error) {
	rows, err := conn.QueryContext(ctx, "select column_name, column_type from (describe "+query+")")
	if err != nil {
		return nil, nil, fmt.Errorf("describe: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var name, kind string
		if err := rows.Scan(&name, &kind); err != nil {
			return nil, nil, fmt.Errorf("describe: %w", err)
		}
		names, types = append(names, name), append(types, kind)
	}
	return names, types, rows.Err()
}
