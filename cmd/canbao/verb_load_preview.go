package main

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"canbao/etl"
	"canbao/etl/refuse"
)

// printPreview prints what a load would do: for people, file by file, what each
// column brings and the first rows; for machines the report of the load itself.
func (a *app) printPreview(reports []etl.FileReport, err error) error {
	if a.set.Format != "table" || len(reports) == 0 {
		return a.printReports(perFile(reports), err)
	}
	for _, r := range reports {
		where := r.File
		if r.Part != "" {
			where += " / " + r.Part
		}
		office := ""
		if r.Office != "" {
			office = a.text("（", " (") + r.Office + a.text("）", ")")
		}
		if _, err := fmt.Fprintf(a.out, "%s: %s%s\n", where, datasetTitle(r.Dataset, a.set.Lang), office); err != nil {
			return err
		}
		if r.SameAs > 0 {
			line := refuse.Text{
				ZH: fmt.Sprintf("与第 %d 次装载的内容完全相同，不会改变任何数据", r.SameAs),
				EN: fmt.Sprintf("the very bytes of load %d: nothing would change", r.SameAs),
			}
			if _, err := fmt.Fprintln(a.out, line.In(a.set.Lang)); err != nil {
				return err
			}
			continue
		}
		if _, err := fmt.Fprintln(a.out, a.table(a.mappingListing(r))); err != nil {
			return err
		}
	}
	if err := a.printReports(perFile(reports), err); err != nil {
		return err
	}
	a.tell("这是试装：什么都没有改动", "this was a dry run: nothing was changed")
	return nil
}

// mappingListing is a row per column of a file: its header, what it brings, and
// its first cells, masked.
func (a *app) mappingListing(r etl.FileReport) listing {
	l := listing{columns: []column{
		{title: refuse.Text{ZH: "列", EN: "column"}},
		{title: refuse.Text{ZH: "读作", EN: "brings"}},
	}}
	for i := range r.Sample {
		l.columns = append(l.columns, column{title: refuse.Text{ZH: fmt.Sprintf("第 %d 行", i+1), EN: fmt.Sprintf("row %d", i+1)}})
	}
	for c, col := range r.Columns {
		brings := a.text("未采用", "kept out")
		if col.Field != "" {
			brings = fieldTitles[col.Field].In(a.set.Lang)
		}
		cells := []cell{plain(col.Header), plain(brings)}
		for _, row := range r.Sample {
			text := ""
			if c < len(row) {
				text = masked(col.Field, row[c])
			}
			cells = append(cells, plain(text))
		}
		l.add(cells...)
	}
	return l
}

// openFields are those whose cells say nothing of who a person is.
var openFields = map[string]bool{
	"town": true, "village": true, "area_code": true, "hukou": true, "resident": true, "student": true, "exempt_from": true,
	"sex": true, "scheme": true, "year": true, "status": true, "registered_on": true, "ended_on": true, "rights_on": true,
	"amount": true, "shares": true, "kind": true, "paid_at": true, "credited_on": true, "channel": true, "collector": true,
	"extent": true, "certified_from": true, "certified_to": true, "granted_on": true, "date": true, "source": true,
	"count": true, "measure": true, "value": true, "as_of": true, "indicator": true, "expected": true, "actual": true,
	"id_type": true,
}

// documentNumber is what may be somebody's wherever it stands.
var documentNumber = regexp.MustCompile(`[0-9０-９]{11,}`)

// masked is a cell as a preview shows it: of fields that may tell who a person
// is, and of columns nobody knows, only the beginning and the length. A cell of
// another field is shown as long as it is no longer than such a field can be.
func masked(field, cell string) string {
	cell = strings.TrimSpace(cell)
	n := utf8.RuneCountInString(cell)
	if n == 0 || openFields[field] && n <= 20 && !documentNumber.MatchString(cell) {
		return cell
	}
	first, _ := utf8.DecodeRuneInString(cell)
	if field == "name" {
		return string(first) + strings.Repeat("*", min(n-1, 3))
	}
	return strings.Repeat("*", min(n, 18))
}
