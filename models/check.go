package models

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// sampleRows is how many of the rows a check finds are published beside their
// number; none of them holds an identity.
const sampleRows = 200

// check runs one check of the data: what it returns is what is wrong.
func (r *run) check(ctx context.Context, m *model) error {
	result := CheckResult{ID: m.name, Severity: m.head.severity, Title: m.head.title, Why: m.head.why, Do: m.head.do}
	table := found + "." + m.name
	err := r.engine.Table(ctx, table, m.text)
	if err == nil {
		result.Rows, err = r.engine.Number(ctx, "select count(*) from "+table)
	}
	if err == nil && result.Rows > 0 {
		err = errors.Join(
			r.sum(ctx, "mart.check_row", table, "_row", m.name, fmt.Sprintf(`
select row_number() over (order by area_code nulls last, detail nulls last) as n, area_code, detail
from (select area_code, detail from %s order by area_code nulls last, detail nulls last limit %d) as sample`, table, sampleRows)),
			r.sum(ctx, "mart.check_area", table, "_area", m.name, fmt.Sprintf(
				"select area_code, count(*) as rows from %s where area_code is not null group by area_code", table)))
	}
	if err == nil {
		err = r.engine.Drop(ctx, table)
	}
	if err != nil {
		return fmt.Errorf("check %s: %w", m.file, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.checks = append(r.checks, result)
	return nil
}

// sum adds what a query over the rows found comes to, the check's id before it,
// to a table at home.
func (r *run) sum(ctx context.Context, into, table, suffix, id, query string) error {
	sum := table + suffix
	err := r.engine.Table(ctx, sum, query)
	if err == nil {
		err = r.engine.Home(ctx, sum, personColumn)
	}
	if err == nil {
		err = r.exec(ctx, fmt.Sprintf("insert into %s select '%s', * from %s", into, id, sum))
	}
	if err == nil {
		err = r.engine.Drop(ctx, sum)
	}
	return err
}

// writeChecks makes mart.check of what the checks found.
func (r *run) writeChecks(ctx context.Context) error {
	if err := r.makeOwn(ctx, "check"); err != nil {
		return err
	}
	slices.SortFunc(r.checks, func(a, b CheckResult) int { return strings.Compare(a.ID, b.ID) })
	var rows []map[string]any
	for _, c := range r.checks {
		rows = append(rows, map[string]any{
			"check_id": c.ID, "severity": c.Severity, "title": c.Title.ZH, "title_en": c.Title.EN, "why": c.Why.ZH,
			"why_en": c.Why.EN, "advice": c.Do.ZH, "advice_en": c.Do.EN, "rows": c.Rows,
		})
	}
	return insertRows(ctx, r.conn, checkTable, rows)
}

// checkColumns holds a model to what its head promises. A broken promise is a
// defect of the model and stops the build.
func (r *run) checkColumns(ctx context.Context, m *model) error {
	for _, c := range m.head.checks {
		var query string
		switch list := strings.Join(c.columns, ", "); c.kind {
		case "unique":
			query = fmt.Sprintf("select count(*) from (select 1 from %s group by %s having count(*) > 1)", m.table(), list)
		case "not null":
			query = fmt.Sprintf("select count(*) from %s where %s is null", m.table(), strings.Join(c.columns, " is null or "))
		}
		broken, err := r.engine.Number(ctx, query)
		if err != nil {
			return fmt.Errorf("check %s: %w", m.where(c.line), err)
		}
		if broken > 0 {
			return fmt.Errorf("check %s: %s %s does not hold, %d times: %s",
				m.where(c.line), c.kind, strings.Join(c.columns, ", "), broken, query)
		}
	}
	return nil
}
