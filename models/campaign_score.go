package models

import (
	"fmt"
	"slices"
)

// readScore reads a scoring rule with the keys that rule needs, and no other.
func (c *Campaign) readScore(m *mapping) *Score {
	s := &Score{
		Rule:   Rule(m.word("rule", true, string(Proportional), string(Below), string(PerPerson), string(Staircase))),
		Weight: m.fraction("weight", true),
		Basis:  Basis(m.word("rate", true, string(Rate), string(RateOnTime))),
	}
	switch s.Rule {
	case Below:
		s.Step, s.Off = m.rate("step"), m.fraction("off", true)
	case PerPerson:
		s.Off = m.fraction("off", true)
	case Staircase:
		m.list("bands", true, func(b *mapping) { s.readBand(b) })
		slices.SortFunc(s.Bands, func(a, b Band) int { return b.From.Rat().Cmp(a.From.Rat()) })
		s.checkBands(m)
	}
	m.block("bonus", func(b *mapping) {
		s.Bonus = &Bonus{Points: b.fraction("points", true), Before: b.day("before", true)}
		if s.Bonus.Before != 0 && s.Bonus.Before <= c.Opening {
			b.bad("before", t(s.Bonus.Before.String()+" 不晚于开征日", s.Bonus.Before.String()+" is not after the opening"),
				t("请改正日期", "correct the day"))
		}
	})
	return s
}

func (s *Score) readBand(m *mapping) {
	band := Band{From: m.rate("from"), Points: m.fraction("points", true)}
	if s.Weight.Den != 0 && band.Points.Rat().Cmp(s.Weight.Rat()) > 0 {
		m.bad("points", t("高于权重 "+s.Weight.String(), "above the weight "+s.Weight.String()),
			t("请改正分值或 weight", "correct the points or weight"))
	}
	for _, other := range s.Bands {
		if other.From == band.From {
			m.twice("from", band.From.String())
		}
	}
	s.Bands = append(s.Bands, band)
}

// checkBands refuses a staircase that goes down as the rate goes up.
func (s *Score) checkBands(m *mapping) {
	for i := 1; i < len(s.Bands); i++ {
		if s.Bands[i].Points.Rat().Cmp(s.Bands[i-1].Points.Rat()) > 0 {
			m.bad("bands", t("率更高的一档分更少", "a higher rate gives fewer points"), t("请改正分值", "correct the points"))
		}
	}
}

// checkItems refuses what only the whole file can tell.
func (c *Campaign) checkItems(m *mapping) {
	seen := map[string]bool{QualityItem: true}
	for _, item := range c.items {
		if seen[item.ID] {
			m.doc.refuse(item.Indicator.line,
				t("考核项编号“"+item.ID+"”与另一项相同", "item id "+item.ID+" is taken by another item"),
				t("请改指标或阶段的编号", "change the id of the indicator or of the stage"))
		}
		seen[item.ID] = true
	}
	if c.TieBreak == "" {
		return
	}
	if !slices.ContainsFunc(c.items, func(i Item) bool { return i.ID == c.TieBreak }) {
		ids := make([]string, len(c.items))
		for i, item := range c.items {
			ids[i] = item.ID
		}
		m.bad("tie_break", t("没有考核项“"+c.TieBreak+"”", "there is no item "+c.TieBreak),
			t(fmt.Sprintf("可用的有：%v", ids), fmt.Sprintf("known are: %v", ids)))
	}
}

// MaxScore is the number of points a town can have, without any bonus.
func (c *Campaign) MaxScore() Fraction {
	sum := c.DataQuality.Rat()
	for _, item := range c.items {
		if item.Score != nil {
			sum.Add(sum, item.Score.Weight.Rat())
		}
	}
	return Fraction{Num: sum.Num().Int64(), Den: sum.Denom().Int64()}
}
