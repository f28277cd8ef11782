package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"canbao/sql/duck"
)

// tortureDays are the days the listings are asked for.
var tortureDays = []string{"2020-11-01", "2020-11-05", "2020-11-15", "latest"}

// listings are what every verb says of a workspace, without what may lawfully
// differ after a load was run twice: when it was, the numbers of snapshots, and
// the loads that only met known bytes again.
func (r *torture) listings(dir string) map[string]string {
	r.Helper()
	all := map[string]string{}
	say := func(name string, args ...string) {
		all[name] = r.quick(append([]string{"--workspace", dir, "--quiet"}, args...)...)
	}
	for _, day := range tortureDays {
		say("ranking of "+day, "ranking", "--as-of", day, "--level", "all", "--format", "csv")
		say("score of "+day, "score", "--as-of", day, "--format", "csv")
	}
	say("checks", "check", "--format", "csv")
	say("not on the roster", "check", "not_on_roster", "--format", "csv")
	say("quarantine", "quarantine", "--format", "csv")
	say("status", "status", "--format", "csv")
	all["status"] = withoutLines(all["status"], "snapshot,")
	for _, table := range []string{"standing", "score", "payment_daily", "collection", "person", "area_quality", "check", "check_row", "check_area",
		"payment_failed", "hardship_road", "books"} {
		say("mart."+table, "query", "--format", "csv", "select count(*), bit_xor(hash(t)) from mart."+table+" as t")
	}
	say("days of the city", "query", "--format", "csv", "select * from mart.standing where level = 'city' order by all")
	say("payments", "query", "--format", "csv", "select * from mart.payment_daily order by all limit 5000")
	say("areas", "query", "--format", "csv", "select * from ref.area order by all")
	say("ledger", "query", "--format", "csv", `
select file, dataset, rows, accepted, quarantined, repeated, furniture, held, reasons from mart.load as l
where load = (select min(load) from mart.load as f where f.file = l.file) order by load`)
	out := filepath.Join(r.TempDir(), "bulletin")
	r.quick("--workspace", dir, "--quiet", "bulletin", "--as-of", "latest", "--formats", "html", "--out", out)
	all["bulletin"] = r.bulletinText(dir, out)
	return all
}

func withoutLines(text, prefix string) string {
	var kept strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, prefix) {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

// bulletinText is the bulletin without the moment and number of its snapshot.
func (r *torture) bulletinText(dir, out string) string {
	r.Helper()
	found, err := filepath.Glob(filepath.Join(out, "*.html"))
	if err != nil || len(found) != 1 {
		r.Fatalf("%d bulletins, %v", len(found), err)
	}
	text, err := os.ReadFile(found[0])
	r.must(err)
	built := strings.Fields(r.quick("--workspace", dir, "query", "--format", "csv",
		"select strftime(built_at, '%Y-%m-%d_%H:%M') as built from ref.snapshot"))[1]
	text = bytes.ReplaceAll(text, []byte(strings.ReplaceAll(built, "_", " ")), []byte("BUILT"))
	text = snapshotNumbers.ReplaceAll(text, []byte("$1"))
	return string(loadRows.ReplaceAll(text, nil))
}

// snapshotNumbers are the number of the snapshot in a bulletin.
var snapshotNumbers = regexp.MustCompile(`(数据快照第|快照第)[0-9,]+`)

// loadRows are the tables of a bulletin about single loads, and about the loads of
// a dataset: they tell when a file was loaded last, known ones again included.
// What they count is compared in the ledger.
var loadRows = regexp.MustCompile(`(?s)<table class="[^"]*" id="(inputs|files)">.*?</table>`)

// same wants the listings of the undisturbed run.
func (r *torture) same(dir, after string) {
	r.Helper()
	got := r.listings(dir)
	for name, want := range r.truth {
		if r.counted++; got[name] != want {
			r.Errorf("%s: %s differs from the undisturbed run:\n%s", after, name, firstDifference(got[name], want))
		}
	}
	r.whole(dir)
	r.tidy(dir, after)
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		a, b := "(nothing)", "(nothing)"
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			return fmt.Sprintf("line %d\n got %.600s\nwant %.600s", i+1, a, b)
		}
	}
	return "nothing differs"
}

