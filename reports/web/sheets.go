package web

import (
	"context"
	"fmt"
	"strings"
	"time"

	"canbao/etl/refuse"
	"canbao/reports"
	"canbao/reports/desk"
)

// sheet is an article, packed, ready to be put into the frame of a reader.
type sheet struct {
	*piece
	title string
}

func (s *sheet) size() int64 { return int64(len(s.packed) + len(s.title) + 400) }

// print writes a page and packs it.
func print(d *reports.Document, page *reports.Page, how reports.Served) (*sheet, error) {
	text, err := d.Part(page, how)
	if err != nil {
		return nil, err
	}
	packed, err := pack(text)
	return &sheet{packed, page.Title}, err
}

// cityParts says which sections of the bulletin stand on which page of the city.
// The first page has the headlines too.
var cityParts = []struct {
	name     string
	title    refuse.Text // the city's own page bears its name
	sections []string
}{
	{"city", refuse.Text{}, []string{"ranking", "findings", "where"}},
	{"money", refuse.Text{ZH: "资金渠道", EN: "Money"}, []string{"channels", "books"}},
	{"basis", refuse.Text{ZH: "口径与质量", EN: "Basis"}, []string{"trust", "definitions", "provenance"}},
}

// The names of articles: those of cityParts, items, and areas and items by their
// codes.
const itemsSheet = "items"

func areaSheet(code string) string { return "area " + code }
func itemSheet(id string) string   { return "item " + id }

// sheetsOf are the names of the articles of a day, villages left out.
func sheetsOf(d *reports.Draft) []string {
	var names []string
	for _, part := range cityParts {
		names = append(names, part.name)
	}
	names = append(names, itemsSheet)
	for _, i := range d.Figures.Items {
		names = append(names, itemSheet(i.ID))
	}
	for _, code := range d.Towns() {
		names = append(names, areaSheet(code))
	}
	return names
}

// compose makes the article of a leaf; nil where there is none of its name.
func (p *press) compose(ctx context.Context, lease *desk.Lease, l leaf) (*sheet, error) {
	if l.village {
		return p.village(ctx, lease, l)
	}
	d, err := p.draft(ctx, lease, l)
	if err != nil {
		return nil, err
	}
	how := reports.Served{Link: linksOf(l.day), Kicker: d.WholeName()}
	for _, part := range cityParts {
		if part.name != l.name {
			continue
		}
		whole, err := d.Whole(part.sections...)
		if err != nil {
			return nil, err
		}
		page := whole.City
		if part.name == "city" {
			how.Kicker = d.Title
		} else {
			page.Lead, page.Tiles = nil, nil
			page.Title = part.title.In(string(l.lang))
		}
		for n := range page.Sections {
			// The list of files is long, and looked up rather than read.
			page.Sections[n].Annex = page.Sections[n].ID == "provenance"
		}
		return print(whole, &page, how)
	}
	if l.name == itemsSheet {
		whole, page, err := d.Items()
		if err != nil {
			return nil, err
		}
		return print(whole, &page, how)
	}
	for n := range d.Figures.Items {
		if i := &d.Figures.Items[n]; itemSheet(i.ID) == l.name {
			page := d.ItemPage(i)
			return print(d.Document, &page, how)
		}
	}
	code, _ := strings.CutPrefix(l.name, areaSheet(""))
	page, known, err := d.Town(code)
	if err != nil || !known {
		return nil, err
	}
	return print(d.Document, &page, how)
}

// village composes the page of one village.
func (p *press) village(ctx context.Context, lease *desk.Lease, l leaf) (*sheet, error) {
	day, err := time.Parse(time.DateOnly, l.day)
	if err != nil {
		return nil, fmt.Errorf("compose pages: %w", err)
	}
	outline, err := p.outline(ctx, lease, l.areas)
	if err != nil {
		return nil, err
	}
	code, _ := strings.CutPrefix(l.name, areaSheet(""))
	b, village, err := lease.Reader.Village(ctx, outline, day, code)
	if err != nil {
		return nil, err
	}
	d, page, err := reports.ComposeVillage(b, village, p.options(l))
	if err != nil {
		return nil, err
	}
	return print(d, page, reports.Served{Link: linksOf(l.day), Kicker: b.Area(village.Area.Town).Name})
}

func (p *press) options(l leaf) reports.Options {
	return reports.Options{Lang: string(l.lang), Prose: p.s.Prose, Map: p.s.Map, Tiles: p.s.Tiles}
}

// linksOf lead from a page to those of areas and items on the same day.
func linksOf(day string) func(area, item string) string {
	return func(area, item string) string {
		if area != "" {
			return "/area/" + area + "?day=" + day
		}
		return "/item/" + item + "?day=" + day
	}
}
