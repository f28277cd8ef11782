package seal

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// Person is the key that stands for a person everywhere in the warehouse.
type Person [16]byte

// The forms a number can be packed in; the first byte of the block.
const (
	formResident = 1 // 17 digits and the check character
	formOther    = 2 // a known document type and up to 13 bytes
)

// documentTypes are the types short enough to pack beside their number. The
// places are part of the person key: never reorder, only append.
var documentTypes = []string{
	"护照", "外国护照", "中国护照", "外国人永久居留身份证", "港澳居民来往内地通行证", "台湾居民来往大陆通行证",
	"港澳台居民居住证", "港澳居民居住证", "台湾居民居住证", "军官证", "士兵证", "出生医学证明", "其他",
}

// Sealer seals for one goroutine at a time.
type Sealer struct {
	k     *Key
	block [16]byte
	mac   [16]byte
	aad   [17]byte
	nonce [12]byte
}

// Sealer returns a sealer of the key.
func (k *Key) Sealer() *Sealer { return &Sealer{k: k} }

// Person is the key of the person with this document. Type is empty for the
// resident identity card, whose number has 18 characters. Numbers that do not
// fit one block are stood for by their keyed hash and cannot be turned back;
// Packs tells them.
func (s *Sealer) Person(docType string, number []byte) (p Person) {
	s.block = [16]byte{}
	switch {
	case !Packs(docType, number):
		s.macStart('d', 0, len(docType))
		s.macWrite([]byte(docType))
		s.macWrite(number)
		return Person(s.mac)
	case docType == "":
		digits := uint64(0)
		for _, c := range number[:17] {
			digits = digits*10 + uint64(c-'0')
		}
		s.block[0] = formResident
		binary.BigEndian.PutUint64(s.block[1:], digits)
		s.block[9] = number[17]
	default:
		s.block[0], s.block[1], s.block[2] = formOther, byte(typeCode(docType)), byte(len(number))
		copy(s.block[3:], number)
	}
	s.k.person.Encrypt(p[:], s.block[:])
	return p
}

func typeCode(docType string) int {
	for i, name := range documentTypes {
		if name == docType {
			return i + 1
		}
	}
	return 0
}

// Open turns a person key back into document type and number; false where the
// number was too long to pack.
func (k *Key) Open(p Person) (docType, number string, ok bool) {
	var block [16]byte
	k.person.Decrypt(block[:], p[:])
	switch {
	case block[0] == formResident && [6]byte(block[10:]) == [6]byte{}:
		return "", fmt.Sprintf("%017d%c", binary.BigEndian.Uint64(block[1:]), block[9]), true
	case block[0] == formOther && block[1] >= 1 && int(block[1]) <= len(documentTypes) && block[2] <= 13:
		text, rest := block[3:3+block[2]], block[3+block[2]:]
		if written(text) && len(bytes.Trim(rest, "\x00")) == 0 {
			return documentTypes[block[1]-1], string(text), true
		}
	}
	return "", "", false
}

// written tells whether text can be a document number. A key that is a hash
// decrypts to chance bytes, and once in ninety thousand they look packed.
func written(text []byte) bool {
	return utf8.Valid(text) && bytes.IndexFunc(text, unicode.IsControl) < 0
}

// Text appends the sealed form of a text about a person to dst: 12 bytes of
// nonce, the ciphertext, 16 bytes of tag. The nonce is a keyed hash of person,
// field and text: the same text about the same person seals to the same bytes,
// so that repeats can be told without opening them, while equal names of two
// people have nothing in common.
func (s *Sealer) Text(dst []byte, p Person, field byte, plain []byte) []byte {
	s.macStart('t', field, len(plain))
	s.macWrite(p[:])
	s.macWrite(plain)
	s.nonce = [12]byte(s.mac[:12])
	copy(s.aad[:], p[:])
	s.aad[16] = field
	dst = append(dst, s.nonce[:]...)
	return s.k.text.Seal(dst, s.nonce[:], plain, s.aad[:])
}

// OpenText opens what Text has sealed for the same person and field.
func (k *Key) OpenText(sealed []byte, p Person, field byte) ([]byte, error) {
	if len(sealed) < 12 {
		return nil, errShort
	}
	plain, err := k.text.Open(nil, sealed[:12], sealed[12:], append(p[:], field))
	if err != nil {
		return nil, fmt.Errorf("open sealed text: %w", err)
	}
	return plain, nil
}

var errShort = errors.New("open sealed text: too short")

// SealRow seals a whole row under a random nonce.
func (k *Key) SealRow(plain []byte) []byte {
	nonce := make([]byte, 12, 12+len(plain)+16)
	rand.Read(nonce) // never fails
	return k.row.Seal(nonce, nonce, plain, nil)
}

// OpenRow opens what SealRow has sealed.
func (k *Key) OpenRow(sealed []byte) ([]byte, error) {
	if len(sealed) < 12 {
		return nil, errShort
	}
	plain, err := k.row.Open(nil, sealed[:12], sealed[12:], nil)
	if err != nil {
		return nil, fmt.Errorf("open sealed row: %w", err)
	}
	return plain, nil
}

// macStart begins a CBC-MAC. The first block holds purpose, field and length,
// which makes messages free of prefixes and the construction a sound PRF.
func (s *Sealer) macStart(purpose, field byte, length int) {
	s.mac = [16]byte{0: purpose, 1: field}
	binary.BigEndian.PutUint64(s.mac[8:], uint64(length))
	s.k.mac.Encrypt(s.mac[:], s.mac[:])
}

// macWrite takes in one part, padded to whole blocks behind its length.
func (s *Sealer) macWrite(part []byte) {
	var size [2]byte
	binary.BigEndian.PutUint16(size[:], uint16(len(part)))
	s.mac[14] ^= size[0]
	s.mac[15] ^= size[1]
	for len(part) > 0 {
		n := min(14, len(part))
		for i, c := range part[:n] {
			s.mac[i] ^= c
		}
		s.k.mac.Encrypt(s.mac[:], s.mac[:])
		part = part[n:]
	}
}
