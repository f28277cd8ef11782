package etl

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"canbao/etl/clean"
	"canbao/etl/refuse"
)

// FuzzRecognise: whatever stands in a header, it is recognised or refused in
// both languages, a column brings one field and a field comes from one column,
// the order of the columns is free, and a number of somebody is not repeated.
func FuzzRecognise(f *testing.F) {
	for _, d := range datasets {
		var own, first []string
		for _, field := range d.fields {
			own = append(own, field.name)
			if len(field.headers) > 0 {
				first = append(first, field.headers[0])
			}
		}
		f.Add(strings.Join(own, "|"), d.name)
		f.Add(strings.Join(first, "|"), "")
	}
	f.Add("姓名|姓 名|证件号码*|实缴金额（元）|*险种||年度\n|=\"缴费日期\"", "")
	f.Add("身份证号|险种|年度|应缴金额|参保状态|登记日期", "levy")
	f.Add("王小明|330782198001010012", "roster")
	f.Add("暂存号|更正|证件号码|姓名|户籍|常住|JSR", "roster")
	v, err := newVocabulary([]Synonym{{Field: "name", Header: "参保对象"}, {Office: "税务", Field: "amount", Header: "JSR", Dataset: "levy"}}, "")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text, only string) {
		if !utf8.ValidString(text) || only != "" && datasetNamed(only) == nil {
			t.Skip("no text of a file, no dataset")
		}
		headers := strings.Split(text, "|")
		m, err := v.recognise("a.csv", headers, only)
		turned := slices.Clone(headers)
		slices.Reverse(turned)
		other, otherErr := v.recognise("a.csv", turned, only)
		if (err == nil) != (otherErr == nil) || err == nil && m.dataset != other.dataset {
			t.Fatalf("%q: %v, %v; turned round %v, %v", headers, m, err, other, otherErr)
		}
		if err == nil && v.fit(headers) < 100 {
			t.Errorf("%q is recognised and fits %d", headers, v.fit(headers))
		}
		if err != nil {
			var no *refuse.Error
			if !errors.As(err, &no) || no.What.ZH == "" || no.What.EN == "" || no.Do.ZH == "" || no.Do.EN == "" {
				t.Fatalf("%q: %v, want a refusal", headers, err)
			}
			if said := no.What.ZH + no.What.EN; numberOfSomebody.MatchString(said) {
				t.Errorf("%q: refused with a number: %s", headers, said)
			}
			return
		}
		checkMapping(t, headers, m, only)
	})
}

func checkMapping(t *testing.T, headers []string, m *mapping, only string) {
	t.Helper()
	if only != "" && m.dataset.name != only {
		t.Errorf("%q is %s, asked for %s", headers, m.dataset.name, only)
	}
	used := map[int]bool{}
	for i, c := range m.columns {
		if c < 0 {
			continue
		}
		if c >= len(headers) || used[c] || clean.Header(headers[c]) == "" {
			t.Fatalf("%q: column %d brings %s", headers, c, m.dataset.fields[i].name)
		}
		used[c] = true
	}
	for i, f := range m.dataset.fields {
		if f.required && m.columns[i] < 0 {
			t.Errorf("%q is %s without %s", headers, m.dataset.name, f.name)
		}
	}
	if numberOfSomebody.MatchString(strings.Join(m.all, "|") + strings.Join(m.unknown, "|")) {
		t.Errorf("%q: repeated with a number: %q, %q", headers, m.all, m.unknown)
	}
}
