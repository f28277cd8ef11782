package draw

import (
	"html"
	"math"
	"strconv"
	"strings"
)

// SVG is the picture as an element of a page. It has no width of its own but
// fills its box, keeping its proportions. The fonts are the page's.
func (p *Picture) SVG() string {
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ` + number(p.Width) + " " + number(p.Height) + `" role="img" aria-label="` +
		html.EscapeString(p.Title) + `">`)
	for n := 0; n < len(p.shapes); {
		if dots := p.dots(n); dots >= 8 {
			p.dotted(&b, n, dots)
			n += dots
			continue
		}
		p.shapes[n].svg(&b)
		n++
	}
	b.WriteString("</svg>")
	return b.String()
}

// dots counts the circles from the nth shape on that differ in place alone.
func (p *Picture) dots(n int) int {
	first := p.shapes[n]
	count := 0
	for _, s := range p.shapes[n:] {
		if s.kind != circle || s.radius != first.radius || s.style != first.style || s.style.Stroke != "" {
			break
		}
		count++
	}
	return count
}

// dotted writes many equal dots as the round ends of one line that goes nowhere,
// a fifth of what they would take each by itself.
func (p *Picture) dotted(b *strings.Builder, n, count int) {
	first := p.shapes[n]
	b.WriteString(`<path fill="none" stroke="` + first.style.Fill + `" stroke-width="` + number(2*first.radius) + `" stroke-linecap="round" d="`)
	for _, s := range p.shapes[n : n+count] {
		b.WriteString("M" + number(s.points[0].X) + " " + number(s.points[0].Y) + "h0")
	}
	b.WriteString(`"/>`)
}

func (s shape) svg(b *strings.Builder) {
	at := s.points[0]
	switch s.kind {
	case circle:
		b.WriteString(`<circle cx="` + number(at.X) + `" cy="` + number(at.Y) + `" r="` + number(s.radius) + `"` + s.style.svg() + "/>")
	case text:
		// dominant-baseline is not known to every reader of SVG; a third of the
		// letters' size below the middle is where the baseline of Chinese and
		// Latin text lies.
		b.WriteString(`<text x="` + number(at.X) + `" y="` + number(at.Y+0.36*s.look.Size) + `"` + s.look.svg() + ">" + html.EscapeString(s.text) + "</text>")
	default:
		var d strings.Builder
		for n, at := range s.points {
			d.WriteString([2]string{"L", "M"}[b2i(n == 0)] + number(at.X) + " " + number(at.Y))
		}
		if s.kind == polygon {
			d.WriteString("Z")
		}
		b.WriteString(`<path d="` + d.String() + `"` + s.style.svg() + "/>")
	}
}

func (s Style) svg() string {
	fill := s.Fill
	if fill == "" {
		fill = "none"
	}
	text := ` fill="` + fill + `"`
	if s.Stroke != "" {
		text += ` stroke="` + s.Stroke + `"`
		if s.Width > 0 && s.Width != 1 {
			text += ` stroke-width="` + number(s.Width) + `"`
		}
		if s.Dashed {
			text += ` stroke-dasharray="5 3"`
		}
	}
	return text
}

func (l TextStyle) svg() string {
	text := ` font-size="` + number(l.Size) + `" fill="` + l.Color + `"`
	switch l.Anchor {
	case Middle:
		text += ` text-anchor="middle"`
	case End:
		text += ` text-anchor="end"`
	}
	if l.Bold {
		text += ` font-weight="700"`
	}
	return text
}

// number is x with at most one decimal: a tenth of a pixel is not seen.
func number(x float64) string {
	return strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
