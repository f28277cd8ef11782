package reports

import "canbao/models/measure"

// statusOf is the status of a standing, or what can be said without a pace.
func statusOf(s measure.Standing) string {
	if s.Status == "" && s.Expected > 0 && s.ShortBy == 0 {
		return measure.Met
	}
	return s.Status
}

func (c *composer) cards() []Card {
	var all []Card
	for n := range c.b.Items {
		all = append(all, c.card(&c.b.Items[n]))
	}
	return all
}

func (c *composer) card(i *measure.ItemFigures) Card {
	w, s := c.w, i.Whole
	status := statusOf(s.Standing)
	card := Card{
		Item: i, Title: w.title(i.Item), Note: w.t(i.Note, i.NoteEN), Assumed: i.Assumed(),
		Status: status, Sign: signs[status], Word: w.status(status), Rate: percentText(s.Shown()),
		Target: measure.ShownTarget(i.TargetNum, i.TargetDen) + "%", Due: c.dayText(i.Due),
		Short: measure.Hidden, Missing: measure.Hidden, Expected: measure.Hidden, Actual: measure.Hidden,
		Score: scoringText(w, i.Item), Chart: bulletChart(c.b, w, i), Areas: areasChart(c.b, w, i, cardWidth),
	}
	if h, ok := s.Change(); ok {
		card.Change = measure.ShownChange(h)
	}
	if s.Withheld {
		return card
	}
	card.Short, card.Missing = w.people(s.ShortBy), w.people(s.Missing())
	card.Expected, card.Actual = measure.Grouped(s.Expected), measure.Grouped(s.Actual)
	card.Amounts = c.amounts(i.Item)
	if s.PerDay != nil && s.NeededPerDay != nil && s.ShortBy > 0 {
		card.Pace = w.f("日均%s，须+%s", "%s a day, +%s needed", signed(wholePace(s.Standing)), measure.Grouped(*s.NeededPerDay))
	}
	if c.b.AsOf.After(i.Due) && s.Expected > 0 {
		card.OnTime = w.f("截止日%s：%s", "on the due day %s: %s", c.dayText(i.Due), percentText(s.ShownOnTime()))
	}
	return card
}

// wholePace is the mean gain a day in whole people, downwards: a pace is not
// made better than it is.
func wholePace(s measure.Standing) int64 {
	if s.Gained < 0 {
		return -((-s.Gained + days - 1) / days)
	}
	return s.Gained / days
}

// signed is a number with its sign.
func signed(n int64) string {
	if n > 0 {
		return "+" + measure.Grouped(n)
	}
	return measure.Grouped(n)
}

// amounts are the amounts due and received that stand beside an item.
func (c *composer) amounts(i measure.Item) string {
	code := ""
	if c.b.City != nil {
		code = c.b.City.Code
	}
	for _, m := range c.b.Money.Collections {
		if i.Scheme != "" && m.Scheme == i.Scheme && m.AreaCode == code && m.Due > 0 && !m.Withheld {
			return c.w.f("应收%s，实收%s", "due %s, received %s", c.w.money(m.Due), c.w.money(m.Received))
		}
	}
	return ""
}
