package reports

import (
	"io/fs"
	"strings"

	"canbao/models/measure"
)

// Options say how a bulletin is put into words.
type Options struct {
	Lang  string // "en", or Chinese
	Prose fs.FS  // the city's own templates, taken before ours of the same name; nil for none
	Map   []byte // GeoJSON of the ranked areas; nil for none
}

// Compose puts a bulletin into words.
func Compose(b *measure.Bulletin, o Options) (*Document, error) {
	w := words(o.Lang)
	d := &Document{
		Figures: b, Lang: w.t("zh-CN", "en"), Kind: w.t("进度通报", "Progress bulletin"), Title: w.t(b.Campaign.Title, b.Campaign.TitleEN),
	}
	return d, nil
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
