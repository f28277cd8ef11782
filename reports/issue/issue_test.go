package issue

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"canbao/etl/refuse"
)

func standing(rows ...string) Figures {
	f := Figures{Table: "standing", Columns: strings.Split("campaign,item,area_code,area,as_of,expected,actual,rank", ",")}
	for _, r := range rows {
		f.Rows = append(f.Rows, strings.Split("c,"+r, ","))
	}
	return f
}

func score(rows ...string) Figures {
	f := Figures{Table: "score", Columns: strings.Split("campaign,as_of,area_code,area,item,points,score,rank,points_exact", ",")}
	for _, r := range rows {
		f.Rows = append(f.Rows, strings.Split("c,"+r, ","))
	}
	return f
}

func order(dir string, figures []Figures, loads ...Load) Order {
	return Order{Dir: dir, Figures: figures, Manifest: Manifest{Campaign: "c", Number: 1, AsOf: "2020-12-10", Editions: []string{"internal"},
		IssuedAt: time.Date(2020, 12, 11, 9, 0, 0, 0, time.UTC), CampaignSHA256: "f", Loads: loads}}
}

// issued issues an order with one file of a bulletin.
func issued(t *testing.T, o Order, text string) *Issued {
	t.Helper()
	d, err := Begin(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(d.Folder(), "b.html"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	i, err := d.Finish()
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// TestWhatChanged: figures that differ, areas and items that came and went, the
// score of an area once however many items repeat it; and the loads between.
func TestWhatChanged(t *testing.T) {
	dir := t.TempDir()
	one, two, three := Load{Load: 1, SHA256: "a", Dataset: "roster"}, Load{Load: 2, SHA256: "b", Dataset: "levy"}, Load{Load: 2, SHA256: "c", Dataset: "payment"}
	issued(t, order(dir, []Figures{
		standing("m,01,甲,2020-12-10,10,5,1", "m,02,乙,2020-12-10,4,2,", "p,01,甲,2020-12-10,9,9,1"),
		score("2020-12-10,01,甲,m,2.5,12.5,1,5/2", "2020-12-10,01,甲,p,10,12.5,1,10"),
	}, one, two), "first")
	o := order(dir, []Figures{
		standing("m,01,甲,2020-12-10,10,6,1", "m,03,丙,2020-12-10,3,0,2", "p,01,甲,2020-12-10,9,9,1"),
		score("2020-12-10,01,甲,m,3,13,1,3", "2020-12-10,01,甲,p,10,13,1,10"),
	}, one, three)
	o.Reissue, o.Reason = true, " 补报 "
	o.Manifest.AreasSHA256 = "other"
	i := issued(t, o, "second")
	want := []Change{
		{"standing", "m", "01", "甲", "actual", "5", "6"},
		{"standing", "m", "02", "乙", "expected", "4", ""}, {"standing", "m", "02", "乙", "actual", "2", ""},
		{"standing", "m", "03", "丙", "expected", "", "3"}, {"standing", "m", "03", "丙", "actual", "", "0"}, {"standing", "m", "03", "丙", "rank", "", "2"},
		{"score", "", "01", "甲", "score", "12.5", "13"}, {"score", "m", "01", "甲", "points", "2.5", "3"},
	}
	got, err := i.Changes()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	c := i.Correction
	if c.Replaces != 1 || c.Changed != len(want) || c.Reason != "补报" || !c.AreasChanged || c.CampaignChanged || c.ProgramChanged {
		t.Errorf("correction %+v", c)
	}
	if diff := cmp.Diff([]Load{three}, c.Added); diff != "" {
		t.Errorf("loaded since: %s", diff)
	}
	if diff := cmp.Diff([]Load{two}, c.TakenBack); diff != "" {
		t.Errorf("taken back since: %s", diff)
	}
	all, err := List(dir)
	if err != nil || len(all) != 2 || all[0].Revision != 1 || all[1].Revision != 2 {
		t.Fatalf("list %+v, %v", all, err)
	}
	if text, err := os.ReadFile(filepath.Join(all[0].Dir, "b.html")); err != nil || string(text) != "first" {
		t.Errorf("the revision before has become %q, %v", text, err)
	}
	if diff := cmp.Diff(i.Manifest, all[1].Manifest); diff != "" {
		t.Errorf("the manifest reads back otherwise: %s", diff)
	}
	if sum, _, err := hashOf(filepath.Join(all[0].Dir, ManifestFile)); err != nil || sum != c.ReplacesSHA256 {
		t.Errorf("the revision it replaces is not told by its bytes: %v", err)
	}
}

// TestIssuedOrNot: what was killed before its end is not issued and is cleared
// away, as what was abandoned leaves nothing.
func TestIssuedOrNot(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "[weird] *")
	o := order(dir, []Figures{standing("m,01,甲,2020-12-10,10,5,1")})
	killed, err := Begin(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"left.html", ManifestFile} {
		if err := os.WriteFile(filepath.Join(killed.Folder(), name), []byte("{}"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if all, err := List(dir); err != nil || len(all) != 0 {
		t.Fatalf("issued before it was finished: %v, %v", all, err)
	}
	i := issued(t, o, "whole")
	if entries, err := os.ReadDir(filepath.Join(dir, "c", "1")); err != nil || len(entries) != 1 || entries[0].Name() != "1" {
		t.Errorf("left behind: %v, %v", entries, err)
	}
	if _, err := os.Stat(filepath.Join(i.Dir, "left.html")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file of the killed run was issued: %v", err)
	}
	o.Manifest.Number = 2
	d, err := Begin(o)
	if err == nil {
		err = d.Abandon()
	}
	if _, there := os.Stat(filepath.Join(dir, "c", "2")); err != nil || !errors.Is(there, os.ErrNotExist) {
		t.Errorf("abandoned: %v, %v", err, there)
	}
}

// TestVerify: a file changed, of the same length too, or gone is named.
func TestVerify(t *testing.T) {
	for name, spoil := range map[string]func(path string) error{
		"changed": func(path string) error { return os.WriteFile(path, []byte("firSt"), 0o644) },
		"longer":  func(path string) error { return os.WriteFile(path, []byte("first "), 0o644) },
		"gone":    os.Remove,
	} {
		i := issued(t, order(t.TempDir(), nil), "first")
		if err := i.Verify(); err != nil {
			t.Errorf("%s: before: %v", name, err)
		}
		path := filepath.Join(i.Dir, "b.html")
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != readOnly {
			t.Errorf("%s: mode %v, %v", name, info.Mode(), err)
		}
		if err := errors.Join(os.Chmod(path, 0o644), spoil(path)); err != nil {
			t.Fatal(err)
		}
		var refusal *refuse.Error
		if err := i.Verify(); !errors.As(err, &refusal) || refusal.Where != path {
			t.Errorf("%s: %v", name, err)
		}
	}
}
