package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"hash"

	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"
)

// The ciphers a key may be made for.
const (
	AES256 = "aes-256"
	SM4    = "sm4" // 国密: GB/T 32907-2016, with SM3 (GB/T 32905-2016) beside it
)

// suite is a block cipher and the hash its keys are derived with. Both block
// ciphers have blocks of 16 bytes, so that a person is 128 bits with either.
type suite struct {
	name     string
	keyBytes int
	block    func(key []byte) (cipher.Block, error)
	hash     func() hash.Hash
}

var suites = []suite{
	{AES256, 32, aes.NewCipher, sha256.New},
	{SM4, sm4.BlockSize, sm4.NewCipher, sm3.New},
}

// Ciphers are the names of the ciphers, the default first.
func Ciphers() []string {
	var names []string
	for _, s := range suites {
		names = append(names, s.name)
	}
	return names
}

// suiteNamed is the suite of this name.
func suiteNamed(name string) (suite, bool) {
	for _, s := range suites {
		if s.name == name {
			return s, true
		}
	}
	return suite{}, false
}
