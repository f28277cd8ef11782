package seal

import (
	"bytes"
	"crypto/cipher"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
)

// documents are people who are all different, however alike they look.
var documents = []struct{ typ, number string }{
	{"", "330782198203051234"},
	{"", "11010519491231002X"},
	{"", "000000190001010000"},
	{"护照", "E12345678"},
	{"护照", "E1234567"},
	{"护照", ""},
	{"其他", "E12345678"},
	{"其他", "330782198203051235"},
	{"港澳居民来往内地通行证", "H1234567801"},
	{"军官证", "军字第12号"},
	{"军官证", "军字第1234567号"},
	{"护照", "1234567890123"},
	{"护照", "12345678901234"},
	{"边民证", "E12345678"},
	{"边民证E", "12345678"},
	{"边民", "证E12345678"},
	{"", "E12345678"},
}

func TestPersonKeys(t *testing.T) {
	eachCipher(t, func(t *testing.T, newKey func(t testing.TB, seed byte) *Key) {
		k := newKey(t, 1)
		a, b := k.Sealer(), k.Sealer()
		seen := map[Person]string{}
		for _, d := range documents {
			who := d.typ + "/" + d.number
			p := a.Person(d.typ, []byte(d.number))
			if other, met := seen[p]; met {
				t.Errorf("%q and %q are one person", who, other)
			}
			seen[p] = who
			if b.Person("护照", []byte("X1")); b.Person(d.typ, []byte(d.number)) != p {
				t.Errorf("%q is two people", who)
			}
			if newKey(t, 2).Sealer().Person(d.typ, []byte(d.number)) == p {
				t.Errorf("%q has the same key in another city", who)
			}
			if tail := strings.TrimLeft(d.number, "0"); len(tail) > 3 && bytes.Contains(p[:], []byte(tail)[:3]) {
				t.Errorf("the key of %q shows its number", who)
			}
		}
	})
}

func TestPersonOpens(t *testing.T) {
	eachCipher(t, func(t *testing.T, newKey func(t testing.TB, seed byte) *Key) {
		k := newKey(t, 1)
		for _, d := range documents {
			typ, number, ok := k.Open(k.Sealer().Person(d.typ, []byte(d.number)))
			known := d.typ == "" && len(d.number) == 18 || typeCode(d.typ) > 0 && len(d.number) <= 13
			if ok != known || ok && (typ != d.typ || number != d.number) {
				t.Errorf("%q %q opens as %q %q, %v", d.typ, d.number, typ, number, ok)
			}
			if known {
				other, _, ok := newKey(t, 2).Open(k.Sealer().Person(d.typ, []byte(d.number)))
				if ok {
					t.Errorf("%q %q opens with the key of another city, as %q", d.typ, d.number, other)
				}
			}
		}
	})
}

// A key that stands for a number too long to pack never opens as anybody else.
func TestPersonTooLongNeverOpens(t *testing.T) {
	eachCipher(t, func(t *testing.T, newKey func(t testing.TB, seed byte) *Key) {
		k := newKey(t, 1)
		s := k.Sealer()
		for n := range 150_000 {
			number := fmt.Sprintf("第%012d号", n)
			if typ, got, ok := k.Open(s.Person("军官证", []byte(number))); ok {
				t.Fatalf("军官证 %q opens as %q %q", number, typ, got)
			}
		}
	})
}

func TestTextOpens(t *testing.T) {
	eachCipher(t, func(t *testing.T, newKey func(t testing.TB, seed byte) *Key) {
		k := newKey(t, 1)
		s := k.Sealer()
		who := s.Person("", []byte("330782198203051234"))
		other := s.Person("", []byte("11010519491231002X"))
		for _, text := range []string{"", "王小明", "13800001234", strings.Repeat("浙江省义乌市", 2000)} {
			sealed := s.Text(nil, who, 'n', []byte(text))
			if got, err := k.OpenText(sealed, who, 'n'); err != nil || string(got) != text {
				t.Errorf("text of %d bytes opens as %q, %v", len(text), got, err)
			}
			if len(text) > 3 && bytes.Contains(sealed, []byte(text)[:3]) {
				t.Errorf("sealed text shows %q", text)
			}
			if !bytes.Equal(k.Sealer().Text(nil, who, 'n', []byte(text)), sealed) {
				t.Errorf("text of %d bytes seals to other bytes the second time", len(text))
			}
			if got := s.Text([]byte("before"), who, 'n', []byte(text)); !bytes.Equal(got, append([]byte("before"), sealed...)) {
				t.Errorf("text of %d bytes is not appended", len(text))
			}
			for name, again := range map[string][]byte{
				"person": s.Text(nil, other, 'n', []byte(text)), "field": s.Text(nil, who, 'p', []byte(text)), "text": s.Text(nil, who, 'n', []byte(text+"。")),
			} {
				if bytes.Equal(again[:12], sealed[:12]) {
					t.Errorf("text of %d bytes: the nonce is the same for another %s", len(text), name)
				}
			}
			if _, err := k.OpenText(sealed, other, 'n'); err == nil {
				t.Error("text opens for another person")
			}
			if _, err := k.OpenText(sealed, who, 'p'); err == nil {
				t.Error("text opens for another field")
			}
			if _, err := newKey(t, 2).OpenText(sealed, who, 'n'); err == nil {
				t.Error("text opens with another key")
			}
		}
	})
}

