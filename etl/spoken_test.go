package etl

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"canbao/etl/refuse"
)

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
