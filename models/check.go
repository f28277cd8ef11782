package models

import (
	"context"
	"fmt"
	"strings"
)

// sampleRows is how many of the rows a check finds are published beside their
// number; none of them holds an identity.
const sampleRows = 200

// check runs one check of the data: what it returns is what is wrong.
func (r *run) check(ctx context.Context, m *model) error {
	statements := []string{
		"create or replace table \"check\".found as\n" + m.text,
		fmt.Sprintf(`insert into mart.check_row
select '%s', row_number() over (), area_code, detail from (select area_code, detail from "check".found limit %d)`, m.name, sampleRows),
		fmt.Sprintf(`insert into mart.check_area
select '%s', area_code, count(*) from "check".found where area_code is not null group by area_code`, m.name),
	}
	for _, s := range statements {
		if err := r.exec(ctx, s); err != nil {
			return fmt.Errorf("check %s: %w", m.file, err)
		}
	}
	result := CheckResult{ID: m.name, Severity: m.head.severity, Title: m.head.title, Why: m.head.why, Do: m.head.do}
	if err := r.conn.QueryRowContext(ctx, `select count(*) from "check".found`).Scan(&result.Rows); err != nil {
		return fmt.Errorf("check %s: %w", m.file, err)
	}
	r.checks = append(r.checks, result)
	return nil
}

// writeChecks makes mart.check of what the checks found.
func (r *run) writeChecks(ctx context.Context) error {
	if err := r.makeOwn(ctx, "check"); err != nil {
		return err
	}
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
		var broken int64
		if err := r.conn.QueryRowContext(ctx, query).Scan(&broken); err != nil {
			return fmt.Errorf("check %s: %w", m.where(c.line), err)
		}
		if broken > 0 {
			return fmt.Errorf("check %s: %s %s does not hold, %d times: %s",
				m.where(c.line), c.kind, strings.Join(c.columns, ", "), broken, query)
		}
	}
	return nil
}
