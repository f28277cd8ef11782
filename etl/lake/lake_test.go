package lake

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"canbao/etl/refuse"
	"canbao/sql"
	"canbao/sql/duck"
)

// warehouse is one on the disk, and the place of its lake.
type warehouse struct {
	*testing.T
	*duck.DB
	dir   string
	place Place
}

func newWarehouse(t *testing.T) *warehouse {
	t.Helper()
	dir := t.TempDir()
	w := &warehouse{T: t, dir: dir, place: Place{Folder: filepath.Join(dir, "it's a lake, with a comma"), Buckets: 4}}
	w.open()
	w.must(w.Migrate(context.Background(), sql.Files, "schema"))
	return w
}

func (w *warehouse) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *warehouse) open() {
	w.Helper()
	if w.DB != nil {
		w.must(w.DB.Close())
	}
	db, err := duck.Open(context.Background(), filepath.Join(w.dir, "w.duckdb"), duck.Options{Threads: 2})
	w.must(err)
	w.DB = db
	w.Cleanup(func() { db.Close() })
}

func (w *warehouse) adopt() error { return Adopt(context.Background(), w.DB, &w.place) }

func (w *warehouse) count(query string) (n int) {
	w.Helper()
	w.must(w.QueryRow(query).Scan(&n))
	return n
}

// write has a transaction write rows, and ends it.
func (w *warehouse) write(commit bool, statements ...string) {
	w.Helper()
	ctx := context.Background()
	conn, err := w.Conn(ctx)
	w.must(err)
	defer conn.Close()
	l, err := Of(ctx, conn)
	w.must(err)
	for _, s := range append([]string{"begin"}, statements...) {
		_, err := conn.ExecContext(ctx, s)
		w.must(err)
	}
	w.must(l.Flush(ctx))
	if !commit {
		_, err := conn.ExecContext(ctx, "rollback")
		w.must(err)
		l.Ended(true)
		return
	}
	_, err = conn.ExecContext(ctx, "commit")
	w.must(err)
	l.Kept()
}

const (
	levies = `insert into fresh.levy (load, line, shared, person, name, scheme, year, amount)
select %d, range + 2, false, uuid(), '\xDEAD'::blob, 'medical', 2021, range from range(%d)`
	statements = `insert into fresh.statement (load, line, shared, date, source, scheme, count, amount)
select %d, range + 2, false, date '2020-11-01' + cast(range as integer), 'tax', 'medical', range, range * 100 from range(%d)`
	entered = "insert into raw.load (load, file, sha256, bytes, dataset, loaded_at, rows, accepted, quarantined, repeated, furniture) values (%d, 'f', 'h', 0, 'levy', '2020-12-01', 0, 0, 0, 0, 0)"
)

// newLake is a warehouse with two loads of levies and one of statements.
func newLake(t *testing.T) *warehouse {
	t.Helper()
	w := newWarehouse(t)
	w.must(w.adopt())
	w.write(true, fmt.Sprintf(entered, 1), fmt.Sprintf(levies, 1, 1000), fmt.Sprintf(levies, 2, 3), fmt.Sprintf(entered, 2))
	w.write(true, fmt.Sprintf(entered, 3), fmt.Sprintf(statements, 3, 10))
	return w
}

// files are those of the lake but for its mark.
func (w *warehouse) files() (all []string) {
	w.Helper()
	w.must(filepath.WalkDir(w.place.Folder, func(path string, e os.DirEntry, err error) error {
		if name, _ := filepath.Rel(w.place.Folder, path); err == nil && !e.IsDir() && name != mark {
			all = append(all, filepath.ToSlash(name))
		}
		return err
	}))
	return all
}

