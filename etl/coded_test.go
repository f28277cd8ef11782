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

// TestVisitsWithinAreas loads a sheet for one town: what was written about people
// of another town, of none that can be told, or of nobody on the roster is held
// back; rows with nothing on them pass. Nor does a sheet of rows held back release
// what another town has brought.
func TestVisitsWithinAreas(t *testing.T) {
	b := newBench(t)
	const foreign, nowhere, city = "E12345678", "330782198506060066", "330782"
	b.load("roster.csv", "证件号码,证件类型,姓名,镇街,村社,本市户籍,常住\n"+idA+",,甲,佛堂镇,,是,是\n"+idB+",,乙,稠城街道,向阳社区,是,是\n"+foreign+",护照,丁,佛堂镇,王宅村,是,是\n")
	s := b.Key.Sealer()
	code := func(document, number string) string {
		p := s.Person(document, []byte(number))
		return hex.EncodeToString(p[:])
	}
	sheet := "证件号码,证件类型,考核项,走访结果,走访日期,人员代码\n"
	for _, row := range []string{
		",,medical_hukou,愿缴,2020-12-01," + code("", idA),
		",,medical_hukou,愿缴,2020-12-01," + code("护照", foreign),
		",,medical_hukou,愿缴,2020-12-01," + code("", idB),
		idB + ",,medical_hukou,愿缴,2020-12-02,",
		",,medical_hukou,,," + code("", idB),
		nowhere + ",,medical_hukou,愿缴,2020-12-01,",
	} {
		sheet += row + "\n"
	}
	town := *b.Loader
	town.Within = []string{"330782100"}
	mine := &bench{Loader: &town, t: t, dir: b.dir}
	report := mine.load("visits.csv", sheet)
	if got := three(report); got != "6=3+3+0" || report.Reasons["other_area"] != 3 {
		t.Errorf("for one town %s, %v", got, report.Reasons)
	}
	held := b.heldBy(report.Load)
	if len(held) != 3 || held[0].Line != 4 || held[1].Line != 5 || held[2].Line != 7 {
		t.Errorf("held back %v", held)
	}
	corrected := "暂存号,证件号码,考核项,走访结果,走访日期\n1," + idA + ",medical_hukou,愿缴,2020-12-03\n"
	if _, err := mine.Load(t.Context(), []string{b.write("mine.csv", corrected)}); err == nil || !strings.Contains(err.Error(), "rows held back") {
		t.Errorf("a town releases what is held back: %v", err)
	}
	if got := three(b.load("corrected.csv", corrected)); got != "1=1+0+0" {
		t.Errorf("whoever may load for everybody releases it: %s", got)
	}
	// A village of the city's other town, and the city itself.
	for within, want := range map[string]string{"330782001001": "1=1+0+0", "330782001002": "1=0+1+0", city: "1=1+0+0"} {
		town.Within = []string{within}
		day := map[string]string{"330782001001": "11", "330782001002": "12", city: "13"}[within]
		if got := three(mine.load(within+".csv", "证件号码,考核项,走访结果,走访日期\n"+idB+",medical_hukou,愿缴,2020-12-"+day+"\n")); got != want {
			t.Errorf("for %s %s, want %s", within, got, want)
		}
	}
}
