package issue

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Figures are the rows of one published table that a bulletin rests on, every
// cell as text.
type Figures struct {
	Table   string // standing, score, collection
	Columns []string
	Rows    [][]string
}

// about are the columns that say what a row is about; whole the fields that all
// rows of an area repeat, and that are one figure of the area.
var about = map[string]struct{ item, whole []string }{
	"standing":   {item: []string{"item"}},
	"score":      {item: []string{"item"}, whole: []string{"score", "rank"}},
	"collection": {item: []string{"scheme"}},
}

// never are columns that are no figure of an area on the day, or another form of
// one: points_exact is the points.
var never = []string{"campaign", "as_of", "level", "parent", "area", "area_code", "item", "scheme", "points_exact", "score_exact"}

func (f Figures) file() string { return FiguresDir + "/" + f.Table + ".csv" }

// text is the table as CSV.
func (f Figures) text() ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.WriteAll(append([][]string{f.Columns}, f.Rows...)); err != nil {
		return nil, fmt.Errorf("write %s: %w", f.file(), err)
	}
	return b.Bytes(), nil
}

// readFigures reads what text has written into the folder of a revision.
func readFigures(dir, table string) (Figures, error) {
	f := Figures{Table: table}
	file, err := os.Open(filepath.Join(dir, filepath.FromSlash(f.file())))
	if err != nil {
		return f, fmt.Errorf("read the figures issued: %w", err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil || len(rows) == 0 {
		return f, fmt.Errorf("read the figures issued: %s: %w", f.file(), err)
	}
	f.Columns, f.Rows = rows[0], rows[1:]
	return f, nil
}

// cellKey tells one figure from all others.
type cellKey struct{ item, areaCode, field string }

// cells are the figures of a table; the names of its areas, where it has them, are
// noted.
func (f Figures) cells(names map[string]string) map[cellKey]string {
	at := map[string]int{}
	for i, c := range f.Columns {
		at[c] = i
	}
	cells := map[cellKey]string{}
	of := about[f.Table]
	for _, row := range f.Rows {
		var item []string
		for _, c := range of.item {
			item = append(item, row[at[c]])
		}
		code := row[at["area_code"]]
		if i, named := at["area"]; named {
			names[code] = row[i]
		}
		for i, c := range f.Columns {
			switch {
			case slices.Contains(never, c):
			case slices.Contains(of.whole, c):
				cells[cellKey{"", code, c}] = row[i]
			default:
				cells[cellKey{strings.Join(item, " "), code, c}] = row[i]
			}
		}
	}
	return cells
}

// changes are the figures that differ, by item, area and field. A figure of a
// column that only one of the two programs had is none that changed. Names of
// areas are noted in names, and taken from there.
func changes(before, after Figures, names map[string]string) []Change {
	was, is := before.cells(names), after.cells(names)
	var all []Change
	note := func(k cellKey, a, b string) {
		if a == b || !slices.Contains(before.Columns, k.field) || !slices.Contains(after.Columns, k.field) {
			return
		}
		all = append(all, Change{Table: after.Table, Item: k.item, AreaCode: k.areaCode, Area: names[k.areaCode],
			Field: k.field, Before: a, After: b})
	}
	for k, b := range is {
		note(k, was[k], b)
	}
	for k, a := range was {
		if _, still := is[k]; !still {
			note(k, a, "")
		}
	}
	slices.SortFunc(all, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.AreaCode, b.AreaCode),
			slices.Index(after.Columns, a.Field)-slices.Index(after.Columns, b.Field))
	})
	return all
}

var changeColumns = []string{"table", "item", "area_code", "area", "field", "before", "after"}

const changesFile = FiguresDir + "/changes.csv"

func changesText(all []Change) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write(changeColumns) // a buffer takes everything
	for _, c := range all {
		w.Write([]string{c.Table, c.Item, c.AreaCode, c.Area, c.Field, c.Before, c.After})
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// Changes are the figures that differ from the revision before, as they were
// noted when it was issued; none at the first.
func (i *Issued) Changes() ([]Change, error) {
	if i.Correction == nil {
		return nil, nil
	}
	file, err := os.Open(filepath.Join(i.Dir, filepath.FromSlash(changesFile)))
	if err != nil {
		return nil, fmt.Errorf("read what changed: %w", err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil || len(rows) == 0 || !slices.Equal(rows[0], changeColumns) {
		return nil, fmt.Errorf("read what changed: %s: %w", changesFile, err)
	}
	var all []Change
	for _, r := range rows[1:] {
		all = append(all, Change{r[0], r[1], r[2], r[3], r[4], r[5], r[6]})
	}
	return all, nil
}
