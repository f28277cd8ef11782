package models

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"canbao/etl"
	"canbao/etl/clean"
	"canbao/etl/seal"
	queries "canbao/sql"
	"canbao/sql/duck"
)

// tinyAreas is a city of two towns with two villages each.
const tinyAreas = `code,name,parent,kind,aliases
330782,义乌市,,city,
330782001,稠城街道,330782,town,稠城
330782100,佛堂镇,330782,town,佛堂
330782001001,向阳社区,330782001,village,
330782001002,新村,330782001,village,
330782100201,新村,330782100,village,
330782100202,王宅村,330782100,village,
`

// city is a small workspace for tests: extracts are loaded as real files, the
// models are run and published for real.
type city struct {
	t         *testing.T
	dir       string
	loader    *etl.Loader
	campaigns []*Campaign
	number    int
	db        *duck.DB // the published snapshot, after build

	sliceBytes int64 // of Build

	// where it is built, nil for this machine
	elsewhere func(ctx context.Context, home *duck.Workshop, number int, kept []int) (Engine, error)
}

func newCity(t *testing.T, areas string, campaigns ...string) *city {
	t.Helper()
	ctx := context.Background()
	dir := t.TempDir()
	db, err := duck.Open(ctx, filepath.Join(dir, "warehouse.duckdb"), duck.Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(ctx, queries.Files, "schema"); err != nil {
		t.Fatal(err)
	}
	key, err := seal.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	list, err := clean.ReadAreas("areas.csv", strings.NewReader(areas))
	if err != nil {
		t.Fatal(err)
	}
	c := &city{t: t, dir: dir, loader: &etl.Loader{DB: db, Key: key, Areas: list,
		Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}}
	if len(campaigns) == 0 {
		campaigns = []string{string(Yiwu2021())}
	}
	for i, text := range campaigns {
		path := filepath.Join(dir, fmt.Sprintf("campaign-%d.yaml", i))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		campaign, err := ReadCampaign(path)
		if err != nil {
			t.Fatal(err)
		}
		c.campaigns = append(c.campaigns, campaign)
	}
	if err := etl.SyncAreas(ctx, db, list); err != nil {
		t.Fatal(err)
	}
	return c
}

// load loads a CSV text.
func (c *city) load(text string) etl.FileReport {
	c.t.Helper()
	c.number++
	path := filepath.Join(c.dir, fmt.Sprintf("%02d.csv", c.number))
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
	reports, err := c.loader.Load(context.Background(), []string{path})
	if err != nil {
		c.t.Fatal(err)
	}
	return reports[0]
}

// build runs the models and opens what was published.
func (c *city) build() Built {
	c.t.Helper()
	ctx := context.Background()
	built, err := Build{DB: c.loader.DB, Campaigns: c.campaigns, Dir: filepath.Join(c.dir, "published"), Program: "test", Elsewhere: c.elsewhere, sliceBytes: c.sliceBytes}.Run(ctx)
	if err != nil {
		c.t.Fatal(err)
	}
	if built.Snapshot.Number == 0 {
		c.t.Fatalf("nothing published: %+v", built.Checks)
	}
	if c.db != nil {
		c.db.Close()
	}
	if c.db, err = duck.Open(ctx, built.Snapshot.Path, duck.Options{ReadOnly: true, Threads: 1}); err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { c.db.Close() })
	return built
}

// counts are expected and actual of an item and area as of a day, "2/1".
func (c *city) counts(item, area, day string) string {
	c.t.Helper()
	var expected, actual int64
	err := c.db.QueryRow("select expected, actual from mart.standing where item = ? and area_code = ? and as_of = cast(? as date)",
		item, area, day).Scan(&expected, &actual)
	if err != nil {
		c.t.Fatalf("standing of %s %s %s: %v", item, area, day, err)
	}
	return fmt.Sprintf("%d/%d", expected, actual)
}

// one reads one value as text, "none" for NULL.
func (c *city) one(query string, args ...any) string {
	c.t.Helper()
	var value sql.NullString
	if err := c.db.QueryRow(query, args...).Scan(&value); err != nil {
		c.t.Fatalf("%s: %v", query, err)
	}
	if !value.Valid {
		return "none"
	}
	return value.String
}

// person makes the number of somebody born on a day written 19700101.
func person(born string, serial int) string {
	number := fmt.Sprintf("330782%s%03d", born, serial)
	return number + string(clean.CheckDigit([]byte(number)))
}
