package source

import (
	"context"
	"io"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// grid is the table of a sheet: rows of cells that a rowReader gives.
//
// A row can only be read behind the one before it, so one goroutine reads and
// several tell furniture from rows and hand out the blocks.
type grid struct {
	layout
	where     string // for refusals: the file, and the sheet
	sheet     sheet
	furniture *furniture
	counted   atomic.Int64
	unnamed   *unnamed
	merges    []span
	unchanged func() error
	block     int // blockBytes; smaller in tests
}

// A block ends with the row that reaches one of these.
const (
	blockBytes = 512 << 10
	blockCells = 64 << 10
)

// newGrid finds the header of a sheet with the help of fit.
func newGrid(c content, s sheet, fit Recogniser) (*grid, error) {
	g := &grid{where: joinName(c.Name(), s.name), sheet: s, unchanged: func() error { return nil }, block: blockBytes}
	rows, err := firstRows(g.where, s)
	if err != nil {
		return nil, unreadable(g.where, err)
	}
	g.layout = findHeader(rows, fit)
	known := g.rows
	if s.headers != nil {
		g.headers, g.above, g.rows = s.headers, nil, nil
		g.fit, g.width = fit(s.headers), filledHeaders(s.headers)
		known = [][]string{s.headers}
	}
	if len(g.headers) > maxColumns {
		return nil, tooManyColumns(g.where, 1)
	}
	if _, found := g.personAbove(); found && g.fit > 0 {
		return nil, peopleAbove(joinName(c.Name(), s.name))
	}
	if s.merged != nil && g.width > 0 {
		if g.merges, err = s.merged(); err != nil {
			return nil, unreadable(g.where, err)
		}
	}
	g.furniture = newFurniture(len(g.headers), g.above, known)
	g.unnamed = newUnnamed(g.headers)
	return g, nil
}

func (g *grid) Headers() []string { return g.headers }
func (g *grid) Furniture() int64  { return g.counted.Load() }
func (g *grid) Unnamed() []string { return g.unnamed.letters() }

func (g *grid) Deleted() int64 {
	if g.sheet.skipped == nil {
		return 0
	}
	return g.sheet.skipped()
}

// Read reads the rows in blocks, which workers sort out and hand on.
func (g *grid) Read(ctx context.Context, workers int, fn func(*Block) error) error {
	if g.sheet.blocks != nil {
		if err := g.readRuns(ctx, workers, fn); err != nil {
			return unreadable(g.where, err)
		}
		return g.unchanged()
	}
	rows, err := g.sheet.open()
	if err != nil {
		return unreadable(g.where, err)
	}
	work, ctx := errgroup.WithContext(ctx)
	blocks := make(chan *rowBlock)
	spare := make(chan *rowBlock, workers+2)
	work.Go(func() error {
		defer close(blocks)
		return g.collect(ctx, rows, blocks, spare)
	})
	for range max(1, workers) {
		work.Go(func() error {
			var s sorter
			for b := range blocks {
				if err := fn(s.sort(g, b)); err != nil {
					return err
				}
				select {
				case spare <- b:
				default:
				}
			}
			return nil
		})
	}
	err = work.Wait()
	if shut := rows.close(); err == nil {
		err = shut
	}
	if err != nil {
		return unreadable(g.where, err)
	}
	return g.unchanged()
}

// collect reads the rows below the header into blocks.
func (g *grid) collect(ctx context.Context, rows rowReader, blocks chan<- *rowBlock, spare <-chan *rowBlock) error {
	above := len(g.above) + len(g.rows)
	g.counted.Store(int64(above))
	merges := newMerges(g)
	b := newRowBlock(spare, 0)
	for n := 0; ; n++ {
		line, cells, err := rows.next()
		last := err == io.EOF
		if err != nil && !last {
			return err
		}
		if !last && n >= above {
			if len(cells) > maxColumns {
				return tooManyColumns(g.where, line)
			}
			if merges.fill(line, &cells) && g.furniture.is(merges.own) {
				g.counted.Add(1)
				continue
			}
			if !b.add(line, cells, merges.filled) {
				return rowTooLong(g.where, line)
			}
		}
		if !last && len(b.text) < g.block && len(b.ends) < blockCells {
			if n&0xfff == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			continue
		}
		select {
		case blocks <- b:
		case <-ctx.Done():
			return ctx.Err()
		}
		if last {
			return nil
		}
		b = newRowBlock(spare, b.seq+1)
	}
}
