package measure

import "testing"

// TestElimination: two differences of signed cells give both, though neither
// alone narrows anything.
func TestElimination(t *testing.T) {
	var s system
	hidden, shown := s.block(), s.block()
	x, y := s.cell(hidden, 5, true), s.cell(hidden, 20, true)
	sum, other := s.cell(shown, 25, true), s.cell(derived, -15, true)
	s.relate(sum, x, y)
	s.relate(x, y, other)
	s.hide(hidden)
	if s.solved() >= 0 {
		t.Fatal("one sum of two unknown cells is solved")
	}
	last := s.cell(shown, -15, true)
	s.relate(other, last)
	if got := s.solved(); got != x {
		t.Fatalf("the solved cell is %d, want %d", got, x)
	}
	if s.narrowed() >= 0 {
		t.Error("the ranges alone find it: the test tests nothing")
	}
	s.protect()
	if !s.blocks[shown].hidden || s.solved() >= 0 {
		t.Error("it is not protected")
	}
}

// TestComplement: one small cell takes a second one with it, the smallest that
// leaves ten numbers open, and not the whole.
func TestComplement(t *testing.T) {
	var s system
	var parts []int
	total := int64(0)
	for _, n := range []int64{4, 400, 30, 0, 12} {
		parts = append(parts, s.cell(s.block(), n, false))
		total += n
	}
	whole := s.block()
	s.blocks[whole].last = true
	s.relate(s.cell(whole, total, false), parts...)
	s.protect()
	for n, want := range []bool{true, false, false, false, true, false} {
		if got := s.blocks[n].hidden; got != want {
			t.Errorf("block %d is hidden: %v, want %v", n, got, want)
		}
	}
}

// TestNothingSmall: where no cell is small nothing is hidden.
func TestNothingSmall(t *testing.T) {
	var s system
	a, b := s.cell(s.block(), 10, false), s.cell(s.block(), 0, false)
	s.relate(s.cell(s.block(), 10, false), a, b)
	s.protect()
	for n := range s.blocks {
		if s.blocks[n].hidden {
			t.Errorf("block %d is hidden", n)
		}
	}
}