// readable is what the verbs that only look say: they must answer at any
// moment, from what was published last.
func (r *torture) readable(dir string) map[string]string {
	r.Helper()
	seen := map[string]string{"status": r.quick("--workspace", dir, "status", "--format", "csv")}
	seen["quarantine"] = r.quick("--workspace", dir, "--quiet", "quarantine", "--format", "csv")
	if r.current(dir) == "" {
		return seen
	}
	seen["ranking"] = r.quick("--workspace", dir, "ranking", "--as-of", "latest", "--format", "csv")
	seen["query"] = r.quick("--workspace", dir, "query", "--format", "csv", "select count(*), bit_xor(hash(t)) from mart.standing as t")
	return seen
}

// current is the number of the published snapshot, "" where none is.
func (r *torture) current(dir string) string {
	r.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "published", "CURRENT"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		r.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

// tidy wants nothing left behind: no unfinished snapshot, no log, no spilled
// data, no signed lock, and no file that grows with every fault.
func (r *torture) tidy(dir, after string) {
	r.Helper()
	for _, folder := range []string{"warehouse", "published"} {
		entries, err := os.ReadDir(filepath.Join(dir, folder))
		r.must(err)
		for _, e := range entries {
			info, err := e.Info()
			r.must(err)
			name := folder + "/" + e.Name()
			number, isSnapshot := strings.CutSuffix(e.Name(), ".duckdb")
			_, err = strconv.Atoi(number)
			switch {
			case name == "warehouse/warehouse.duckdb":
				truth, err := os.Stat(filepath.Join(r.states[len(r.steps)], name))
				r.must(err)
				if limit := truth.Size()*3/2 + 4<<20; info.Size() > limit {
					r.Errorf("%s: the warehouse has grown to %d bytes, undisturbed it has %d", after, info.Size(), truth.Size())
				}
			case name == "warehouse/warehouse.duckdb.lock" && info.Size() == 0:
			case name == "published/CURRENT":
			case name == "warehouse/warehouse.duckdb.tmp" && r.empty(filepath.Join(dir, name)):
			case folder == "published" && isSnapshot && err == nil:
			default:
				r.Errorf("%s: left behind: %s, %d bytes", after, name, info.Size())
			}
		}
	}
}

func (r *torture) empty(dir string) bool {
	entries, err := os.ReadDir(dir)
	return err == nil && len(entries) == 0
}

// whole looks into the ledger and wants every load in it whole: the three
// numbers add up, and the rows of each are there and no others.
func (r *torture) whole(dir string) {
	r.Helper()
	if torn := tornLoads(r.Context(), r.T, dir); torn != "" {
		r.Error(torn)
	}
}

// tornLoads says what is wrong with the ledger of a workspace, "" for nothing.
func tornLoads(ctx context.Context, t *testing.T, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "warehouse", "warehouse.duckdb")
	if !exists(path) {
		return ""
	}
	db, err := duck.Open(ctx, path, duck.Options{ReadOnly: true, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	count := func(query string) (n int64) {
		if err := db.QueryRowContext(ctx, query).Scan(&n); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		return n
	}
	if count("select count(*) from duckdb_tables() where schema_name = 'raw' and table_name = 'load'") == 0 {
		return "" // killed before its tables were made
	}
	var wrong []string
	want := func(what, query string) {
		if n := count(query); n > 0 {
			wrong = append(wrong, fmt.Sprintf("%d %s", n, what))
		}
	}
	want("loads whose rows do not add up", "select count(*) from raw.load where rows <> accepted + quarantined + repeated")
	want("loads without the rows they held back", `
select count(*) from raw.load where quarantined <> (select count(*) from raw.quarantine q where q.load = raw.load.load)`)
	want("files that are new twice", `
select count(*) from (select file, sha256 from raw.load where same_as is null group by all having count(*) > 1)`)
	for _, table := range []string{"roster", "registration", "levy", "payment", "subsidy", "statement", "headcount", "tally"} {
		stored := "l.accepted"
		if count("select count(*) from duckdb_columns() where schema_name = 'raw' and table_name = '"+table+"' and column_name = 'repeated'") > 0 {
			stored = "l.accepted + l.repeated" // repeated rows are kept
		}
		want("loads of "+table+" that are torn", `
select count(*) from raw.load l where l.dataset = '`+table+`' and l.same_as is null and `+stored+` <> (select count(*) from raw.`+table+` r where r.load = l.load)`)
		want("rows of "+table+" that no load brought", "select count(*) from raw."+table+" where load not in (select load from raw.load)")
	}
	return strings.Join(wrong, "; ")
}
