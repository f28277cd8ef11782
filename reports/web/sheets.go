package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"html/template"
	"io"
	"slices"
	"time"

	"canbao/etl/refuse"
	"canbao/models/measure"
	"canbao/reports"
	"canbao/reports/desk"
)

// sheets are the pages of a day, ready to be put into the frame of a reader.
type sheets struct {
	packed map[string][]byte // articles by name
	titles map[string]string
}

func (s *sheets) size() int64 {
	n := int64(0)
	for name, text := range s.packed {
		n += int64(len(name) + len(text) + 200)
	}
	return n
}

// article unpacks one; false where there is none of that name.
func (s *sheets) article(name string) (template.HTML, bool, error) {
	text, found := s.packed[name]
	if !found {
		return "", false, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		return "", true, err
	}
	plain, err := io.ReadAll(z)
	return template.HTML(plain), true, err
}

// add packs one.
func (s *sheets) add(d *reports.Document, name string, page *reports.Page, how reports.Served) error {
	text, err := d.Part(page, how)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	z := packers.Get().(*gzip.Writer)
	defer packers.Put(z)
	z.Reset(&b)
	if _, err := z.Write(text); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	s.packed[name], s.titles[name] = bytes.Clone(b.Bytes()), page.Title
	return nil
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

// The names of articles: those of cityParts, and areas and items by their codes.
func areaSheet(code string) string { return "area " + code }
func itemSheet(id string) string   { return "item " + id }

// compose makes the pages of a leaf.
func (p *press) compose(ctx context.Context, lease *desk.Lease, l leaf) (*sheets, error) {
	day, err := time.Parse(time.DateOnly, l.day)
	if err != nil {
		return nil, fmt.Errorf("compose pages: %w", err)
	}
	o := reports.Options{Lang: string(l.lang), Prose: p.s.Prose, Map: p.s.Map, Tiles: p.s.Tiles}
	made := &sheets{packed: map[string][]byte{}, titles: map[string]string{}}
	how := reports.Served{Link: linksOf(l.day)}
	if l.name != "" {
		return made, p.village(ctx, lease, day, o, l, how, made)
	}
	b, err := lease.Reader.Bulletin(ctx, measure.Ask{Campaign: l.campaign, AsOf: day})
	if err != nil {
		return nil, err
	}
	d, err := reports.Compose(b, o)
	if err != nil {
		return nil, err
	}
	for _, part := range cityParts {
		page := d.City
		how.Kicker = d.Title
		if part.name != "city" {
			page.Lead, page.Tiles, how.Kicker = nil, nil, d.City.Title
			page.Title = part.title.In(string(l.lang))
		}
		// The list of files is long, and looked up rather than read.
		page.Sections = slices.Clone(page.Sections)
		for n := range page.Sections {
			page.Sections[n].Annex = page.Sections[n].ID == "provenance"
		}
		page.Sections = slices.DeleteFunc(page.Sections, func(s reports.Section) bool { return !slices.Contains(part.sections, s.ID) })
		if err := made.add(d, part.name, &page, how); err != nil {
			return nil, err
		}
	}
	how.Kicker = d.City.Title
	items := d.ItemsPage()
	if err := made.add(d, "items", &items, how); err != nil {
		return nil, err
	}
	for n := range b.Items {
		page := d.ItemPage(&b.Items[n])
		if err := made.add(d, itemSheet(b.Items[n].ID), &page, how); err != nil {
			return nil, err
		}
	}
	for n := range d.Towns {
		if err := made.add(d, areaSheet(d.Towns[n].Code), &d.Towns[n], how); err != nil {
			return nil, err
		}
	}
	return made, nil
}

// village composes the page of one village.
func (p *press) village(ctx context.Context, lease *desk.Lease, day time.Time, o reports.Options, l leaf, how reports.Served, made *sheets) error {
	outline, err := p.outline(ctx, lease, l.areas)
	if err != nil {
		return err
	}
	b, village, err := lease.Reader.Village(ctx, outline, day, l.name)
	if err != nil {
		return err
	}
	d, page, err := reports.ComposeVillage(b, village, o)
	if err != nil {
		return err
	}
	how.Kicker = b.Area(village.Area.Town).Name
	return made.add(d, areaSheet(l.name), page, how)
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
