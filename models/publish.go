package models

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"canbao/etl/refuse"
)

// Snapshot is a published state of the figures: a file that is never changed.
type Snapshot struct {
	Number int
	Path   string
}

// currentFile names the snapshot that readers open.
const currentFile = "CURRENT"

// Current is the snapshot published last in dir.
func Current(dir string) (Snapshot, error) {
	s, err := current(dir)
	for err != nil && s.Number > 0 {
		// The file may have been removed because a newer one was published since
		// the pointer was read.
		last := s.Number
		if s, err = current(dir); s.Number == last {
			break
		}
	}
	return s, err
}

// current tells the number with the error where the file is not there.
func current(dir string) (Snapshot, error) {
	text, err := os.ReadFile(filepath.Join(dir, currentFile))
	if errors.Is(err, fs.ErrNotExist) {
		return Snapshot{}, &refuse.Error{
			What:  t("还没有发布任何数据", "nothing is published yet"),
			Where: dir,
			Do:    t("先 canbao load 装载数据，再 canbao build", "canbao load the extracts, then canbao build"),
		}
	}
	if err != nil {
		return Snapshot{}, fmt.Errorf("find the published snapshot: %w", err)
	}
	number, err := strconv.Atoi(strings.TrimSpace(string(text)))
	s := Snapshot{Number: number, Path: snapshotPath(dir, number)}
	if err == nil {
		_, err = os.Stat(s.Path)
	}
	if err != nil {
		return Snapshot{Number: number}, &refuse.Error{
			What:  t("发布的数据不完整", "the published snapshot is not there"),
			Where: filepath.Join(dir, currentFile),
			Do:    t("请重新 canbao build", "run canbao build again"),
			Err:   err,
		}
	}
	return s, nil
}

// Follow opens the snapshot published last in dir by the function given. One
// that was removed between being found and being opened, because newer ones were
// published, is followed by the newest.
func Follow(dir string, open func(Snapshot) error) error {
	for {
		s, err := Current(dir)
		if err != nil {
			return err
		}
		if err = open(s); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if next, gone := Current(dir); gone != nil || next.Number == s.Number {
			return err
		}
	}
}

func snapshotPath(dir string, number int) string {
	return filepath.Join(dir, strconv.Itoa(number)+".duckdb")
}

// nextNumber is one more than any snapshot dir has.
func nextNumber(dir string) (int, error) {
	all, err := snapshotNumbers(dir)
	if err != nil || len(all) == 0 {
		return 1, err
	}
	return all[len(all)-1] + 1, nil
}

// write writes mart and ref of the build into a file of their own, which nobody is
// led to before point. What an unfinished build left is cleared away by the next.
func (r *run) write(ctx context.Context) (Snapshot, error) {
	s := Snapshot{Number: r.number, Path: snapshotPath(r.Dir, r.number)}
	part := s.Path + ".part"
	if err := clearPart(part); err != nil {
		return Snapshot{}, err
	}
	// Of a snapshot that had the number before, its file removed by hand.
	if err := clearCutsOf(r.Dir, s.Number); err != nil {
		return Snapshot{}, err
	}
	if err := r.copyOut(ctx, part); err != nil {
		return Snapshot{}, errors.Join(err, clearPart(part))
	}
	return s, settleFile(part, s.Path)
}

// cut makes the cuts that will be asked for while nobody waits for them: whoever
// reads one is given the new snapshot as soon as everybody else. Towns that are
// none have no cut; their users are told so when they ask.
func (r *run) cut(ctx context.Context, s Snapshot) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(min(runtime.GOMAXPROCS(0), mostCutting))
	begun := map[string]bool{}
	for n, towns := range r.Cuts {
		c := Cut{Snapshot: s, Towns: towns, Memory: CutMemory, Threads: 1}
		path, err := c.Path()
		if err != nil {
			return errors.Join(err, group.Wait())
		}
		if begun[path] {
			continue
		}
		begun[path] = true
		r.progress(len(r.graph.order)+n, "cut "+strings.Join(towns, " "))
		group.Go(func() error {
			_, err := c.Make(ctx)
			var no *refuse.Error
			if errors.As(err, &no) {
				return nil
			}
			return err
		})
	}
	return group.Wait()
}

// mostCutting is how many cuts a build makes at once, if there are so many
// processors: most of the work on one has no use for more than one of them. By
// then the build has given back the memory of its own tables.
const mostCutting = 4

// CutMemory is what making a cut may take: twice what one of a town of 270,000
// people does.
const CutMemory = "256MB"

// point makes a snapshot the current one. Killed before the rename nothing has
// changed.
func point(dir string, s Snapshot) error {
	next := filepath.Join(dir, currentFile+".part")
	if err := os.WriteFile(next, []byte(strconv.Itoa(s.Number)+"\n"), 0o644); err != nil {
		return fmt.Errorf("point to the snapshot: %w", err)
	}
	return settleFile(next, filepath.Join(dir, currentFile))
}

