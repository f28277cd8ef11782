package reports

import (
	"path"
	"slices"
	"strings"
	"time"

	"canbao/models/measure"
)

// QualityTable is how many rows are held back, by area and dataset, beside what is
// expected at the leading item: a held-back roster row is missing from that number.
// The public edition tells datasets alone. It is nil where nothing was loaded.
func (d *Document) QualityTable() *Table {
	if len(d.Figures.Quality) == 0 {
		return nil
	}
	if d.Figures.Edition == measure.Public {
		return d.qualityByDataset()
	}
	w, b := words(d.Lang), d.Figures
	held := map[[2]string]int64{}
	names := map[string]string{}
	var datasets, codes []string
	for _, q := range b.Quality {
		if _, met := names[q.AreaCode]; !met {
			codes = append(codes, q.AreaCode)
		}
		names[q.AreaCode] = q.Area
		held[[2]string{q.AreaCode, q.Dataset}] += q.Held
		if !slices.Contains(datasets, q.Dataset) {
			datasets = append(datasets, q.Dataset)
		}
	}
	slices.Sort(datasets)
	expected := map[string]int64{}
	t := &Table{ID: "quality", Class: "annex", Frozen: 1, Caption: w.t("暂存未入库的行", "Rows held back"), Columns: []Column{{Title: d.levelName()}}}
	key := b.Key()
	if key != nil {
		for _, r := range append([]measure.Row{key.Whole}, key.Areas...) {
			expected[r.AreaCode] = r.Expected
		}
		t.Columns = append(t.Columns, Column{Title: w.title(key.Item) + w.t("应完成", ": expected"), Kind: Count, Minor: true})
	}
	for _, name := range datasets {
		t.Columns = append(t.Columns, Column{Title: w.dataset(name), Kind: Count})
	}
	t.Columns = append(t.Columns, Column{Title: w.t("合计", "total"), Kind: Count})
	row := func(head, code string, codes []string) Row {
		r := Row{Cells: []Cell{headCell(head)}}
		if key != nil {
			r.Cells = append(r.Cells, noneCell())
			if n, known := expected[code]; known {
				r.Cells[1] = countCell(n)
			}
		}
		var total int64
		for _, name := range datasets {
			var sum int64
			for _, c := range codes {
				sum += held[[2]string{c, name}]
			}
			total, r.Cells = total+sum, append(r.Cells, countCell(sum))
		}
		sum := countCell(total)
		sum.Strong = true
		r.Cells = append(r.Cells, sum)
		return r
	}
	whole := row(d.wholeName(), cityCode(b), codes)
	whole.Whole = true
	t.Rows = append(t.Rows, whole)
	for _, code := range d.rankedFirst(codes) {
		name := names[code]
		if name == "" {
			name = w.t("区划不明", "area not told")
		}
		t.Rows = append(t.Rows, row(name, code, []string{code}))
	}
	return t
}

func cityCode(b *measure.Bulletin) string {
	if b.City == nil {
		return ""
	}
	return b.City.Code
}

// rankedFirst sorts codes as the ranking has them, then by code; none comes last.
func (d *Document) rankedFirst(codes []string) []string {
	place := map[string]int{}
	for n, p := range d.Figures.Ranking {
		place[p.Code] = n + 1
	}
	sorted := slices.Clone(codes)
	slices.SortStableFunc(sorted, func(x, y string) int {
		switch {
		case (x == "") != (y == ""):
			return len(y) - len(x)
		case (place[x] == 0) != (place[y] == 0):
			return place[y] - place[x]
		case place[x] != place[y]:
			return place[x] - place[y]
		}
		return strings.Compare(x, y)
	})
	return sorted
}

func (d *Document) qualityByDataset() *Table {
	w := words(d.Lang)
	t := &Table{ID: "quality", Class: "annex", Frozen: 1, Caption: w.t("入库与暂存的行", "Rows accepted and held back"), Columns: []Column{
		{Title: w.t("数据", "dataset")}, {Title: w.t("入库", "accepted"), Kind: Count}, {Title: w.t("暂存", "held back"), Kind: Count},
	}}
	for _, q := range d.Figures.Quality {
		t.Rows = append(t.Rows, Row{Cells: []Cell{headCell(w.dataset(q.Dataset)),
			orHidden(q.Withheld, countCell(q.Accepted)), orHidden(q.Withheld, countCell(q.Held))}})
	}
	return t
}

// ChecksTable is every check, errors first, those that found nothing as rows of the
// class "passed"; nil where there are none.
func (d *Document) ChecksTable() *Table {
	w, b := words(d.Lang), d.Figures
	if len(b.Checks) == 0 {
		return nil
	}
	internal := b.Edition != measure.Public
	t := &Table{ID: "checks", Class: "checks", Frozen: 2, Wide: true, Caption: w.t("核查", "Checks"), Columns: []Column{
		{Title: w.t("级别", "severity")}, {Title: w.t("核查", "check")}, {Title: w.t("查出行数", "rows found"), Kind: Count},
		{Title: w.t("为何要紧", "why it matters"), Minor: true}, {Title: w.t("处理", "what to do"), Minor: true},
	}}
	if internal {
		t.Columns = append(t.Columns, Column{Title: w.t("例", "such as"), Minor: true})
	}
	var passed []Row
	for _, c := range b.Checks {
		row := Row{Cells: []Cell{severityCell(w, c), headCell(c.Title.In(d.Lang)), countCellOf(c.Found),
			orNone(c.Why.In(d.Lang)), orNone(c.Advice.In(d.Lang))}}
		if internal {
			row.Cells = append(row.Cells, orNone(strings.Join(d.samples(c.Sample), w.t("；", "; "))))
		}
		if c.Found.N == 0 && !c.Found.Withheld {
			row.Class = "passed"
			passed = append(passed, row)
			continue
		}
		t.Rows = append(t.Rows, row)
	}
	t.Rows = append(t.Rows, passed...)
	return t
}

