package reports

import (
	"fmt"
	"strings"
	"time"

	"canbao/models/measure"
)

// words is the language of a bulletin, "en" or Chinese.
type words string

func (w words) english() bool { return w == "en" }

// t picks one of two texts.
func (w words) t(zh, en string) string {
	if w.english() {
		return en
	}
	return zh
}

// f picks one of two formats and fills it.
func (w words) f(zh, en string, args ...any) string { return fmt.Sprintf(w.t(zh, en), args...) }

// day is a day without its year.
func (w words) day(d time.Time) string { return d.Format(w.t("1月2日", "2 Jan")) }

// longDay is a day with its year.
func (w words) longDay(d time.Time) string { return d.Format(w.t("2006年1月2日", "2 January 2006")) }

// list joins texts as a sentence does.
func (w words) list(parts []string) string { return strings.Join(parts, w.t("、", ", ")) }

// money is an amount in the unit a leader speaks in, 万元 or thousand yuan.
func (w words) money(f measure.Fen) string {
	if w.english() {
		return "¥" + measure.Grouped(int64((f+50_000)/100_000)) + "k"
	}
	return measure.Grouped(int64((f+500_000)/1_000_000)) + "万元"
}

// people is a number of people.
func (w words) people(n int64) string {
	if w.english() && n == 1 {
		return "1 person"
	}
	return w.f("%s人", "%s people", measure.Grouped(n))
}

func (w words) title(i measure.Item) string { return w.t(i.Title, i.TitleEN) }

// status is the word for a status; the sign beside it tells the same without
// colour.
func (w words) status(s string) string {
	switch s {
	case measure.Met:
		return w.t("达标", "met")
	case measure.OnTrack:
		return w.t("可达标", "on track")
	case measure.AtRisk:
		return w.t("有风险", "at risk")
	case measure.Missed:
		return w.t("未达标", "missed")
	}
	return w.t("无应参保", "nobody expected")
}

var signs = map[string]string{
	measure.Met: "✓", measure.OnTrack: "↗", measure.AtRisk: "!", measure.Missed: "✕",
}

// level is what the areas of a level are called.
func (w words) level(level string) string {
	switch level {
	case "town":
		return w.t("镇街", "town")
	case "village":
		return w.t("村社", "village")
	}
	return w.t("地区", "area")
}

var datasetNames = map[string][2]string{
	"roster": {"参保底册", "roster"}, "registration": {"参保登记", "registration"}, "levy": {"应征", "levy"},
	"payment": {"缴费", "payment"}, "subsidy": {"资助救助", "subsidy"}, "statement": {"对账单", "statement"},
	"headcount": {"统计人数", "headcount"}, "tally": {"汇总上报", "tally"},
}

// DatasetTitle, SourceTitle and SchemeTitle are what a bulletin calls a kind of
// data, whose books a statement is from, and an insurance; the id itself where it
// is none that it knows.
func DatasetTitle(id, lang string) string { return words(lang).dataset(id) }
func SourceTitle(id, lang string) string  { return words(lang).source(id) }
func SchemeTitle(id, lang string) string  { return words(lang).scheme(id) }

func (w words) dataset(name string) string {
	if n, ok := datasetNames[name]; ok {
		return w.t(n[0], n[1])
	}
	return name
}

var schemeNames = map[string][2]string{
	"pension": {"养老", "pension"}, "medical": {"医疗", "medical"}, "critical": {"大病选缴", "critical illness"},
}

// sourceNames are whose books a statement is from.
var sourceNames = map[string][2]string{
	"tax": {"税务", "tax"}, "treasury": {"国库", "treasury"}, "bank": {"银行", "bank"},
	"medical": {"医保", "medical insurance office"},
}

func (w words) source(name string) string {
	if n, ok := sourceNames[name]; ok {
		return w.t(n[0], n[1])
	}
	return name
}

func (w words) scheme(name string) string {
	if n, ok := schemeNames[name]; ok {
		return w.t(n[0], n[1])
	}
	return name
}