// TestLayout holds what the engine's tables rely on: names that begin with the
// bucket, every person in the file of theirs, the columns of raw in their order
// and of their types, a person as text.
func TestLayout(t *testing.T) {
	w := newLake(t)
	form := regexp.MustCompile(`^(levy/load=[12]-1|statement/load=3-2)/(0\d+)_\d+\.parquet$`)
	for _, name := range w.files() {
		part := form.FindStringSubmatch(name)
		if part == nil {
			t.Errorf("the lake holds %s", name)
			continue
		}
		path := literal(filepath.Join(w.place.Folder, name))
		if strings.HasPrefix(name, "statement/") {
			if part[2] != "000000" {
				t.Errorf("%s: rows of nobody lie in bucket 0", name)
			}
			continue
		}
		rows, err := w.Query("select person from read_parquet(" + path + ", hive_partitioning = false)")
		w.must(err)
		for rows.Next() {
			var person string
			w.must(rows.Scan(&person))
			if hash := javaHash(person) & 0x7fffffff; fmt.Sprintf("%06d", hash%4) != part[2] {
				t.Fatalf("%s holds %s of bucket %d", name, person, hash%4)
			}
		}
		rows.Close()
	}
	for _, d := range []string{"levy", "statement"} {
		columns := func(query string) (all []string) {
			rows, err := w.Query("select concat(column_name, ' ', column_type) from (describe " + query + ")")
			w.must(err)
			defer rows.Close()
			for rows.Next() {
				var c string
				w.must(rows.Scan(&c))
				all = append(all, c)
			}
			return all
		}
		want := columns("raw." + d)
		if slices.Contains(want, "person UUID") != (d == "levy") {
			t.Errorf("raw.%s has the columns %v", d, want)
		}
		for i, c := range want {
			if c == "person UUID" {
				want[i] = "person VARCHAR"
			}
		}
		got := columns("select * from read_parquet(" + literal(w.place.Folder+"/"+d+"/*/*.parquet") + ", hive_partitioning = false)")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("files of %s (-raw +file):\n%s", d, diff)
		}
	}
	if n := w.count("select sum(rows) from raw.lake where dataset = 'levy'"); n != 1003 || w.count("select count(distinct person) from raw.levy") != 1003 {
		t.Errorf("%d rows are listed, want 1,003 people", n)
	}
	if n := w.count("select count(*) from raw.lake as l where bytes <> (select sum(bytes) from raw.lake_file as f where f.folder = l.folder) or files <> (select count(*) from raw.lake_file as f where f.folder = l.folder)"); n != 0 {
		t.Errorf("of %d folders the files do not add up", n)
	}
	if n := w.count("select count(*) from raw.levy_history where replaced_by is null"); n != 1003 {
		t.Errorf("the history has %d rows that stand", n)
	}
}

// TestDamage takes files away, cuts them short and puts others beside them: each
// is told with its path, to who only reads too.
func TestDamage(t *testing.T) {
	w := newLake(t)
	names := w.files()
	refused := func(what, where string, errs ...error) {
		t.Helper()
		for _, err := range errs {
			var no *refuse.Error
			if !errors.As(err, &no) || !strings.Contains(no.What.EN, what) || no.Where != where || no.What.ZH == "" || no.Do.EN == "" || no.Do.ZH == "" {
				t.Errorf("%v, want that %s %s", err, where, what)
			}
		}
	}
	for _, name := range []string{names[0], names[len(names)-1]} {
		path := filepath.Join(w.place.Folder, name)
		text, err := os.ReadFile(path)
		w.must(err)
		for what, damage := range map[string]func() error{
			"is missing": func() error { return os.Remove(path) },
			"is damaged": func() error { return os.Truncate(path, int64(len(text))-1) },
			"not written by the program": func() error {
				return os.Rename(path, path+".copy")
			},
		} {
			w.must(damage())
			where := path
			if what == "not written by the program" {
				w.must(os.WriteFile(path, text, 0o600))
				where += ".copy"
			}
			_, read := Ready(context.Background(), w.DB, &w.place)
			refused(what, where, w.adopt(), read)
			os.Remove(path + ".copy")
			w.must(os.WriteFile(path, text, 0o600))
			w.must(w.adopt())
		}
	}
	w.must(os.RemoveAll(filepath.Join(w.place.Folder, "levy")))
	refused("is missing", filepath.Join(w.place.Folder, w.first("levy")), w.adopt())
}

// first is the first file that the ledger lists of a dataset.
func (w *warehouse) first(dataset string) (name string) {
	w.Helper()
	w.must(w.QueryRow("select concat(folder, '/', file) from raw.lake_file where starts_with(folder, ?) order by 1 limit 1", dataset+"/").Scan(&name))
	return name
}

// TestOrphans leaves what killed writers leave: the next one clears it away, and
// nothing that counts.
func TestOrphans(t *testing.T) {
	w := newLake(t)
	before := w.files()
	for _, left := range []string{"levy/load=3-9/000000_0.parquet", "levy/load=1-2.part/bucket=3/data_0.parquet", "payment/load=1-1/000001_0.parquet"} {
		path := filepath.Join(w.place.Folder, left)
		w.must(os.MkdirAll(filepath.Dir(path), 0o700))
		w.must(os.WriteFile(path, []byte("PAR1"), 0o600))
	}
	mine := filepath.Join(w.place.Folder, "levy", "notes.txt")
	w.must(os.WriteFile(mine, nil, 0o600))
	if n := w.count("select count(*) from raw.levy"); n != 1003 {
		t.Errorf("%d rows with orphans beside them", n)
	}
	w.must(w.adopt())
	w.must(os.Remove(mine)) // not ours to clear
	if diff := cmp.Diff(before, w.files()); diff != "" {
		t.Errorf("files (-before +after):\n%s", diff)
	}
}

