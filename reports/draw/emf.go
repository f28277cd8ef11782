package draw

import (
	"encoding/binary"
	"math"
	"strconv"
	"unicode/utf16"
)

// grain is how many units of an Enhanced Metafile a pixel has: one unit is a
// dot of a printer of 1920 dots an inch.
const grain = 20

// The record types of [MS-EMF] that a picture needs.
const (
	emrHeader           = 1
	emrPolygon          = 3
	emrPolyline         = 4
	emrSetWindowExt     = 9
	emrSetWindowOrg     = 10
	emrSetViewportExt   = 11
	emrSetViewportOrg   = 12
	emrEOF              = 14
	emrSetMapMode       = 17
	emrSetBkMode        = 18
	emrSetPolyFillMode  = 19
	emrSetTextAlign     = 22
	emrSetTextColor     = 24
	emrSelectObject     = 37
	emrCreateBrush      = 39
	emrEllipse          = 42
	emrCreateFont       = 82
	emrExtTextOutW      = 84
	emrExtCreatePen     = 95
	emrStockNoBrush     = 0x80000005
	emrStockNoPen       = 0x80000008
	emrHeaderSize       = 108
	emrTextOutFixedSize = 76
)

// EMF is the picture as an Enhanced Metafile, which word processors draw
// themselves at the resolution of the printer. The device it speaks of is one
// on which a unit is a dot, so that nothing is scaled where a reader passes
// over the mapping.
func (p *Picture) EMF() []byte {
	e := &emf{objects: map[string]uint32{}}
	width, height := units(p.Width), units(p.Height)
	e.record(emrSetMapMode, 8) // anisotropic: window to viewport as the next four say
	e.record(emrSetWindowOrg, 0, 0)
	e.record(emrSetWindowExt, width, height)
	e.record(emrSetViewportOrg, 0, 0)
	e.record(emrSetViewportExt, width, height)
	e.record(emrSetBkMode, 1)       // text lets through what is behind it
	e.record(emrSetPolyFillMode, 2) // winding, as SVG fills
	for _, s := range p.shapes {
		e.shape(s)
	}
	e.record(emrEOF, 0, 16, 20)
	return append(e.header(width, height, p.Title), e.body...)
}

// emf collects records and remembers the pens, brushes and fonts it has made
// and which of them are in use.
type emf struct {
	body    []byte
	records uint32
	objects map[string]uint32 // the record that makes an object, to its number
	pen     uint32
	brush   uint32
	font    uint32
	color   string
	align   uint32
}

// units is a length in pixels as one of the metafile.
func units(px float64) uint32 { return uint32(int32(math.Round(px * grain))) }

func (e *emf) record(kind uint32, words ...uint32) {
	e.body = binary.LittleEndian.AppendUint32(e.body, kind)
	e.body = binary.LittleEndian.AppendUint32(e.body, uint32(8+4*len(words)))
	for _, w := range words {
		e.body = binary.LittleEndian.AppendUint32(e.body, w)
	}
	e.records++
}

// header is written last, for it counts the others. Its frame is the size on
// paper in hundredths of a millimetre.
func (e *emf) header(width, height uint32, title string) []byte {
	// 254 mm are ten inches, hence ten times the dots of one.
	const dots, millimetres = 96 * grain * 10, 254
	about := utf16.Encode([]rune("canbao\x00" + title + "\x00\x00"))
	size := uint32(emrHeaderSize+2*len(about)+3) &^ 3
	frame := func(u uint32) uint32 { return u * millimetres * 100 / dots }
	words := []uint32{
		emrHeader, size,
		0, 0, width - 1, height - 1,
		0, 0, frame(width), frame(height),
		0x464D4520, 0x10000, size + uint32(len(e.body)), e.records + 1,
		uint32(len(e.objects) + 1), // number 0 is the metafile itself
		uint32(len(about)), emrHeaderSize, 0,
		dots, dots, millimetres, millimetres,
		0, 0, 0,
		millimetres * 1000, millimetres * 1000,
	}
	var b []byte
	for _, w := range words {
		b = binary.LittleEndian.AppendUint32(b, w)
	}
	b = appendUTF16(b, about)
	return append(b, make([]byte, int(size)-len(b))...)
}

