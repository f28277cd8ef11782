//go:build duckdb_arrow

package desk

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"canbao/etl"
	"canbao/etl/clean"
	"canbao/etl/seal"
	"canbao/etl/synth"
	"canbao/models"
	"canbao/reports/access"
	queries "canbao/sql"
	"canbao/sql/duck"
)

// asker is whatever a reader asks through: the desk here, pages and the wire
// where they are tested. The answer's first row comes back with the snapshot it
// says it is of.
type asker interface {
	ask(ctx context.Context, text string) (row string, snapshot int, err error)
}

type deskAsker struct {
	d *Desk
	u access.User
}

func (a deskAsker) ask(ctx context.Context, text string) (string, int, error) {
	lines, snapshot, err := ask(a.d, Question{User: a.u, Via: "test", Text: text})
	if err != nil || len(lines) != 1 {
		return "", snapshot, fmt.Errorf("%d rows: %w", len(lines), err)
	}
	return lines[0], snapshot, nil
}

// agreeing asks for the same thing of several tables: the snapshot's number, and
// the people of the city counted in three places, which change with every build.
// Of a torn state the parts would differ.
const agreeing = `select (select snapshot from ref.snapshot),
	(select count(*) from mart.person where hukou),
	(select count(distinct person_no) from mart.person where hukou),
	(select s.files from ref.snapshot as s), (select count(distinct file) from mart.load),
	(select sum(payments) from mart.payment_daily)`

// TestReadersDuringLoad has 32 readers ask on and on while files are loaded and
// snapshots built without a pause. No answer fails, each is of one snapshot, which
// it names, and each snapshot is taken up. CANBAO_LOAD_SECONDS makes it longer and
// the only work of the machine: then each must be taken up within two seconds, and
// the slowest answers are held against those of a quiet time.
func TestReadersDuringLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("makes, loads and builds a city")
	}
	seconds, long, takeUp := 4, false, 10*time.Second
	if text := os.Getenv("CANBAO_LOAD_SECONDS"); text != "" {
		var err error
		if seconds, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
		long, takeUp = true, 2*time.Second
	}
	w := newWriter(t, 1500)
	first := w.build(t)
	limits := access.Limits{Time: time.Minute, Memory: "200MB", Threads: 1, Rows: 1000, Bytes: 1 << 20, ExportRows: 1000, Concurrent: 4}
	d, err := Open(context.Background(), Options{Published: w.dir, Keep: 2, Temp: t.TempDir(), Total: 4,
		Limits: func(access.Role) access.Limits { return limits }, Warn: func(err error) { t.Error(err) }})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var towns []string
	if towns, err = w.towns(first); err != nil || len(towns) < 2 {
		t.Fatalf("towns %v, %v", towns, err)
	}
	var readers []asker
	for n := range 32 {
		u := access.User{Name: fmt.Sprint("reader ", n), Role: access.Analyst}
		if n%8 == 7 { // some of a town, whose cut is made anew with every snapshot
			u.Role, u.Areas = access.Town, towns[:1]
		}
		readers = append(readers, deskAsker{d, u})
	}
	quiet := w.observe(t, readers, time.Duration(seconds)*time.Second/2, func(context.Context) {})
	builds := 0
	busy := w.observe(t, readers, time.Duration(seconds)*time.Second, func(ctx context.Context) {
		for ctx.Err() == nil {
			w.load(t, builds)
			published := w.build(t)
			at := time.Now()
			builds++
			for {
				if s, err := d.Lease(context.Background(), access.User{Name: "watch", Role: access.Analyst}); err == nil {
					number := s.Number
					s.Release()
					if number >= published.Number {
						break
					}
				}
				if time.Since(at) > takeUp {
					t.Errorf("snapshot %d was not taken up within %s", published.Number, takeUp)
					break
				}
				time.Sleep(10 * time.Millisecond)
			}
		}
	})
	t.Logf("%d builds; %d answers when quiet, %d when busy; p99 %s and %s", builds, len(quiet), len(busy), p99(quiet), p99(busy))
	if builds == 0 || len(busy) < len(readers) {
		t.Errorf("%d builds and %d answers: nothing was tried", builds, len(busy))
	}
	if long && p99(busy) > 3*p99(quiet) {
		t.Errorf("p99 is %s, when quiet %s", p99(busy), p99(quiet))
	}
	left, err := os.ReadDir(w.dir)
	if err != nil {
		t.Fatal(err)
	}
	snapshots := 0
	for _, e := range left {
		if _, err := strconv.Atoi(strings.TrimSuffix(e.Name(), ".duckdb")); err == nil {
			snapshots++
		}
	}
	if snapshots > 3 { // the last two, and one that was published this moment
		t.Errorf("%d snapshots are kept", snapshots)
	}
}

