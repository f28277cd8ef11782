package access

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"

	"github.com/rogpeppe/go-internal/lockedfile"

	"canbao/etl/refuse"
)

// Users are the users of a workspace. Several processes may change them; each
// sees what another has changed at its next question.
type Users struct {
	path string

	mu   sync.Mutex
	read fs.FileInfo // of the file that list was read from, nil for none
	list []stored    // never changed once read
}

// usersFile is the file as it stands.
type usersFile struct {
	Version int      `json:"version"`
	Users   []stored `json:"users"`
}

const version = 1

// OpenUsers opens the users of a file, <workspace>/service/users.json. One that
// is not there has no users: the first change makes it.
func OpenUsers(path string) (*Users, error) {
	u := &Users{path: path}
	_, err := u.all()
	return u, err
}

// all returns the users as the file stands now. A change replaces the file, so a
// look at it tells whether it must be read again. The list is shared: nobody
// changes it.
func (u *Users) all() ([]stored, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	info, err := os.Stat(u.path)
	if errors.Is(err, fs.ErrNotExist) {
		u.read, u.list = nil, nil
		return nil, nil
	}
	if err == nil && u.read != nil && os.SameFile(info, u.read) && info.ModTime().Equal(u.read.ModTime()) && info.Size() == u.read.Size() {
		return u.list, nil
	}
	list, info, err := readUsers(u.path)
	if err != nil {
		return nil, err
	}
	u.read, u.list = info, list
	return list, nil
}

func readUsers(path string) ([]stored, fs.FileInfo, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, unreadable(path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, unreadable(path, err)
	}
	var file usersFile
	d := json.NewDecoder(f)
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		return nil, nil, unreadable(path, err)
	}
	if file.Version != version {
		return nil, nil, unreadable(path, fmt.Errorf("version %d", file.Version))
	}
	return file.Users, info, nil
}

func unreadable(path string, cause error) error {
	return &refuse.Error{
		What:  refuse.Text{ZH: "用户文件读不了", EN: "the file of users cannot be read"},
		Where: path,
		Do:    refuse.Text{ZH: "请检查权限；损坏时从备份恢复", EN: "check its permissions; where it is damaged, take it from the backup"},
		Err:   cause,
	}
}

// update replaces the users by what f makes of a copy of them. No other process
// changes them meanwhile.
func (u *Users) update(f func([]stored) ([]stored, error)) error {
	dir := filepath.Dir(u.path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("keep the users: %w", err)
	}
	unlock, err := lockedfile.MutexAt(u.path + ".lock").Lock()
	if err != nil {
		return fmt.Errorf("lock the users: %w", err)
	}
	defer unlock()
	list, _, err := readUsers(u.path)
	if err != nil {
		return err
	}
	if list, err = f(list); err != nil {
		return err
	}
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetIndent("", "  ")
	if err := e.Encode(usersFile{Version: version, Users: list}); err != nil {
		return fmt.Errorf("keep the users: %w", err)
	}
	return replace(u.path, text.Bytes())
}

// replace writes a file beside path, for its owner alone, and gives it its name.
func replace(path string, text []byte) error {
	part, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*.part") // of mode 600
	if err != nil {
		return fmt.Errorf("keep the users: %w", err)
	}
	_, err = part.Write(text)
	if err = errors.Join(err, part.Sync(), part.Close()); err == nil {
		err = os.Rename(part.Name(), path)
	}
	if err != nil {
		os.Remove(part.Name())
		return fmt.Errorf("keep the users: %w", err)
	}
	return syncDir(filepath.Dir(path))
}

// syncDir puts what was named in a folder on the disk, where the system has that.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("keep the users: %w", err)
	}
	defer d.Close()
	// Some network disks know no such thing: EINVAL is theirs.
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) {
		return fmt.Errorf("keep the users: %w", err)
	}
	return nil
}
