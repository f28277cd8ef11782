package etl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"canbao/etl/clean"
	"canbao/etl/refuse"
	"canbao/etl/seal"
	"canbao/sql"
	"canbao/sql/duck"
)

const testAreas = `code,name,parent,kind,aliases
330782,义乌市,,city,
330782001,稠城街道,330782,town,稠城
330782100,佛堂镇,330782,town,佛堂
330782001001,向阳社区,330782001,village,向阳
330782001002,新村,330782001,village,
330782100201,新村,330782100,village,
330782100202,王宅村,330782100,village,王宅
330782100203,王宅村,330782100,village,
`

// Numbers with a right check digit, of nobody.
const (
	idA = "330782197001010018"
	idB = "330782198002020028"
	idC = "330782199003030038"
)

type bench struct {
	*Loader
	t   *testing.T
	dir string
}

func newBench(t *testing.T) *bench {
	t.Helper()
	ctx := context.Background()
	db, err := duck.Open(ctx, filepath.Join(t.TempDir(), "w.duckdb"), duck.Options{Threads: 2})
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
	return &bench{Loader: &Loader{DB: db, Key: key, Areas: areas, Now: now}, t: t, dir: t.TempDir()}
}

func (b *bench) write(name, text string) string {
	b.t.Helper()
	path := filepath.Join(b.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
	return path
}

func (b *bench) load(name, text string) FileReport {
	b.t.Helper()
	reports, err := b.Load(context.Background(), []string{b.write(name, text)})
	if err != nil {
		b.t.Fatalf("load %s: %v", name, err)
	}
	r := reports[0]
	if r.Rows != r.Accepted+r.Quarantined+r.Repeated {
		b.t.Fatalf("%s: %d rows, but %d accepted + %d quarantined + %d repeated", name, r.Rows, r.Accepted, r.Quarantined, r.Repeated)
	}
	return r
}

// three are the numbers a clerk checks first.
func three(r FileReport) string {
	return fmt.Sprintf("%d=%d+%d+%d", r.Rows, r.Accepted, r.Quarantined, r.Repeated)
}

func (b *bench) count(query string) (n int) {
	b.t.Helper()
	if err := b.DB.QueryRow(query).Scan(&n); err != nil {
		b.t.Fatalf("%s: %v", query, err)
	}
	return n
}

func TestRosterReasons(t *testing.T) {
	b := newBench(t)
	r := b.load("roster.csv", "姓名,身份证号,镇街,村社,户籍,常住,手机号\n"+
		"王小明,"+idA+",稠城街道,向阳,是,是,13800000000\n"+ // good
		",3307821970010100,火星镇,,也许,,\n"+ // all wrong
		"李四,3.30782E+17,佛堂,,是,否,\n"+
		"张三,"+idB+",佛堂镇,不存在村,是,否,\n"+ // town level is enough
		"赵六,"+idC+",,新村,是,否,\n"+ // no town
		"短行,"+idC+"\n")
	if got, want := three(r), "6=2+4+0"; got != want {
		t.Errorf("rows = %s, want %s", got, want)
	}
	want := map[string]int64{
		"id_length": 1, "missing:name": 1, "missing:resident": 1, "unknown_word:hukou": 1,
		"unknown_area": 2, "id_damaged": 1, "ragged": 1,
	}
	if diff := cmp.Diff(want, r.Reasons); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
	var reasons, town string
	b.DB.QueryRow("select reasons from raw.quarantine where line = 3").Scan(&reasons)
	if reasons != "id_length missing:name missing:resident unknown_area unknown_word:hukou" {
		t.Errorf("reasons of row 3 = %q", reasons)
	}
	b.DB.QueryRow("select town from raw.quarantine where line = 4").Scan(&town)
	if town != "330782100" {
		t.Errorf("town of row 4 = %q", town)
	}
}

func TestSealedInTheWarehouse(t *testing.T) {
	b := newBench(t)
	b.load("roster.csv", "姓名,身份证号,镇街,户籍,常住,手机号\n王小明,"+idA+",稠城街道,是,是,13800001234\n李坏人,123,稠城,是,是,13800005678\n")
	if err := b.DB.Checkpoint(context.Background()); err != nil {
		t.Fatal(err)
	}
	bytes, err := os.ReadFile(b.DB.Path())
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"王小明", idA, "13800001234", "李坏人", "13800005678"} {
		if strings.Contains(string(bytes), secret) {
			t.Errorf("%s stands in the clear", secret)
		}
	}
	if !strings.Contains(string(bytes), "稠城街道") {
		t.Error("the town is not found either: the test does not look where the rows are")
	}
}

