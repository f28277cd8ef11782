package etl

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"canbao/etl/clean"
	"canbao/etl/refuse"
)

// The names of files and sheets are kept in the clear and published: a number in
// them is not.
func TestNamesOfFilesNameNobody(t *testing.T) {
	for name, want := range map[string]string{
		"底册/330782198001010012.csv":   "底册/330782************.csv",
		"王330782198001010012_2.xlsx":  "王330782************_2.xlsx",
		"３３０７８２１９８００１０１００１２.csv":      "330782************.csv",
		"330782800101001.csv":         "330782*********.csv", // of 15 digits
		"13812345678（赵）.csv":          "138********（赵）.csv",
		"20201105083015.csv":          "20201105083015.csv",
		"缴费20201105-20201130.csv":     "缴费20201105-20201130.csv",
		"330782198001010013.csv":      "330782198001010013.csv", // nobody's: wrong check digit
		"3307821980010100121980.csv":  "3307821980010100121980.csv",
		"44078220210000123456789.csv": "44078220210000123456789.csv",
		"":                            "",
	} {
		if got := nobody(name, clean.DayOf(time.Now())); got != want {
			t.Errorf("%s is kept as %s, want %s", name, got, want)
		}
	}
	b := newBench(t)
	r := b.load(idA+".csv", rosterHead+"\n甲,"+idA+",佛堂镇,是,是\n")
	if !strings.HasSuffix(r.File, idA+".csv") {
		t.Errorf("the report names %s", r.File)
	}
	if n := b.count("select count(*) from raw.load where contains(file, '" + idA + "') or not contains(file, '" + idA[:6] + "***')"); n != 0 {
		t.Error("the ledger names somebody")
	}
}

// A refusal repeats headers, but nothing that may be somebody's name.
func TestRefusalsNameHeadersAndNobody(t *testing.T) {
	v, err := newVocabulary([]Synonym{{Field: "name", Header: "参保对象"}}, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ headers, zh, en string }{
		{"姓名|身份证号|参保档次|备注", "姓名、身份证号、参保档次、备注", "姓名、身份证号、参保档次、备注"},
		{"参保对象| 缴款 日期（必填）|经办人编号", "参保对象、缴款 日期（必填）、经办人编号", ""},
		{"AAC999|sfz_hm|XM|foo||甲", "AAC999、sfz_hm、XM、foo、甲", ""},
		{"王小明|欧阳娜娜|阿卜杜拉·买买提", "没有，第一行不像表头", "none, the first row does not look like headers"},
		{"姓名|王小明|身份证|张明", "姓名（另有 3 格不像表头，不显示）", "姓名 (and 3 cells that do not look like headers, not shown)"},
		{"SMITH JOHN|Smith|WANG|名称", "名称（另有 3 格不像表头，不显示）", ""},
		{"王 明|王\n小明|'王小明'|王小明（户主）|王小明同志现住佛堂镇街道办事处二楼办公室", "没有，第一行不像表头", ""},
		{"姓名|王小明3307821", "没有，第一行就是数据", "none, the first row is data"},
	} {
		_, err := v.recognise("a.csv", strings.Split(c.headers, "|"), "")
		if err == nil {
			t.Fatalf("%s is recognised", c.headers)
		}
		var no *refuse.Error
		if !errors.As(err, &no) {
			t.Fatalf("%s: %v, want a refusal", c.headers, err)
		}
		what := no.What
		if !strings.Contains(what.ZH, "读到的表头："+c.zh+"。") || c.en != "" && !strings.Contains(what.EN, "Headers found: "+c.en+".") {
			t.Errorf("%s: %q", c.headers, what)
		}
	}
}

// What is noted and said of columns that are kept out is not somebody's number,
// nor who signed.
func TestColumnsNameNobody(t *testing.T) {
	said := spoken([]string{"姓名", "制表人：王小明", "审核: 李 梅", "填表人（签字）：", "金额：元", "王330782198001010012", "经办人员：\n王小明 电话：1"})
	want := []string{"姓名", "制表人：…", "审核:…", "填表人（签字）：", "金额：元", "…", "经办人员：…"}
	if !slices.Equal(said, want) {
		t.Errorf("%q, want %q", said, want)
	}
}
