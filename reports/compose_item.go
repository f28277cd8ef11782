package reports

import (
	"slices"
	"strconv"

	"canbao/models/measure"
)

// ItemPage is the page of one item: the whole at a glance, where it is short,
// whether the pace will do, and every area in figures.
func (d *Document) ItemPage(i *measure.ItemFigures) Page {
	b, w := d.Figures, d.language()
	c := &composer{Document: d, b: b, w: w}
	p := Page{Title: w.title(i.Item), Tiles: c.itemTiles(i)}
	if i.Whole.AreaCode != "" {
		p.Code = i.Whole.AreaCode
	}
	p.add(Section{ID: "course", Title: w.t("进度与预测", "Course and forecast"), Basis: w.t(i.Note, i.NoteEN),
		Blocks: []Block{{Chart: courseChart(b, w, i)}}})
	p.add(Section{ID: "where", Title: w.t("差距在哪里", "Where the gaps are"), Blocks: []Block{
		{Pair: []Block{{Chart: tilesChart(b, w, i, d.tiles)}, {Chart: areasChart(b, w, i, pageWidth)}}}, {Chart: villagesChart(b, w, i)},
	}})
	flat := *i // the villages stand on the pages of their towns
	flat.Villages = nil
	p.add(Section{ID: "figures", Title: w.t("各地数字", "Figures by area"), Blocks: []Block{{Table: c.ItemTable(&flat)}}})
	return p
}

// itemTiles are the figures of an item that are read first.
func (c *composer) itemTiles(i *measure.ItemFigures) []Tile {
	w, card := c.w, c.card(i)
	tiles := []Tile{
		{Label: w.t("比率", "rate"), Figure: card.Rate, Note: w.t("目标", "target ") + card.Target, Tone: card.Status},
		{Label: w.t("距目标还差", "short of target"), Figure: card.Short, Note: w.t("尚未完成", "still missing ") + card.Missing},
		{Label: w.t("已完成", "actual"), Figure: card.Actual, Note: w.t("应完成", "of ") + card.Expected},
		{Label: w.t("状态", "status"), Figure: card.Sign + " " + card.Word, Note: w.f("%s截止", "due %s", card.Due), Tone: card.Status},
	}
	if card.Change != "" {
		tiles[0].Note += w.f("，较上期%s个百分点", ", %s points since the last", card.Change)
	}
	if card.Pace != "" {
		tiles = append(tiles, Tile{Label: w.t("进度", "pace"), Figure: signed(wholePace(i.Whole.Standing)), Unit: w.t("人/日", " a day"),
			Note: w.f("须每日%s", "%s a day needed", measure.Grouped(*i.Whole.NeededPerDay)), Tone: card.Status})
	}
	return tiles
}

// ComposeVillage puts one village into words: its page, in a document that has
// nothing else.
func ComposeVillage(b *measure.Bulletin, village *measure.Town, o Options) (*Document, *Page, error) {
	w := words(o.Lang)
	d := &Document{Figures: b, Lang: w.t("zh-CN", "en"), Kind: w.t("进度通报", "Progress bulletin"),
		Title: w.t(b.Campaign.Title, b.Campaign.TitleEN), AsOf: w.f("截至%s（含当日）", "As of %s, the day included", w.longDay(b.AsOf)), Source: source(b, w)}
	c := &composer{Document: d, b: b, w: w}
	page := Page{Code: village.Code, Title: village.Name, Tiles: c.villageTiles(village)}
	page.add(Section{ID: "items", Title: w.t("分项情况", "Item by item"), Blocks: []Block{{Table: c.TownTable(village)}}})
	course := Section{ID: "course", Title: w.t("进度", "Course")}
	if key := keyOf(b, village); key != nil {
		course.Blocks = append(course.Blocks, Block{Chart: townCourseChart(b, w, village, *key)})
	}
	page.add(course)
	return d, &page, nil
}

// villageTiles are the figures of a village that are read first.
func (c *composer) villageTiles(village *measure.Town) []Tile {
	w := c.w
	var tally proseTally
	for _, i := range village.Items {
		tally.add(teller{c.b, w}.status(i.ItemFigures, i.Row.Standing))
	}
	tiles := []Tile{{
		Label: w.t("达标项", "items met"), Figure: strconv.Itoa(tally.Met), Unit: "/" + strconv.Itoa(tally.Items), Note: tallyNote(w, tally),
	}}
	key := keyOf(c.b, village)
	if key == nil {
		return tiles
	}
	tiles = append(tiles, leadTile(w, teller{c.b, w}.standing(key.ItemFigures, key.Row)))
	if key.Row.Rank != nil {
		tiles = append(tiles, Tile{
			Label: w.t("镇街内名次", "rank in its town"), Figure: strconv.Itoa(*key.Row.Rank), Unit: "/" + strconv.Itoa(len(c.b.Areas)), Note: w.title(key.Item),
		})
	}
	return tiles
}

// ItemsPage is all items of the whole at a glance, then what the pace leads to,
// each item by area, and the people in hardship.
func (d *Document) ItemsPage() Page {
	w := d.language()
	p := Page{Code: d.City.Code, Title: w.t("分项与风险", "Items and risk")}
	p.add(Section{ID: "overview", Title: w.t("一览", "At a glance"), Blocks: []Block{{Table: d.ItemsTable()}}})
	for _, id := range []string{"pace", "items", "hardship"} {
		for _, s := range d.City.Sections {
			if s.ID == id {
				s.Blocks = slices.DeleteFunc(slices.Clone(s.Blocks), func(b Block) bool { return b.Table != nil && b.Table.ID == "items" })
				p.add(s)
			}
		}
	}
	return p
}