// A transaction that is rolled back leaves nothing, one that changes rows puts
// them under another name and removes the folder they were in.
func TestRowsThatChange(t *testing.T) {
	w := newLake(t)
	before := w.files()
	w.write(false, fmt.Sprintf(levies, 9, 50))
	if diff := cmp.Diff(before, w.files()); diff != "" || w.count("select count(*) from raw.levy") != 1003 {
		t.Errorf("rolled back (-before +after):\n%s", diff)
	}
	ctx := context.Background()
	conn, err := w.Conn(ctx)
	w.must(err)
	defer conn.Close()
	l, err := Of(ctx, conn)
	w.must(err)
	change := func() {
		for _, s := range []string{"begin", "fetch", "update fresh.levy set repeated = true where load = 2 and line = 3"} {
			if s == "fetch" {
				w.must(l.Fetch(ctx, "levy", "select 2"))
				w.must(l.Fetch(ctx, "levy", "select 2")) // they are out already
				continue
			}
			_, err := conn.ExecContext(ctx, s)
			w.must(err)
		}
		var n int
		w.must(conn.QueryRowContext(ctx, "select count(*) from raw.levy").Scan(&n))
		if n != 1003 {
			t.Errorf("%d rows with some taken out, want 1,003", n)
		}
		w.must(l.Flush(ctx))
	}
	change()
	_, err = conn.ExecContext(ctx, "rollback")
	w.must(err)
	l.Ended(true)
	if diff := cmp.Diff(before, w.files()); diff != "" || w.count("select count(*) from raw.levy where repeated") != 0 {
		t.Errorf("a change rolled back (-before +after):\n%s", diff)
	}
	change()
	_, err = conn.ExecContext(ctx, "commit")
	w.must(err)
	l.Kept()
	if n := w.count("select count(*) from raw.levy where repeated"); n != 1 || w.count("select count(*) from raw.levy") != 1003 {
		t.Errorf("%d rows are changed, want 1 of 1,003", n)
	}
	for _, name := range w.files() {
		if strings.HasPrefix(name, "levy/load=2-") && !strings.HasPrefix(name, "levy/load=2-3/") {
			t.Errorf("%s is left", name)
		}
	}
	w.must(w.adopt())
}

// TestWhoseLake refuses settings that a warehouse does not fit.
func TestWhoseLake(t *testing.T) {
	ctx := context.Background()
	refused := func(err error, what string) {
		t.Helper()
		var no *refuse.Error
		if !errors.As(err, &no) || !strings.Contains(no.What.EN, what) || no.Where == "" || no.Do.EN == "" {
			t.Errorf("%v, want a refusal: %s", err, what)
		}
	}
	w := newLake(t)
	refused(Adopt(ctx, w.DB, nil), "lie in a lake")
	_, err := Ready(ctx, w.DB, nil)
	refused(err, "lie in a lake")
	other := w.place
	other.Buckets = 5
	refused(Adopt(ctx, w.DB, &other), "4 buckets since its first load")
	plain := newWarehouse(t)
	_, err = plain.Exec(fmt.Sprintf(entered, 1))
	plain.must(err)
	refused(plain.adopt(), "holds rows itself")
	if n := plain.count("select count(*) from duckdb_schemas() where schema_name = 'fresh'"); n != 0 {
		t.Error("a warehouse that was refused has changed")
	}
	plain.must(Adopt(ctx, plain.DB, nil))
	// The lake of another, and a folder with something else in it.
	third := newWarehouse(t)
	third.place.Folder = w.place.Folder
	refused(third.adopt(), "neither empty nor the lake")
	third.place.Folder = plain.dir
	refused(third.adopt(), "neither empty nor the lake")
	third.place.Folder = filepath.Join(third.dir, "la*ke")
	refused(third.adopt(), "may not hold")
	// As long as nothing was loaded everything can be changed.
	for _, n := range []int{7, 0, 3} {
		third.place = Place{Folder: filepath.Join(third.dir, fmt.Sprint("lake", n)), Buckets: n}
		third.must(os.MkdirAll(filepath.Join(third.place.Folder, "build"), 0o755)) // by a cluster that was started before
		third.must(third.adopt())
		if n == 0 {
			n = DefaultBuckets
		}
		if got := third.count("select buckets from raw.lake_layout"); got != n {
			t.Errorf("%d buckets, want %d", got, n)
		}
	}
}

