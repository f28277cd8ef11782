package export

import (
	"strings"

	"github.com/xuri/excelize/v2"
)

// look is all that makes a style.
type look struct {
	format     string // of numbers; empty: text
	align      string // left, center, right
	font       string // colour
	fill       string // colour; empty: none
	size       float64
	indent     int
	bold, wrap bool
	border     border
}

type border int

const (
	noBorder border = iota
	gridBorder
	wholeBorder // of the total row
)

// styles makes each look once.
type styles struct {
	file    *excelize.File
	english bool
	known   map[look]int
	shades  [7]int // conditional styles: met, g1 to g6
}

// shade is how a distance to the target looks, as on the page.
type shade struct{ class, fill, font string }

var shades = [7]shade{
	{"met", "D3E7F4", "06395A"}, {"g1", "FFF3CF", "1C1C1C"}, {"g2", "FDDF98", "1C1C1C"}, {"g3", "F8BD5E", "1C1C1C"},
	{"g4", "E58B3A", "1C1C1C"}, {"g5", "B8500C", "FFFFFF"}, {"g6", "74300A", "FFFFFF"},
}

// shadeOf finds a shade by its class.
func shadeOf(class string) (shade, bool) {
	for _, s := range shades {
		if s.class == class {
			return s, true
		}
	}
	return shade{}, false
}

// statusFonts are the colours of the words of a status, and of what rose and fell.
var statusFonts = map[string]string{
	"met": "00507D", "on_track": "1F6D99", "at_risk": "8A5A00", "missed": "A34400", "up": "00507D", "down": "A34400", "none": "888888",
}

func newStyles(file *excelize.File, english bool) (*styles, error) {
	s := &styles{file: file, english: english, known: map[look]int{}}
	for n, c := range shades {
		id, err := file.NewConditionalStyle(&excelize.Style{
			Font: &excelize.Font{Color: c.font}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{c.fill}},
		})
		if err != nil {
			return nil, err
		}
		s.shades[n] = id
	}
	return s, nil
}

// id is the number of the style of a look.
func (s *styles) id(l look) (int, error) {
	if id, made := s.known[l]; made {
		return id, nil
	}
	style := &excelize.Style{
		Font:      &excelize.Font{Family: s.family(l), Size: 10, Bold: l.bold, Color: "1C1C1C"},
		Alignment: &excelize.Alignment{Horizontal: l.align, Vertical: "center", WrapText: l.wrap, Indent: l.indent},
	}
	if l.size > 0 {
		style.Font.Size = l.size
	}
	if l.font != "" {
		style.Font.Color = l.font
	}
	if l.fill != "" {
		style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{l.fill}}
	}
	if l.format != "" {
		style.CustomNumFmt = &l.format
	}
	style.Border = l.border.sides()
	id, err := s.file.NewStyle(style)
	if err == nil {
		s.known[l] = id
	}
	return id, err
}

// family is a font that every office has.
func (s *styles) family(l look) string {
	switch {
	case s.english:
		return "Calibri"
	case l.bold:
		return "黑体"
	}
	return "宋体"
}

func (b border) sides() []excelize.Border {
	var all []excelize.Border
	if b == noBorder {
		return nil
	}
	for _, side := range strings.Fields("left right top bottom") {
		line := excelize.Border{Type: side, Color: "C8C8C8", Style: 1}
		if b == wholeBorder && side == "top" {
			line.Color, line.Style = "555555", 2
		}
		all = append(all, line)
	}
	return all
}
