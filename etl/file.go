package etl

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"canbao/etl/lake"
	"canbao/etl/refuse"
)

// transaction is that of a file, of files that share a pass (together), or, in a
// preview, one for all of them that is never kept.
type transaction struct {
	conn *sql.Conn
	lake *lake.Lake
	keep bool
	open bool
}

func (t *transaction) begin(ctx context.Context) error {
	if t.open {
		return nil
	}
	if _, err := t.conn.ExecContext(ctx, "begin transaction"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	t.open = true
	return nil
}

// done keeps what was done, where it is to be kept.
func (t *transaction) done(ctx context.Context) error {
	if !t.keep {
		return nil
	}
	if err := t.lake.Flush(ctx); err != nil {
		return err
	}
	if _, err := t.conn.ExecContext(ctx, "commit"); err != nil {
		return err
	}
	t.open = false
	t.lake.Kept()
	return nil
}

// end takes back what was not kept.
func (t *transaction) end(ctx context.Context) error {
	if !t.open {
		return nil
	}
	t.open = false
	// The context may be what ended the load; the rollback must still run.
	_, err := t.conn.ExecContext(context.WithoutCancel(ctx), "rollback")
	t.lake.Ended(err == nil)
	if err != nil && !strings.Contains(err.Error(), "no transaction") {
		return fmt.Errorf("roll back: %w", err)
	}
	return nil
}

// A file larger than this, in bytes, may have no more memory of the database
// than so many megabytes: it is read once, and what is kept of it in memory
// serves nobody. With this a file ten times as large takes no more.
const (
	largeFile       = 1 << 30
	largeFileMemory = 300
)

// file loads one file with all its parts.
func (l *Loader) file(ctx context.Context, t *transaction, in *intake) ([]FileReport, error) {
	if in == nil {
		return nil, ctx.Err()
	}
	defer in.close()
	if in.file == nil {
		return nil, in.err
	}
	if in.file.Size() > largeFile {
		widen, err := l.DB.Narrow(ctx, largeFileMemory)
		if err != nil {
			return nil, err
		}
		defer widen()
	}
	if err := t.begin(ctx); err != nil {
		return nil, err
	}
	reports, err := l.inTransaction(ctx, t.conn, in)
	if err == nil {
		err = t.done(ctx)
	}
	switch {
	case err == nil:
		return reports, nil
	case l.preview && in.err != nil:
		return nil, err // it was refused as it came: what was previewed before stands
	}
	l.met = nil // it remembers rows that are not there
	return nil, errors.Join(err, t.end(ctx))
}

func (l *Loader) inTransaction(ctx context.Context, conn *sql.Conn, in *intake) ([]FileReport, error) {
	first, err := l.number(ctx, conn)
	if err != nil {
		return nil, err
	}
	e := entry{load: first, whole: first, file: cmp.Or(l.As, in.path), sha256: in.file.SHA256(), bytes: in.file.Size(),
		at: l.now(), by: l.By, office: l.Office}
	before, err := loadedBefore(ctx, conn, e.sha256, l.Dataset)
	switch {
	case err != nil:
		return nil, err
	case len(before) > 0 && (in.err != nil || len(before) == len(in.parts)):
		return l.again(ctx, conn, e, before)
	case in.err != nil:
		return nil, in.err
	}
	var reports []FileReport
	for _, p := range in.parts {
		e.part, e.headers = p.name, p.m.all
		if err := l.free(ctx, conn, e.load); err != nil {
			return nil, err
		}
		brought, err := l.rows(ctx, conn, &member{in: in, part: p, entry: e}, nil)
		if err != nil {
			return nil, err
		}
		reports = append(reports, brought[0].report)
		e.load++
	}
	if len(reports) > 0 {
		reports[0].Warnings = append(reports[0].Warnings, in.file.Skipped()...)
	}
	return reports, nil
}

// number is the load number of the next file.
func (l *Loader) number(ctx context.Context, conn *sql.Conn) (int, error) {
	if l.Number != 0 {
		return l.Number, nil
	}
	return nextLoad(ctx, conn)
}

// free refuses a load number that was asked for and is taken.
func (l *Loader) free(ctx context.Context, conn *sql.Conn, load int) error {
	if l.Number == 0 {
		return nil
	}
	var taken bool
	if err := conn.QueryRowContext(ctx, "select exists (select 1 from raw.load where load = ?)", load).Scan(&taken); err != nil {
		return fmt.Errorf("number the load: %w", err)
	}
	if !taken {
		return nil
	}
	return &refuse.Error{
		What: refuse.Text{ZH: fmt.Sprintf("装载编号 %d 已经用了", load), EN: fmt.Sprintf("load number %d is taken", load)},
		Do:   refuse.Text{ZH: "用 canbao loads 查看编号", EN: "canbao loads lists the numbers"},
	}
}

// again enters a file whose very bytes were loaded before: it changes nothing,
// all its rows are repeated (contract, section 2). The rows stand at the lowest
// number their bytes were loaded under.
func (l *Loader) again(ctx context.Context, conn *sql.Conn, e entry, before []entry) ([]FileReport, error) {
	var reports []FileReport
	for _, b := range before {
		if err := l.free(ctx, conn, e.load); err != nil {
			return nil, err
		}
		e.part, e.sameAs = b.part, b.load
		if e.office == "" {
			e.office = b.office
		}
		e.report = FileReport{File: e.file, Dataset: b.report.Dataset, Part: b.part, Rows: b.report.Rows, Repeated: b.report.Rows,
			Furniture: b.report.Furniture, Reasons: map[string]int64{}, SameAs: b.load, Load: e.load, Office: e.office}
		if err := writeEntries(ctx, conn, &e); err != nil {
			return nil, err
		}
		if e.load < b.load {
			if err := moveRows(ctx, conn, l.lake, b.report.Dataset, b.load, e.load); err != nil {
				return nil, err
			}
		}
		reports = append(reports, e.report)
		e.load++
	}
	return reports, nil
}
