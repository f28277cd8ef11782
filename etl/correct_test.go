package etl

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"canbao/etl/refuse"
)

const rosterHead = "姓名,身份证号,镇街,户籍,常住"

// heldBack loads three faulty rows, numbered 1 to 3, and a good one.
func heldBack(t *testing.T) *bench {
	b := newBench(t)
	b.load("a.csv", rosterHead+"\n"+
		"甲,"+idA[:17]+"0,佛堂镇,是,是\n"+
		"乙,"+idB+",火星镇,也许,是\n"+
		"丙,"+idC+",佛堂镇,也许,是\n"+
		"丁,330782199003030046,佛堂镇,是,是\n")
	return b
}

func (b *bench) held() (numbers string) {
	b.t.Helper()
	err := b.DB.QueryRow("select coalesce(string_agg(number, ' ' order by number), '') from raw.quarantine where released_by is null and dismissed is null").Scan(&numbers)
	if err != nil {
		b.t.Fatal(err)
	}
	return numbers
}

func TestCorrectedSheetReleases(t *testing.T) {
	b := heldBack(t)
	b.By = "王主任"
	r := b.load("fixed.csv", "暂存号,"+rosterHead+"\n"+
		"1,甲,"+idA+",佛堂镇,是,是\n"+ // right now
		"2,乙,"+idB+",佛堂镇,也许,是\n"+ // still wrong, in one thing less
		"9,戊,330782199104040040,佛堂镇,是,是\n") // no such number: an ordinary row
	if got, want := three(r), "3=2+1+0"; got != want {
		t.Errorf("rows = %s, want %s", got, want)
	}
	if got := b.held(); got != "2 3" {
		t.Errorf("held back: %s, want 2 3", got)
	}
	if r.Released != 1 || len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0].EN, "1 rows are not held back") {
		t.Errorf("released %d, warned %v", r.Released, r.Warnings)
	}
	n := b.count(`select count(*) from raw.correction where corrected_by = '王主任' and load = 2 and
		(number = 1 and released or number = 2 and not released and reasons = 'unknown_word:hukou')`)
	if n != 2 {
		t.Errorf("%d corrections on record, want 2", n)
	}
	if n := b.count("select count(*) from raw.quarantine"); n != 3 {
		t.Errorf("%d rows in quarantine, want the same three", n)
	}
}

// The column 更正 holds what is to be read instead of the one faulty cell, or
// names the cells it is for.
func TestCorrectionColumn(t *testing.T) {
	b := heldBack(t)
	r := b.load("fixed.csv", "暂存号,暂存原因,更正,"+rosterHead+"\n"+
		"1,校验位不对,"+idA+",甲,"+idA[:17]+"0,佛堂镇,是,是\n"+
		"2,,镇街=佛堂镇；户籍＝否,乙,"+idB+",火星镇,也许,是\n"+
		"3,,是,丙,"+idC+",佛堂镇,也许,是\n")
	if got, want := three(r), "3=3+0+0"; got != want {
		t.Errorf("rows = %s, want %s: %v", got, want, r.Reasons)
	}
	if got := b.held(); got != "" || len(r.Unknown) > 0 {
		t.Errorf("held back: %s, unknown columns %v, want none", got, r.Unknown)
	}
	if n := b.count("select count(*) from raw.roster where not hukou and town = '佛堂镇'"); n != 1 {
		t.Error("the named corrections did not arrive")
	}
}

func TestCorrectionThatDoesNotSayWhatFor(t *testing.T) {
	b := heldBack(t)
	r := b.load("fixed.csv", "暂存号,更正,"+rosterHead+"\n2,佛堂镇,乙,"+idB+",火星镇,也许,是\n")
	if got, want := three(r), "1=0+1+0"; got != want {
		t.Errorf("rows = %s, want %s", got, want)
	}
	if got := b.held(); got != "1 2 3" {
		t.Errorf("held back: %s, want all three", got)
	}
}

// Only a corrected sheet releases: the same rows sent again, right, do not.
func TestNothingElseReleases(t *testing.T) {
	b := heldBack(t)
	b.load("again.csv", rosterHead+"\n甲,"+idA+",佛堂镇,是,是\n")
	if got := b.held(); got != "1 2 3" {
		t.Errorf("held back: %s, want all three", got)
	}
}

