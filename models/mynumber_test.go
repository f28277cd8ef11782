package models

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// publishedFigures is where published counts of another country's programme
// lie beside the checkout, if they do; CANBAO_MYNUMBER names another place.
func publishedFigures(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("CANBAO_MYNUMBER")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data", "mynumber")
	}
	if _, err := os.Stat(filepath.Join(dir, "tally.csv")); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("skipped: no published figures in %s (CANBAO_MYNUMBER names another place)", dir)
	}
	return dir
}

const cardCampaign = `id: cards
title: マイナンバーカード交付率
title_en: Identity cards issued
opening: 2017-03-01
stages: [{id: full, title: 全面, due: 2021-03-31}]
indicators:
  - {id: card_uptake, title: 交付率, title_en: Cards per resident, source: tally, stages: [{stage: full, target: 15%}]}
`

// TestPublishedFigures takes another country's programme from configuration
// alone: all 141 published rates follow from the reported counts, and the
// areas are ranked as those rates order them.
func TestPublishedFigures(t *testing.T) {
	dir := publishedFigures(t)
	areas, err := os.ReadFile(filepath.Join(dir, "areas.csv"))
	if err != nil {
		t.Fatal(err)
	}
	c := newCity(t, string(areas), cardCampaign)
	reports, err := c.loader.Load(context.Background(), []string{filepath.Join(dir, "tally.csv")})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%s %d %d", reports[0].Dataset, reports[0].Rows, reports[0].Accepted); got != "tally 141 141" {
		t.Fatalf("loaded %s", got)
	}
	c.build()
	f, err := os.Open(filepath.Join(dir, "published.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	published, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range published[1:] {
		area, day, want := row[0], row[1], row[2]
		var expected, actual int64
		err := c.db.QueryRow("select expected, actual from mart.standing where area_code = ? and as_of = cast(? as date)", area, day).Scan(&expected, &actual)
		if err != nil {
			t.Fatal(err)
		}
		tenths := (actual*2000 + expected) / (2 * expected) // half-up at one decimal of a percent
		if got := fmt.Sprintf("%d.%d", tenths/10, tenths%10); got != want {
			t.Errorf("%s on %s: %s, published %s", area, day, got, want)
		}
	}
	if n := len(published) - 1; n != 141 {
		t.Errorf("%d published rates, want 141", n)
	}
	disordered := c.one(`
select count(*) from mart.standing as a
join mart.standing as b on b.as_of = a.as_of and a.level = 'town' and b.level = 'town'
where a.rank < b.rank and a.actual * b.expected <= b.actual * a.expected`)
	ranked := c.one("select count(*) from mart.standing where rank is not null and as_of = date '2017-03-08'")
	if disordered != "0" || ranked != "47" {
		t.Errorf("%s areas ranked before better ones, %s ranked, want 0 and 47", disordered, ranked)
	}
}
