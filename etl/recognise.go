package etl

import (
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"

	"canbao/etl/clean"
	"canbao/etl/refuse"
)

// mapping tells which column of a file brings which field of a dataset.
type mapping struct {
	dataset *dataset
	columns []int    // per field of the dataset: column of the file, or -1
	headers []string // per field: the header as it stood there
	unknown []string // headers of columns that bring nothing, as they stood
	all     []string // every header, in order
	office  string   // whose headers they are, "" where anybody's
	// Of a corrected sheet: the columns of the number a row is held back under,
	// and of what is to be read instead of its faulty cell; else -1.
	number, correction int
}

// brings tells whether the file has a column for the field. The three area
// fields come together: a file with any of them brings all three.
func (m *mapping) brings(name string) bool {
	if isArea(name) {
		return m.has("town") || m.has("village") || m.has("area_code")
	}
	return m.has(name)
}

func (m *mapping) has(name string) bool {
	for i, f := range m.dataset.fields {
		if f.name == name {
			return m.columns[i] >= 0
		}
	}
	return false
}

func isArea(name string) bool {
	return name == "town" || name == "village" || name == "area_code"
}

// match maps the headers of a file to the fields of d. Where two columns fit
// one field the better named one brings it and the other is unknown; twice the
// same name is a conflict.
func (h *headings) match(d *dataset, headers []string) (m *mapping, conflict string) {
	m = &mapping{dataset: d, columns: make([]int, len(d.fields)), headers: make([]string, len(d.fields)), all: spoken(headers), office: h.office}
	used := make([]bool, len(headers))
	keys := make([]string, len(headers))
	for c, h := range headers {
		keys[c] = clean.Header(h)
	}
	h.bare(d, keys)
	for i := range d.fields {
		best := 0
		m.columns[i] = -1
		for c, header := range headers {
			if keys[c] == "" || used[c] {
				continue
			}
			rank := h.ranks[d][i][keys[c]]
			switch {
			case rank == 0:
			case best == 0 || rank < best:
				best = rank
				m.columns[i], m.headers[i] = c, strings.TrimSpace(header)
			case rank == best && conflict == "":
				conflict = strings.TrimSpace(header)
			}
		}
		if m.columns[i] >= 0 {
			used[m.columns[i]] = true
		}
	}
	m.number, m.correction = m.own(numberHeaders, keys, used), m.own(correctionHeaders, keys, used)
	if m.number >= 0 {
		for _, header := range sheetHeaders {
			m.own([]string{header}, keys, used)
		}
	} else {
		m.correction = -1
	}
	for _, header := range d.beside {
		m.own([]string{header}, keys, used)
	}
	for c := range headers {
		if !used[c] && keys[c] != "" {
			m.unknown = append(m.unknown, strings.TrimSpace(m.all[c]))
		}
	}
	return m, conflict
}

// marks are what offices write around a header: that it must be filled, and the
// unit. 万元 is none of them: it changes what the number means.
var marks = regexp.MustCompile(`^\*+|\*+$|\((元|人|户|笔|份|必填)\)\*?$`)

// bare takes the marks off headers that nobody knows with them, unless another
// column bears the bare name.
func (h *headings) bare(d *dataset, keys []string) {
	for c, key := range keys {
		if !strings.HasSuffix(key, ")") && !strings.Contains(key, "*") {
			continue
		}
		known := func(ranks map[string]int) bool { return ranks[key] > 0 }
		if name := marks.ReplaceAllString(key, ""); !slices.ContainsFunc(h.ranks[d], known) && !slices.Contains(keys, name) {
			keys[c] = name
		}
	}
}

// own finds a column of the exported quarantine and marks it as used, -1 where
// there is none.
func (m *mapping) own(names, keys []string, used []bool) int {
	for c, key := range keys {
		for _, name := range names {
			if !used[c] && key == clean.Header(name) {
				used[c] = true
				return c
			}
		}
	}
	return -1
}

// missing names the required fields that no column brings, by the header an
// office would use.
func (m *mapping) missing() []string {
	var names []string
	for i, f := range m.dataset.fields {
		if f.required && m.columns[i] < 0 {
			names = append(names, fmt.Sprintf("%s（%s）", f.name, strings.Join(f.headers, "/")))
		}
	}
	if m.dataset.whole && !m.has("area_code") && !m.has("town") {
		names = append(names, "area_code|town（行政区划代码/镇街）")
	}
	if m.dataset.coded && !m.has("person") && !m.has("id_no") {
		names = append(names, "person|id_no（人员代码/证件号码）")
	}
	return names
}