func p99(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)*99/100].Round(time.Millisecond)
}

// writer loads and builds a city.
type writer struct {
	db        *duck.DB
	loader    *etl.Loader
	campaigns []*models.Campaign
	dir       string // of what is published
	files     []string
}

func newWriter(t *testing.T, people int) *writer {
	t.Helper()
	ctx := context.Background()
	made, err := synth.Make(ctx, synth.Options{Dir: t.TempDir(), People: people, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(made.Areas)
	if err != nil {
		t.Fatal(err)
	}
	areas, err := clean.ReadAreas("areas.csv", strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	w := &writer{dir: filepath.Join(t.TempDir(), "published")}
	if w.db, err = duck.Open(ctx, filepath.Join(t.TempDir(), "warehouse.duckdb"), duck.Options{Threads: 1}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.db.Close() })
	key, err := seal.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	if err := w.db.Migrate(ctx, queries.Files, "schema"); err != nil {
		t.Fatal(err)
	}
	if err := etl.SyncAreas(ctx, w.db, areas); err != nil {
		t.Fatal(err)
	}
	w.loader = &etl.Loader{DB: w.db, Key: key, Areas: areas}
	campaign := filepath.Join(t.TempDir(), "campaign.yaml")
	if err := os.WriteFile(campaign, models.Yiwu2021(), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := models.ReadCampaign(campaign)
	if err != nil {
		t.Fatal(err)
	}
	w.campaigns = []*models.Campaign{c}
	// The payments of the days come one by one while the readers ask.
	err = filepath.WalkDir(made.Extracts, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			w.files = append(w.files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	payment := slices.IndexFunc(w.files, func(path string) bool { return strings.Contains(path, "payment") })
	if payment < 0 {
		t.Fatalf("no payments among %v", w.files)
	}
	var later []string
	first := slices.DeleteFunc(slices.Clone(w.files), func(path string) bool {
		if strings.Contains(path, "payment") && path != w.files[payment] {
			later = append(later, path)
			return true
		}
		return false
	})
	if _, err := w.loader.Load(ctx, first); err != nil {
		t.Fatal(err)
	}
	w.files = later
	return w
}

func (w *writer) load(t *testing.T, n int) {
	if n < len(w.files) {
		if _, err := w.loader.Load(context.Background(), w.files[n:n+1]); err != nil {
			t.Error(err)
		}
	}
}

func (w *writer) build(t *testing.T) models.Snapshot {
	t.Helper()
	built, err := models.Build{DB: w.db, Campaigns: w.campaigns, Dir: w.dir, Program: "test"}.Run(context.Background())
	if err != nil || built.Snapshot.Number == 0 {
		t.Errorf("build: %+v, %v", built, err)
	}
	return built.Snapshot
}

func (w *writer) towns(s models.Snapshot) ([]string, error) {
	db, err := duck.Open(context.Background(), s.Path, duck.Options{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows, err := db.Query("select area_code from ref.area where level = 'town' order by area_code")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var code string
		if err := rows.Scan(&code); err != nil {
			return nil, err
		}
		all = append(all, code)
	}
	return all, rows.Err()
}

// observe has all readers ask until the time is over and the work is done, and
// is how long each answer took.
func (w *writer) observe(t *testing.T, readers []asker, long time.Duration, work func(context.Context)) []time.Duration {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), long)
	defer cancel()
	var working, reading sync.WaitGroup
	var over atomic.Bool
	var mu sync.Mutex
	var took []time.Duration
	seen := map[string]string{} // what each reader's kind was told of each snapshot
	for n, r := range readers {
		reading.Go(func() {
			last := 0
			for !over.Load() {
				at := time.Now()
				row, snapshot, err := r.ask(context.Background(), agreeing)
				spent := time.Since(at)
				parts := strings.Split(row, "|")
				if err != nil || len(parts) != 6 || parts[0] != fmt.Sprint(snapshot) || parts[1] != parts[2] || parts[3] != parts[4] && n%8 != 7 {
					t.Errorf("reader %d of snapshot %d: %q, %v", n, snapshot, row, err)
					return
				}
				if snapshot < last {
					t.Errorf("reader %d goes back from snapshot %d to %d", n, last, snapshot)
				}
				last = snapshot
				kind := fmt.Sprint(n%8 == 7, snapshot)
				mu.Lock()
				took = append(took, spent)
				if told, known := seen[kind]; known && told != row {
					t.Errorf("snapshot %d: %q and %q", snapshot, told, row)
				}
				seen[kind] = row
				mu.Unlock()
			}
		})
	}
	working.Go(func() { work(ctx) })
	<-ctx.Done()
	working.Wait()
	over.Store(true)
	reading.Wait()
	return took
}
