package draw

// Label is a text of a picture and about the room it takes.
type Label struct {
	Text                     string
	Left, Top, Right, Bottom float64
}

// Texts lists the texts of a picture in the order they were drawn.
func (p *Picture) Texts() []Label {
	var all []Label
	for _, s := range p.shapes {
		if s.kind != text {
			continue
		}
		at, width := s.points[0], TextWidth(s.text, s.look.Size)
		l := Label{Text: s.text, Left: at.X, Top: at.Y - s.look.Size/2, Bottom: at.Y + s.look.Size/2}
		switch s.look.Anchor {
		case Middle:
			l.Left -= width / 2
		case End:
			l.Left -= width
		}
		l.Right = l.Left + width
		all = append(all, l)
	}
	return all
}
