package measure

import (
	"errors"
	"slices"
	"testing"

	"canbao/etl/refuse"
)

// TestStandingRows: the rows a bulletin rests on, as text, under their own names.
func TestStandingRows(t *testing.T) {
	r := open(t, "city.sql")
	c, err := r.Campaign(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	day, err := c.AsOf("2020-12-10")
	if err != nil {
		t.Fatal(err)
	}
	all, err := r.StandingRows(t.Context(), c, day)
	if err != nil || len(all) != 3 {
		t.Fatalf("%d tables: %v", len(all), err)
	}
	for _, rows := range all {
		if rows.Columns[0] != "campaign" || !slices.Contains(rows.Columns, "area_code") || len(rows.Cells) == 0 {
			t.Errorf("%s: columns %v, %d rows", rows.Table, rows.Columns, len(rows.Cells))
		}
		at := slices.Index(rows.Columns, "as_of")
		for _, cells := range rows.Cells {
			if cells[0] != c.ID || cells[at] != "2020-12-10" {
				t.Fatalf("%s: row %v", rows.Table, cells)
			}
		}
	}
}

// TestInputsOfAnEarlierProgram: a snapshot that does not tell what it was made
// from says so.
func TestInputsOfAnEarlierProgram(t *testing.T) {
	r := open(t, "city.sql")
	c, err := r.Campaign(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	var refusal *refuse.Error
	if _, err := r.Inputs(t.Context(), c); !errors.As(err, &refusal) {
		t.Errorf("not refused: %v", err)
	}
}