// discard removes a snapshot that nobody was led to, and its cuts.
func (b Build) discard(s Snapshot) error {
	return errors.Join(clearCutsOf(b.Dir, s.Number), clearPart(s.Path))
}

func clearCutsOf(dir string, number int) error {
	cuts, err := cutFiles(dir, number)
	if err != nil {
		return err
	}
	for cut := range cuts {
		if err := clearPart(cut); err != nil {
			return err
		}
	}
	return nil
}

// clearPart removes what an unfinished build has written, so that a full disk
// is not fuller for it.
func clearPart(part string) error {
	for _, left := range []string{part, part + ".wal"} {
		if err := os.Remove(left); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("clear an unfinished snapshot: %w", err)
		}
	}
	return nil
}

// copyOut writes the tables into the database file at path.
func (r *run) copyOut(ctx context.Context, path string) error {
	quoted := "'" + strings.ReplaceAll(path, "'", "''") + "'"
	if err := r.exec(ctx, "attach "+quoted+" as publication"); err != nil {
		return fmt.Errorf("make the snapshot: %w", err)
	}
	err := r.fill(ctx)
	_, undo := r.conn.ExecContext(context.WithoutCancel(ctx), "detach publication")
	return errors.Join(err, undo)
}

func (r *run) fill(ctx context.Context) error {
	if err := r.exec(ctx, "create schema publication.ref; create schema publication.mart"); err != nil {
		return fmt.Errorf("make the snapshot: %w", err)
	}
	if err := r.noteSnapshot(ctx); err != nil {
		return err
	}
	tables, err := r.published(ctx)
	if err != nil {
		return err
	}
	for _, table := range tables {
		if table == "ref.table_doc" || table == "ref.column_doc" {
			continue // when the others are there
		}
		order := ""
		if m, ok := r.graph.models[table]; ok && len(m.head.order) > 0 {
			order = " order by " + strings.Join(m.head.order, ", ")
		}
		r.progress(len(r.graph.order), "publish "+table)
		texts, err := r.texts(ctx, table)
		for i, text := range texts {
			into := "create table publication." + table + " as "
			if i > 0 {
				into = "insert into publication." + table + " "
			}
			if err == nil {
				err = r.exec(ctx, into+text+order)
			}
		}
		if err != nil {
			return fmt.Errorf("publish %s: %w", table, err)
		}
	}
	return r.describeAll(ctx)
}

// noteSnapshot tells when and from what the snapshot is built.
func (r *run) noteSnapshot(ctx context.Context) error {
	_, err := r.conn.ExecContext(ctx, `
insert into ref.snapshot
select cast(? as integer), cast(? as timestamp), cast(? as varchar),
    version(), cast(count(*) as integer), cast(coalesce(sum(rows), 0) as bigint)
from raw.load`, r.number, r.Now.Format(time.DateTime), r.Program)
	if err != nil {
		return fmt.Errorf("publish ref.snapshot: %w", err)
	}
	return nil
}

// texts are the queries that bring what is published as a table, one after another.
func (r *run) texts(ctx context.Context, table string) ([]string, error) {
	switch table {
	case "ref.campaign":
		return []string{"select c.*, s.first_day, s.last_day, s.latest from ref.campaign as c join staging.span as s using (campaign)"}, nil
	case stretchTable:
		return r.ofPeople(ctx, "select * from "+stretchTable)
	case personTable:
		text, err := r.personText(ctx, "publication."+stretchTable)
		if err != nil {
			return nil, err
		}
		return r.ofPeople(ctx, text)
	}
	return []string{"select * from " + table}, nil
}

// ofPeople are the queries that make what a query tells of people, some people
// after the others.
func (r *run) ofPeople(ctx context.Context, query string) ([]string, error) {
	slices, err := r.home.Slices(ctx, personColumn, "core.aged")
	if err != nil {
		return nil, err
	}
	var texts []string
	for _, slice := range slices {
		texts = append(texts, "select * from (\n"+query+"\n) where "+slice)
	}
	return texts, nil
}

// published are the tables of mart and ref, in order. mart.stretch comes first:
// it is made where it is published, and mart.person is read from there.
func (r *run) published(ctx context.Context) ([]string, error) {
	return r.names(ctx, `
select concat(table_schema, '.', table_name) from information_schema.tables
where table_catalog = current_database() and table_schema in ('mart', 'ref')
order by table_name <> 'stretch', table_schema, table_name`)
}

// settleFile makes sure of the bytes of part and gives them their name.
func settleFile(part, name string) error {
	f, err := os.OpenFile(part, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("settle %s: %w", name, err)
	}
	err = errors.Join(f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(part, name)
	}
	if err != nil {
		return fmt.Errorf("settle %s: %w", name, err)
	}
	dir, err := os.Open(filepath.Dir(name))
	if err != nil {
		return fmt.Errorf("settle %s: %w", name, err)
	}
	return errors.Join(dir.Sync(), dir.Close())
}
