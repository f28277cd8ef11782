package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"canbao/etl/clean"
	"canbao/etl/synth"
	"canbao/sql/duck"
)

// knownPeople is how many people with rare names there are, besides those of a
// synthetic city.
const (
	knownPeople = 1950
	knownFiles  = 13 // over which they are spread
)

// hunt is one whole life of a workspace, and the search for identity in all that
// it leaves on the disk and says.
type hunt struct {
	*process
	root    string // everything the program may write to
	files   string // the extracts, outside of it
	needles *needles
	found   finds // in files and in what was said
	spilled int64 // bytes seen in the database's own temporary files
	loading int64 // of those while columns and records were loaded
	killed  int
}

// TestIdentityIsNowhere loads a city, builds, publishes, writes the reports,
// kills loads, builds and rotations on the way, and reads every byte left under
// the workspace and the temporary folders, and every word said: no number, name
// or phone is there. The same life of a program that does not seal shows them
// all, so the search is seen to work.
func TestIdentityIsNowhere(t *testing.T) {
	if testing.Short() {
		t.Skip("makes, loads and builds a city twice, and builds the program")
	}
	files, known := huntedFiles(t)
	t.Logf("%d needles", known.count)
	t.Run("sealed", func(t *testing.T) {
		h := newHunt(t, "canbao", files, known)
		h.live()
		t.Logf("%d runs killed, %d bytes of the database's temporary files read, %d of them while loading, %d bytes said", h.killed, h.spilled, h.loading, h.said.Len())
		if len(h.found) > 0 {
			t.Errorf("identity in the clear: %v", h.found)
		}
		if inside := h.searchTables(); len(inside) > 0 {
			t.Errorf("identity in the clear within the databases: %v", inside)
		}
		if h.spilled == 0 || h.loading == 0 || h.killed == 0 {
			t.Errorf("%d bytes were spilled, %d of them by loads, %d runs killed: the test has not seen what it is for", h.spilled, h.loading, h.killed)
		}
	})
	t.Run("unsealed", func(t *testing.T) {
		h := newHunt(t, unsealedProgram(t), files, known)
		h.live()
		all := []string{"name", "number", "phone"}
		if got := h.found.kinds(); !slices.Equal(got, all) {
			t.Errorf("without sealing %v are found, want %v: %v", got, all, h.found)
		}
		if got := h.searchTables().kinds(); !slices.Equal(got, all) {
			t.Errorf("without sealing %v are found within the databases, want %v", got, all)
		}
	})
}

// huntedFiles writes the extracts and gathers everything that may be found
// nowhere else.
func huntedFiles(t *testing.T) (string, *needles) {
	t.Helper()
	dir, known := t.TempDir(), newNeedles()
	people := somePeople(knownPeople, rand.New(rand.NewPCG(1, 2)))
	for _, p := range people {
		known.addNumber(p.id)
		known.addText("name", p.name)
		known.addText("phone", p.phone)
	}
	writeExtracts(t, dir, people)
	made, err := synth.Make(context.Background(), synth.Options{Dir: filepath.Join(dir, "synth"), People: 3000, Days: 5, Seed: 4})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(made.Extracts, filepath.Join(dir, "good", "10-city")); err != nil {
		t.Fatal(err)
	}
	for _, id := range numbersUnder(t, filepath.Join(dir, "good", "10-city")) {
		known.addNumber(id)
	}
	return dir, known
}

var eighteen = regexp.MustCompile(`[1-9][0-9]{16}[0-9X]`)

// numbersUnder are the document numbers in the files of a folder.
func numbersUnder(t *testing.T, dir string) []string {
	t.Helper()
	seen := map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		for _, id := range eighteen.FindAll(text, -1) {
			if _, faults := clean.ParseID(id, nil, clean.DayOf(time.Now())); faults == 0 {
				seen[string(id)] = true
			}
		}
		return err
	})
	if err != nil || len(seen) < 1000 {
		t.Fatalf("%d numbers in the city's files: %v", len(seen), err)
	}
	var ids []string
	for id := range seen {
		ids = append(ids, id)
	}
	return ids
}

