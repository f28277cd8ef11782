package etl

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/maphash"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"time"

	"canbao/etl/clean"
	"canbao/etl/refuse"
	"canbao/etl/seal"
	"canbao/sql/duck"
)

// Loader loads extracts into the warehouse. DB, Key and Areas must be set.
type Loader struct {
	DB       *duck.DB
	Key      *seal.Key
	Areas    *clean.Areas
	Now      time.Time         // the load day; zero is the clock's
	Dataset  string            // what every file is, "" to recognise each
	Workers  int               // goroutines that convert, 0 = one per processor
	Progress func(Progress)    // called now and then, from one goroutine; may be nil
	Warn     func(refuse.Text) // told what is odd about the load as a whole; may be nil

	seed   maphash.Seed
	met    *met
	moment time.Time // of this load: Now, or later where the clock was set back
}

// Progress tells how far a load has come.
type Progress struct {
	File  string
	Files int // files in all
	Done  int // files done
	Rows  int64
}

// FileReport is what became of one table of a file: Rows = Accepted + Quarantined +
// Repeated; title, header, total, note and blank rows are Furniture.
type FileReport struct {
	File        string           `json:"file"`
	Part        string           `json:"part,omitempty"` // sheet, member of an archive, or member/sheet
	Dataset     string           `json:"dataset"`
	Rows        int64            `json:"rows"`
	Accepted    int64            `json:"accepted"`
	Quarantined int64            `json:"quarantined"`
	Repeated    int64            `json:"repeated"`
	Furniture   int64            `json:"furniture"`
	Reasons     map[string]int64 `json:"reasons"`
	Unknown     []string         `json:"-"` // columns that were kept out
	SameAs      int              `json:"-"` // the load with the very same bytes
	Load        int              `json:"-"`
}

// Load loads files and folders, folders in the byte order of their paths. Each
// file is one transaction. A file that is refused changes nothing and does not
// stop the others; the refusals come back joined, beside the reports of what
// was loaded. Any other error ends the load.
func (l *Loader) Load(ctx context.Context, paths []string) ([]FileReport, error) {
	if l.Dataset != "" && datasetNamed(l.Dataset) == nil {
		return nil, unknownDataset(l.Dataset)
	}
	files, err := expand(paths)
	if err != nil {
		return nil, err
	}
	restore, err := l.prepare(ctx)
	if err != nil {
		return nil, err
	}
	defer restore()
	// One connection for all files: what settling remembers is tied to it.
	conn, err := l.DB.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect to the warehouse: %w", err)
	}
	defer forget(ctx, conn)
	l.seed, l.met = maphash.MakeSeed(), nil
	var reports []FileReport
	var refusals []error
	rows := int64(0)
	ahead := l.takeAhead(ctx, files)
	defer ahead.close()
	for i, file := range files {
		l.tell(Progress{File: file, Files: len(files), Done: i, Rows: rows})
		done, err := l.file(ctx, conn, ahead.next())
		var refusal *refuse.Error
		switch {
		case errors.As(err, &refusal):
			refusals = append(refusals, err)
			continue
		case err != nil:
			return reports, errors.Join(append(refusals, stopped(files, i, err))...)
		}
		for _, report := range done {
			rows += report.Rows
		}
		reports = append(reports, done...)
	}
	l.tell(Progress{Files: len(files), Done: len(files), Rows: rows})
	if len(reports) == 0 {
		return nil, errors.Join(refusals...)
	}
	restore()
	if err := l.DB.Checkpoint(ctx); err != nil {
		return reports, errors.Join(append(refusals, err)...)
	}
	return reports, errors.Join(refusals...)
}

// prepare sets the database up for loading and returns what sets it back.
//
// The write-ahead log may grow over a whole load: folding it into the database
// once at the end is cheaper than every sixteen megabytes. One thread writes:
// more would wait for the converters in a busy loop and take their processors.
func (l *Loader) prepare(ctx context.Context) (restore func(), err error) {
	if err := holdKey(ctx, l.DB, l.Key); err != nil {
		return nil, err
	}
	if err := l.keepTime(ctx); err != nil {
		return nil, err
	}
	var threads int
	if err := l.DB.QueryRowContext(ctx, "select current_setting('threads')").Scan(&threads); err != nil {
		return nil, fmt.Errorf("prepare the warehouse: %w", err)
	}
	for _, q := range []string{"set wal_autocheckpoint = '4GB'", "set preserve_insertion_order = false", "set threads = 1"} {
		if _, err := l.DB.ExecContext(ctx, q); err != nil {
			return nil, fmt.Errorf("prepare the warehouse: %w", err)
		}
	}
	restore = func() {
		// A database that cannot set its threads says so at its next statement.
		l.DB.ExecContext(context.WithoutCancel(ctx), fmt.Sprintf("set threads = %d", threads))
	}
	if err := SyncAreas(ctx, l.DB, l.Areas); err != nil {
		restore()
		return nil, err
	}
	return restore, nil
}

func (l *Loader) tell(p Progress) {
	if l.Progress != nil {
		l.Progress(p)
	}
}

func (l *Loader) workers() int {
	if l.Workers > 0 {
		return l.Workers
	}
	return runtime.GOMAXPROCS(0)
}

