package etl

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"os"
	"runtime"
	"time"

	"canbao/etl/clean"
	"canbao/etl/lake"
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
	By       string            // who loads, for the ledger
	Office   string            // whose files these are, "" where it is not said
	Dataset  string            // what every file is, "" to recognise each
	Synonyms []Synonym         // headers beyond those of the contract
	Within   []string          // codes of areas: a visit is taken of their people alone; none: of everybody
	As       string            // what the ledger calls the one file, "" for its path
	Number   int               // the load number of the one file, 0 for the next; it must never have been another's
	Workers  int               // goroutines that convert, 0 = one per processor
	Progress func(Progress)    // called now and then, never by two at once; may be nil
	Warn     func(refuse.Text) // told what is odd about the load as a whole; may be nil
	// Remembered is told how many bytes the keys take that are remembered of many
	// millions of rows in many files; may be nil.
	Remembered func(bytes int64)

	seeds   [2]maphash.Seed
	met     *met
	window  int       // rows that are remembered of a run, for tests; 0 for metRows
	moment  time.Time // of this load: Now, or later where the clock was set back
	words   vocabulary
	preview bool // nothing is kept
	lake    *lake.Lake
	// where the load stands between two files
	progress Progress
	loaded   map[string]bool // hashes of the files of the ledger
}

// Progress tells how far a load has come.
type Progress struct {
	File  string
	Files int // files in all
	Done  int // files done
	Rows  int64
	Bytes int64 // read so far
	All   int64 // bytes of all files
}

// FileReport is what became of one file, or of one part of it: Rows = Accepted +
// Quarantined + Repeated; title, header, total, note and blank rows are Furniture.
type FileReport struct {
	File        string           `json:"file"`
	Dataset     string           `json:"dataset"`
	Rows        int64            `json:"rows"`
	Accepted    int64            `json:"accepted"`
	Quarantined int64            `json:"quarantined"`
	Repeated    int64            `json:"repeated"`
	Furniture   int64            `json:"furniture"`
	Reasons     map[string]int64 `json:"reasons"`
	Part        string           `json:"-"` // sheet or member of an archive
	Load        int              `json:"-"`
	SameAs      int              `json:"-"` // the load with the very same bytes
	Office      string           `json:"-"`
	Released    int64            `json:"-"` // rows let go of the quarantine
	Unknown     []string         `json:"-"` // columns that were kept out
	Warnings    []refuse.Text    `json:"-"`
	Columns     []Column         `json:"-"` // in a preview: what each column brings
	Sample      [][]string       `json:"-"` // in a preview: the first rows, in the clear
}

// Column is a column of a file and the field it brings, "" for none.
type Column struct{ Header, Field string }

// Load loads files and folders, folders in the byte order of their paths. Each
// file is loaded whole or not at all. A file that is refused changes nothing and
// does not stop the others; the refusals come back joined, beside the reports of
// what was loaded. Any other error ends the load.
func (l *Loader) Load(ctx context.Context, paths []string) ([]FileReport, error) {
	files, err := l.files(paths)
	if err != nil {
		return nil, err
	}
	restore, err := l.prepare(ctx)
	if err != nil {
		return nil, err
	}
	defer restore()
	reports, err := l.each(ctx, files)
	if len(reports) == 0 {
		return nil, err
	}
	restore()
	return reports, errors.Join(err, l.DB.Checkpoint(ctx))
}

// Preview tells what Load would do, and changes nothing. Files are seen in
// their order: what the second repeats of the first is a repeat.
func (l *Loader) Preview(ctx context.Context, paths []string) ([]FileReport, error) {
	p := *l
	p.preview = true
	files, err := p.files(paths)
	if err != nil {
		return nil, err
	}
	if held, err := WarehouseKey(ctx, p.DB); err != nil {
		return nil, err
	} else if held != "" {
		if err := mustMatch(p.DB, held, p.Key); err != nil {
			return nil, err
		}
	}
	if err := p.keepTime(ctx); err != nil {
		return nil, err
	}
	return p.each(ctx, files)
}

// files lists the files and checks what was asked of them.
func (l *Loader) files(paths []string) ([]string, error) {
	if l.Dataset != "" && datasetNamed(l.Dataset) == nil {
		return nil, unknownDataset(l.Dataset)
	}
	var err error
	if l.words, err = newVocabulary(l.Synonyms, l.Office); err != nil {
		return nil, err
	}
	files, err := expand(paths)
	if err == nil && l.Number != 0 && (len(files) != 1 || l.Number < 0) {
		return nil, &refuse.Error{
			What: refuse.Text{ZH: "装载编号只能给一个文件", EN: "a load number is for one file"},
			Do:   refuse.Text{ZH: "每次指定一个文件和一个编号", EN: "name one file and one number at a time"},
		}
	}
	return files, err
}

// each loads the files one after the other.
func (l *Loader) each(ctx context.Context, files []string) ([]FileReport, error) {
	// One connection for all files: what settling remembers is tied to it.
	conn, err := l.DB.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect to the warehouse: %w", err)
	}
	defer forget(ctx, conn)
	if l.lake, err = lake.Of(ctx, conn); err != nil {
		return nil, err
	}
	l.seeds, l.met = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}, nil
	var reports []FileReport
	var refusals []error
	l.progress = Progress{Files: len(files), All: bytesOf(files...)}
	ahead := l.takeAhead(ctx, files)
	defer ahead.close()
	t := transaction{conn: conn, lake: l.lake, keep: !l.preview}
	defer t.end(ctx)
	if err := l.knowLoaded(ctx, conn); err != nil {
		return nil, err
	}
	for at := 0; at < len(files); {
		l.goOn(files[at], at)
		took, loaded, refused, err := l.some(ctx, &t, ahead)
		refusals = append(refusals, refused...)
		reports = append(reports, loaded...)
		if err != nil {
			return reports, errors.Join(append(refusals, stopped(files, at, err))...)
		}
		at += took
	}
	l.progress.File, l.progress.Done = "", len(files)
	l.tell(l.progress)
	return reports, errors.Join(refusals...)
}

// bytesOf is the size of files; what cannot be looked at counts nothing.
func bytesOf(files ...string) (n int64) {
	for _, f := range files {
		if info, err := os.Stat(f); err == nil {
			n += info.Size()
		}
	}
	return n
}

// prepare sets the database up for loading and returns what sets it back.
//
// The write-ahead log may grow over a whole load: folding it into the database
// once at the end is cheaper than every sixteen megabytes. One thread writes:
// more would wait for the converters in a busy loop and take their processors.
// It packs a run of rows as soon as it is there, and leaves none for the commit.
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
	for _, q := range []string{"set wal_autocheckpoint = '4GB'", "set preserve_insertion_order = false", "set threads = 1",
		"set write_buffer_row_group_count = 1"} {
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

// goOn tells that a file is taken up, after so many.
func (l *Loader) goOn(file string, done int) {
	l.progress.File, l.progress.Done = file, done
	l.tell(l.progress)
}

// past adds a file that is done to the progress.
func (l *Loader) past(bytes int64, reports []FileReport) {
	for _, r := range reports {
		l.progress.Rows += r.Rows
	}
	l.progress.Bytes += bytes
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
