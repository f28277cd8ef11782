package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"canbao/etl/refuse"
	"canbao/models/measure"
)

func (a *app) tablesVerb() *cobra.Command {
	cmd := a.verb("tables", refuse.Text{ZH: "可以查询的表：含义、一行是什么", EN: "the tables that can be asked: what they mean, what a row is"},
		func(cmd *cobra.Command, _ []string) error { return a.tables(cmd.Context()) })
	cmd.Example = "  canbao tables"
	cmd.Args = none()
	a.takes(cmd, listed)
	return cmd
}

func (a *app) describeVerb() *cobra.Command {
	cmd := a.verb("describe [TABLE]", refuse.Text{ZH: "一张表（或全部表）的列：类型、单位、含义，和一个查询例子", EN: "the columns of a table, or of all: type, unit and meaning, and an example query"},
		func(cmd *cobra.Command, args []string) error {
			return a.describe(cmd.Context(), strings.Join(args, ""))
		})
	cmd.Example = "  canbao describe mart.person"
	cmd.Args = arguments(0, 1, refuse.Text{})
	a.takes(cmd, listed)
	return cmd
}

func (a *app) tables(ctx context.Context) error {
	r, err := a.published(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	tables, err := r.Tables(ctx)
	if err != nil {
		return err
	}
	return a.print(a.tableListing(tables))
}

// tableListing lists tables; the example is for machines, people see it where
// they describe one.
func (a *app) tableListing(tables []measure.Table) listing {
	l := listing{columns: []column{
		{key: "table", title: refuse.Text{ZH: "表", EN: "table"}},
		{key: "meaning", title: refuse.Text{ZH: "含义", EN: "meaning"}, width: 44},
		{key: "grain", title: refuse.Text{ZH: "一行是什么", EN: "a row is"}, width: 36},
	}}
	machine := a.set.Format != "table"
	if machine {
		l.columns = append(l.columns, column{key: "question"}, column{key: "example"})
	}
	for _, t := range tables {
		row := []cell{plain(t.Name), plain(t.Meaning.In(a.set.Lang)), plain(t.Grain.In(a.set.Lang))}
		if machine {
			row = append(row, plain(t.Question.In(a.set.Lang)), plain(t.Example))
		}
		l.add(row...)
	}
	return l
}

func (a *app) describe(ctx context.Context, name string) error {
	r, err := a.published(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	tables, err := r.Tables(ctx)
	if err != nil {
		return err
	}
	columns, err := r.TableColumns(ctx)
	if err != nil {
		return err
	}
	if name != "" {
		t, err := measure.FindTable(tables, name)
		if err != nil {
			return err
		}
		tables = []measure.Table{t}
	}
	if a.set.Format != "table" {
		return a.print(a.columnListing(tables, columns, true))
	}
	for i, t := range tables {
		if i > 0 {
			fmt.Fprintln(a.out)
		}
		if err := a.describeOne(t, columns); err != nil {
			return err
		}
	}
	return nil
}

// describeOne writes what a table is, its columns and its example, for people.
func (a *app) describeOne(t measure.Table, columns []measure.TableColumn) error {
	_, err := fmt.Fprintf(a.out, "%s  %s\n%s%s\n\n", t.Name, t.Meaning.In(a.set.Lang), a.text("一行是：", "a row is: "), t.Grain.In(a.set.Lang))
	if err != nil {
		return err
	}
	if err := a.print(a.columnListing([]measure.Table{t}, columns, false)); err != nil {
		return err
	}
	if t.Example == "" {
		return nil
	}
	_, err = fmt.Fprintf(a.out, "\n%s%s\n\n  %s;\n", a.text("例子：", "example: "), t.Question.In(a.set.Lang), strings.ReplaceAll(t.Example, "\n", "\n  "))
	return err
}

// columnListing lists the columns of tables.
func (a *app) columnListing(tables []measure.Table, columns []measure.TableColumn, named bool) listing {
	var l listing
	if named {
		l.columns = append(l.columns, column{key: "table", title: refuse.Text{ZH: "表", EN: "table"}})
	}
	l.columns = append(l.columns,
		column{key: "column", title: refuse.Text{ZH: "列", EN: "column"}},
		column{key: "type", title: refuse.Text{ZH: "类型", EN: "type"}},
		column{key: "unit", title: refuse.Text{ZH: "单位", EN: "unit"}},
		column{key: "meaning", title: refuse.Text{ZH: "含义", EN: "meaning"}, width: 60})
	for _, t := range tables {
		for _, c := range columns {
			if c.Table != t.Name {
				continue
			}
			var row []cell
			if named {
				row = append(row, plain(t.Name))
			}
			l.add(append(row, plain(c.Name), plain(c.Type), orNone(c.Unit.In(a.set.Lang)), plain(c.Meaning.In(a.set.Lang)))...)
		}
	}
	return l
}
