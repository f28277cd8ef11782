package etl

import "canbao/etl/clean"

// kind is how the cells of a field are read and stored.
type kind uint8

const (
	kindID     kind = iota // document number: becomes the person key
	kindPerson             // person key as a list printed it (人员代码)
	kindIDType             // document type, beside the number
	kindSealed             // name or phone: stored as ciphertext
	kindText               // free text, NFKC, trimmed
	kindLabel              // area name or code: text without any blank
	kindDay                // a day
	kindPast               // a day not after the load day
	kindTime               // a moment not after the load day, to the second
	kindYear               // a year, or a day whose year it is
	kindFen                // money
	kindCount              // a whole number, not negative
	kindYesNo              // yes or no
	kindWord               // one of the words of its vocabulary
)

// field is one column of a dataset: its canonical name, the headers accepted
// for it and how its cells are read.
type field struct {
	name     string
	kind     kind
	required bool // the column must be there and its cells filled
	words    clean.Vocabulary
	headers  []string
}

// dataset is one kind of extract (contract, section 2).
type dataset struct {
	name   string
	title  string // the Chinese name
	fields []field
	// key is the SQL of what makes two rows speak of the same thing; no part
	// of it is ever NULL.
	key []string
	// parts are the fields and derived columns the key is made of.
	parts []string
	// partly is one that only some rows have in it: those of which is true.
	partly string
	when   func(s *sheet, r int) bool
	// placed tells that a row whose area cannot be told is held back.
	placed bool
	// whole tells that the row's area is its subject and must be told in full.
	whole bool
	// coded tells that a row says whom it is about by the person key or by the
	// number of the document, at least one of them.
	coded bool
	// beside are headers of the sheet the program itself prints for the dataset
	// that tell its reader something and bring nothing.
	beside []string
	// derived are columns computed from others, stored beside the fields.
	derived []string
}

func (d *dataset) field(name string) *field {
	for i := range d.fields {
		if d.fields[i].name == name {
			return &d.fields[i]
		}
	}
	return nil
}

func (d *dataset) required() int {
	n := 0
	for _, f := range d.fields {
		if f.required {
			n++
		}
	}
	if d.whole {
		n++ // the area, by code or by name
	}
	if d.coded {
		n++ // the person, by key or by number
	}
	return n
}

func need(name string, k kind, headers ...string) field {
	return field{name: name, kind: k, required: true, headers: headers}
}

func may(name string, k kind, headers ...string) field {
	return field{name: name, kind: k, headers: headers}
}

func word(f field, v clean.Vocabulary) field {
	f.words = v
	return f
}

// Fields that several datasets share.
var (
	fieldID     = need("id_no", kindID, "证件号码", "身份证号", "身份证号码", "公民身份号码", "NSRSBH", "CERTNO", "AAC002")
	fieldIDType = may("id_type", kindIDType, "证件类型")
	fieldName   = may("name", kindSealed, "姓名", "NSRMC", "PSN_NAME", "AAC003")
	fieldTown   = may("town", kindLabel, "镇街", "乡镇街道", "街道乡镇", "镇（街道）")
	fieldVill   = may("village", kindLabel, "村社", "村（社区）", "村居", "行政村")
	fieldArea   = may("area_code", kindLabel, "行政区划代码", "区划代码")
	fieldScheme = word(need("scheme", kindWord, "险种", "征收品目"), clean.Scheme)
	fieldYear   = need("year", kindYear, "年度", "参保年度", "费款所属期起", "SKSSQQ")
	fieldDue    = need("amount", kindFen, "应缴金额", "应征金额", "YBTSE")
	fieldPaid   = need("amount", kindFen, "实缴金额", "金额", "SJJE")
)

func nameRequired() field {
	f := fieldName
	f.required = true
	return f
}

func mayID() field {
	f := fieldID
	f.required = false
	return f
}