// TestMove moves the rows of a warehouse into a lake: nothing of it changes, and
// a moving that fails has changed nothing.
func TestMove(t *testing.T) {
	ctx := context.Background()
	w := newWarehouse(t)
	for _, s := range []string{fmt.Sprintf(entered, 1), fmt.Sprintf(levies, 1, 1000), fmt.Sprintf(levies, 2, 30), fmt.Sprintf(statements, 3, 10)} {
		_, err := w.Exec(strings.ReplaceAll(s, "fresh.", "raw."))
		w.must(err)
	}
	rows := func() (all [2]string) {
		for i, table := range []string{"levy", "statement"} {
			w.must(w.QueryRow("select coalesce(string_agg(cast(r as varchar), ' ' order by load, line), '') from raw." + table + " as r").Scan(&all[i]))
		}
		return all
	}
	before := rows()
	w.must(os.MkdirAll(w.place.Folder, 0o700))
	w.must(os.WriteFile(filepath.Join(w.place.Folder, mark), nil, 0o600))
	_, err := w.Exec("create macro lake_bucket_4(x) as error('no bucket')")
	w.must(err)
	if err := Move(ctx, w.DB, w.place); err == nil || !strings.Contains(err.Error(), "no bucket") {
		t.Fatalf("moved though it cannot be: %v", err)
	}
	if rows() != before || len(w.files()) > 0 || w.count("select count(*) from duckdb_schemas() where schema_name = 'fresh'") != 0 {
		t.Errorf("a moving that failed has left %v", w.files())
	}
	w.must(Adopt(ctx, w.DB, nil))
	_, err = w.Exec("drop macro lake_bucket_4")
	w.must(err)
	// One that was killed has left more.
	for _, left := range []string{"levy/load=1-1/000000_0.parquet", "levy/load=2-1.part/bucket=3/data_0.parquet"} {
		path := filepath.Join(w.place.Folder, left)
		w.must(os.MkdirAll(filepath.Dir(path), 0o700))
		w.must(os.WriteFile(path, []byte("PAR1"), 0o600))
	}
	for range 2 { // what is moved stays moved
		w.must(Move(ctx, w.DB, w.place))
		if diff := cmp.Diff(before, rows()); diff != "" {
			t.Errorf("rows (-before +moved):\n%s", diff)
		}
	}
	if n := w.count("select count(*) from raw.lake_file"); n != len(w.files()) {
		t.Errorf("%d files are listed, there are %v", n, w.files())
	}
	if n := w.count("select sum(rows) from raw.lake"); n != 1040 || w.count("select generation from raw.lake_layout") != 1 {
		t.Errorf("%d rows are in the lake, want 1,040 of generation 1", n)
	}
	w.write(true, fmt.Sprintf(levies, 4, 5))
	if n := w.count("select count(*) from raw.levy"); n != 1035 || w.count("select max(generation) from raw.lake_layout") != 2 {
		t.Errorf("%d levies, want 1,035", n)
	}
	w.must(w.adopt())
}

// TestMovedLake moves a lake: who only reads learns that it must be adopted, and
// then reads it, locked but for its files.
func TestMovedLake(t *testing.T) {
	ctx := context.Background()
	w := newLake(t)
	was := w.place.Folder
	w.place.Folder = filepath.Join(w.dir, "elsewhere")
	var no *refuse.Error
	if err := w.adopt(); !errors.As(err, &no) || !strings.Contains(no.What.EN, "missing") {
		t.Fatalf("a lake that is not there: %v", err)
	}
	w.must(os.Rename(was, w.place.Folder))
	if ready, err := Ready(ctx, w.DB, &w.place); ready || err != nil {
		t.Fatalf("moved, and ready (%v)", err)
	}
	w.must(w.adopt())
	if ready, err := Ready(ctx, w.DB, &w.place); !ready || err != nil {
		t.Fatalf("adopted, and not ready (%v)", err)
	}
	w.must(w.Close())
	db, err := duck.Open(ctx, filepath.Join(w.dir, "w.duckdb"), duck.Options{ReadOnly: true, Lake: w.place.Folder})
	w.must(err)
	defer db.Close()
	var n int
	w.must(db.QueryRow("select count(distinct person) from raw.levy").Scan(&n))
	if n != 1003 {
		t.Errorf("%d people are read, want 1,003", n)
	}
	for _, q := range []string{"select * from read_text('" + filepath.Join(w.dir, "w.duckdb") + "')", "set threads = 1", "delete from raw.lake", "attach ':memory:' as m; set allowed_directories = ['/']"} {
		if _, err := db.Exec(q); err == nil {
			t.Errorf("passed: %s", q)
		}
	}
}
