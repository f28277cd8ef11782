package etl

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"canbao/etl/clean"
	"canbao/etl/refuse"
	"canbao/etl/seal"
	"canbao/sql"
	"canbao/sql/duck"
)

// A case is a file NAME.want.yaml in testdata/dirt: the files or folders that
// are loaded one after another, what becomes of each, and what stands in raw
// afterwards. What is wanted is written by hand, from the contract; there is no
// switch that takes over what the program says.
type dirtCase struct {
	About   string              `yaml:"about"`
	Loads   []dirtLoad          `yaml:"loads"`
	Arrived []map[string]string `yaml:"arrived"` // rows of raw, oldest first, filled cells only
}

type dirtLoad struct {
	Path    string       `yaml:"path"`    // beside the want file
	Dataset string       `yaml:"dataset"` // as --dataset
	Reports []dirtReport `yaml:"reports"`
	Refused *dirtRefusal `yaml:"refused"`
}

// dirtReport is what the load report says of a file, or of a part of it.
type dirtReport struct {
	File        string           `yaml:"file"` // where the path is a folder
	Part        string           `yaml:"part"`
	Dataset     string           `yaml:"dataset"`
	Rows        int64            `yaml:"rows"`
	Accepted    int64            `yaml:"accepted"`
	Quarantined int64            `yaml:"quarantined"`
	Repeated    int64            `yaml:"repeated"`
	Furniture   int64            `yaml:"furniture"`
	Reasons     map[string]int64 `yaml:"reasons"`
	Unknown     []string         `yaml:"unknown"`
	Released    int64            `yaml:"released"`
	Warnings    []string         `yaml:"warnings"` // in Chinese
	Held        []dirtHeld       `yaml:"held"`
}

// dirtHeld is a row held back: the row a spreadsheet would show, its reasons in
// the contract's order, and its whole text.
type dirtHeld struct {
	Line    int64    `yaml:"line"`
	Reasons string   `yaml:"reasons"`
	Text    []string `yaml:"text"`
}

type dirtRefusal struct {
	ZH string `yaml:"zh"`
	EN string `yaml:"en"`
}

const dirtDir = "testdata/dirt"

// TestDirt loads every case of testdata/dirt into a database of its own.
func TestDirt(t *testing.T) {
	for _, name := range dirtNames(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := readDirt(t, name)
			b := newDirtBench(t)
			for i, load := range want.Loads {
				got := b.run(load)
				if diff := cmp.Diff(load, got); diff != "" {
					t.Errorf("load %d, %s (-want +got):\n%s", i+1, load.Path, diff)
				}
			}
			if diff := cmp.Diff(want.Arrived, b.arrived()); diff != "" {
				t.Errorf("rows in raw (-want +got):\n%s", diff)
			}
		})
	}
}

func dirtNames(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dirtDir, "*.want.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range paths {
		paths[i] = strings.TrimSuffix(filepath.Base(p), ".want.yaml")
	}
	return paths
}

func readDirt(t *testing.T, name string) dirtCase {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dirtDir, name+".want.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var c dirtCase
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&c); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if len(c.Loads) == 0 {
		t.Fatalf("%s loads nothing", name)
	}
	return c
}

func newDirtBench(t *testing.T) *bench {
	t.Helper()
	ctx := context.Background()
	db, err := duck.Open(ctx, "", duck.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(ctx, sql.Files, "schema"); err != nil {
		t.Fatal(err)
	}
	key, err := seal.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	areas, err := clean.ReadAreas("areas.csv", strings.NewReader(testAreas))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2020, 12, 20, 12, 0, 0, 0, time.UTC)
	return &bench{Loader: &Loader{DB: db, Key: key, Areas: areas, Now: now, Workers: 1}, t: t}
}

