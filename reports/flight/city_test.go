//go:build duckdb_arrow

package flight

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"canbao/etl"
	"canbao/etl/clean"
	"canbao/etl/seal"
	"canbao/etl/synth"
	"canbao/models"
	queries "canbao/sql"
	"canbao/sql/duck"
)

// scratch is a folder for all tests, gone at the end.
var scratch string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "canbao-wire-")
	if err != nil {
		panic(err)
	}
	scratch = dir
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// city makes a small city once, loads and builds it as a workspace does, and
// returns the folder of its published snapshot.
func city(t testing.TB) string {
	t.Helper()
	published, err := cityOnce()
	if err != nil {
		t.Fatal(err)
	}
	return published
}

var cityOnce = sync.OnceValues(func() (string, error) {
	ctx := context.Background()
	made, err := synth.Make(ctx, synth.Options{Dir: scratch, People: 3000, Seed: 1, Days: 10, Workers: 2})
	if err != nil {
		return "", err
	}
	db, err := duck.Open(ctx, filepath.Join(scratch, "warehouse.duckdb"), duck.Options{Threads: 2})
	if err != nil {
		return "", err
	}
	defer db.Close()
	if err := db.Migrate(ctx, queries.Files, "schema"); err != nil {
		return "", err
	}
	text, err := os.ReadFile(made.Areas)
	if err != nil {
		return "", err
	}
	areas, err := clean.ReadAreas(made.Areas, strings.NewReader(string(text)))
	if err != nil {
		return "", err
	}
	key, err := seal.NewKey()
	if err != nil {
		return "", err
	}
	if err := etl.SyncAreas(ctx, db, areas); err != nil {
		return "", err
	}
	loader := &etl.Loader{DB: db, Key: key, Areas: areas, Now: time.Date(2020, 12, 26, 0, 0, 0, 0, time.UTC)}
	if _, err := loader.Load(ctx, []string{made.Extracts}); err != nil {
		return "", err
	}
	path := filepath.Join(scratch, "campaign.yaml")
	if err := os.WriteFile(path, models.Yiwu2021(), 0o600); err != nil {
		return "", err
	}
	campaign, err := models.ReadCampaign(path)
	if err != nil {
		return "", err
	}
	published := filepath.Join(scratch, "published")
	_, err = models.Build{DB: db, Campaigns: []*models.Campaign{campaign}, Dir: published, Program: "test"}.Run(ctx)
	return published, err
})
