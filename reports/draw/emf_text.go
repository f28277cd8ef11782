package draw

import (
	"encoding/binary"
	"math"
	"unicode/utf16"
)

// The faces of a picture. Both are on every Windows, and every other system
// knows what to put in their place.
const (
	latinFace   = "Arial"
	chineseFace = "Microsoft YaHei"
)

// text writes one line. Its place is that of the baseline at its anchor, so the
// reader's own font is set flush right or centred whatever its width.
func (e *emf) text(at Point, words string, look TextStyle) {
	e.take(&e.font, e.fontOf(words, look))
	if e.color != look.Color {
		e.color = look.Color
		e.record(emrSetTextColor, colorref(look.Color))
	}
	const baseline = 24
	align := uint32(baseline)
	switch look.Anchor {
	case Middle:
		align |= 6
	case End:
		align |= 2
	}
	if e.align != align {
		e.align = align
		e.record(emrSetTextAlign, align)
	}
	letters := utf16.Encode([]rune(words))
	padded := (2*len(letters) + 3) &^ 3
	// Hundredths of a millimetre a unit, as Windows writes it.
	scale := math.Float32bits(2540.0 / (96 * grain))
	fixed := []uint32{
		0, 0, 0, 0, 1, scale, scale,
		units(at.X), units(at.Y + 0.36*look.Size), uint32(len(letters)), emrTextOutFixedSize, 0,
		0, 0, 0, 0, emrTextOutFixedSize + uint32(padded),
	}
	b := binary.LittleEndian.AppendUint32(e.body, emrExtTextOutW)
	b = binary.LittleEndian.AppendUint32(b, uint32(emrTextOutFixedSize+padded+4*len(letters)))
	for _, w := range fixed {
		b = binary.LittleEndian.AppendUint32(b, w)
	}
	b = appendUTF16(b, letters)
	b = append(b, make([]byte, padded-2*len(letters))...)
	for _, step := range steps(words, look) {
		b = binary.LittleEndian.AppendUint32(b, step)
	}
	e.body = b
	e.records++
}

// fontOf picks the face: Arial for figures and English, whose widths are known,
// a Chinese one for all else.
func (e *emf) fontOf(words string, look TextStyle) uint32 {
	face, charset := latinFace, byte(0)
	for _, c := range words {
		if !latin(c) {
			face, charset = chineseFace, 134 // GB 2312
			break
		}
	}
	weight := uint32(400)
	if look.Bold {
		weight = 700
	}
	// A LOGFONT inside the fixed 320 bytes that Windows writes; what follows the
	// face is names and numbers of a font that a reader need not find.
	const logfontPanose, atFace = 320, 28
	tail := make([]byte, logfontPanose-20)
	tail[3] = charset
	copy(tail[atFace-20:], appendUTF16(nil, utf16.Encode([]rune(face))))
	return e.object(emrCreateFont, tail, -units(look.Size), 0, 0, 0, weight)
}

// latin tells what Arial has: letters, accents, dash and minus.
func latin(c rune) bool { return c < 0x250 || c == '–' || c == '−' }

// steps are the widths of the letters in units, which Windows insists on. They
// are rounded as sums, so the whole is as wide as it should be. The second half
// of a surrogate pair has none.
func steps(words string, look TextStyle) []uint32 {
	var all []uint32
	var sum float64
	var before uint32
	for _, c := range words {
		sum += advance(c, look.Bold) * look.Size / 1000
		now := units(sum)
		all = append(all, now-before)
		if utf16.RuneLen(c) == 2 {
			all = append(all, 0)
		}
		before = now
	}
	return all
}

// advance is the width of a letter in thousandths of its size: that of Arial,
// and a square for Chinese.
func advance(c rune, bold bool) float64 {
	switch {
	case c >= ' ' && c <= '~' && bold:
		return arialBold[c-' ']
	case c >= ' ' && c <= '~':
		return arial[c-' ']
	case c == '·':
		return 333
	case latin(c):
		return 570 // ±, ×, accents
	}
	return 1000
}

// The widths of Arial from the space to the tilde.
var (
	arial = [95]float64{
		278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
		556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
		1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
		667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
		333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
		556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
	}
	arialBold = [95]float64{
		278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278,
		556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611,
		975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778,
		667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556,
		333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611,
		611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
	}
)
