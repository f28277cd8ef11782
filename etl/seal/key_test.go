package seal

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"canbao/etl/refuse"
)

// newKey is a key of a fixed secret, so that tests say the same every time.
func newKey(t testing.TB, seed byte) *Key {
	t.Helper()
	k, err := keyOf(bytes.Repeat([]byte{seed}, keyBytes))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestKeyFile(t *testing.T) {
	k, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "secret", "city.key")
	if err := k.Write(path); err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]fs.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		info, err := os.Stat(at)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s may be read as %v, %v, want %v", filepath.Base(at), info.Mode().Perm(), err, want)
		}
	}
	read, err := ReadKey(path)
	if err != nil {
		t.Fatal(err)
	}
	person := k.Sealer().Person("", []byte("330782198203051234"))
	if read.ID() != k.ID() || read.Sealer().Person("", []byte("330782198203051234")) != person {
		t.Error("the key that was read is another")
	}
	if _, number, ok := read.Open(person); !ok || number != "330782198203051234" {
		t.Errorf("the key that was read opens %q", number)
	}
}

func TestNewKeysDiffer(t *testing.T) {
	a, errA := NewKey()
	b, errB := NewKey()
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	if a.ID() == b.ID() {
		t.Error("two new keys are one")
	}
	if id := newKey(t, 1).ID(); id != newKey(t, 1).ID() || len(id) != 12 || strings.Contains(id, "0101") {
		t.Errorf("key id %q", id)
	}
}

func TestKeyIsNeverOverwritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "city.key")
	if err := newKey(t, 1).Write(path); err != nil {
		t.Fatal(err)
	}
	err := newKey(t, 2).Write(path)
	var no *refuse.Error
	if !errors.As(err, &no) || no.Where != path || !errors.Is(err, fs.ErrExist) {
		t.Errorf("second key over the first: %v", err)
	}
	if k, err := ReadKey(path); err != nil || k.ID() != newKey(t, 1).ID() {
		t.Errorf("the first key is gone: %v", err)
	}
}

func TestReadKeyRefuses(t *testing.T) {
	dir := t.TempDir()
	whole := filepath.Join(dir, "whole.key")
	if err := newKey(t, 1).Write(whole); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	head, body, _ := strings.Cut(string(good), "\n")
	other := filepath.Join(dir, "other.key")
	if err := newKey(t, 2).Write(other); err != nil {
		t.Fatal(err)
	}
	otherText, err := os.ReadFile(other)
	if err != nil {
		t.Fatal(err)
	}
	_, otherBody, _ := strings.Cut(string(otherText), "\n")
	for _, c := range []struct {
		name, text string
		mode       fs.FileMode
		what, do   string
	}{
		{"group-readable", string(good), 0o640, "readable by others", "chmod 600"},
		{"world-readable", string(good), 0o604, "readable by others", "chmod 600"},
		{"group-writable", string(good), 0o620, "readable by others", "chmod 600"},
		{"empty", "", 0o600, "not a whole key file", "backup"},
		{"cut short", string(good[:len(good)-20]), 0o600, "not a whole key file", "backup"},
		{"header alone", head + "\n", 0o600, "not a whole key file", "backup"},
		{"without header", body, 0o600, "not a whole key file", "backup"},
		{"header of another form", "canbao-key 2 aes-256 x\n" + body, 0o600, "not a whole key file", "backup"},
		{"no base64", head + "\n" + "!" + body, 0o600, "not a whole key file", "backup"},
		{"secret of another key", head + "\n" + otherBody, 0o600, "damaged", "backup"},
	} {
		path := filepath.Join(dir, "bad.key")
		if err := errors.Join(os.WriteFile(path, []byte(c.text), 0o600), os.Chmod(path, c.mode)); err != nil {
			t.Fatal(err)
		}
		_, err := ReadKey(path)
		var no *refuse.Error
		if !errors.As(err, &no) || no.Where != path || !strings.Contains(no.What.EN, c.what) || !strings.Contains(no.Do.EN, c.do) {
			t.Errorf("%s: %v, want %q and %q", c.name, err, c.what, c.do)
		}
	}
	if _, err := ReadKey(filepath.Join(dir, "none.key")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing key: %v", err)
	} else if no := new(refuse.Error); !errors.As(err, &no) || !strings.Contains(no.Do.ZH, "key_file") {
		t.Errorf("missing key is refused with %v", err)
	}
}
