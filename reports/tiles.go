package reports

import (
	"strconv"
)

// tiles are the figures that are read first.
func (t teller) tiles(c *proseCity) []Tile {
	w := t.w
	var all []Tile
	if len(c.Dues) > 0 {
		all = append(all, dueTile(w, c))
	}
	if n := c.Tally; n.Items > 1 {
		all = append(all, Tile{
			Label: w.t("达标项", "items met"), Figure: strconv.Itoa(n.Met), Unit: "/" + strconv.Itoa(n.Items), Note: tallyNote(w, n),
		})
	}
	if p := c.Lead; p != nil {
		all = append(all, leadTile(w, *p))
	}
	if len(c.Front) > 0 {
		all = append(all, placeTile(w, c.Front[0], c.Scored))
	}
	return all
}

// dueTile counts to the next due day.
func dueTile(w words, c *proseCity) Tile {
	last := c.Dues[len(c.Dues)-1]
	if last.Past {
		return Tile{
			Label: w.t("截止日已过", "past the due day"), Figure: strconv.Itoa(last.Over.N), Unit: w.t("天", unitDays(last.Over.N)),
			Note: w.f("%s截止", "it was %s", last.Day),
		}
	}
	next := last
	for n := len(c.Dues) - 1; n >= 0 && !c.Dues[n].Past; n-- {
		next = c.Dues[n]
	}
	tile := Tile{
		Label: w.f("距%s截止", "to the due day %s", next.Day), Figure: strconv.Itoa(next.Left.N), Unit: w.t("天", unitDays(next.Left.N)),
	}
	if next.Today {
		tile.Label, tile.Figure, tile.Unit = w.t("截止日", "due day"), w.t("当日", "this day"), ""
	}
	if next.Day != last.Day {
		tile.Note = w.f("最后截止%s", "the last one is %s", last.Day)
	} else {
		tile.Note = w.f("%s当日计入", "%s included", last.Day)
	}
	return tile
}

func unitDays(n int) string {
	if n == 1 {
		return " day"
	}
	return " days"
}

// tallyNote counts the items that are not met, those statuses that occur.
func tallyNote(w words, n proseTally) string {
	var note string
	for _, s := range []struct {
		count  int
		zh, en string
	}{
		{n.OnTrack, "可达标%d", "on track %d"}, {n.AtRisk, "有风险%d", "at risk %d"}, {n.Missed, "未达标%d", "missed %d"},
		{n.Open, "尚未达标%d", "not yet met %d"}, {n.Nobody, "无应完成人员%d", "nobody expected %d"}, {n.Hidden, "不公布%d", "withheld %d"},
	} {
		if s.count > 0 && note != "" {
			note += " · "
		}
		if s.count > 0 {
			note += w.f(s.zh, s.en, s.count)
		}
	}
	return note
}

func leadTile(w words, p proseStanding) Tile {
	tile := Tile{Label: p.Item, Figure: p.Rate.Shown.String(), Unit: "%", Tone: p.Status}
	switch {
	case p.Status == statusHidden:
		tile.Unit, tile.Note = "", w.t("按公开规则不公布", "withheld in the public edition")
	case p.Status == statusNobody:
		tile.Unit, tile.Note = "", w.t("无应完成人员", "nobody is expected")
	case p.Short.N > 0:
		tile.Note = w.f("目标%s · 还差%s", "target %s · %s short", p.Target, p.Short)
	default:
		tile.Note = w.f("已达目标%s", "target %s reached", p.Target)
	}
	if p.Rate.Over {
		tile.Unit = "%↑"
	}
	switch p.Status {
	case statusHidden, statusNobody, statusOpen:
		tile.Tone = ""
	}
	return tile
}

// placeTile names the first, or how many share the first place.
func placeTile(w words, first proseRank, scored bool) Tile {
	tile := Tile{Label: w.t("当前第一", "in the lead"), Figure: w.join(first.Names)}
	if first.Shared {
		tile.Label = w.t("并列第一", "share the lead")
	}
	if len(first.Names) > 2 {
		tile.Figure = first.Areas.String()
	}
	if scored && !first.Results {
		tile.Note = w.t("得分不公布", "scores are withheld")
	} else if first.Results && scored {
		tile.Note = first.Score.String()
	} else if first.Results {
		tile.Note = first.Rate.String()
	}
	return tile
}
