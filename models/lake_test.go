package models

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"canbao/etl/clean"
	"canbao/etl/lake"
	"canbao/etl/synth"
)

// TestLakeBuildsTheSame builds a city with all its dirt twice, its rows in the
// warehouse and in a lake, and then published as if memory were short: no cell of
// any table of mart differs.
func TestLakeBuildsTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("loads and builds a city twice")
	}
	ctx := context.Background()
	made, err := synth.Make(ctx, synth.Options{Dir: filepath.Join(t.TempDir(), "city"), People: 1500, Days: 8, Seed: 5, Visits: true})
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(made.Areas)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	areas, err := clean.ReadAreas(made.Areas, file)
	if err != nil {
		t.Fatal(err)
	}
	plain, lain := newCity(t, tinyAreas), newCity(t, tinyAreas)
	lain.loader.Key = plain.loader.Key
	lain.sliceBytes = 1 << 23 // slices
	if err := lake.Adopt(ctx, lain.loader.DB, &lake.Place{Folder: filepath.Join(lain.dir, "lake")}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []*city{plain, lain} {
		c.loader.Areas = areas
		if _, err := c.loader.Load(ctx, []string{made.Extracts}); err != nil {
			t.Fatal(err)
		}
		c.build()
	}
	names := func(c *city) (all []string) {
		rows, err := c.db.Query("select table_name from duckdb_tables() where schema_name = 'mart' order by 1")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				t.Fatal(err)
			}
			all = append(all, name)
		}
		return all
	}
	tables := names(plain)
	if fmt.Sprint(tables) != fmt.Sprint(names(lain)) || len(tables) < 10 {
		t.Fatalf("tables %v, in a lake %v", tables, names(lain))
	}
	var rows int
	for _, table := range tables {
		// The sum of the rows' hashes, as the rows have no order of their own.
		// A build numbers people as it meets them: the number stands for the key.
		of := "mart." + table
		if plain.one("select count(*) from duckdb_columns() where schema_name = 'mart' and column_name = 'person_no' and table_name = ?", table) == "1" {
			of = "(select t.* exclude (person_no), p.person from " + of + " as t left join mart.person as p using (campaign, person_no))"
			if table == "person" {
				of = "(select * exclude (person_no) from mart.person)"
			}
		}
		sum := fmt.Sprintf("select concat(count(*), ' rows ', sum(hash(r)::hugeint)) from %s as r", of)
		if a, b := plain.one(sum), lain.one(sum); a != b {
			t.Errorf("mart.%s: %s, from a lake %s", table, a, b)
		}
		var n int
		fmt.Sscan(plain.one("select count(*) from mart."+table), &n)
		rows += n
	}
	if rows < 10000 {
		t.Errorf("%d rows were compared", rows)
	}
}
