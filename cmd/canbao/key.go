package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"regexp"
	"strings"

	"canbao/etl"
	"canbao/etl/refuse"
	"canbao/etl/seal"
	"canbao/sql/duck"
)

var unsafeName = regexp.MustCompile(`[^A-Za-z0-9_-]+`)

// keyPath is where the key of the workspace lies: where the settings say, else
// in the user's configuration folder under a name made from the workspace's
// path. Never inside the workspace, so that a copy of it holds no identity.
func (a *app) keyPath() (string, error) {
	if a.set.KeyFile != "" {
		return filepath.Abs(a.set.KeyFile)
	}
	home, err := configHome()
	if err != nil {
		return "", wrong(
			refuse.Text{ZH: "不知道密钥放在哪里：没有用户配置目录", EN: "there is no place for the key: no configuration folder"},
			refuse.Text{ZH: "用 --key-file 或 CANBAO_KEY_FILE 指明", EN: "name it with --key-file or CANBAO_KEY_FILE"})
	}
	whole, err := filepath.Abs(a.dir)
	if err != nil {
		return "", fmt.Errorf("find the workspace: %w", err)
	}
	sum := sha256.Sum256([]byte(whole))
	name := unsafeName.ReplaceAllString(filepath.Base(whole), "")
	return filepath.Join(home, "canbao", name+"-"+hex.EncodeToString(sum[:4])+".key"), nil
}

func configHome() (string, error) {
	dir, err := os.UserConfigDir()
	if err == nil {
		return dir, nil
	}
	who, err := user.Current()
	if err != nil {
		return "", err
	}
	return filepath.Join(who.HomeDir, ".config"), nil
}

// keySource tells who named the place of the key.
func (a *app) keySource() refuse.Text {
	if a.set.keyFrom.kind == "default" {
		return refuse.Text{ZH: "默认位置", EN: "the default place"}
	}
	return refuse.Text{ZH: a.set.keyFrom.where, EN: a.set.keyFrom.where}
}

// realKey is the key file itself where path is a link to it: what is written
// beside a key lies beside the file, not beside the link.
func realKey(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

// nextKey is the key that a rotation under way seals with.
func nextKey(path string) string { return realKey(path) + ".next" }

// formerKey is where a key is kept that a rotation has replaced.
func formerKey(path, id string) string { return realKey(path) + ".former-" + id }

// look is one place where a key was looked for, and why it was not there.
type look struct {
	path string
	why  refuse.Text
	do   refuse.Text // where something can be done about it there
}

// findKey finds the key with this id. It may lie at path, beside it where a
// crash caught a rotation before it changed the names, or beside it under the
// name of a former key, which a warehouse restored from a backup still needs.
func findKey(path, id string) (key *seal.Key, at string, looks []look) {
	for _, at := range []string{path, nextKey(path), formerKey(path, id)} {
		key, err := seal.ReadKey(at)
		if err == nil && key.ID() == id {
			return key, at, looks
		}
		l := look{path: at}
		var no *refuse.Error
		switch {
		case err == nil:
			l.why = refuse.Text{ZH: "是另一把密钥 " + key.ID(), EN: "is another key, " + key.ID()}
		case errors.Is(err, fs.ErrNotExist):
			l.why = refuse.Text{ZH: "没有这个文件", EN: "is not there"}
		case errors.As(err, &no):
			l.why, l.do = no.What, no.Do
		default:
			l.why = refuse.Text{ZH: "读不了", EN: "cannot be read"}
		}
		looks = append(looks, l)
	}
	return nil, "", looks
}

// missingKey says which key is missing and where it was looked for.
func (a *app) missingKey(id string, looks []look) error {
	var zh, en []string
	do := refuse.Text{
		ZH: "请从备份恢复到第一处，或用 --key-file 指明它现在的位置；只看统计结果不需要密钥",
		EN: "restore it from its backup to the first place, or name its place with --key-file; figures can be read without it",
	}
	for i, l := range looks {
		from := refuse.Text{}
		if i == 0 {
			from = a.keySource()
			from = refuse.Text{ZH: "（" + from.ZH + "）", EN: " (" + from.EN + ")"}
		}
		zh = append(zh, l.path+from.ZH+" "+l.why.ZH)
		en = append(en, l.path+from.EN+" "+l.why.EN)
		if l.do != (refuse.Text{}) {
			do = l.do // the file is there and something is the matter with it
		}
	}
	return &refuse.Error{
		What: refuse.Text{
			ZH: fmt.Sprintf("缺少密钥 %s，数据仓库是用它加密的。依次找过：%s", id, strings.Join(zh, "；")),
			EN: fmt.Sprintf("the key %s is missing, which the warehouse is sealed with. Looked for, in this order: %s", id, strings.Join(en, "; ")),
		},
		Do: do, Err: fs.ErrNotExist,
	}
}

// key is the key of the open warehouse, found by the id that stands in it. A
// warehouse that holds nothing yet (db nil where there is none) gets one. Where
// a crash kept a rotation from changing the names of the keys, that is done.
func (a *app) key(ctx context.Context, db *duck.DB) (*seal.Key, error) {
	path, err := a.keyPath()
	if err != nil {
		return nil, err
	}
	id := ""
	if db != nil {
		if id, err = etl.WarehouseKey(ctx, db); err != nil {
			return nil, err
		}
	}
	if id == "" {
		return a.makeKey(path, false)
	}
	key, at, looks := findKey(path, id)
	switch {
	case key == nil:
		return nil, a.missingKey(id, looks)
	case at == nextKey(path):
		if err := a.switchKeys(path, key); err != nil {
			return nil, err
		}
		a.tell("上次更换密钥在最后一步中断，现已完成：新密钥在 "+path, "the last rotation of the key was cut short at its last step; it is done now: the new key is "+path)
	}
	return key, nil
}

// openSealed opens the warehouse to write, with its key.
func (a *app) openSealed(ctx context.Context) (*duck.DB, *seal.Key, error) {
	if !exists(a.warehousePath()) {
		// Before a warehouse is made for a key that cannot be.
		if _, err := a.key(ctx, nil); err != nil {
			return nil, nil, err
		}
	}
	db, err := a.openWarehouse(ctx)
	if err != nil {
		return nil, nil, err
	}
	key, err := a.key(ctx, db)
	if err == nil {
		err = etl.ClearRotation(a.nextWarehouse())
	}
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return db, key, nil
}

// nextWarehouse is where a rotation writes the warehouse anew.
func (a *app) nextWarehouse() string { return a.warehousePath() + ".next" }

// switchKeys ends a rotation: the key that was at path is kept beside it under a
// name that says what it is, and the new one takes its place. There is a key at
// path at every moment.
func (a *app) switchKeys(path string, key *seal.Key) error {
	real := realKey(path)
	former, err := seal.ReadKey(real)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case former.ID() != key.ID():
		kept := formerKey(path, former.ID())
		if err := former.Write(kept); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	if err := os.Rename(nextKey(path), real); err != nil {
		return fmt.Errorf("put the new key in place: %w", err)
	}
	return seal.SyncDir(filepath.Dir(real))
}
