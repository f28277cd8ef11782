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

// newKey is an AES key of a fixed secret, so that tests say the same every time.
func newKey(t testing.TB, seed byte) *Key { return keyWith(t, AES256, seed) }

func keyWith(t testing.TB, cipher string, seed byte) *Key {
	t.Helper()
	s, known := suiteNamed(cipher)
	if !known {
		t.Fatalf("no cipher %s", cipher)
	}
	k, err := keyOf(s, bytes.Repeat([]byte{seed}, secretBytes))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// eachCipher runs a test with the keys of every cipher.
func eachCipher(t *testing.T, test func(t *testing.T, newKey func(t testing.TB, seed byte) *Key)) {
	for _, cipher := range Ciphers() {
		t.Run(cipher, func(t *testing.T) {
			test(t, func(t testing.TB, seed byte) *Key { return keyWith(t, cipher, seed) })
		})
	}
}

func TestKeyFile(t *testing.T) {
	for _, cipher := range Ciphers() {
		t.Run(cipher, func(t *testing.T) { testKeyFile(t, cipher) })
	}
}

func testKeyFile(t *testing.T, cipher string) {
	k, err := NewKeyFor(cipher)
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
	text, err := os.ReadFile(path)
	if want := "canbao-key 1 " + cipher + " " + k.ID() + "\n"; err != nil || !strings.HasPrefix(string(text), want) {
		t.Errorf("the file begins with %.40q, want %q, %v", text, want, err)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("beside the key lie %v, %v", left, err)
	}
	read, err := ReadKey(path)
	if err != nil {
		t.Fatal(err)
	}
	if read.Cipher() != cipher {
		t.Errorf("the key read is for %s", read.Cipher())
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
	if keyWith(t, SM4, 1).ID() == newKey(t, 1).ID() {
		t.Error("one secret has the same id with two ciphers")
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
		{"cipher unknown", strings.Replace(string(good), AES256, "rot-13", 1), 0o600, "rot-13, is unknown", "aes-256, sm4"},
		{"another cipher's header", strings.Replace(string(good), AES256, SM4, 1), 0o600, "damaged", "backup"},
		{"no cipher", strings.Replace(string(good), AES256+" ", "", 1), 0o600, "not a whole key file", "backup"},
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

// A key is a file: a folder, a device or a dangling link is none; a link to one
// is as good as it, and is judged by it.
func TestWhatIsNoKeyFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "city.key")
	if err := newKey(t, 1).Write(path); err != nil {
		t.Fatal(err)
	}
	link, dangling := filepath.Join(dir, "link.key"), filepath.Join(dir, "dangling.key")
	if err := errors.Join(os.Symlink(path, link), os.Symlink(filepath.Join(dir, "gone"), dangling)); err != nil {
		t.Skip(err) // a disk without links
	}
	for at, want := range map[string]string{dir: "this is a folder", os.DevNull: "no regular file", dangling: "missing"} {
		var no *refuse.Error
		if _, err := ReadKey(at); !errors.As(err, &no) || !strings.Contains(no.What.EN, want) {
			t.Errorf("%s: %v, want %q", at, err, want)
		}
	}
	if k, err := ReadKey(link); err != nil || k.ID() != newKey(t, 1).ID() {
		t.Errorf("a link to a key: %v", err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadKey(link); err == nil || !strings.Contains(err.Error(), "readable by others") {
		t.Errorf("a link to a key that others read: %v", err)
	}
	for _, at := range []string{link, dangling, dir} {
		if err := newKey(t, 2).Write(at); !errors.Is(err, fs.ErrExist) {
			t.Errorf("written over %s: %v", at, err)
		}
	}
}

// What cannot be written is refused and leaves nothing behind.
func TestKeyThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var no *refuse.Error
	if err := newKey(t, 1).Write(filepath.Join(file, "city.key")); !errors.As(err, &no) || !strings.Contains(no.Do.EN, "--key-file") {
		t.Errorf("written into a file: %v", err)
	}
	if _, err := NewKeyFor("rot-13"); err == nil {
		t.Error("a key for a cipher nobody knows")
	}
}
