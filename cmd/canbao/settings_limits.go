package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"canbao/etl/refuse"
	"canbao/reports/access"
)

// limitsKey is the setting of what a role may ask for at most: like synonyms it
// stands in canbao.yaml alone.
const limitsKey = "limits"

// limitsExample is what a new canbao.yaml says of it.
var limitsExample = refuse.Text{
	ZH: `
# 每个角色一次查询的上限，没写的用默认值（canbao user limits 列出）。
#limits:
#  analyst: {time: 5m, memory: 1GB, threads: 2, rows: 1000000, bytes: 4GB, export_rows: 20000000, concurrent: 4}
`,
	EN: `
# How much a role may ask for; what is not named keeps its default (canbao user
# limits lists them).
#limits:
#  analyst: {time: 5m, memory: 1GB, threads: 2, rows: 1000000, bytes: 4GB, export_rows: 20000000, concurrent: 4}
`}

// limitRow is one limit: how it is read into a role's limits and shown.
type limitRow struct {
	key   string
	title refuse.Text
	form  refuse.Text // what is expected
	set   func(l *access.Limits, value string) bool
	show  func(l access.Limits) any
}

var limitTable = []limitRow{
	{"time", refuse.Text{ZH: "时间", EN: "time"}, refuse.Text{ZH: "如 30s、5m", EN: "such as 30s or 5m"},
		func(l *access.Limits, v string) bool {
			d, err := time.ParseDuration(v)
			l.Time = d
			return err == nil && d > 0
		}, func(l access.Limits) any { return shortDuration(l.Time) }},
	{"memory", refuse.Text{ZH: "内存", EN: "memory"}, refuse.Text{ZH: "如 512MB、2GB", EN: "such as 512MB or 2GB"},
		func(l *access.Limits, v string) bool { l.Memory = v; return memoryForm.MatchString(v) },
		func(l access.Limits) any { return l.Memory }},
	{"threads", refuse.Text{ZH: "线程", EN: "threads"}, wholeNumber,
		func(l *access.Limits, v string) (ok bool) {
			n, ok := wholeFrom1(v)
			l.Threads = int(n)
			return ok && n <= 1024
		}, func(l access.Limits) any { return l.Threads }},
	{"rows", refuse.Text{ZH: "行数", EN: "rows"}, wholeNumber,
		func(l *access.Limits, v string) (ok bool) { l.Rows, ok = wholeFrom1(v); return ok },
		func(l access.Limits) any { return l.Rows }},
	{"bytes", refuse.Text{ZH: "结果大小", EN: "size of the answer"}, refuse.Text{ZH: "字节数，或如 64MB、4GB", EN: "bytes, or such as 64MB or 4GB"},
		func(l *access.Limits, v string) (ok bool) { l.Bytes, ok = sizeOf(v); return ok },
		func(l access.Limits) any { return l.Bytes }},
	{"export_rows", refuse.Text{ZH: "导出行数", EN: "rows exported"}, wholeNumber,
		func(l *access.Limits, v string) (ok bool) { l.ExportRows, ok = wholeFrom1(v); return ok },
		func(l access.Limits) any { return l.ExportRows }},
	{"concurrent", refuse.Text{ZH: "同时查询", EN: "queries at once"}, wholeNumber,
		func(l *access.Limits, v string) (ok bool) {
			n, ok := wholeFrom1(v)
			l.Concurrent = int(n)
			return ok && n <= 1024
		}, func(l access.Limits) any { return l.Concurrent }},
}

var wholeNumber = refuse.Text{ZH: "不小于 1 的整数", EN: "a whole number from 1"}

func wholeFrom1(v string) (int64, bool) {
	n, err := strconv.ParseInt(strings.ReplaceAll(v, "_", ""), 10, 64)
	return n, err == nil && n > 0
}

// sizeOf reads bytes: a number, or one of thousands or of 1024s with its unit.
func sizeOf(v string) (int64, bool) {
	parts := memoryForm.FindStringSubmatch(v)
	if parts == nil {
		return wholeFrom1(v)
	}
	number, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(v, parts[2])), 64)
	base := 1000.0
	if len(parts[2]) == 3 {
		base = 1024
	}
	for range 1 + strings.IndexByte("KMGT", parts[2][0]) {
		number *= base
	}
	return int64(number), err == nil && number >= 1 && number < 1<<62
}

// shortDuration is a duration without the parts that are zero: 5m, not 5m0s.
func shortDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// readLimits reads the roles under limits; every refusal names file, line and
// key.
func readLimits(file string, roles *yaml.Node) (access.LimitBook, error) {
	if roles.Kind != yaml.MappingNode {
		return nil, badLimits(file, roles, "应为“角色: 上限”的列表", "expected a list of role: limits")
	}
	book := access.LimitBook{}
	for i := 0; i+1 < len(roles.Content); i += 2 {
		key, value := roles.Content[i], roles.Content[i+1]
		role := access.Role(key.Value)
		if !role.Known() {
			return nil, badKey(file, key, refuse.Text{ZH: "不是角色", EN: "is no role"}, knownRoles())
		}
		if _, twice := book[role]; twice {
			return nil, badKey(file, key, refuse.Text{ZH: "重复出现", EN: "stands twice"}, refuse.Text{ZH: "请删去一处", EN: "delete one of them"})
		}
		if value.Kind != yaml.MappingNode {
			return nil, badLimits(file, value, "角色下应为“上限: 值”", "expected limit: value under a role")
		}
		l := role.Limits()
		for j := 0; j+1 < len(value.Content); j += 2 {
			if err := readLimit(file, &l, value.Content[j], value.Content[j+1]); err != nil {
				return nil, err
			}
		}
		book[role] = l
	}
	return book, nil
}

func readLimit(file string, l *access.Limits, key, value *yaml.Node) error {
	var known []string
	for _, row := range limitTable {
		known = append(known, row.key)
		if row.key != key.Value {
			continue
		}
		if value.Kind == yaml.ScalarNode && row.set(l, value.Value) {
			return nil
		}
		return badKey(file, key,
			refuse.Text{ZH: fmt.Sprintf("的值“%s”无效", value.Value), EN: fmt.Sprintf("cannot be %q", value.Value)},
			refuse.Text{ZH: "应为" + row.form.ZH, EN: "expected " + row.form.EN})
	}
	list := strings.Join(known, ", ")
	return badKey(file, key, refuse.Text{ZH: "不是已知的上限", EN: "is no limit"}, refuse.Text{ZH: "已知的有：" + list, EN: "known are: " + list})
}

func badLimits(file string, node *yaml.Node, zh, en string) error {
	return &refuse.Error{
		What:  refuse.Text{ZH: "limits 读不了：" + zh, EN: "limits cannot be read: " + en},
		Where: fmt.Sprintf("%s:%d", file, node.Line),
		Do: refuse.Text{ZH: "写法如：analyst: {time: 5m, rows: 1000000}",
			EN: "such as: analyst: {time: 5m, rows: 1000000}"},
	}
}

// knownRoles names the roles.
func knownRoles() refuse.Text {
	var names []string
	for _, r := range access.Roles {
		names = append(names, string(r))
	}
	list := strings.Join(names, ", ")
	return refuse.Text{ZH: "可用的有：" + list, EN: "there are: " + list}
}
