package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"canbao/etl"
	"canbao/etl/clean"
	"canbao/etl/lake"
	"canbao/etl/synth"
	"canbao/sql/duck"
	"canbao/sql/trino"
	"canbao/sql/trino/cluster"
)

// twin is a city built twice from the same files: on this machine with its rows
// in the warehouse, and on a cluster with its rows in a lake.
type twin struct {
	*testing.T
	near, far *city
	engine    *trino.DB
}

// newTwin makes a twin in an empty lake: what another left there is removed.
func newTwin(t *testing.T, engine *trino.DB, areas string, campaigns ...string) *twin {
	t.Helper()
	return newTwinAt(t, engine, &lake.Place{Folder: engine.Folder}, areas, campaigns...)
}

func newTwinAt(t *testing.T, engine *trino.DB, place *lake.Place, areas string, campaigns ...string) *twin {
	t.Helper()
	left, err := os.ReadDir(engine.Folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range left {
		if err := os.RemoveAll(filepath.Join(engine.Folder, one.Name())); err != nil {
			t.Fatal(err)
		}
	}
	w := &twin{t, newCity(t, areas, campaigns...), newCity(t, areas, campaigns...), engine}
	w.far.loader.Key = w.near.loader.Key
	w.far.elsewhere = func(ctx context.Context, home *duck.Workshop, number int, kept []int) (Engine, error) {
		return engine.Workshop(ctx, home, number, kept)
	}
	if err := lake.Adopt(t.Context(), w.far.loader.DB, place); err != nil {
		t.Fatal(err)
	}
	return w
}

// load loads files into both.
func (w *twin) load(path string) {
	w.Helper()
	for _, c := range []*city{w.near, w.far} {
		if _, err := c.loader.Load(w.Context(), []string{path}); err != nil {
			w.Fatal(err)
		}
	}
}

// synthetic loads a synthetic city, but for the folders left out.
func (w *twin) synthetic(o synth.Options, without ...string) *synth.Made {
	w.Helper()
	o.Dir = filepath.Join(w.TempDir(), "city")
	made, err := synth.Make(w.Context(), o)
	if err != nil {
		w.Fatal(err)
	}
	file, err := os.Open(made.Areas)
	if err != nil {
		w.Fatal(err)
	}
	defer file.Close()
	areas, err := clean.ReadAreas(made.Areas, file)
	if err != nil {
		w.Fatal(err)
	}
	for _, folder := range without {
		if err := os.RemoveAll(filepath.Join(made.Extracts, folder)); err != nil {
			w.Fatal(err)
		}
	}
	w.near.loader.Areas, w.far.loader.Areas = areas, areas
	w.load(made.Extracts)
	return made
}

// same builds both and wants every cell of every table of mart to be the same,
// and the tables of single people to have stayed with the engine.
func (w *twin) same() {
	w.Helper()
	ctx := w.Context()
	near, far := w.near.build().Snapshot, w.far.build().Snapshot
	db, err := duck.Open(ctx, filepath.Join(w.TempDir(), "pair.duckdb"), duck.Options{Threads: 2})
	if err != nil {
		w.Fatal(err)
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		w.Fatal(err)
	}
	defer conn.Close()
	for _, statement := range []string{
		"attach '" + near.Path + "' as near (read_only)", "attach '" + far.Path + "' as far (read_only)", "create schema asked",
	} {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			w.Fatal(err)
		}
	}
	names := func(of string) []string {
		var all string
		if err := conn.QueryRowContext(ctx, "select string_agg(table_name, ' ' order by table_name) from duckdb_tables() where schema_name = 'mart' and database_name = '"+of+"'").Scan(&all); err != nil {
			w.Fatal(err)
		}
		return strings.Fields(all)
	}
	here, total := names("far"), 0
	for _, table := range peopleTables {
		name := strings.TrimPrefix(table, "mart.")
		if slices.Contains(here, name) {
			w.Errorf("%s came home with the snapshot", table)
		}
		if !slices.Contains(names("near"), name) {
			continue // a campaign without people
		}
		if _, err := w.engine.Ask(ctx, far.Number, "select * from "+table, nil, conn, "asked."+name); err != nil {
			w.Fatal(err)
		}
		here = append(here, name)
	}
	slices.Sort(here)
	if fmt.Sprint(here) != fmt.Sprint(names("near")) {
		w.Fatalf("tables %v, on a cluster %v", names("near"), here)
	}
	for _, table := range here {
		from := "far.mart."
		if slices.Contains(peopleTables, "mart."+table) {
			from = "asked."
		}
		total += w.compare(conn, table, "near.mart."+table, from+table)
	}
	w.Logf("%d tables with %d rows compared", len(here), total)
	w.examples(conn, far.Number)
}

