package seal

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"encoding/hex"
	"fmt"

	"canbao/etl/refuse"
)

// secretBytes is the length of the secret, whatever the cipher: what each use
// needs is derived from it.
const secretBytes = 32

// Key is the city's secret and the cipher it is used with. It seals and opens;
// it is never written into the warehouse.
type Key struct {
	suite  suite
	secret []byte
	person cipher.Block // packed number to person key
	mac    cipher.Block // nonces of texts, keys of documents too long to pack
	text   cipher.AEAD  // names and phones
	row    cipher.AEAD  // whole rows
}

// NewKey makes a new secret for the default cipher.
func NewKey() (*Key, error) { return NewKeyFor(AES256) }

// NewKeyFor makes a new secret for a cipher, one of Ciphers.
func NewKeyFor(cipher string) (*Key, error) {
	s, known := suiteNamed(cipher)
	if !known {
		return nil, fmt.Errorf("make a key: no cipher is named %q", cipher)
	}
	secret := make([]byte, secretBytes)
	rand.Read(secret) // never fails
	return keyOf(s, secret)
}

func keyOf(s suite, secret []byte) (*Key, error) {
	k := &Key{suite: s, secret: secret}
	blocks := map[string]cipher.Block{}
	for _, use := range []string{"person", "mac", "text", "row"} {
		sub, err := hkdf.Key(s.hash, secret, nil, "canbao "+use, s.keyBytes)
		if err != nil {
			return nil, fmt.Errorf("derive the %s key: %w", use, err)
		}
		if blocks[use], err = s.block(sub); err != nil {
			return nil, fmt.Errorf("derive the %s key: %w", use, err)
		}
	}
	k.person, k.mac = personMode(blocks["person"]), blocks["mac"]
	var err error
	if k.text, err = textMode(blocks["text"]); err != nil {
		return nil, fmt.Errorf("derive the text key: %w", err)
	}
	if k.row, err = textMode(blocks["row"]); err != nil {
		return nil, fmt.Errorf("derive the row key: %w", err)
	}
	return k, nil
}

// Cipher is the name of the key's cipher.
func (k *Key) Cipher() string { return k.suite.name }

// ID tells one key from another without telling anything of the secret.
func (k *Key) ID() string {
	sum := k.suite.hash()
	sum.Write([]byte("canbao key id"))
	sum.Write(k.secret)
	return idPrefix + hex.EncodeToString(sum.Sum(nil)[:6])
}

func keyError(path, zh, en, doZH, doEN string, cause error) error {
	return &refuse.Error{
		What: refuse.Text{ZH: zh, EN: en}, Where: path, Do: refuse.Text{ZH: doZH, EN: doEN}, Err: cause,
	}
}
