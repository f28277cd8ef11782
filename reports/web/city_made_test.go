package web

import (
	"context"
	"fmt"
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

// made is a synthetic city as it is published, made once: its snapshot, a town
// and a village of it.
type made struct {
	snapshot      []byte
	town, village string
	other         string // another town
}

var madeCity = sync.OnceValues(func() (m made, err error) {
	dir, err := os.MkdirTemp("", "city")
	if err != nil {
		return m, err
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	city, err := synth.Make(ctx, synth.Options{Dir: dir, People: 2000, Seed: 7})
	if err != nil {
		return m, err
	}
	text, err := os.ReadFile(city.Areas)
	if err != nil {
		return m, err
	}
	areas, err := clean.ReadAreas("areas.csv", strings.NewReader(string(text)))
	if err != nil {
		return m, err
	}
	db, err := duck.Open(ctx, filepath.Join(dir, "warehouse.duckdb"), duck.Options{})
	if err != nil {
		return m, err
	}
	defer db.Close()
	if err := db.Migrate(ctx, queries.Files, "schema"); err != nil {
		return m, err
	}
	if err := etl.SyncAreas(ctx, db, areas); err != nil {
		return m, err
	}
	key, err := seal.NewKey()
	if err != nil {
		return m, err
	}
	loader := &etl.Loader{DB: db, Key: key, Areas: areas, Now: time.Date(2020, 12, 21, 10, 15, 0, 0, time.UTC)}
	if _, err := loader.Load(ctx, []string{city.Extracts}); err != nil {
		return m, err
	}
	path := filepath.Join(dir, "campaign.yaml")
	if err := os.WriteFile(path, models.Yiwu2021(), 0o600); err != nil {
		return m, err
	}
	campaign, err := models.ReadCampaign(path)
	if err != nil {
		return m, err
	}
	built, err := models.Build{DB: db, Campaigns: []*models.Campaign{campaign}, Dir: filepath.Join(dir, "published"), Program: "test"}.Run(ctx)
	if err != nil {
		return m, err
	}
	if built.Snapshot.Number != 1 {
		return m, fmt.Errorf("nothing published: %+v", built.Checks)
	}
	m.town, m.other = "330782100", "330782101"
	for _, a := range areas.All() {
		if a.Level == clean.Village && a.Parent == m.town {
			m.village = a.Code
			break
		}
	}
	m.snapshot, err = os.ReadFile(built.Snapshot.Path)
	return m, err
})

// cityOf is that city.
func cityOf(t testing.TB) made {
	t.Helper()
	m, err := madeCity()
	if err != nil {
		t.Fatal(err)
	}
	return m
}
