package reports

import (
	"strconv"
	"strings"
	"time"

	"canbao/models/measure"
)

// number prints a weight such as 2.5 or 20.
func number(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// lead is what a reader with ten seconds takes away: what is met, who leads and
// who lags, how many people are missing, and whether the pace suffices.
func lead(f *figures, w words, whole string) []sentence {
	var all []sentence
	if s := leadMet(f, w, whole); s != "" {
		all = append(all, mark(s))
	}
	if s := leadPlaces(f, w); s != "" {
		all = append(all, mark(s))
	}
	if key := f.key(); key != nil && key.whole.Expected > 0 {
		all = append(all, mark(leadItem(f, w, key)))
	}
	if s := leadGaps(f, w); s != "" {
		all = append(all, mark(s))
	}
	return all
}

// countStatus counts the items per status.
func (f *figures) countStatus() map[string]int {
	n := map[string]int{}
	for _, i := range f.items {
		n[statusOf(i.whole)]++
	}
	return n
}

// statusOf is the status of a standing, or what can be said without a pace.
func statusOf(s measure.Standing) string {
	if s.Status == "" && s.Expected > 0 && s.ShortBy == 0 {
		return measure.Met
	}
	return s.Status
}

func leadMet(f *figures, w words, whole string) string {
	if len(f.items) < 2 {
		return ""
	}
	n := f.countStatus()
	parts := []string{w.f("**达标%d项**", "**%d met**", n[measure.Met])}
	for _, s := range []struct{ status, zh, en string }{
		{measure.OnTrack, "按现有进度可达标%d项", "%d on track at the present pace"},
		{measure.AtRisk, "**有风险%d项**", "**%d at risk**"},
		{measure.Missed, "**到期未达标%d项**", "**%d missed at the due day**"},
	} {
		if n[s.status] > 0 {
			parts = append(parts, w.f(s.zh, s.en, n[s.status]))
		}
	}
	text := w.t("，", ", ")
	joined := parts[0]
	for _, p := range parts[1:] {
		joined += text + p
	}
	return w.f("%s%d项指标：%s。", "%s, %d items: %s.", whole, len(f.items), joined)
}

// leadPlaces names the first and the last, and who moved most.
func leadPlaces(f *figures, w words) string {
	var ranked []place
	for _, p := range f.ranking {
		if p.rank > 0 {
			ranked = append(ranked, p)
		}
	}
	if len(ranked) < 2 {
		return ""
	}
	first, last := ranked[0], ranked[len(ranked)-1]
	if first.rank == last.rank {
		return w.f("%d个%s并列第一（%s）。", "All %d %ss share the first place (%s).", len(ranked), f.levelName(w), f.result(first, w))
	}
	text := w.f("**%s**第一（%s），**%s**末位（%s）", "**%s** leads (%s), **%s** is last (%s)",
		first.Name, f.result(first, w), last.Name, f.result(last, w))
	up, down := mostMoved(ranked)
	var changes []string
	if up.moved() >= 2 {
		changes = append(changes, w.f("%s升幅最大（第%d→第%d）", "%s rose most (%d → %d)", up.Name, up.rankBefore, up.rank))
	}
	if down.moved() <= -2 {
		changes = append(changes, w.f("%s降幅最大（第%d→第%d）", "%s fell most (%d → %d)", down.Name, down.rankBefore, down.rank))
	}
	if len(changes) > 0 {
		text += w.t("；七日来", "; in seven days ") + strings.Join(changes, w.t("，", ", "))
	}
	return text + w.t("。", ".")
}

// result is the score or the rate an area is ranked by.
func (f *figures) result(p place, w words) string {
	if f.scored {
		return measure.Rounded(p.score, 2) + w.t("分", " points")
	}
	return percent(p.standing.Shown())
}

// percent is a shown rate with its sign, and a flag above 100 %.
func percent(s measure.Shown) string {
	if !s.Valid {
		return s.String()
	}
	if s.Over {
		return s.String() + "%↑"
	}
	return s.String() + "%"
}

func mostMoved(ranked []place) (up, down place) {
	for _, p := range ranked {
		if p.moved() > up.moved() {
			up = p
		}
		if p.moved() < down.moved() {
			down = p
		}
	}
	return up, down
}

// leadItem says where the leading item stands and whether its pace suffices.
func leadItem(f *figures, w words, i *itemFigures) string {
	s := i.whole
	text := w.f("%s**%s**，", "%s **%s**, ", w.title(i.Item), percent(s.Shown()))
	target := measure.ShownTarget(i.TargetNum, i.TargetDen)
	if s.ShortBy == 0 {
		text += w.f("已达到%s%%的目标，尚有%s未完成", "the target of %s%% is reached, %s still missing", target, w.people(s.Missing()))
	} else {
		text += w.f("距目标%s%%还差**%s**", "**%[2]s** short of the target of %[1]s%%", target, w.people(s.ShortBy))
	}
	return text + paceClause(f, w, i) + w.t("。", ".")
}

// paceClause compares the present pace with the one that is needed.
func paceClause(f *figures, w words, i *itemFigures) string {
	s := i.whole
	if s.Status == measure.Missed {
		return w.f("；截止日%s已过，当日为%s", "; the due day %s has passed, with %s on it", f.day(w, i.Due), percent(s.ShownOnTime()))
	}
	if s.PerDay == nil || s.NeededPerDay == nil || s.Forecast == nil || s.ShortBy == 0 {
		return ""
	}
	end := s
	end.Actual = *s.Forecast
	text := w.f("；近七日日均增%s，此后须日均%s", "; %s a day joined in the last seven, %s a day are needed",
		w.people(perDay(s)), w.people(*s.NeededPerDay))
	verdict := w.f("，按此进度到%s为%s，**可以达标**", "; at this pace %[2]s on %[1]s, **which meets it**",
		f.day(w, i.Due), percent(end.Shown()))
	if s.Status == measure.AtRisk {
		verdict = w.f("，按此进度到%s仅为%s，**达不到**", "; at this pace only %[2]s on %[1]s, **which does not meet it**",
			f.day(w, i.Due), percent(end.Shown()))
	}
	return text + verdict
}

// perDay is the mean gain a day in whole people, downwards.
func perDay(s measure.Standing) int64 {
	if s.Gained < 0 {
		return -((-s.Gained + 6) / 7)
	}
	return s.Gained / 7
}

// leadGaps names where most people are missing, the leading item apart.
func leadGaps(f *figures, w words) string {
	key := f.key()
	var gaps []string
	seen := map[string]bool{}
	for _, i := range f.byGap() {
		if i == key || seen[i.Indicator] || len(gaps) == 3 {
			continue
		}
		seen[i.Indicator] = true
		gaps = append(gaps, w.f("%s差**%s**", "%s **%s**", w.title(i.Item), w.people(i.whole.ShortBy)))
	}
	if len(gaps) == 0 {
		return ""
	}
	return w.t("其余缺口较大的：", "Other large gaps: ") + w.list(gaps) + w.t("。", ".")
}

// byGap lists the items that are short of their target, most people first.
func (f *figures) byGap() []*itemFigures {
	var all []*itemFigures
	for _, i := range f.items {
		if i.whole.ShortBy > 0 {
			all = append(all, i)
		}
	}
	sortBy(all, func(i *itemFigures) int64 { return -i.whole.ShortBy })
	return all
}

func tiles(f *figures, w words) []tile {
	all := []tile{dueTile(f, w)}
	if n := f.countStatus(); len(f.items) > 1 {
		all = append(all, tile{
			Label: w.t("达标项", "items met"), Figure: strconv.Itoa(n[measure.Met]), Unit: "/" + strconv.Itoa(len(f.items)),
			Note: w.f("可达标%d · 有风险%d · 未达标%d", "on track %d · at risk %d · missed %d", n[measure.OnTrack], n[measure.AtRisk], n[measure.Missed]),
		})
	}
	if key := f.key(); key != nil {
		s := key.whole
		note := w.f("目标%s%% · 还差%s", "target %s%% · %s short", measure.ShownTarget(key.TargetNum, key.TargetDen), w.people(s.ShortBy))
		unit := "%"
		if !s.Shown().Valid {
			unit = ""
		}
		all = append(all, tile{Label: w.title(key.Item), Figure: s.Shown().String(), Unit: unit, Note: note, Tone: statusOf(s)})
	}
	if len(f.ranking) > 1 && f.ranking[0].rank > 0 {
		first := f.ranking[0]
		note := f.result(first, w)
		all = append(all, tile{Label: w.t("当前第一", "in the lead"), Figure: first.Name, Note: note})
	}
	return all
}

// dueTile counts to the next due day.
func dueTile(f *figures, w words) tile {
	var next time.Time
	for _, i := range f.items {
		if !i.Due.Before(f.asOf) && (next.IsZero() || i.Due.Before(next)) {
			next = i.Due
		}
	}
	last := f.campaign.LastDue
	if next.IsZero() {
		return tile{
			Label: w.t("截止日已过", "past the due day"), Figure: strconv.Itoa(-f.daysLeft(last)), Unit: w.t("天", " days"),
			Note: w.f("%s截止", "it was %s", f.day(w, last)),
		}
	}
	t := tile{
		Label: w.f("距%s截止", "to the due day %s", f.day(w, next)), Figure: strconv.Itoa(f.daysLeft(next)), Unit: w.t("天", " days"),
		Note: w.f("最后截止%s", "the last one is %s", f.day(w, last)),
	}
	if sameDay(next, f.asOf) {
		t.Label, t.Figure, t.Unit = w.t("截止日", "due day"), w.t("今日", "today"), ""
	}
	return t
}