func newHunt(t *testing.T, program, files string, known *needles) *hunt {
	t.Helper()
	root := t.TempDir()
	h := &hunt{root: root, files: files, needles: known, found: finds{}, process: &process{T: t, path: program, dir: root}}
	for variable, folder := range map[string]string{
		"TMPDIR": "tmp", "HOME": "home", "XDG_CONFIG_HOME": "home/config", "XDG_CACHE_HOME": "home/cache",
		"XDG_DATA_HOME": "home/data", "XDG_STATE_HOME": "home/state", "XDG_RUNTIME_DIR": "home/run",
	} {
		path := filepath.Join(root, folder)
		if err := os.MkdirAll(path, 0o700); err != nil {
			t.Fatal(err)
		}
		h.env = append(h.env, variable+"="+path)
	}
	h.env = append(h.env, "CANBAO_WORKSPACE=city")
	return h
}

// unsealedProgram builds the program without sealing, which only this tag makes.
func unsealedProgram(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "canbao-unsealed")
	out, err := exec.Command("go", "build", "-tags", "duckdb_arrow,canbao_unsealed", "-o", path, "canbao/cmd/canbao").CombinedOutput()
	if err != nil {
		t.Fatalf("build without sealing: %v\n%s", err, out)
	}
	return path
}

// live goes through everything the program does with identity.
func (h *hunt) live() {
	h.do("init", "city")
	if err := copyFile(filepath.Join(h.files, "synth", "areas.csv"), filepath.Join(h.root, "city", "areas.csv")); err != nil {
		h.Fatal(err)
	}
	good, bad := filepath.Join(h.files, "good"), filepath.Join(h.files, "bad")
	h.kills(5, "load", good)
	h.do("load", "--dry-run", good)
	h.do("load", good)
	h.allLoaded(h.do("loads", "--format", "json"))
	h.run([]int{exitRefuse}, "load", bad)
	h.run([]int{exitRefuse}, "load", "--lang", "en", "--dataset", "roster", bad)
	h.look()
	h.kills(3, "build")
	h.spill()
	h.do("load", filepath.Join(h.files, "many")) // where it was short of memory for it
	h.look()
	h.do("build")
	for _, args := range [][]string{
		{"status"}, {"ranking", "--as-of", "latest", "--level", "all"}, {"score", "--as-of", "latest"}, {"check"}, {"check", "not_on_roster"},
		{"bulletin", "--as-of", "latest"}, {"bulletin", "--as-of", "2020-11-03", "--lang", "en"},
		{"quarantine"}, {"quarantine", "--format", "json"}, {"loads"}, {"loads", "--all"}, {"quarantine", "dismiss", "1", "--reason", "no such person"}, {"query", "--format", "csv", "select * from mart.person"},
		{"key", "check"}, {"version"}, {"reconcile"}, {"reconcile", "--days"}, {"worklist", "history"},
		{"worklist", "--as-of", "latest", "--item", "medical_hukou", "--area", "330782"},
		{"worklist", "--as-of", "latest", "--item", "critical_uptake", "--area", "330782", "--format", "csv"},
		{"worklist", "--as-of", "2020-11-03", "--item", "medical_hukou", "--area", "330782100", "--format", "json"},
	} {
		h.run([]int{exitDone, exitNo}, args...)
	}
	// An export shows identity on purpose, and lies elsewhere.
	h.do("quarantine", "export", filepath.Join(h.files, fmt.Sprintf("held-%d.xlsx", time.Now().UnixNano())))
	h.do("worklist", "--as-of", "latest", "--item", "medical_hukou", "--area", "330782100", "--reveal", "--reason", "走访",
		"--out", filepath.Join(h.files, fmt.Sprintf("visits-%d.xlsx", time.Now().UnixNano())))
	h.asksAbout(somePeople(1, rand.New(rand.NewPCG(1, 2)))[0])
	h.look()
	h.do("unload", "1")
	h.kills(2, "key", "rotate")
	h.do("key", "rotate", "--cipher", "sm4")
	h.do("load", good)
	h.do("build")
	h.look()
	h.needles.search(h.found, "what the program said", h.said.Bytes())
}

// allLoaded wants the files of the known people to have come in, each the way it
// is made to: a format that was not read would hide nothing.
func (h *hunt) allLoaded(ledger string) {
	h.Helper()
	var files []struct {
		File              string
		Rows, Quarantined int
		SameAs            *int `json:"same_as"` // a killed run had loaded it before
	}
	if err := json.Unmarshal([]byte(ledger), &files); err != nil {
		h.Fatal(err)
	}
	seen := 0
	for _, f := range files {
		name := filepath.Base(f.File)
		if f.SameAs != nil || filepath.Base(filepath.Dir(f.File)) != "good" {
			continue
		}
		seen++
		if spoilt := strings.Contains(name, "spoilt"); f.Rows < knownPeople/knownFiles || spoilt != (f.Quarantined > f.Rows/2) {
			h.Errorf("%s: %d rows, %d held back", f.File, f.Rows, f.Quarantined)
		}
	}
	if want := knownFiles + 4; seen != want { // more files about the same people
		h.Errorf("%d files of known people were loaded, want %d", seen, want)
	}
}

