package etl

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"canbao/etl/clean"
	"canbao/etl/refuse"
	"canbao/etl/source"
)

// warnings are what is odd about a load without being wrong.
func (l *Loader) warnings(ctx context.Context, conn *sql.Conn, p *part, e *entry, held holding) ([]refuse.Text, error) {
	list := p.c.nearly()
	if p.m.number < 0 {
		gone, emptied, err := missingColumns(ctx, conn, p.m, e)
		if err != nil {
			return nil, err
		}
		if len(emptied) > 0 {
			list = append(list, refuse.Text{
				ZH: "比上次同类文件少了这些区划列，三个区划列一起来，没有的清空：" + strings.Join(emptied, "、"),
				EN: "area columns the last such file had and this one lacks are emptied, the three come together: " + strings.Join(emptied, ", "),
			})
		}
		if len(gone) > 0 {
			list = append(list, refuse.Text{
				ZH: "比上次同类文件少了这些列，原有的值不变：" + strings.Join(gone, "、"),
				EN: "columns the last such file had and this one lacks, their values stay: " + strings.Join(gone, ", "),
			})
		}
	}
	if t, ok := p.table.(interface{ Deleted() int64 }); ok && t.Deleted() > 0 {
		list = append(list, refuse.Text{
			ZH: fmt.Sprintf("%d 条带删除标记的记录没有读", t.Deleted()),
			EN: fmt.Sprintf("%d records marked as deleted were skipped", t.Deleted()),
		})
	}
	if held.strange > 0 {
		list = append(list, refuse.Text{
			ZH: fmt.Sprintf("%d 行的暂存号现在没有暂存（已放行、已作废或写错），按普通行处理", held.strange),
			EN: fmt.Sprintf("the numbers of %d rows are not held back now (released, dismissed or mistyped): taken as ordinary rows", held.strange),
		})
	}
	return list, nil
}

// unnamed are the columns without a header that hold something, by letter.
func unnamed(table source.Table) []string {
	t, ok := table.(interface{ Unnamed() []string })
	if !ok {
		return nil
	}
	var names []string
	for _, letter := range t.Unnamed() {
		names = append(names, letter+"（无表头）")
	}
	return names
}

// digits are what differs in the names of a file that comes again.
var digits = regexp.MustCompile(`[0-9]+`)

// stem is what the names of files have in common that an office sends again and
// again: 缴费20201101.csv and 缴费20201108.csv.
func stem(file string) string { return digits.ReplaceAllString(filepath.Base(file), "") }

// missingColumns names the columns that the file before had and this one lacks:
// the last file of the same dataset, of the same name but for its digits if
// there is one, else of the same office. Values of columns that are gone stay,
// but for an area column where the file has another: those are emptied.
func missingColumns(ctx context.Context, conn *sql.Conn, m *mapping, e *entry) (gone, emptied []string, err error) {
	var before int
	var headers string
	err = conn.QueryRowContext(ctx, `
select load, headers
from raw.load
where dataset = ? and load < ? and same_as is null and headers is not null
  and not exists (select 1 from raw.correction as c where c.load = raw.load.load)
order by
    regexp_replace(regexp_extract(file, '[^/\\]*$'), '[0-9]+', '', 'g') = ? desc,
    coalesce(office, '') = ? desc,
    load desc
limit 1`, m.dataset.name, e.load, stem(e.file), e.office).Scan(&before, &headers)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("look up the columns of the file before: %w", err)
	}
	var had []string
	if err := json.Unmarshal([]byte(headers), &had); err != nil {
		return nil, nil, fmt.Errorf("read the columns of load %d: %w", before, err)
	}
	fields, err := fieldsOf(ctx, conn, before)
	if err != nil {
		return nil, nil, err
	}
	has := map[string]bool{}
	for _, header := range m.all {
		has[clean.Header(header)] = true
	}
	for _, header := range had {
		key := clean.Header(header)
		field := fields[key]
		if key != "" && !has[key] && (field == "" || !m.has(field)) {
			has[key] = true
			if isArea(field) && m.brings(field) {
				emptied = append(emptied, strings.TrimSpace(header))
			} else {
				gone = append(gone, strings.TrimSpace(header))
			}
		}
	}
	return gone, emptied, nil
}

// fieldsOf tells, by its header as it is compared, what each column of a load
// brought.
func fieldsOf(ctx context.Context, conn *sql.Conn, load int) (map[string]string, error) {
	rows, err := conn.QueryContext(ctx, "select field, header from raw.load_field where load = ? and header <> ''", load)
	if err != nil {
		return nil, fmt.Errorf("look up the columns of load %d: %w", load, err)
	}
	defer rows.Close()
	fields := map[string]string{}
	for rows.Next() {
		var field, header string
		if err := rows.Scan(&field, &header); err != nil {
			return nil, fmt.Errorf("look up the columns of load %d: %w", load, err)
		}
		fields[clean.Header(header)] = field
	}
	return fields, rows.Err()
}

// list is every column of the file in order, with the field it brings.
func (m *mapping) list() []Column {
	columns := make([]Column, len(m.all))
	for c, header := range m.all {
		columns[c].Header = strings.TrimSpace(header)
	}
	for i, f := range m.dataset.fields {
		if c := m.columns[i]; c >= 0 {
			columns[c].Field = f.name
		}
	}
	return columns
}
