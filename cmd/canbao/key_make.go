package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"canbao/etl/refuse"
	"canbao/etl/seal"
)

// makeKey makes the key at path for a workspace without one, and explains before
// what its loss means. A key that lies there already is taken. allowInside lets
// it lie inside the workspace, where every copy of it would carry the key along.
func (a *app) makeKey(path string, allowInside bool) (*seal.Key, error) {
	if exists(path) {
		return seal.ReadKey(path)
	}
	inside, err := a.inside(path)
	if err != nil {
		return nil, err
	}
	if inside && !allowInside {
		return nil, liesInside(path)
	}
	a.explainKey(path, inside)
	key, err := seal.NewKeyFor(a.set.Cipher)
	if err != nil {
		return nil, err
	}
	if err := key.Write(path); err != nil {
		return nil, err
	}
	a.tell(fmt.Sprintf("密钥已生成：编号 %s，算法 %s，在 %s", key.ID(), key.Cipher(), path),
		fmt.Sprintf("the key is made: id %s, cipher %s, in %s", key.ID(), key.Cipher(), path))
	return key, nil
}

// keyCanBe refuses what would keep a new workspace from its key, before anything
// else is done: a place inside of it, or a key that lies there already and is for
// another cipher than the one asked for.
func (a *app) keyCanBe() error {
	path, err := a.keyPath()
	if err != nil {
		return err
	}
	if !exists(path) {
		inside, err := a.inside(path)
		if err == nil && inside {
			err = liesInside(path)
		}
		return err
	}
	key, err := seal.ReadKey(path)
	if err != nil || a.set.cipherFrom.kind == "default" || key.Cipher() == a.set.Cipher {
		return err
	}
	return &refuse.Error{
		What: refuse.Text{
			ZH: fmt.Sprintf("这里已有一把 %s 密钥，不是 %s", key.Cipher(), a.set.Cipher),
			EN: fmt.Sprintf("there is a key for %s already, not for %s", key.Cipher(), a.set.Cipher),
		},
		Where: path,
		Do: refuse.Text{
			ZH: "用 --key-file 另选一处，或不指定 --cipher；以后可用 canbao key rotate --cipher 更换",
			EN: "choose another place with --key-file, or leave --cipher out; canbao key rotate --cipher changes it later",
		},
	}
}

// explainKey says, before there is a key, what it is for, what its loss means,
// where it will lie and how to keep it.
func (a *app) explainKey(path string, inside bool) {
	where := refuse.Text{
		ZH: "不在工作区里，复制或备份工作区都不会带上它",
		EN: "not in the workspace, so no copy or backup of that carries it along",
	}
	if inside {
		where = refuse.Text{
			ZH: "在工作区里：谁拿到工作区的副本，谁就能读出全部姓名和号码",
			EN: "in the workspace: whoever has a copy of that reads every name and number",
		}
	}
	a.tell(`关于密钥：
  姓名、电话、证件号码和暂存的行只以密文存放，只有密钥能还原。密钥丢失后：
  · 统计数字、排名、通报照常可看；
  · 姓名和号码永远读不出来，任何人都无法恢复；
  · 不能再装载新数据，因为对不上已有的人。
  密钥将放在 `+path+`，只有本人能读；`+where.ZH+`。
  请立即备份：把这个文件抄到另外两处（如锁好的 U 盘），不要与工作区的备份放在一起。
  核对备份：`+a.command("key check")+" --key-file 备份文件",
		`About the key:
  Names, phones, ID numbers and rows held back are kept sealed; the key alone opens them. If it is lost:
  - figures, rankings and bulletins stay readable;
  - names and numbers can never be read again, by nobody;
  - nothing new can be loaded, for it could not be matched with the people there.
  It will lie in `+path+`, readable by you alone; `+where.EN+`.
  Back it up at once: copy the file to two other places (such as a locked-away USB stick), apart from backups of the workspace.
  To check a backup: `+a.command("key check")+" --key-file BACKUP")
}

// liesInside refuses a place for the key inside the workspace.
func liesInside(path string) error {
	return &refuse.Error{
		What: refuse.Text{
			ZH: "密钥不应放在工作区里：复制或备份工作区时会把它一起带走，加密就没有用了",
			EN: "a key should not lie inside the workspace: every copy and backup of that would carry it along, and sealing would be for nothing",
		},
		Where: path,
		Do: refuse.Text{
			ZH: "用 --key-file 另选一处；一定要放在这里，用 canbao key init --inside",
			EN: "choose another place with --key-file; if it must lie there, use canbao key init --inside",
		},
	}
}

// inside tells whether a file lies, or would lie, in the workspace, links
// followed.
func (a *app) inside(path string) (bool, error) {
	home, err := realPlace(a.dir)
	if err != nil {
		return false, err
	}
	if path, err = realPlace(path); err != nil {
		return false, err
	}
	way, err := filepath.Rel(home, path)
	if err != nil {
		return false, nil // on another drive
	}
	return way != ".." && !strings.HasPrefix(way, ".."+string(filepath.Separator)), nil
}

// realPlace is path with every link followed, as far as it exists.
func realPlace(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("find %s: %w", path, err)
	}
	rest := ""
	for at := path; ; at = filepath.Dir(at) {
		if real, err := filepath.EvalSymlinks(at); err == nil {
			return filepath.Join(real, rest), nil
		}
		if at == filepath.Dir(at) {
			return path, nil
		}
		rest = filepath.Join(filepath.Base(at), rest)
	}
}
