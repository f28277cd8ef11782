package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"canbao/etl"
	"canbao/etl/refuse"
)

var reportColumns = []column{
	{key: "file", title: refuse.Text{ZH: "文件", EN: "file"}},
	{key: "dataset", title: refuse.Text{ZH: "数据", EN: "dataset"}},
	{key: "rows", title: refuse.Text{ZH: "行数", EN: "rows"}, right: true},
	{key: "accepted", title: refuse.Text{ZH: "接收", EN: "accepted"}, right: true},
	{key: "quarantined", title: refuse.Text{ZH: "暂存", EN: "held back"}, right: true},
	{key: "repeated", title: refuse.Text{ZH: "重复", EN: "repeated"}, right: true},
	{key: "furniture", title: refuse.Text{ZH: "表头等", EN: "furniture"}, right: true},
	{key: "reasons", title: refuse.Text{ZH: "暂存原因", EN: "reasons"}},
}

// perFile merges the parts of a file that are of one dataset: the report tells
// three numbers a file (contract, section 4).
func perFile(reports []etl.FileReport) []etl.FileReport {
	var merged []etl.FileReport
	for _, r := range reports {
		n := len(merged) - 1
		for n >= 0 && merged[n].File == r.File && merged[n].Dataset != r.Dataset {
			n--
		}
		if n < 0 || merged[n].File != r.File {
			r.Reasons = maps.Clone(r.Reasons)
			merged = append(merged, r)
			continue
		}
		m := &merged[n]
		m.Rows, m.Accepted, m.Quarantined = m.Rows+r.Rows, m.Accepted+r.Accepted, m.Quarantined+r.Quarantined
		m.Repeated, m.Furniture, m.Released = m.Repeated+r.Repeated, m.Furniture+r.Furniture, m.Released+r.Released
		for reason, rows := range r.Reasons {
			m.Reasons[reason] += rows
		}
		for _, u := range r.Unknown {
			if !slices.Contains(m.Unknown, u) {
				m.Unknown = append(m.Unknown, u)
			}
		}
		m.Warnings = append(m.Warnings, r.Warnings...)
	}
	return merged
}

// shownFiles is how many files a table lists; the sum counts all of them.
const shownFiles = 40

// printReports prints the load report, a sentence that sums it up, the columns
// that were kept out and what is odd. Where nothing was loaded and something
// refused there is no report.
func (a *app) printReports(reports []etl.FileReport, err error) error {
	if len(reports) == 0 && err != nil {
		return nil
	}
	l := listing{columns: reportColumns}
	sum := etl.FileReport{Reasons: map[string]int64{}}
	for i, r := range reports {
		sum.Rows += r.Rows
		sum.Accepted += r.Accepted
		sum.Quarantined += r.Quarantined
		sum.Repeated += r.Repeated
		sum.Furniture += r.Furniture
		sum.Released += r.Released
		for reason, rows := range r.Reasons {
			sum.Reasons[reason] += rows
		}
		if a.set.Format == "table" && i >= shownFiles {
			continue
		}
		l.add(plain(r.File), cell{data: r.Dataset, shown: datasetTitle(r.Dataset, a.set.Lang)},
			plain(r.Rows), plain(r.Accepted), few(r.Quarantined), plain(r.Repeated), plain(r.Furniture),
			a.reasonsCell(r.Reasons))
	}
	if a.set.Format == "table" {
		if more := len(reports) - shownFiles; more > 0 {
			l.add(plain(fmt.Sprintf(a.text("…… 另有 %d 个文件", "... %d more files"), more)),
				plain(""), plain(""), plain(""), plain(""), plain(""), plain(""), plain(""))
		}
		if len(reports) > 1 {
			l.add(cell{data: a.text("合计", "in all"), tone: bold}, plain(""), cell{data: sum.Rows, tone: bold}, cell{data: sum.Accepted, tone: bold},
				few(sum.Quarantined), cell{data: sum.Repeated, tone: bold}, cell{data: sum.Furniture, tone: bold}, plain(""))
		}
	}
	if err := a.print(l); err != nil {
		return err
	}
	for _, r := range reports {
		a.sayOddities(r)
	}
	a.tell(summary(sum).ZH, summary(sum).EN)
	return nil
}

// sayOddities names what of a file was not taken as it stood.
func (a *app) sayOddities(r etl.FileReport) {
	if len(r.Unknown) > 0 {
		list := strings.Join(r.Unknown, a.text("、", ", "))
		a.say(fmt.Sprintf("%s: 未采用的列：%s", r.File, list), fmt.Sprintf("%s: columns kept out: %s", r.File, list))
	}
	for _, w := range r.Warnings {
		a.say(r.File+": "+w.ZH, r.File+": "+w.EN)
	}
}

// summary is the load in one sentence: the three numbers that add up, and why
// rows were held back.
func summary(r etl.FileReport) refuse.Text {
	var zh, en []string
	for _, name := range byCount(r.Reasons) {
		t := reasonText(name)
		zh = append(zh, t.ZH+" "+thousands(r.Reasons[name]))
		en = append(en, t.EN+" "+thousands(r.Reasons[name]))
	}
	why := refuse.Text{}
	if len(zh) > 0 {
		why = refuse.Text{ZH: "（" + strings.Join(zh, "，") + "）", EN: " (" + strings.Join(en, ", ") + ")"}
	}
	t := refuse.Text{
		ZH: fmt.Sprintf("读入 %s 行：入库 %s，暂存 %s%s，重复 %s", thousands(r.Rows), thousands(r.Accepted),
			thousands(r.Quarantined), why.ZH, thousands(r.Repeated)),
		EN: fmt.Sprintf("%s rows read: %s accepted, %s held back%s, %s repeated", thousands(r.Rows), thousands(r.Accepted),
			thousands(r.Quarantined), why.EN, thousands(r.Repeated)),
	}
	if r.Released > 0 {
		t.ZH += fmt.Sprintf("；更正后放行 %s 行", thousands(r.Released))
		t.EN += fmt.Sprintf("; %s released after correction", thousands(r.Released))
	}
	return t
}

// byCount are the reasons, the most frequent first, five at most.
func byCount(reasons map[string]int64) []string {
	names := sortedReasons(reasons)
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(reasons[b], reasons[a]) })
	return names[:min(5, len(names))]
}

// reasonsCell is an object in json, name=rows in csv, words on a table.
func (a *app) reasonsCell(reasons map[string]int64) cell {
	names := sortedReasons(reasons)
	var machine, shown []string
	for _, name := range names {
		machine = append(machine, name+"="+strconv.FormatInt(reasons[name], 10))
		shown = append(shown, reasonText(name).In(a.set.Lang)+" "+thousands(reasons[name]))
	}
	if a.set.Format == "json" {
		return cell{data: reasons}
	}
	return cell{data: strings.Join(machine, ";"), shown: strings.Join(shown, a.text("、", ", "))}
}
