package reports

import (
	"io/fs"
	"strings"

	"canbao/models/measure"
)

// Options say how a bulletin is put into words.
type Options struct {
	Lang  string     // "en", or Chinese
	Prose fs.FS      // the city's own templates, taken before ours of the same name; nil for none
	Map   []byte     // GeoJSON of the ranked areas; nil for none
	Tiles TileLayout // where there is no map: how the ranked areas lie; nil for ours

	Correction *Correction // why it is issued again; nil: for the first time
}

// Compose puts a bulletin into words.
func Compose(b *measure.Bulletin, o Options) (*Document, error) {
	c, err := begin(b, o)
	if err != nil {
		return nil, err
	}
	if err := c.city(o, func(string) bool { return true }); err != nil {
		return nil, err
	}
	if b.Edition == measure.Internal {
		if err := c.towns(); err != nil {
			return nil, err
		}
	}
	return c.Document, nil
}

// begin says what a document begins with, and lays out no page yet.
func begin(b *measure.Bulletin, o Options) (*composer, error) {
	w := words(o.Lang)
	said, err := newProse(w, o.Prose)
	if err != nil {
		return nil, err
	}
	text, err := said.city(b)
	if err != nil {
		return nil, err
	}
	d := &Document{
		Figures: b, Lang: w.t("zh-CN", "en"), Kind: w.t("进度通报", "Progress bulletin"), Title: text.Title,
		Number: text.Number, AsOf: text.AsOf, Notice: text.Notice, Stale: text.Stale, Source: source(b, w), tiles: o.Tiles,
	}
	return &composer{Document: d, b: b, w: w, prose: said, text: text}, nil
}

// composer lays a bulletin out: which charts and tables stand where.
type composer struct {
	*Document
	b     *measure.Bulletin
	w     words
	prose *prose
	text  *cityText
}

// city is the page of the whole: what a leader reads first comes first, what
// proves it last. Sections that are not wanted are left out.
func (c *composer) city(o Options, wanted func(id string) bool) error {
	c.City = Page{Title: c.wholeName(), Lead: c.text.Lead, Tiles: c.text.Tiles}
	if c.b.City != nil {
		c.City.Code = c.b.City.Code
	}
	c.correct(o.Correction)
	for _, part := range []struct {
		id   string
		make func() Section
	}{
		{"ranking", c.ranking}, {"findings", c.findings}, {"where", nil}, {"items", c.items}, {"pace", c.pace}, {"hardship", c.hardship},
		{"channels", c.channels}, {"books", c.books}, {"trust", c.trust}, {"definitions", c.definitions},
	} {
		switch {
		case !wanted(part.id):
		case part.make == nil:
			where, err := c.where(o)
			if err != nil {
				return err
			}
			c.City.add(where)
		default:
			c.City.add(part.make())
		}
	}
	if wanted(annexes) {
		for _, s := range c.annexes() {
			c.City.add(s)
		}
	}
	if wanted("provenance") {
		c.City.add(c.provenance())
	}
	return nil
}

// annexes stands for all annexes where the sections wanted are named.
const annexes = "annexes"

// add adds a section that holds anything.
func (p *Page) add(s Section) {
	s.Blocks = kept(s.Blocks)
	if len(s.Blocks) > 0 {
		p.Sections = append(p.Sections, s)
	}
}

// kept are the blocks that hold anything. A heading stays with what follows it.
func kept(blocks []Block) []Block {
	var out []Block
	heading := ""
	for _, b := range blocks {
		if b.Heading != "" {
			heading = b.Heading
			continue
		}
		if b.Pair = kept(b.Pair); len(b.Pair) == 1 {
			b = b.Pair[0]
		}
		if b.empty() {
			continue
		}
		if heading != "" {
			out, heading = append(out, Block{Heading: heading}), ""
		}
		out = append(out, b)
	}
	return out
}

func (b Block) empty() bool {
	return len(b.Prose)+len(b.List)+len(b.Cards)+len(b.Pair) == 0 && b.Chart == nil && (b.Table == nil || len(b.Table.Rows) == 0)
}

// source is where the figures come from, in a line.
func source(b *measure.Bulletin, w words) string {
	return w.f("数据快照第%d号，生成于%s", "snapshot %d, built %s", b.Snapshot.Number, b.Snapshot.BuiltAt.Format("2006-01-02 15:04"))
}

// mark cuts "of **12** items" into spans.
func mark(text string) Sentence {
	var s Sentence
	for i, part := range strings.Split(text, "**") {
		if part != "" {
			s = append(s, Span{Text: part, Strong: i%2 == 1})
		}
	}
	return s
}
