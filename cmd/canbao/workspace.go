package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"canbao/etl/clean"
	"canbao/etl/refuse"
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
func (a *app) issuedDir() string          { return filepath.Join(a.dir, "issued") }
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
