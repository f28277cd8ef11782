package measure

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"canbao/etl/refuse"
)

// Table is a published table as the snapshot describes it.
type Table struct {
	Name     string      // with its schema: mart.person
	Meaning  refuse.Text // what it is about
	Grain    refuse.Text // what a row is
	Question refuse.Text // that the example answers
	Example  string      // SQL that runs as it is
}

// TableColumn is a column of a published table.
type TableColumn struct {
	Table, Name string
	Type        string      // as DuckDB names it
	Unit        refuse.Text // empty for what is no number
	Meaning     refuse.Text
}

// Tables lists the tables of the snapshot with what they mean.
func (r *Reader) Tables(ctx context.Context) ([]Table, error) {
	var described bool
	err := r.db.QueryRowContext(ctx,
		"select count(*) = 2 from duckdb_tables() where schema_name = 'ref' and table_name in ('table_doc', 'column_doc')").Scan(&described)
	if err == nil && !described {
		return nil, &refuse.Error{
			What: refuse.Text{ZH: "这份快照是较早版本的程序算的，里面没有表的说明", EN: "this snapshot was built by an earlier program and does not describe its tables"},
			Do:   refuse.Text{ZH: "请重新 canbao build", EN: "run canbao build again"},
		}
	}
	return list(ctx, r, "tables", func(rows *sql.Rows) (t Table, err error) {
		err = rows.Scan(&t.Name, &t.Meaning.ZH, &t.Meaning.EN, &t.Grain.ZH, &t.Grain.EN, &t.Question.ZH, &t.Question.EN, &t.Example)
		return t, err
	}, `
		select table_name, coalesce(meaning, ''), coalesce(meaning_en, ''), coalesce(grain, ''), coalesce(grain_en, ''),
			coalesce(question, ''), coalesce(question_en, ''), coalesce(example, '')
		from ref.table_doc
		order by ordinal`)
}

// TableColumns lists the columns of all tables, in their order.
func (r *Reader) TableColumns(ctx context.Context) ([]TableColumn, error) {
	return list(ctx, r, "columns", func(rows *sql.Rows) (c TableColumn, err error) {
		err = rows.Scan(&c.Table, &c.Name, &c.Type, &c.Unit.ZH, &c.Unit.EN, &c.Meaning.ZH, &c.Meaning.EN)
		return c, err
	}, `
		select table_name, column_name, type, coalesce(unit, ''), coalesce(unit_en, ''), coalesce(meaning, ''), coalesce(meaning_en, '')
		from ref.column_doc
		order by table_name, ordinal`)
}

// FindTable finds a table by its name, its schema left out where that is clear.
func FindTable(tables []Table, name string) (Table, error) {
	var known []string
	for _, t := range tables {
		_, short, _ := strings.Cut(t.Name, ".")
		if strings.EqualFold(t.Name, name) || strings.EqualFold(short, name) {
			return t, nil
		}
		known = append(known, t.Name)
	}
	slices.Sort(known)
	return Table{}, &refuse.Error{
		What: refuse.Text{ZH: "没有 " + name + " 这张表", EN: "there is no table " + name},
		Do:   refuse.Text{ZH: "可用的有：" + strings.Join(known, "、"), EN: "choose one of " + strings.Join(known, ", ")},
	}
}
