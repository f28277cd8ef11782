//go:build canbao_unsealed

package seal

import (
	"bytes"
	"crypto/cipher"
	"errors"
)

// Unsealed says that this build leaves identity in the clear. It exists so that
// the search for identity on the disk can be seen to find something; nothing
// but that test builds it, and its keys and warehouses are refused elsewhere.
const Unsealed = true

const idPrefix = "unsealed-"

func personMode(cipher.Block) cipher.Block       { return glass{} }
func textMode(cipher.Block) (cipher.AEAD, error) { return glassText{}, nil }

// glass is a block cipher that changes nothing.
type glass struct{}

func (glass) BlockSize() int          { return 16 }
func (glass) Encrypt(dst, src []byte) { copy(dst[:16], src[:16]) }
func (glass) Decrypt(dst, src []byte) { copy(dst[:16], src[:16]) }

// glassText puts a tag of zeros behind a text it leaves as it is.
type glassText struct{}

var noTag [16]byte

func (glassText) NonceSize() int { return 12 }
func (glassText) Overhead() int  { return len(noTag) }
func (glassText) Seal(dst, _, plain, _ []byte) []byte {
	return append(append(dst, plain...), noTag[:]...)
}

func (glassText) Open(dst, _, sealed, _ []byte) ([]byte, error) {
	plain, whole := bytes.CutSuffix(sealed, noTag[:])
	if !whole {
		return nil, errors.New("no tag")
	}
	return append(dst, plain...), nil
}
