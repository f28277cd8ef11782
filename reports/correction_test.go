package reports

import (
	"strings"
	"testing"

	"canbao/models/measure"
)

// TestCorrection: a bulletin that is issued again says so first, what changed of
// the city and its towns in figures; the public edition says why, and no more.
func TestCorrection(t *testing.T) {
	r := special(t)
	for _, c := range []struct {
		lang    string
		edition measure.Edition
		changed int
		want    []string
		not     []string
	}{
		{"zh", measure.Internal, 1234, []string{"本期为第2版，替代2020年12月11日发的第1版。原因：补报。", "改动了1,234个数", "其间装载了：late.csv。"}, nil},
		{"en", measure.Internal, 0, []string{"This is revision 2; it replaces revision 1, issued on 11 December 2020. Reason: 补报.", "No figure has changed"}, nil},
		{"zh", measure.Public, 3, []string{"原因：补报。", "改动了3个数"}, []string{"late.csv"}},
	} {
		b := figures(t, r, measure.Ask{AsOf: day("2020-12-10"), Number: 3, Edition: c.edition})
		town := b.Areas[0]
		o := &Correction{Revision: 2, Replaces: 1, On: day("2020-12-11"), Reason: "**补报**", Changed: c.changed, Causes: []string{"其间装载了：late.csv。"},
			Changes: []Changed{{b.Items[0].ID, town.Code, "actual", "1234", "1235"}, {b.Items[0].ID, "no such area", "actual", "1", "2"},
				{b.Items[0].ID, town.Code, "rate", "0.1", "0.2"}, {"", town.Code, "rank", "", "1"}, {"gone", town.Code, "actual", "1", ""}}}
		d := compose(t, b, Options{Lang: c.lang, Correction: o})
		if s := d.City.Sections[0]; s.ID != "correction" {
			t.Errorf("%s %s: the first section is %s", c.lang, c.edition, s.ID)
		}
		var said strings.Builder
		for _, s := range d.Correction {
			said.WriteString(s.Text() + "\n")
		}
		for _, want := range c.want {
			if !strings.Contains(said.String(), want) {
				t.Errorf("%s %s does not say %s: %s", c.lang, c.edition, want, &said)
			}
		}
		for _, not := range c.not {
			if strings.Contains(said.String(), not) {
				t.Errorf("%s %s says %s", c.lang, c.edition, not)
			}
		}
		switch {
		case c.edition == measure.Public:
			if d.Corrected != nil {
				t.Error("the public edition tells two values of one number")
			}
		case len(d.Corrected.Rows) != 2 || d.Corrected.Rows[0].Cells[3].Number != 1234 || d.Corrected.Rows[1].Cells[3].Text != measure.None:
			t.Errorf("%s: %+v", c.lang, d.Corrected.Rows)
		}
		if page, err := d.HTML(); err != nil || !strings.Contains(string(page), map[string]string{"zh": "更正说明", "en": "Correction"}[c.lang]) {
			t.Errorf("%s: the page has no such section: %v", c.lang, err)
		}
	}
}
