package reports

import "canbao/models/measure"

// towns are the pages of the ranked areas, by rank. Where the areas have no
// villages a page of their own would say nothing new, yet each gets one: the
// city sends each its own.
func (c *composer) towns() error {
	for _, p := range c.b.Ranking {
		page, known, err := c.town(p.Code)
		if err != nil {
			return err
		}
		if known {
			c.Towns = append(c.Towns, page)
		}
	}
	return nil
}

// town is the page of one ranked area; false where the code is none of them.
func (c *composer) town(code string) (Page, bool, error) {
	t, known := c.b.Town(code)
	if !known {
		return Page{}, false, nil
	}
	text, err := c.prose.town(c.b, t)
	if err != nil {
		return Page{}, false, err
	}
	page := Page{Code: t.Code, Title: text.Title, Lead: text.Lead}
	for _, s := range []Section{c.townItems(t, text), c.townVillages(t, text), c.townCourse(t), c.townHardship(t), c.townQuality(t, text), c.townAnnex(t)} {
		page.add(s)
	}
	return page, true, nil
}

func (c *composer) townItems(t *measure.Town, text *townText) Section {
	return Section{ID: "items", Title: c.w.t("分项情况", "Item by item"), Blocks: []Block{{Table: c.TownTable(t)}, {List: text.State}}}
}

// townVillages is what is missing where.
func (c *composer) townVillages(t *measure.Town, text *townText) Section {
	s := Section{ID: "villages", Title: c.w.t("各村社", "Villages"), Blocks: []Block{{Prose: text.Villages}}}
	if i := keyOf(c.b, t); i != nil {
		s.Blocks = append(s.Blocks, Block{Chart: townVillagesChart(c.b, c.w, t, *i)})
	}
	return s
}

// townAnnex is every village at every item.
func (c *composer) townAnnex(t *measure.Town) Section {
	return Section{ID: "villages-items", Title: c.w.t("附表：各村社各指标", "Annex: villages by item"), Annex: true, Blocks: []Block{{Table: c.TownVillagesTable(t)}}}
}

func (c *composer) townCourse(t *measure.Town) Section {
	s := Section{ID: "course", Title: c.w.t("进度", "Course")}
	if i := keyOf(c.b, t); i != nil {
		s.Blocks = []Block{{Chart: townCourseChart(c.b, c.w, t, *i)}}
	}
	return s
}

// townHardship is drawn still: there is nothing to point at, and there are many.
func (c *composer) townHardship(t *measure.Town) Section {
	road := roadChart(c.b, c.w, t.Code)
	if road != nil {
		road.Option = nil
	}
	return Section{ID: "hardship", Title: c.w.t("困难群体", "People in hardship"), Blocks: []Block{{Chart: road}}}
}

func (c *composer) townQuality(t *measure.Town, text *townText) Section {
	return Section{ID: "quality", Title: c.w.t("数据质量", "Data quality"), Blocks: []Block{{List: text.Quality}}}
}

// keyOf is the leading item of the bulletin at a town, nil where the town has
// none.
func keyOf(b *measure.Bulletin, t *measure.Town) *measure.TownItem {
	key := b.Key()
	for n := range t.Items {
		if key != nil && t.Items[n].ID == key.ID {
			return &t.Items[n]
		}
	}
	return nil
}
