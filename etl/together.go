package etl

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"canbao/etl/refuse"
)

// Files that come one behind the other and bring the same columns of the same
// dataset go into the database in one pass and one transaction, as long as they
// are not larger than this in bytes, each and together: the database then
// writes whole runs of rows once, instead of many short ones and again when it
// tidies up. Each file still is loaded whole or not at all; with a kill in the
// middle it is some seconds of work that have not happened.
const (
	togetherEach = 64 << 20
	togetherAll  = 128 << 20
)

// member is a part of a file among those that go into the database in one pass.
type member struct {
	in   *intake
	part *part
	entry
	held holding
}

// some takes in the next file, and those behind it that can go with it. It
// returns how many files it took, and the reports of what was loaded and the
// refusals among them. Any other error ends the load.
func (l *Loader) some(ctx context.Context, t *transaction, ahead *ahead) (took int, reports []FileReport, refused []error, err error) {
	in := ahead.next()
	if in == nil {
		return 0, nil, nil, ctx.Err()
	}
	files := []*intake{in}
	if l.mayJoin(in) {
		files, reports, err = l.together(ctx, t, in, ahead)
	} else {
		reports, err = l.file(ctx, t, in)
	}
	var no *refuse.Error
	switch {
	case err == nil:
		l.past(sizeOf(files), reports)
		return len(files), reports, nil, nil
	case !errors.As(err, &no):
		return 0, nil, nil, err
	case len(files) == 1:
		l.past(sizeOf(files), nil)
		return 1, nil, []error{err}, nil
	}
	// One of them is refused, and with it nothing of the others was kept: now
	// each goes alone.
	for i, again := range files {
		l.goOn(again.path, l.progress.Done+min(i, 1))
		loaded, err := l.file(ctx, t, l.take(ctx, again.path))
		if err != nil && !errors.As(err, &no) {
			return i, reports, refused, err
		}
		if err != nil {
			refused = append(refused, err)
		}
		reports = append(reports, loaded...)
		l.past(again.size(), loaded)
	}
	return len(files), reports, refused, nil
}

func sizeOf(files []*intake) (n int64) {
	for _, in := range files {
		n += in.size()
	}
	return n
}

// size is the number of the file's bytes, 0 where it could not be opened.
func (in *intake) size() int64 {
	if in.file == nil {
		return 0
	}
	return in.file.Size()
}

// mayJoin tells whether a file may go into the database with others: one table
// of moderate size, never loaded before, that asks nothing of what was loaded.
func (l *Loader) mayJoin(in *intake) bool {
	return !l.preview && l.Number == 0 && in.err == nil && len(in.parts) == 1 &&
		in.size() <= togetherEach && !in.parts[0].c.asks() && in.parts[0].m.number < 0 && !l.loaded[in.file.SHA256()]
}

// goesWith tells whether a file brings the same columns as another.
func (in *intake) goesWith(other *intake) bool {
	a, b := in.parts[0].m, other.parts[0].m
	return a.dataset == b.dataset && slices.Equal(a.stored(), b.stored())
}

// together loads a file and those behind it that go with it, in one transaction.
// It returns which they were, whatever became of them.
func (l *Loader) together(ctx context.Context, t *transaction, first *intake, ahead *ahead) (files []*intake, reports []FileReport, err error) {
	defer func() {
		for _, in := range files {
			in.close()
		}
	}()
	files = []*intake{first}
	stood := l.progress
	defer func() { l.progress = stood }()
	if err := t.begin(ctx); err != nil {
		return files, nil, err
	}
	load, err := nextLoad(ctx, t.conn)
	if err != nil {
		return files, nil, errors.Join(err, t.end(ctx))
	}
	join := func(in *intake) *member {
		p, n := in.parts[0], load+len(files)-1
		return &member{in: in, part: p, entry: entry{load: n, whole: n, file: in.path, part: p.name, headers: p.m.all,
			sha256: in.file.SHA256(), bytes: in.size(), at: l.now(), by: l.By, office: l.Office}}
	}
	all, hashes := first.size(), map[string]bool{first.file.SHA256(): true}
	brought, err := l.rows(ctx, t.conn, join(first), func() *member {
		in := ahead.peek()
		if in == nil || !l.mayJoin(in) || !in.goesWith(first) || all+in.size() > togetherAll || hashes[in.file.SHA256()] {
			return nil
		}
		ahead.next()
		all += in.size()
		hashes[in.file.SHA256()] = true
		files = append(files, in)
		return join(in)
	})
	if err == nil {
		err = t.done(ctx)
	}
	if err != nil {
		l.met = nil // it remembers rows that are not there
		return files, nil, errors.Join(err, t.end(ctx))
	}
	for _, m := range brought {
		l.loaded[m.sha256] = true
		m.report.Warnings = append(m.report.Warnings, m.in.file.Skipped()...)
		reports = append(reports, m.report)
	}
	return files, reports, nil
}

// knowLoaded reads which files the ledger has.
func (l *Loader) knowLoaded(ctx context.Context, conn *sql.Conn) error {
	l.loaded = map[string]bool{}
	rows, err := conn.QueryContext(ctx, "select distinct sha256 from raw.load")
	if err != nil {
		return fmt.Errorf("look the files up in the ledger: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var hash string
		if err := rows.Scan(&hash); err != nil {
			return fmt.Errorf("look the files up in the ledger: %w", err)
		}
		l.loaded[hash] = true
	}
	return rows.Err()
}
