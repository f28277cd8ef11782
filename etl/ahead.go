package etl

import (
	"context"
	"database/sql"

	"canbao/etl/source"
)

// intake is a file on its way in: opened, recognised and being converted, or
// the reason why not.
type intake struct {
	path string
	file *source.File
	m    *mapping
	c    *converter
	rows *stream
	err  error
}

// take opens and recognises a file and starts converting it. A roster without
// an area of its own waits for the database: what earlier loads have left
// standing decides about its rows.
func (l *Loader) take(ctx context.Context, path string) *intake {
	in := &intake{path: path}
	if in.file, in.err = source.Open(path, fit); in.err != nil {
		return in
	}
	if in.m, in.err = recognise(path, in.file.Table().Headers(), l.Dataset); in.err != nil {
		return in
	}
	in.c = l.newConverter(in.m)
	if !in.c.asksPlaced() {
		in.convert(ctx, l.workers())
	}
	return in
}

func (in *intake) convert(ctx context.Context, workers int) {
	in.rows = newStream(ctx, in.file.Table(), in.c, workers)
}

// start is convert for a file that had to wait for conn.
func (in *intake) start(ctx context.Context, conn *sql.Conn, workers int) error {
	if in.rows != nil {
		return nil
	}
	var err error
	if in.c.placed, err = standing(ctx, conn, in.c.areas); err != nil {
		return err
	}
	in.convert(ctx, workers)
	return nil
}

// close ends what is under way and closes the file.
func (in *intake) close() {
	if in.rows != nil {
		in.rows.close()
	}
	if in.file != nil {
		in.file.Close()
	}
}

// ahead takes the next file in while the database is busy with the one before.
type ahead struct {
	files chan *intake
	stop  context.CancelFunc
}

func (l *Loader) takeAhead(ctx context.Context, paths []string) *ahead {
	ctx, stop := context.WithCancel(ctx)
	a := &ahead{files: make(chan *intake), stop: stop}
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
func (a *ahead) next() *intake { return <-a.files }

// close ends the taking where files are left.
func (a *ahead) close() {
	a.stop()
	for in := range a.files {
		in.close()
	}
}