func TestRepeatedAndLaterWins(t *testing.T) {
	b := newBench(t)
	head := "险种,年度,身份证号,应缴金额,姓名\n"
	row := func(id, amount, name string) string {
		return "居民医保,2021," + id + "," + amount + "," + name + "\n"
	}
	steps := []struct{ text, want string }{
		{head + row(idA, "450", "甲"), "1=1+0+0"},
		{head + row(idA, "450.00", " 甲 ") + row(idB, "450", "乙"), "2=1+0+1"},
		{head + row(idA, "500", "甲") + row(idA, "450", "甲") + row(idA, "450", "甲"), "3=2+0+1"},
		{"险种,年度,身份证号,应缴金额\n居民医保,2021," + idA + ",450\n", "1=0+0+1"},            // no name: the name stands
		{head + row(idA, "450", "甲"), "1=0+0+1"},                               // as before
		{head + row(idA, "450", ""), "1=1+0+0"},                                // an empty cell empties it
		{"险种,年度,身份证号,应缴金额,证件类型\n居民医保,2021," + idA + ",450,居民身份证\n", "1=0+0+1"}, // the default
	}
	for i, s := range steps {
		// Each file differs in its bytes, or it would be known by its hash.
		if got := three(b.load(fmt.Sprintf("%d.csv", i), s.text+strings.Repeat("\n", i))); got != s.want {
			t.Errorf("step %d: %s, want %s", i, got, s.want)
		}
	}
}

func TestSameBytesChangeNothing(t *testing.T) {
	b := newBench(t)
	text := "险种,年度,身份证号,应缴金额\n居民医保,2021," + idA + ",450\n居民医保,2021,1,450\n"
	if got := three(b.load("a.csv", text)); got != "2=1+1+0" {
		t.Fatalf("first: %s", got)
	}
	r := b.load("copy.csv", text)
	if got := three(r); got != "2=0+0+2" || r.SameAs != 1 {
		t.Errorf("again: %s, same as %d", got, r.SameAs)
	}
	if n := b.count("select count(*) from raw.levy"); n != 1 {
		t.Errorf("%d levy rows", n)
	}
	if n := b.count("select count(*) from raw.quarantine"); n != 1 {
		t.Errorf("%d rows held back", n)
	}
}

func TestPaymentKeys(t *testing.T) {
	b := newBench(t)
	r := b.load("pay.csv", "票号,身份证号,险种,年度,金额,缴费时间,业务类型,状态\n"+
		"T1,"+idA+",居民医保,2021,450,2020-11-30 23:59:59,缴费,成功\n"+
		"T1,"+idA+",大病保险,2021,100,2020-11-30 23:59:59,,\n"+ // one receipt, two schemes
		"T1,"+idA+",居民医保,2021,-100,2020-12-01,,\n"+ // given back by sign
		"T1,"+idA+",居民医保,2021,100,2020-12-02,退费,\n"+ // in parts
		"T1,"+idA+",居民医保,2021,100,2020-12-02 00:00:00,退费,成功\n"+ // the same again
		"T2,"+idA+",居民医保,2021,450,2020-12-21,,\n") // after the load day
	if got, want := three(r), "6=4+1+1"; got != want {
		t.Errorf("rows = %s, want %s", got, want)
	}
	if diff := cmp.Diff(map[string]int64{"bad_date:paid_at": 1}, r.Reasons); diff != "" {
		t.Error(diff)
	}
	if n := b.count("select count(*) from raw.payment where back and not repeated"); n != 2 {
		t.Errorf("%d rows given back, want 2", n)
	}
}

