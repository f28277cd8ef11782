package synth

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"canbao/etl/refuse"
)

// makeCity makes a city in a folder of the test and answers its files too, by
// name and hash.
func makeCity(t *testing.T, o Options) (*Made, string) {
	t.Helper()
	o.Dir = t.TempDir()
	made, err := Make(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return made, hashes(t, o.Dir)
}

// hashes are the names and hashes of all files below a folder.
func hashes(t *testing.T, dir string) string {
	t.Helper()
	out := ""
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		out += fmt.Sprintf("%s %x\n", rel, sha256.Sum256(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSameSeedSameBytes(t *testing.T) {
	_, one := makeCity(t, Options{People: 3000, Seed: 7, Workers: 1})
	_, many := makeCity(t, Options{People: 3000, Seed: 7, Workers: 5, KeepTruth: true})
	if one != many {
		t.Errorf("the number of workers changes the files:\n%s\n%s", one, many)
	}
	_, visited := makeCity(t, Options{People: 3000, Seed: 7, Visits: true})
	if kept := regexp.MustCompile(`extracts/08-visit/.*\n`).ReplaceAllString(visited, ""); kept != one || kept == visited {
		t.Error("the sheets of visits change other files, or are not there")
	}
	if _, other := makeCity(t, Options{People: 3000, Seed: 8}); other == one {
		t.Error("another seed makes the same files")
	}
}

func TestSizesAddUp(t *testing.T) {
	for _, people := range []int{500, 501, 20_000, Residents} {
		c := newCity(Options{People: people})
		here, hukou := 0, 0
		for _, town := range c.towns {
			here += town.homeHere + town.guests
			hukou += town.homeHere + town.homeAway
			if town.homeHere < 5 || town.guests < 0 || town.homeAway < 0 {
				t.Errorf("%d people: %s has %d, %d and %d", people, town.name, town.homeHere, town.homeAway, town.guests)
			}
		}
		if here != people {
			t.Errorf("%d residents, want %d", here, people)
		}
		if want := (people*hukouFull + Residents/2) / Residents; hukou != want {
			t.Errorf("%d people: %d registered, want %d", people, hukou, want)
		}
	}
}

func TestReportsAddUp(t *testing.T) {
	for _, o := range []Options{{People: 500, Seed: 1, Days: 1}, {People: 6000, Seed: 2, Days: 40}, {People: 2000, Seed: 3}} {
		o.KeepTruth = true
		last := 0
		o.Progress = func(done, total int) {
			if last = done; done > total {
				t.Errorf("%d files of %d", done, total)
			}
		}
		made, files := makeCity(t, o)
		rows := int64(0)
		for _, r := range made.Truth.Reports() {
			if rows += r.Rows; r.Rows != r.Accepted+r.Quarantined+r.Repeated {
				t.Errorf("%s: %d rows, but %d+%d+%d", r.File, r.Rows, r.Accepted, r.Quarantined, r.Repeated)
			}
			if !strings.Contains(files, filepath.Join("extracts", filepath.FromSlash(r.File))) {
				t.Errorf("no file %s", r.File)
			}
			if r.Dataset == "payment" && r.File[len("05-payment/"):] > (Opening+Day(o.days())).String() {
				t.Errorf("%s after %d days", r.File, o.Days)
			}
		}
		if rows != made.Rows || made.Files != len(made.Truth.Reports()) || made.Files != last || made.Files+1 != strings.Count(files, "\n") {
			t.Errorf("%d rows in %d files, reports say %d in %d", made.Rows, made.Files, rows, len(made.Truth.Reports()))
		}
	}
}

func (o Options) days() int {
	if o.Days == 0 {
		return PaymentDays
	}
	return o.Days
}

func TestAboutOneRowInAHundredIsDirty(t *testing.T) {
	made, _ := makeCity(t, Options{People: 50_000, Seed: 4, KeepTruth: true})
	var rows, held int64
	for _, r := range made.Truth.Reports() {
		rows += r.Rows
		held += r.Quarantined
	}
	untidy := 1.0 / untidyPer
	if share := float64(held)/float64(rows) + untidy; share < 0.007 || share > 0.013 {
		t.Errorf("%.4f of the rows are dirty", share)
	}
}

func TestRefusals(t *testing.T) {
	used := t.TempDir()
	if err := os.MkdirAll(filepath.Join(used, "extracts", "x"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]Options{
		"too few":  {Dir: t.TempDir(), People: 499},
		"too long": {Dir: t.TempDir(), People: 500, Days: 51},
		"in use":   {Dir: used, People: 500},
	} {
		var refusal *refuse.Error
		if _, err := Make(context.Background(), o); !errors.As(err, &refusal) {
			t.Errorf("%s: %v", name, err)
		}
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	if _, err := Make(stopped, Options{Dir: t.TempDir(), People: 500}); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}
