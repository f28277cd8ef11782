package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"canbao/etl"
	"canbao/etl/refuse"
	"canbao/etl/seal"
	"canbao/sql/duck"
)

func (a *app) keyCheckVerb() *cobra.Command {
	cmd := a.verb("check", refuse.Text{ZH: "检查密钥：是哪一把、谁能读、能否打开库里的内容", EN: "check the key: which it is, who can read it, whether it opens what is sealed"},
		func(cmd *cobra.Command, _ []string) error {
			if err := a.mustBeWorkspace(); err != nil {
				return err
			}
			return a.checkKey(cmd.Context())
		})
	cmd.Example = "  canbao key check\n  canbao key check --key-file /media/usb/yiwu.key"
	cmd.Args = none()
	a.takes(cmd, listed)
	return cmd
}

// keyReport is what key check finds, line by line.
type keyReport struct {
	a     *app
	l     listing
	wrong []string
}

// The states of a line: as it should be, worth knowing, not as it should be.
var (
	right = cell{data: "right", shown: "✓", tone: good}
	note  = cell{data: "note", shown: "·"}
	bad   = cell{data: "wrong", shown: "✗", tone: alarm}
)

var keyTitles = map[string]refuse.Text{
	"path": {ZH: "位置", EN: "place"}, "source": {ZH: "由谁指定", EN: "named by"}, "looked": {ZH: "找过", EN: "looked at"},
	"key": {ZH: "编号", EN: "id"}, "cipher": {ZH: "算法", EN: "cipher"},
	"permissions": {ZH: "文件权限", EN: "permissions"}, "folder": {ZH: "文件夹权限", EN: "folder"},
	"inside": {ZH: "在工作区里", EN: "in the workspace"}, "warehouse": {ZH: "数据仓库的密钥", EN: "the warehouse's key"},
	"sample": {ZH: "试着打开", EN: "opens a sample"}, "rotation": {ZH: "更换密钥", EN: "rotation"},
}

// add writes a line; zh and en are the advice.
func (r *keyReport) add(check string, state cell, found any, zh, en string) {
	advice := cell{data: refuse.Text{ZH: zh, EN: en}.In(r.a.set.Lang)}
	r.l.add(cell{data: check, shown: keyTitles[check].In(r.a.set.Lang)}, state, plain(found), advice)
	if state == bad {
		r.wrong = append(r.wrong, keyTitles[check].In(r.a.set.Lang))
	}
}

// checkKey looks at everything about the key and changes nothing. The answer is
// no where something is not right.
func (a *app) checkKey(ctx context.Context) error {
	path, err := a.keyPath()
	if err != nil {
		return err
	}
	db, err := a.readWarehouse(ctx)
	if err != nil {
		return err
	}
	id := ""
	if db != nil {
		defer db.Close()
		if id, err = etl.WarehouseKey(ctx, db); err != nil {
			return err
		}
	}
	r := &keyReport{a: a, l: listing{columns: []column{
		{key: "check", title: refuse.Text{ZH: "检查", EN: "check"}}, {key: "state", title: refuse.Text{ZH: "结果", EN: "state"}},
		{key: "found", title: refuse.Text{ZH: "情况", EN: "found"}}, {key: "advice", title: refuse.Text{ZH: "怎么办", EN: "what to do"}},
	}}}
	key, at := r.find(path, id)
	r.modes(at)
	if err := r.place(at); err != nil {
		return err
	}
	if err := r.warehouse(ctx, db, key, at, id); err != nil {
		return err
	}
	r.rotation(path, at)
	if err := a.print(r.l); err != nil {
		return err
	}
	if len(r.wrong) > 0 {
		return &answerNo{refuse.Text{ZH: "密钥有问题：" + strings.Join(r.wrong, "、"), EN: "the key is not right: " + strings.Join(r.wrong, ", ")}}
	}
	return nil
}

