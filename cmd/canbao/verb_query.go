package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canbao/etl/refuse"
	"canbao/models"
	"canbao/sql/duck"
)

// tableRows is how many rows of a query a table shows; csv and json give all.
const tableRows = 1000

func (a *app) queryVerb() *cobra.Command {
	cmd := a.verb(`query "SELECT ..."`, refuse.Text{ZH: "对已发布数据执行只读 SQL", EN: "read-only SQL over the published snapshot"},
		func(cmd *cobra.Command, args []string) error { return a.query(cmd.Context(), args[0]) })
	cmd.Example = `  canbao query "select town, count(*) from mart.person group by town"`
	cmd.Args = arguments(1, 1, refuse.Text{ZH: "一句 SELECT，请放在引号里", EN: "one SELECT, in quotes"})
	a.takes(cmd, listed)
	return cmd
}

// query runs one SELECT on the published snapshot, which is opened read-only
// and locked: whatever the text says, it cannot write, read files or set
// anything.
func (a *app) query(ctx context.Context, text string) error {
	if err := a.mustBeWorkspace(); err != nil {
		return err
	}
	snapshot, err := models.Current(a.publishDir())
	if err != nil {
		return err
	}
	o := a.options()
	o.ReadOnly = true
	db, err := duck.Open(ctx, snapshot.Path, o)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := oneSelect(ctx, db, text); err != nil {
		return err
	}
	l, cut, err := a.answer(ctx, db, text)
	if err != nil {
		return err
	}
	if err := a.print(l); err != nil {
		return err
	}
	if cut {
		a.tell(fmt.Sprintf("只显示前 %d 行；--format csv 给出全部", tableRows),
			fmt.Sprintf("only the first %d rows are shown; --format csv gives all", tableRows))
	}
	return nil
}

// oneSelect refuses what is not exactly one reading statement. DuckDB's own
// parser is asked, with the text as a value: nothing of it is run.
func oneSelect(ctx context.Context, db *duck.DB, text string) error {
	var answer string
	const ask = "select cast(json_serialize_sql(cast(? as varchar)) as varchar)"
	if err := db.QueryRowContext(ctx, ask, text).Scan(&answer); err != nil {
		return fmt.Errorf("parse the query: %w", err)
	}
	var parsed struct {
		Error      bool              `json:"error"`
		Type       string            `json:"error_type"`
		Message    string            `json:"error_message"`
		Statements []json.RawMessage `json:"statements"`
	}
	if err := json.Unmarshal([]byte(answer), &parsed); err != nil {
		return fmt.Errorf("parse the query: %w", err)
	}
	do := refuse.Text{ZH: "请写一句 SELECT", EN: "write one SELECT"}
	switch {
	case parsed.Error && parsed.Type == "parser":
		return wrong(refuse.Text{ZH: "SQL 写法有误：" + parsed.Message, EN: "this is no SQL: " + parsed.Message}, do)
	case parsed.Error:
		return wrong(refuse.Text{
			ZH: "查询只能读，不能写入、改设置或做别的事",
			EN: "a query reads: it cannot write, set or do anything else",
		}, do)
	case len(parsed.Statements) != 1:
		return wrong(refuse.Text{
			ZH: fmt.Sprintf("查询应是一句，这里有 %d 句", len(parsed.Statements)),
			EN: fmt.Sprintf("a query is one statement, this is %d", len(parsed.Statements)),
		}, do)
	}
	return nil
}

// answer runs the query. For a table it stops after tableRows rows and tells
// whether there were more.
func (a *app) answer(ctx context.Context, db *duck.DB, text string) (l listing, cut bool, err error) {
	rows, err := db.QueryContext(ctx, text)
	if err != nil {
		return l, false, queryError(err)
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return l, false, queryError(err)
	}
	for _, t := range types {
		name := refuse.Text{ZH: t.Name(), EN: t.Name()}
		l.columns = append(l.columns, column{key: t.Name(), title: name, right: numeric(t.DatabaseTypeName())})
	}
	for rows.Next() {
		if a.set.Format == "table" && len(l.rows) == tableRows {
			return l, true, nil
		}
		values := make([]any, len(types))
		into := make([]any, len(types))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return l, false, queryError(err)
		}
		cells := make([]cell, len(types))
		for i, v := range values {
			cells[i] = queryCell(v, types[i].DatabaseTypeName())
		}
		l.add(cells...)
	}
	if err := rows.Err(); err != nil {
		return l, false, queryError(err)
	}
	return l, false, nil
}

func numeric(kind string) bool {
	return strings.HasSuffix(kind, "INT") || strings.HasSuffix(kind, "INTEGER") ||
		strings.HasPrefix(kind, "DECIMAL") || kind == "DOUBLE" || kind == "FLOAT"
}

// queryCell turns a value of the driver into one of a listing. Numbers of a
// query are shown as they are: a code or a year wants no thousands separator.
func queryCell(value any, kind string) cell {
	switch v := value.(type) {
	case nil, bool, string:
		return plain(v)
	case time.Time:
		form := time.DateTime
		switch kind {
		case "DATE":
			form = time.DateOnly
		case "TIME":
			form = time.TimeOnly
		}
		return plain(v.Format(form))
	case []any, map[string]any: // lists and structs, as JSON in every format
		text, err := jsonValue(v)
		if err != nil {
			return plain(fmt.Sprint(v))
		}
		return cell{data: json.RawMessage(text), shown: string(text)}
	case []byte:
		if kind == "UUID" && len(v) == 16 {
			return plain(fmt.Sprintf("%x-%x-%x-%x-%x", v[:4], v[4:6], v[6:8], v[8:10], v[10:]))
		}
		return plain(fmt.Sprintf("%x", v))
	case int8, int16, int32, int64, uint8, uint16, uint32, uint64:
		return cell{data: json.Number(fmt.Sprint(v)), shown: fmt.Sprint(v)}
	case float32:
		return queryFloat(float64(v))
	case float64:
		return queryFloat(v)
	case fmt.Stringer:
		if strings.HasPrefix(kind, "DECIMAL") || kind == "HUGEINT" {
			return cell{data: json.Number(v.String()), shown: v.String()}
		}
		return plain(v.String())
	default:
		return plain(fmt.Sprint(v))
	}
}

// queryFloat writes a number that JSON may not be able to.
func queryFloat(f float64) cell {
	s := strconv.FormatFloat(f, 'g', -1, 64)
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return plain(s)
	}
	return cell{data: json.Number(s), shown: s}
}

// queryError tells a query that cannot be answered from an engine that broke.
func queryError(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	message, _, _ := strings.Cut(err.Error(), "\n")
	for _, broken := range []string{"IO Error", "Out of Memory", "INTERNAL", "FATAL"} {
		if strings.HasPrefix(message, broken) {
			return fmt.Errorf("run the query: %w", err)
		}
	}
	return &refuse.Error{
		What: refuse.Text{ZH: "查询执行不了：" + message, EN: "the query cannot be answered: " + message},
		Do: refuse.Text{
			ZH: `用 canbao query "show all tables" 查看有哪些表和列`,
			EN: `canbao query "show all tables" lists tables and columns`,
		},
		Err: err,
	}
}
