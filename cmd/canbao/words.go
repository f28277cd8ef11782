package main

import (
	"maps"
	"slices"
	"strings"

	"canbao/etl/refuse"
)

// datasetTitles are the datasets as people call them.
var datasetTitles = map[string]refuse.Text{
	"roster":       {ZH: "全民参保登记底册", EN: "roster"},
	"registration": {ZH: "参保登记", EN: "registrations"},
	"levy":         {ZH: "应征", EN: "levies"},
	"payment":      {ZH: "缴费", EN: "payments"},
	"subsidy":      {ZH: "资助与救助", EN: "subsidies"},
	"statement":    {ZH: "对账单", EN: "statements"},
	"headcount":    {ZH: "统计口径人数或任务数", EN: "headcounts"},
	"tally":        {ZH: "汇总上报数", EN: "tallies"},
	"visit":        {ZH: "走访反馈", EN: "visits"},
}

func datasetTitle(name, lang string) string {
	if t, ok := datasetTitles[name]; ok {
		return t.In(lang)
	}
	return name
}

// fieldTitles are the fields as the extracts head them.
var fieldTitles = map[string]refuse.Text{
	"id_no": {ZH: "证件号码", EN: "ID number"}, "id_type": {ZH: "证件类型", EN: "document type"},
	"name": {ZH: "姓名", EN: "name"}, "town": {ZH: "镇街", EN: "town"}, "village": {ZH: "村社", EN: "village"},
	"area_code": {ZH: "行政区划代码", EN: "area code"}, "hukou": {ZH: "本市户籍", EN: "local hukou"},
	"resident": {ZH: "常住", EN: "resident"}, "student": {ZH: "在校学生", EN: "student"}, "school": {ZH: "学校", EN: "school"},
	"exempt_reason": {ZH: "不应参保原因", EN: "reason of exemption"}, "exempt_from": {ZH: "不应参保日期", EN: "day of exemption"},
	"birth_date": {ZH: "出生日期", EN: "birth date"}, "sex": {ZH: "性别", EN: "sex"}, "phone": {ZH: "联系电话", EN: "phone"},
	"scheme": {ZH: "险种", EN: "scheme"}, "year": {ZH: "年度", EN: "year"}, "status": {ZH: "状态", EN: "status"},
	"registered_on": {ZH: "登记日期", EN: "day of registration"}, "ended_on": {ZH: "终止日期", EN: "day of ending"},
	"category": {ZH: "人员类别", EN: "category"}, "rights_on": {ZH: "权益记录日期", EN: "day rights begin"},
	"amount": {ZH: "金额", EN: "amount"}, "receipt": {ZH: "电子税票号码", EN: "receipt"}, "shares": {ZH: "份数", EN: "shares"},
	"kind": {ZH: "类型", EN: "kind"}, "paid_at": {ZH: "缴费日期", EN: "day of payment"},
	"credited_on": {ZH: "入库日期", EN: "day credited"}, "channel": {ZH: "缴费渠道", EN: "channel"}, "bank": {ZH: "银行", EN: "bank"},
	"refunds": {ZH: "原电子税票号码", EN: "receipt refunded"}, "collector": {ZH: "征收部门", EN: "collector"},
	"extent": {ZH: "资助方式", EN: "extent"}, "certified_from": {ZH: "认定日期", EN: "certified from"},
	"certified_to": {ZH: "认定终止日期", EN: "certified to"}, "granted_on": {ZH: "落实日期", EN: "day granted"},
	"office": {ZH: "经办部门", EN: "office"}, "date": {ZH: "日期", EN: "day"}, "source": {ZH: "来源", EN: "source"},
	"count": {ZH: "笔数", EN: "count"}, "measure": {ZH: "口径", EN: "measure"}, "value": {ZH: "人数", EN: "number"},
	"as_of": {ZH: "截止日期", EN: "as-of day"}, "indicator": {ZH: "指标", EN: "indicator"},
	"expected": {ZH: "应参保人数", EN: "expected"}, "actual": {ZH: "已参保人数", EN: "actual"},
	"person": {ZH: "人员代码", EN: "person code"}, "item": {ZH: "考核项", EN: "item"}, "answer": {ZH: "走访结果", EN: "answer"},
	"visited_on": {ZH: "走访日期", EN: "day of the visit"}, "proof": {ZH: "已看凭证", EN: "proof seen"},
	"visitor": {ZH: "走访人", EN: "visitor"}, "remark": {ZH: "走访备注", EN: "remark"},
}

// reasonTitles are the reasons that name no field.
var reasonTitles = map[string]refuse.Text{
	"id_length":      {ZH: "证件号码位数不对", EN: "ID number of wrong length"},
	"id_date":        {ZH: "证件号码里的出生日期不存在", EN: "ID number without a real birth date"},
	"id_checksum":    {ZH: "证件号码校验位不对", EN: "ID number with a wrong check digit"},
	"id_damaged":     {ZH: "证件号码被 Excel 损坏", EN: "ID number damaged by Excel"},
	"unknown_scheme": {ZH: "险种不认识", EN: "unknown scheme"},
	"unknown_area":   {ZH: "区划对不上", EN: "unknown area"},
	"unknown_person": {ZH: "人员代码对不上任何人", EN: "person code of nobody"},
	"other_person":   {ZH: "人员代码与证件号码不是同一人", EN: "person code and ID number of two people"},
	"other_area":     {ZH: "不是您负责区划的人", EN: "person of an area that is not yours"},
	"ragged":         {ZH: "列数与表头不符", EN: "cells do not match the header"},
}

// reasonForms are the reasons that name a field, after a colon.
var reasonForms = map[string]refuse.Text{
	"missing":      {ZH: "缺%s", EN: "%s missing"},
	"bad_date":     {ZH: "%s不是有效日期", EN: "%s is no valid day"},
	"bad_amount":   {ZH: "%s不是数", EN: "%s is no number"},
	"unknown_word": {ZH: "%s的写法不认识", EN: "%s not understood"},
}

// reasonText is a reason for holding a row back in words.
func reasonText(reason string) refuse.Text {
	if t, ok := reasonTitles[reason]; ok {
		return t
	}
	name, field, _ := strings.Cut(reason, ":")
	form, known := reasonForms[name]
	title, titled := fieldTitles[field]
	if !known || !titled {
		return refuse.Text{ZH: reason, EN: reason}
	}
	return refuse.Text{
		ZH: strings.Replace(form.ZH, "%s", title.ZH, 1),
		EN: strings.Replace(form.EN, "%s", title.EN, 1),
	}
}

// sortedReasons are the names of the reasons, in the order of text.
func sortedReasons(reasons map[string]int64) []string {
	return slices.Sorted(maps.Keys(reasons))
}
