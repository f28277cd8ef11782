package source

// rowBlock is a run of rows as they were read: their text in one piece.
type rowBlock struct {
	seq   int
	lines []int64
	text  []byte
	ends  []int  // of each cell in text
	rows  []int  // of each row in ends
	sure  []bool // the row is known to be no furniture
}

func newRowBlock(spare <-chan *rowBlock, seq int) *rowBlock {
	var b *rowBlock
	select {
	case b = <-spare:
	default:
		b = &rowBlock{}
	}
	*b = rowBlock{seq: seq, lines: b.lines[:0], text: b.text[:0], ends: b.ends[:0], rows: b.rows[:0], sure: b.sure[:0]}
	return b
}

// add copies a row; false where it is too long to be one.
func (b *rowBlock) add(line int64, cells [][]byte, sure bool) bool {
	start := len(b.text)
	for _, c := range cells {
		b.text = append(b.text, c...)
		b.ends = append(b.ends, len(b.text))
		if len(b.text)-start > gridBytes {
			return false
		}
	}
	b.lines = append(b.lines, line)
	b.rows = append(b.rows, len(b.ends))
	b.sure = append(b.sure, sure)
	return true
}

// sorter makes blocks of rows that were read; it belongs to one worker.
type sorter struct {
	block Block
	all   [][]byte   // every cell of the block
	kept  [][][]byte // per row of the block, its cells
}

// sort leaves out the furniture, which is counted.
func (s *sorter) sort(g *grid, b *rowBlock) *Block {
	width := len(g.headers)
	out := &s.block
	*out = Block{Seq: b.seq, Width: width, Lines: out.Lines[:0], Cells: out.Cells[:0], raw: s.raw}
	s.all, s.kept = s.all[:0], s.kept[:0]
	start := 0
	for _, end := range b.ends {
		s.all = append(s.all, b.text[start:end:end])
		start = end
	}
	from := 0
	for i, to := range b.rows {
		cells := s.all[from:to]
		from = to
		if !b.sure[i] && g.furniture.is(cells) {
			g.counted.Add(1)
			continue
		}
		out.Lines = append(out.Lines, b.lines[i])
		s.kept = append(s.kept, cells)
		out.Cells = append(out.Cells, cells[:min(width, len(cells))]...)
		for range width - len(cells) {
			out.Cells = append(out.Cells, nil)
		}
		g.unnamed.seeWithin(cells)
		g.unnamed.seeBeyond(cells, width)
	}
	return out
}

func (s *sorter) raw(row int) []string { return texts(s.kept[row]) }
