package reports

import "canbao/models/measure"

// ranking is who leads and who lags, and how that came about.
func (c *composer) ranking() Section {
	w, b := c.w, c.b
	s := Section{ID: "ranking", Title: w.t("总体排名", "Overall ranking")}
	if b.Scored {
		s.Basis = w.f("按考核总分，满分%s分；同分者", "By the assessment score of at most %s points; equal scores are parted by ", decimal(b.Campaign.MaxPoints))
		if tie := b.Item(b.Campaign.TieBreak); tie != nil {
			s.Basis += w.f("先比%s，再", "the rate of %s, then by ", w.title(tie.Item))
		}
		s.Basis += w.t("比计分项缺口人数之和。", "the people missing at the scored items.")
	} else if key := b.Key(); key != nil {
		s.Basis = w.f("按%s的精确比率；相同比率并列。", "By the exact rate of %s; equal rates share a rank.", w.title(key.Item))
	}
	if b.Since.IsZero() {
		s.Basis += w.t("首期通报，尚无升降。", " The first bulletin: no movement yet.")
	} else {
		s.Basis += w.f("升降与%s比较。", " Movement is since %s.", c.dayText(b.Since))
	}
	s.Blocks = []Block{
		{Prose: c.text.Leaders},
		{Pair: []Block{{Table: c.RankingTable()}, {Chart: trailChart(b, w)}}},
	}
	return s
}

// findings is what a reader would find by looking long enough.
func (c *composer) findings() Section {
	return Section{ID: "findings", Title: c.w.t("值得关注", "Worth attention"), Blocks: []Block{{List: c.text.Findings}}}
}

// where is which towns fall short at which items: a map of the leading item, and
// the towns by all items.
func (c *composer) where(o Options) (Section, error) {
	w, b := c.w, c.b
	s := Section{ID: "where", Title: w.f("差距在哪里", "Where the gaps are"), Basis: w.t(
		"颜色表示距目标的百分点：越深差得越多，蓝色并有✓为达标。",
		"The shade is the distance to the target in percentage points: the darker, the further; blue with ✓ has met it.")}
	key := b.Key()
	if key == nil {
		return s, nil
	}
	place, err := mapChart(b, w, key, o.Map)
	if err == nil {
		err = o.Tiles.fits(key)
	}
	if err != nil {
		return s, err
	}
	if place == nil {
		place = tilesChart(b, w, key, o.Tiles)
	}
	s.Blocks = []Block{{Pair: []Block{{Chart: place}, {Chart: areasChart(b, w, key, pageWidth)}}}}
	if len(b.Items) > 1 { // of one item the ranking says it all
		s.Blocks = append(s.Blocks, Block{Chart: heatChart(b, w)})
	}
	s.Blocks = append(s.Blocks, Block{Chart: villagesChart(b, w, key)})
	return s, nil
}

// items is each item: in a sentence, and at a glance.
func (c *composer) items() Section {
	w := c.w
	return Section{
		ID: "items", Title: w.t("分项进度", "Item by item"),
		Basis: w.f("%s合计在上；下方横条自目标线起，向左为缺口、向右为超出，数字为各地比率与差多少人。",
			"%s as a whole above; the bars below start at the target, to the left is short of it, to the right beyond it; the figures are the rates and the people missing.", c.wholeName()),
		Blocks: []Block{{Cards: c.cards()}, {Heading: w.t("各项情况", "Each item in words")}, {List: c.text.State}},
	}
}

// pace is whether what is missing will come in by the due day.
func (c *composer) pace() Section {
	w, b := c.w, c.b
	s := Section{ID: "pace", Title: w.t("进度与风险", "Pace and risk"), Basis: w.t(
		"现有进度为近七日日均净增；所需进度为缺口除以剩余天数；预测为按现有进度到截止日的人数，不超过应完成数。",
		"The present pace is the mean daily gain of the last seven days; the needed pace is what is short over the days left; the forecast is the number on the due day at the present pace, never more than expected.")}
	s.Blocks = []Block{{Prose: c.text.Risk}}
	if key := b.Key(); key != nil {
		s.Blocks = append(s.Blocks, Block{Chart: courseChart(b, w, key)})
	}
	s.Blocks = append(s.Blocks, Block{Chart: paceChart(b, w)}, Block{Table: c.ItemsTable()}, Block{Chart: progressChart(b, w)})
	return s
}

