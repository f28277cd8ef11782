package seal

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

// keyForm begins every key file: what it is and its form. The cipher and the
// key's id follow on the first line, the secret stands on the second.
const keyForm = "canbao-key 1"

// longestKeyFile is more than any key file has, in bytes.
const longestKeyFile = 4096

// Write writes the key to a new file that only its owner can read. A file that
// is there already is never overwritten, and none is ever there by half: it is
// written under another name, put on the disk, and then given its own.
func (k *Key) Write(path string) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return unwritable(path, err)
	}
	if _, err := os.Lstat(path); err == nil {
		return there(path)
	}
	part, err := os.CreateTemp(dir, "."+filepath.Base(path)+"-*.part") // of mode 600
	if err != nil {
		return unwritable(path, err)
	}
	defer os.Remove(part.Name())
	_, err = fmt.Fprintf(part, "%s %s %s\n%s\n", keyForm, k.Cipher(), k.ID(), base64.StdEncoding.EncodeToString(k.secret))
	if err := errors.Join(err, part.Sync(), part.Close()); err != nil {
		return unwritable(path, err)
	}
	// A link refuses to take the place of a file; not every disk knows links.
	err = os.Link(part.Name(), path)
	switch {
	case errors.Is(err, fs.ErrExist):
		return there(path)
	case err != nil:
		err = os.Rename(part.Name(), path)
	}
	if err != nil {
		return unwritable(path, err)
	}
	return SyncDir(dir)
}

// SyncDir puts what was named in a folder on the disk, where the system has
// that.
func SyncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("put %s on the disk: %w", dir, err)
	}
	defer d.Close()
	// Some network disks know no such thing: EINVAL is theirs.
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) {
		return fmt.Errorf("put %s on the disk: %w", dir, err)
	}
	return nil
}

// ReadKey reads a key file. It refuses one that is missing, that others than
// its owner may read, or that is not a whole key. A link to a key file is as
// good as the file: the rules are those of the file it leads to.
func ReadKey(path string) (*Key, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, keyError(path, "找不到密钥文件", "the key file is missing",
			"把密钥文件放回原处，或用 key_file 指明；没有密钥仍可查看统计结果", "put it back or name it with key_file; figures can be read without it", err)
	case err != nil:
		return nil, unreadable(path, err)
	case info.IsDir():
		return nil, keyError(path, "密钥应是文件，这里是文件夹", "a key is a file, this is a folder",
			"写出文件夹里密钥文件的名字", "name the key file inside of it", nil)
	case !info.Mode().IsRegular():
		return nil, keyError(path, "不是普通文件，不能当密钥", "is no regular file and cannot be a key",
			"请指明密钥文件", "name the key file", nil)
	case Loose(info):
		return nil, keyError(path, "密钥文件权限过宽，别人也能读", "the key file is readable by others",
			"执行 chmod 600 "+path, "run chmod 600 "+path, nil)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, longestKeyFile))
	if err != nil {
		return nil, unreadable(path, err)
	}
	return parseKey(path, string(text))
}

// Loose tells whether others than the owner may do anything with the file.
// Windows has no such modes; there the folder of the user is what guards it.
func Loose(info fs.FileInfo) bool {
	return runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0
}

func parseKey(path, text string) (*Key, error) {
	head, body, _ := strings.Cut(text, "\n")
	words := strings.Fields(strings.TrimPrefix(head, keyForm+" "))
	secret, err := base64.StdEncoding.DecodeString(strings.TrimSpace(body))
	if !strings.HasPrefix(head, keyForm+" ") || len(words) != 2 || err != nil || len(secret) != secretBytes {
		return nil, keyError(path, "不是完整的密钥文件", "is not a whole key file", "从备份恢复密钥文件", "restore it from its backup", nil)
	}
	s, known := suiteNamed(words[0])
	if !known {
		return nil, keyError(path, "密钥用的算法 "+words[0]+" 本程序不认识", "the key's cipher, "+words[0]+", is unknown to this program",
			"可用的有 "+strings.Join(Ciphers(), "、")+"；也许要换较新的 canbao", "known are "+strings.Join(Ciphers(), ", ")+"; perhaps a newer canbao is needed", nil)
	}
	k, err := keyOf(s, secret)
	if err == nil && k.ID() != words[1] {
		return nil, keyError(path, "密钥文件已损坏", "the key file is damaged", "从备份恢复密钥文件", "restore it from its backup", nil)
	}
	return k, err
}

func there(path string) error {
	return keyError(path, "密钥文件已经存在", "the key file is there already",
		"换一个文件名，已有的密钥不能覆盖", "choose another name; a key is never overwritten", fs.ErrExist)
}

func unwritable(path string, err error) error {
	return keyError(path, "密钥文件写不了："+bare(err), "the key file cannot be written: "+bare(err),
		"检查文件夹和权限，或用 --key-file 另选一处", "check the folder and its permissions, or choose another place with --key-file", err)
}

func unreadable(path string, err error) error {
	return keyError(path, "密钥文件读不了："+bare(err), "the key file cannot be read: "+bare(err),
		"检查路径和权限", "check the path and its permissions", err)
}

// bare is the reason of a file error without the path it repeats.
func bare(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}
