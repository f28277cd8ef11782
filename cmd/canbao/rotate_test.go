package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"canbao/etl"
	"canbao/etl/seal"
	"canbao/sql/duck"
)

// rotated is a workspace with the city of six people, whose key is rotated.
type rotated struct {
	*process
	key string // its file
}

// fewPeople is a roster file whose people the warehouse knows, one of them with a
// number too long to turn back.
const fewPeople = "证件号码,证件类型,姓名,本市户籍,常住,镇街,村社\n" +
	"330782198001010012,,张一,是,是,义亭镇,铜山村\n" +
	"军字第0000012345678号,军官证,长号军人,是,是,义亭镇,铜山村\n"

func newRotated(t *testing.T, env ...string) *rotated {
	t.Helper()
	dir := t.TempDir()
	r := &rotated{
		process: &process{T: t, path: "canbao", dir: dir, env: append(env, "XDG_CONFIG_HOME="+filepath.Join(dir, "config"))},
		key:     filepath.Join(dir, "keys", "city.key"),
	}
	city, err := filepath.Abs(filepath.Join("testdata", "city"))
	if err != nil {
		t.Fatal(err)
	}
	r.do("init", "--key-file", r.key, "city")
	if err := errors.Join(copyFile(filepath.Join(city, "areas.csv"), filepath.Join(dir, "city", "areas.csv")),
		os.WriteFile(filepath.Join(dir, "few.csv"), []byte(fewPeople), 0o600)); err != nil {
		t.Fatal(err)
	}
	r.do("load", "--workspace", "city", filepath.Join(city, "extracts"))
	r.do("load", "--workspace", "city", "few.csv")
	return r
}

func copyFile(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o600)
}

// isWhole wants the key to open everything, and the people to be known; n makes
// the file one of other bytes.
func (r *rotated) isWhole(n int) {
	r.Helper()
	name := "again.csv"
	text := fewPeople + strings.Repeat("\n", n+1)
	if err := os.WriteFile(filepath.Join(r.dir, name), []byte(text), 0o600); err != nil {
		r.Fatal(err)
	}
	if got := r.do("load", "--workspace", "city", "--format", "csv", name); !strings.Contains(got, "\nagain.csv,roster,2,0,0,2,") {
		r.Errorf("people known are loaded as %s", got)
	}
	r.do("key", "check", "--workspace", "city")
	left := filepath.Join(r.dir, "city", "warehouse", "warehouse.duckdb.next")
	if _, err := os.Stat(left); !errors.Is(err, fs.ErrNotExist) {
		r.Errorf("%s is left: %v", left, err)
	}
}

func (r *rotated) id(path string) string {
	r.Helper()
	k, err := seal.ReadKey(path)
	if err != nil {
		r.Fatal(err)
	}
	return k.ID()
}

// sealAnew does what key rotate does up to the moment in which the warehouse
// changes, that included, and dies there.
func (r *rotated) sealAnew() (was, now string) {
	r.Helper()
	from, err := seal.ReadKey(r.key)
	if err != nil {
		r.Fatal(err)
	}
	to, err := seal.NewKeyFor(seal.SM4)
	if err != nil {
		r.Fatal(err)
	}
	if err := to.Write(r.key + ".next"); err != nil {
		r.Fatal(err)
	}
	path := filepath.Join(r.dir, "city", "warehouse", "warehouse.duckdb")
	db, err := duck.Open(context.Background(), path, duck.Options{})
	if err != nil {
		r.Fatal(err)
	}
	if _, err := (etl.Rotation{DB: db, From: from, To: to, Path: path + ".next"}).Run(context.Background()); err != nil {
		r.Fatal(err)
	}
	if err := db.Replace(path + ".next"); err != nil {
		r.Fatal(err)
	}
	return from.ID(), to.ID()
}

