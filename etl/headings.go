package etl

import (
	"fmt"
	"strings"

	"canbao/etl/clean"
	"canbao/etl/refuse"
)

// Synonym is a header an office uses for a field, beyond those of the contract.
type Synonym struct {
	Dataset string // "" for every dataset that has the field
	Office  string // "" for files of any office
	Field   string // canonical name
	Header  string
	Where   string // file and line it was given in
}

// headings tell, per dataset, field and header as it is compared, how well the
// header names the field: 1 for the canonical name, then the dataset's own
// headers in their order, then those of other datasets - a synonym given once
// holds in every dataset that has the field (contract, section 2) - then those
// given in the settings.
type headings struct {
	office string
	ranks  map[*dataset][]map[string]int
	known  map[string]bool // every header there is a rank for
}

// vocabulary holds the headings everybody uses, then those of each office,
// which take in everybody's.
type vocabulary []*headings

// everybodys are the headers of the contract.
func everybodys() *headings {
	h := &headings{ranks: map[*dataset][]map[string]int{}, known: map[string]bool{}}
	for _, d := range datasets {
		h.ranks[d] = make([]map[string]int, len(d.fields))
		for i, f := range d.fields {
			h.ranks[d][i] = map[string]int{}
			h.add(d, i, f.name)
			for _, header := range f.headers {
				h.add(d, i, header)
			}
			for _, other := range datasets {
				if same := other.field(f.name); same != nil {
					for _, header := range same.headers {
						h.add(d, i, header)
					}
				}
			}
		}
	}
	return h
}

func (h *headings) add(d *dataset, i int, header string) {
	if key := clean.Header(header); h.ranks[d][i][key] == 0 {
		h.ranks[d][i][key] = 1 + len(h.ranks[d][i])
		h.known[key] = true
	}
}

// knows tells whether anybody calls a column so, with or without the marks that
// offices write around a header.
func (v vocabulary) knows(header string) bool {
	key := clean.Header(header)
	if key == "" {
		return false
	}
	name := key
	if strings.HasSuffix(key, ")") || strings.Contains(key, "*") {
		name = marks.ReplaceAllString(key, "")
	}
	for _, h := range v {
		if h.known[key] || h.known[name] {
			return true
		}
	}
	return false
}

// newVocabulary takes in the synonyms; office, where it is known, leaves only
// its own. Synonyms that cannot be meant are refused.
func newVocabulary(synonyms []Synonym, office string) (vocabulary, error) {
	v := vocabulary{everybodys()}
	if err := v[0].take(synonyms, ""); err != nil {
		return nil, err
	}
	if office != "" {
		v[0].office = office
		return v, v[0].take(synonyms, office)
	}
	done := map[string]bool{"": true}
	for _, s := range synonyms {
		if done[s.Office] {
			continue
		}
		done[s.Office] = true
		h := everybodys()
		h.office = s.Office
		for _, whose := range []string{"", s.Office} {
			if err := h.take(synonyms, whose); err != nil {
				return nil, err
			}
		}
		v = append(v, h)
	}
	return v, nil
}

// CheckSynonyms refuses synonyms that cannot be meant.
func CheckSynonyms(synonyms []Synonym) error {
	_, err := newVocabulary(synonyms, "")
	return err
}

// take adds the synonyms of an office.
func (h *headings) take(synonyms []Synonym, office string) error {
	for _, s := range synonyms {
		if s.Office != office {
			continue
		}
		held := false
		for _, d := range datasets {
			if s.Dataset != "" && s.Dataset != d.name {
				continue
			}
			for i, f := range d.fields {
				if f.name != s.Field {
					continue
				}
				held = true
				if other := h.fieldNamed(d, s.Header); other >= 0 && other != i {
					return s.refuse(
						fmt.Sprintf("表头“%s”在 %s 里已经是 %s", s.Header, d.title, d.fields[other].name),
						fmt.Sprintf("the header %q is that of %s in %s already", s.Header, d.fields[other].name, d.name),
						"一个表头只能对应一个字段", "a header can name one field only")
				}
				h.add(d, i, s.Header)
			}
		}
		switch {
		case s.Dataset != "" && datasetNamed(s.Dataset) == nil:
			return s.refuse("没有这一类数据："+s.Dataset, "no such dataset: "+s.Dataset,
				"可用的有："+strings.Join(Datasets(), "、"), "choose one of "+strings.Join(Datasets(), ", "))
		case !held:
			return s.refuse("没有这个字段："+s.Field, "no such field: "+s.Field,
				"可用的有："+strings.Join(FieldNames(s.Dataset), "、"), "choose one of "+strings.Join(FieldNames(s.Dataset), ", "))
		case clean.Header(s.Header) == "":
			return s.refuse(s.Field+" 的表头是空的", "the header of "+s.Field+" is empty", "请写上表头", "give a header")
		}
	}
	return nil
}

func (h *headings) fieldNamed(d *dataset, header string) int {
	for i := range d.fields {
		if h.ranks[d][i][clean.Header(header)] > 0 {
			return i
		}
	}
	return -1
}

func (s Synonym) refuse(zh, en, doZH, doEN string) error {
	return &refuse.Error{What: refuse.Text{ZH: zh, EN: en}, Where: s.Where, Do: refuse.Text{ZH: doZH, EN: doEN}}
}

// FieldNames are the canonical names of the fields of a dataset, of all of them
// for "".
func FieldNames(name string) []string {
	var names []string
	seen := map[string]bool{}
	for _, d := range datasets {
		if name != "" && d.name != name {
			continue
		}
		for _, f := range d.fields {
			if !seen[f.name] {
				seen[f.name] = true
				names = append(names, f.name)
			}
		}
	}
	return names
}