// examples asks the engine what canbao describe suggests to ask about single
// people, and wants the answers of this machine.
func (w *twin) examples(conn *sql.Conn, number int) {
	w.Helper()
	ctx := w.Context()
	for _, table := range peopleTables {
		var example string
		if err := conn.QueryRowContext(ctx, "select example from near.ref.table_doc where table_name = ?", table).Scan(&example); err != nil {
			w.Fatal(err)
		}
		for _, statement := range []string{"use near.main", "create or replace temp table expected as " + example, "use pair.main"} {
			if _, err := conn.ExecContext(ctx, statement); err != nil {
				w.Fatalf("%s: %v", statement, err)
			}
		}
		if _, err := w.engine.Ask(ctx, number, example, nil, conn, "asked.example"); err != nil {
			w.Errorf("a cluster does not answer the example of %s: %v", table, err)
			continue
		}
		w.compare(conn, "example", "temp.expected", "asked.example")
		if _, err := conn.ExecContext(ctx, "drop table asked.example"); err != nil {
			w.Fatal(err)
		}
	}
}

// columnsOf are the names and types of a table; a key of 128 bits is text where
// it was asked for.
const columnsOf = "select string_agg(concat(column_name, ' ', replace(column_type, 'UUID', 'VARCHAR')), ', ') from (describe select * from %s)"

// compare tells every difference between a table of both sides and returns its rows.
func (w *twin) compare(conn *sql.Conn, table, near, far string) (rows int) {
	w.Helper()
	ctx := w.Context()
	one := func(query string) (text string) {
		if err := conn.QueryRowContext(ctx, query).Scan(&text); err != nil {
			w.Fatalf("%s: %v", query, err)
		}
		return text
	}
	columns := one(fmt.Sprintf(columnsOf, near))
	if got := one(fmt.Sprintf(columnsOf, far)); got != columns {
		w.Errorf("mart.%s has the columns %s, on a cluster %s", table, columns, got)
		return 0
	}
	// A build numbers people as it meets them: the number stands for the key.
	text := func(of string) string {
		side := strings.TrimSuffix(of, table)
		switch {
		case table == "person":
			of = "(select * exclude (person_no) from " + of + ")"
		case strings.Contains(columns, "person_no"):
			of = "(select t.* exclude (person_no), p.person from " + of + " as t left join " + side + "person as p using (campaign, person_no))"
		}
		return "select cast(columns(*) as varchar) from " + of
	}
	for _, k := range [][3]string{{near, far, "only on this machine"}, {far, near, "only on a cluster"}} {
		const ask = "select concat(count(*), ' rows, such as ', any_value(r)) from (%s except all %s) as r having count(*) > 0"
		var found sql.NullString
		err := conn.QueryRowContext(ctx, fmt.Sprintf(ask, text(k[0]), text(k[1]))).Scan(&found)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			w.Fatalf("compare mart.%s: %v", table, err)
		}
		if found.Valid {
			w.Errorf("mart.%s, %s: %s", table, k[2], found.String)
		}
	}
	fmt.Sscan(one("select cast(count(*) as varchar) from "+near), &rows)
	return rows
}

