package reports

import (
	"html/template"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// table is a table as part of a page. There are tens of thousands of cells in a
// file, and every one of them counts: what can be said once is not said again,
// end tags that HTML implies are left out, and html/template is asked for
// nothing but its escaping.
func (f *frame) table(t *Table, under string) template.HTML {
	b := &tableWriter{words: f.words, frame: f, t: t}
	caption, class := t.Caption, ""
	if caption == "" {
		caption, class = under, ` class="v"`
	}
	b.add(`<div class="s`, when(t.lies(), " wide"), `" tabindex="0" role="region" aria-label="`, escape(caption), `"><table class="`, escape(t.Class))
	if n := t.frozen(); n > 0 {
		b.add(" k", strconv.Itoa(n))
	}
	if t.ID != "" {
		b.add(`" id="`, escape(f.unique(t.ID)))
	}
	b.add(`"><caption`, class, `>`, escape(caption), `</caption>`)
	b.head()
	b.body()
	b.add(`</table></div>`)
	return template.HTML(b.String())
}

// frozen is how many columns stay in sight: of several, those before the last
// have to be as narrow as a rank.
func (t *Table) frozen() int {
	if t.Frozen > 1 && (len(t.Columns) == 0 || t.Columns[0].Kind == Text) {
		return 1
	}
	return min(t.Frozen, 3)
}

type tableWriter struct {
	strings.Builder
	words
	frame *frame
	t     *Table
}

func (b *tableWriter) add(parts ...string) {
	for _, p := range parts {
		b.WriteString(p)
	}
}

func (b *tableWriter) head() {
	b.add("<thead>")
	if len(b.t.Groups) > 0 {
		// Where minor columns are left out the groups would stand above others.
		minor := slices.ContainsFunc(b.t.Columns, func(c Column) bool { return c.Minor })
		b.add("<tr", classes(when(minor, "m")), ">")
		for _, g := range b.t.Groups {
			span := " colspan=" + strconv.Itoa(g.Span)
			if g.Title == "" {
				b.add("<td", span, ">")
				continue
			}
			b.add("<th class=g scope=colgroup", span, ">", escape(g.Title))
		}
	}
	b.add("<tr>")
	for _, c := range b.t.Columns {
		class := classes(when(c.Kind == Text, "l"), when(c.Minor, "m"))
		if c.Title == "" {
			b.add("<td", class, ">")
			continue
		}
		b.add("<th", class, " scope=col>", escape(c.Title))
		if c.Note != "" {
			b.add(" <small>", escape(c.Note), "</small>")
		}
		if c.Assumed {
			b.add(` <abbr title="`, escape(b.words.t("通知未写明，为本方案的假定", "the notice does not say so: our assumption")), `">`,
				escape(b.words.t("假定", "our assumption")), "</abbr>")
		}
	}
}

func (b *tableWriter) body() {
	b.add("<tbody>")
	for _, r := range b.t.Rows {
		// The villages stand on the pages of their towns. Under every item again
		// they would be most of the file.
		if b.t.Class == "annex" && r.Class == "village" {
			continue
		}
		b.add("<tr", classes(when(r.Whole, "whole"), r.Class), ">")
		for n := range r.Cells {
			b.cell(n, &r.Cells[n])
		}
	}
}

func (b *tableWriter) cell(n int, c *Cell) {
	var column Column
	if n < len(b.t.Columns) {
		column = b.t.Columns[n]
	}
	if c.Head {
		b.add("<th scope=row", classes(when(column.Minor, "m"), c.Class), ">")
	} else {
		b.add("<td", classes(when(column.Kind == Text, "l"), when(column.Minor, "m"), c.Class), ">")
	}
	if c.Bar > 0 {
		b.bar(min(c.Bar, 1))
	}
	text := escape(c.Text)
	if to := b.frame.leads(c); to != "" {
		text = `<a href="` + escape(to) + `">` + text + "</a>"
	}
	if c.Strong {
		b.add("<b>", text, "</b>")
	} else {
		b.add(text)
	}
	switch {
	case c.Note == "" || c.Class == "met": // of what is met nothing is missing
	case b.t.Class == "map": // thousands of them: the style makes the second line small
		b.add("<br>", escape(c.Note))
	default:
		b.add(" <small>", escape(c.Note), "</small>")
	}
}

// bar is a bar of that part of its room; where no style may be told as an
// attribute it is drawn.
func (b *tableWriter) bar(part float64) {
	if !b.frame.served {
		b.add(`<i class="bar" style="--w:`, strconv.FormatFloat(part, 'f', 3, 64), `"></i>`)
		return
	}
	b.add(`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><path d="M0 0H`,
		strconv.FormatFloat(100*part, 'f', 1, 64), `V10H0Z"/></svg>`)
}

func escape(s string) string {
	if strings.ContainsAny(s, "<>&'\"\x00") {
		return template.HTMLEscapeString(s)
	}
	return s
}

func when(yes bool, s string) string {
	if yes {
		return s
	}
	return ""
}

// bareValue is a value that needs no quotation marks.
var bareValue = regexp.MustCompile(`^[a-z0-9_-]+$`)

// classes is a class attribute of those that are not empty, or none.
func classes(all ...string) string {
	var kept []string
	for _, c := range all {
		if c != "" {
			kept = append(kept, c)
		}
	}
	if len(kept) == 0 {
		return ""
	}
	if len(kept) == 1 && bareValue.MatchString(kept[0]) {
		return " class=" + kept[0]
	}
	return ` class="` + escape(strings.Join(kept, " ")) + `"`
}
