package reports

import (
	"path"
	"slices"
	"strings"
	"time"

	"canbao/models/measure"
)

// trustView tells how far the figures can be trusted.
type trustView struct {
	Held, Accepted string
	Datasets       []string
	Areas          []heldRow
	Checks         []checkRow // that found something
	Passed         []string
	Item           string // whose expected numbers stand beside the held-back rows
}

type heldRow struct {
	Area, Expected string
	Cells          []string
	Total          string
}

type checkRow struct {
	Title, Why, Advice, Rows string
	Error                    bool
	Sample                   string
}

func trust(f *figures, w words) trustView {
	var v trustView
	for _, c := range f.checks {
		if c.Rows == 0 {
			v.Passed = append(v.Passed, c.Title.In(string(w)))
			continue
		}
		row := checkRow{
			Title: c.Title.In(string(w)), Why: c.Why.In(string(w)), Advice: c.Advice.In(string(w)),
			Rows: measure.Grouped(c.Rows), Error: c.Severity == "error",
		}
		row.Sample = strings.Join(f.samples(w, c.Sample), w.t("；", "; "))
		v.Checks = append(v.Checks, row)
	}
	held(f, w, &v)
	return v
}

// samples are the first few places a check found something at. Its details are
// the words of the tables; those that are known are said in the reader's.
func (f *figures) samples(w words, rows []measure.CheckRow) []string {
	var all []string
	for _, r := range rows {
		var parts []string
		if a, ok := f.areas[r.AreaCode]; ok {
			parts = append(parts, f.fullName(a))
		}
		for _, word := range strings.Fields(r.Detail) {
			bare := strings.TrimRight(word, ",")
			if bare == f.campaign.ID || bare == "town" {
				continue
			}
			name := w.source(w.scheme(w.dataset(bare)))
			if i, err := f.campaign.Item(bare); err == nil {
				name = w.title(*i)
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

// fullName is a village with its town before it.
func (f *figures) fullName(a measure.Area) string {
	if a.Level == "village" {
		if t, ok := f.areas[a.Town]; ok {
			return t.Name + "·" + a.Name
		}
	}
	return a.Name
}

// held fills the rows held back per area and dataset, beside what is expected
// at the leading item: a held-back roster row is missing from that number.
func held(f *figures, w words, v *trustView) {
	total := map[string]int64{}
	byArea := map[string]map[string]int64{}
	names := map[string]string{}
	var accepted, all int64
	for _, q := range f.quality {
		accepted += q.Accepted
		all += q.Held
		if q.Held == 0 {
			continue
		}
		total[q.Dataset] += q.Held
		if byArea[q.AreaCode] == nil {
			byArea[q.AreaCode] = map[string]int64{}
		}
		byArea[q.AreaCode][q.Dataset] += q.Held
		names[q.AreaCode] = q.Area
	}
	v.Held, v.Accepted = measure.Grouped(all), measure.Grouped(accepted)
	var datasets, codes []string
	for d := range total {
		datasets = append(datasets, d)
	}
	slices.Sort(datasets)
	for c := range byArea {
		codes = append(codes, c)
	}
	slices.Sort(codes)
	expected := map[string]int64{}
	if key := f.key(); key != nil {
		v.Item = w.title(key.Item)
		for _, s := range key.areas {
			expected[s.AreaCode] = s.Expected
		}
	}
	for _, d := range datasets {
		v.Datasets = append(v.Datasets, w.dataset(d))
	}
	for _, c := range codes {
		row := heldRow{Area: names[c], Expected: measure.None}
		if row.Area == "" {
			row.Area = w.t("区划不明", "area not told")
		}
		if n, ok := expected[c]; ok {
			row.Expected = measure.Grouped(n)
		}
		var sum int64
		for _, d := range datasets {
			row.Cells = append(row.Cells, measure.Grouped(byArea[c][d]))
			sum += byArea[c][d]
		}
		row.Total = measure.Grouped(sum)
		v.Areas = append(v.Areas, row)
	}
}

// input is one dataset that went into the figures.
type input struct {
	Dataset, Files, Rows, Accepted, Held, Repeated, Last string
}

// file is one loaded file.
type file struct {
	Name, Dataset, Loaded, Rows, Accepted, Quarantined, Repeated, Furniture string
}

func inputs(f *figures, w words) ([]input, []file) {
	type sum struct {
		files, rows, accepted, held, repeated int64
		last                                  time.Time
	}
	sums := map[string]*sum{}
	var files []file
	for _, l := range f.loads {
		s := sums[l.Dataset]
		if s == nil {
			s = &sum{}
			sums[l.Dataset] = s
		}
		s.files++
		s.rows += l.Rows
		s.accepted += l.Accepted
		s.held += l.Held
		s.repeated += l.Repeated
		if l.LoadedAt.After(s.last) {
			s.last = l.LoadedAt
		}
		files = append(files, file{
			// Where the file lay on that machine is nobody's business.
			Name:    path.Base(strings.ReplaceAll(l.File, `\`, "/")),
			Dataset: w.dataset(l.Dataset), Loaded: l.LoadedAt.Format("2006-01-02 15:04"), Rows: measure.Grouped(l.Rows),
			Accepted: measure.Grouped(l.Accepted), Quarantined: measure.Grouped(l.Quarantined),
			Repeated: measure.Grouped(l.Repeated), Furniture: measure.Grouped(l.Furniture),
		})
	}
	var names []string
	for d := range sums {
		names = append(names, d)
	}
	slices.Sort(names)
	var all []input
	for _, d := range names {
		s := sums[d]
		all = append(all, input{
			Dataset: w.dataset(d), Files: measure.Grouped(s.files), Rows: measure.Grouped(s.rows),
			Accepted: measure.Grouped(s.accepted), Held: measure.Grouped(s.held),
			Repeated: measure.Grouped(s.repeated), Last: s.last.Format("2006-01-02 15:04"),
		})
	}
	return all, files
}