// file loads one file in one transaction: all of its parts or none.
func (l *Loader) file(ctx context.Context, conn *sql.Conn, in *intake) ([]FileReport, error) {
	if in == nil {
		return nil, ctx.Err()
	}
	defer in.close()
	if in.file == nil {
		return nil, in.err
	}
	if _, err := conn.ExecContext(ctx, "begin transaction"); err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	done, err := l.inTransaction(ctx, conn, in)
	if err == nil {
		_, err = conn.ExecContext(ctx, "commit")
	}
	if err != nil {
		l.met = nil // it remembers rows that are not there
		// The context may be what ended the load; the rollback must still run.
		_, undo := conn.ExecContext(context.WithoutCancel(ctx), "rollback")
		if undo != nil && !strings.Contains(undo.Error(), "no transaction") {
			err = errors.Join(err, fmt.Errorf("roll back: %w", undo))
		}
		return nil, err
	}
	return done, nil
}

func (l *Loader) inTransaction(ctx context.Context, conn *sql.Conn, in *intake) ([]FileReport, error) {
	load, err := nextLoad(ctx, conn)
	if err != nil {
		return nil, err
	}
	blank := entry{file: in.path, sha256: in.file.SHA256(), bytes: in.file.Size(), at: l.now()}
	before, err := loadedBefore(ctx, conn, blank.sha256, l.Dataset, len(in.file.Parts()))
	switch {
	case err != nil:
		return nil, err
	case in.err != nil && len(before) == 0:
		return nil, in.err
	}
	var reports []FileReport
	for i := range in.file.Parts() {
		e := blank
		e.load = load + i
		if len(before) > 0 {
			e.repeat(before[i])
		} else if err := l.rows(ctx, conn, in.parts[i], &e); err != nil {
			return nil, err
		}
		e.report.Load = e.load
		if e.report.Reasons == nil {
			e.report.Reasons = map[string]int64{}
		}
		if err := e.write(ctx, conn); err != nil {
			return nil, err
		}
		reports = append(reports, e.report)
	}
	return reports, nil
}

// rows brings the rows of the file into raw, holds back what is wrong and
// settles what is met again.
func (l *Loader) rows(ctx context.Context, conn *sql.Conn, p *part, e *entry) error {
	if err := p.start(ctx, conn, l.workers()); err != nil {
		return err
	}
	p.rows.load, p.rows.met = e.load, l.remember(p.m.dataset, e.load)
	passed, err := duck.Append(ctx, conn, p.c.insert(e.load), p.rows)
	p.rows.close()
	if err := errors.Join(p.rows.Err(), err); err != nil {
		return err
	}
	if err := keepDocuments(ctx, conn, p.rows.documents); err != nil {
		return err
	}
	held, reasons, err := hold(ctx, conn, p.m, e.load, p.rows.held, p.c.reasons)
	if err != nil {
		return err
	}
	e.fields = p.m.broughtFields()
	if err := e.writeFields(ctx, conn); err != nil {
		return err
	}
	repeated, err := settle(ctx, conn, settling{m: p.m, load: e.load, first: l.met.since, again: p.rows.again})
	if err != nil {
		return err
	}
	e.report = FileReport{
		File: e.file, Part: p.Name, Dataset: p.m.dataset.name, Rows: passed + held, Accepted: passed - repeated, Quarantined: held,
		Repeated: repeated, Furniture: p.Table.Furniture(), Reasons: reasons, Unknown: p.m.unknown,
	}
	return nil
}

// expand lists the files of paths: a file as it is, a folder by every file in
// it in the byte order of their paths, without hidden ones and the lock files
// that office programs leave.
func expand(paths []string) ([]string, error) {
	var files []string
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return nil, unreadable(p, err)
		}
		if !info.IsDir() {
			files = append(files, p)
			continue
		}
		found, err := filesUnder(p)
		if err != nil {
			return nil, unreadable(p, err)
		}
		if len(found) == 0 {
			return nil, &refuse.Error{
				What:  refuse.Text{ZH: "文件夹里没有文件", EN: "the folder holds no file"},
				Where: p,
				Do:    refuse.Text{ZH: "请指定装有数据文件的文件夹", EN: "name the folder that holds the extracts"},
			}
		}
		files = append(files, found...)
	}
	return files, nil
}

func filesUnder(dir string) ([]string, error) {
	var found []string
	if info, err := os.Lstat(dir); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		dir += string(filepath.Separator) // a link to a folder is that folder
	}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		hidden := p != dir && (strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "~$"))
		switch {
		case err != nil:
			return err
		case d.IsDir() && hidden:
			return fs.SkipDir
		case !d.IsDir() && !hidden:
			found = append(found, p)
		}
		return nil
	})
	sort.Strings(found)
	return found, err
}

func unreadable(path string, err error) error {
	return &refuse.Error{
		What:  refuse.Text{ZH: "读不到：" + cause(err), EN: "cannot be read: " + cause(err)},
		Where: path,
		Do:    refuse.Text{ZH: "检查路径和权限", EN: "check the path and its permissions"},
		Err:   err,
	}
}

// cause is the bare reason of a file error, without the path it repeats.
func cause(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

func unknownDataset(name string) error {
	return &refuse.Error{
		What:  refuse.Text{ZH: "没有这一类数据：" + name, EN: "no such dataset: " + name},
		Where: "--dataset",
		Do: refuse.Text{
			ZH: "可用的有：" + strings.Join(Datasets(), "、"),
			EN: "choose one of " + strings.Join(Datasets(), ", "),
		},
	}
}
