package measure

import (
	"cmp"
	"math"
	"slices"
)

// few is the largest number of people that could be told apart: a cell of one
// to nine is not published (contract of the public edition), nor is anything
// from which it could be worked out.
const few = 9

// sensitive tells a cell, or a difference, of one to nine people.
func sensitive(n int64) bool { return n != 0 && -few <= n && n <= few }

// system is a set of cells, in blocks that are shown or hidden as one, and the
// sums that hold among them: everything a reader may add and subtract.
type system struct {
	cells     []sysCell
	blocks    []sysBlock
	relations [][]sysTerm // each adds up to nothing
}

type sysCell struct {
	value  int64
	block  int  // -1: it is never shown, but could be worked out
	signed bool // it may be below 0
}

type sysBlock struct {
	hidden bool
	last   bool  // hidden only where nothing else would do
	first  bool  // hidden before any other
	with   []int // blocks that are hidden where this one is
}

type sysTerm struct {
	cell int
	sign int64
}

// block makes a block; those it is given are hidden whenever it is.
func (s *system) block(with ...int) int {
	s.blocks = append(s.blocks, sysBlock{with: with})
	return len(s.blocks) - 1
}

// derived is the block of cells that are never shown.
const derived = -1

func (s *system) cell(block int, value int64, signed bool) int {
	s.cells = append(s.cells, sysCell{value, block, signed})
	return len(s.cells) - 1
}

// relate says that a whole is the sum of its parts.
func (s *system) relate(whole int, parts ...int) {
	terms := []sysTerm{{whole, -1}}
	for _, p := range parts {
		terms = append(terms, sysTerm{p, 1})
	}
	s.relations = append(s.relations, terms)
}

// differ adds the cell whole - part and returns it.
func (s *system) differ(whole, part int, signed bool) int {
	d := s.cell(derived, s.cells[whole].value-s.cells[part].value, signed)
	s.relate(whole, part, d)
	return d
}

func (s *system) unknown(c int) bool {
	b := s.cells[c].block
	return b == derived || s.blocks[b].hidden
}

func (s *system) hide(block int) {
	if s.blocks[block].hidden {
		return
	}
	s.blocks[block].hidden = true
	for _, w := range s.blocks[block].with {
		s.hide(w)
	}
}

// protect hides every block with a sensitive cell, and then further ones until
// no sensitive cell can be told any more: neither exactly, by elimination, nor
// within a range of fewer than ten numbers.
func (s *system) protect() {
	for _, c := range s.cells {
		if c.block != derived && sensitive(c.value) {
			s.hide(c.block)
		}
	}
	for {
		exposed := s.narrowed()
		if exposed < 0 {
			exposed = s.solved()
		}
		if exposed < 0 || !s.cover(exposed) {
			return
		}
	}
}

// cover hides one more block beside an exposed cell: the least that helps, in a
// sum the cell is part of, else in a sum of cells that are unknown with it.
func (s *system) cover(exposed int) bool {
	near := map[int]bool{exposed: true}
	for range len(s.relations) {
		var found []sysTerm
		grown := false
		for _, terms := range s.relations {
			if !slices.ContainsFunc(terms, func(t sysTerm) bool { return near[t.cell] }) {
				continue
			}
			for _, t := range terms {
				if !s.unknown(t.cell) {
					found = append(found, t)
				} else if !near[t.cell] {
					near[t.cell], grown = true, true
				}
			}
		}
		if len(found) > 0 {
			best := slices.MinFunc(found, func(x, y sysTerm) int {
				return cmp.Or(cmp.Compare(s.cost(x.cell), s.cost(y.cell)), cmp.Compare(x.cell, y.cell))
			})
			s.hide(s.cells[best.cell].block)
			return true
		}
		if !grown {
			return false
		}
	}
	return false
}

// cost orders what could be hidden: small cells that give cover before large
// ones, then those too small to, and the whole at the very last.
func (s *system) cost(c int) float64 {
	n := math.Abs(float64(s.cells[c].value))
	if n <= few {
		n = 1e12 - n
	}
	b := s.blocks[s.cells[c].block]
	if len(b.with) > 0 { // more would go with it
		n += 1e13
	}
	if b.last {
		n += 1e15
	}
	if b.first {
		n *= 1e-3
	}
	return n
}