// hardship is the road of people in hardship, apart from all others.
func (c *composer) hardship() Section {
	w := c.w
	code := ""
	if c.b.City != nil {
		code = c.b.City.Code
	}
	return Section{ID: "hardship", Title: w.t("困难群体", "People in hardship"), Blocks: []Block{
		{Prose: c.text.Hardship}, {Chart: roadChart(c.b, w, code)}, {Table: c.RoadTable()},
	}}
}

// channels is by which ways the money came in, and what was due.
func (c *composer) channels() Section {
	w, b := c.w, c.b
	return Section{ID: "channels", Title: w.t("缴费渠道与银行批扣", "Channels and bank deduction"), Blocks: []Block{
		{Chart: channelsChart(b, w)}, {Chart: banksChart(b, w)}, {Table: c.CollectionTable()}, {Table: c.MixTable()},
	}}
}

// books is where tax, treasury, banks and the transactions disagree.
func (c *composer) books() Section {
	w, b := c.w, c.b
	return Section{ID: "books", Title: w.t("账账核对", "Books against books"), Blocks: []Block{
		{Prose: c.text.Books}, {Chart: booksChart(b, w)}, {Table: c.BooksTable()},
	}}
}

// trust is how far the figures can be trusted, and what they do not cover.
func (c *composer) trust() Section {
	w := c.w
	return Section{ID: "trust", Title: w.t("数据质量", "How far to trust this"), Basis: w.t(
		"核查从不隐藏数字：查出的问题与数字并列。暂存的底册行不在应参保人数之内。",
		"Checks never hide a figure: what they find stands beside it. A held-back roster row is missing from the denominator."),
		Blocks: []Block{
			{Heading: w.t("数字没有包括的", "What the figures do not cover")}, {List: c.text.Gaps},
			{Heading: w.t("暂存的行", "Rows held back")}, {Table: c.QualityTable()},
			{Heading: w.t("核查", "Checks")}, {Table: c.ChecksTable()},
		}}
}

// definitions is what each item means and how figures are shown.
func (c *composer) definitions() Section {
	w := c.w
	return Section{ID: "definitions", Title: w.t("口径", "Definitions"), Blocks: []Block{
		{Table: c.DefinitionsTable()}, {Prose: []Sentence{mark(w.t(
			"“截至某日”含当日最后一秒；截止日亦然。比率四舍五入到百分之一个百分点，但未达标的不显示为达标，只有一个不缺才显示100.00；超过100%的照实显示并以↑标出。两次通报之间的变化为所显示比率之差。名次按精确比率（或精确总分）排定，相同者并列。没有应完成人数的地区没有比率和名次。",
			"“As of” a day includes its last second, and so does a due day. Rates are rounded half-up to hundredths of a percent, except that an unmet target never prints as met and 100.00 is printed only when nobody is missing; rates above 100 % are shown as they are and flagged ↑. A change between two bulletins is the difference of the displayed rates. Ranks compare exact rates (or exact scores); equals share a rank. Areas where nobody is expected have no rate and no rank."))}},
	}}
}

// annexes are the points, and each item in figures.
func (c *composer) annexes() []Section {
	w, b := c.w, c.b
	all := []Section{{ID: "points", Title: w.t("附表：考核得分", "Annex: assessment points"), Annex: true, Blocks: []Block{{Table: c.PointsTable()}}}}
	for n := range b.Items {
		i := &b.Items[n]
		all = append(all, Section{
			ID: "item-" + slug(i.ID), Title: w.t("附表：", "Annex: ") + w.title(i.Item), Annex: true,
			Basis:  w.f("目标%s%%，截止%s。", "Target %s%%, due %s.", measure.ShownTarget(i.TargetNum, i.TargetDen), w.longDay(i.Due)),
			Blocks: []Block{{Table: c.ItemTable(i).without(villageClass)}},
		})
	}
	return all
}

// provenance is which files the figures were made from.
func (c *composer) provenance() Section {
	w := c.w
	return Section{ID: "provenance", Title: w.t("出处", "Provenance"), Basis: w.f(
		"截至%s；已装载数据最晚到%s；快照第%d号，由canbao %s与DuckDB %s生成于%s。",
		"As of %s; the loaded data reach %s; snapshot %d, made by canbao %s and DuckDB %s on %s.",
		w.longDay(c.b.AsOf), w.longDay(c.b.Campaign.Latest), c.b.Snapshot.Number, c.b.Snapshot.Program, c.b.Snapshot.DuckDB,
		c.b.Snapshot.BuiltAt.Format("2006-01-02 15:04")),
		Blocks: []Block{{Table: c.InputsTable()}, {Table: c.FilesTable()}}}
}
