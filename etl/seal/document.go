package seal

import (
	"bytes"
	"errors"
)

// documentField tells a document from the other texts about a person.
const documentField = 'd'

// Packs tells whether the person key of a document can be turned back. That of
// any other is a keyed hash, so the document itself must be kept, sealed: under
// a new key nobody could find the person again.
func Packs(docType string, number []byte) bool {
	return docType == "" && len(number) == 18 || typeCode(docType) > 0 && len(number) <= 13
}

// Document is the sealed form of a document, to stand beside its person key.
func (s *Sealer) Document(dst []byte, p Person, docType string, number []byte) []byte {
	plain := append(append([]byte(docType), 0), number...)
	return s.Text(dst, p, documentField, plain)
}

// OpenDocument opens what Document has sealed for the same person.
func (k *Key) OpenDocument(sealed []byte, p Person) (docType string, number []byte, err error) {
	plain, err := k.OpenText(sealed, p, documentField)
	if err != nil {
		return "", nil, err
	}
	typ, number, found := bytes.Cut(plain, []byte{0})
	if !found {
		return "", nil, errors.New("open sealed document: no type")
	}
	return string(typ), number, nil
}