// narrowed finds an unknown sensitive cell that the sums pin down to fewer than
// ten numbers, or -1. People are never fewer than none.
func (s *system) narrowed() int {
	low, high := make([]float64, len(s.cells)), make([]float64, len(s.cells))
	for n, c := range s.cells {
		low[n], high[n] = float64(c.value), float64(c.value)
		if s.unknown(n) {
			low[n], high[n] = 0, math.Inf(1)
			if c.signed {
				low[n] = math.Inf(-1)
			}
		}
	}
	for changed, round := true, 0; changed && round < 64; round++ {
		changed = false
		for _, terms := range s.relations {
			changed = narrow(terms, low, high) || changed
		}
	}
	for n, c := range s.cells {
		if s.unknown(n) && sensitive(c.value) && high[n]-low[n] < few {
			return n
		}
	}
	return -1
}

// narrow tightens the bounds of the cells of one sum.
func narrow(terms []sysTerm, low, high []float64) (changed bool) {
	for _, x := range terms {
		least, most := 0.0, 0.0 // of the rest, times minus the sign of x
		for _, t := range terms {
			if t.cell == x.cell {
				continue
			}
			if t.sign == x.sign {
				least, most = least-high[t.cell], most-low[t.cell]
			} else {
				least, most = least+low[t.cell], most+high[t.cell]
			}
		}
		if least > low[x.cell] {
			low[x.cell], changed = least, true
		}
		if most < high[x.cell] {
			high[x.cell], changed = most, true
		}
	}
	return changed
}

// prime makes a field of the integers below it, in which elimination is exact
// and small; that it tells another answer than the rationals is out of question
// for sums of a few hundred cells with signs of one.
const prime = 2_147_483_647

// solved finds an unknown sensitive cell that elimination over all sums works
// out, or -1.
func (s *system) solved() int {
	column := map[int]int{}
	var unknown []int
	for n := range s.cells {
		if s.unknown(n) {
			column[n] = len(unknown)
			unknown = append(unknown, n)
		}
	}
	var rows [][]int64
	for _, terms := range s.relations {
		row, any := make([]int64, len(unknown)), false
		for _, t := range terms {
			if c, ok := column[t.cell]; ok {
				row[c] = ((row[c]+t.sign)%prime + prime) % prime
				any = true
			}
		}
		if any {
			rows = append(rows, row)
		}
	}
	for _, row := range reduce(rows) {
		alone := -1
		for c, v := range row {
			if v != 0 && alone >= 0 {
				alone = -1
				break
			} else if v != 0 {
				alone = c
			}
		}
		if alone >= 0 && sensitive(s.cells[unknown[alone]].value) {
			return unknown[alone]
		}
	}
	return -1
}

// reduce brings rows to reduced row echelon form, in the field of prime.
func reduce(rows [][]int64) [][]int64 {
	if len(rows) == 0 {
		return nil
	}
	done := 0
	for c := range rows[0] {
		pivot := slices.IndexFunc(rows[done:], func(row []int64) bool { return row[c] != 0 })
		if pivot < 0 {
			continue
		}
		rows[done], rows[done+pivot] = rows[done+pivot], rows[done]
		inverse := power(rows[done][c], prime-2)
		for k, v := range rows[done] {
			rows[done][k] = v * inverse % prime
		}
		for n := range rows {
			if factor := rows[n][c]; n != done && factor != 0 {
				for k, v := range rows[done] {
					if v != 0 {
						rows[n][k] = (rows[n][k] + (prime-factor)*v) % prime
					}
				}
			}
		}
		if done++; done == len(rows) {
			break
		}
	}
	return rows[:done]
}

func power(base, exponent int64) int64 {
	result := int64(1)
	for ; exponent > 0; exponent >>= 1 {
		if exponent&1 == 1 {
			result = result * base % prime
		}
		base = base * base % prime
	}
	return result
}
