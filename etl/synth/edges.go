package synth

// edge is a person planted at the edge of a rule.
type edge struct {
	guest bool
	name  string
	make  func(w *townWork, x *someone)
}

// edgeAt is the edge that person i of the town stands at, nil for most.
func (w *townWork) edgeAt(i int) *edge { return nil }

func (e *edge) dress(w *townWork, x *someone) {
	x.edge = true
	e.make(w, x)
}
