package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"regexp"
	"syscall"

	"canbao/etl/clean"
	"canbao/etl/refuse"
	"canbao/etl/seal"
	"canbao/models"
	"canbao/sql"
)

// What a workspace is made of (contract, section 1).
const (
	settingsFile = "canbao.yaml"
	campaignFile = "campaign.yaml"
	areasFile    = "areas.csv"
)

func settingsPath(dir string) string      { return filepath.Join(dir, settingsFile) }
func (a *app) areasPath() string          { return filepath.Join(a.dir, areasFile) }
func (a *app) publishDir() string         { return filepath.Join(a.dir, "published") }
func (a *app) reportsDir() string         { return filepath.Join(a.dir, "reports") }
func (a *app) command(verb string) string { return "canbao " + verb + a.workspaceFlag() }

// workspaceFlag is what a command in a hint needs to speak of this workspace.
func (a *app) workspaceFlag() string {
	if a.dir == "." {
		return ""
	}
	return " --workspace " + a.dir
}

// exists tells whether there is such a file. One that may not be looked at is
// there: opening it will say so.
func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil || !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR)
}

// mustBeWorkspace refuses a folder that is none.
func (a *app) mustBeWorkspace() error {
	_, err := os.Stat(settingsPath(a.dir))
	switch {
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return &refuse.Error{
			What:  refuse.Text{ZH: "工作区读不了", EN: "the workspace cannot be read"},
			Where: settingsPath(a.dir),
			Do:    refuse.Text{ZH: "请检查路径和权限", EN: "check the path and its permissions"},
			Err:   err,
		}
	}
	return &refuse.Error{
		What:  refuse.Text{ZH: "不是工作区：没有 " + settingsFile, EN: "no workspace: there is no " + settingsFile},
		Where: a.dir,
		Do: refuse.Text{
			ZH: "用 canbao init 文件夹 新建一个，或用 --workspace 指明",
			EN: "make one with canbao init DIR, or name it with --workspace",
		},
	}
}

// readAreas reads areas.csv.
func (a *app) readAreas() (*clean.Areas, error) {
	f, err := os.Open(a.areasPath())
	if err != nil {
		return nil, &refuse.Error{
			What:  refuse.Text{ZH: "区划表读不了", EN: "the list of areas cannot be read"},
			Where: a.areasPath(),
			Do:    refuse.Text{ZH: "请补上 areas.csv：code,name,parent,kind,aliases", EN: "provide areas.csv: code,name,parent,kind,aliases"},
			Err:   err,
		}
	}
	defer f.Close()
	return clean.ReadAreas(a.areasPath(), f)
}

// readCampaigns reads every campaign file of the settings; each has its own id
// and models for all its indicators.
func (a *app) readCampaigns() ([]*models.Campaign, error) {
	var campaigns []*models.Campaign
	files := map[string]string{}
	for _, path := range a.set.Campaigns {
		c, err := models.ReadCampaign(path)
		if err != nil {
			return nil, err
		}
		if err := c.CheckModels(sql.Files); err != nil {
			return nil, err
		}
		if other, twice := files[c.ID]; twice {
			return nil, &refuse.Error{
				What:  refuse.Text{ZH: "考核方案的 id " + c.ID + " 已用于 " + other, EN: "the campaign id " + c.ID + " is that of " + other + " too"},
				Where: path,
				Do:    refuse.Text{ZH: "请给每个方案不同的 id", EN: "give each campaign an id of its own"},
			}
		}
		files[c.ID] = path
		campaigns = append(campaigns, c)
	}
	return campaigns, nil
}

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

// key reads the key. A workspace that has loaded nothing yet gets one.
func (a *app) key() (*seal.Key, error) {
	path, err := a.keyPath()
	if err != nil {
		return nil, err
	}
	switch {
	case exists(path):
		return seal.ReadKey(path)
	case !exists(a.warehousePath()):
		return a.makeKey(path)
	}
	return nil, &refuse.Error{
		What: refuse.Text{
			ZH: "密钥文件不见了，已装载的人员对不上新装载的数据",
			EN: "the key file is gone: people loaded before could not be matched with what is loaded now",
		},
		Where: path,
		Do: refuse.Text{
			ZH: "请从备份恢复该文件，或用 --key-file 指明它现在的位置",
			EN: "restore it from its backup, or name its place with --key-file",
		},
	}
}

// makeKey makes the key of a new workspace and says where it is.
func (a *app) makeKey(path string) (*seal.Key, error) {
	if exists(path) {
		return seal.ReadKey(path)
	}
	key, err := seal.NewKey()
	if err != nil {
		return nil, fmt.Errorf("make the key: %w", err)
	}
	if err := key.Write(path); err != nil {
		return nil, err
	}
	a.tell(
		"密钥在 "+path+"，请另行备份：丢了它，库里的姓名和证件号码就再也读不出来",
		"the key is "+path+": back it up, without it names and numbers in the warehouse can never be read again")
	return key, nil
}
