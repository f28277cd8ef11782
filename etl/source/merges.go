package source

import (
	"bytes"
	"slices"

	"canbao/etl/clean"
)

// merges gives every cell of a merged range in the body of a table the value
// of its first cell: a town merged over the thirty people who live there is
// the town of each. A cell that has a text of its own below the merge keeps
// it: it was typed for this row. A number over several rows is their sum, of a
// household for instance, and stays with the first. In a header the rule of two
// rows decides.
type merges struct {
	body   []span // of the body, by their first row
	width  int
	active []merge // per column
	until  int64   // the last row of any active one
	cells  [][]byte
	own    [][]byte // the last row before it was filled
	filled bool     // the last row was
}

// merge is the value that a column has down to a row.
type merge struct {
	bottom int64
	value  []byte
}

func newMerges(g *grid) *merges {
	m := &merges{width: len(g.headers)}
	if len(g.merges) > 0 {
		m.body = slices.Clone(g.merges)
		slices.SortStableFunc(m.body, func(a, b span) int { return int(a.top - b.top) })
		m.active = make([]merge, m.width)
	}
	return m
}

// fill fills in the row at line and tells whether it did.
func (m *merges) fill(line int64, cells *[][]byte) bool {
	m.filled = false
	if len(m.body) == 0 && line > m.until {
		return false
	}
	m.own = *cells
	m.begin(line, *cells)
	if line > m.until {
		return false
	}
	m.cells = append(m.cells[:0], *cells...)
	for c := range m.active {
		if m.active[c].bottom < line || len(m.active[c].value) == 0 {
			continue
		}
		for len(m.cells) <= c {
			m.cells = append(m.cells, nil)
		}
		if clean.Empty(m.cells[c]) {
			m.cells[c], m.filled = m.active[c].value, true
		}
	}
	if m.filled {
		*cells = m.cells
	}
	return m.filled
}

// begin takes up the ranges whose first row this is. Ranges do not overlap, so
// those that begin in one row are no wider than the table; what is beyond that
// is made up.
func (m *merges) begin(line int64, cells [][]byte) {
	room := m.width
	for len(m.body) > 0 && m.body[0].top <= line {
		s := m.body[0]
		m.body = m.body[1:]
		if s.top < line || s.left >= min(m.width, len(cells)) {
			continue
		}
		if s.bottom > s.top && isSum(cells[s.left]) {
			continue
		}
		value := append([]byte(nil), cells[s.left]...)
		for c := s.left; c <= min(s.right, m.width-1) && room > 0; c++ {
			m.active[c] = merge{s.bottom, value}
			room--
		}
		m.until = max(m.until, s.bottom)
	}
}

// isSum tells whether a cell may hold the sum of the rows it is merged over: a
// number that is neither a year nor as long as a code of an area (9 or 12
// digits) or an ID number (15 or 18).
func isSum(cell []byte) bool {
	if _, ok := clean.ParseFen(cell); !ok {
		return false
	}
	switch text := clean.Label(nil, cell); len(text) {
	case 4:
		_, year := clean.ParseYear(text)
		return !year
	case 9, 12, 15, 18:
		return bytes.ContainsFunc(text, func(r rune) bool { return r < '0' || r > '9' })
	}
	return true
}