// kills kills runs of a command ever later, until one is done before, and looks
// at what each has left.
func (h *hunt) kills(most int, args ...string) {
	h.Helper()
	for i := range most {
		if !h.kill(time.Duration(150*(1<<i))*time.Millisecond, args...) {
			return
		}
		h.killed++
		h.look()
	}
}

// look reads all that lies on the disk.
func (h *hunt) look() {
	h.Helper()
	if files, size := h.needles.searchTree(h.T, h.found, h.root); files < 4 || size < 1000 {
		h.Errorf("only %d files of %d bytes to look at", files, size)
	}
}

// spill builds with so little memory that the database needs its temporary
// files, and reads those while they are there.
func (h *hunt) spill() {
	h.Helper()
	many := filepath.Join(h.files, "many")
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-done:
				return
			case <-time.After(10 * time.Millisecond):
				h.readSpilled()
			}
		}
	}()
	for _, limit := range []string{"25MB", "40MB", "60MB"} {
		before := atomic.LoadInt64(&h.spilled)
		h.run([]int{exitDone, exitFailed, exitRefuse}, "load", "--memory-limit", limit, "--threads", "2", many)
		h.loading += atomic.LoadInt64(&h.spilled) - before
		h.run([]int{exitDone, exitNo, exitFailed}, "build", "--memory-limit", limit, "--threads", "2")
		h.run([]int{exitDone, exitFailed, exitRefuse}, "load", "--memory-limit", limit, filepath.Join(h.files, "good"))
	}
	close(done)
	<-stopped
}

func (h *hunt) readSpilled() {
	left, err := filepath.Glob(filepath.Join(h.root, "*", "*", "*.tmp", "*"))
	if err != nil {
		h.Error(err)
	}
	for _, path := range left {
		// It may be gone by now: then it is read the next time.
		if text, err := os.ReadFile(path); err == nil {
			atomic.AddInt64(&h.spilled, int64(len(text)))
			h.needles.search(h.found, filepath.Base(path), text)
		}
	}
}

// searchTables looks in the values of every column of every database: what they
// compress would not be found by its bytes.
func (h *hunt) searchTables() finds {
	h.Helper()
	found := finds{}
	databases, err := filepath.Glob(filepath.Join(h.root, "city", "*", "*.duckdb"))
	if err != nil || len(databases) < 2 {
		h.Fatalf("databases: %v, %v", databases, err)
	}
	for _, path := range databases {
		db, err := duck.Open(context.Background(), path, duck.Options{ReadOnly: true})
		if err != nil {
			h.Fatal(err)
		}
		h.searchDatabase(found, filepath.Base(path), db)
		db.Close()
	}
	return found
}

func (h *hunt) searchDatabase(found finds, name string, db *duck.DB) {
	h.Helper()
	rows, err := db.Query("select format('\"{}\".\"{}\"', schema_name, table_name), column_name from duckdb_columns() where not internal and database_name = current_database() and table_oid in (select table_oid from duckdb_tables())")
	if err != nil {
		h.Fatal(err)
	}
	var columns [][2]string
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			h.Fatal(err)
		}
		columns = append(columns, [2]string{table, column})
	}
	if err := rows.Err(); err != nil {
		h.Fatal(err)
	}
	for _, c := range columns {
		h.needles.search(found, name+" "+c[0]+" "+c[1], h.values(db, c[0], c[1]))
	}
}

// values are all values of a column one after another, numbers as text and as
// the eight bytes they are.
func (h *hunt) values(db *duck.DB, table, column string) []byte {
	h.Helper()
	rows, err := db.Query(fmt.Sprintf(`select distinct "%s" from %s`, column, table))
	if err != nil {
		h.Fatal(err)
	}
	defer rows.Close()
	var all []byte
	for rows.Next() {
		var value any
		if err := rows.Scan(&value); err != nil {
			h.Fatal(err)
		}
		switch v := value.(type) {
		case []byte:
			all = append(all, v...)
		case int64:
			all = binary.LittleEndian.AppendUint64(all, uint64(v))
			all = fmt.Append(all, v)
		default:
			all = fmt.Append(all, v)
		}
		all = append(all, 0xff)
	}
	if err := rows.Err(); err != nil {
		h.Fatal(err)
	}
	return all
}