func TestRegistrationYearOnlyWhereItCounts(t *testing.T) {
	b := newBench(t)
	r := b.load("reg.csv", "身份证号,险种,年度,参保状态,登记日期\n"+
		idA+",城乡居民养老,2020,正常参保,2020-01-05\n"+
		idA+",城乡居民养老,,正常参保,2020-01-05\n"+
		idA+",职工医保,无,正常参保,2019/3/1\n"+
		idA+",职工医保,,终止参保,2020.3.1\n"+
		idB+",火星保险,,参保,2020年3月1日\n")
	if got, want := three(r), "5=3+2+0"; got != want {
		t.Errorf("rows = %s, want %s", got, want)
	}
	want := map[string]int64{"missing:year": 1, "unknown_scheme": 1, "unknown_word:status": 1}
	if diff := cmp.Diff(want, r.Reasons); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}

func TestRosterWithoutAreasKeepsThemStanding(t *testing.T) {
	b := newBench(t)
	b.load("a.csv", "姓名,身份证号,镇街,户籍,常住\n甲,"+idA+",佛堂,是,是\n")
	r := b.load("b.csv", "姓名,身份证号,户籍,常住\n甲,"+idA+",否,是\n乙,"+idB+",是,是\n")
	if got, want := three(r), "2=1+1+0"; got != want || r.Reasons["unknown_area"] != 1 {
		t.Errorf("rows = %s %v, want %s", got, r.Reasons, want)
	}
}

func TestTalliesTellTheirAreaInFull(t *testing.T) {
	b := newBench(t)
	r := b.load("tally.csv", "镇街,行政村,指标,截止日期,任务数,完成数\n"+
		"佛堂镇,,medical,2020-11-30,\"1,000\",９９０\n"+
		"佛堂镇,王宅村,medical,2020-11-30,10,9\n"+ // two villages bear it
		"佛堂镇,没有村,medical,2020-11-30,10,9\n"+
		"稠城,新村,medical,2020-11-30,10,-1\n")
	if got, want := three(r), "4=1+3+0"; got != want {
		t.Errorf("rows = %s, want %s", got, want)
	}
	if diff := cmp.Diff(map[string]int64{"unknown_area": 2, "bad_amount:actual": 1}, r.Reasons); diff != "" {
		t.Error(diff)
	}
}

func TestRefusedFileChangesNothingAndStopsNoOther(t *testing.T) {
	b := newBench(t)
	good := b.write("a.csv", "险种,年度,身份证号,应缴金额\n居民医保,2021,"+idA+",450\n")
	odd := b.write("b.csv", "甲,乙,丙\n1,2,3\n")
	reports, err := b.Load(context.Background(), []string{b.dir})
	var refusal *refuse.Error
	if !errors.As(err, &refusal) || refusal.Where != odd || !strings.Contains(err.Error(), "甲、乙、丙") {
		t.Fatalf("refusal = %v", err)
	}
	if len(reports) != 1 || reports[0].File != good {
		t.Fatalf("reports = %v", reports)
	}
	if n := b.count("select count(*) from raw.load"); n != 1 {
		t.Errorf("%d loads in the ledger", n)
	}
}

