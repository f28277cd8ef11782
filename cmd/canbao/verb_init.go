package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"canbao/etl/refuse"
	"canbao/models"
)

func (a *app) initVerb() *cobra.Command {
	cmd := a.verb("init DIR", refuse.Text{ZH: "新建工作区，带义乌 2021 年度考核方案", EN: "a new workspace with the Yiwu 2021 campaign"}, nil)
	cmd.Args = arguments(1, 1, refuse.Text{ZH: "文件夹", EN: "a folder"})
	a.takes(cmd, making)
	a.workspaceIs(cmd, func(args []string) string { return args[0] }, func(*cobra.Command) error {
		if err := a.makeWorkspace(models.YiwuAreas()); err != nil {
			return err
		}
		_, err := fmt.Fprintln(a.out, a.dir)
		a.tell("工作区已建好。下一步："+a.command("load")+" 数据文件夹",
			"the workspace is made. Next: "+a.command("load")+" FOLDER")
		return err
	})
	return cmd
}

// makeWorkspace writes a workspace into a.dir, with these areas, and makes its
// key. A folder that is one already, or holds other files of these names, is
// refused and left as it is.
func (a *app) makeWorkspace(areas []byte) error {
	for _, name := range []string{settingsFile, campaignFile, areasFile} {
		_, err := os.Lstat(filepath.Join(a.dir, name))
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
			continue
		}
		return &refuse.Error{
			What:  refuse.Text{ZH: "这里已经是工作区", EN: "this is a workspace already"},
			Where: filepath.Join(a.dir, name),
			Do:    refuse.Text{ZH: "请另选一个文件夹", EN: "choose another folder"},
			Err:   err,
		}
	}
	if err := a.keyCanBe(); err != nil {
		return err
	}
	if err := makeFolder(a.dir); err != nil {
		return err
	}
	key, err := a.keyOfWorkspace()
	if err != nil {
		return err
	}
	for name, text := range map[string][]byte{
		campaignFile: models.Yiwu2021(),
		areasFile:    areas,
		settingsFile: a.settingsText(key),
	} {
		if err := os.WriteFile(filepath.Join(a.dir, name), text, 0o644); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	return nil
}

// keyOfWorkspace makes the key of a new workspace, or takes the one that lies at
// its place, and returns the place.
func (a *app) keyOfWorkspace() (string, error) {
	path, err := a.keyPath()
	if err != nil {
		return "", err
	}
	_, err = a.makeKey(path, false)
	return path, err
}

// makeFolder makes a folder where there is none.
func makeFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return &refuse.Error{
			What:  refuse.Text{ZH: "建不了文件夹", EN: "the folder cannot be made"},
			Where: dir,
			Do:    refuse.Text{ZH: "请检查路径和权限", EN: "check the path and its permissions"},
			Err:   err,
		}
	}
	return nil
}

// settingsText is a canbao.yaml that tells every setting: the key's place, and
// the others as comments with their defaults.
func (a *app) settingsText(key string) []byte {
	lang := a.set.Lang
	var b strings.Builder
	b.WriteString(refuse.Text{
		ZH: "# canbao 的设置。命令行选项和 CANBAO_ 开头的环境变量优先于此处。\n",
		EN: "# Settings of canbao. Flags and CANBAO_ variables come before them.\n",
	}.In(lang))
	for _, s := range settingTable {
		fmt.Fprintf(&b, "\n# %s\n", s.help.In(lang))
		switch {
		case s.name == "key_file":
			fmt.Fprintf(&b, "%s: %q\n", s.name, key)
		case s.name == "lang" && lang != s.def:
			fmt.Fprintf(&b, "%s: %s\n", s.name, lang)
		case s.name == "cipher" && a.set.Cipher != s.def:
			fmt.Fprintf(&b, "%s: %s\n", s.name, a.set.Cipher)
		default:
			fmt.Fprintf(&b, "#%s: %v\n", s.name, s.def)
		}
	}
	b.WriteString(synonymsExample.In(lang))
	b.WriteString(limitsExample.In(lang))
	return []byte(b.String())
}