// TestClusterBuildsTheSame builds several cities on a cluster and on this
// machine: no cell of any table of mart differs.
func TestClusterBuildsTheSame(t *testing.T) {
	home := filepath.Join(t.TempDir(), "lake")
	running := cluster.ForTest(t, home, 2)
	engine, err := trino.Open(t.Context(), trino.Options{URL: running.URL(), Catalog: "lake", User: cluster.User, Folder: home, Location: "local:///"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })

	t.Run("whole", func(t *testing.T) {
		w := newTwin(t, engine, tinyAreas)
		w.synthetic(synth.Options{People: 3000, Seed: 11, Visits: true})
		w.same()
	})
	t.Run("corrected", func(t *testing.T) {
		w := newTwin(t, engine, tinyAreas)
		w.synthetic(synth.Options{People: 1000, Days: 12, Seed: 12})
		w.same()
		w.unload()
		w.same()
	})
	t.Run("without levies, grants and headcounts", func(t *testing.T) {
		w := newTwin(t, engine, tinyAreas)
		w.synthetic(synth.Options{People: 1000, Days: 5, Seed: 13}, "03-levy", "04-subsidy", "07-headcount")
		w.same()
	})
	t.Run("tallies beside people", func(t *testing.T) {
		w := newTwin(t, engine, fiveTowns, fmt.Sprintf(tallyCampaign, "99.91%"), string(Yiwu2021()))
		sheet := filepath.Join(t.TempDir(), "tally.csv")
		text := "area_code,indicator,as_of,expected,actual\n01,uptake,2021-01-05,200000,199810\n02,参保率,2021-01-05,10000,9991\n" +
			"03,uptake,2021-01-05,20000,19982\n04,uptake,2021-01-05,3,3\n05,uptake,2021-01-05,0,0\n"
		if err := os.WriteFile(sheet, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		w.load(sheet)
		w.same()
	})
}

// TestClusterBuildsFromABucket builds a city of which the lake is a bucket of an
// object store.
func TestClusterBuildsFromABucket(t *testing.T) {
	cluster.Home(t)
	backend := s3mem.New()
	if err := backend.CreateBucket("insurance"); err != nil {
		t.Fatal(err)
	}
	store := httptest.NewServer(gofakes3.New(backend).Server())
	defer store.Close()
	t.Setenv("AWS_ACCESS_KEY_ID", "clerk")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	place := &lake.Place{Folder: filepath.Join(t.TempDir(), "copy"), Store: "s3://insurance/yiwu/lake?path_style=true&region=cn-north-1&endpoint=" + store.URL}
	running := cluster.ForTestWith(t, cluster.Options{Workers: 1, Lake: "s3://insurance/yiwu/lake", Endpoint: store.URL, Key: "clerk", Secret: "secret"})
	bucket, err := place.Share()
	if err != nil {
		t.Fatal(err)
	}
	engine, err := trino.Open(t.Context(), trino.Options{URL: running.URL(), Catalog: "lake", User: cluster.User,
		Folder: place.Folder, Location: "s3://insurance/yiwu/lake", Bucket: bucket})
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	if err := os.MkdirAll(place.Folder, 0o700); err != nil {
		t.Fatal(err)
	}
	w := newTwinAt(t, engine, place, tinyAreas)
	w.synthetic(synth.Options{People: 600, Days: 3, Seed: 14})
	w.same()
}

// unload takes back the second file of the roster and the last of the payments.
func (w *twin) unload() {
	w.Helper()
	for _, c := range []*city{w.near, w.far} {
		for _, query := range []string{
			"select load from raw.load where dataset = 'roster' order by load limit 1 offset 1",
			"select max(load) from raw.load where dataset = 'payment'",
		} {
			var load int
			if err := c.loader.DB.QueryRowContext(w.Context(), query).Scan(&load); err != nil {
				w.Fatal(err)
			}
			if _, err := etl.Unload(w.Context(), c.loader.DB, load, "test", c.loader.Now); err != nil {
				w.Fatal(err)
			}
		}
	}
}