func appendUTF16(b []byte, text []uint16) []byte {
	for _, u := range text {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

func (e *emf) shape(s shape) {
	switch s.kind {
	case text:
		e.text(s.points[0], s.text, s.look)
	case circle:
		e.use(s.style)
		at, r := s.points[0], s.radius
		e.record(emrEllipse, units(at.X-r), units(at.Y-r), units(at.X+r), units(at.Y+r))
	case polygon:
		dashed := s.style.Dashed && s.style.Stroke != ""
		fill := s.style
		if dashed {
			fill.Stroke = ""
		}
		e.use(fill)
		e.points(emrPolygon, s.points)
		if dashed {
			e.dashes(append(s.points[:len(s.points):len(s.points)], s.points[0]), s.style)
		}
	case polyline:
		if s.style.Dashed {
			e.dashes(s.points, s.style)
			return
		}
		e.use(s.style)
		e.points(emrPolyline, s.points)
	}
}

// points writes a line or a polygon; the bounds it asks for are a hint that
// readers work out themselves.
func (e *emf) points(kind uint32, points []Point) {
	words := make([]uint32, 5, 5+2*len(points))
	words[4] = uint32(len(points))
	for _, at := range points {
		words = append(words, units(at.X), units(at.Y))
	}
	e.record(kind, words...)
}

// dashes draws a broken line as single strokes, as long as those of SVG: the
// dashes of a pen come out differently in every program.
func (e *emf) dashes(points []Point, s Style) {
	const dash, gap = 5.0, 3.0
	s.Fill = ""
	e.use(s)
	left, on := dash, true // of the present dash or gap
	stroke := points[:1:1]
	for n := 1; n < len(points); n++ {
		from, to := points[n-1], points[n]
		length := math.Hypot(to.X-from.X, to.Y-from.Y)
		done := 0.0
		for length-done > left {
			done += left
			at := Point{from.X + (to.X-from.X)*done/length, from.Y + (to.Y-from.Y)*done/length}
			if on {
				e.points(emrPolyline, append(stroke, at))
				left = gap
			} else {
				stroke = []Point{at}
				left = dash
			}
			on = !on
		}
		left -= length - done
		if on {
			stroke = append(stroke, to)
		}
	}
	if on && len(stroke) > 1 {
		e.points(emrPolyline, stroke)
	}
}

// use takes the pen and the brush of a style in hand.
func (e *emf) use(s Style) {
	pen, brush := uint32(emrStockNoPen), uint32(emrStockNoBrush)
	if s.Stroke != "" {
		width := s.Width
		if width == 0 {
			width = 1
		}
		// geometric (its width scales), flat ends, round joints
		const style = 0x10000 | 0x200
		pen = e.object(emrExtCreatePen, nil, 0, 0, 0, 0, style, units(width), 0, colorref(s.Stroke), 0, 0)
	}
	if s.Fill != "" {
		brush = e.object(emrCreateBrush, nil, 0, colorref(s.Fill), 0)
	}
	e.take(&e.pen, pen)
	e.take(&e.brush, brush)
}

func (e *emf) take(now *uint32, object uint32) {
	if *now != object {
		e.record(emrSelectObject, object)
		*now = object
	}
}

// object makes a pen, a brush or a font once; words and tail are its record
// after its number.
func (e *emf) object(kind uint32, tail []byte, words ...uint32) uint32 {
	key := binary.LittleEndian.AppendUint32(nil, kind)
	for _, w := range words {
		key = binary.LittleEndian.AppendUint32(key, w)
	}
	key = append(key, tail...)
	number, made := e.objects[string(key)]
	if made {
		return number
	}
	number = uint32(len(e.objects) + 1)
	e.objects[string(key)] = number
	b := binary.LittleEndian.AppendUint32(e.body, kind)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(key)+8))
	b = binary.LittleEndian.AppendUint32(b, number)
	e.body = append(b, key[4:]...)
	e.records++
	return number
}

// colorref is "#rrggbb" in the order of a metafile, blue first.
func colorref(color string) uint32 {
	if len(color) != 7 {
		return 0
	}
	rgb, err := strconv.ParseUint(color[1:], 16, 32)
	if err != nil {
		return 0
	}
	return uint32(rgb>>16 | rgb&0xff00 | rgb&0xff<<16)
}
