package reports

import "canbao/models/measure"

// DefinitionsTable is what each item means: who is expected and who counts, its
// target, its due day and how it is scored.
func (d *Document) DefinitionsTable() *Table {
	w := words(d.Lang)
	t := &Table{ID: "definitions", Class: "definitions", Frozen: 1, Wide: true, Caption: w.t("口径", "Definitions"), Columns: []Column{
		{Title: w.t("指标", "item")}, {Title: w.t("谁应完成、谁算完成", "who is expected and who counts")},
		{Title: w.t("目标", "target"), Kind: Rate}, {Title: w.t("截止", "due"), Kind: Day}, {Title: w.t("计分", "scoring")},
	}}
	for _, i := range d.Figures.Items {
		t.Rows = append(t.Rows, Row{Cells: []Cell{headCell(w.title(i.Item)), orNone(w.t(i.Note, i.NoteEN)), targetCell(w, i.Item),
			dayCell(w, i.Due), textCell(scoringText(w, i.Item))}})
	}
	return t
}

// scoringText says how an item is scored.
func scoringText(w words, i measure.Item) string {
	if !i.Scored {
		if i.Goal {
			return w.t("目标值，不计分", "a goal, not scored")
		}
		return w.t("列示，不计分", "shown, not scored")
	}
	how := map[string]string{
		"proportional": w.t("按完成比例", "in proportion"),
		"below":        w.t("低于目标扣分", "points off below the target"),
		"per_person":   w.t("按缺口人数扣分", "points off per person missing"),
		"staircase":    w.t("分档", "in bands"),
	}[i.Rule]
	text := w.f("%s分，%s", "%s points, %s", decimal(i.Weight), how)
	if i.Basis == "rate_on_time" {
		text += w.t("（按期）", " (on time)")
	}
	return text
}

// DisplayRules are how to read the figures, a sentence or two each.
func (d *Document) DisplayRules() []string {
	w := words(d.Lang)
	rules := []string{
		w.t("“截至某日”含当日最后一秒；截止日亦然。", "“As of” a day includes its last second, and so does a due day."),
		w.t("比率四舍五入到百分之一个百分点，但未达标的不显示为达标，一个不缺才显示100.00；超过100%的照实显示并以↑标出。",
			"Rates are rounded half-up to hundredths of a percent, except that an unmet target never prints as met and 100.00 is printed only when nobody is missing; rates above 100 % are shown as they are and flagged ↑."),
		w.t("按期比率为截至当日与截止日两者中较早一日的比率，过了截止日不再变动。", "The rate on time is that of the earlier of the day and the due day: it stands still once that has passed."),
		w.t("两次通报之间的变化为所显示比率之差，单位为百分点。", "A change between two bulletins is the difference of the displayed rates, in percentage points."),
		w.t("名次按精确比率（或精确总分）排定，相同者并列；没有应完成人数的地区没有比率和名次。",
			"Ranks compare exact rates (or exact scores); equals share a rank. Areas where nobody is expected have no rate and no rank."),
		w.t("缺口为达到目标还差的人数；现有日均为近七日日均净增；所需日均为缺口除以剩余天数，逢余进一；预测完成为按现有日均到截止日的人数，不超过应完成数。",
			"Short by is how many people are missing to the target; a day now is the mean daily gain of the last seven days; a day needed is what is short over the days left, rounded up; the forecast is the number on the due day at the present pace, never more than expected."),
		w.t("状态：✓ 达标；↗ 按现有进度可达标；! 有风险，按现有进度达不到；✕ 到期未达标。", "Status: ✓ met; ↗ on track at the present pace; ! at risk, not at the present pace; ✕ missed at the due day."),
		w.t("颜色：蓝为达标；由浅黄至深褐为距目标0.1、1、5、20、50个百分点以内及以上。", "Colours: blue is met; from pale yellow to dark brown is within 0.1, 1, 5, 20, 50 points of the target, and beyond."),
		w.t("“—”表示没有这个数字。", "“—” stands where there is no figure."),
	}
	if d.Figures.Edition == measure.Public {
		rules = append(rules, w.t("“*”表示有数字但不公布：从中可能推知一至九人的情况。", "“*” stands for a figure that is withheld: one to nine people could be told from it."))
	}
	return rules
}
