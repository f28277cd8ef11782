package etl

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"canbao/etl/seal"
)

// TestVisitsByPersonCode loads a masked sheet that came back: the code alone
// tells who is meant, for documents too long to pack as well, and a row whose
// code was changed, made up, or put beside somebody else's number is held back.
func TestVisitsByPersonCode(t *testing.T) {
	b := newBench(t)
	const officer = "军字第123456789012345号"
	b.load("roster.csv", "证件号码,证件类型,姓名,镇街,本市户籍,常住\n"+idA+",,甲,佛堂镇,是,是\n"+idB+",,乙,佛堂镇,是,是\n"+officer+",军官证,丙,佛堂镇,是,是\nE12345678,护照,丁,佛堂镇,是,是\n")
	s := b.Key.Sealer()
	a, other, long := s.Person("", []byte(idA)), s.Person("", []byte(idB)), s.Person("军官证", []byte(officer))
	abroad, nobody := s.Person("护照", []byte("E12345678")), s.Person("护照", []byte("E12345679"))
	changed := a
	changed[15] ^= 1
	stranger, err := seal.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := stranger.Sealer().Person("", []byte(idA))
	rows := []struct{ code, number, reasons string }{
		{code(a), seal.MaskNumber(idA), ""},
		{strings.ToUpper(strings.ReplaceAll(code(other), "-", "")), "", ""},
		{code(long), seal.MaskNumber(officer), ""},
		{code(a), idA, ""},
		{code(a), " ３３０７82197001010018", ""},
		{code(abroad), "E12345678", ""},
		{code(nobody), "", "unknown_person"}, // opens to a passport, as chance bytes may
		{code(a), seal.MaskNumber(idB), "other_person"},
		{code(a), idB, "other_person"},
		{code(long), officer + "1", "other_person"},
		{code(changed), "", "unknown_person"},
		{code(elsewhere), "", "unknown_person"}, // printed under another key
		{code(a)[:35], "", "unknown_person"},
		{code(a) + "0", "", "unknown_person"},
		{code(a) + "00", "", "unknown_person"},
	}
	var sheet strings.Builder
	sheet.WriteString("证件号码,考核项,走访结果,走访日期,人员代码\n")
	want := map[int64]string{}
	for i, r := range rows {
		fmt.Fprintf(&sheet, "%s,medical_hukou,愿缴,2020-12-%02d,%s\n", r.number, i+1, r.code)
		if r.reasons != "" {
			want[int64(i+2)] = r.reasons
		}
	}
	report := b.load("visits.csv", sheet.String())
	if got := three(report); got != "15=6+9+0" || len(report.Unknown) != 0 {
		t.Errorf("visits %s, unknown columns %v", got, report.Unknown)
	}
	// The same rows in another file are repeats, whoever is told by a code.
	if got := three(b.load("again.csv", sheet.String()+"\n")); got != "15=0+9+6" {
		t.Errorf("loaded again %s", got)
	}
	got := map[int64]string{}
	for _, h := range b.heldBy(report.Load) {
		got[h.Line] = h.Reasons
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("held back %v, want %v", got, want)
	}
	for line, p := range map[int]seal.Person{2: a, 3: other, 4: long, 5: a, 6: a, 7: abroad} {
		if n := b.count(fmt.Sprintf("select count(*) from raw.visit where not repeated and line = %d and person = '%s'", line, code(p))); n != 1 {
			t.Errorf("line %d is not about whom it was meant for", line)
		}
	}
}

// code is a person key as lists print it.
func code(p seal.Person) string {
	h := hex.EncodeToString(p[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
