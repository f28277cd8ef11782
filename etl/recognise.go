package etl

import (
	"fmt"
	"regexp"
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

// ranks tell, per dataset, field and header as it is compared, how well the
// header names the field: 0 for the canonical name, then the dataset's own
// headers in their order, then those of other datasets: a synonym given once
// holds in every dataset that has the field.
var ranks = func() map[*dataset][]map[string]int {
	all := map[*dataset][]map[string]int{}
	for _, d := range datasets {
		for _, f := range d.fields {
			rank := map[string]int{}
			name := func(header string) {
				if key := clean.Header(header); rank[key] == 0 {
					rank[key] = 1 + len(rank)
				}
			}
			name(f.name)
			for _, h := range f.headers {
				name(h)
			}
			for _, other := range datasets {
				if same := other.field(f.name); same != nil {
					for _, h := range same.headers {
						name(h)
					}
				}
			}
			all[d] = append(all[d], rank)
		}
	}
	return all
}()

// match maps the headers of a file to the fields of d. Where two columns fit
// one field the better named one brings it and the other is unknown; twice the
// same name is a conflict.
func (d *dataset) match(headers []string) (m *mapping, conflict string) {
	m = &mapping{dataset: d, columns: make([]int, len(d.fields)), headers: make([]string, len(d.fields))}
	used := make([]bool, len(headers))
	keys := make([]string, len(headers))
	for c, h := range headers {
		keys[c] = clean.Header(h)
	}
	for i := range d.fields {
		best := 0
		m.columns[i] = -1
		for c, h := range headers {
			if keys[c] == "" || used[c] {
				continue
			}
			rank := ranks[d][i][keys[c]]
			switch {
			case rank == 0:
			case best == 0 || rank < best:
				best = rank
				m.columns[i], m.headers[i] = c, strings.TrimSpace(h)
			case rank == best && conflict == "":
				conflict = strings.TrimSpace(h)
			}
		}
		if m.columns[i] >= 0 {
			used[m.columns[i]] = true
		}
	}
	for c, h := range headers {
		if !used[c] && keys[c] != "" {
			m.unknown = append(m.unknown, strings.TrimSpace(h))
		}
	}
	return m, conflict
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
	return names
}

// fit is the number of columns of a header that name a field of any dataset,
// less one where two of them bear the same name; it tells a header row from the
// rows around it.
func fit(headers []string) int {
	best := 0
	for _, d := range datasets {
		m, conflict := d.match(headers)
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
	return best
}

// recognise finds the dataset whose required fields the headers bring, the one
// with more of them where several fit; only narrows it to one dataset.
func recognise(file string, headers []string, only string) (*mapping, error) {
	var fits []*mapping
	conflicts := map[*mapping]string{}
	nearest, lack := (*mapping)(nil), 0
	for _, d := range datasets {
		if only != "" && d.name != only {
			continue
		}
		m, conflict := d.match(headers)
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
		return nil, unrecognised(file, headers, nearest)
	case len(fits) > 1 && fits[0].dataset.required() == fits[1].dataset.required():
		return nil, ambiguous(file, headers, fits[0].dataset, fits[1].dataset)
	case conflicts[fits[0]] != "":
		return nil, twice(file, conflicts[fits[0]])
	}
	return fits[0], nil
}

func unrecognised(file string, headers []string, nearest *mapping) error {
	found := named(headers)
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

// longNumber is what no header has, but a row of people does.
var longNumber = regexp.MustCompile(`[0-9０-９]{7,}`)

// named lists headers for a message. A row that holds long numbers is data: what
// stands in it is not repeated, it may be somebody's name and number.
func named(headers []string) refuse.Text {
	for _, h := range headers {
		if longNumber.MatchString(h) {
			return refuse.Text{ZH: "没有，第一行就是数据", EN: "none, the first row is data"}
		}
	}
	found := strings.Join(nonEmpty(headers), "、")
	return refuse.Text{ZH: found, EN: found}
}

func ambiguous(file string, headers []string, a, b *dataset) error {
	return &refuse.Error{
		What: refuse.Text{
			ZH: fmt.Sprintf("既像 %s（%s）又像 %s（%s）。读到的表头：%s", a.title, a.name, b.title, b.name, named(headers).ZH),
			EN: fmt.Sprintf("ambiguous: fits both %s and %s. Headers found: %s", a.name, b.name, named(headers).EN),
		},
		Where: file,
		Do: refuse.Text{
			ZH: fmt.Sprintf("用 --dataset %s 或 --dataset %s 说明", a.name, b.name),
			EN: fmt.Sprintf("say which with --dataset %s or --dataset %s", a.name, b.name),
		},
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

func nonEmpty(headers []string) []string {
	var out []string
	for _, h := range headers {
		if h = strings.TrimSpace(h); h != "" {
			out = append(out, h)
		}
	}
	return out
}
