package etl

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"canbao/etl/refuse"
	"canbao/etl/seal"
)

func TestRotationKeepsEverything(t *testing.T) {
	for _, ciphers := range [][2]string{{seal.AES256, seal.SM4}, {seal.SM4, seal.AES256}, {seal.AES256, seal.AES256}} {
		t.Run(ciphers[0]+" to "+ciphers[1], func(t *testing.T) { testRotation(t, ciphers[0], ciphers[1]) })
	}
}

func testRotation(t *testing.T, from, to string) {
	ctx := context.Background()
	b := sealedBench(t)
	if from != seal.AES256 { // the bench's own
		first := Rotation{DB: b.DB, From: b.Key, To: newKeyFor(t, from), Path: filepath.Join(t.TempDir(), "it's first.duckdb")}
		if _, err := first.Run(ctx); err != nil {
			t.Fatal(err)
		}
		b.DB, b.Key = openAt(t, first.Path), first.To
	}
	before, held := dump(t, b.DB, b.Key), sealedValues(t, b.DB)
	r := Rotation{DB: b.DB, From: b.Key, To: newKeyFor(t, to), Path: filepath.Join(t.TempDir(), "next.duckdb")}
	done, err := r.Run(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if len(done) < 7 {
		t.Errorf("sealed anew: %v", done)
	}
	if diff := cmp.Diff(before, dump(t, b.DB, b.Key)); diff != "" {
		t.Errorf("the former warehouse has changed (-before +after):\n%s", diff)
	}
	after := openAt(t, r.Path)
	if diff := cmp.Diff(before, dump(t, after, r.To)); diff != "" {
		t.Errorf("what the warehouse holds (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(madeOf(t, b.DB), madeOf(t, after)); diff != "" {
		t.Errorf("what its tables are made of (-before +after):\n%s", diff)
	}
	// What was sealed stands nowhere any more, as it was sealed.
	now := strings.Join(sealedValues(t, after), "\n")
	for _, value := range held {
		if strings.Contains(now, value) {
			t.Errorf("%s is still as the former key sealed it", value)
		}
	}
	// Everyone is found again, those with long numbers too.
	b.DB, b.Key = after, r.To
	again := b.load("again.csv", sealedFiles[0]+"赵六,"+idC+",,佛堂镇,是,否,\n")
	if got, want := three(again), "7=1+1+5"; got != want {
		t.Errorf("the roster again and one more: %s, want %s", got, want)
	}
	if _, err := (Rotation{DB: after, From: b.Key, To: newKeyFor(t, from), Path: r.Path + ".2"}).Run(ctx); err != nil {
		t.Errorf("a second rotation of one process: %v", err)
	}
}

func TestRotationRefuses(t *testing.T) {
	ctx := context.Background()
	b := sealedBench(t)
	path := filepath.Join(t.TempDir(), "next.duckdb")
	var no *refuse.Error
	other := newKeyFor(t, seal.AES256)
	if _, err := (Rotation{DB: b.DB, From: other, To: b.Key, Path: path}).Run(ctx); !errors.As(err, &no) || !strings.Contains(no.What.EN, "the wrong key") {
		t.Errorf("with another key: %v", err)
	}
	// A warehouse of a program that kept no documents.
	if _, err := b.DB.Exec("delete from raw.document"); err != nil {
		t.Fatal(err)
	}
	if _, err := (Rotation{DB: b.DB, From: b.Key, To: other, Path: path}).Run(ctx); !errors.As(err, &no) || !strings.Contains(no.What.EN, "2 people") {
		t.Errorf("without the documents: %v", err)
	}
	left, err := filepath.Glob(path + "*")
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// A value that does not open ends the rotation without a trace: nothing is
// passed over.
func TestRotationOfDamage(t *testing.T) {
	for _, damage := range []string{
		"update raw.roster set name = unhex('00') where line = 2",
		"update raw.quarantine set sealed = unhex('000102030405060708090a0b0c0d0e0f')",
		"update raw.levy set name = (select name from raw.roster where line = 3)",
	} {
		b := sealedBench(t)
		if _, err := b.DB.Exec(damage); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "next.duckdb")
		_, err := Rotation{DB: b.DB, From: b.Key, To: newKeyFor(t, seal.SM4), Path: path}.Run(context.Background())
		if err == nil || !strings.Contains(err.Error(), errOther.Error()) {
			t.Errorf("%s: %v", damage, err)
		}
		if left, err := filepath.Glob(path + "*"); err != nil || len(left) > 0 {
			t.Errorf("%s: left behind %v, %v", damage, left, err)
		}
	}
}

// A file taken back takes its people's documents along, and no one else's.
func TestUnloadForgetsDocuments(t *testing.T) {
	b := newBench(t)
	head := strings.SplitAfterN(sealedFiles[0], "\n", 2)[0]
	soldier, borderer := "长号军人,军字第0000012345678号,军官证,佛堂镇,是,是,\n", "长号边民,边境字第0000012345678号,边民证,佛堂镇,是,是,\n"
	first := b.load("both.csv", head+soldier+borderer)
	b.load("one.csv", head+borderer)
	if n := b.count("select count(*) from raw.document"); n != 2 {
		t.Fatalf("%d documents are kept, want 2", n)
	}
	if _, err := Unload(context.Background(), b.DB, first.Load, "", b.Now); err != nil {
		t.Fatal(err)
	}
	if n := b.count("select count(*) from raw.document semi join raw.roster using (person)"); n != 1 || b.count("select count(*) from raw.document") != 1 {
		t.Errorf("%d documents of people who are there, want 1 alone", n)
	}
}
