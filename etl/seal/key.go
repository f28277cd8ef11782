package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"canbao/etl/refuse"
)

// keyBytes is the length of the secret: AES-256.
const keyBytes = 32

// Key is the city's secret. It seals and opens; it is never written into the
// warehouse.
type Key struct {
	secret []byte
	person cipher.Block // packed number to person key
	mac    cipher.Block // nonces of texts, keys of documents too long to pack
	text   cipher.AEAD  // names and phones
	row    cipher.AEAD  // whole rows
}

// NewKey makes a new secret.
func NewKey() (*Key, error) {
	secret := make([]byte, keyBytes)
	rand.Read(secret) // never fails
	return keyOf(secret)
}

func keyOf(secret []byte) (*Key, error) {
	k := &Key{secret: secret}
	blocks := map[string]cipher.Block{}
	for _, use := range []string{"person", "mac", "text", "row"} {
		sub, err := hkdf.Key(sha256.New, secret, nil, "canbao "+use, keyBytes)
		if err != nil {
			return nil, fmt.Errorf("derive the %s key: %w", use, err)
		}
		if blocks[use], err = aes.NewCipher(sub); err != nil {
			return nil, fmt.Errorf("derive the %s key: %w", use, err)
		}
	}
	k.person, k.mac = blocks["person"], blocks["mac"]
	var err error
	if k.text, err = cipher.NewGCM(blocks["text"]); err != nil {
		return nil, fmt.Errorf("derive the text key: %w", err)
	}
	if k.row, err = cipher.NewGCM(blocks["row"]); err != nil {
		return nil, fmt.Errorf("derive the row key: %w", err)
	}
	return k, nil
}

// ID tells one key from another without telling anything of the secret.
func (k *Key) ID() string {
	sum := sha256.Sum256(append([]byte("canbao key id"), k.secret...))
	return hex.EncodeToString(sum[:6])
}

// keyHeader begins every key file: what it is, its form and its cipher.
const keyHeader = "canbao-key 1 aes-256"

// Write writes the key to a new file that only its owner can read. A file that
// is there already is never overwritten.
func (k *Key) Write(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make the key's folder: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return keyError(path, "密钥文件已经存在", "the key file is there already", "换一个文件名，已有的密钥不能覆盖", "choose another name; a key is never overwritten", err)
	}
	if err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	_, err = fmt.Fprintf(f, "%s %s\n%s\n", keyHeader, k.ID(), base64.StdEncoding.EncodeToString(k.secret))
	return errors.Join(err, f.Sync(), f.Close())
}

// ReadKey reads a key file. It refuses one that is missing, that others than
// its owner may read, or that is not a whole key.
func ReadKey(path string) (*Key, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, keyError(path, "找不到密钥文件", "the key file is missing",
			"把密钥文件放回原处，或用 key_file 指明；没有密钥仍可查看统计结果", "put it back or name it with key_file; figures can be read without it", err)
	}
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, keyError(path, "密钥文件权限过宽，别人也能读", "the key file is readable by others",
			"执行 chmod 600 "+path, "run chmod 600 "+path, nil)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	head, body, _ := strings.Cut(string(text), "\n")
	secret, err := base64.StdEncoding.DecodeString(strings.TrimSpace(body))
	if !strings.HasPrefix(head, keyHeader+" ") || err != nil || len(secret) != keyBytes {
		return nil, keyError(path, "不是完整的密钥文件", "is not a whole key file", "从备份恢复密钥文件", "restore it from its backup", err)
	}
	k, err := keyOf(secret)
	if err == nil && k.ID() != strings.TrimSpace(strings.TrimPrefix(head, keyHeader)) {
		return nil, keyError(path, "密钥文件已损坏", "the key file is damaged", "从备份恢复密钥文件", "restore it from its backup", nil)
	}
	return k, err
}

func keyError(path, zh, en, doZH, doEN string, cause error) error {
	return &refuse.Error{
		What: refuse.Text{ZH: zh, EN: en}, Where: path, Do: refuse.Text{ZH: doZH, EN: doEN}, Err: cause,
	}
}
