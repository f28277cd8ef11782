package reports

import (
	"slices"

	"canbao/models/measure"
)

// Draft is a bulletin of which each page is composed when it is asked for, by
// what composes the whole. It is safe for concurrent use.
type Draft struct {
	composer
	options Options
}

// Begin says what a bulletin begins with. It is the internal edition.
func Begin(b *measure.Bulletin, o Options) (*Draft, error) {
	c, err := begin(b, o)
	if err != nil {
		return nil, err
	}
	return &Draft{*c, o}, nil
}

// Whole is a document with the page of the city alone, and on it the sections of
// these ids.
func (d *Draft) Whole(sections ...string) (*Document, error) {
	c, document := d.composer, *d.Document
	c.Document = &document
	err := c.city(d.options, func(id string) bool { return slices.Contains(sections, id) })
	return &document, err
}

// Items is a document with all items at a glance for its only page.
func (d *Draft) Items() (*Document, Page, error) {
	document, err := d.Whole("items", "pace", "hardship")
	if err != nil {
		return nil, Page{}, err
	}
	return document, document.ItemsPage(), nil
}

// WholeName is what the whole is called.
func (d *Draft) WholeName() string { return d.wholeName() }

// Town is the page of a ranked area; false where the code is that of none.
func (d *Draft) Town(code string) (Page, bool, error) { return d.town(code) }

// Towns are the codes of the ranked areas, the best first.
func (d *Draft) Towns() []string {
	var all []string
	for _, p := range d.b.Ranking {
		all = append(all, p.Code)
	}
	return all
}
