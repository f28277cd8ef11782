package source

import (
	"context"
	"sync"
)

// runSorter makes blocks of runs of rows; it belongs to one worker at a time.
type runSorter struct {
	block Block
}

// readRuns reads a sheet whose format gives whole runs of rows.
func (g *grid) readRuns(ctx context.Context, workers int, fn func(*Block) error) error {
	g.counted.Store(0)
	sorters := sync.Pool{New: func() any { return new(runSorter) }}
	return g.sheet.blocks(ctx, workers, func(run *rowRun) error {
		s := sorters.Get().(*runSorter)
		defer sorters.Put(s)
		return fn(s.sort(g, run))
	})
}

// sort leaves out the furniture. As long as there is none, which is the rule,
// the cells stay where they are.
func (s *runSorter) sort(g *grid, run *rowRun) *Block {
	b, width := &s.block, len(g.headers)
	*b = Block{Seq: run.seq, Width: width, Lines: b.Lines[:0], Cells: run.cells, raw: s.raw}
	kept := -1 // cells, once furniture was found
	for i := range run.rows {
		row := run.cells[i*width : (i+1)*width]
		if g.furniture.is(row) {
			g.counted.Add(1)
			if kept < 0 {
				kept = i * width
			}
			continue
		}
		if kept >= 0 {
			copy(run.cells[kept:], row)
			kept += width
		}
		b.Lines = append(b.Lines, run.line+int64(i))
		g.unnamed.seeWithin(row)
	}
	if kept >= 0 {
		b.Cells = run.cells[:kept]
	}
	return b
}

func (s *runSorter) raw(row int) []string {
	return texts(s.block.Cells[row*s.block.Width : (row+1)*s.block.Width])
}
