package clean

import (
	"testing"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ name, cell, text, label string }{
		{"plain", "王小明", "王小明", "王小明"},
		{"latin", "Wang Xiaoming", "Wang Xiaoming", "WangXiaoming"},
		{"empty", "", "", ""},
		{"blank", " \t　\u00a0", "", ""},
		{"quotes alone", `'"`, "", ""},
		{"wrapper alone", `=""`, "", ""},
		{"invisible alone", "\u200b\ufeff", "", ""},
		{"trailing tab", "王小明\t", "王小明", "王小明"},
		{"leading apostrophe", "'王小明", "王小明", "王小明"},
		{"full-width letters and digits", "ＡＢ１２", "AB12", "AB12"},
		{"full-width brackets", "村（社区）", "村(社区)", "村(社区)"},
		{"look-alike radicals", "⽅⼩⽉", "方小月", "方小月"},
		{"half-width katakana of a typist", "ｱ", "ア", "ア"},
		{"blank inside", "王 明", "王 明", "王明"},
		{"full-width blank inside", "王　明", "王 明", "王明"},
		{"line break inside", "稠城\r\n街道", "稠城  街道", "稠城街道"},
		{"zero-width inside", "稠\u200b城", "稠城", "稠城"},
		{"middle dot of a name", "阿依古丽·买买提", "阿依古丽·买买提", "阿依古丽·买买提"},
		{"apostrophe inside", "O'Neil", "O'Neil", "O'Neil"},
		{"wrapped", `="稠城街道"`, "稠城街道", "稠城街道"},
		{"wrapped with curly quotes", "=“稠城街道”", "稠城街道", "稠城街道"},
		{"wrapped and apostrophe", `'="稠城街道"`, "稠城街道", "稠城街道"},
		{"rare character beyond the first plane", "𠮷野", "𠮷野", "𠮷野"},
		{"equals sign of a text", "=SUM", "=SUM", "=SUM"},
	} {
		if got := string(Text([]byte("kept "), []byte(c.cell))); got != "kept "+c.text {
			t.Errorf("%s: Text(%q) = %q, want %q", c.name, c.cell, got, c.text)
		}
		if got := string(Label([]byte("kept "), []byte(c.cell))); got != "kept "+c.label {
			t.Errorf("%s: Label(%q) = %q, want %q", c.name, c.cell, got, c.label)
		}
		if got := Empty([]byte(c.cell)); got != (c.text == "") {
			t.Errorf("%s: Empty(%q) = %v", c.name, c.cell, got)
		}
	}
}

func TestHeader(t *testing.T) {
	for a, b := range map[string]string{
		"certno": " CERTNO ", "aac002": "ＡＡＣ００２", "证件号码": "证件\n号码", "镇(街道)": "镇（街道）", "金额": "'金额\t", "elec_taxrpt_no": "ELEC_TAXRPT_NO",
	} {
		if Header(a) != Header(b) {
			t.Errorf("headers %q and %q are told apart: %q, %q", a, b, Header(a), Header(b))
		}
	}
	if Header("金额") == Header("实缴金额") {
		t.Error("two headers are one")
	}
}

func TestVocabularies(t *testing.T) {
	for _, c := range []struct {
		name  string
		words Vocabulary
		says  map[string][]string
		not   []string
	}{
		{"scheme", Scheme, map[string][]string{
			"pension":           {"pension", "城乡居民基本养老保险", "城乡居民养老", "居民养老"},
			"medical":           {"medical", "城乡居民基本医疗保险", "城乡居民医疗", "居民医保", "MEDICAL", " 居民 医保\t", "'居民医保", `="居民医保"`},
			"critical":          {"critical", "大病保险", "大病保险选缴", "大病选缴"},
			"employee_pension":  {"employee_pension", "职工养老", "企业职工基本养老保险", "机关事业单位养老"},
			"employee_medical":  {"employee_medical", "职工医保", "职工基本医疗保险"},
			"elsewhere_pension": {"elsewhere_pension", "异地养老"},
			"elsewhere_medical": {"elsewhere_medical", "异地医保"},
		}, []string{"", "养老", "医保", "工伤保险", "居民医保2021"}},
		{"status", Status, map[string][]string{
			"active": {"正常参保", "正常 参保"}, "paused": {"暂停参保"}, "ended": {"终止参保"}}, []string{"", "参保", "已死亡"}},
		{"kind of payment", PaymentKind, map[string][]string{"": {"缴费"}, "refund": {"退费"}, "reversal": {"冲正"}}, []string{"", "补缴"}},
		{"status of payment", PaymentStatus, map[string][]string{"": {"成功", " 成功"}, "failed": {"失败"}}, []string{"", "处理中"}},
		{"extent", Extent, map[string][]string{"": {"全额"}, "part": {"部分"}}, []string{"", "一半"}},
		{"kind of subsidy", SubsidyKind, map[string][]string{"funding": {"资助参保"}, "assistance": {"医疗救助"}}, []string{"", "救助"}},
		{"source", Source, map[string][]string{"tax": {"税务"}, "treasury": {"国库"}, "bank": {"银行"}, "medical": {"医保"}}, []string{"", "财政"}},
		{"collector", Collector, map[string][]string{"tax": {"税务"}, "medical": {"医保"}}, []string{"", "银行"}},
		{"sex", Sex, map[string][]string{"男": {"男"}, "女": {"女", " 女"}}, []string{"", "不详"}},
	} {
		for want, cells := range c.says {
			for _, cell := range cells {
				if got, ok := c.words.Read([]byte(cell)); !ok || got != want {
					t.Errorf("%s: %q is read %q, %v, want %q", c.name, cell, got, ok, want)
				}
			}
		}
		for _, cell := range c.not {
			if got, ok := c.words.Read([]byte(cell)); ok {
				t.Errorf("%s: %q is read %q, want none", c.name, cell, got)
			}
		}
	}
}

func TestYesNo(t *testing.T) {
	for _, yes := range []string{"是", "1", "Y", "y", "true", "TRUE", "True", "Ｙ", "１", " 是\t", "'1", `="是"`} {
		if got, ok := YesNo([]byte(yes)); !ok || !got {
			t.Errorf("YesNo(%q) = %v, %v, want yes", yes, got, ok)
		}
	}
	for _, no := range []string{"否", "0", "N", "n", "false", "FALSE", "Ｎ", "０", "否 "} {
		if got, ok := YesNo([]byte(no)); !ok || got {
			t.Errorf("YesNo(%q) = %v, %v, want no", no, got, ok)
		}
	}
	for _, cell := range []string{"", " ", "2", "是否", "未知", "-"} {
		if _, ok := YesNo([]byte(cell)); ok {
			t.Errorf("YesNo(%q) is read, want none", cell)
		}
	}
}
