package etl

import (
	"context"
	"database/sql"

	"canbao/etl/source"
)

// intake is a file on its way in: opened, its parts recognised and the first of
// them being converted, or the reason why not.
type intake struct {
	path  string
	file  *source.File
	parts []*part
	err   error
}

// part is a table of a file: the only one, a sheet, or a member of an archive.
type part struct {
	name  string
	table source.Table
	m     *mapping
	c     *converter
	rows  *stream
}

// take opens a file, recognises its parts and starts converting the first. A
// roster without an area of its own waits for the database: what earlier loads
// have left standing decides about its rows.
func (l *Loader) take(ctx context.Context, path string) *intake {
	in := &intake{path: path}
	if in.file, in.err = source.Open(path, l.words.fit); in.err != nil {
		return in
	}
	for _, p := range in.file.Parts() {
		part := &part{name: p.Name, table: p.Table}
		where := path
		if p.Name != "" {
			where += "/" + p.Name
		}
		if part.m, in.err = l.words.recognise(where, p.Table.Headers(), l.Dataset); in.err != nil {
			return in
		}
		if len(l.Within) > 0 && part.m.number >= 0 {
			in.err = notTheirs(where)
			return in
		}
		part.c = l.newConverter(part.m)
		part.c.where = where
		in.parts = append(in.parts, part)
	}
	if len(in.parts) > 0 && !in.parts[0].c.asks() {
		in.parts[0].convert(ctx, l.workers())
	}
	return in
}

func (p *part) convert(ctx context.Context, workers int) {
	p.rows = newStream(ctx, p.table, p.c, workers)
}

// start is convert for a part that had to wait for conn or for its turn.
func (p *part) start(ctx context.Context, conn *sql.Conn, workers int) (err error) {
	if p.rows != nil {
		return nil
	}
	if p.c.asksPlaced() {
		if p.c.placed, err = standing(ctx, conn, p.c.areas, nil); err != nil {
			return err
		}
	}
	if p.c.asksKept() {
		if p.c.kept, err = keptDocuments(ctx, conn); err != nil {
			return err
		}
		if p.c.foreign, err = foreigners(ctx, conn); err != nil {
			return err
		}
		if len(p.c.areasOf) > 0 {
			if p.c.within, err = standing(ctx, conn, p.c.areas, p.c.areasOf); err != nil {
				return err
			}
		}
	}
	p.convert(ctx, workers)
	return nil
}

// close ends what is under way and closes the file.
func (in *intake) close() {
	for _, p := range in.parts {
		if p.rows != nil {
			p.rows.close()
		}
	}
	if in.file != nil {
		in.file.Close()
	}
}

// ahead takes the next file in while the database is busy with the one before.
type ahead struct {
	files  chan *intake
	stop   context.CancelFunc
	peeked *intake // asked for and not yet taken
}

func (l *Loader) takeAhead(ctx context.Context, paths []string) *ahead {
	ctx, stop := context.WithCancel(ctx)
	a := &ahead{files: make(chan *intake, 2), stop: stop}
	go func() {
		defer close(a.files)
		for _, path := range paths {
			in := l.take(ctx, path)
			select {
			case a.files <- in:
			case <-ctx.Done():
				in.close()
				return
			}
		}
	}()
	return a
}

// next is the next file in order, the taker's to close; nil where the load was
// ended.
func (a *ahead) next() *intake {
	in := a.peek()
	a.peeked = nil
	return in
}

// peek is the file that next will give; nil where there is none.
func (a *ahead) peek() *intake {
	if a.peeked == nil {
		a.peeked = <-a.files
	}
	return a.peeked
}

// close ends the taking where files are left.
func (a *ahead) close() {
	a.stop()
	if a.peeked != nil {
		a.peeked.close()
	}
	for in := range a.files {
		in.close()
	}
}
