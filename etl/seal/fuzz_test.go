package seal

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A key file is read whole or refused, whatever stands in it.
func FuzzKeyFile(f *testing.F) {
	for _, cipher := range Ciphers() {
		path := filepath.Join(f.TempDir(), "city.key")
		if err := keyWith(f, cipher, 1).Write(path); err != nil {
			f.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
		f.Add(string(text[:len(text)/2]))
	}
	f.Add("")
	f.Add("canbao-key 1 aes-256\n")
	f.Add("canbao-key 1   \n\n")
	f.Fuzz(func(t *testing.T, text string) {
		k, err := parseKey("city.key", text)
		if (k == nil) == (err == nil) {
			t.Fatalf("%q: %v and %v", text, k, err)
		}
		if k != nil && !strings.Contains(text, k.ID()) {
			t.Errorf("%q is read as the key %s", text, k.ID())
		}
	})
}

var resident = regexp.MustCompile(`^[0-9]{17}[0-9X]$`)

// Every document has one person key, which opens as it and nobody else, or does
// not open at all; whatever is chance or damage opens as nothing and breaks
// nothing.
func FuzzPerson(f *testing.F) {
	for _, d := range documents {
		f.Add(d.typ, []byte(d.number))
	}
	f.Fuzz(func(t *testing.T, docType string, number []byte) {
		if docType == "" && len(number) == 18 && !resident.Match(number) {
			t.Skip() // the rules of a number see to that
		}
		for _, cipher := range Ciphers() {
			k := keyWith(t, cipher, 1)
			p := k.Sealer().Person(docType, number)
			typ, opened, ok := k.Open(p)
			if ok && (typ != docType || opened != string(number)) {
				t.Errorf("%q %q opens as %q %q", docType, number, typ, opened)
			}
			sealed := k.Sealer().Document(nil, p, docType, number)
			if typ, opened, err := k.OpenDocument(sealed, p); !strings.Contains(docType, "\x00") && (err != nil || typ != docType || !bytes.Equal(opened, number)) {
				t.Errorf("the document %q %q opens as %q %q, %v", docType, number, typ, opened, err)
			}
			for _, open := range []func() error{
				func() error { _, err := k.OpenText(number, p, 'n'); return err },
				func() error { _, err := k.OpenRow(number); return err },
				func() error { _, _, err := k.OpenDocument(number, p); return err },
			} {
				if open() == nil {
					t.Errorf("%q opens as something sealed", number)
				}
			}
		}
	})
}
