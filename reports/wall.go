package reports

import (
	"cmp"
	"html/template"
	"math"
	"slices"
)

// leading is how many items the wall shows one by one.
const leading = 4

// wallRows is how many rows of a table can be read from six metres.
const wallRows = 22

// Wall is the bulletin for the screen of a command room, 1920 by 1080 pixels: it
// turns through the main views and asks for nothing but itself.
func (d *Document) Wall() ([]byte, error) {
	script, err := page.ReadFile("page/wall.js")
	if err != nil {
		return nil, err
	}
	f := d.frame()
	f.Script = template.JS(script)
	return (&wall{frame: f, Kind: d.kicker(), Title: d.Title, Stale: d.Stale, Views: d.wallViews()}).fill()
}

// wall is what the screen is filled from.
type wall struct {
	*frame
	Kind, Title, Stale string
	Views              []wallView
}

// wallView is what stands on the screen for one turn: the headlines, or exactly
// one of Table, Chart and Card.
type wallView struct {
	Part, Title string // of the section, and of what is shown
	Lead        []Sentence
	Tiles       []Tile
	Table       *Table
	Size        float64 // of the letters of the table, in pixels
	Chart       *Chart
	Card        *Card
	Course      *Chart // of the card's item
}

func (d *Document) wallViews() []wallView {
	views := []wallView{{Lead: d.City.Lead, Tiles: d.City.Tiles}}
	shown := map[*Chart]bool{}
	for _, s := range d.City.Sections {
		if s.Annex {
			continue
		}
		for _, b := range flat(s.Blocks) {
			switch {
			case b.Table != nil && (b.Table.Class == "rank" || b.Table.Class == "map") && len(b.Table.Rows) <= wallRows:
				views = append(views, wallView{Part: s.Title, Title: cmp.Or(b.Table.Caption, s.Title), Table: unnoted(b.Table), Size: wallSize(b.Table)})
			case b.Chart != nil && b.Chart.ID == "heat" && d.Figures != nil:
				// As a table its figures are half as large again.
				if t := unnoted(d.RatesTable()); len(t.Rows) <= wallRows {
					views = append(views, wallView{Part: s.Title, Title: b.Chart.Title, Table: t, Size: wallSize(t)})
				}
			case b.Chart != nil && b.Chart.legible() && !shown[b.Chart]:
				views = append(views, wallView{Part: s.Title, Title: b.Chart.Title, Chart: b.Chart})
			}
			for _, c := range leaders(b.Cards) {
				v := wallView{Part: s.Title, Title: c.Title, Card: c, Course: d.course(c)}
				if v.Course != nil {
					shown[v.Course] = true
				}
				views = append(views, v)
			}
		}
	}
	return views
}

// legible tells a picture whose letters, of 11 pixels and more, have at least
// 20 when it fills the 800 pixels of height that a view with a short title has.
func (c *Chart) legible() bool { return c.Picture != nil && c.Picture.Height <= 800*11/20 }

// flat is the blocks one after another, pairs opened.
func flat(blocks []Block) []Block {
	var all []Block
	for _, b := range blocks {
		if len(b.Pair) > 0 {
			all = append(all, flat(b.Pair)...)
			continue
		}
		all = append(all, b)
	}
	return all
}

// leaders are the heaviest items, in their own order.
func leaders(cards []Card) []*Card {
	var all []*Card
	for n := range cards {
		all = append(all, &cards[n])
	}
	weight := func(c *Card) float64 {
		if c.Item == nil {
			return 0
		}
		return c.Item.Weight
	}
	heavy := slices.Clone(all)
	slices.SortStableFunc(heavy, func(x, y *Card) int { return cmp.Compare(weight(y), weight(x)) })
	heavy = heavy[:min(leading, len(heavy))]
	return slices.DeleteFunc(all, func(c *Card) bool { return !slices.Contains(heavy, c) })
}

// course is the chart of the course of a card's item: that of the city's page,
// or one of its own.
func (d *Document) course(c *Card) *Chart {
	if c.Item == nil || d.Figures == nil {
		return nil
	}
	own := courseChart(d.Figures, d.language(), c.Item)
	if own == nil {
		return nil
	}
	for _, s := range d.City.Sections {
		for _, b := range flat(s.Blocks) {
			if b.Chart != nil && b.Chart.ID == own.ID {
				return b.Chart
			}
		}
	}
	return own
}

// unnoted is a table without the further words in its cells, for which the
// wall has no room.
func unnoted(t *Table) *Table {
	c := *t
	c.Rows = slices.Clone(t.Rows)
	for n := range c.Rows {
		c.Rows[n].Cells = slices.Clone(c.Rows[n].Cells)
		for m := range c.Rows[n].Cells {
			c.Rows[n].Cells[m].Note = ""
		}
	}
	return &c
}

// wallSize is the size of letters at which a table fills the height that is
// left for it.
func wallSize(t *Table) float64 {
	const height, line = 770, 1.5
	head := 2.0
	if t.Class == "map" { // long titles in narrow columns
		head = 4.5
	}
	return math.Floor(min(34, height/(line*(head+float64(len(t.Rows))))))
}

func (w *wall) fill() ([]byte, error) { return w.frame.fillWith("wall.html", w) }
