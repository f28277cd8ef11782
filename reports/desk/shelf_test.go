//go:build duckdb_arrow

package desk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"canbao/etl/refuse"
	"canbao/models"
	"canbao/models/measure"
	"canbao/reports/access"
)

func numbers(t *testing.T, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, e.Name())
	}
	slices.Sort(all)
	return all
}

// eventually waits for something that comes by itself, on a busy machine as well.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for until := time.Now().Add(15 * time.Second); !ok(); {
		if time.Now().After(until) {
			t.Errorf("%s: not within 15 s", what)
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// A new snapshot is taken up by itself, an old one stays as long as somebody
// reads it, and the last few are kept.
func TestSnapshotsComeAndGo(t *testing.T) {
	d, dir := open(t, func(o *Options) { o.Keep = 2 })
	ctx := context.Background()
	lease, err := d.Lease(ctx, analyst)
	if err != nil || lease.Number != 1 {
		t.Fatalf("lease %+v, %v", lease, err)
	}
	a, err := d.Ask(ctx, Question{User: analyst, Text: "select n from mart.a limit 900"})
	if err != nil {
		t.Fatal(err)
	}
	for n := 2; n <= 4; n++ {
		publishTables(t, dir, n, fmt.Sprintf("create table mart.a as select %d as n, 'x' as name", n))
		eventually(t, fmt.Sprint("snapshot ", n), func() bool {
			_, number, err := ask(d, Question{Text: "select n from mart.a"})
			return err == nil && number == n
		})
	}
	if got := numbers(t, dir); !slices.Equal(got, []string{"1.duckdb", "3.duckdb", "4.duckdb", "CURRENT"}) {
		t.Errorf("kept %v, want the last two and the one that is read", got)
	}
	s, err := lease.Reader.Snapshot(ctx)
	if err != nil || s.Number != 1 || a.Snapshot() != 1 || !a.Next() {
		t.Errorf("the old reader reads snapshot %d, %v", s.Number, err)
	}
	lease.Release()
	lease.Release() // once is enough
	if got := numbers(t, dir); !slices.Contains(got, "1.duckdb") {
		t.Error("the snapshot of an answer under way is gone")
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	eventually(t, "removal", func() bool { return !slices.Contains(numbers(t, dir), "1.duckdb") })
}

// What is published before anything is there is taken up; what cannot be opened
// takes nothing away.
func TestSnapshotsThatAreNotThere(t *testing.T) {
	dir := t.TempDir()
	var warned []string
	d, err := Open(context.Background(), Options{Published: dir, Poll: 20 * time.Millisecond, Temp: t.TempDir(),
		Warn: func(err error) { warned = append(warned, err.Error()) }})
	if err != nil {
		t.Fatal(err)
	}
	var no *refuse.Error
	if _, err := d.Lease(context.Background(), analyst); !errors.As(err, &no) {
		t.Errorf("nothing is published: %v", err)
	}
	publishTables(t, dir, 1, "create table mart.a as select 1 as n")
	eventually(t, "the first snapshot", func() bool { _, _, err := ask(d, Question{Text: "select n from mart.a"}); return err == nil })
	if err := os.WriteFile(filepath.Join(dir, "2.duckdb"), []byte("no database at all"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "CURRENT"), []byte("2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	time.Sleep(200 * time.Millisecond)
	if _, number, err := ask(d, Question{Text: "select n from mart.a"}); err != nil || number != 1 {
		t.Errorf("beside a broken snapshot: snapshot %d, %v", number, err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if len(warned) != 1 {
		t.Errorf("warned %d times: %v", len(warned), warned)
	}
	if _, err := d.Lease(context.Background(), analyst); !errors.Is(err, errClosed) {
		t.Errorf("a closed desk: %v", err)
	}
}

// What a killed service has left is cleared away by the next.
func TestLeftBehind(t *testing.T) {
	dir, temp := t.TempDir(), t.TempDir()
	publishTables(t, dir, 3, "create table mart.a as select 1 as n")
	left := []string{
		filepath.Join(dir, "3.cut.abc.duckdb.99.part"), filepath.Join(dir, "3.cut.abc.duckdb.99.part.wal"),
		filepath.Join(dir, "1.cut.abc.duckdb"), filepath.Join(temp, "engines", "7", "duckdb_temp_storage-0.tmp"),
	}
	for _, path := range left {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d, err := Open(context.Background(), Options{Published: dir, Temp: temp})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for _, path := range left {
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s is still there", path)
		}
	}
}

// townTables are tables as a build publishes them, of two towns.
func townTables(number int) []string {
	return []string{
		`create table ref.area as from (values ('33', '市', null, 'city', null, 1), ('3301', '甲镇', '33', 'town', '3301', 2), ('3302', '乙镇', '33', 'town', '3302', 3),
			('330101', '甲村', '3301', 'village', '3301', 4), ('330201', '乙村', '3302', 'village', '3302', 5)) as t(area_code, area, parent, level, town, ordinal)`,
		fmt.Sprintf(`create table mart.person as select 'c' as campaign, range as person_no, case when range < 300 then '330101' else '330201' end as area_code,
			case when range < 300 then '3301' else '3302' end as town, 'secret' || range || '-' || %d as person from range(1000)`, number),
		"create table mart.unheard as select 1 as n",
	}
}

// A user of a town is handed a file without the others' rows, whatever is asked;
// one who has no town yet, or is bound to something else, nothing.
func TestTownsGetTheirCut(t *testing.T) {
	d, dir := open(t, func(o *Options) {
		o.Areas = func() [][]string { return [][]string{{"3302"}} }
	})
	publishTables(t, dir, 2, townTables(2)...)
	town := access.User{Name: "jia", Role: access.Town, Areas: []string{"3301"}}
	eventually(t, "snapshot 2", func() bool { _, n, err := ask(d, Question{Text: "select 1"}); return err == nil && n == 2 })
	eventually(t, "the cut ahead of need", func() bool {
		return strings.Contains(strings.Join(numbers(t, dir), " "), "2.cut.")
	})
	lines, number, err := ask(d, Question{User: town, Text: "select count(*), count(distinct town), max(area_code) from mart.person"})
	if err != nil || number != 2 || lines[0] != "300|1|330101" {
		t.Errorf("the town sees %v of snapshot %d, %v", lines, number, err)
	}
	if lines, _, err := ask(d, Question{Text: "select count(*) from mart.person"}); err != nil || lines[0] != "1000" {
		t.Errorf("an analyst sees %v, %v", lines, err)
	}
	if _, _, err := ask(d, Question{User: town, Text: "select * from mart.unheard"}); err == nil {
		t.Error("a table that nobody has decided about is in the cut")
	}
	lease, err := d.Lease(context.Background(), town)
	if err != nil || filepath.Base(lease.path) == "2.duckdb" {
		t.Fatalf("the lease of a town is %v, %v", lease, err)
	}
	lease.Release()
	for _, areas := range [][]string{nil, {}, {"33"}, {"330101"}, {"nowhere"}, {"3301", "nowhere"}} {
		var no *refuse.Error
		if lines, _, err := ask(d, Question{User: access.User{Name: "x", Role: access.Town, Areas: areas}, Text: "select 1"}); !errors.As(err, &no) {
			t.Errorf("a town's user of %v is told %v, %v", areas, lines, err)
		}
	}
	publishTables(t, dir, 3, townTables(3)...)
	eventually(t, "the cut of snapshot 3", func() bool {
		lines, n, err := ask(d, Question{User: town, Text: "select max(person) from mart.person"})
		return err == nil && n == 3 && strings.HasSuffix(lines[0], "-3")
	})
	eventually(t, "the cuts of snapshot 2 gone", func() bool {
		return !strings.Contains(strings.Join(numbers(t, dir), " "), "2.cut.")
	})
}

// Readers go on with the snapshot before while the new one, and then each cut of it,
// is prepared, but not for long; what cannot be prepared is read all the same.
func TestPreparedBeforeItIsRead(t *testing.T) {
	var mu sync.Mutex
	gates := map[string]chan error{} // by the last part of the path and the snapshot
	gate := func(name string) chan error {
		mu.Lock()
		defer mu.Unlock()
		if gates[name] == nil {
			gates[name] = make(chan error, 1)
		}
		return gates[name]
	}
	warned := make(chan error, 10)
	gate("whole 1") <- nil
	d, dir := open(t, func(o *Options) {
		o.Areas = func() [][]string { return [][]string{{"3301"}} }
		o.Warn = func(err error) { warned <- err }
		o.Prepare = func(ctx context.Context, r *measure.Reader) error {
			s, err := r.Snapshot(ctx)
			if err != nil {
				return err
			}
			areas, err := r.Areas(ctx)
			name := fmt.Sprint("whole ", s.Number)
			if err == nil && len(areas) == 4 { // of a town: not the other's village
				name = fmt.Sprint("town ", s.Number)
			}
			select {
			case err := <-gate(name):
				return err
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	})
	town := access.User{Name: "jia", Role: access.Town, Areas: []string{"3301"}}
	number := func(u access.User) int {
		l, err := d.Lease(context.Background(), u)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Release()
		return l.Number
	}
	gate("whole 2") <- nil
	gate("town 2") <- nil
	publishTables(t, dir, 2, townTables(2)...)
	eventually(t, "snapshot 2", func() bool { return number(analyst) == 2 })
	eventually(t, "the cut of 2", func() bool { return number(town) == 2 })

	// The whole first, then the town.
	publishTables(t, dir, 3, townTables(3)...)
	time.Sleep(300 * time.Millisecond)
	if number(analyst) != 2 || number(town) != 2 {
		t.Error("somebody is sent to snapshot 3 before it is prepared")
	}
	gate("whole 3") <- errors.New("no memory")
	eventually(t, "snapshot 3", func() bool { return number(analyst) == 3 })
	eventually(t, "the warning", func() bool { return strings.Contains((<-warned).Error(), "no memory") })
	if number(town) != 2 {
		t.Error("the town is sent to its cut of 3 before it is prepared")
	}
	gate("town 3") <- nil
	eventually(t, "the cut of 3", func() bool { return number(town) == 3 })

	// Nobody waits for ever, and the desk does not when it is closed.
	begun := time.Now()
	publishTables(t, dir, 4, townTables(4)...)
	eventually(t, "snapshot 4", func() bool { return number(analyst) == 4 })
	if took := time.Since(begun); took < wholeWaits {
		t.Errorf("snapshot 4 is taken up after %v, unprepared", took)
	}
	eventually(t, "the cut of 4", func() bool { return number(town) == 4 })
}

// Roles that may not ask are told so before anything is opened.
func TestWhoMayNotAsk(t *testing.T) {
	d, _ := open(t, nil)
	for _, role := range []access.Role{access.Leader, access.Auditor, "", "king"} {
		var no *refuse.Error
		if _, _, err := ask(d, Question{User: access.User{Name: "x", Role: role}, Text: "select 1"}); !errors.As(err, &no) {
			t.Errorf("%q asks: %v", role, err)
		}
		if _, err := d.Lease(context.Background(), access.User{Name: "x", Role: role}); role != access.Leader && !errors.As(err, &no) {
			t.Errorf("%q reads: %v", role, err)
		}
	}
	// The one who publishes removes what the desk has not opened yet: it follows.
	if err := models.Prune(d.o.Published, 1, nil); err != nil {
		t.Error(err)
	}
}