func severityCell(w words, c measure.CheckFigures) Cell {
	switch {
	case c.Found.N == 0 && !c.Found.Withheld:
		return Cell{Text: signs[measure.Met] + " " + w.t("未发现", "nothing found"), Class: measure.Met}
	case c.Severity == "error":
		return Cell{Text: signs[measure.Missed] + " " + w.t("错误", "error"), Class: measure.Missed}
	}
	return Cell{Text: signs[measure.AtRisk] + " " + w.t("提醒", "warning"), Class: measure.AtRisk}
}

// samples are the first few places a check found something at. Its details are
// the words of the tables; those that are known are said in the reader's.
func (d *Document) samples(rows []measure.CheckRow) []string {
	w, b := words(d.Lang), d.Figures
	var all []string
	for _, r := range rows {
		var parts []string
		if a := b.Area(r.AreaCode); r.AreaCode != "" && a.Name != a.Code {
			if a.Level == "village" {
				a.Name = b.Area(a.Town).Name + "·" + a.Name
			}
			parts = append(parts, a.Name)
		}
		for _, word := range strings.Fields(r.Detail) {
			bare := strings.TrimRight(word, ",")
			if bare == b.Campaign.ID || bare == "town" {
				continue
			}
			name := w.source(w.scheme(w.dataset(bare)))
			if i := b.Item(bare); i != nil {
				name = w.title(i.Item)
			}
			parts = append(parts, name+word[len(bare):])
		}
		if text := strings.Join(parts, " "); text != "" && !slices.Contains(all, text) {
			all = append(all, text)
		}
		if len(all) == 3 {
			break
		}
	}
	return all
}

// InputsTable is what went into the figures, by dataset; nil in the public edition.
func (d *Document) InputsTable() *Table {
	w := words(d.Lang)
	type sum struct {
		files, rows, accepted, held, repeated int64
		last                                  time.Time
	}
	sums := map[string]*sum{}
	var names []string
	for _, l := range d.Figures.Loads {
		s := sums[l.Dataset]
		if s == nil {
			s = &sum{}
			sums[l.Dataset], names = s, append(names, l.Dataset)
		}
		s.files, s.rows, s.accepted, s.held, s.repeated = s.files+1, s.rows+l.Rows, s.accepted+l.Accepted, s.held+l.Held, s.repeated+l.Repeated
		if l.LoadedAt.After(s.last) {
			s.last = l.LoadedAt
		}
	}
	if len(names) == 0 {
		return nil
	}
	slices.Sort(names)
	t := &Table{ID: "inputs", Class: "annex", Frozen: 1, Caption: w.t("装载的数据", "What was loaded"), Columns: []Column{
		{Title: w.t("数据", "dataset")}, {Title: w.t("文件", "files"), Kind: Count}, {Title: w.t("行", "rows"), Kind: Count},
		{Title: w.t("入库", "accepted"), Kind: Count}, {Title: w.t("仍暂存", "still held"), Kind: Count},
		{Title: w.t("重复", "repeated"), Kind: Count}, {Title: w.t("最近装载", "last loaded"), Kind: Moment},
	}}
	for _, name := range names {
		s := sums[name]
		t.Rows = append(t.Rows, Row{Cells: []Cell{headCell(w.dataset(name)), countCell(s.files), countCell(s.rows), countCell(s.accepted),
			countCell(s.held), countCell(s.repeated), momentCell(s.last)}})
	}
	return t
}

// FilesTable lists the loaded files; nil in the public edition.
func (d *Document) FilesTable() *Table {
	w := words(d.Lang)
	if len(d.Figures.Loads) == 0 {
		return nil
	}
	t := &Table{ID: "files", Class: "annex", Frozen: 1, Wide: true, Caption: w.t("来源文件清单", "The files"), Columns: []Column{
		{Title: w.t("文件", "file")}, {Title: w.t("数据", "dataset")}, {Title: w.t("行", "rows"), Kind: Count},
		{Title: w.t("入库", "accepted"), Kind: Count}, {Title: w.t("暂存", "held back"), Kind: Count},
		{Title: w.t("重复", "repeated"), Kind: Count}, {Title: w.t("非数据行", "furniture"), Kind: Count},
		{Title: w.t("装载", "loaded"), Kind: Moment},
	}}
	for _, l := range d.Figures.Loads {
		// Where the file lay on that machine is nobody's business.
		name := path.Base(strings.ReplaceAll(l.File, `\`, "/"))
		t.Rows = append(t.Rows, Row{Cells: []Cell{headCell(name), textCell(w.dataset(l.Dataset)), countCell(l.Rows), countCell(l.Accepted),
			countCell(l.Quarantined), countCell(l.Repeated), countCell(l.Furniture), momentCell(l.LoadedAt)}})
	}
	return t
}