// datasets are all the kinds of extract, in the contract's order.
var datasets = []*dataset{
	{
		name: "roster", title: "全民参保登记底册", placed: true,
		derived: []string{"id_born", "id_sex"},
		key:     []string{"person"},
		parts:   []string{"person"},
		fields: []field{
			fieldID, fieldIDType, nameRequired(), fieldTown, fieldVill, fieldArea,
			need("hukou", kindYesNo, "本市户籍", "户籍"),
			need("resident", kindYesNo, "常住", "常住人口"),
			may("student", kindYesNo, "在校学生"),
			may("school", kindText, "学校"),
			may("exempt_reason", kindText, "不应参保原因"),
			may("exempt_from", kindDay, "不应参保日期"),
			may("birth_date", kindDay, "出生日期"),
			word(may("sex", kindWord, "性别"), clean.Sex),
			may("phone", kindSealed, "联系电话", "手机号"),
		},
	},
	{
		name: "registration", title: "参保登记",
		key: []string{"person", "scheme", "coalesce(year, 0)",
			"case when year is null then registered_on else date '1970-01-01' end"},
		parts:  []string{"person", "scheme", "year"},
		partly: "registered_on",
		when:   func(s *sheet, r int) bool { return s.none("year", r) },
		fields: []field{
			fieldID, fieldIDType, fieldName, fieldScheme,
			may("year", kindYear, "年度", "参保年度", "费款所属期起", "SKSSQQ"),
			word(need("status", kindWord, "参保状态"), clean.Status),
			need("registered_on", kindDay, "登记日期", "参保日期"),
			may("ended_on", kindDay, "终止日期"),
			fieldTown, fieldVill, fieldArea,
			may("category", kindText, "人员类别"),
			may("rights_on", kindDay, "权益记录日期"),
		},
	},
	{
		name: "levy", title: "应征",
		key:   []string{"person", "scheme", "year"},
		parts: []string{"person", "scheme", "year"},
		fields: []field{
			fieldID, fieldIDType, fieldName, fieldScheme, fieldYear, fieldDue,
			fieldTown, fieldVill, fieldArea,
		},
	},
	{
		name: "payment", title: "缴费",
		derived: []string{"back"},
		key: []string{"receipt", "person", "scheme", "year", "back",
			"case when back then paid_at else timestamp '1970-01-01' end"},
		parts:  []string{"receipt", "person", "scheme", "year", "back"},
		partly: "paid_at",
		when:   func(s *sheet, r int) bool { return s.back[r] },
		fields: []field{
			need("receipt", kindText, "电子税票号码", "票号", "DZSPHM", "ELEC_TAXRPT_NO"),
			fieldID, fieldIDType, fieldName, fieldScheme, fieldYear, fieldPaid,
			may("shares", kindCount, "份数"),
			word(may("kind", kindWord, "业务类型"), clean.PaymentKind),
			need("paid_at", kindTime, "缴费日期", "缴费时间", "缴款日期"),
			may("credited_on", kindPast, "入库日期"),
			may("channel", kindText, "缴费渠道"),
			may("bank", kindText, "银行", "开户银行"),
			word(may("status", kindWord, "状态", "缴费状态"), clean.PaymentStatus),
			may("refunds", kindText, "原电子税票号码", "原票号"),
			word(may("collector", kindWord, "征收部门"), clean.Collector),
			fieldTown, fieldVill, fieldArea,
		},
	},
	{
		name: "subsidy", title: "资助与救助",
		key:   []string{"person", "scheme", "year", "kind", "category"},
		parts: []string{"person", "scheme", "year", "kind", "category"},
		fields: []field{
			fieldID, fieldIDType, fieldName,
			need("category", kindText, "困难类别", "救助对象类别"),
			word(need("kind", kindWord, "资助类型"), clean.SubsidyKind),
			fieldScheme, fieldYear,
			may("amount", kindFen, "资助金额"),
			word(may("extent", kindWord, "资助方式"), clean.Extent),
			need("certified_from", kindDay, "认定日期", "认定起始日期"),
			may("certified_to", kindDay, "认定终止日期"),
			may("granted_on", kindDay, "落实日期", "资助日期"),
			may("office", kindText, "经办部门"),
			fieldTown, fieldVill, fieldArea,
		},
	},
	{
		name: "statement", title: "对账单",
		key:   []string{"date", "source", "scheme", "coalesce(channel, '')", "coalesce(bank, '')"},
		parts: []string{"date", "source", "scheme", "channel", "bank"},
		fields: []field{
			need("date", kindDay, "日期", "对账日期"),
			word(need("source", kindWord, "来源"), clean.Source),
			fieldScheme,
			may("channel", kindText, "缴费渠道"),
			may("bank", kindText, "银行", "开户银行"),
			need("count", kindCount, "笔数"),
			fieldPaid,
		},
	},
	{
		name: "headcount", title: "统计口径人数或任务数", placed: true, whole: true,
		derived: []string{"area"},
		key:     []string{"area", "measure", "coalesce(as_of, date '0001-01-01')"},
		parts:   []string{"area", "measure", "as_of"},
		fields: []field{
			fieldArea, fieldTown, fieldVill,
			need("measure", kindText, "口径", "指标"),
			need("value", kindCount, "人数", "任务数"),
			may("as_of", kindDay, "统计日期"),
		},
	},
	{
		name: "tally", title: "汇总上报数", placed: true, whole: true,
		derived: []string{"area"},
		key:     []string{"area", "indicator", "as_of"},
		parts:   []string{"area", "indicator", "as_of"},
		fields: []field{
			fieldArea, fieldTown, fieldVill,
			need("indicator", kindText, "指标"),
			need("as_of", kindDay, "截止日期"),
			need("expected", kindCount, "应参保人数", "任务数"),
			need("actual", kindCount, "已参保人数", "完成数"),
		},
	},
	{
		name: "visit", title: "走访反馈", coded: true,
		beside: []string{"序号", "no.", "村社", "area", "姓名", "name", "联系电话", "phone", "未参保原因", "reason",
			"上次走访", "last visit", "区划代码", "area_code"},
		key:   []string{"person", "item", "coalesce(visited_on, date '0001-01-01')"},
		parts: []string{"person", "item", "visited_on"},
		fields: []field{
			may("person", kindPerson, "人员代码"),
			mayID(), fieldIDType,
			need("item", kindLabel, "考核项"),
			word(need("answer", kindWord, "走访结果", "反馈结果"), clean.Answer),
			need("visited_on", kindPast, "走访日期"),
			may("proof", kindYesNo, "已看凭证"),
			may("visitor", kindSealed, "走访人"),
			may("remark", kindSealed, "走访备注"),
		},
	},
}

// Datasets are the names a file can be loaded as, in the contract's order.
func Datasets() []string {
	names := make([]string, len(datasets))
	for i, d := range datasets {
		names[i] = d.name
	}
	return names
}

func datasetNamed(name string) *dataset {
	for _, d := range datasets {
		if d.name == name {
			return d
		}
	}
	return nil
}