func TestRowOpens(t *testing.T) {
	eachCipher(t, func(t *testing.T, newKey func(t testing.TB, seed byte) *Key) {
		k := newKey(t, 1)
		row := []byte(`["330782198203051235","王小明"]`)
		a, b := k.SealRow(row), k.SealRow(row)
		if bytes.Equal(a, b) {
			t.Error("a row seals to the same bytes twice")
		}
		for _, sealed := range [][]byte{a, b} {
			if got, err := k.OpenRow(sealed); err != nil || !bytes.Equal(got, row) {
				t.Errorf("row opens as %q, %v", got, err)
			}
		}
		if _, err := newKey(t, 2).OpenRow(a); err == nil {
			t.Error("row opens with another key")
		}
	})
}

// Any bit changed, and any byte cut off, is noticed.
func TestTamperingIsNoticed(t *testing.T) {
	eachCipher(t, func(t *testing.T, newKey func(t testing.TB, seed byte) *Key) {
		k := newKey(t, 1)
		who := k.Sealer().Person("", []byte("330782198203051234"))
		for name, c := range map[string]struct {
			sealed []byte
			open   func([]byte) ([]byte, error)
		}{
			"text": {k.Sealer().Text(nil, who, 'n', []byte("王小明")), func(b []byte) ([]byte, error) { return k.OpenText(b, who, 'n') }},
			"row":  {k.SealRow([]byte("王小明")), k.OpenRow},
		} {
			for i := range len(c.sealed) * 8 {
				bad := bytes.Clone(c.sealed)
				bad[i/8] ^= 1 << (i % 8)
				if got, err := c.open(bad); err == nil {
					t.Errorf("%s with bit %d changed opens as %q", name, i, got)
				}
			}
			for n := range len(c.sealed) {
				if got, err := c.open(c.sealed[:n]); err == nil {
					t.Errorf("%s cut to %d bytes opens as %q", name, n, got)
				}
			}
		}
	})
}

// A document too long to pack is kept beside its person, and for that person
// alone.
func TestDocumentOpens(t *testing.T) {
	eachCipher(t, func(t *testing.T, newKey func(t testing.TB, seed byte) *Key) {
		k := newKey(t, 1)
		s := k.Sealer()
		for _, d := range documents {
			p := s.Person(d.typ, []byte(d.number))
			sealed := s.Document(nil, p, d.typ, []byte(d.number))
			typ, number, err := k.OpenDocument(sealed, p)
			if err != nil || typ != d.typ || string(number) != d.number {
				t.Errorf("%q %q opens as %q %q, %v", d.typ, d.number, typ, number, err)
			}
			if _, _, err := k.OpenDocument(sealed, Person{1}); err == nil {
				t.Errorf("%q opens for another person", d.number)
			}
			if _, _, ok := k.Open(p); ok != Packs(d.typ, []byte(d.number)) {
				t.Errorf("%q %q packs: %v, opens: %v", d.typ, d.number, !ok, ok)
			}
		}
		p := s.Person("", []byte(documents[0].number))
		if _, _, err := k.OpenDocument(s.Text(nil, p, documentField, []byte("无")), p); err == nil {
			t.Error("a text without a type opens as a document")
		}
	})
}

// The examples of the standards, so that no library change goes unseen: GB/T
// 32907-2016 A.1 for the block, RFC 8998 A.1 for Galois counter mode.
func TestSM4Standard(t *testing.T) {
	s, _ := suiteNamed(SM4)
	bytesOf := func(text string) []byte {
		b, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	key := bytesOf("0123456789abcdeffedcba9876543210")
	block, err := s.block(key)
	if err != nil {
		t.Fatal(err)
	}
	var got [16]byte
	block.Encrypt(got[:], key)
	if want := "681edf34d206965e86b3e94f536e4246"; hex.EncodeToString(got[:]) != want {
		t.Errorf("block: %x, want %s", got, want)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	plain := bytesOf("aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa")
	sealed := gcm.Seal(nil, bytesOf("00001234567800000000abcd"), plain, bytesOf("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
	want := "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d" +
		"83de3541e4c2b58177e065a9bf7b62ec"
	if hex.EncodeToString(sealed) != want {
		t.Errorf("Galois counter mode: %x, want %s", sealed, want)
	}
}

func BenchmarkSeal(b *testing.B) {
	for _, cipher := range Ciphers() {
		k := keyWith(b, cipher, 1)
		s := k.Sealer()
		number, name := []byte("330782198203051234"), []byte("王小明")
		b.Run(cipher+"/person", func(b *testing.B) {
			for b.Loop() {
				s.Person("", number)
			}
		})
		b.Run(cipher+"/name", func(b *testing.B) {
			p := s.Person("", number)
			var buf []byte
			for b.Loop() {
				buf = s.Text(buf[:0], p, 'n', name)
			}
		})
	}
}