// TestRotationCutShort stops a rotation between each two of its steps: the next
// command finds the right key and finishes what is left.
func TestRotationCutShort(t *testing.T) {
	t.Run("before the warehouse", func(t *testing.T) {
		r := newRotated(t)
		was := r.id(r.key)
		to, err := seal.NewKeyFor(seal.SM4)
		if err != nil {
			t.Fatal(err)
		}
		half := filepath.Join(r.dir, "city", "warehouse", "warehouse.duckdb.next")
		if err := errors.Join(to.Write(r.key+".next"), os.WriteFile(half, []byte("half"), 0o600), os.WriteFile(half+".wal", []byte("half"), 0o600)); err != nil {
			t.Fatal(err)
		}
		if got := r.do("key", "check", "--workspace", "city", "--format", "csv"); !strings.Contains(got, "rotation,note,中断过，没有改动任何内容") {
			t.Errorf("key check tells nothing of it:\n%s", got)
		}
		r.isWhole(1)
		if id := r.id(r.key); id != was {
			t.Errorf("the key is %s, was %s", id, was)
		}
		r.do("key", "rotate", "--workspace", "city", "--cipher", "sm4")
		if id := r.id(r.key); id != to.ID() {
			t.Errorf("the key that was ready, %s, was not taken: %s", to.ID(), id)
		}
		r.isWhole(2)
	})
	t.Run("another cipher after that", func(t *testing.T) {
		r := newRotated(t)
		to, err := seal.NewKeyFor(seal.SM4)
		if err != nil {
			t.Fatal(err)
		}
		if err := to.Write(r.key + ".next"); err != nil {
			t.Fatal(err)
		}
		r.do("key", "rotate", "--workspace", "city")
		if id := r.id(r.key + ".former-" + to.ID()); id != to.ID() {
			t.Errorf("the key that was ready is kept as %s", id)
		}
		r.isWhole(1)
	})
	for name, more := range map[string]func(r *rotated, was string) error{
		"before the keys": func(*rotated, string) error { return nil },
		"between the keys": func(r *rotated, was string) error {
			return copyFile(r.key, r.key+".former-"+was)
		},
		"the former key gone": func(r *rotated, _ string) error { return os.Remove(r.key) },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRotated(t)
			was, now := r.sealAnew()
			if err := more(r, was); err != nil {
				t.Fatal(err)
			}
			if got := r.do("key", "check", "--workspace", "city", "--format", "csv"); !strings.Contains(got, "rotation,note,差最后一步") {
				t.Errorf("key check tells nothing of it:\n%s", got)
			}
			r.isWhole(1)
			if id := r.id(r.key); id != now {
				t.Errorf("the key is %s, want %s", id, now)
			}
			if _, err := os.Stat(r.key + ".next"); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("the new key has two names: %v", err)
			}
			if name != "the former key gone" && r.id(r.key+".former-"+was) != was {
				t.Error("the former key is not kept")
			}
		})
	}
}

// A warehouse restored from a backup opens with the former key, which lies beside
// the present one.
func TestBackupOpensWithTheFormerKey(t *testing.T) {
	r := newRotated(t)
	path := filepath.Join(r.dir, "city", "warehouse", "warehouse.duckdb")
	if err := copyFile(path, path+".backup"); err != nil {
		t.Fatal(err)
	}
	r.do("key", "rotate", "--workspace", "city")
	r.isWhole(1)
	now := r.id(r.key)
	if err := os.Rename(path+".backup", path); err != nil {
		t.Fatal(err)
	}
	if got := r.do("key", "check", "--workspace", "city", "--format", "csv"); !strings.Contains(got, "用的是旧密钥") {
		t.Errorf("key check tells nothing of it:\n%s", got)
	}
	r.isWhole(2)
	if id := r.id(r.key); id != now {
		t.Errorf("the present key is %s, was %s", id, now)
	}
	r.do("key", "rotate", "--workspace", "city", "--cipher", "sm4")
	r.isWhole(3)
	if r.id(r.key+".former-"+now) != now {
		t.Error("the key that lay there is not kept")
	}
}

// TestRotationKilled kills rotations at moments spread over all their time; each
// time everything is there, with one key or the other.
func TestRotationKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes")
	}
	killRotations(newRotated(t), 12)
}

func killRotations(r *rotated, kills int) {
	r.Helper()
	began := time.Now()
	r.do("key", "rotate", "--workspace", "city")
	took := time.Since(began)
	killed, changed := 0, 0
	for i := range kills {
		was := r.id(r.key)
		if r.kill(took*time.Duration(i+1)/time.Duration(kills), "key", "rotate", "--workspace", "city") {
			killed++
		}
		r.isWhole(i)
		if r.id(r.key) != was {
			changed++
		}
	}
	r.Logf("%d of %d killed, %d had another key after", killed, kills, changed)
	if killed == 0 {
		r.Error("no rotation was killed")
	}
}