func TestUnloadOfCorrections(t *testing.T) {
	b := heldBack(t)
	before := b.state()
	b.load("fixed.csv", "暂存号,"+rosterHead+"\n1,甲,"+idA+",佛堂镇,是,是\n2,乙,"+idB+",佛堂镇,也许,是\n")
	var refused *refuse.Error
	if _, err := Unload(context.Background(), b.DB, 1, "", time.Now()); !errors.As(err, &refused) || !strings.Contains(err.Error(), "corrected by load 2") {
		t.Errorf("taking back what is corrected: %v", err)
	}
	b.unload(2)
	if got := b.state(); got != before {
		t.Errorf("after:\n%s\nbefore:\n%s", got, before)
	}
	b.unload(1)
	if got := b.state(); got != "" {
		t.Errorf("left behind:\n%s", got)
	}
}

func TestMissingColumnIsNamed(t *testing.T) {
	b := newBench(t)
	b.load("底册1101.csv", rosterHead+",在校学生,备注\n甲,"+idA+",佛堂镇,是,是,是,x\n")
	r := b.load("底册1108.csv", rosterHead+"\n乙,"+idB+",佛堂镇,是,是\n")
	if len(r.Warnings) != 1 || !strings.HasSuffix(r.Warnings[0].ZH, "：在校学生、备注") {
		t.Errorf("warned %v, want the two columns by name", r.Warnings)
	}
	r = b.load("底册1109.csv", "姓名,公民身份号码,镇街,户籍,常住\n丙,"+idC+",佛堂镇,是,是\n")
	if len(r.Warnings) != 0 {
		t.Errorf("warned %v of a column that only goes by another name", r.Warnings)
	}
}

func TestPreviewChangesNothing(t *testing.T) {
	b := heldBack(t)
	before := b.state()
	first := b.write("p1.csv", rosterHead+",备注\n甲,"+idA+",佛堂镇,是,是,x\n丁,330782199003030046,佛堂镇,是,是,\n")
	second := b.write("p2.csv", "\n"+rosterHead+"\n甲,"+idA+",佛堂镇,是,是\n坏,1,佛堂镇,是,是\n")
	reports, err := b.Preview(context.Background(), []string{first, b.write("bad.csv", "a,b\n1,2\n"), second})
	var refused *refuse.Error
	if !errors.As(err, &refused) || len(reports) != 2 {
		t.Fatalf("%d reports, %v", len(reports), err)
	}
	if a, z := three(reports[0]), three(reports[1]); a != "2=1+0+1" || z != "2=0+1+1" {
		t.Errorf("previews %s and %s", a, z)
	}
	if got := b.state(); got != before {
		t.Errorf("after:\n%s\nbefore:\n%s", got, before)
	}
	want := Column{Header: "身份证号", Field: "id_no"}
	if c := reports[0].Columns; len(c) != 6 || c[1] != want || c[5].Field != "" {
		t.Errorf("columns %v", c)
	}
	if s := reports[0].Sample; len(s) != 2 || s[0][0] != "甲" {
		t.Errorf("sample %v", s)
	}
}

func TestSynonymsOfOffices(t *testing.T) {
	b := newBench(t)
	b.Synonyms = []Synonym{
		{Dataset: "roster", Field: "name", Header: "户内成员"},
		{Office: "税务局", Field: "id_no", Header: "纳税人号"},
		{Office: "公安局", Field: "id_no", Header: "公民号"},
	}
	r := b.load("a.csv", "户内成员,公民号,镇街,户籍,常住\n甲,"+idA+",佛堂镇,是,是\n")
	if r.Accepted != 1 || r.Office != "公安局" {
		t.Errorf("accepted %d as the file of %q", r.Accepted, r.Office)
	}
	b.Office = "税务局"
	_, err := b.Load(context.Background(), []string{b.write("b.csv", "姓名,公民号,镇街,户籍,常住\n甲,"+idB+",佛堂镇,是,是\n")})
	if err == nil || !strings.Contains(err.Error(), "id_no") {
		t.Errorf("headers of another office: %v", err)
	}
	for _, bad := range []Synonym{
		{Dataset: "rooster", Field: "name", Header: "x"}, {Field: "nam", Header: "x"},
		{Dataset: "roster", Field: "name", Header: "镇街"}, {Field: "name", Header: " "},
	} {
		if err := CheckSynonyms([]Synonym{bad}); err == nil {
			t.Errorf("%+v passed", bad)
		}
	}
}
