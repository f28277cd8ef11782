package draw

// Picture is a drawing of a fixed size. Shapes lie over those drawn before.
type Picture struct {
	Width, Height float64
	Title         string // what it shows, for those who cannot see it
	shapes        []shape
}

// Point is a place in a picture.
type Point struct{ X, Y float64 }

// Style says how a shape looks. A colour is "#rrggbb"; empty is none.
type Style struct {
	Fill, Stroke string
	Width        float64 // of the stroke; 0 is 1
	Dashed       bool
}

// Anchor is the part of a text that stands at its place.
type Anchor int

// The anchors of a text.
const (
	Start Anchor = iota
	Middle
	End
)

// TextStyle says how a text looks. Size is that of its letters, 0 is 12.
type TextStyle struct {
	Color  string // empty is nearly black
	Size   float64
	Anchor Anchor
	Bold   bool
}

type kind int

const (
	polygon kind = iota
	polyline
	circle
	text
)

type shape struct {
	kind   kind
	points []Point // of a circle and a text the first alone
	radius float64
	style  Style
	text   string
	look   TextStyle
}

// New makes an empty picture.
func New(width, height float64, title string) *Picture {
	return &Picture{Width: width, Height: height, Title: title}
}

// Rect draws a rectangle from its upper left corner.
func (p *Picture) Rect(x, y, width, height float64, s Style) {
	p.Polygon([]Point{{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}}, s)
}

// Line draws a straight line.
func (p *Picture) Line(x1, y1, x2, y2 float64, s Style) { p.Polyline([]Point{{x1, y1}, {x2, y2}}, s) }

// Polyline draws an open line through points.
func (p *Picture) Polyline(points []Point, s Style) {
	s.Fill = ""
	p.shapes = append(p.shapes, shape{kind: polyline, points: points, style: s})
}

// Polygon draws a closed shape.
func (p *Picture) Polygon(points []Point, s Style) {
	p.shapes = append(p.shapes, shape{kind: polygon, points: points, style: s})
}

// Circle draws a circle around its centre.
func (p *Picture) Circle(x, y, radius float64, s Style) {
	p.shapes = append(p.shapes, shape{kind: circle, points: []Point{{x, y}}, radius: radius, style: s})
}

// Text writes one line whose middle height is at y.
func (p *Picture) Text(x, y float64, words string, look TextStyle) {
	if look.Size == 0 {
		look.Size = 12
	}
	if look.Color == "" {
		look.Color = "#333333"
	}
	p.shapes = append(p.shapes, shape{kind: text, points: []Point{{x, y}}, text: words, look: look})
}
