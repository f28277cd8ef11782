package lake

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"canbao/etl/refuse"
	"canbao/sql/duck"
)

// Place says where the rows of a warehouse are to lie.
type Place struct {
	Folder  string // an absolute path
	Store   string // s3://bucket/prefix?endpoint=...: the lake is there, and the folder a copy; "" for none
	Buckets int    // parts that the people are divided into, 0 for those it has, or DefaultBuckets

	move bool // rows that lie in the warehouse are moved
}

// mark is the file in a lake that tells whose it is. Orphans are removed from a
// lake: two warehouses that shared one would remove each other's rows.
const mark = "canbao-lake"

// clusters is the folder in a lake where a cluster keeps what it computes.
const clusters = "build"

// Ready tells whether the warehouse keeps its rows where they are wanted, nil
// for in the warehouse itself: a writer must Adopt it first where it does not
// yet. A warehouse that keeps its rows otherwise is refused, and so is a lake
// in which something is missing. It only reads.
func Ready(ctx context.Context, db *duck.DB, want *Place) (bool, error) {
	at, err := readLayout(ctx, db)
	if err != nil {
		return false, err
	}
	if err := want.fits(ctx, db, at); err != nil || want == nil {
		return err == nil, err
	}
	if at == nil || at.place != want.Folder || at.store != want.Store {
		return false, nil
	}
	listed, err := listedFiles(ctx, db)
	if err == nil {
		err = checkDisk(at.place, listed)
	}
	if at.store != "" && errors.As(err, new(*refuse.Error)) {
		return false, nil // a copy can be fetched again
	}
	return err == nil, err
}

// Adopt makes sure that the warehouse, which is open to be written to, keeps its
// rows where they are wanted, nil for in the warehouse itself. One without loads
// becomes what is wanted; one whose lake was moved reads it where it is now. What
// a killed writer has left in the lake is cleared away.
func Adopt(ctx context.Context, db *duck.DB, want *Place) error {
	at, err := readLayout(ctx, db)
	if err != nil {
		return err
	}
	if err := want.fits(ctx, db, at); err != nil || want == nil {
		return err
	}
	if err := want.readable(); err != nil {
		return err
	}
	st, err := openStore(want.Store)
	if err != nil {
		return err
	}
	to := layout{place: want.Folder, store: want.Store}
	if at != nil {
		to = layout{at.id, want.Folder, want.Store, at.buckets, at.generation}
	} else if to.id, err = lakeID(ctx, db); err != nil {
		return err
	}
	if to.generation == 0 {
		to.buckets = DefaultBuckets
		if want.Buckets > 0 {
			to.buckets = want.Buckets
		}
	}
	listed, err := listedFiles(ctx, db)
	if err != nil {
		return err
	}
	if err := to.take(ctx, st, listed); err != nil {
		return err
	}
	if at == nil || *at != to {
		if err := settle(ctx, db, at == nil, to, st); err != nil {
			return err
		}
	}
	// A build asks for the same files in every other model. They never change.
	if _, err := db.ExecContext(ctx, "set parquet_metadata_cache = true"); err != nil {
		return fmt.Errorf("open the lake: %w", err)
	}
	return clearOrphans(ctx, db, to.place, st)
}

// take makes sure that the files listed are where they should be, and that the
// place is the lake of this warehouse.
func (to *layout) take(ctx context.Context, st *store, listed fileList) error {
	if st == nil {
		if err := checkDisk(to.place, listed); err != nil {
			return err
		}
		return to.own(len(listed) > 0)
	}
	there, err := st.files(ctx)
	if err != nil {
		return err
	}
	if err := checkStore(st, there, listed); err != nil {
		return err
	}
	if err := to.ownStore(ctx, st, there, len(listed) > 0); err != nil {
		return err
	}
	// What is in the copy is no reason to doubt whose it is: all of it is in the
	// bucket too.
	if err := to.own(len(listed) > 0); err != nil {
		return err
	}
	return st.fill(ctx, to.place, listed)
}

// Move is Adopt for a warehouse whose rows lie in itself: they are moved into
// the lake, all in one transaction. Everything else about it stays as it is.
func Move(ctx context.Context, db *duck.DB, to Place) error {
	to.move = true
	return Adopt(ctx, db, &to)
}

