package reports

import (
	"slices"

	"canbao/models/measure"
)

// findings is what a reader would find by looking long enough: who moved, where
// the gap sits in one place, who has come to a halt shortly before the target,
// which villages fell behind their town.
func findings(f *figures, w words) []sentence {
	var all []sentence
	for _, find := range []func(*figures, words) []string{moved, concentrated, halted, lostVillages, nobody} {
		for _, text := range find(f, w) {
			all = append(all, mark(text))
		}
	}
	return all
}

// moved names those who rose and fell by three places or more.
func moved(f *figures, w words) []string {
	up, down := mostMoved(f.ranking)
	var all []string
	if up.moved() >= 3 {
		all = append(all, w.f("**%s**追赶：七日内由第%d升至第**%d**。", "**%s** is catching up: from place %d to **%d** in seven days.",
			up.Name, up.rankBefore, up.rank))
	}
	if down.moved() <= -3 || down.rankBefore == 1 && down.rank > 1 {
		all = append(all, w.f("**%s**下滑：七日内由第%d降至第**%d**。", "**%s** is slipping: from place %d to **%d** in seven days.",
			down.Name, down.rankBefore, down.rank))
	}
	return all
}

// concentrated names areas that hold two fifths or more of what is missing at
// an item, though many areas share the work.
func concentrated(f *figures, w words) []string {
	var all []string
	seen := map[string]bool{}
	for _, i := range f.byGap() {
		var total int64
		var worst measure.Standing
		for _, s := range i.areas {
			total += s.ShortBy
			if s.ShortBy > worst.ShortBy {
				worst = s
			}
		}
		if len(i.areas) < 4 || worst.ShortBy < 10 || 5*worst.ShortBy < 2*total || seen[i.Indicator] {
			continue
		}
		seen[i.Indicator] = true
		all = append(all, w.f("%s：**%s**一地差%s，占各%s缺口的**%d%%**，当地比率仅%s。",
			"%[1]s: **%[2]s** alone is %[3]s short, **%[5]d%%** of what the %[4]ss lack; its rate is only %[6]s.",
			w.title(i.Item), worst.Area, w.people(worst.ShortBy), f.levelName(w), 100*worst.ShortBy/total, percent(worst.Shown())))
		if len(all) == 3 {
			break
		}
	}
	return all
}

// halted names areas within half a point of a target that hardly move any more.
func halted(f *figures, w words) []string {
	type find struct {
		item *itemFigures
		measure.Standing
	}
	var found []find
	for _, i := range f.items {
		if f.scored && !i.Scored || f.before.IsZero() {
			continue
		}
		for _, s := range i.areas {
			stuck := s.Gained*4 < s.ShortBy || s.Status == measure.AtRisk && s.Gained < s.ShortBy
			if s.ShortBy >= 5 && gapToTarget(s) <= 0.5 && stuck {
				found = append(found, find{i, s})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b find) int { return int(b.ShortBy - a.ShortBy) })
	var all []string
	seen := map[string]bool{}
	for _, s := range found {
		if seen[s.Area] || len(all) == 2 {
			continue
		}
		seen[s.Area] = true
		gained := w.t("七日没有增加", "nobody gained in seven days")
		if s.Gained > 0 {
			gained = w.f("七日只增%s", "only %s gained in seven days", w.people(s.Gained))
		}
		all = append(all, w.f("**%s**停在%s：%s离目标还差**%s**，%s。",
			"**%s** has come to a halt at %s: %s, **%s** short of the target, %s.",
			s.Area, percent(s.Shown()), w.title(s.item.Item), w.people(s.ShortBy), gained))
	}
	return all
}

// lostVillages names villages ten points or more below their town, once there
// has been a week to see the difference.
func lostVillages(f *figures, w words) []string {
	if f.before.IsZero() {
		return nil
	}
	type find struct {
		item *itemFigures
		measure.Standing
		gap float64
	}
	worst := map[string]find{}
	for _, i := range f.items {
		if !i.Scored && f.scored {
			continue
		}
		towns := map[string]measure.Standing{}
		for _, s := range i.areas {
			towns[s.AreaCode] = s
		}
		for _, s := range i.villages {
			t, ok := towns[s.Parent]
			if !ok || s.Expected < 30 || t.Expected == 0 || s.ShortBy < 20 {
				continue
			}
			gap := gapToTarget(s) - gapToTarget(t)
			if gap >= 10 && s.ShortBy > worst[s.AreaCode].ShortBy {
				worst[s.AreaCode] = find{i, s, gap}
			}
		}
	}
	var found []find
	for _, s := range worst {
		found = append(found, s)
	}
	slices.SortFunc(found, func(a, b find) int {
		if a.ShortBy != b.ShortBy {
			return int(b.ShortBy - a.ShortBy)
		}
		if a.AreaCode < b.AreaCode {
			return -1
		}
		return 1
	})
	var all []string
	for _, s := range found[:min(3, len(found))] {
		all = append(all, w.f("**%s·%s**明显落后：%s%s，低于本%s%.1f个百分点，差%s。",
			"**%s · %s** is far behind: %s %s, below its %s by %.1f points, %s short.",
			f.areas[s.Parent].Name, s.Area, w.title(s.item.Item), percent(s.Shown()), f.levelName(w), s.gap, w.people(s.ShortBy)))
	}
	return all
}

// nobody names the items at which nobody is expected anywhere: a zero that
// would otherwise pass for done.
func nobody(f *figures, w words) []string {
	var titles []string
	for _, i := range f.items {
		if i.whole.Expected == 0 {
			titles = append(titles, w.title(i.Item))
		}
	}
	if len(titles) == 0 {
		return nil
	}
	return []string{w.f("没有应参保人数，因而没有比率：%s。", "Nobody is expected, so there is no rate: %s.", w.list(titles))}
}