func TestCancelledLoadLeavesNothing(t *testing.T) {
	b := newBench(t)
	var text strings.Builder
	text.WriteString("险种,年度,身份证号,应缴金额\n")
	for range 200_000 {
		text.WriteString("居民医保,2021," + idA + ",450\n")
	}
	path := b.write("big.csv", text.String())
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if _, err := b.Load(ctx, []string{path}); err == nil {
		t.Skip("the machine loaded 200,000 rows within 20 ms")
	}
	for _, table := range []string{"levy", "load", "load_field", "quarantine"} {
		if n := b.count("select count(*) from raw." + table); n != 0 {
			t.Errorf("%d rows in %s after a cancelled load", n, table)
		}
	}
	reports, err := b.Load(context.Background(), []string{path})
	if err != nil || three(reports[0]) != "200000=1+0+199999" {
		t.Errorf("run again: %v %v", reports, err)
	}
}

// TestOddPaths: a pipe is refused without waiting for its other end, a link to
// a folder is that folder.
func TestOddPaths(t *testing.T) {
	b := newBench(t)
	pipe := filepath.Join(b.dir, "pipe.csv")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skipf("skipped: no pipes here: %v", err)
	}
	var refused *refuse.Error
	if _, err := b.Load(context.Background(), []string{pipe}); !errors.As(err, &refused) {
		t.Errorf("a pipe: %v", err)
	}
	folder := t.TempDir()
	row := "身份证号,姓名,镇街,户籍,常住\n" + idA + ",张三,佛堂镇,是,是\n"
	if err := os.WriteFile(filepath.Join(folder, "roster.csv"), []byte(row), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(b.dir, "link")
	if err := os.Symlink(folder, link); err != nil {
		t.Fatal(err)
	}
	reports, err := b.Load(context.Background(), []string{link})
	if err != nil || len(reports) != 1 || reports[0].File != filepath.Join(link, "roster.csv") {
		t.Errorf("a linked folder: %+v, %v", reports, err)
	}
}

// TestRefusedLoadWritesNothing: where every file is refused the warehouse
// keeps its very bytes.
func TestRefusedLoadWritesNothing(t *testing.T) {
	b := newBench(t)
	b.load("roster.csv", "身份证号,姓名,镇街,户籍,常住\n"+idA+",张三,佛堂镇,是,是\n")
	before, err := os.ReadFile(b.DB.Path())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Load(context.Background(), []string{b.write("nothing.csv", "甲,乙\n1,2\n")}); err == nil {
		t.Fatal("a file that is no dataset was loaded")
	}
	after, err := os.ReadFile(b.DB.Path())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, after) {
		t.Error("the warehouse's bytes have changed")
	}
}

// TestRefusalKeepsIdentity: a file without a header is refused without
// repeating the person in its first row.
func TestRefusalKeepsIdentity(t *testing.T) {
	b := newBench(t)
	_, err := b.Load(context.Background(), []string{b.write("bare.csv", idA+",欧阳锋,13912345678\n"+idB+",张三,13912345679\n")})
	var refused *refuse.Error
	if !errors.As(err, &refused) {
		t.Fatalf("loaded: %v", err)
	}
	for _, text := range []string{refused.In("zh"), refused.In("en")} {
		for _, secret := range []string{idA, "欧阳锋", "13912345678"} {
			if strings.Contains(text, secret) {
				t.Errorf("%q repeats %s", text, secret)
			}
		}
	}
}

// TestOtherKey: a warehouse takes its own key only; under another everyone
// would be counted twice.
func TestOtherKey(t *testing.T) {
	b := newBench(t)
	row := "身份证号,姓名,镇街,户籍,常住\n" + idA + ",张三,佛堂镇,是,是\n"
	b.load("roster.csv", row)
	own := b.Key
	other, err := seal.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	b.Key = other
	var refused *refuse.Error
	if _, err := b.Load(context.Background(), []string{b.write("again.csv", row+"\n")}); !errors.As(err, &refused) {
		t.Fatalf("loaded under another key: %v", err)
	}
	b.Key = own
	if got := three(b.load("again.csv", row+"\n")); got != "1=0+0+1" {
		t.Errorf("under its own key: %s, want 1=0+0+1", got)
	}
}