// find tells which key there is, where, and who said so. Without anything sealed
// any key will do.
func (r *keyReport) find(path, id string) (key *seal.Key, at string) {
	var looks []look
	var err error
	at = path
	if id != "" {
		key, at, looks = findKey(path, id)
	}
	if key == nil { // not that of the warehouse; what there is all the same
		at = path
		key, err = seal.ReadKey(at)
	}
	source := r.a.keySource().In(r.a.set.Lang)
	for _, l := range looks {
		if l.path != at {
			r.add("looked", note, l.path+" "+l.why.In(r.a.set.Lang), "", "")
		}
	}
	if err != nil {
		what, do := refuse.Text{ZH: "读不了", EN: "cannot be read"}, refuse.Text{}
		var no *refuse.Error
		if errors.As(err, &no) {
			what, do = no.What, no.Do
		}
		if errors.Is(err, fs.ErrNotExist) && id == "" {
			do = refuse.Text{ZH: "用 " + r.a.command("key init") + " 生成", EN: "make it with " + r.a.command("key init")}
		}
		r.add("path", bad, at+" "+what.In(r.a.set.Lang), do.ZH, do.EN)
		r.add("source", note, source, "", "")
		return nil, at
	}
	r.add("path", right, at, "", "")
	r.add("source", note, source, "", "")
	r.add("key", note, key.ID(), "", "")
	r.add("cipher", note, key.Cipher(), "", "")
	return key, at
}

// modes tells who else can read the key, or take it away: whoever may write to
// its folder. A folder such as /tmp, where everybody may write but none remove
// what is another's, will do.
func (r *keyReport) modes(at string) {
	info, err := os.Stat(at)
	if err != nil || runtime.GOOS == "windows" {
		return
	}
	state, zh, en := right, "", ""
	if seal.Loose(info) {
		state, zh, en = bad, "执行 chmod 600 "+at, "run chmod 600 "+at
	}
	r.add("permissions", state, fmt.Sprintf("%03o", info.Mode().Perm()), zh, en)
	dir := filepath.Dir(realKey(at))
	if info, err = os.Stat(dir); err != nil {
		return
	}
	state, zh, en = right, "", ""
	if info.Mode().Perm()&0o022 != 0 && info.Mode()&fs.ModeSticky == 0 {
		state, zh, en = bad, "别人能删掉或换掉密钥文件：执行 chmod go-w "+dir, "others could remove or replace the key file: run chmod go-w "+dir
	}
	r.add("folder", state, fmt.Sprintf("%03o", info.Mode().Perm()), zh, en)
}

func (r *keyReport) place(at string) error {
	in, err := r.a.inside(at)
	if err != nil {
		return err
	}
	if in {
		r.add("inside", note, true, "工作区的每份副本都带着密钥，最好移出去，并用 key_file 指明", "every copy of the workspace carries the key: better move it out and name it with key_file")
	} else {
		r.add("inside", right, false, "", "")
	}
	return nil
}

// warehouse tells whether the key is the warehouse's own and opens what is
// sealed there.
func (r *keyReport) warehouse(ctx context.Context, db *duck.DB, key *seal.Key, at, id string) error {
	switch {
	case id == "":
		r.add("warehouse", note, r.a.text("还没有装载数据", "nothing is loaded yet"), "", "")
		return nil
	case key == nil && exists(at):
		r.add("warehouse", note, id, "", "") // what is wrong with the file is told already
	case key == nil || key.ID() != id:
		r.add("warehouse", bad, id, "从备份恢复这把密钥，或用 --key-file 指明", "restore this key from its backup, or name it with --key-file")
	default:
		r.add("warehouse", right, id, "", "")
	}
	if key == nil {
		return nil
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect to the warehouse: %w", err)
	}
	defer conn.Close()
	samples, err := etl.OpenSample(ctx, conn, key)
	if err != nil {
		return err
	}
	var tried, failed int64
	for _, s := range samples {
		tried, failed = tried+s.Tried, failed+s.Failed
	}
	found := fmt.Sprintf("%d/%d", tried-failed, tried)
	if failed > 0 {
		r.add("sample", bad, found, "密钥不对，或数据仓库已损坏：恢复备份", "the wrong key, or a damaged warehouse: restore the backup")
	} else {
		r.add("sample", right, found, "", "")
	}
	return nil
}

// rotation tells of a rotation that was cut short.
func (r *keyReport) rotation(path, at string) {
	switch {
	case at == nextKey(path):
		r.add("rotation", note, r.a.text("差最后一步", "all but its last step is done"),
			"下次装载或 key rotate 时自动完成", "the next load or key rotate finishes it by itself")
	case exists(nextKey(path)):
		r.add("rotation", note, r.a.text("中断过，没有改动任何内容", "was cut short, nothing has changed"),
			"要更换请再运行 "+r.a.command("key rotate"), "run "+r.a.command("key rotate")+" again if it is still wanted")
	case strings.HasPrefix(at, realKey(path)+".former-"):
		r.add("rotation", note, r.a.text("数据仓库还是更换密钥之前的，用的是旧密钥", "the warehouse is of before a rotation and opens with the former key"), "", "")
	}
}
