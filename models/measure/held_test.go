package measure

import (
	"reflect"
	"testing"
)

// TestHeldIsWhatIsRead makes every bulletin and village from memory and from the
// snapshot: they are the same to the last bit.
func TestHeldIsWhatIsRead(t *testing.T) {
	for _, files := range [][]string{{"city.sql", "earlier.sql"}, {"city.sql", "books.sql"}} {
		read, held := open(t, files...), open(t, files...)
		if err := held.Hold(t.Context(), ""); err != nil {
			t.Fatalf("%v: %v", files, err)
		}
		o, err := read.Outline(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		for day := o.Campaign.Opening; !day.After(o.Campaign.LastDay); day = day.AddDate(0, 0, 8) {
			for _, edition := range []Edition{Internal, Public} {
				ask := Ask{AsOf: day, Edition: edition}
				want, err := read.Bulletin(t.Context(), ask)
				if err != nil {
					t.Fatal(err)
				}
				got, err := held.Bulletin(t.Context(), ask)
				if err != nil {
					t.Fatal(err)
				}
				if !reflect.DeepEqual(got, want) {
					t.Fatalf("%v: the %s bulletin of %s differs", files, edition, day)
				}
			}
			for _, a := range o.Areas {
				if a.Level != "village" {
					continue
				}
				wantB, want, err := read.Village(t.Context(), o, day, a.Code)
				if err != nil {
					t.Fatal(err)
				}
				gotB, got, err := held.Village(t.Context(), o, day, a.Code)
				if err != nil {
					t.Fatal(err)
				}
				if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(gotB, wantB) {
					t.Fatalf("%v: the village %s differs on %s", files, a.Code, day)
				}
			}
		}
	}
}

// TestHoldRefuses holds nothing that would come out otherwise than it went in:
// these rates are not what the counts come to.
func TestHoldRefuses(t *testing.T) {
	r := open(t, "city.sql", "few.sql")
	if err := r.Hold(t.Context(), ""); err == nil {
		t.Fatal("it is held")
	}
	if r.holds("") != nil {
		t.Error("something is held all the same")
	}
	bulletin(t, r, Ask{})
}