// fits refuses a warehouse that keeps its rows otherwise and has some.
func (want *Place) fits(ctx context.Context, db *duck.DB, at *layout) error {
	var loaded bool
	if err := db.QueryRowContext(ctx, "select exists (select 1 from raw.load)").Scan(&loaded); err != nil {
		return fmt.Errorf("ask for loads: %w", err)
	}
	anew := refuse.Text{ZH: "，或在新的工作区重新装载原文件", EN: ", or load the extracts into a new workspace"}
	switch {
	case want == nil && at != nil:
		return &refuse.Error{
			What:  refuse.Text{ZH: "数据仓库的数据在数据湖里（" + at.place + "），设置却是 engine: duckdb", EN: "the rows of the warehouse lie in a lake (" + at.place + "), and the settings say engine: duckdb"},
			Where: db.Path(),
			Do:    refuse.Text{ZH: "在 canbao.yaml 里写 engine: trino" + anew.ZH, EN: "write engine: trino in canbao.yaml" + anew.EN},
		}
	case want != nil && at == nil && loaded && !want.move:
		return &refuse.Error{
			What:  refuse.Text{ZH: "数据仓库里已有数据，不在数据湖里，设置却是 engine: trino", EN: "the warehouse holds rows itself, in no lake, and the settings say engine: trino"},
			Where: db.Path(),
			Do:    refuse.Text{ZH: "用 canbao lake move 把数据移入数据湖，或在 canbao.yaml 里写 engine: duckdb", EN: "canbao lake move moves them into the lake; or write engine: duckdb in canbao.yaml"},
		}
	case want != nil && at != nil && at.generation > 0 && want.Buckets > 0 && want.Buckets != at.buckets:
		return &refuse.Error{
			What: refuse.Text{ZH: fmt.Sprintf("数据湖自第一次装载起分为 %d 份，设置却是 lake_buckets: %d", at.buckets, want.Buckets),
				EN: fmt.Sprintf("the lake has %d buckets since its first load, and the settings say lake_buckets: %d", at.buckets, want.Buckets)},
			Where: db.Path(),
			Do:    refuse.Text{ZH: "删去设置 lake_buckets" + anew.ZH, EN: "remove the setting lake_buckets" + anew.EN},
		}
	}
	return nil
}

// readable refuses a path that the database would read as a pattern.
func (want *Place) readable() error {
	if !strings.ContainsAny(want.Folder, "*?[") {
		return nil
	}
	return &refuse.Error{
		What:  refuse.Text{ZH: "数据湖的路径里不能有 *、? 或 [", EN: "the path of the lake may not hold *, ? or ["},
		Where: want.Folder,
		Do:    refuse.Text{ZH: "用设置 lake 另指一个文件夹", EN: "name another folder with the setting lake"},
	}
}

// own makes the folder the lake of this warehouse, and refuses one that is
// another's, or that is something else. whole tells that the files of the
// warehouse are there: then it is its lake, marked or not.
func (to *layout) own(whole bool) error {
	path := filepath.Join(to.place, mark)
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("open the lake: %w", err)
	}
	if string(text) == to.id+"\n" {
		return nil
	}
	entries, err := os.ReadDir(to.place)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("open the lake: %w", err)
	}
	// With a mark alone it is empty: a lake of which the warehouse was removed
	// before anything was loaded. A cluster that was started before has made its folder.
	if !whole && slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() != mark && e.Name() != clusters }) {
		return notOurs(to.place)
	}
	if err := os.MkdirAll(to.place, 0o700); err != nil {
		return fmt.Errorf("make the lake: %w", err)
	}
	if err := os.WriteFile(path, []byte(to.id+"\n"), 0o600); err != nil {
		return fmt.Errorf("make the lake: %w", err)
	}
	return errors.Join(duck.Sync(path), duck.SyncFolder(to.place), duck.SyncFolder(filepath.Dir(to.place)))
}

// ownStore is own for a bucket that holds the files there.
func (to *layout) ownStore(ctx context.Context, st *store, there map[string]int64, whole bool) error {
	_, marked := there[mark]
	if marked {
		text, err := st.read(ctx, mark)
		if err != nil || text == to.id+"\n" {
			return err
		}
	}
	if !whole && len(there) > 0 && (len(there) > 1 || !marked) {
		return notOurs(st.at)
	}
	return st.write(ctx, mark, to.id+"\n")
}

// lakeID is what the lake to be of the warehouse is marked with. It stands in the
// ledger before it stands in the lake: a making that is cut short finds its own.
func lakeID(ctx context.Context, db *duck.DB) (id string, err error) {
	if err = db.QueryRowContext(ctx, "select id from raw.lake_layout").Scan(&id); err == nil {
		return id, nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("read where the lake is: %w", err)
	}
	var random [16]byte
	rand.Read(random[:])
	id = hex.EncodeToString(random[:])
	if _, err := db.ExecContext(ctx, "insert into raw.lake_layout (id, buckets, generation) values (?, 0, 0)", id); err != nil {
		return "", fmt.Errorf("make the lake: %w", err)
	}
	return id, nil
}

func notOurs(where string) error {
	return &refuse.Error{
		What:  refuse.Text{ZH: "这个文件夹不是空的，也不是本数据仓库的数据湖", EN: "the folder is neither empty nor the lake of this warehouse"},
		Where: where,
		Do:    refuse.Text{ZH: "用设置 lake 指一个空文件夹，或本数据仓库自己的数据湖", EN: "name an empty folder with the setting lake, or this warehouse's own lake"},
	}
}