// run loads one path and tells what became of it, in the terms of the case.
func (b *bench) run(load dirtLoad) dirtLoad {
	b.t.Helper()
	got := dirtLoad{Path: load.Path, Dataset: load.Dataset}
	b.Dataset = load.Dataset
	reports, err := b.Load(context.Background(), []string{filepath.Join(dirtDir, load.Path)})
	var refusal *refuse.Error
	switch {
	case errors.As(err, &refusal):
		got.Refused = &dirtRefusal{ZH: withoutDir(refusal.In("zh")), EN: withoutDir(refusal.In("en"))}
	case err != nil:
		b.t.Fatalf("load %s: %v", load.Path, err)
	}
	for _, r := range reports {
		if r.Rows != r.Accepted+r.Quarantined+r.Repeated {
			b.t.Errorf("%s: %d rows, but %d accepted + %d quarantined + %d repeated", r.File, r.Rows, r.Accepted, r.Quarantined, r.Repeated)
		}
		report := dirtReport{
			Part: r.Part, Dataset: r.Dataset, Rows: r.Rows, Accepted: r.Accepted, Quarantined: r.Quarantined, Repeated: r.Repeated,
			Furniture: r.Furniture, Unknown: r.Unknown, Released: r.Released, Held: b.heldBy(r.Load),
		}
		for _, w := range r.Warnings {
			report.Warnings = append(report.Warnings, w.ZH)
		}
		if file := withoutDir(r.File); file != load.Path {
			report.File = file
		}
		if len(r.Reasons) > 0 {
			report.Reasons = r.Reasons
		}
		got.Reports = append(got.Reports, report)
	}
	return got
}

func withoutDir(text string) string {
	return strings.ReplaceAll(text, filepath.FromSlash(dirtDir)+string(filepath.Separator), "")
}

// heldBy opens the rows that a load has held back, or left held as it corrected
// them.
func (b *bench) heldBy(load int) []dirtHeld {
	b.t.Helper()
	rows, err := b.DB.Query(`
select line, reasons, sealed from raw.quarantine where load = $1
union all
select line, reasons, sealed from raw.correction where load = $1 and not released
order by line`, load)
	if err != nil {
		b.t.Fatal(err)
	}
	defer rows.Close()
	var held []dirtHeld
	for rows.Next() {
		var h dirtHeld
		var sealed []byte
		if err := rows.Scan(&h.Line, &h.Reasons, &sealed); err != nil {
			b.t.Fatal(err)
		}
		text, err := b.Key.OpenRow(sealed)
		if err != nil {
			b.t.Fatal(err)
		}
		if err := json.Unmarshal(text, &h.Text); err != nil {
			b.t.Fatal(err)
		}
		held = append(held, h)
	}
	return held
}

// arrived are the rows of raw of all datasets, opened with the key: cells that
// are filled, the number of the document as id_no.
func (b *bench) arrived() []map[string]string {
	b.t.Helper()
	var all []map[string]string
	for _, d := range datasets {
		for _, row := range b.table("raw." + d.name) {
			if row["repeated"] == "true" {
				continue
			}
			delete(row, "repeated")
			delete(row, "shared")
			row["dataset"] = d.name
			all = append(all, row)
		}
	}
	slices.SortStableFunc(all, func(x, y map[string]string) int {
		return strings.Compare(fmt.Sprintf("%9s", x["load"]), fmt.Sprintf("%9s", y["load"]))
	})
	return all
}

// table reads a table of raw as text, sealed cells opened.
func (b *bench) table(name string) []map[string]string {
	b.t.Helper()
	rows, err := b.DB.Query("select * from " + name + " order by load, line")
	if err != nil {
		b.t.Fatal(err)
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		b.t.Fatal(err)
	}
	var all []map[string]string
	for rows.Next() {
		cells := make([]any, len(types))
		into := make([]any, len(types))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			b.t.Fatal(err)
		}
		row := map[string]string{}
		var person seal.Person
		for i, c := range types {
			if c.Name() == "person" {
				person = seal.Person(cells[i].([]byte))
				row["id_no"] = b.number(person)
			}
		}
		for i, c := range types {
			if c.Name() != "person" && cells[i] != nil {
				row[c.Name()] = b.cellText(c.Name(), c.DatabaseTypeName(), cells[i], person)
			}
		}
		all = append(all, row)
	}
	return all
}

// number is the document of a person as raw knows it: the number of a resident,
// the type and the number of any other.
func (b *bench) number(p seal.Person) string {
	typ, number, ok := b.Key.Open(p)
	switch {
	case !ok:
		return "(too long to be turned back)"
	case typ != "":
		return typ + " " + number
	}
	return number
}

func (b *bench) cellText(name, typ string, cell any, person seal.Person) string {
	b.t.Helper()
	switch v := cell.(type) {
	case []byte:
		text, err := b.Key.OpenText(v, person, name[0])
		if err != nil {
			b.t.Fatalf("open %s: %v", name, err)
		}
		return string(text)
	case time.Time:
		if typ == "DATE" {
			return v.Format(time.DateOnly)
		}
		return v.Format(time.DateTime)
	}
	return fmt.Sprint(cell)
}