// fit is the number of columns of a header that name a field of any dataset,
// less one where two of them bear the same name; it tells a header row from the
// rows around it.
//
// Nearly every row it is asked about is data: those are told by knowing none of
// their cells.
func (v vocabulary) fit(headers []string) int {
	if !slices.ContainsFunc(headers, v.knows) {
		return 0
	}
	best := 0
	for _, h := range v {
		for _, d := range datasets {
			m, conflict := h.match(d, headers)
			n := 0
			for _, c := range m.columns {
				if c >= 0 {
					n++
				}
			}
			if len(m.missing()) == 0 {
				n += 100 // a whole header beats a longer partial one
			}
			if conflict != "" {
				n--
			}
			best = max(best, n)
		}
	}
	return best
}

// recognise finds the dataset whose required fields the headers bring, the one
// with more of them where several fit; only narrows it to one dataset. Headers
// that everybody uses come first; where they do not do, those of the one office
// whose file this can be.
func (v vocabulary) recognise(file string, headers []string, only string) (*mapping, error) {
	m, err := v[0].recognise(file, headers, only)
	if err == nil {
		return m, nil
	}
	var fits []*mapping
	for _, h := range v[1:] {
		if m, failed := h.recognise(file, headers, only); failed == nil {
			fits = append(fits, m)
		}
	}
	switch len(fits) {
	case 0:
		return nil, err
	case 1:
		return fits[0], nil
	}
	return nil, whoseFile(file, fits)
}

func (h *headings) recognise(file string, headers []string, only string) (*mapping, error) {
	var fits []*mapping
	conflicts := map[*mapping]string{}
	nearest, lack := (*mapping)(nil), 0
	for _, d := range datasets {
		if only != "" && d.name != only {
			continue
		}
		m, conflict := h.match(d, headers)
		missing := len(m.missing())
		if missing == 0 {
			fits = append(fits, m)
			conflicts[m] = conflict
			continue
		}
		found := d.required() - missing
		if nearest == nil || found*(nearest.dataset.required()) > (nearest.dataset.required()-lack)*d.required() {
			nearest, lack = m, missing
		}
	}
	sort.SliceStable(fits, func(i, j int) bool {
		return fits[i].dataset.required() > fits[j].dataset.required()
	})
	switch {
	case len(fits) == 0:
		return nil, unrecognised(file, h.named(headers), nearest)
	case len(fits) > 1 && fits[0].dataset.required() == fits[1].dataset.required():
		return nil, ambiguous(file, h.named(headers), fits[0].dataset, fits[1].dataset)
	case conflicts[fits[0]] != "":
		return nil, twice(file, conflicts[fits[0]])
	}
	return fits[0], nil
}

func unrecognised(file string, found refuse.Text, nearest *mapping) error {
	lack := strings.Join(nearest.missing(), "、")
	return &refuse.Error{
		What: refuse.Text{
			ZH: fmt.Sprintf("认不出是哪一类数据。读到的表头：%s。最接近 %s（%s），缺少：%s", found.ZH, nearest.dataset.title, nearest.dataset.name, lack),
			EN: fmt.Sprintf("not a known dataset. Headers found: %s. Nearest is %s, which lacks: %s", found.EN, nearest.dataset.name, lack),
		},
		Where: file,
		Do: refuse.Text{
			ZH: "补上缺少的列，或改成认得的表头后再装载",
			EN: "add the missing columns or rename the headers, then load again",
		},
	}
}

func ambiguous(file string, found refuse.Text, a, b *dataset) error {
	return &refuse.Error{
		What: refuse.Text{
			ZH: fmt.Sprintf("既像 %s（%s）又像 %s（%s）。读到的表头：%s", a.title, a.name, b.title, b.name, found.ZH),
			EN: fmt.Sprintf("ambiguous: fits both %s and %s. Headers found: %s", a.name, b.name, found.EN),
		},
		Where: file,
		Do: refuse.Text{
			ZH: fmt.Sprintf("用 --dataset %s 或 --dataset %s 说明", a.name, b.name),
			EN: fmt.Sprintf("say which with --dataset %s or --dataset %s", a.name, b.name),
		},
	}
}

// whoseFile refuses a file that the headers of several offices fit.
func whoseFile(file string, fits []*mapping) error {
	var offices []string
	for _, m := range fits {
		offices = append(offices, m.office)
	}
	list := strings.Join(offices, "、")
	return &refuse.Error{
		What:  refuse.Text{ZH: "几个部门的表头都对得上：" + list, EN: "fits the headers of several offices: " + strings.Join(offices, ", ")},
		Where: file,
		Do:    refuse.Text{ZH: "用 --office 说明是哪个部门的文件", EN: "say whose file it is with --office"},
	}
}

func twice(file, header string) error {
	return &refuse.Error{
		What: refuse.Text{
			ZH: fmt.Sprintf("表头“%s”出现两次，分不清哪一列为准", header),
			EN: fmt.Sprintf("ambiguous: the header %q stands twice", header),
		},
		Where: file,
		Do:    refuse.Text{ZH: "删去或改名其中一列", EN: "remove or rename one of the two columns"},
	}
}
